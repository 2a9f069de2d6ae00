"""What a request tells of each day: pressed and stored, by the date that the terminal's own clock told."""

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk import days
from kiosk.drafts import Draft
from kiosk.forgetting import DAY_MS
from kiosk.journal import Journal, Records
from survey.entries import Head
from survey.exchange import Day
from tests.kiosk.a_terminal import (
    CONFIGURATION,
    LIMIT_S,
    HandClock,
    Running,
    Server,
    a_writer,
    an_exchange,
    answer,
    keep,
)

GOLDEN = Path(__file__).parents[1] / "golden"
MIDNIGHT_MS = 1_800_050_400_000  # 16 January 2027 in Helsinki
FRIDAY, SATURDAY, SUNDAY = "2027-01-15", "2027-01-16", "2027-01-17"


def at(value: int, uptime_ms: int) -> Draft:
    return Draft("answer", "overall", value, uptime_ms, "shop@1", "fi", "touch", 1)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal.open(tmp_path)
    journal.begin_boot("boot-a", clock_ms=MIDNIGHT_MS, uptime_ms=0)
    journal.configure(CONFIGURATION)
    return journal


def append(journal: Journal, *uptimes_ms: int) -> None:
    for uptime_ms in uptimes_ms:
        stored = journal.tallies().stored
        journal.append([(at(5, uptime_ms), MIDNIGHT_MS)], pressed=stored + 1)


def told(journal: Journal, after_seq: int = 0) -> list[Day]:
    return days.days_to_tell(journal, after_seq).days


def test_an_answer_counts_on_the_date_at_the_location_by_the_terminals_own_clock(journal: Journal) -> None:
    append(journal, -1, 0, DAY_MS - 1, DAY_MS)
    journal.set_clock(MIDNIGHT_MS + 99 * DAY_MS, "server", clock_ms=MIDNIGHT_MS)

    assert told(journal) == [Day(FRIDAY, 1, 1), Day(SATURDAY, 2, 2), Day(SUNDAY, 1, 1)]
    journal.close()


def test_only_days_with_entries_that_are_new_to_the_server_are_told_and_the_newest(journal: Journal) -> None:
    append(journal, -1, 0, DAY_MS, 1)

    assert told(journal, 2) == [Day(SUNDAY, 1, 1), Day(SATURDAY, 2, 2)]
    assert told(journal, 4) == [Day(SATURDAY, 2, 2)]
    journal.close()


def test_days_that_do_not_fit_are_told_later_and_so_are_their_entries(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MAX_DAYS", 2)
    append(journal, -1, 0, DAY_MS)

    first = days.days_to_tell(journal, 0)
    second = days.days_to_tell(journal, first.up_to or 0)

    assert (first.days, first.up_to) == ([Day(FRIDAY, 1, 1), Day(SATURDAY, 1, 1)], 2)
    assert (second.days, second.up_to) == ([Day(SUNDAY, 1, 1)], None)
    journal.close()


def test_a_batch_ends_with_the_days_that_go_along(
    terminal: Running, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(days, "MAX_DAYS", 1)
    count = len(server.requests)
    keep(terminal.writer, terminal.kept, *(at(number, number * DAY_MS) for number in (1, 2, 3)))

    terminal.settle()

    requests = [(request.batch.value, len(request.days)) for request in server.requests[count:]]
    assert requests == [([1], 1), ([2], 1), ([3], 1)]


def test_a_day_is_not_told_ahead_of_its_answers(tmp_path: Path, server: Server) -> None:
    """They wait for the server's time; if this is a copied card, they may come in another journal, and never here."""
    hand = HandClock()
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5))
        exchange, _ = an_exchange(tmp_path, writer, hand, server.address)

        for _ in range(3):
            exchange.step()

        exchange.close()
    requests = [(request.batch.value, [day.stored for day in request.days]) for request in server.requests]
    assert requests == [([], []), (["boot-a", 5], [1])]


def test_rule_4_after_a_fork_the_days_are_those_of_what_was_carried_over(journal: Journal) -> None:
    append(journal, -1, 0, 1, DAY_MS)

    new = journal.fork(Head(2, journal.chain_at(2) or 0))

    assert told(new) == [Day(SATURDAY, 1, 1), Day(SUNDAY, 1, 1)]
    new.close()


def test_forgetting_entries_leaves_their_days(journal: Journal) -> None:
    append(journal, -1, 0, 1)
    journal.acknowledge(journal.newest())
    journal.set_may_forget(3)

    assert journal.forget({}) == 2

    assert told(journal) == [Day(FRIDAY, 1, 1), Day(SATURDAY, 2, 2)]
    journal.close()


def test_a_press_that_cannot_be_kept_shows_on_its_day_until_it_is(terminal: Running, server: Server) -> None:
    yesterday = answer(5)
    today = at(4, terminal.hand.uptime_ms + DAY_MS)
    opened, terminal.writer._opened = terminal.writer._opened, refuse  # type: ignore[method-assign]
    terminal.writer.append(yesterday)
    terminal.writer.append(today)
    taken = threading.Event()
    terminal.writer.ping(taken.set)
    assert taken.wait(LIMIT_S)

    terminal.exchange.step()
    assert server.requests[-1].days == [Day(FRIDAY, 1, 0), Day(SATURDAY, 1, 0)]

    terminal.writer._opened = opened  # type: ignore[method-assign]
    terminal.kept.wait_for(today)
    terminal.settle()
    assert server.requests[-1].days == [Day(FRIDAY, 1, 1), Day(SATURDAY, 1, 1)]
    terminal.settle()
    assert server.requests[-1].days == [Day(SATURDAY, 1, 1)]


def test_a_day_that_was_told_with_too_many_presses_is_told_once_more(journal: Journal) -> None:
    unkept = [(at(5, -1), MIDNIGHT_MS)]
    unsettled = days.Unsettled(lambda: unkept)
    told = []

    for _ in range(3):
        told.append(dict(unsettled._dates(journal)))
        unsettled.were_told()
        unkept.clear()

    assert told == [{FRIDAY: 1}, {FRIDAY: 0}, {}]
    journal.close()


def test_a_press_that_is_kept_while_its_day_is_read_is_told_once(journal: Journal) -> None:
    def unkept() -> list[tuple[Draft, int]]:
        append(journal, -1)
        return [(at(5, -1), MIDNIGHT_MS)]

    assert days.Unsettled(unkept).telling(journal, 0).days == [Day(FRIDAY, 1, 1)]
    journal.close()


def test_what_is_being_kept_does_not_wait_any_more(terminal: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may stand in the journal already."""
    seen: list[int] = []
    kept_by = Journal.append

    def keep_and_look(journal: Journal, *values: Any, **options: Any) -> Any:
        entries = kept_by(journal, *values, **options)
        seen.append(len(terminal.writer.unkept()))
        return entries

    monkeypatch.setattr(Journal, "append", keep_and_look)

    keep(terminal.writer, terminal.kept, answer(5))

    assert seen == [0]


def test_a_day_that_was_told_and_not_heard_of_is_told_once_more(journal: Journal) -> None:
    """The reply was lost: the server may have it. What came meanwhile was a repetition, and is no entry of that day."""
    unkept = [(at(5, -1), MIDNIGHT_MS)]
    unsettled = days.Unsettled(lambda: unkept)

    unsettled._dates(journal)
    unkept.clear()
    told = dict(unsettled._dates(journal))
    unsettled.were_told()

    assert (told, dict(unsettled._dates(journal))) == ({FRIDAY: 0}, {})
    journal.close()


def test_who_runs_after_a_power_cut_tells_the_newest_day_once_more(journal: Journal) -> None:
    """Whoever ran before may have told a press of that day which was never kept."""
    append(journal, -1)
    unsettled = days.Unsettled(list)

    told = dict(unsettled._dates(journal))
    unsettled.were_told()

    assert (told, dict(unsettled._dates(journal))) == ({FRIDAY: 0}, {})
    journal.close()


def refuse() -> Journal:
    raise sqlite3.OperationalError("database or disk is full")


def test_a_time_zone_that_is_not_known_here_costs_no_answer(journal: Journal) -> None:
    journal.configure(msgspec.structs.replace(CONFIGURATION, time_zone="Mars/Base"))

    append(journal, -1)

    assert told(journal) == [Day(FRIDAY, 1, 1)]
    journal.close()


def test_a_journal_of_the_release_before_is_brought_up_to_date(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "journal_0.1.sqlite", tmp_path / "journal-d71ad75da298076.db")

    with closing(Journal.open(tmp_path)) as journal:
        assert told(journal) == [Day(FRIDAY, 1, 1), Day(SATURDAY, 2, 2), Day(SUNDAY, 1, 1)]
        assert (journal.base().seq, journal.newest().seq, journal.tallies().stored) == (2, 6, 5)
        assert [entry.value for entry in journal.entries_after(0)] == [4, 3, "Hyvää työtä!", 2]


def test_a_closed_journal_of_the_release_before_is_brought_up_to_date_too(tmp_path: Path, hand: HandClock) -> None:
    path = tmp_path / "journal-d71ad75da298076.closed.db"
    shutil.copy(GOLDEN / "journal_0.1.sqlite", path)

    with a_writer(tmp_path, hand), closing(Records.open_file(path)) as records:
        assert [day.stored for day in records.days_after(0, 9)] == [1, 2, 1]
