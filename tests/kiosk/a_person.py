"""Somebody at a terminal, and what comes of what they do there."""

from typing import Any

from hardware.buttons.interface import Press
from kiosk import pressing
from kiosk import visit as turn
from kiosk.clock import Moment
from kiosk.views import Answered, View
from kiosk.visit_state import Append, Show
from survey.exchange import Configuration
from tests.kiosk.a_terminal import CONFIGURATION

NOW = 100_000
BOX = "box:1/a"
FRIDAY_NOON_MS = 1_795_773_600_000  # 2026-11-27 12:00 in Helsinki


class Person:
    """Drives a visit and remembers its effects."""

    def __init__(self, configuration: Configuration = CONFIGURATION, **begun: bool) -> None:
        self.now_ms, self.noon_at_ms = NOW, NOW
        self.visit, self.effects = turn.begin(configuration, 7, self.now, **begun)

    @property
    def now(self) -> Moment:
        return Moment(self.now_ms, FRIDAY_NOON_MS + self.now_ms - self.noon_at_ms)

    def do(self, step: Any, *values: Any, **named: Any) -> "Person":
        timed = [] if step is turn.fail else [self.now]
        self.visit, effects = step(self.visit, *values, *timed, **named)
        self.effects += effects
        return self

    def at(self, hour: int, minute: int = 0) -> "Person":
        """It is that time now, on the clock on the wall."""
        self.noon_at_ms = self.now_ms - ((hour - 12) * 60 + minute) * 60_000
        return self

    def touches(self, touched: Any) -> "Person":
        return self.do(turn.touch, touched)

    def answers(self, question_id: str, value: Any) -> "Person":
        return self.touches(Answered(question_id, value, self.now_ms))

    def presses(self, button: int, seq: int = 1, age_ms: int = 0) -> "Person":
        return self.do(pressing.press, Press(BOX, seq, button, age_ms))

    def is_kept(self) -> "Person":
        assert self.visit.keeping
        return self.do(turn.kept, self.visit.keeping)

    def waits(self, ms: int) -> "Person":
        """Whoever hears a question hears it again meanwhile."""
        end_ms, due_ms = self.now_ms + ms, self.visit.until_ms
        if self.visit.aloud and due_ms and due_ms <= end_ms:
            self.now_ms = max(self.now_ms, due_ms)
            self.do(turn.tick)
        self.now_ms = end_ms
        return self.do(turn.tick)

    @property
    def shown(self) -> View:
        return [effect.view for effect in self.effects if isinstance(effect, Show)][-1]

    @property
    def written(self) -> list[tuple[str, Any, int]]:
        drafts = [effect.draft for effect in self.effects if isinstance(effect, Append)]
        return [(draft.about, draft.value, draft.visit) for draft in drafts]
