"""Whatever people touch and press and whatever befalls the terminal: each answer is written once, and it comes home."""

from collections.abc import Callable
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.buttons.interface import Press
from kiosk import pressing
from kiosk import visit as turn
from kiosk.clock import Moment
from kiosk.drafts import Draft
from kiosk.preferences import Preferences
from kiosk.views import (
    Answered,
    Ask,
    Closed,
    Ended,
    LanguageChosen,
    LargerChosen,
    LouderChosen,
    LowReachChosen,
    Marked,
    SpeechChosen,
    StillThere,
    Stirred,
)
from kiosk.visit_state import (
    THANKS_MS,
    Append,
    Effect,
    Show,
    Step,
)
from survey.questions import DAILY, FollowUp, Kind, Opening, Question
from survey.schedule import OpeningHours, Span, When
from tests.kiosk.a_person import BOX
from tests.kiosk.a_terminal import CONFIGURATION, SURVEY

CLEAN = Question("clean", Kind.SMILEY5, {"fi": "Siistiä?"})
EASY = Question("easy", Kind.CES, {"fi": "Helppoa?"})
RATHER = Question("rather", Kind.NPS, {"fi": "Suosittelisitko?"})
LUNCH = When(times=(Span(11 * 60, 14 * 60),))
BUSY = msgspec.structs.replace(
    CONFIGURATION,
    version="c2",
    opening_hours=OpeningHours(((Span(8 * 60, 21 * 60),),) * 7),
    survey=msgspec.structs.replace(
        SURVEY,
        questions=(*SURVEY.questions, CLEAN, EASY, RATHER),
        follow_ups=(
            *SURVEY.follow_ups,
            FollowUp("clean", "why", (1, 2)),
            FollowUp("why", "rather"),
            FollowUp("rather", "words"),
        ),
        openings=(Opening("easy", share=0.3), Opening("clean", when=LUNCH), Opening(DAILY, share=0.5)),
        daily=("easy", "clean"),
    ),
)
TOUCHES = st.sampled_from(
    [
        *(Ended(), Stirred(), LanguageChosen("en"), LanguageChosen("xx")),
        *(LowReachChosen(), LargerChosen(), SpeechChosen(), LouderChosen()),
    ]
)
HAPPENINGS = st.one_of(
    TOUCHES.map(lambda touched: ("touch", touched)),
    st.sampled_from([("answer", True), ("answer", False), ("fail", None), ("mark", None)]),
    st.tuples(st.just("listen"), st.booleans()),
    st.tuples(st.just("comes to listen"), st.lists(st.integers(1, 6), max_size=4)),
    st.tuples(st.just("press"), st.tuples(st.integers(1, 6), st.sampled_from([0, 500, 20_000]), st.booleans())),
    st.tuples(st.just("wait"), st.sampled_from([10, 1_000, 2_500, 20_000, 60_000, 12 * 3_600_000])),
    st.sampled_from([("configure", CONFIGURATION), ("configure", BUSY)]),
    st.sampled_from([("prefer", Preferences("en", low_reach=True)), ("prefer", Preferences(larger=True))]),
)


class Day:
    """A terminal, and what was answered and pressed on it."""

    def __init__(self) -> None:
        self.uptime_ms, self.seq = 100_000, 0
        self.pressed: list[int] = []
        self.drafts: list[Draft] = []
        self.shown: Any = None
        self.visit, effects = turn.begin(BUSY, 0, self.now, has_voice=True, has_buttons=True)
        self._carry_out(effects)

    @property
    def now(self) -> Moment:
        return Moment(self.uptime_ms, 1_795_773_600_000 + self.uptime_ms)

    def do(self, step: Callable[..., Step], *values: Any, **named: Any) -> None:
        self.visit, effects = step(self.visit, *values, *([] if step is turn.fail else [self.now]), **named)
        self._carry_out(effects)

    def happens(self, what: str, how: Any) -> None:
        match what:
            case "touch":
                self.do(turn.touch, how)
            case "answer":
                self.answers(is_kept=how)
            case "press":
                button, age_ms, is_kept = how
                self.presses(button, age_ms, is_kept=is_kept)
            case "comes to listen":
                self.comes_to_listen(how)
            case "mark":
                value = "Jo" if self.visit.question.kind is Kind.TEXT else 1
                self.do(turn.touch, Marked(self.visit.question.question_id, value, self.uptime_ms))
            case "wait":
                self.waits(how)
            case "listen":
                self.do(turn.listen, has_headphones=how)
            case "fail":
                self.do(turn.fail)
            case "configure" | "prefer":
                self.do(getattr(turn, what), how)

    def comes_to_listen(self, buttons: list[int]) -> None:
        """And answers by button 1, then by these, unless somebody else is there."""
        for plugged in (False, True):
            self.do(turn.listen, has_headphones=plugged)
        for button in (1, *buttons):
            self.presses(button, 0, is_kept=True)
            self.waits(1_000)

    def presses(self, button: int, age_ms: int, *, is_kept: bool) -> None:
        """What buttons said of a question is what they mean; where they said nothing, they begin a visit."""
        before, is_asked = self.visit, isinstance(self.shown, StillThere)
        self.seq += 1
        self.do(pressing.press, Press(BOX, self.seq, button, age_ms))
        draft = next(draft for draft in self.drafts if draft.press == (BOX, self.seq))
        if draft.kind == "answer" and draft.visit == before.number:
            assert not is_asked
            assert not before.keeping
            assert self.shown.buttons[button - 1] in (draft.value, "done")
            assert before.listens
            assert before.aloud
        if is_kept and self.visit.keeping:
            self.do(turn.kept, self.visit.keeping)

    def answers(self, *, is_kept: bool) -> None:
        question, before, is_busy = self.visit.question, len(self.drafts), self.visit.keeping or self.visit.broken
        value = "Jono" if question.kind is Kind.TEXT else question.values[0]
        self.do(turn.touch, Answered(question.question_id, value, self.uptime_ms))
        assert not is_busy or len(self.drafts) == before
        if is_kept and len(self.drafts) > before:
            self.do(turn.kept, self.drafts[-1])

    def waits(self, ms: int) -> None:
        """As the terminal does: it looks when there is something to do."""
        end_ms = self.uptime_ms + ms
        looks = 0
        while self.visit.until_ms is not None and not self.visit.keeping and self.visit.until_ms <= end_ms:
            self.uptime_ms = max(self.uptime_ms, self.visit.until_ms)
            self.do(turn.tick)
            looks += 1
            assert looks <= 3 + ms / THANKS_MS
        self.uptime_ms = end_ms

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Show):
                self.shown = effect.view
            elif isinstance(effect, Append):
                self.drafts.append(effect.draft)


@settings(deadline=None)  # on a busy computer an example takes as long as it takes
@given(st.lists(HAPPENINGS, max_size=40))
def test_any_visit_is_written_once_and_comes_home(happenings: list[tuple[str, Any]]) -> None:
    day = Day()
    for what, how in happenings:
        day.happens(what, how)
        is_somebody_there = day.visit.is_here or day.visit.stage != "first"
        assert not (day.visit.low_reach and day.visit.larger)
        assert not is_somebody_there or day.visit.until_ms or day.visit.keeping or day.visit.broken

    answers = [draft for draft in day.drafts if draft.kind == "answer"]
    presses = [draft.press for draft in day.drafts if draft.press]
    assert presses == [(BOX, seq) for seq in range(1, day.seq + 1)]
    heard = {draft.visit for draft in day.drafts if draft.about == "heard"}
    begun = {draft.visit: draft.about for draft in reversed(answers)}
    follow_ups = {draft.visit for draft in answers if draft.press and draft.about != begun[draft.visit]}
    assert follow_ups <= heard
    assert len({(draft.visit, draft.about) for draft in answers}) == len(answers)

    if day.visit.broken or day.visit.keeping:
        day.do(turn.kept, day.visit.keeping or answers[0] if answers else Draft("event", "x", "", 0))
    day.waits(200_000)
    home = day.visit
    assert (home.stage, home.is_here, home.is_asked, home.upcoming) == ("first", False, False, None)
    assert home.configuration == [BUSY, *[how for what, how in happenings if what == "configure"]][-1]
    preferred = home.preferences
    assert (home.language, home.low_reach) == (preferred.language or "fi", preferred.low_reach)
    assert home.larger == preferred.larger
    assert isinstance(day.shown, Closed if home.is_closed else Ask)
