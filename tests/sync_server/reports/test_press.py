"""The press against the real process that makes PDFs; read back by another program's library."""

import os
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import psutil
import pypdfium2
import pytest

from sync_server.errors import Busy
from sync_server.reports import printing
from sync_server.reports.press import MOST_WAITING, Drawing, NotPrinted, Press, Sheet

HELLO = Sheet("<!doctype html><title>Hello</title><p>Hyvää päivää")
ALL_S = 60


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    press = Press()
    yield press
    press.close()


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """Its address, and what was asked of it."""
    asked: list[str] = []

    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Listening) as serving:
        thread = threading.Thread(target=serving.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}", asked
        serving.shutdown()
        thread.join(timeout=ALL_S)


def read(pdf: bytes) -> list[str]:
    """The text of each page."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.get_textpage().get_text_range() for page in document]


def processes() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "sync_server.reports.printing" in child.cmdline()]


def test_a_page_becomes_a_pdf_with_its_text_and_title(press: Press) -> None:
    pdf = press.make(HELLO)

    with pypdfium2.PdfDocument(pdf) as document:
        assert document.get_metadata_value("Title") == "Hello"
    assert read(pdf) == ["Hyvää päivää"]


def test_nothing_is_fetched_from_the_network_or_of_other_files(
    press: Press, server: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = server
    secret = tmp_path / "secret.css"
    secret.write_text("p { text-transform: uppercase }")
    ways = [
        way.format(there)
        for there in (f"{address}/x", secret.as_uri(), f"{address}/static/page.css", "/static/../app.py")
        for way in (
            '<link rel="stylesheet" href="{}">',
            '<link rel="attachment" href="{}">',
            "<style>@import url({});</style>",
            '<img src="{}">',
            '<object data="{}"></object>',
            '<p style="background: url({})">seen</p>',
            '<a rel="attachment" href="{}">file</a>',
            '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}"/><style>@import url({0});</style></svg>',
        )
    ]

    pdf = press.make(Sheet("".join(ways)))

    assert asked == []
    assert "seen" in read(pdf)[0] and "SEEN" not in read(pdf)[0]
    with pypdfium2.PdfDocument(pdf) as document:
        assert document.count_attachments() == 0


@pytest.mark.parametrize("url", ["file:///etc/hostname", "data:text/css,p{}", "http://hymy.invalid/static/live.js", ""])
def test_only_sheets_of_our_own_are_given_to_it(url: str) -> None:
    files = printing.OwnFiles("http://hymy.invalid")

    assert files.fetch("http://hymy.invalid/static/page.css?v=1").read()
    with pytest.raises(printing.Forbidden):
        files.fetch(url)


def test_a_process_that_died_is_followed_by_another(press: Press) -> None:
    press.make(HELLO)
    (process,) = processes()
    process.kill()
    process.wait(ALL_S)

    assert read(press.make(HELLO)) == ["Hyvää päivää"]


def test_what_takes_too_long_is_ended_and_said() -> None:
    before = processes()
    press = Press(most_s=0.01)

    with pytest.raises(NotPrinted, match="not ready after"):
        press.make(HELLO)

    assert processes() == before


def test_too_many_at_once_are_told_to_come_again_and_the_others_get_theirs(press: Press) -> None:
    press.make(HELLO)
    (process,) = processes()
    os.kill(process.pid, signal.SIGSTOP)
    more = 3
    refused, made = threading.Semaphore(0), threading.Semaphore(0)

    def ask() -> None:
        try:
            press.make(HELLO)
            made.release()
        except Busy as error:
            assert error.retry_after_s
            refused.release()

    threads = [threading.Thread(target=ask) for _ in range(1 + MOST_WAITING + more)]
    for thread in threads:
        thread.start()
    all_refused = all(refused.acquire(timeout=ALL_S) for _ in range(more))
    os.kill(process.pid, signal.SIGCONT)
    for thread in threads:
        thread.join(timeout=ALL_S)

    assert all_refused
    assert all(made.acquire(blocking=False) for _ in range(1 + MOST_WAITING))


def test_it_lets_everybody_else_go_first(press: Press) -> None:
    press.make(HELLO)

    assert [process.nice() for process in processes()] == [printing.NICE]


def test_a_drawing_becomes_a_picture_of_the_width_that_was_asked_for(press: Press) -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 20 10"><rect width="9" height="9"/></svg>'

    png = press.make(Drawing(svg, 40))

    assert png.startswith(b"\x89PNG") and int.from_bytes(png[16:20], "big") == 40
