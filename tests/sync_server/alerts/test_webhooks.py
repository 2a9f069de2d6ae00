"""Alerts to other programs, against a real HTTP server: signed, tried again, never to who was removed."""

import hashlib
import hmac
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from sync_server.alerts import webhooks
from sync_server.alerts.webhooks import WebhookCarrier, WebhookUnfit
from sync_server.mail.outbox import Sender
from sync_server.store import outbox
from tests import cast, certificates
from tests.sync_server.alerts.house import Watched


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """One kind of store: what differs between them is looked at elsewhere."""
    return tmp_path / "data"


class Receiver:
    """What other programs do with what comes. status: what they say to it; 0: nothing, and hang up."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
                if receiver.status:
                    self.send_response(receiver.status)
                    self.send_header("location", "/elsewhere")
                    self.send_header("content-length", "0")
                    self.end_headers()
                else:
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hymy"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield receiver
    receiver.server.shutdown()
    thread.join(timeout=10)
    receiver.server.server_close()


@contextmanager
def dripping(begin: bytes) -> Iterator[str]:
    """The address of who answers this, and then byte after byte as long as somebody listens."""
    heard_out = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listening.accept()
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(begin)
            while not heard_out.wait(0.1):
                connection.sendall(b"H")

    thread = threading.Thread(target=drip)
    thread.start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    heard_out.set()
    thread.join(timeout=10)
    listening.close()
    assert not thread.is_alive()


def example() -> tuple[str, str]:
    """The manual's: the program that verifies a call, and what a call looks like."""
    text = Path("docs/integrator.md").read_text(encoding="utf-8")
    body, program = re.findall(r"```(?:python|json)\n(.*?)```", text, re.DOTALL)
    return program, body


def send(watched: Watched) -> int:
    carrier = WebhookCarrier(watched.store, lambda: watched.now_ms, whole_s=1)
    return Sender(watched.store, lambda: watched.now_ms, carrier).step()


def test_what_opens_and_closes_is_sent_signed(watched: Watched, receiver: Receiver) -> None:
    webhook = webhooks.add(watched.store, receiver.url, who="Cilla", now_ms=watched.now_ms)
    watched.answer([1] * 4, given="2026-11-21 15:00")
    (opened,) = watched.round("2026-11-21 15:00")
    send(watched)
    watched.round("2026-11-21 15:20")
    send(watched)

    bodies = [json.loads(body) for _, body in receiver.calls]
    for headers, body in receiver.calls:
        signed = headers["x-hymy-timestamp"].encode() + b"." + body
        expected = hmac.new(webhook.secret.encode(), signed, hashlib.sha256).hexdigest()
        assert headers["x-hymy-signature"] == f"sha256={expected}"
    assert [body["event"] for body in bodies] == ["alert.opened", "alert.closed"]
    assert bodies[0] | {"facts": None, "link": None} == {
        "event": "alert.opened",
        "alert_id": opened.row.alert_id,
        "kind": "negative",
        "location_id": "kamppi",
        "location_name": "Kamppi",
        "region_id": "uusimaa",
        "opened_at": cast.at("2026-11-21 15:00"),
        "closed_at": None,
        "facts": None,
        "link": None,
    }
    assert bodies[0]["facts"] == {"type": "negative", "negative": 4, "answers": 4, "minutes": 15}
    assert bodies[1]["closed_at"] == cast.at("2026-11-21 15:20")


def test_a_receiver_whose_certificate_a_companys_own_authority_signed_is_trusted(
    watched: Watched, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = certificates.authority()
    shown = certificates.context(own, tmp_path)
    receiver.server.socket = shown.wrap_socket(receiver.server.socket, server_side=True, do_handshake_on_connect=False)
    monkeypatch.setenv("SSL_CERT_FILE", str(own.file(tmp_path)))  # in place of Debian's /etc/ssl/certs
    webhooks.add(watched.store, receiver.url.replace("http:", "https:"), who="Cilla", now_ms=watched.now_ms)
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")

    send(watched)

    assert len(receiver.calls) == 1


@pytest.mark.parametrize("status", [0, 307, 404, 500])
def test_who_does_not_take_it_is_asked_again_later_and_knows_it_by_its_delivery(
    watched: Watched, receiver: Receiver, status: int
) -> None:
    webhooks.add(watched.store, receiver.url, who="Cilla", now_ms=watched.now_ms)
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")
    receiver.status = status

    refused = send(watched)
    receiver.status = 200
    too_early = send(watched)
    watched.now_ms += 60_000
    later = send(watched)

    assert (refused, too_early, later) == (0, 0, 1)
    first, second = (headers for headers, _ in receiver.calls)
    assert first["x-hymy-delivery"] == second["x-hymy-delivery"]
    assert first["x-hymy-timestamp"] != second["x-hymy-timestamp"]


@pytest.mark.parametrize(
    ("begin", "said"),
    [
        (b"", "Read timed out"),
        (b"HTTP/1.1 204 No Content\r\nX-Drip: ", "Read timed out"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, "longer than 65536 bytes"),
    ],
    ids=["status", "header", "without end"],
)
def test_who_drips_its_answer_holds_up_no_other(watched: Watched, receiver: Receiver, begin: bytes, said: str) -> None:
    with dripping(begin) as url:
        for address in (url, receiver.url):
            webhooks.add(watched.store, address, who="Cilla", now_ms=watched.now_ms)
        watched.answer([1] * 4, given="2026-11-21 15:00")
        watched.round("2026-11-21 15:00")
        began_s = time.monotonic()
        sent = send(watched)
        took_s = time.monotonic() - began_s

    (left,) = outbox.unsent(watched.store)
    assert (sent, len(receiver.calls), left.is_given_up) == (1, 1, False)
    assert took_s < 5
    assert said in left.reason


def test_who_says_that_it_is_gone_is_not_asked_again(watched: Watched, receiver: Receiver) -> None:
    webhooks.add(watched.store, receiver.url, who="Cilla", now_ms=watched.now_ms)
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")
    receiver.status = 410
    send(watched)
    assert [(row.reason, row.is_given_up) for row in outbox.unsent(watched.store)] == [("410 Gone", True)]


def test_nothing_is_sent_to_what_was_removed(watched: Watched, receiver: Receiver) -> None:
    webhook = webhooks.add(watched.store, receiver.url, who="Cilla", now_ms=watched.now_ms)
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")
    webhooks.end(watched.store, webhook.webhook_id, who="Cilla", now_ms=watched.now_ms)

    send(watched)

    assert receiver.calls == []
    assert [row.reason for row in outbox.unsent(watched.store)] == ["The webhook was removed."]
    assert watched.store.read("SELECT secret FROM webhooks") == [("",)]


@pytest.mark.parametrize("url", ["", "ftp://x/", "http://", "javascript:1", "http://a b/", "http://[/", "https://x\n"])
def test_an_address_that_cannot_be_called_is_refused(watched: Watched, url: str) -> None:
    with pytest.raises(WebhookUnfit, match="no address"):
        webhooks.add(watched.store, url, who="Cilla", now_ms=0)


def test_the_manuals_program_takes_a_call_and_refuses_a_forged_or_an_old_one(
    watched: Watched, receiver: Receiver
) -> None:
    webhook = webhooks.add(watched.store, receiver.url, who="Cilla", now_ms=watched.now_ms)
    watched.answer([1] * 4, given="2026-11-21 15:00")
    watched.round("2026-11-21 15:00")
    send(watched)
    ((headers, body),) = receiver.calls
    program, shown = example()
    names: dict[str, Any] = {}
    exec(program, names)  # noqa: S102
    is_from_hymy, now_s = names["is_from_hymy"], watched.now_ms / 1000

    assert is_from_hymy(webhook.secret, headers, body, now_s)
    assert not is_from_hymy(webhook.secret, headers, body + b" ", now_s)
    assert not is_from_hymy("another", headers, body, now_s)
    assert not is_from_hymy(webhook.secret, headers, body, now_s + 3600)
    assert json.loads(shown).keys() == json.loads(body).keys()
    assert json.loads(shown)["facts"].keys() == json.loads(body)["facts"].keys()
