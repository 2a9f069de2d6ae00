"""The terminal speaks to its own server alone: what else a certificate may say is refused, and said in words."""

import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kiosk.errors import Unreachable
from kiosk.transport import HttpTransport
from tests.certificates import DAY, NOW, authority, context


class Answering(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        pass


class Server(socketserver.ThreadingMixIn, HTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust it goes away in the middle: no news."""


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def post(server: Server, shown: ssl.SSLContext, trusted: Path | None) -> int:
    server.socket = shown.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    transport = HttpTransport(f"https://127.0.0.1:{server.server_address[1]}", ca=trusted)
    try:
        return transport.post("/api/exchange", b"").status
    finally:
        transport.close()


def test_a_server_whose_certificate_the_chains_own_authority_signed_is_trusted(server: Server, tmp_path: Path) -> None:
    own = authority()
    shown = context(own, tmp_path)
    assert post(server, shown, own.file(tmp_path)) == 200


@pytest.mark.parametrize("kept_in", ["a file", "a folder"])
def test_an_authority_that_the_system_knows_is_trusted(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept_in: str
) -> None:
    own = authority()
    shown = context(own, tmp_path)
    folder = tmp_path / "known"  # in place of Debian's /etc/ssl/certs
    folder.mkdir()
    file = own.file(folder)
    subprocess.run(["openssl", "rehash", folder], check=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(file if kept_in == "a file" else tmp_path / "none"))
    monkeypatch.setenv("SSL_CERT_DIR", str(folder if kept_in == "a folder" else tmp_path / "none"))
    assert post(server, shown, None) == 200


@pytest.mark.parametrize(
    ("address", "first", "last", "said"),
    [
        pytest.param("127.0.0.1", NOW - 9 * DAY, NOW - DAY, "certificate has expired", id="expired"),
        pytest.param("127.0.0.1", NOW + DAY, NOW + 9 * DAY, "certificate is not yet valid", id="of the future"),
        pytest.param("10.1.2.3", NOW - DAY, NOW + DAY, "IP address mismatch", id="of another server"),
    ],
)
def test_a_certificate_that_is_not_right_is_refused_in_words(
    server: Server, tmp_path: Path, address: str, first: datetime, last: datetime, said: str
) -> None:
    own = authority()
    shown = context(own, tmp_path, address=address, first=first, last=last)
    with pytest.raises(Unreachable, match=said):
        post(server, shown, own.file(tmp_path))


def test_a_certificate_that_another_authority_signed_is_refused_in_words(server: Server, tmp_path: Path) -> None:
    shown = context(authority(), tmp_path)
    with pytest.raises(Unreachable, match="certificate"):
        post(server, shown, authority().file(tmp_path))


def test_an_authority_whose_file_has_gone_is_told_in_words(server: Server, tmp_path: Path) -> None:
    shown = context(authority(), tmp_path)
    with pytest.raises(Unreachable, match=r"gone\.pem"):
        post(server, shown, tmp_path / "gone.pem")
