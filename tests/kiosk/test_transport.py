"""What does not come back is told in plain words; what the library says of it goes to the log."""

import gzip
import logging
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from kiosk.errors import StrangeReply, TooSlow, Unreachable
from kiosk.transport import MAX_REPLY_BYTES, Answer, HttpTransport
from survey.entries import Head
from survey.exchange import PATH, Request, encode_request
from tests.kiosk.a_terminal import Server

AWAY = "http://127.0.0.1:9"


def fault(transport: HttpTransport) -> Unreachable:
    with pytest.raises(Unreachable) as caught:
        transport.post(PATH, encode_request(Request("journal", Head())))
    transport.close()
    return caught.value


def test_a_server_that_is_away_is_told_in_a_sentence_and_the_rest_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    told = fault(HttpTransport(AWAY))

    assert str(told) == f"The server at {AWAY} does not answer: connection refused."
    assert "HTTPConnectionPool" in caplog.text


def test_a_connection_that_is_cut_is_told_in_a_sentence(server: Server) -> None:
    server.script = [lambda server, request: None]

    told = fault(HttpTransport(server.address))

    reason = "remote end closed connection without response"
    assert str(told) == f"The server at {server.address} does not answer: {reason}."


def test_a_server_that_takes_too_long_is_told_in_a_sentence(server: Server) -> None:
    released = []

    def slow(server: Server, request: Request) -> Any:
        server.changed.wait_for(lambda: bool(released), 5)

    server.script = [slow]

    told = fault(HttpTransport(server.address, read_timeout_s=0.1))
    with server.changed:
        released.append(True)
        server.changed.notify_all()

    assert isinstance(told, TooSlow)
    assert str(told) == f"The server at {server.address} does not answer in time."


def an_answer(server: Server, code: int, **headers: str) -> Answer:
    server.script = [lambda server, request: (code, b"", {name.replace("_", "-"): at for name, at in headers.items()})]
    transport = HttpTransport(server.address)
    answer = transport.post(PATH, encode_request(Request("journal", Head())))
    transport.close()
    return answer


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry_After": "17"}, 17),
        ({"Retry_After": "Wed, 21 Oct 2099 07:28:30 GMT", "Date": "Wed, 21 Oct 2099 07:28:00 GMT"}, 30),
        ({"Retry_After": "9" * 400}, float("inf")),
        ({"Retry_After": "-5"}, None),
        ({"Retry_After": "soon"}, None),
        ({"Retry_After": "Wed, 99 Oct 2099 07:28:30 GMT"}, None),
        ({}, None),
    ],
    ids=["seconds", "a date, by the server's own clock", "beyond reason", "negative", "a word", "no date", "nothing"],
)
def test_rule_7_when_to_come_back_is_read_as_seconds_or_as_a_date(
    server: Server, headers: dict[str, str], seconds: float | None
) -> None:
    server.has_date = "Date" not in headers

    assert an_answer(server, 503, **headers).retry_after_s == seconds


@pytest.mark.parametrize(
    "body",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nnone"],
    ids=["cut short", "wrong gzip"],
)
def test_a_reply_that_is_not_whole_counts_as_none(body: bytes) -> None:
    with raw_server([body]) as address:
        assert isinstance(fault(HttpTransport(address)), Unreachable)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Drop: ",
        b"HTTP/1.1 ",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
    ],
    ids=["body", "header", "status line", "head of a chunk"],
)
def test_a_reply_that_comes_drop_by_drop_is_given_up(head: bytes) -> None:
    drops = [head, *[b"x"] * 500]

    with raw_server(drops, pause_s=0.01) as address:
        assert isinstance(fault(HttpTransport(address, whole_reply_s=0.1)), TooSlow)


@pytest.mark.parametrize("head", [b"", b"Content-Encoding: gzip\r\n"], ids=["plain", "gzip that unpacks to more"])
def test_a_reply_of_boundless_size_is_not_read_to_the_end(head: bytes) -> None:
    body = b"x" * (2 * MAX_REPLY_BYTES)
    packed = gzip.compress(body) if head else body

    with raw_server([b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + packed]) as address, pytest.raises(StrangeReply):
        HttpTransport(address).post(PATH, b"")


@contextmanager
def raw_server(parts: Sequence[bytes], *, pause_s: float = 0) -> Iterator[str]:
    """Sends these bytes to the first who connects, whatever is asked."""
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):  # who asked may have had enough
            connection.recv(65_536)
            for part in parts:
                connection.sendall(part)
                if over.wait(pause_s):
                    break

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listening.close()
