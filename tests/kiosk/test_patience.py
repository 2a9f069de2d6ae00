"""How much is sent at once, and when it is tried again (design.md 3.6, 3.7)."""

from pathlib import Path
from typing import Any

import pytest

from kiosk.exchange import AT_ONCE, UNTIL_NEWS
from kiosk.patience import FIRST_BATCH, LARGEST_BATCH
from kiosk.transport import HttpTransport
from survey.exchange import Reply, Request
from tests.kiosk.a_terminal import HandClock, Running, Server, a_writer, an_exchange, answer, keep, status


def test_rule_6_a_batch_that_is_too_large_is_halved_and_one_that_was_quick_doubled(
    terminal: Running, server: Server
) -> None:
    terminal.answers(*[5] * 1000)
    server.script = [status(413), status(413)]

    terminal.settle()

    sizes = [len(request.batch.value) for request in server.requests[-6:]]
    assert sizes[:5] == [FIRST_BATCH, FIRST_BATCH // 2, FIRST_BATCH // 4, FIRST_BATCH // 2, FIRST_BATCH]
    assert server.values == [5] * 1000
    assert terminal.exchange._patience.size <= LARGEST_BATCH


def test_rule_6_a_batch_that_took_too_long_to_arrive_is_halved_at_once(terminal: Running, server: Server) -> None:
    terminal.answers(*[5] * FIRST_BATCH)
    server.script = [status(408)]

    assert terminal.exchange.step() == AT_ONCE
    terminal.exchange.step()

    assert [len(request.batch.value) for request in server.requests[-2:]] == [FIRST_BATCH, FIRST_BATCH // 2]


def test_rule_6_a_time_out_halves_the_batch(tmp_path: Path, hand: HandClock, server: Server) -> None:
    released = []

    def slow(server: Server, request: Request) -> Any:
        server.changed.wait_for(lambda: bool(released), 5)

    with a_writer(tmp_path, hand) as (writer, kept):
        impatient = HttpTransport(server.address, read_timeout_s=0.1)
        exchange, _ = an_exchange(tmp_path, writer, hand, server.address, transport=impatient)
        exchange.step()
        keep(writer, kept, *(answer(5, visit=visit) for visit in range(FIRST_BATCH)))
        exchange.step()

        server.script = [slow]
        exchange.step()
        with server.changed:
            released.append(True)
            server.changed.notify_all()
        exchange.step()

        assert [len(request.batch.value) for request in server.requests[-2:]] == [FIRST_BATCH, FIRST_BATCH // 2]
        exchange.close()
        impatient.close()


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("asked", "shortest", "longest"),
    [
        ("17", 17, 17),
        ("Wed, 21 Oct 2099 07:28:40 GMT", 40, 40),
        ("99999999999", 3600, 3600),
        ("0", 1, 1),
        ("Wed, 21 Oct 1999 07:28:00 GMT", 1, 1),
        ("tomorrow", 0, 5),
    ],
)
def test_rule_7_a_server_that_says_when_to_come_back_is_obeyed_within_reason(
    terminal: Running, server: Server, code: int, asked: str, shortest: float, longest: float
) -> None:
    server.has_date = False
    server.script = [status(code, Retry_After=asked, Date="Wed, 21 Oct 2099 07:28:00 GMT")]

    assert shortest <= terminal.settle().seconds <= longest


def test_rule_7_failures_wait_with_full_jitter_up_to_a_quarter_of_an_hour(terminal: Running, server: Server) -> None:
    server.script = [status(500)] * 40

    waits = [terminal.settle().seconds for _ in range(40)]

    limits = [min(900, 5 * 2**failures) for failures in range(40)]
    assert all(0 <= wait <= limit for wait, limit in zip(waits, limits, strict=True))
    assert max(waits) > 450
    assert min(waits[10:]) < 200


def test_rule_7_after_a_success_the_waits_begin_anew(terminal: Running, server: Server) -> None:
    server.script = [status(500)] * 10
    for _ in range(10):
        terminal.settle()

    assert terminal.settle() == UNTIL_NEWS
    server.script = [status(500)]
    assert terminal.settle().seconds <= 5


def test_a_server_that_is_away_is_waited_for(tmp_path: Path, hand: HandClock) -> None:
    with a_writer(tmp_path, hand) as (writer, _):
        exchange, told = an_exchange(tmp_path, writer, hand, "http://127.0.0.1:9")

        assert exchange.step().seconds <= 5

        assert told.excuses[-1].reason == "not_ready.enrolling"
        assert "does not answer" in told.excuses[-1].detail
        exchange.close()


def test_a_batch_of_which_the_server_takes_nothing_is_not_sent_over_and_over(terminal: Running, server: Server) -> None:
    terminal.answers(5)
    head = server.head
    server.script = [lambda server, request: (200, Reply(request.journal, head, server.time_ms), {})]

    wait = terminal.settle()

    assert not wait.until_news
    assert wait != AT_ONCE
