"""Which replies are believed: those that name the chain of this journal (design.md 3.2)."""

from typing import Any

import pytest

from kiosk.journal import Tallies
from survey.entries import Head
from survey.exchange import Reply
from tests.kiosk.a_terminal import (
    Running,
    Server,
    lost_reply,
    status,
)


def test_rule_2_a_lost_reply_is_made_good(terminal: Running, server: Server) -> None:
    server.script = [lost_reply]
    terminal.answers(5, 4)

    assert not terminal.settle().until_news
    assert terminal.records.tallies().sent == 0
    terminal.settle()

    assert server.values == [5, 4]
    assert terminal.records.tallies().sent == 2


def test_rule_2_a_login_page_acknowledges_nothing(terminal: Running, server: Server) -> None:
    server.script = [lambda server, request: (200, b"<html>Welcome to our Wi-Fi</html>", {})]
    terminal.answers(5)

    assert not terminal.settle().until_news
    assert terminal.records.tallies().sent == 0
    assert terminal.records.head().seq < terminal.records.newest().seq
    terminal.settle()
    assert server.values == [5]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, b"<html>Welcome to our Wi-Fi</html>"),
        (200, b""),
        (200, b'{"journal": "OURS", "head": [0, 0]}'),
        (200, b'{"ok": true, "server_time_ms": 1}'),
        (200, b'{"head": [0, 0], "server_time_ms": 1800000000000}'),
        (200, b'{"journal": "OURS", "head": [4711, "x"], "server_time_ms": 1800000000000}'),
        (200, b'{"journal": "OURS", "head": [0, 0], "server_time_ms": 1e300}'),
        (200, b'{"journal": "OURS", "head": [0, 0], "server_time_ms": 9223372036854775807}'),
        (200, b'{"journal": "fffffffffffffff", "head": [0, 0], "server_time_ms": 1800000000000}'),
        (200, b'{"journal": "fffffffffffffff", "head": [900, 17], "server_time_ms": 1800000000000}'),
        (200, b"[" * 100_000),
        (200, b"x" * 5_000_000),
        (204, b""),
        (404, b"not here"),
        (500, b"oh"),
        (502, b"<html>Bad gateway</html>"),
    ],
    ids=lambda value: str(value[:70]) if isinstance(value, bytes) else str(value),
)
def test_rule_2_what_is_not_our_servers_reply_changes_nothing(
    terminal: Running, server: Server, code: int, body: bytes
) -> None:
    terminal.answers(5)
    before = state(terminal)
    ours = terminal.records.journal_id.encode()
    server.script = [lambda server, request: (code, body.replace(b"OURS", ours), {})]

    wait = terminal.exchange.step()

    assert not wait.until_news
    assert 0 < wait.seconds <= 5
    assert state(terminal) == before
    terminal.settle()
    assert server.values == [5]


def state(terminal: Running) -> Any:
    records = terminal.records
    return records.journal_id, records.head(), records.tallies(), records.may_forget_seq(), records.boots()


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_rule_2_a_redirect_is_not_followed(terminal: Running, server: Server, code: int) -> None:
    server.script = [status(code, Location=server.address + "/api/exchange")]
    terminal.answers(5)
    count = len(server.requests)

    terminal.exchange.step()

    assert len(server.requests) == count + 1
    assert terminal.records.tallies().sent == 0


def test_rule_2_an_acknowledgement_of_another_history_counts_nothing_as_sent(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4)
    newest = terminal.records.newest()
    server.script = [lambda server, request: (200, Reply(request.journal, Head(newest.seq, 4711), server.time_ms), {})]

    terminal.exchange.step()

    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=0)
    terminal.settle()
    assert server.values == [5, 4]


def test_rule_3_permission_to_forget_another_history_is_ignored_and_one_that_ends_is_taken_back(
    terminal: Running, server: Server
) -> None:
    terminal.answers(5, 4)
    terminal.settle()
    for allowed, noted in [
        (server.head, server.head.seq),
        (Head(2, 4711), 0),
        (server.head, server.head.seq),
        (None, 0),
    ]:
        server.may_forget = {server.journal: allowed} if allowed else {}

        terminal.settle()

        assert terminal.records.may_forget_seq() == noted
