"""A power cut at each single write, sync and renaming of what a journal does seldom, from beginning to emptying."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import get_args

import pytest

from kiosk.drafts import Draft
from kiosk.errors import KioskError
from kiosk.journal import Journal, Records, closed_journals, empty_closed, journal
from kiosk.journal.files import sync_folder
from survey.entries import Head, chain
from tests.faults import terminals
from tests.faults.card import Card, Mode, why_not

ANSWERS = 30
COMMON = 10  # the newest entry that terminal and server agree on

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())
Act = Callable[[Path], None]


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with Card(tmp_path / "card") as card:
        yield card


def nothing(folder: Path) -> None:
    """A new terminal."""


def answered(folder: Path) -> None:
    """A journal with one value for each of its entries, 1 to ANSWERS, of which the server holds all."""
    with closing(Journal.open(folder)) as opened:
        opened.begin_boot("boot", clock_ms=0, uptime_ms=0)
        drafts = [Draft("answer", "overall", n, 1000 * n, "shop@1", "fi", "touch", n) for n in range(1, ANSWERS + 1)]
        opened.append([(draft, 0) for draft in drafts], pressed=ANSWERS)
        opened.acknowledge(opened.newest())
        opened.set_may_forget(opened.newest().seq)


def begin(folder: Path) -> None:
    Journal.open(folder).close()


def configure(folder: Path) -> None:
    with closing(Journal.open(folder)) as opened:
        opened.configure(terminals.CONFIGURATION)


def fork(folder: Path) -> None:
    with closing(Journal.open(folder)) as opened:
        common = Head(COMMON, opened.chain_at(COMMON) or 0)
        opened.fork(common).close()


def forget(folder: Path) -> None:
    with closing(Journal.open(folder)) as opened:
        assert opened.forget({}) > 0


def forked(folder: Path) -> None:
    answered(folder)
    fork(folder)


def empty(folder: Path) -> None:
    (closed,) = closed_journals(folder)
    empty_closed(closed)


def cuts(card: Card, mode: Mode, *, given: Act, act: Act) -> Iterator[tuple[Path, bool]]:
    """After a cut at its first write, at its second, and so on: the folder, and whether it had been done by then."""
    for number in count():
        name = str(number)
        (card.folder / name).mkdir()
        sync_folder(card.folder)
        given(card.folder / name)
        card.fail(errno.EIO, after=number)
        try:
            act(card.folder / name)
        except (sqlite3.Error, OSError, KioskError):
            is_done = False
        else:
            is_done = True
        card.cut(mode, seed=number)
        card.heal()
        yield card.folder / name, is_done
        if is_done:
            return


def values(records: Records) -> list[object]:
    """What is held; asserts that the chain over it is whole."""
    entries = records.entries_after(0)
    base = records.base()
    assert [entry.seq for entry in entries] == list(range(base.seq + 1, base.seq + 1 + len(entries)))
    assert [base.chain, *chain(base.chain, entries)][-1] == records.newest().chain
    return [entry.value for entry in entries]


@pytest.mark.parametrize("mode", get_args(Mode))
def test_a_journal_begins_whenever_the_power_fails(card: Card, mode: Mode) -> None:
    for folder, _ in cuts(card, mode, given=nothing, act=begin):
        answered(folder)
        with closing(Records.open(folder)) as records:
            assert values(records) == list(range(1, ANSWERS + 1))


@pytest.mark.parametrize("mode", get_args(Mode))
def test_a_configuration_is_the_old_or_the_new_one_whenever_the_power_fails(card: Card, mode: Mode) -> None:
    for folder, is_done in cuts(card, mode, given=answered, act=configure):
        with closing(Journal.open(folder)) as opened:
            assert values(opened) == list(range(1, ANSWERS + 1))
            found = opened.configuration()
        assert found == terminals.CONFIGURATION or (found is None and not is_done)


@pytest.mark.parametrize("mode", get_args(Mode))
def test_rule_4_a_fork_is_done_or_was_never_begun_whenever_the_power_fails(card: Card, mode: Mode) -> None:
    for folder, is_done in cuts(card, mode, given=answered, act=fork):
        with closing(Journal.open(folder)) as opened:
            held = values(opened)
        assert held == list(range(COMMON + 1, ANSWERS + 1)) or (held == list(range(1, ANSWERS + 1)) and not is_done)
        for closed in closed_journals(folder):
            with closing(Records.open_file(closed)) as records:
                assert values(records) == list(range(1, ANSWERS + 1))
        assert bool(closed_journals(folder)) == (len(held) < ANSWERS), "The old journal is to be kept."


def test_a_fork_whose_folder_is_not_synced_is_undone_by_a_power_cut(
    card: Card, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "sync_folder", lambda folder: None)

    for folder, is_done in cuts(card, "drop", given=answered, act=fork):
        assert not is_done or not closed_journals(folder)


@pytest.mark.parametrize("mode", get_args(Mode))
def test_rule_3_what_is_not_forgotten_is_whole_whenever_the_power_fails(card: Card, mode: Mode) -> None:
    for folder, is_done in cuts(card, mode, given=answered, act=forget):
        with closing(Journal.open(folder)) as opened:
            held = values(opened)
        assert held == [ANSWERS] or (held == list(range(1, ANSWERS + 1)) and not is_done)


@pytest.mark.soak
def test_rule_3_a_closed_journal_is_emptied_or_whole_and_knows_its_chain_whenever_the_power_fails(card: Card) -> None:
    for folder, is_done in cuts(card, "torn", given=forked, act=empty):
        (closed,) = closed_journals(folder)
        with closing(Records.open_file(closed)) as records:
            held, end = values(records), records.carried_after()
            known = [seq for seq in range(COMMON + 1) if records.chain_at(seq) is not None]
        assert held == [] or (held == list(range(1, ANSWERS + 1)) and not is_done)
        assert (end.seq, known) == (COMMON, list(range(COMMON + 1)))
