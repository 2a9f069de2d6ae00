"""Staff at a terminal: the PIN, what they set, and what the terminal does meanwhile."""

from pathlib import Path

import msgspec
import pytest

from hardware.buttons.interface import Press
from kiosk import staff_file
from kiosk.views import (
    Answered,
    Ask,
    CornerHeld,
    Diagnostics,
    Ended,
    ItemChosen,
    LanguageChosen,
    Paused,
    PinPad,
    Row,
    StaffMenu,
    Thanks,
    VolumeChosen,
)
from survey.pins import hashed
from survey.questions import STAFF
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock
from tests.kiosk.on_paper import PIN, Place, restarted


def test_staff_come_in_by_corner_and_pin_and_leave_the_question_as_it_was(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(Ended())

    assert guarded.shows(Ask).first
    assert guarded.close() == [("booted", "boot-a"), ("staff_entered", "")]


def test_wrong_pins_are_entries_and_a_restart_forgives_none(guarded: Place, hand: HandClock) -> None:
    guarded.terminal.touched(CornerHeld())
    guarded.shows(PinPad)
    for _ in range(3):
        guarded.types("9999")
        refused = guarded.shows(PinPad)
    assert refused == PinPad("fi", 0, "locked", locked_s=30)

    again = restarted(guarded, hand)
    again.shows(Ask)
    again.terminal.touched(CornerHeld())
    assert again.shows(PinPad) == PinPad("fi", 0, "locked", locked_s=30)
    assert [value for about, value in again.close() if about == "pin_refused"] == [1, 2, 3]


def test_a_pin_counts_as_wrong_on_disk_before_it_is_looked_at(guarded: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else pulling the plug in time would give a try for nothing."""
    wrong: list[int] = []

    def look(pin: str, hashed: str) -> bool:
        wrong.append(staff_file.load(guarded.folder).wrong)
        return False

    monkeypatch.setattr("survey.pins.matches", look)
    guarded.terminal.touched(CornerHeld())
    guarded.shows(PinPad)
    guarded.types("9999")
    guarded.shows(PinPad)

    assert wrong == [1]


def test_a_pin_that_cant_be_checked_lets_nobody_in_and_leaves_the_pad(
    guarded: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: str) -> bool:
        raise MemoryError

    monkeypatch.setattr("survey.pins.matches", fail)
    guarded.terminal.touched(CornerHeld())
    guarded.shows(PinPad)

    guarded.types(PIN)

    assert guarded.shows(PinPad) == PinPad("fi", 0, "wrong")
    guarded.terminal.touched(Ended())
    guarded.shows(Ask)


def test_staffs_own_day_is_thanked_for_when_the_journal_holds_it(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("own_day"))
    assert guarded.shows(Ask).staff

    guarded.terminal.touched(Answered(f"{STAFF}overall", 4, guarded.hand.uptime_ms))

    assert guarded.shows(Ask).pressed == 4
    thanks, stored = guarded.screen.next()
    assert (thanks, stored) == (Thanks("fi", "Kamppi"), 1)
    assert (f"{STAFF}overall", 4) in guarded.close()


def test_buttons_under_test_are_kept_as_events_and_acknowledged(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("diagnostics"))
    assert guarded.shows(Diagnostics, Diagnostics).rows == (Row("language", "fi"),)

    guarded.buttons.press(Press("box:1/a", 1, 5, 0))

    shown = guarded.shows(Diagnostics)
    assert (shown.presses, shown.has_buttons) == ((5,), True)
    assert guarded.buttons.acknowledged.get(timeout=LIMIT_S).button == 5
    assert guarded.close()[-1] == ("button_tested", 5)


def test_diagnostics_that_fail_say_so(tmp_path: Path, hand: HandClock) -> None:
    def fail(language: str) -> tuple[Row, ...]:
        raise OSError("no such card")

    place = Place(tmp_path, hand, diagnose=fail)
    place.terminal.configured(msgspec.structs.replace(CONFIGURATION, staff_pin=hashed(PIN)))
    place.shows(Ask)
    place.lets_staff_in()
    place.terminal.touched(ItemChosen("diagnostics"))

    assert place.shows(Diagnostics, Diagnostics).rows == (Row("OSError", "no such card"),)
    place.close()


def test_a_paused_terminal_stays_so_after_a_restart_and_asks_nobody(guarded: Place, hand: HandClock) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("pause"))
    guarded.shows(Paused)

    again = restarted(guarded, hand)
    assert again.shows(Paused) == Paused("fi", "Kamppi")
    again.terminal.touched(Answered("overall", 5, hand.uptime_ms))
    again.buttons.press(Press("box:1/a", 1, 5, 0))
    again.buttons.acknowledged.get(timeout=LIMIT_S)
    assert [about for about, _ in again.close()][-2:] == ["paused", "pressed_while_paused"]


def test_what_staff_set_holds_at_once_and_after_a_restart(guarded: Place, hand: HandClock) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(LanguageChosen("en"))
    guarded.terminal.touched(VolumeChosen(20))
    guarded.shows(StaffMenu, StaffMenu)
    guarded.terminal.touched(Ended())
    assert guarded.shows(Ask).language == "en"
    assert guarded.voice.volume == 20

    again = restarted(guarded, hand)
    assert again.shows(Ask).language == "en"
    again.settle()
    assert again.voice.volume == 20
    again.close()


def test_a_touch_that_was_on_its_way_when_staff_came_answers_nothing(guarded: Place) -> None:
    guarded.terminal.touched(CornerHeld())
    guarded.terminal.touched(Answered("overall", 5, guarded.hand.uptime_ms))
    guarded.settle()

    assert guarded.close() == [("booted", "boot-a")]
