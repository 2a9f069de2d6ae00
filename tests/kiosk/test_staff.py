from typing import Any

import msgspec
import pytest

from hardware.buttons.interface import Press
from kiosk import staff as backroom
from kiosk.drafts import Draft
from kiosk.preferences import Preferences
from kiosk.staff import AnswerAsStaff, CheckPin, Diagnose, Effect, Keep, Kept, lock_ms
from kiosk.views import (
    Answered,
    Ask,
    CornerHeld,
    Diagnostics,
    Digit,
    Ended,
    Entered,
    Erased,
    ItemChosen,
    LanguageChosen,
    LargerChosen,
    LowReachChosen,
    Paused,
    PinPad,
    Row,
    StaffMenu,
    SteadyChosen,
    Stirred,
    Thanks,
    VolumeChosen,
)
from kiosk.visit_state import THANKS_MS, Append
from survey.questions import STAFF
from tests.kiosk.a_terminal import CONFIGURATION

NOW = 100_000
GUARDED = msgspec.structs.replace(CONFIGURATION, staff_pin="hashed")


class Employee:
    """Drives the staff's part and remembers its effects."""

    def __init__(self, kept: Kept = Kept(), **other: Any) -> None:  # noqa: B008  frozen
        self.now_ms = NOW
        self.effects: list[Effect] = []
        self.staff = backroom.begin(other.pop("configuration", GUARDED), kept, NOW, **other)

    def touches(self, *touches: Any) -> "Employee":
        for touched in touches:
            self.staff, effects = backroom.touch(self.staff, touched, self.now_ms)
            self.effects += effects
        return self

    def types(self, pin: str) -> "Employee":
        return self.touches(*[Digit(int(digit)) for digit in pin], Entered())  # type: ignore[arg-type]

    def is_told(self, *, is_right: bool) -> "Employee":
        self.staff, effects = backroom.pin_checked(self.staff, self.now_ms, is_right=is_right)
        self.effects += effects
        return self

    def enters(self) -> "Employee":
        return self.touches(CornerHeld()).types("0451").is_told(is_right=True)

    def waits(self, ms: int) -> "Employee":
        self.now_ms += ms
        self.staff, effects = backroom.tick(self.staff, self.now_ms)
        self.effects += effects
        return self

    def presses(self, button: int, *, age_ms: int = 0) -> bool:
        """Whether it is none of the customers'."""
        pressed = Press("box:1/a", button, button, age_ms)
        if not backroom.takes(self.staff, pressed, self.now_ms):
            return False
        self.staff, effects = backroom.press(self.staff, pressed, self.now_ms)
        self.effects += effects
        return True

    @property
    def shown(self) -> Any:
        return backroom.view(self.staff, self.now_ms)

    @property
    def until_ms(self) -> int | None:
        return backroom.until_ms(self.staff, self.now_ms)

    @property
    def written(self) -> list[tuple[str, Any]]:
        drafts = [effect.draft for effect in self.effects if isinstance(effect, Append)]
        return [(draft.about, draft.value) for draft in drafts]

    @property
    def kept(self) -> Kept:
        return [effect.kept for effect in self.effects if isinstance(effect, Keep)][-1]


MENU = StaffMenu("fi", ("fi", "en"), None, low_reach=False, larger=False, steady=False, paused=False)


def test_the_corner_opens_the_pad_and_the_right_pin_the_menu() -> None:
    employee = Employee().touches(CornerHeld())
    assert employee.shown == PinPad("fi", 0)

    employee.types("0451")
    assert employee.effects == [CheckPin("0451", "hashed", Kept(wrong=1))]
    assert employee.shown == PinPad("fi", 4, "checking")

    employee.is_told(is_right=True)
    assert employee.shown == MENU
    assert employee.kept == Kept()
    assert employee.written == [("staff_entered", "")]


def test_without_a_pin_there_is_no_way_in() -> None:
    assert Employee(configuration=CONFIGURATION).touches(CornerHeld()).shown is None


def test_what_customers_touch_opens_nothing() -> None:
    assert Employee().touches(Stirred(), Digit(4), Entered(), ItemChosen("pause")).shown is None


@pytest.mark.parametrize(("digits", "shown"), [("123", 3), ("123456789", 8)], ids=["too short", "too long"])
def test_the_pad_takes_four_to_eight_digits(digits: str, shown: int) -> None:
    employee = Employee().touches(CornerHeld(), *[Digit(int(digit)) for digit in digits])  # type: ignore[arg-type]

    assert employee.shown == PinPad("fi", shown)
    assert bool(employee.touches(Entered()).effects) == (shown >= 4)


def test_a_digit_can_be_taken_back() -> None:
    assert Employee().touches(CornerHeld(), Digit(1), Digit(2), Erased()).shown == PinPad("fi", 1)


def test_while_a_pin_is_being_checked_no_other_is_taken() -> None:
    employee = Employee().touches(CornerHeld()).types("1111").types("2222").waits(backroom.LEAVE_MS)

    assert len(employee.effects) == 1
    assert (employee.shown, employee.until_ms) == (PinPad("fi", 4, "checking"), None)


def test_a_wrong_pin_is_an_entry_and_says_so() -> None:
    employee = Employee().touches(CornerHeld()).types("1111").is_told(is_right=False)

    assert employee.shown == PinPad("fi", 0, "wrong")
    assert employee.written == [("pin_refused", 1)]
    assert employee.touches(Digit(1)).shown == PinPad("fi", 1)


@pytest.mark.parametrize(
    ("wrong", "seconds"), [(0, 0), (2, 0), (3, 30), (4, 60), (5, 120), (7, 480), (8, 900), (1_000_000, 900)]
)
def test_each_wrong_pin_after_the_third_waits_twice_as_long(wrong: int, seconds: int) -> None:
    assert lock_ms(wrong) == 1_000 * seconds


def test_after_three_wrong_pins_none_is_taken_for_a_while() -> None:
    employee = Employee().touches(CornerHeld())
    for _ in range(3):
        employee.types("1111").is_told(is_right=False)
    assert employee.shown == PinPad("fi", 0, "locked", locked_s=30)

    employee.types("0451").waits(29_000)
    assert employee.shown == PinPad("fi", 0, "locked", locked_s=1)
    employee.waits(1_000).types("0451")
    assert employee.shown == PinPad("fi", 4, "checking")
    assert [effect.kept.wrong for effect in employee.effects if isinstance(effect, CheckPin)] == [1, 2, 3, 4]


def test_a_locked_pad_counts_the_seconds_down() -> None:
    employee = Employee(Kept(wrong=3)).touches(CornerHeld())

    assert employee.until_ms == NOW + 1_000
    employee.waits(400)
    assert employee.until_ms == NOW + 1_000


def test_going_away_or_a_restart_forgives_no_wrong_pin() -> None:
    employee = Employee(Kept(wrong=5)).touches(CornerHeld(), Ended(), CornerHeld())

    assert employee.shown == PinPad("fi", 0, "locked", locked_s=120)


def test_the_right_pin_forgives_the_wrong_ones() -> None:
    employee = Employee().touches(CornerHeld()).types("1111").is_told(is_right=False).enters()

    assert employee.kept.wrong == 0


@pytest.mark.parametrize("item", ["own_day", "diagnostics"])
def test_staff_who_have_gone_leave_the_terminal_to_the_customers(item: Any) -> None:
    employee = Employee().enters().touches(ItemChosen(item))

    employee.waits(backroom.LEAVE_MS - 1)
    assert employee.shown is not None
    assert employee.until_ms is not None
    employee.waits(1)
    assert employee.shown is None
    assert employee.until_ms is None


def test_staff_answer_the_shared_question_about_their_own_day() -> None:
    employee = Employee().enters().touches(ItemChosen("own_day"))
    question = employee.shown.question
    assert (question.question_id, question.text) == (f"{STAFF}overall", CONFIGURATION.survey.shared_question.text)
    assert employee.shown.staff

    answered = Answered(f"{STAFF}overall", 4, NOW)
    employee.touches(answered, answered)
    assert employee.effects[-1] == AnswerAsStaff(answered)
    assert employee.effects.count(AnswerAsStaff(answered)) == 1
    assert employee.shown.pressed == 4

    draft = Draft("answer", f"{STAFF}overall", 4, NOW)
    employee.staff = backroom.kept(employee.staff, draft, NOW)
    assert employee.shown == Thanks("fi", "Kamppi")
    assert employee.waits(THANKS_MS).shown is None


def test_what_a_customer_answers_meanwhile_thanks_no_staff() -> None:
    employee = Employee().enters().touches(ItemChosen("own_day"), Answered("overall", 4, NOW))
    assert isinstance(employee.shown, Ask)

    employee.touches(Answered(f"{STAFF}overall", 4, NOW))
    employee.staff = backroom.kept(employee.staff, Draft("answer", "overall", 4, NOW), NOW)
    assert isinstance(employee.shown, Ask)


def test_own_day_can_be_left_without_an_answer() -> None:
    assert Employee().enters().touches(ItemChosen("own_day"), Ended()).shown == MENU


@pytest.mark.parametrize("has_buttons", [True, False])
def test_diagnostics_know_whether_there_are_buttons_to_test(has_buttons: bool) -> None:
    employee = Employee(has_buttons=has_buttons).enters().touches(ItemChosen("diagnostics"))

    assert employee.shown.has_buttons is has_buttons


def test_diagnostics_show_how_the_terminal_is_and_look_again() -> None:
    employee = Employee().enters().touches(ItemChosen("diagnostics"))
    assert employee.effects[-1] == Diagnose("fi")
    assert employee.shown == Diagnostics("fi", "Kamppi door", "Kamppi door", has_buttons=False)

    employee.staff = backroom.diagnosed(employee.staff, (Row("Verkko", "online"),))
    assert employee.shown.rows == (Row("Verkko", "online"),)
    employee.waits(backroom.LOOK_EVERY_MS)
    assert employee.effects.count(Diagnose("fi")) == 2
    assert employee.touches(Ended()).shown == MENU


def test_presses_under_test_are_shown_and_kept_but_are_no_answers() -> None:
    employee = Employee().enters()
    assert not employee.presses(3)

    employee.touches(ItemChosen("diagnostics"))
    assert employee.presses(3)
    assert employee.presses(5)
    assert employee.shown.presses == (5, 3)
    draft = Draft("event", "button_tested", 5, NOW, source="box:1/a", press=("box:1/a", 5))
    assert employee.effects[-1] == Append(draft)

    employee.touches(Ended())
    assert not employee.presses(3)


def test_a_press_from_before_the_test_is_a_customers() -> None:
    employee = Employee().enters().touches(ItemChosen("diagnostics"))

    assert not employee.presses(3, age_ms=1)


def test_who_tests_buttons_is_waited_for_anew() -> None:
    employee = Employee().enters().touches(ItemChosen("diagnostics")).waits(backroom.LEAVE_MS - 1)
    employee.presses(3)

    assert isinstance(employee.waits(backroom.LEAVE_MS - 1).shown, Diagnostics)


def test_a_pause_lasts_until_staff_end_it_restart_or_not() -> None:
    employee = Employee().enters().touches(ItemChosen("pause"))
    assert employee.shown == Paused("fi", "Kamppi")
    assert employee.written[-1] == ("paused", "")

    employee = Employee(employee.kept).waits(10 * backroom.LEAVE_MS).touches(Stirred(), ItemChosen("resume"))
    assert employee.shown == Paused("fi", "Kamppi")

    employee.enters()
    assert employee.shown.paused
    assert employee.touches(ItemChosen("resume")).shown is None
    assert employee.written[-1] == ("resumed", "")
    assert not employee.kept.is_paused


def test_presses_during_a_pause_are_kept_but_are_no_answers() -> None:
    employee = Employee().enters().touches(ItemChosen("pause"))

    assert not employee.presses(2, age_ms=1)
    assert employee.presses(2)
    assert employee.written[-1] == ("pressed_while_paused", 2)


def test_a_pause_ends_when_the_server_takes_the_pin_away() -> None:
    employee = Employee(Kept(is_paused=True))
    employee.staff = backroom.configure(employee.staff, CONFIGURATION)

    assert employee.shown is None
    assert not employee.presses(2)


def test_staff_set_language_volume_and_reach_for_good() -> None:
    employee = Employee(has_voice=True).enters()
    assert employee.shown.volume == Preferences().volume

    employee.touches(LanguageChosen("en"), LanguageChosen("ru"), VolumeChosen(130), LowReachChosen())

    assert employee.kept == Kept(preferences=Preferences("en", low_reach=True, volume=100))
    assert employee.shown == StaffMenu(
        "en", ("fi", "en"), 100, low_reach=True, larger=False, steady=False, paused=False
    )


def test_staff_set_that_a_key_touched_twice_waits() -> None:
    employee = Employee().enters().touches(SteadyChosen(steady=True))
    assert employee.kept.preferences == Preferences(steady=True)
    assert employee.shown.steady

    assert not employee.touches(SteadyChosen(steady=False)).shown.steady


def test_staff_set_larger_letters_for_good_in_place_of_low_reach() -> None:
    employee = Employee().enters().touches(LowReachChosen(), LargerChosen())
    assert employee.kept.preferences == Preferences(larger=True)
    assert employee.shown.larger

    employee.touches(LowReachChosen())

    assert employee.kept.preferences == Preferences(low_reach=True)
