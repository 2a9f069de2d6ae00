"""Whatever became of its card, a terminal's days add up to what its customers answered (design.md 3.4).

Real journals and exchanges, and the real ingest on both stores; only the HTTP between them is left out.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk import enrolment
from kiosk.enrolment import Identity
from kiosk.journal.salvage import salvage
from kiosk.transport import Answer
from sync_server.exchange.handler import authenticate, decode, reply
from sync_server.exchange.ingest import receive
from sync_server.fleet.days import Day, Gap
from sync_server.fleet.reconcile import reconcile
from sync_server.fleet.surveys import Configurations, Questions
from sync_server.fleet.terminals import move
from sync_server.store import open_store
from tests import cast
from tests.kiosk.a_terminal import HandClock, a_writer, an_exchange, answer, keep
from tests.sync_server.fleet.heard import enrol

TODAY = "2027-01-15"  # as the hand clocks stand
NOW = 1_800_000_000_000
MOST_ROUNDS = 40

Copied = Callable[[Path | str], Path | str]


class Server:
    """The transport of a terminal, which ends in a store."""

    def __init__(self, place: Path | str) -> None:
        self.now = NOW
        self.open(place)
        cast.settle(self.store)
        self.enrolled = enrol(self.store, "Till", NOW)

    def open(self, place: Path | str) -> None:
        self.place, self.store = place, open_store(place)
        self._configurations = Configurations(self.store, lambda: self.now)

    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        self.now += 1000
        come = decode(authenticate(self.store, f"Bearer {token}"), body)
        with self.store.write() as transaction:
            (received,) = receive(transaction, [come], ask=Questions(self.store), now_ms=self.now)
        asking = received.asking
        configuration = self._configurations.get(asking.place.touchpoint_id, asking.terminal_name)
        return Answer(200, msgspec.json.encode(reply(come, received, configuration, self.now)))

    def backed_up(self, copied: Copied) -> Path | str:
        """What it holds now, elsewhere."""
        self.store.close()
        backup = copied(self.place)
        self.open(self.place)
        return backup

    def restore(self, backup: Path | str) -> None:
        self.store.close()
        self.open(backup)

    def day(self) -> Day:
        """The only one, over all journals of the only terminal."""
        (row,) = reconcile(self.store)
        (day,) = row.days
        assert not row.has_gap
        return day


@pytest.fixture
def server(place: Path | str) -> Iterator[Server]:
    server = Server(place)
    yield server
    server.store.close()


@pytest.fixture
def card(server: Server, tmp_path: Path) -> Path:
    """Of a terminal that is enrolled, and has sent ten answers."""
    card = tmp_path / "card"
    card.mkdir()
    enrolment.save(card, Identity(server.enrolled.token, server.enrolled.terminal_id, ""))
    collect(card, server, answers=10)
    return card


def collect(card: Path, server: Server, *, answers: int, sending: int | None = None) -> None:
    """The terminal is on until so many more have answered. sending: so many alone, and the day with the first."""
    hand = HandClock(boot_id=f"boot of {card.name}")
    with a_writer(card, hand) as (writer, kept):
        exchange, _ = an_exchange(card, writer, hand, "", transport=server)
        keep(writer, kept, *(answer(5, visit=visit) for visit in range(1, answers + 1)))
        if sending is not None:
            exchange._patience.size = sending
            exchange.step()
        else:
            assert any(exchange.step().until_news for _ in range(MOST_ROUNDS))
        exchange.close()


def copy_of(card: Path) -> Path:
    return Path(shutil.copytree(card, card.with_name(f"{card.name} {len([*card.parent.glob('card*')]) + 1}")))


def all_counted(answers: int, **gaps: int) -> Day:
    """Pressed, stored, sent and counted alike, and what else is said of the day."""
    return Day(TODAY, answers, answers, answers, answers, {Gap(name): n for name, n in gaps.items()})


def test_a_salvaged_journal_counts_what_had_come_there_and_the_rest_in_the_new_one(card: Path, server: Server) -> None:
    collect(card, server, answers=6, sending=1)

    salvage(card, HandClock().clock, "bits were lost").close()
    collect(card, server, answers=0)

    assert server.day() == all_counted(16, repeated=11, carried=5)


def test_a_fork_counts_what_was_carried_over_where_it_came(card: Path, server: Server) -> None:
    clone = copy_of(card)
    collect(card, server, answers=5, sending=0)
    collect(clone, server, answers=1)

    collect(card, server, answers=2)

    assert server.day() == all_counted(18)


def test_two_clones_that_both_collected_count_both(card: Path, server: Server) -> None:
    clone = copy_of(card)

    collect(card, server, answers=3)
    collect(clone, server, answers=4)
    collect(card, server, answers=2)

    assert server.day() == all_counted(19)


def test_what_two_clones_both_bring_counts_once(card: Path, server: Server) -> None:
    clone = copy_of(card)
    collect(card, server, answers=3, sending=0)
    twin = copy_of(card)
    collect(clone, server, answers=1)

    collect(card, server, answers=0)
    collect(twin, server, answers=0)

    assert server.day() == all_counted(14, repeated=3)


def test_a_card_restored_from_an_image_counts_what_came_before_and_after(card: Path, server: Server) -> None:
    image = copy_of(card)
    collect(card, server, answers=3)

    collect(image, server, answers=2)

    assert server.day() == all_counted(15)


def test_what_went_with_a_card_before_it_was_sent_is_said(card: Path, server: Server) -> None:
    image = copy_of(card)
    collect(card, server, answers=6, sending=4)

    collect(image, server, answers=2)

    day = server.day()
    assert (day.pressed, day.stored, day.sent, day.counted) == (18, 18, 16, 16)
    assert day.gaps == {Gap.LEFT: 2}


def test_a_moved_terminal_counts_at_both_places(card: Path, server: Server) -> None:
    move(server.store, server.enrolled.terminal_id, "vasa-checkout", NOW + 1)

    collect(card, server, answers=3)
    collect(card, server, answers=2)

    assert server.day() == all_counted(15)


def test_a_server_restored_to_before_the_fork_counts_what_comes_on_both_sides_once(
    card: Path, server: Server, copied: Copied
) -> None:
    clone = copy_of(card)
    collect(card, server, answers=5, sending=0)
    backup = server.backed_up(copied)
    collect(clone, server, answers=1)
    collect(card, server, answers=0)
    assert server.day() == all_counted(16)

    server.restore(backup)
    collect(card, server, answers=0)  # hears that the closed journal is not all there either
    assert server.day() == all_counted(15, repeated=5)

    collect(clone, server, answers=0)  # the server names some of its entries alone: one is carried over needlessly
    assert server.day() == all_counted(16, repeated=6)
