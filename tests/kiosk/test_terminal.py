import queue
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardware.buttons.interface import Press
from kiosk.drafts import Draft
from kiosk.journal import Records
from kiosk.terminal import Terminal
from kiosk.views import Answered, Ask, NotReady, OutOfOrder, Thanks, Touch, View
from kiosk.writer import Writer
from tests.kiosk.a_terminal import CONFIGURATION, HOW_WAS_IT, LIMIT_S, HandClock


class ScreenOnPaper:
    """Remembers what it was told to show, and whether the journal held it by then."""

    def __init__(self, folder: Path) -> None:
        self.shown: queue.SimpleQueue[tuple[View, int]] = queue.SimpleQueue()
        self._folder = folder

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        raise NotImplementedError

    def show(self, view: View) -> None:
        records = Records.open(self._folder)
        stored = records.tallies().stored
        records.close()
        self.shown.put((view, stored))

    def dress(self, *_: object) -> None: ...

    def stop(self) -> None: ...

    def next(self) -> tuple[View, int]:
        return self.shown.get(timeout=LIMIT_S)


class ButtonsOnPaper:
    def __init__(self) -> None:
        self.acknowledged: queue.SimpleQueue[Press] = queue.SimpleQueue()
        self.is_started = False

    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        self.is_started = True
        self.press, self.change, self.last_seq = when_pressed, when_changed, last_seq

    def kept(self, press: Press) -> None:
        self.acknowledged.put(press)

    def stop(self) -> None: ...


class Place:
    def __init__(self, folder: Path, hand: HandClock, *, has_screen: bool = True) -> None:
        self.folder, self.hand = folder, hand
        self.screen, self.buttons = ScreenOnPaper(folder), ButtonsOnPaper()
        self.writer = Writer(folder, hand.clock, retry_s=0.02)
        self.terminal = Terminal(writer=self.writer, clock=hand.clock, folder=folder)
        self.writer.start(when_kept=self.terminal.kept, when_not_kept=self.terminal.not_kept)
        self.terminal.start(screen=self.screen if has_screen else None, buttons=self.buttons)

    def close(self) -> list[tuple[str, object]]:
        """What the journal holds in the end."""
        self.terminal.stop()
        self.writer.stop()
        records = Records.open(self.folder)
        held = [(entry.context.about, entry.value) for entry in records.entries_after(0)]
        records.close()
        return held


@pytest.fixture
def place(tmp_path: Path, hand: HandClock) -> Iterator[Place]:
    place = Place(tmp_path, hand)
    place.terminal.configured(CONFIGURATION)
    place.screen.next()
    yield place
    if place.terminal._thread.is_alive():
        place.close()


def test_rule_1_thanks_come_when_the_journal_holds_the_answer(place: Place) -> None:
    place.terminal.touched(Answered("overall", 5, place.hand.uptime_ms))

    swollen, _ = place.screen.next()
    thanks, stored = place.screen.next()
    assert swollen == Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True, pressed=5)
    assert (thanks, stored) == (Thanks("fi", "Kamppi"), 1)


def test_thanks_go_by_themselves(place: Place) -> None:
    place.terminal.touched(Answered("overall", 5, place.hand.uptime_ms))
    place.screen.next()
    place.screen.next()

    place.hand.pass_ms(10_000)
    place.terminal.clock_set(0)  # any message: the deadline is looked at anew

    view, _ = place.screen.next()
    assert isinstance(view, Ask)
    assert view.first


def test_a_press_is_acknowledged_when_the_journal_holds_it(place: Place) -> None:
    press = Press("box:1/a", 1, 5, 0)

    place.buttons.press(press)

    assert place.buttons.acknowledged.get(timeout=LIMIT_S) == press
    assert place.writer.last_seq("box:1/a") == 1


def test_a_press_that_comes_again_is_acknowledged_again_and_counts_once(place: Place) -> None:
    press = Press("box:1/a", 1, 5, 0)
    for _ in range(3):
        place.buttons.press(press)
        assert place.buttons.acknowledged.get(timeout=LIMIT_S) == press

    assert place.close().count(("overall", 5)) == 1


def test_a_journal_that_fails_shows_out_of_order_and_recovers_by_itself(place: Place) -> None:
    place.writer.do(lambda journal: journal._connection.execute("PRAGMA query_only = ON")).result()
    press = Press("box:1/a", 1, 5, 0)

    place.buttons.press(press)

    views = [place.screen.next()[0] for _ in range(3)]
    assert isinstance(views[0], Ask)
    assert views[1] == OutOfOrder("fi", "Kamppi")
    assert isinstance(views[2], Ask)
    assert place.buttons.acknowledged.get(timeout=LIMIT_S) == press
    assert place.close().count(("overall", 5)) == 1


def test_buttons_wait_for_the_first_configuration(tmp_path: Path, hand: HandClock) -> None:
    place = Place(tmp_path, hand)
    place.terminal.not_ready(NotReady("not_ready.enrolling", "no server yet"))
    assert place.screen.next()[0] == NotReady("not_ready.enrolling", "no server yet")
    assert not place.buttons.is_started

    place.terminal.configured(CONFIGURATION)
    place.screen.next()
    place.terminal.not_ready(NotReady("not_ready.enrolling", "lost again"))
    place.terminal.touched(Answered("overall", 5, hand.uptime_ms))

    assert isinstance(place.screen.next()[0], Ask)
    place.close()
    assert place.buttons.is_started


def test_without_a_screen_the_shared_question_is_all_that_is_asked(tmp_path: Path, hand: HandClock) -> None:
    place = Place(tmp_path, hand, has_screen=False)
    place.terminal.configured(CONFIGURATION)
    answered = queue.SimpleQueue[str]()
    place.terminal.ping(lambda: answered.put("configured"))
    answered.get(timeout=LIMIT_S)

    place.buttons.press(Press("box:1/a", 1, 1, 0))
    place.buttons.acknowledged.get(timeout=LIMIT_S)

    assert place.close() == [("booted", "boot-a"), ("overall", 1)]


def test_unplugging_is_an_entry(place: Place) -> None:
    place.buttons.change("unplugged")
    place.terminal.clock_set(3_000)

    assert place.close()[-2:] == [("unplugged", "buttons"), ("clock_set", 3_000)]
    assert place.terminal.devices == {"buttons": "unplugged"}


def test_a_fault_in_one_turn_leaves_the_next_person_a_working_terminal(place: Place) -> None:
    place.terminal.touched(Answered("overall", 99, 0))
    place.terminal.touched(Answered("overall", 4, 0))

    place.screen.next()
    place.screen.next()
    assert place.close()[-1] == ("overall", 4)


def test_pings_come_back_through_both_threads(place: Place) -> None:
    answered = queue.SimpleQueue[Draft | str]()

    place.terminal.ping(lambda: answered.put("alive"))

    assert answered.get(timeout=LIMIT_S) == "alive"
