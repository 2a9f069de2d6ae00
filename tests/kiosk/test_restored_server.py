"""What a terminal does where the server has less than it had, or another history (design.md 3.3, 3.4)."""

from typing import Any

import pytest

from kiosk.exchange import UNTIL_NEWS
from kiosk.journal import Tallies
from survey.entries import Birth, Head
from survey.exchange import Reply, Request
from tests.kiosk.a_terminal import (
    Running,
    Server,
    honest,
)


def test_rule_3_a_restored_server_gets_again_what_it_lost(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4, 3)
    terminal.settle()
    name = terminal.records.journal_id

    server.restore(seq=2)
    terminal.settle()

    assert server.values == [5, 4, 3]
    assert terminal.records.tallies().sent == 3
    assert terminal.records.journal_id == name


def test_rule_3_what_is_forgotten_here_is_left_out_and_told(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4, 3)
    terminal.settle()
    newest = terminal.records.newest()
    terminal.forget_below(newest.seq)

    server.restore(seq=1)
    head = server.head
    terminal.exchange.step()
    terminal.exchange.step()

    assert server.requests[-1].gap_after == head
    assert server.requests[-1].after == terminal.records.base()
    assert server.requests[-1].batch.value == [3]


def test_rule_4_different_histories_part_at_the_last_common_entry(terminal: Running, server: Server) -> None:
    terminal.answers(5)
    terminal.settle()
    old, common = terminal.records.journal_id, server.head

    def clone_was_here(server: Server, request: Request) -> Any:
        return 200, Reply(request.journal, Head(common.seq + 1, 4711), server.time_ms, known=[common, Head(1, 1)]), {}

    server.script = [clone_was_here]
    terminal.answers(2, 3)
    births = [
        Birth(old, common.seq + number, terminal.records.chain_at(common.seq + number) or 0).text for number in (1, 2)
    ]
    terminal.settle()
    terminal.kept.wait_until(lambda: any(draft.about == "journal_forked" for draft in terminal.kept.drafts))
    terminal.settle()

    assert [(entry.value, entry.born) for entry in server.entries] == [(2, births[0]), (3, births[1]), (old, "")]
    assert server.journal == terminal.records.journal_id != old
    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=2)


def test_rule_4_a_card_restored_from_an_image_goes_on_in_a_new_journal(terminal: Running, server: Server) -> None:
    terminal.answers(5)
    old = terminal.records.journal_id
    server.script = [lambda server, request: (200, Reply(request.journal, Head(900, 17), server.time_ms), {})]

    terminal.settle()

    assert terminal.records.journal_id != old
    assert 5 in server.values


@pytest.fixture
def forked(terminal: Running, server: Server) -> str:
    """The name of the closed journal: a boot and the answers 5, 4, 3, of which the last two were carried over."""
    terminal.answers(5)
    terminal.settle()
    old, common = terminal.records.journal_id, server.head
    server.script = [
        lambda server, request: (
            200,
            Reply(request.journal, Head(common.seq + 1, 4711), server.time_ms, known=[common]),
            {},
        )
    ]
    terminal.answers(4, 3)
    terminal.settle()
    terminal.kept.wait_until(lambda: any(draft.about == "journal_forked" for draft in terminal.kept.drafts))
    terminal.settle()
    return old


def test_rule_4_a_closed_journal_is_sent_again_to_a_server_restored_to_before_the_fork(
    terminal: Running, server: Server, forked: str
) -> None:
    new = terminal.records.journal_id
    server.others[forked] = server.others[forked][0][:1], server.others[forked][1][:1]
    server.restore(seq=0)

    assert terminal.settle() == UNTIL_NEWS

    assert [entry.value for entry in server.others[forked][0]] == ["boot-a", 5, 4, 3]
    assert (server.journal, [entry.value for entry in server.entries]) == (new, [4, 3, forked])
    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=2)


def test_rule_4_where_the_server_holds_another_history_of_a_closed_journal_it_is_asked_once_what_it_lacks(
    terminal: Running, server: Server, forked: str
) -> None:
    clones = [*server.others[forked][1], 4711]
    server.others[forked] = [*server.others[forked][0], server.entries[0]], clones
    count = len(server.requests)

    terminal.restart()
    terminal.settle()
    terminal.settle()

    requests = [(request.journal, request.batch.value) for request in server.requests[count:]]
    in_use = (terminal.records.journal_id, [])
    assert requests == [in_use, (forked, []), in_use, in_use]
    assert server.others[forked][1] == clones


def test_a_closed_journal_of_which_the_server_takes_nothing_is_not_sent_over_and_over(
    terminal: Running, server: Server, forked: str
) -> None:
    server.others[forked] = server.others[forked][0][:1], server.others[forked][1][:1]
    server.script = [honest, lambda server, request: (200, Reply(request.journal, server.head, server.time_ms), {})]
    count = len(server.requests)

    terminal.restart()

    assert terminal.settle() == UNTIL_NEWS
    assert [request.batch.value for request in server.requests[count:]] == [[], [5, 4, 3], []]


def test_a_closed_journal_that_cannot_be_read_holds_up_nothing(
    terminal: Running, server: Server, forked: str, caplog: pytest.LogCaptureFixture
) -> None:
    (terminal.folder / f"journal-{forked}.closed.db").write_bytes(b"no database " * 1000)

    terminal.restart()
    terminal.answers(2)

    assert terminal.settle() == UNTIL_NEWS
    assert terminal.settle() == UNTIL_NEWS
    assert server.values == [4, 3, 2]
    assert forked in caplog.text
