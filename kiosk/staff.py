"""The staff's part of the terminal as pure steps, beside the customer's visit: PIN, menu, own day, diagnostics, pause.

What it shows lies over the visit, which goes on beneath. Whoever tries PINs waits ever longer, restart or not: a PIN
counts as wrong on disk before it is looked at.
"""

from typing import Literal

import msgspec

from hardware.buttons.interface import Press
from kiosk.drafts import Draft, event
from kiosk.preferences import Preferences
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
    MenuItem,
    Paused,
    PinPad,
    Row,
    StaffMenu,
    StaffView,
    SteadyChosen,
    Thanks,
    Touch,
    VolumeChosen,
)
from kiosk.visit_state import THANKS_MS, Append
from survey.exchange import Configuration
from survey.pins import LEAST_DIGITS, MOST_DIGITS
from survey.questions import STAFF, Value

LEAVE_MS = 60_000  # left alone so long, the terminal is the customers' again
LOOK_EVERY_MS = 2_000  # at how the terminal is, while somebody reads it
FREE_TRIES = 3
LOCK_MS, LONGEST_LOCK_MS = 30_000, 15 * 60_000
PRESSES_SHOWN = 8

Stage = Literal["away", "pin", "checking", "menu", "own_day", "thanks", "diagnostics"]


class Kept(msgspec.Struct, frozen=True):
    """What outlives a restart. wrong: PINs refused since the last right one."""

    is_paused: bool = False
    wrong: int = 0
    preferences: Preferences = Preferences()


class Keep(msgspec.Struct, frozen=True):
    """Write it to the disk, and have the preferences take effect."""

    kept: Kept


class CheckPin(msgspec.Struct, frozen=True):
    """Keep what counts this PIN as wrong; then tell `pin_checked` whether it is right."""

    pin: str
    hashed: str
    kept: Kept


class Diagnose(msgspec.Struct, frozen=True):
    """Tell `diagnosed` how the terminal is, in this language."""

    language: str


class AnswerAsStaff(msgspec.Struct, frozen=True):
    answered: Answered


Effect = Append | Keep | CheckPin | Diagnose | AnswerAsStaff


class Staff(msgspec.Struct, frozen=True):
    """All times are times since boot. typed: digits so far. since_ms: presses from then on are not the customers'.

    locked_until_ms: no PIN is taken before. leave_ms: when it goes away by itself. look_ms: when to diagnose again.
    """

    configuration: Configuration
    kept: Kept
    has_voice: bool = False
    has_buttons: bool = False
    stage: Stage = "away"
    typed: str = ""
    is_wrong: bool = False
    locked_until_ms: int = 0
    leave_ms: int = 0
    look_ms: int = 0
    since_ms: int = 0
    answered: Value | None = None
    rows: tuple[Row, ...] = ()
    presses: tuple[int, ...] = ()

    @property
    def is_paused(self) -> bool:
        """Without a PIN nobody could end it."""
        return self.kept.is_paused and bool(self.configuration.staff_pin)

    @property
    def language(self) -> str:
        languages, preferred = self.configuration.survey.languages, self.kept.preferences.language
        return preferred if preferred in languages else languages[0]


Step = tuple[Staff, list[Effect]]


def begin(
    configuration: Configuration, kept: Kept, now_ms: int, *, has_voice: bool = False, has_buttons: bool = False
) -> Staff:
    return Staff(configuration, kept, has_voice, has_buttons, locked_until_ms=now_ms + lock_ms(kept.wrong))


def lock_ms(wrong: int) -> int:
    """How long no PIN is taken after so many wrong ones in a row."""
    if wrong < FREE_TRIES:
        return 0
    return min(LOCK_MS << min(wrong - FREE_TRIES, 10), LONGEST_LOCK_MS)


def configure(staff: Staff, configuration: Configuration) -> Staff:
    return msgspec.structs.replace(staff, configuration=configuration)


def change_voice(staff: Staff, *, has_voice: bool) -> Staff:
    return msgspec.structs.replace(staff, has_voice=has_voice)


def touch(staff: Staff, touched: Touch, now_ms: int) -> Step:
    """A touch on a staff view; before anybody is there, the hidden corner."""
    if staff.stage == "away":
        is_asked_in = isinstance(touched, CornerHeld) and bool(staff.configuration.staff_pin)
        return (_go(staff, "pin", now_ms), []) if is_asked_in else (staff, [])
    staff = msgspec.structs.replace(staff, leave_ms=now_ms + LEAVE_MS)
    match staff.stage:
        case "pin":
            return _type(staff, touched, now_ms)
        case "menu":
            return _choose(staff, touched, now_ms)
        case "own_day":
            return _answer(staff, touched, now_ms)
        case "diagnostics" if isinstance(touched, Ended):
            return _go(staff, "menu", now_ms), []
        case _:
            return staff, []


def pin_checked(staff: Staff, now_ms: int, *, is_right: bool) -> Step:
    """Each refused PIN is an entry, and so is each one that let somebody in."""
    if is_right:
        kept = msgspec.structs.replace(staff.kept, wrong=0)
        staff = msgspec.structs.replace(_go(staff, "menu", now_ms), kept=kept)
        return staff, [Keep(kept), Append(event("staff_entered", "", now_ms))]
    wrong = staff.kept.wrong
    staff = msgspec.structs.replace(_go(staff, "pin", now_ms), is_wrong=True, locked_until_ms=now_ms + lock_ms(wrong))
    return staff, [Append(event("pin_refused", wrong, now_ms))]


def takes(staff: Staff, pressed: Press, now_ms: int) -> bool:
    """Whether a press is no customer's: made while buttons are under test, or while the terminal is paused."""
    is_ours = staff.stage == "diagnostics" or staff.is_paused
    return is_ours and now_ms - pressed.age_ms >= staff.since_ms


def press(staff: Staff, pressed: Press, now_ms: int) -> Step:
    """One that `takes` said yes to: journalled like every press, as no answer."""
    is_tested = staff.stage == "diagnostics"
    about, at_ms = "button_tested" if is_tested else "pressed_while_paused", now_ms - pressed.age_ms
    draft = Draft("event", about, pressed.button, at_ms, source=pressed.source, press=(pressed.source, pressed.seq))
    if is_tested:
        presses = (pressed.button, *staff.presses)[:PRESSES_SHOWN]
        staff = msgspec.structs.replace(staff, presses=presses, leave_ms=now_ms + LEAVE_MS)
    return staff, [Append(draft)]


def diagnosed(staff: Staff, rows: tuple[Row, ...]) -> Staff:
    return msgspec.structs.replace(staff, rows=rows)


def kept(staff: Staff, draft: Draft, now_ms: int) -> Staff:
    """Their answer about their own day is durable."""
    if (
        staff.stage != "own_day"
        or staff.answered is None
        or draft.kind != "answer"
        or not draft.about.startswith(STAFF)
    ):
        return staff
    return msgspec.structs.replace(_go(staff, "thanks", now_ms), leave_ms=now_ms + THANKS_MS)


def until_ms(staff: Staff, now_ms: int) -> int | None:
    """When `tick` has something to do."""
    match staff.stage:
        case "away" | "checking":
            return None
        case "diagnostics":
            return min(staff.leave_ms, staff.look_ms)
        case "pin" if now_ms < staff.locked_until_ms:
            return min(staff.leave_ms, now_ms + 1 + (staff.locked_until_ms - now_ms - 1) % 1_000)
        case _:
            return staff.leave_ms


def tick(staff: Staff, now_ms: int) -> Step:
    if staff.stage in ("away", "checking"):
        return staff, []
    if now_ms >= staff.leave_ms:
        return _go(staff, "away", now_ms), []
    if staff.stage == "diagnostics" and now_ms >= staff.look_ms:
        return msgspec.structs.replace(staff, look_ms=now_ms + LOOK_EVERY_MS), [Diagnose(staff.language)]
    return staff, []


def view(staff: Staff, now_ms: int) -> StaffView | None:
    """What is shown over the visit; None where that is seen."""
    language, configuration, preferences = staff.language, staff.configuration, staff.kept.preferences
    match staff.stage:
        case "away":
            return Paused(language, configuration.location_name) if staff.is_paused else None
        case "pin" | "checking":
            return _pad(staff, now_ms)
        case "menu":
            volume = preferences.volume if staff.has_voice else None
            languages = configuration.survey.languages
            low_reach, larger = preferences.low_reach, preferences.larger
            return StaffMenu(language, languages, volume, low_reach, larger, preferences.steady, staff.is_paused)
        case "own_day":
            return Ask(
                question=configuration.survey.question(_own_day(configuration)),
                language=language,
                languages=(),
                place=configuration.location_name,
                first=False,
                pressed=staff.answered,
                low_reach=preferences.low_reach,
                staff=True,
            )
        case "thanks":
            return Thanks(language, configuration.location_name)
        case "diagnostics":
            name = configuration.terminal_name
            return Diagnostics(language, name, name, staff.has_buttons, staff.rows, staff.presses)


def _pad(staff: Staff, now_ms: int) -> PinPad:
    if staff.stage == "checking":
        return PinPad(staff.language, len(staff.typed), "checking")
    if now_ms < staff.locked_until_ms:
        return PinPad(staff.language, 0, "locked", locked_s=-(-(staff.locked_until_ms - now_ms) // 1_000))
    return PinPad(staff.language, len(staff.typed), "wrong" if staff.is_wrong else "ready")


def _type(staff: Staff, touched: Touch, now_ms: int) -> Step:
    if isinstance(touched, Ended):
        return _go(staff, "away", now_ms), []
    if now_ms < staff.locked_until_ms:
        return staff, []
    match touched:
        case Digit(digit):
            return msgspec.structs.replace(staff, typed=f"{staff.typed}{digit}"[:MOST_DIGITS], is_wrong=False), []
        case Erased():
            return msgspec.structs.replace(staff, typed=staff.typed[:-1]), []
        case Entered() if len(staff.typed) >= LEAST_DIGITS:
            kept = msgspec.structs.replace(staff.kept, wrong=staff.kept.wrong + 1)
            check = CheckPin(staff.typed, staff.configuration.staff_pin, kept)
            return msgspec.structs.replace(staff, stage="checking", kept=kept), [check]
        case _:
            return staff, []


def _choose(staff: Staff, touched: Touch, now_ms: int) -> Step:
    match touched:
        case Ended():
            return _go(staff, "away", now_ms), []
        case ItemChosen(item):
            return _open(staff, item, now_ms)
        case LanguageChosen(language) if language in staff.configuration.survey.languages:
            return _prefer(staff, language=language)
        case LowReachChosen():
            return _prefer(staff, low_reach=not staff.kept.preferences.low_reach, larger=False)
        case LargerChosen():
            return _prefer(staff, low_reach=False, larger=not staff.kept.preferences.larger)
        case SteadyChosen(steady):
            return _prefer(staff, steady=steady)
        case VolumeChosen(percent):
            return _prefer(staff, volume=min(max(percent, 0), 100))
        case _:
            return staff, []


def _open(staff: Staff, item: MenuItem, now_ms: int) -> Step:
    match item:
        case "own_day":
            return _go(staff, "own_day", now_ms), []
        case "diagnostics":
            since_ms = staff.since_ms if staff.is_paused else now_ms
            staff = _go(staff, "diagnostics", now_ms)
            return msgspec.structs.replace(staff, since_ms=since_ms, look_ms=now_ms + LOOK_EVERY_MS), [
                Diagnose(staff.language)
            ]
        case "pause" | "resume":
            kept = msgspec.structs.replace(staff.kept, is_paused=item == "pause")
            staff = msgspec.structs.replace(_go(staff, "away", now_ms), kept=kept, since_ms=now_ms)
            return staff, [Keep(kept), Append(event("paused" if kept.is_paused else "resumed", "", now_ms))]


def _prefer(staff: Staff, **preferred: str | bool | int) -> Step:
    preferences = msgspec.structs.replace(staff.kept.preferences, **preferred)
    kept = msgspec.structs.replace(staff.kept, preferences=preferences)
    return msgspec.structs.replace(staff, kept=kept), [Keep(kept)]


def _answer(staff: Staff, touched: Touch, now_ms: int) -> Step:
    if isinstance(touched, Ended):
        return _go(staff, "menu", now_ms), []
    if not isinstance(touched, Answered) or touched.question_id != _own_day(staff.configuration):
        return staff, []
    if staff.answered is not None:
        return staff, []  # the same finger once more
    return msgspec.structs.replace(staff, answered=touched.value), [AnswerAsStaff(touched)]


def _own_day(configuration: Configuration) -> str:
    return STAFF + configuration.survey.shared_question.question_id


def _go(staff: Staff, stage: Stage, now_ms: int) -> Staff:
    """To another stage, with nothing left over from this one."""
    return msgspec.structs.replace(
        staff, stage=stage, typed="", is_wrong=False, leave_ms=now_ms + LEAVE_MS, answered=None, rows=(), presses=()
    )
