"""What does not come back is told in plain words; what the library says of it goes to the log."""

import logging
from typing import Any

import pytest
from a_terminal import Server

from kiosk.errors import TooSlow, Unreachable
from kiosk.transport import HttpTransport
from survey.entries import Head
from survey.exchange import PATH, Request, encode_request

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
