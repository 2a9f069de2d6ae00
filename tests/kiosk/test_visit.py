from typing import Any

import msgspec
import pytest

from hardware.buttons.interface import Press
from kiosk import visit as turn
from kiosk.drafts import Draft
from kiosk.views import Answered, Ask, Ended, LanguageChosen, OutOfOrder, Stirred, Thanks, View
from kiosk.visit import Append, Effect, Show, Visit
from survey.errors import UnfitValue
from tests.kiosk.a_terminal import CONFIGURATION, HOW_WAS_IT, SURVEY, WHY, WORDS

NOW = 100_000


class Person:
    """Drives a visit and remembers its effects."""

    def __init__(self) -> None:
        self.effects: list[Effect] = []
        self.visit, _ = turn.begin(CONFIGURATION, last_number=7)
        self.now_ms = NOW

    def do(self, step: Any, *values: Any) -> "Person":
        timed = [] if step in (turn.fail, turn.configure) else [self.now_ms]
        self.visit, effects = step(self.visit, *values, *timed)
        self.effects += effects
        return self

    def answers(self, question_id: str, value: Any) -> "Person":
        return self.do(turn.touch, Answered(question_id, value, self.now_ms))

    def presses(self, button: int, seq: int = 1, age_ms: int = 0) -> "Person":
        return self.do(turn.press, Press("box:1/a", seq, button, age_ms))

    def is_kept(self) -> "Person":
        assert self.visit.keeping
        return self.do(turn.kept, self.visit.keeping)

    def waits(self, ms: int) -> "Person":
        self.now_ms += ms
        return self.do(turn.tick)

    @property
    def shown(self) -> View:
        return [effect.view for effect in self.effects if isinstance(effect, Show)][-1]

    @property
    def written(self) -> list[tuple[str, Any, int]]:
        drafts = [effect.draft for effect in self.effects if isinstance(effect, Append)]
        return [(draft.about, draft.value, draft.visit) for draft in drafts]


def asked(visit: Visit) -> tuple[str, str, str]:
    return visit.stage, visit.question.question_id, visit.language


def test_a_visit_begins_with_the_shared_question_in_the_first_language() -> None:
    visit, effects = turn.begin(CONFIGURATION, last_number=0)

    assert asked(visit) == ("first", "overall", "fi")
    assert effects == [Show(Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True))]


def test_rule_1_an_answer_shows_at_once_and_is_thanked_for_only_when_it_is_kept() -> None:
    person = Person().answers("overall", 5)

    draft = Draft("answer", "overall", 5, NOW, "shop@1", "fi", "touch", visit=8)
    assert person.effects == [Append(draft), Show(Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True, pressed=5))]

    person.is_kept()
    assert person.shown == Thanks("fi", "Kamppi")


def test_an_answer_leads_to_the_follow_ups_that_fit_it_and_then_to_thanks() -> None:
    person = Person().answers("overall", 1).is_kept()
    assert person.shown == Ask(WHY, "fi", ("fi", "en"), "Kamppi", first=False)

    person.answers("why", 3).is_kept().answers("words", "Long queue").is_kept()

    assert person.shown == Thanks("fi", "Kamppi")
    assert person.written == [("overall", 1, 8), ("why", 3, 8), ("words", "Long queue", 8), ("visit_ended", "done", 8)]


def test_thanks_give_way_to_the_shared_question_in_the_first_language() -> None:
    person = Person().do(turn.touch, LanguageChosen("en")).answers("overall", 5).is_kept()

    person.waits(turn.THANKS_MS - 1)
    assert person.shown == Thanks("en", "Kamppi")
    person.waits(1)
    assert asked(person.visit) == ("first", "overall", "fi")


@pytest.mark.parametrize(
    ("answers", "patience_ms"),
    [([("overall", 1)], turn.IDLE_MS), ([("overall", 1), ("why", 3)], turn.TYPING_MS)],
    ids=["a choice", "open text"],
)
def test_a_follow_up_left_alone_ends_the_visit(answers: list[tuple[str, int]], patience_ms: int) -> None:
    person = Person()
    for question_id, value in answers:
        person.answers(question_id, value).is_kept()

    person.waits(patience_ms - 1)
    assert person.visit.stage == "follow_up"
    person.waits(1)
    assert asked(person.visit) == ("first", "overall", "fi")
    assert person.written[-1] == ("visit_ended", "left", 8)


@pytest.mark.parametrize(
    ("answers", "patience_ms"),
    [([("overall", 1)], turn.IDLE_MS), ([("overall", 1), ("why", 3)], turn.TYPING_MS)],
    ids=["a choice", "open text"],
)
def test_who_still_marks_or_types_is_waited_for_anew(answers: list[tuple[str, int]], patience_ms: int) -> None:
    person = Person()
    for question_id, value in answers:
        person.answers(question_id, value).is_kept()

    person.waits(patience_ms - 1).do(turn.touch, Stirred()).waits(patience_ms - 1)
    assert person.visit.stage == "follow_up"
    person.waits(1)
    assert person.visit.stage == "first"


def test_a_key_that_comes_after_its_question_keeps_no_thanks_on_the_screen() -> None:
    person = Person().answers("overall", 5).is_kept()

    person.waits(turn.THANKS_MS - 1).do(turn.touch, Stirred()).waits(1)

    assert person.visit.stage == "first"


def test_a_language_holds_for_the_visit_and_goes_when_the_person_has_gone() -> None:
    person = Person().do(turn.touch, LanguageChosen("en"))
    assert asked(person.visit) == ("first", "overall", "en")

    person.waits(turn.IDLE_MS)
    assert asked(person.visit) == ("first", "overall", "fi")
    assert person.written == []


def test_no_thanks_ends_the_visit_and_is_thanked_for() -> None:
    person = Person().answers("overall", 2).is_kept().do(turn.touch, Ended())

    assert person.shown == Thanks("fi", "Kamppi")
    assert person.written[-1] == ("visit_ended", "ended", 8)

    person.do(turn.touch, Ended())
    assert asked(person.visit) == ("first", "overall", "fi")


def test_a_finger_that_comes_down_twice_answers_once() -> None:
    person = Person().answers("overall", 5).answers("overall", 5)
    assert person.written == [("overall", 5, 8)]

    person.is_kept().answers("overall", 5)
    assert person.written == [("overall", 5, 8)]


def test_a_touch_on_a_question_that_has_just_gone_answers_nothing() -> None:
    person = Person().answers("overall", 1).is_kept().answers("overall", 5)

    assert person.written == [("overall", 1, 8)]


def test_a_value_that_the_question_does_not_take_is_refused() -> None:
    with pytest.raises(UnfitValue, match="takes 1 to 5, not 6"):
        Person().answers("overall", 6)


def test_a_press_answers_the_shared_question_with_the_worst_value_for_button_1() -> None:
    person = Person().presses(1, age_ms=200)

    draft = Draft("answer", "overall", 1, NOW - 200, "shop@1", "fi", "box:1/a", 8, ("box:1/a", 1))
    assert person.effects[0] == Append(draft)
    assert person.is_kept().shown == Ask(WHY, "fi", ("fi", "en"), "Kamppi", first=False)


@pytest.mark.parametrize("stage", ["follow_up", "thanks", "keeping"])
def test_a_press_during_another_visit_begins_a_new_one(stage: str) -> None:
    person = Person().answers("overall", 1 if stage == "follow_up" else 5)
    if stage != "keeping":
        person.is_kept()

    person.presses(4).is_kept()

    assert person.written[-1] == ("overall", 4, 9)
    assert (("visit_ended", "left", 8) in person.written) == (stage == "follow_up")
    assert person.shown == Thanks("fi", "Kamppi")


def test_presses_in_a_row_are_all_written_and_the_last_is_thanked_for() -> None:
    person = Person().presses(1, seq=1).presses(5, seq=2).presses(4, seq=3)

    assert person.written == [("overall", 1, 8), ("overall", 5, 9), ("overall", 4, 10)]
    assert person.is_kept().shown == Thanks("fi", "Kamppi")


def test_what_is_kept_late_does_not_lead_the_next_person_on() -> None:
    person = Person().presses(1, seq=1)
    first = person.visit.keeping
    person.presses(5, seq=2)
    shown = person.shown

    person.do(turn.kept, first)

    assert person.shown == shown
    assert person.is_kept().shown == Thanks("fi", "Kamppi")


def test_an_old_press_is_written_and_leaves_the_person_at_the_screen_alone() -> None:
    person = Person().answers("overall", 1).is_kept()
    shown = person.shown

    person.presses(5, age_ms=turn.STALE_MS + 1)

    assert person.written[-1] == ("overall", 5, 9)
    assert (person.shown, person.visit.number) == (shown, 8)


def test_a_press_beyond_the_scale_is_written_for_it_to_see_and_not_thanked_for() -> None:
    person = Person().presses(6)

    assert person.written == [("overall", 6, 8)]
    assert not any(isinstance(effect, Show) for effect in person.effects)


def test_a_journal_that_fails_says_so_until_something_is_kept_again() -> None:
    person = Person().answers("overall", 5).do(turn.fail)
    assert person.shown == OutOfOrder("fi", "Kamppi")

    person.answers("overall", 4).presses(3)
    assert person.written == [("overall", 5, 8), ("overall", 3, 9)]

    draft = person.effects[0].draft  # type: ignore[union-attr]
    person.do(turn.kept, draft)
    assert asked(person.visit) == ("first", "overall", "fi")
    assert isinstance(person.shown, Ask)


def test_a_new_configuration_waits_until_the_person_has_gone() -> None:
    newer = msgspec.structs.replace(CONFIGURATION, version="c2", survey=msgspec.structs.replace(SURVEY, version=2))
    person = Person().answers("overall", 1).is_kept().do(turn.configure, newer)
    assert person.visit.configuration.version == "c1"

    person.waits(turn.IDLE_MS).answers("overall", 5)

    assert person.effects[-2].draft.survey == "shop@2"  # type: ignore[union-attr]


def test_a_new_configuration_shows_at_once_where_nobody_is() -> None:
    newer = msgspec.structs.replace(CONFIGURATION, version="c2", location_name="Tapiola")

    person = Person().do(turn.configure, newer)

    assert isinstance(person.shown, Ask)
    assert person.shown.place == "Tapiola"


def test_all_follow_ups_of_the_cast_are_reached() -> None:
    person = Person().answers("overall", 2).is_kept().answers("why", 3).is_kept()

    assert person.visit.question == WORDS
