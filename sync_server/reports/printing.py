"""The process behind press.py: PDFs and PNGs, with nothing from the network and no file but our own static ones."""

import logging
import os
import re
import signal
import sys
from base64 import b64decode
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from markupsafe import Markup
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from sync_server.charts.chart import Chart, Table, light_styles
from sync_server.charts.picture import png
from sync_server.reports.press import Drawing, Job, Printed, Sheet

IDLE_S = 300.0
NICE = 5
STATIC = Path(__file__).parents[1] / "web" / "static"
PNG = "data:image/png;base64,"  # the chain's logo
KINDS = {".css": "text/css", ".svg": "image/svg+xml"}
_DRAWING = re.compile(r'<svg\b(?:[^>]*?\bclass="(chart|face)\b)?[^>]*>')
_PLAIN = "rect, path, circle { fill: #a8b0ac }"  # black would cry out

log = logging.getLogger(__name__)


class Forbidden(ValueError):
    """An address that nothing may be fetched from."""


class OwnFiles(URLFetcher):  # type: ignore[misc]
    """Gives /static/NAME of this server, from the files themselves, and what an address is by itself; nothing else."""

    def __init__(self, address: str) -> None:
        super().__init__(allowed_protocols=())
        self._server = urlsplit(address)[:2]
        self._files = {f"/static/{file.name}": file for file in STATIC.iterdir() if file.suffix in KINDS}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith(PNG):
            return URLFetcherResponse(url, b64decode(url[len(PNG) :]), {"content-type": "image/png"})
        parts = urlsplit(url)
        file = self._files.get(parts.path)
        if file is None or parts[:2] != self._server:
            raise Forbidden(f"{url[:200]!r} is not one of this server's own files.")
        return URLFetcherResponse(url, file.read_bytes(), {"content-type": KINDS[file.suffix]})


def pdf(sheet: Sheet) -> bytes:
    page = HTML(string=_drawn(sheet.html), base_url=sheet.address, url_fetcher=OwnFiles(sheet.address))
    return bytes(page.write_pdf(pdf_tags=True) or b"")


def picture(drawing: Drawing) -> bytes:
    return png(Chart("", "", Markup(drawing.svg), Table((), ())), drawing.width_px)  # noqa: S704  our own


def main(connection: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server says when to end, by closing the line
    logging.basicConfig(level=logging.ERROR, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    os.nice(NICE)
    while connection.poll(IDLE_S):
        try:
            job: Job = msgspec.msgpack.decode(connection.recv_bytes(), type=Job)
        except EOFError:
            return
        connection.send_bytes(msgspec.msgpack.encode(_printed(job)))


def _drawn(html: str) -> str:
    """Each drawing with its styles inside: WeasyPrint does not bring them from the page's sheets."""
    return _DRAWING.sub(lambda found: f"{found[0]}<style>{_styles(found[1])}</style>", html)


@cache
def _styles(kind: str | None) -> str:
    if kind == "chart":
        return light_styles()
    return (STATIC / "faces.css").read_text(encoding="utf-8") if kind == "face" else _PLAIN


def _printed(job: Job) -> Printed:
    try:
        return Printed(pdf(job) if isinstance(job, Sheet) else picture(job))
    except Exception as error:  # whatever a page holds: the next one may be printed
        log.exception("A %s could not be made.", type(job).__name__.lower())
        return Printed(b"", type(error).__name__)


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])))
