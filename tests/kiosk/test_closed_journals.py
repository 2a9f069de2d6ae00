"""Closed journals: told in every request, sent again where the server lacks them, dropped when nothing can need them.

And missing ranges of any journal, handed over by whoever still holds their last entry.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kiosk.exchange import UNTIL_NEWS
from kiosk.forgetting import DAY_MS
from kiosk.journal import KEEP_DAYS, Records, empty_closed
from kiosk.journal.files import closed_journals
from kiosk.journal.seals import can_seal
from kiosk.offering import IN_TURN
from survey.entries import Head
from survey.exchange import NEW_JOURNAL, Closed, Reply, Request
from tests.kiosk.a_terminal import Running, Server, honest, status


def moved(terminal: Running, server: Server) -> Closed:
    """Have the terminal close its journal; how that stands."""
    closed = Closed(terminal.records.journal_id, server.head)
    server.commands = [NEW_JOURNAL]
    terminal.exchange._renewed_at_ms = None
    terminal.exchange.step()
    server.commands = []
    terminal.kept.wait_until(lambda: terminal.kept.drafts[-1].value == closed.journal)
    terminal.settle()
    return closed


@pytest.fixture
def closed(terminal: Running, server: Server) -> Closed:
    """A boot and the answers 5, 4, 3."""
    terminal.answers(5, 4, 3)
    terminal.settle()
    return moved(terminal, server)


def test_rule_9_a_moved_terminal_begins_an_empty_journal(terminal: Running, server: Server, closed: Closed) -> None:
    terminal.wait_for_event("journal_begun")
    terminal.answers(1)
    terminal.settle()

    assert [entry.value for entry in server.others[closed.journal][0]] == ["boot-a", 5, 4, 3]
    assert [entry.value for entry in server.entries] == [closed.journal, 1]
    health = server.requests[-1].health
    assert (health.pressed, health.stored, terminal.writer.pressed) == (1, 1, 1)
    assert [entry.visit for entry in server.entries] == [0, 4]


def test_rule_9_what_comes_in_between_goes_into_the_old_journal_first(terminal: Running, server: Server) -> None:
    old = terminal.records.journal_id

    def one_comes_meanwhile(server: Server, request: Request) -> Any:
        reply = server.take(request)
        terminal.answers(4)
        return 200, reply, {}

    server.commands = [NEW_JOURNAL]
    server.script = [one_comes_meanwhile]
    terminal.answers(5)
    terminal.exchange.step()
    assert terminal.records.journal_id == old

    terminal.exchange.step()
    server.commands = []
    terminal.settle()

    assert [entry.value for entry in server.others[old][0]] == ["boot-a", 5, 4]
    assert terminal.records.journal_id != old


def test_rule_9_the_writer_has_the_last_word_on_whether_something_came_in_between(terminal: Running) -> None:
    newest = terminal.records.newest()
    terminal.answers(5)

    assert not terminal.writer.renew(newest).result()
    assert not closed_journals(terminal.folder)


def test_rule_9_a_server_that_asks_for_a_new_journal_each_time_is_not_obeyed_each_time(
    terminal: Running, server: Server
) -> None:
    server.commands = [NEW_JOURNAL]

    for _ in range(5):
        terminal.settle()

    assert len(closed_journals(terminal.folder)) == 1


def test_rule_4_every_request_names_each_closed_journal_the_newest_first(
    terminal: Running, server: Server, closed: Closed
) -> None:
    terminal.answers(2)
    terminal.settle()
    second = moved(terminal, server)

    terminal.restart()
    terminal.settle()

    assert server.requests[-1].closed == [second, closed]


def test_a_heartbeat_opens_no_closed_journal(
    terminal: Running, server: Server, closed: Closed, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.missing[closed.journal] = [(1, 99)]
    terminal.settle()
    opened: list[Path] = []
    monkeypatch.setattr("kiosk.offering.Records.open_file", lambda path: opened.append(path))

    terminal.settle()

    assert server.requests[-1].closed == [closed]
    assert opened == []


def test_rule_4_what_the_server_lacks_of_a_closed_journal_is_sent_whenever_it_says_so(
    terminal: Running, server: Server, closed: Closed
) -> None:
    for _ in range(2):
        entries, chains = server.others[closed.journal]
        server.others[closed.journal] = entries[:2], chains[:2]

        assert terminal.settle() == UNTIL_NEWS

        terminal.settle()
        assert [entry.value for entry in server.others[closed.journal][0]] == ["boot-a", 5, 4, 3]


def test_what_the_server_does_not_take_is_offered_again_after_a_restart_or_a_change(
    terminal: Running, server: Server, closed: Closed
) -> None:
    entries, chains = server.others[closed.journal]
    server.others[closed.journal] = entries[:2], chains[:2]
    server.script = [honest, take_nothing]
    count = len(server.requests)

    for _ in range(3):
        assert terminal.settle() == UNTIL_NEWS
    assert [request.journal for request in server.requests[count:]].count(closed.journal) == 1

    terminal.restart()
    terminal.settle()

    assert len(server.others[closed.journal][0]) == 4


def take_nothing(server: Server, request: Request) -> Any:
    held = server.others[request.journal][1]
    return 200, Reply(request.journal, Head(len(held), held[-1]), server.time_ms), {}


def test_an_offer_that_the_server_fails_at_does_not_hold_up_new_answers(
    terminal: Running, server: Server, closed: Closed
) -> None:
    entries, chains = server.others[closed.journal]
    server.others[closed.journal] = entries[:2], chains[:2]
    server.script = [honest, status(500)]
    assert terminal.settle().seconds >= 0

    terminal.answers(1)
    terminal.settle()

    assert server.values[-1] == 1


def age(terminal: Running, server: Server, days: int) -> None:
    """So many days pass, and the server tells the time."""
    terminal.hand.pass_ms(days * DAY_MS)
    server.time_ms += days * DAY_MS
    terminal.settle()


def test_rule_3_a_closed_journal_is_emptied_once_it_is_old_and_in_every_backup(
    terminal: Running, server: Server, closed: Closed
) -> None:
    server.may_forget[closed.journal] = closed.end
    terminal.settle()
    age(terminal, server, KEEP_DAYS - 1)
    assert entries_of(terminal) == 4

    age(terminal, server, 2)

    assert entries_of(terminal) == 0
    terminal.settle()
    assert server.requests[-1].closed == [closed]


def test_emptied_journals_are_told_for_ever_a_few_in_each_heartbeat_in_turn(
    terminal: Running, server: Server, closed: Closed
) -> None:
    (path,) = closed_journals(terminal.folder)
    empty_closed(path)
    names = [f"{number:015x}" for number in range(IN_TURN + 3)]
    for name in names:
        copy = shutil.copy(path, path.with_name(f"journal-{name}.closed.db"))
        with closing(sqlite3.connect(copy)) as connection, connection:
            can_seal(connection)
            connection.execute("UPDATE state SET journal = ?", [name])
    terminal.restart()

    told = [told_in(terminal, server) for _ in range(2)]

    assert [len(one) for one in told] == [IN_TURN, IN_TURN]
    assert told[0] | told[1] == {closed.journal, *names}


def told_in(terminal: Running, server: Server) -> set[str]:
    terminal.settle()
    return {one.journal for one in server.requests[-1].closed}


def entries_of(terminal: Running) -> int:
    (path,) = closed_journals(terminal.folder)
    with closing(Records.open_file(path)) as records:
        return len(records.entries_after(0))


@pytest.mark.parametrize("may_forget", [None, Head(3, 4711), Head(4, 4711), Head(9, 4711)])
def test_rule_3_a_closed_journal_that_some_backup_lacks_is_never_emptied(
    terminal: Running, server: Server, closed: Closed, may_forget: Head | None
) -> None:
    if may_forget:
        server.may_forget[closed.journal] = may_forget

    age(terminal, server, 10 * KEEP_DAYS)
    terminal.settle()

    assert entries_of(terminal) == 4
    assert server.requests[-1].closed == [closed]


def test_a_closed_journal_that_cannot_be_read_is_told_and_left_alone(
    terminal: Running, server: Server, closed: Closed
) -> None:
    path = closed_journals(terminal.folder)[0]
    path.write_bytes(b"no database " * 1000)
    terminal.restart()

    terminal.settle()
    terminal.wait_for_event("journal_unreadable")
    terminal.settle()

    assert path.exists()
    assert [entry.value for entry in server.entries][-1] == path.name


def missing(server: Server, terminal: Running, first: int, last: int) -> None:
    """As if a restored server had let them go: its head lies beyond."""
    server.missing[server.journal] = [(first, last)]
    server.proofs[server.journal, last] = terminal.records.chain_at(last) or 0


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE state SET journal = '0123456789abcdq'",
        "UPDATE state SET carried_after = 'some'",
        "UPDATE boots SET offset_ms = 'some'",
        "UPDATE entries SET chain = 'some'",
        "DELETE FROM state",
    ],
    ids=["its name", "what was carried", "a boot", "a chain", "its state"],
)
def test_a_closed_journal_that_holds_what_was_never_written_holds_nothing_up(
    terminal: Running, server: Server, closed: Closed, damage: str
) -> None:
    (path,) = closed_journals(terminal.folder)
    connection = sqlite3.connect(path)
    connection.create_function("seal", -1, lambda *_: 0, deterministic=True)
    with closing(connection), connection:
        connection.execute(damage)
    terminal.restart()

    assert terminal.settle() == UNTIL_NEWS

    terminal.wait_for_event("journal_unreadable")
    assert server.requests[-1].closed == []
    assert path.exists()


def test_rule_10_a_missing_range_is_handed_over_from_its_end(terminal: Running, server: Server) -> None:
    terminal.answers(*range(1, 8))
    terminal.settle()
    missing(server, terminal, 2, 7)
    terminal.exchange._patience.size = 4

    assert terminal.settle() == UNTIL_NEWS

    assert server.handed_over == [3, 4, 5, 6, 1, 2]
    assert server.missing[server.journal] == []


def test_rule_10_what_is_left_of_a_range_is_handed_over(terminal: Running, server: Server) -> None:
    terminal.answers(*range(1, 8))
    terminal.settle()
    terminal.forget_below(5)
    missing(server, terminal, 2, 7)

    terminal.settle()

    assert server.handed_over == [4, 5, 6]
    assert server.missing[server.journal] == [(2, 4)]


def test_rule_10_nothing_is_sent_of_a_range_whose_end_is_not_held(terminal: Running, server: Server) -> None:
    terminal.answers(*range(1, 8))
    terminal.settle()
    terminal.forget_below(8)
    server.missing[server.journal] = [(2, 7), (9, 12)]
    count = len(server.requests)

    terminal.settle()

    assert [request.batch.value for request in server.requests[count:]] == [[]]


def test_rule_10_a_range_that_the_server_does_not_take_is_sent_once(terminal: Running, server: Server) -> None:
    terminal.answers(*range(1, 8))
    terminal.settle()
    server.missing[server.journal] = [(2, 7)]
    count = len(server.requests)

    terminal.settle()
    terminal.answers(5)
    terminal.settle()
    terminal.settle()

    batches = [request.batch.value for request in server.requests[count:]]
    assert batches == [[], [1, 2, 3, 4, 5, 6], [], [5], []]
    server.missing[server.journal] = [(3, 7)]
    terminal.settle()
    assert server.requests[-2].batch.value == [2, 3, 4, 5, 6]


def test_rule_10_a_range_of_a_closed_journal_is_handed_over(terminal: Running, server: Server, closed: Closed) -> None:
    server.missing[closed.journal] = [(1, 3)]
    server.proofs[closed.journal, 3] = server.others[closed.journal][1][2]

    terminal.settle()

    assert server.handed_over == ["boot-a", 5, 4]
