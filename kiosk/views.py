"""What the terminal shows, as values: decided by visit.py and terminal.py, drawn by screens/ or, headless, by nobody.

A view says everything that its screen needs; a screen keeps no state of its own beyond what it animates.
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from kiosk.numbering import Meaning
from survey.exchange import Goal
from survey.questions import Question, Value
from survey.theme import Theme


class Ask(msgspec.Struct, frozen=True):
    """One question. first: shown while nobody is there; else the visit can be ended by a touch.

    aloud: whether it is being spoken; None where the terminal has no voice. low_reach: all that is touched lies in the
    lower half. larger: all letters can be read from 45 cm, which needs the whole display.
    staff: asked of the staff about their own day. today: at the location; it tells whether the goal's figure is of this
    week; None where the clock is not trusted.
    buttons: what each means, where they answer this question by number.
    marked: of several choices those that are (survey.questions), or the text so far; struck: the choice that a button
    has just (un)marked, or the sign that it has written (kiosk.keyboards).
    volume: to which it was just set. steady: a key of the keyboard counts twice only after half a second.
    """

    question: Question
    language: str
    languages: tuple[str, ...]
    place: str
    first: bool
    goal: Goal | None = None
    pressed: Value | None = None  # the answer just given, while it is being kept
    low_reach: bool = False
    larger: bool = False
    aloud: bool | None = None
    staff: bool = False
    today: date | None = None
    buttons: tuple[Meaning, ...] = ()
    marked: Value = 0
    struck: Value | None = None
    volume: int | None = None
    steady: bool = False


class StillThere(msgspec.Struct, frozen=True):
    """Asked over the question before it goes: "more time" is a large key, and a touch anywhere does the same.

    ask: lies below as it was; what was typed or marked there stays.
    """

    ask: Ask


class Thanks(msgspec.Struct, frozen=True):
    language: str
    place: str
    aloud: bool | None = None
    goal: Goal | None = None
    larger: bool = False


class Closed(msgspec.Struct, frozen=True):
    """Outside the opening hours: a quiet screen. A touch anywhere asks all the same."""

    language: str
    place: str


class OutOfOrder(msgspec.Struct, frozen=True):
    """The journal can't keep answers: said plainly instead of thanks."""

    language: str
    place: str


class NotReady(msgspec.Struct, frozen=True):
    """No configuration yet. reason: key of a text, e.g. `not_ready.enrolling`; detail: what IT needs, in English."""

    reason: str
    detail: str = ""


class Paused(msgspec.Struct, frozen=True):
    """Out of service, because the staff said so."""

    language: str
    place: str


class PinPad(msgspec.Struct, frozen=True):
    """The staff's door. typed: how many digits; locked_s: how long it stays locked after too many wrong ones."""

    language: str
    typed: int
    state: Literal["ready", "checking", "wrong", "locked"] = "ready"
    locked_s: int = 0


class StaffMenu(msgspec.Struct, frozen=True):
    """What the staff can do here. volume: 0..100, None without a voice. language: the one the terminal begins with."""

    language: str
    languages: tuple[str, ...]
    volume: int | None
    low_reach: bool
    larger: bool
    steady: bool
    paused: bool


class Row(msgspec.Struct, frozen=True):
    """A line of the diagnostics, in the staff's language."""

    label: str
    text: str


class Diagnostics(msgspec.Struct, frozen=True):
    """How the terminal is. code: what its QR code says. presses: buttons pressed under test, newest first."""

    language: str
    name: str
    code: str
    has_buttons: bool
    rows: tuple[Row, ...] = ()
    presses: tuple[int, ...] = ()


StaffView = Paused | PinPad | StaffMenu | Diagnostics | Ask | Thanks
View = Ask | StillThere | Thanks | Closed | OutOfOrder | NotReady | StaffView


class Answered(msgspec.Struct, frozen=True):
    """A touch that answers the question on the screen. uptime_ms: when the finger came down, in time since boot."""

    question_id: str
    value: Value
    uptime_ms: int


class LanguageChosen(msgspec.Struct, frozen=True):
    """For this visit; in the staff's menu: the one that the terminal begins with."""

    language: str


class Ended(msgspec.Struct, frozen=True):
    """The person has touched "no thanks" or "done"; in the staff's part: back."""


class Stirred(msgspec.Struct, frozen=True):
    """A key that types nothing, "more time", the quiet screen touched: no answer, but the person is there."""


class Marked(msgspec.Struct, frozen=True):
    """A choice was marked or unmarked, or a key typed. value: the set (survey.questions) or the text as it is now."""

    question_id: str
    value: Value
    uptime_ms: int
    source: str = "touch"


class LowReachChosen(msgspec.Struct, frozen=True):
    """Turns low reach on or off: for this visit; in the staff's menu: for good."""


class LargerChosen(msgspec.Struct, frozen=True):
    """The same with larger letters. They and low reach end each other: the one halves the room, the other needs it."""


class SpeechChosen(msgspec.Struct, frozen=True):
    """Turns the voice on or off for this visit."""


class LouderChosen(msgspec.Struct, frozen=True):
    """The voice, one step louder for this visit, and after the loudest the softest; it is turned on where it is off."""


class CornerHeld(msgspec.Struct, frozen=True):
    """A finger stayed for three seconds in the hidden corner."""


class Digit(msgspec.Struct, frozen=True):
    digit: Literal[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]


class Erased(msgspec.Struct, frozen=True):
    """The last digit is to go."""


class Entered(msgspec.Struct, frozen=True):
    """The PIN is complete."""


MenuItem = Literal["own_day", "diagnostics", "pause", "resume"]


class ItemChosen(msgspec.Struct, frozen=True):
    item: MenuItem


class VolumeChosen(msgspec.Struct, frozen=True):
    """percent: 0..100."""

    percent: int


class SteadyChosen(msgspec.Struct, frozen=True):
    """How soon a key that is touched twice counts again, on the keyboard: see Ask."""

    steady: bool


VisitTouch = (
    Answered | LanguageChosen | Ended | Stirred | Marked | LowReachChosen | LargerChosen | SpeechChosen | LouderChosen
)
StaffTouch = (
    Answered
    | LanguageChosen
    | Ended
    | Stirred
    | LowReachChosen
    | LargerChosen
    | Digit
    | Erased
    | Entered
    | ItemChosen
    | VolumeChosen
    | SteadyChosen
)
Touch = VisitTouch | StaffTouch | CornerHeld


class Screen(Protocol):
    """The terminal's face: real in screens/, none when headless."""

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        """Show and listen until stop(), on the main thread. when_touched is called there, and returns at once."""

    def show(self, view: View) -> None:
        """From any thread; takes effect within a frame."""

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        """From any thread: the chain's colours and logo, and where each picture lies by its name.

        A theme that people could not read is refused with a line in the log, and the last good one stays.
        """

    def stop(self) -> None:
        """From any thread."""
