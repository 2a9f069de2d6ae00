from collections.abc import Callable, Iterator
from datetime import date

import pytest

from hardware.display.simulated import SimulatedDisplay
from kiosk.dimming import AWAKE_MS, BRIGHT, DIM, OFF, DimmedScreen, brightness
from kiosk.views import Ask, Closed, NotReady, OutOfOrder, Paused, Stirred, Thanks, Touch, View
from survey.schedule import LocalTime
from tests.kiosk.a_terminal import HOW_WAS_IT, HandClock

NOON_MS = 1_800_014_400_000  # 2027-01-15, 12:00 in UTC
NIGHT_MS = NOON_MS + 11 * 3_600_000
ASK = Ask(HOW_WAS_IT, "fi", ("fi",), "Kamppi", first=True)
CLOSED = Closed("fi", "Kamppi")


def at(hour: int) -> LocalTime:
    return LocalTime(date(2027, 1, 15), 60 * hour)


@pytest.mark.parametrize(
    ("time", "is_closed", "quiet_ms", "expected"),
    [
        pytest.param(at(12), False, AWAKE_MS, BRIGHT, id="open by day"),
        pytest.param(at(23), False, AWAKE_MS, DIM, id="open at night"),
        pytest.param(at(5), False, AWAKE_MS, DIM, id="open in the small hours"),
        pytest.param(at(6), False, AWAKE_MS, BRIGHT, id="open in the morning"),
        pytest.param(at(12), True, AWAKE_MS, OFF, id="closed by day"),
        pytest.param(at(23), True, AWAKE_MS, OFF, id="closed at night"),
        pytest.param(at(23), True, AWAKE_MS - 1, BRIGHT, id="closed, somebody came"),
        pytest.param(at(23), False, AWAKE_MS - 1, BRIGHT, id="at night, somebody came"),
        pytest.param(None, True, AWAKE_MS, BRIGHT, id="nobody knows the time"),
    ],
)
def test_the_display_is_as_bright_as_hour_and_people_ask_for(
    time: LocalTime | None, is_closed: bool, quiet_ms: int, expected: float
) -> None:
    assert brightness(time, is_closed=is_closed, quiet_ms=quiet_ms) == expected


class Face:
    """A screen that remembers what it was told."""

    def __init__(self) -> None:
        self.shown: list[View] = []

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        self.touch = when_touched

    def show(self, view: View) -> None:
        self.shown.append(view)

    def dress(self, *_: object) -> None: ...

    def stop(self) -> None: ...


class Door:
    """A dimmed screen by the door, at noon."""

    def __init__(self) -> None:
        self.hand = HandClock(wall_ms=NOON_MS)
        self.hand.is_synchronized = True
        self.face, self.display, self.touches = Face(), SimulatedDisplay(), list[Touch]()
        self.screen = DimmedScreen(self.face, self.display, self.hand.clock)
        self.screen.stands_in("UTC")
        self.screen.run(when_touched=self.touches.append)

    def orders(self) -> list[str]:
        """Since the last time."""
        self.screen._orders.submit(int).result()
        told, self.display.record = self.display.record, []
        return told

    def pass_ms(self, ms: int) -> None:
        self.hand.pass_ms(ms)
        self.screen.look()


@pytest.fixture
def door() -> Iterator[Door]:
    door = Door()
    assert door.orders() == ["brightness 1.00", "on"]
    yield door
    door.screen.close()


def test_in_closed_hours_the_display_goes_off_when_nobody_has_come_for_two_minutes(door: Door) -> None:
    door.screen.show(CLOSED)
    assert door.orders() == []

    door.pass_ms(AWAKE_MS)

    assert door.orders() == ["off"]
    assert door.face.shown == [CLOSED]


def test_a_touch_wakes_it_for_two_minutes(door: Door) -> None:
    door.screen.show(CLOSED)
    door.pass_ms(AWAKE_MS)
    door.orders()

    door.face.touch(Stirred())
    assert door.orders() == ["brightness 1.00", "on"]
    assert door.touches == [Stirred()]

    door.pass_ms(AWAKE_MS - 1)
    assert door.orders() == []
    door.pass_ms(1)
    assert door.orders() == ["off"]


def test_a_press_wakes_it_by_what_it_shows(door: Door) -> None:
    door.screen.show(CLOSED)
    door.pass_ms(AWAKE_MS)
    door.orders()

    door.screen.show(Ask(HOW_WAS_IT, "fi", ("fi",), "Kamppi", first=True, pressed=5))
    door.screen.show(Thanks("fi", "Kamppi"))
    door.screen.show(CLOSED)

    assert door.orders() == ["brightness 1.00", "on"]


def test_at_night_it_is_dim_and_in_the_morning_bright(door: Door) -> None:
    door.screen.show(ASK)
    door.pass_ms(NIGHT_MS - NOON_MS)
    assert door.orders() == ["brightness 0.20", "on"]

    door.pass_ms(8 * 3_600_000)
    assert door.orders() == ["brightness 1.00", "on"]


@pytest.mark.parametrize("view", [ASK, CLOSED, Paused("fi", ""), OutOfOrder("fi", ""), NotReady("")], ids=repr)
def test_what_is_shown_to_nobody_wakes_nothing(door: Door, view: View) -> None:
    door.pass_ms(NIGHT_MS - NOON_MS)
    door.orders()

    door.screen.show(view)

    assert "brightness 1.00" not in door.orders()


def test_it_stays_bright_while_the_time_is_not_trusted(door: Door) -> None:
    door.hand.is_synchronized = False
    door.screen.show(CLOSED)

    door.pass_ms(AWAKE_MS)

    assert door.orders() == []


def test_what_could_not_be_done_is_tried_again(door: Door) -> None:
    door.display.fault.note("X does not answer")
    door.face.touch(Stirred())
    assert door.orders() == []

    door.screen.look()

    assert door.orders() == ["brightness 1.00", "on"]


def test_the_display_is_on_when_the_program_ends() -> None:
    door = Door()
    door.screen.show(CLOSED)
    door.pass_ms(AWAKE_MS)
    assert door.orders()[-1] == "off"

    door.screen.close()

    assert door.display.is_on
