"""What the terminal shows, as values: decided by visit.py and terminal.py, drawn by screens/ or, headless, by nobody.

A view says everything that its screen needs; a screen keeps no state of its own beyond what it animates.
"""

from collections.abc import Callable
from typing import Protocol

import msgspec

from survey.exchange import Goal
from survey.questions import Question, Value


class Ask(msgspec.Struct, frozen=True):
    """One question. first: the shared question, shown while nobody is there; else the visit can be ended by a touch."""

    question: Question
    language: str
    languages: tuple[str, ...]
    place: str
    first: bool
    goal: Goal | None = None
    pressed: Value | None = None  # the answer just given, while it is being kept


class Thanks(msgspec.Struct, frozen=True):
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


View = Ask | Thanks | OutOfOrder | NotReady


class Answered(msgspec.Struct, frozen=True):
    """A touch that answers the question on the screen. uptime_ms: when the finger came down, in time since boot."""

    question_id: str
    value: Value
    uptime_ms: int


class LanguageChosen(msgspec.Struct, frozen=True):
    language: str


class Ended(msgspec.Struct, frozen=True):
    """The person has touched "no thanks" or "done"."""


class Stirred(msgspec.Struct, frozen=True):
    """A key typed or a choice marked: no answer yet, but the person is still there."""


Touch = Answered | LanguageChosen | Ended | Stirred


class Screen(Protocol):
    """The terminal's face: real in screens/, none when headless."""

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        """Show and listen until stop(), on the main thread. when_touched is called there, and returns at once."""

    def show(self, view: View) -> None:
        """From any thread; takes effect within a frame."""

    def stop(self) -> None:
        """From any thread."""
