from typing import Any

import msgspec
import pytest

from kiosk import pressing
from kiosk import visit as turn
from kiosk.drafts import Draft
from kiosk.preferences import Preferences
from kiosk.speaking import spoken
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
    OutOfOrder,
    SpeechChosen,
    StillThere,
    Stirred,
    Thanks,
)
from kiosk.visit_state import (
    AGAIN_MS,
    IDLE_MS,
    SPOKEN_THANKS_MS,
    STILL_THERE_MS,
    THANKS_MS,
    TYPING_MS,
    Append,
    Show,
    Visit,
)
from survey.errors import UnfitValue
from survey.exchange import Configuration
from survey.questions import DAILY, STAFF, FollowUp, Kind, Opening, Question
from survey.schedule import OpeningHours, Span, When
from tests.kiosk.a_person import NOW, Person
from tests.kiosk.a_terminal import CONFIGURATION, HOW_WAS_IT, SURVEY, WHY, WORDS


def asked(visit: Visit) -> tuple[str, str, str]:
    return visit.stage, visit.question.question_id, visit.language


def test_a_visit_begins_with_the_shared_question_in_the_first_language() -> None:
    visit, effects = turn.begin(CONFIGURATION, 0, Person().now)

    assert asked(visit) == ("first", "overall", "fi")
    assert effects == [Show(Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True))]


def test_rule_1_an_answer_shows_at_once_and_is_thanked_for_only_when_it_is_kept() -> None:
    person = Person().answers("overall", 5)

    draft = Draft("answer", "overall", 5, NOW, "shop@1", "fi", "touch", visit=8)
    assert person.effects[1:] == [
        Append(draft),
        Show(Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True, pressed=5)),
    ]

    person.is_kept()
    assert person.shown == Thanks("fi", "Kamppi")


def test_an_answer_leads_to_the_follow_ups_that_fit_it_and_then_to_thanks() -> None:
    person = Person().answers("overall", 1).is_kept()
    assert person.shown == Ask(WHY, "fi", ("fi", "en"), "Kamppi", first=False)

    person.answers("why", 3).is_kept().answers("words", "Long queue").is_kept()

    assert person.shown == Thanks("fi", "Kamppi")
    assert person.written == [("overall", 1, 8), ("why", 3, 8), ("words", "Long queue", 8), ("visit_ended", "done", 8)]


def test_thanks_give_way_to_the_shared_question_in_the_first_language() -> None:
    person = Person().touches(LanguageChosen("en")).answers("overall", 5).is_kept()

    person.waits(THANKS_MS - 1)
    assert person.shown == Thanks("en", "Kamppi")
    person.waits(1)
    assert asked(person.visit) == ("first", "overall", "fi")


@pytest.mark.parametrize(
    ("answers", "patience_ms"),
    [([("overall", 1)], IDLE_MS), ([("overall", 1), ("why", 3)], TYPING_MS)],
    ids=["a choice", "open text"],
)
def test_a_follow_up_left_alone_ends_the_visit_after_asking(answers: list[tuple[str, int]], patience_ms: int) -> None:
    person = Person()
    for question_id, value in answers:
        person.answers(question_id, value).is_kept()

    question = person.shown
    person.waits(patience_ms - 1)
    assert person.shown == question
    person.waits(1)
    assert person.shown == StillThere(question)
    person.waits(STILL_THERE_MS - 1)
    assert person.visit.stage == "follow_up"
    person.waits(1)
    assert asked(person.visit) == ("first", "overall", "fi")
    assert person.written[-1] == ("visit_ended", "left", 8)


def marking(*values: int) -> Person:
    """Somebody who is asked for several reasons, and has marked these sets one after the other."""
    several = msgspec.structs.replace(WHY, kind=Kind.MULTIPLE)
    survey = msgspec.structs.replace(
        CONFIGURATION.survey, questions=(HOW_WAS_IT, several), follow_ups=(FollowUp("overall", "why"),)
    )
    person = Person(msgspec.structs.replace(CONFIGURATION, survey=survey)).answers("overall", 1).is_kept()
    for value in values:
        person.touches(Marked("why", value, person.now_ms))
    return person


def test_who_leaves_with_choices_marked_has_been_heard() -> None:
    person = marking(1, 3)

    person.waits(IDLE_MS).waits(STILL_THERE_MS)

    assert person.written[1:] == [("why", 3, 8), ("visit_ended", "left", 8)]


@pytest.mark.parametrize(
    ("do", "written"),
    [
        (lambda person: person.answers("why", 3).is_kept(), [("why", 3, 8), ("visit_ended", "done", 8)]),
        (lambda person: person.touches(Ended()), [("visit_ended", "ended", 8)]),
        (
            lambda person: person.touches(Marked("why", 0, NOW)).presses(5),
            [("visit_ended", "left", 8), ("overall", 5, 9)],
        ),
        (lambda person: person.presses(5), [("why", 3, 8), ("visit_ended", "left", 8), ("overall", 5, 9)]),
    ],
    ids=["done", "no thanks", "unmarked again", "the next person presses"],
)
def test_what_was_marked_counts_once_and_only_if_it_was_left_so(do: Any, written: list[object]) -> None:
    person = marking(3)

    do(person)

    assert person.written[1:] == written


@pytest.mark.parametrize(
    ("answers", "patience_ms"),
    [([("overall", 1)], IDLE_MS), ([("overall", 1), ("why", 3)], TYPING_MS)],
    ids=["a choice", "open text"],
)
def test_who_still_marks_or_types_is_waited_for_anew(answers: list[tuple[str, int]], patience_ms: int) -> None:
    person = Person()
    for question_id, value in answers:
        person.answers(question_id, value).is_kept()

    question = person.shown
    person.waits(patience_ms - 1).touches(Stirred()).waits(patience_ms - 1)
    assert person.shown == question
    person.waits(1)
    assert person.shown == StillThere(question)


def test_who_is_still_there_gets_more_time_as_often_as_they_like() -> None:
    """WCAG 2.2.1: at least 20 s to ask for it, at least ten times, by a simple action."""
    assert STILL_THERE_MS >= 20_000
    person = Person().answers("overall", 1).is_kept()
    question = person.shown

    for _ in range(12):
        person.waits(IDLE_MS).waits(STILL_THERE_MS - 1)
        assert person.shown == StillThere(question)
        person.touches(Stirred())
        assert person.shown == question

    assert person.answers("why", 1).is_kept().shown == Thanks("fi", "Kamppi")


def test_an_answer_to_a_question_that_asks_whether_one_is_there_is_an_answer() -> None:
    person = Person().answers("overall", 1).is_kept().waits(IDLE_MS).answers("why", 3).is_kept()

    assert person.shown == Ask(WORDS, "fi", ("fi", "en"), "Kamppi", first=False)
    person.waits(TYPING_MS - 1)
    assert not person.visit.is_asked


def test_a_key_that_comes_after_its_question_keeps_no_thanks_on_the_screen() -> None:
    person = Person().answers("overall", 5).is_kept()

    person.waits(THANKS_MS - 1).touches(Stirred()).waits(1)

    assert person.visit.stage == "first"


def test_a_language_holds_for_the_visit_and_goes_when_the_person_has_gone() -> None:
    person = Person().touches(LanguageChosen("en"))
    assert asked(person.visit) == ("first", "overall", "en")

    person.waits(IDLE_MS).waits(STILL_THERE_MS)
    assert asked(person.visit) == ("first", "overall", "fi")
    assert person.written == []


def test_no_thanks_ends_the_visit_and_is_thanked_for() -> None:
    person = Person().answers("overall", 2).is_kept().touches(Ended())

    assert person.shown == Thanks("fi", "Kamppi")
    assert person.written[-1] == ("visit_ended", "ended", 8)

    person.touches(Ended())
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
    assert person.effects[1] == Append(draft)
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

    person.presses(5, age_ms=pressing.STALE_MS + 1)

    assert person.written[-1] == ("overall", 5, 9)
    assert (person.shown, person.visit.number) == (shown, 8)


def test_a_press_beyond_the_scale_is_written_for_it_to_see_and_not_thanked_for() -> None:
    person = Person().presses(6)

    assert person.written == [("overall", 6, 8)]
    assert not any(isinstance(effect, Show) for effect in person.effects[1:])


def test_a_journal_that_fails_says_so_until_something_is_kept_again() -> None:
    person = Person().answers("overall", 5).do(turn.fail)
    assert person.shown == OutOfOrder("fi", "Kamppi")

    person.answers("overall", 4).presses(3)
    assert person.written == [("overall", 5, 8), ("overall", 3, 9)]
    assert person.shown == OutOfOrder("fi", "Kamppi")

    draft = person.effects[1].draft  # type: ignore[union-attr]
    person.do(turn.kept, draft)
    assert asked(person.visit) == ("first", "overall", "fi")
    assert isinstance(person.shown, Ask)


def test_a_new_configuration_waits_until_the_person_has_gone() -> None:
    newer = msgspec.structs.replace(CONFIGURATION, version="c2", survey=msgspec.structs.replace(SURVEY, version=2))
    person = Person().answers("overall", 1).is_kept().do(turn.configure, newer)
    assert person.visit.configuration.version == "c1"

    person.waits(IDLE_MS).waits(STILL_THERE_MS).answers("overall", 5)

    assert person.effects[-2].draft.survey == "shop@2"  # type: ignore[union-attr]


def test_a_new_configuration_shows_at_once_where_nobody_is() -> None:
    newer = msgspec.structs.replace(CONFIGURATION, version="c2", location_name="Tapiola")

    person = Person().do(turn.configure, newer)

    assert isinstance(person.shown, Ask)
    assert person.shown.place == "Tapiola"


def test_all_follow_ups_of_the_cast_are_reached() -> None:
    person = Person().answers("overall", 2).is_kept().answers("why", 3).is_kept()

    assert person.visit.question == WORDS


CLEAN = Question("clean", Kind.SMILEY5, {"fi": "Oliko siistiä?", "en": "Was it clean?"})
EASY = Question("easy", Kind.CES, {"fi": "Oliko helppoa?", "en": "Was it easy?"})
LUNCH = When(times=(Span(11 * 60, 14 * 60),))
WEEKDAYS = OpeningHours(((Span(8 * 60, 21 * 60),),) * 5 + ((), ()))


def with_openings(*openings: Opening, daily: tuple[str, ...] = ()) -> Configuration:
    questions = (*SURVEY.questions, CLEAN, EASY)
    survey = msgspec.structs.replace(SURVEY, questions=questions, openings=openings, daily=daily)
    return msgspec.structs.replace(CONFIGURATION, survey=survey)


def test_an_opening_stands_on_the_idle_screen_and_is_answered_like_the_shared_question() -> None:
    person = Person(with_openings(Opening("easy")))
    assert person.shown == Ask(EASY, "fi", ("fi", "en"), "Kamppi", first=True)

    person.answers("easy", 7).is_kept()

    assert person.written == [("easy", 7, 8)]
    assert person.shown == Thanks("fi", "Kamppi")


def test_the_idle_screen_changes_by_itself_when_the_time_comes_and_only_then() -> None:
    person = Person(with_openings(Opening("easy", when=LUNCH))).at(13, 59).do(turn.look)
    shown = len(person.effects)

    person.waits(59_999)
    assert (asked(person.visit)[1], len(person.effects)) == ("easy", shown)
    person.waits(1)
    assert asked(person.visit)[1] == "overall"
    for _ in range(10):
        person.waits(60_000)
    assert len(person.effects) == shown + 1


def test_each_day_has_its_question_from_midnight() -> None:
    person = Person(with_openings(Opening(DAILY), daily=("easy", "clean"))).at(23, 59).do(turn.look)
    before = asked(person.visit)[1]

    person.waits(60_000)

    assert {before, asked(person.visit)[1]} == {"easy", "clean"}


@pytest.mark.parametrize(
    "configuration", [CONFIGURATION, with_openings(Opening("easy", share=0.5))], ids=["none", "share"]
)
def test_an_idle_terminal_without_times_waits_for_nothing(configuration: Configuration) -> None:
    assert Person(configuration).visit.until_ms is None


def test_whoever_has_begun_is_not_asked_another_question_when_the_time_comes() -> None:
    person = Person(with_openings(Opening("easy", when=LUNCH))).at(13, 59).do(turn.look).touches(LanguageChosen("en"))

    person.waits(IDLE_MS - 1).touches(Stirred()).at(14).waits(IDLE_MS - 1)

    assert asked(person.visit) == ("first", "easy", "en")


def test_a_clock_that_is_set_shows_what_belongs_to_the_time() -> None:
    person = Person(with_openings(Opening("easy", when=LUNCH)))

    assert asked(person.at(17).do(turn.look).visit)[1] == "overall"


def test_follow_ups_hold_to_the_time_of_the_answer() -> None:
    rule = msgspec.structs.replace(SURVEY.follow_ups[0], when=LUNCH)
    survey = msgspec.structs.replace(SURVEY, follow_ups=(rule,))
    configuration = msgspec.structs.replace(CONFIGURATION, survey=survey)

    assert Person(configuration).at(12).answers("overall", 1).is_kept().visit.stage == "follow_up"
    assert Person(configuration).at(15).answers("overall", 1).is_kept().visit.stage == "thanks"


@pytest.mark.parametrize(("asks", "about"), [("clean", "clean"), ("easy", "overall")], ids=["it fits", "it does not"])
def test_a_press_answers_the_opening_if_the_buttons_fit_it(asks: str, about: str) -> None:
    person = Person(with_openings(Opening(asks))).presses(4).is_kept()

    assert person.written == [(about, 4, 8)]


@pytest.mark.parametrize("elsewhere", ["follow_up", "thanks", "long ago", "closed"])
def test_a_press_of_somebody_who_does_not_see_the_opening_answers_the_shared_question(elsewhere: str) -> None:
    configuration = msgspec.structs.replace(with_openings(Opening("clean")), opening_hours=WEEKDAYS)
    person = Person(configuration)
    if elsewhere in ("follow_up", "thanks"):
        person.presses(1)
        person.visit = msgspec.structs.replace(person.visit, stage=elsewhere, keeping=None)
    if elsewhere == "closed":
        person.at(22).do(turn.look)

    person.presses(4, age_ms=pressing.STALE_MS + 1 if elsewhere == "long ago" else 0)

    assert person.written[-1][:2] == ("overall", 4)


@pytest.mark.parametrize("meanwhile", ["a touch", "a press"])
def test_a_press_answers_the_survey_that_is_seen_though_another_waits(meanwhile: str) -> None:
    newer = msgspec.structs.replace(CONFIGURATION, version="c2", survey=msgspec.structs.replace(SURVEY, version=2))
    person = Person(with_openings(Opening("clean")))
    _ = person.touches(LanguageChosen("en")) if meanwhile == "a touch" else person.presses(2)
    person.do(turn.configure, newer)

    person.presses(4, seq=2).is_kept()
    person.waits(THANKS_MS).presses(5, seq=3)

    asked_of = [(each.draft.about, each.draft.survey) for each in person.effects if isinstance(each, Append)]
    assert asked_of[-2:] == [("clean", "shop@1"), ("overall", "shop@2")]


def test_a_press_that_answers_nothing_seen_takes_the_survey_that_waits() -> None:
    newer = msgspec.structs.replace(CONFIGURATION, version="c2", survey=msgspec.structs.replace(SURVEY, version=2))
    person = Person(with_openings(Opening("easy"))).touches(LanguageChosen("en")).do(turn.configure, newer)

    person.presses(4).is_kept()

    (draft,) = (each.draft for each in person.effects if isinstance(each, Append))
    assert (draft.about, draft.survey) == ("overall", "shop@2")
    assert person.waits(THANKS_MS).visit.configuration == newer


def test_who_chose_a_language_and_presses_a_button_is_asked_on_in_it() -> None:
    person = Person().touches(LanguageChosen("en")).presses(1).is_kept()

    assert asked(person.visit) == ("follow_up", "why", "en")


def test_a_closed_location_is_quiet_and_asks_whoever_touches_it() -> None:
    person = Person(msgspec.structs.replace(CONFIGURATION, opening_hours=WEEKDAYS)).at(20, 59).do(turn.look)
    assert isinstance(person.shown, Ask)

    person.waits(60_000)
    assert person.shown == Closed("fi", "Kamppi")

    person.touches(Stirred())
    assert person.shown == Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True)
    person.answers("overall", 5).is_kept().waits(THANKS_MS)
    assert person.shown == Closed("fi", "Kamppi")
    assert person.written == [("overall", 5, 8)]


def test_a_press_counts_and_leads_on_while_the_location_is_closed() -> None:
    person = Person(msgspec.structs.replace(CONFIGURATION, opening_hours=WEEKDAYS)).at(22).do(turn.look)

    person.presses(1).is_kept()

    assert person.written == [("overall", 1, 8)]
    assert person.shown == Ask(WHY, "fi", ("fi", "en"), "Kamppi", first=False)


def test_who_touches_the_quiet_screen_and_goes_leaves_it_quiet() -> None:
    person = Person(msgspec.structs.replace(CONFIGURATION, opening_hours=WEEKDAYS)).at(22).do(turn.look)

    person.touches(Stirred()).waits(IDLE_MS).waits(STILL_THERE_MS)

    assert person.shown == Closed("fi", "Kamppi")


def test_low_reach_holds_for_the_visit_and_can_be_given_up_again() -> None:
    person = Person().touches(LowReachChosen())
    assert person.shown.low_reach
    assert not person.touches(LowReachChosen()).shown.low_reach

    person.touches(LowReachChosen()).answers("overall", 1).is_kept()
    assert person.shown.low_reach
    person.touches(Ended()).waits(THANKS_MS)
    assert not person.shown.low_reach


def test_larger_letters_hold_for_the_visit_to_its_thanks() -> None:
    person = Person().touches(LargerChosen())
    assert person.shown.larger
    assert not person.touches(LargerChosen()).shown.larger

    person.touches(LargerChosen()).answers("overall", 1).is_kept()
    assert person.shown.larger
    person.touches(Ended())
    assert isinstance(person.shown, Thanks)
    assert person.shown.larger
    assert not person.waits(THANKS_MS).shown.larger


def test_larger_letters_and_low_reach_end_each_other() -> None:
    person = Person().touches(LowReachChosen()).touches(LargerChosen())
    assert (person.shown.low_reach, person.shown.larger) == (False, True)

    person.touches(LowReachChosen())
    assert (person.shown.low_reach, person.shown.larger) == (True, False)


def test_the_voice_is_turned_on_for_the_visit_and_leaves_more_time() -> None:
    person = Person(has_voice=True)
    assert person.shown.aloud is False

    person.touches(SpeechChosen()).waits(TYPING_MS - 1)
    assert person.shown.aloud is True
    person.answers("overall", 5).is_kept()
    assert person.shown == Thanks("fi", "Kamppi", aloud=True)
    person.waits(THANKS_MS)
    assert isinstance(person.shown, Thanks)
    person.waits(SPOKEN_THANKS_MS)
    assert person.shown.aloud is False


def test_without_a_voice_nothing_turns_it_on() -> None:
    person = Person().touches(SpeechChosen()).do(turn.listen, has_headphones=True)

    assert person.shown.aloud is None


def test_each_time_that_headphones_come_back_the_voice_is_a_step_louder_and_then_the_softest() -> None:
    person = Person(has_voice=True).do(turn.listen, has_headphones=True)
    heard = [person.visit.volume]
    for _ in range(4):
        person.do(turn.listen, has_headphones=False).waits(AGAIN_MS - 1).do(turn.listen, has_headphones=True)
        heard.append(person.visit.volume)
        assert spoken(person.shown)[0] == (f"Äänenvoimakkuus {heard[-1]} prosenttia.", "fi")

    assert heard == [60, 80, 100, 20, 40]
    assert person.touches(LanguageChosen("en")).shown.volume is None


def test_headphones_that_come_back_late_or_in_the_next_visit_are_no_louder() -> None:
    person = Person(has_voice=True).do(turn.listen, has_headphones=True).do(turn.listen, has_headphones=False)
    person.waits(AGAIN_MS).do(turn.listen, has_headphones=True)
    assert person.visit.volume == Preferences().volume

    person.answers("overall", 5).is_kept().do(turn.listen, has_headphones=False).waits(SPOKEN_THANKS_MS)
    assert person.do(turn.listen, has_headphones=True).visit.volume == Preferences().volume


def test_the_voice_is_louder_by_touch_too_and_only_in_this_visit() -> None:
    person = Person(has_voice=True).touches(SpeechChosen()).touches(LouderChosen())
    assert (person.shown.volume, person.visit.volume, person.shown.aloud) == (80, 80, True)

    person.answers("overall", 5).is_kept()
    assert person.visit.volume == 80

    assert person.waits(SPOKEN_THANKS_MS).visit.volume == Preferences().volume


def test_without_a_voice_nothing_is_louder() -> None:
    person = Person()
    before = person.visit

    assert person.touches(LouderChosen()).visit == before


def test_headphones_turn_the_voice_on_until_they_are_pulled_out() -> None:
    person = Person(has_voice=True).do(turn.listen, has_headphones=True)
    assert person.shown.aloud

    person.answers("overall", 5).is_kept().waits(SPOKEN_THANKS_MS)
    assert person.shown.aloud
    assert not person.do(turn.listen, has_headphones=False).shown.aloud


def test_what_the_staff_set_begins_the_next_visit() -> None:
    preferences = Preferences(language="en", low_reach=True, steady=True)
    person = Person().answers("overall", 1).is_kept().do(turn.prefer, preferences)
    assert not person.shown.low_reach

    person.touches(Ended()).waits(THANKS_MS)

    assert person.shown == Ask(HOW_WAS_IT, "en", ("fi", "en"), "Kamppi", first=True, low_reach=True, steady=True)


def test_a_language_that_the_survey_does_not_have_is_none_to_begin_with() -> None:
    assert Person().do(turn.prefer, Preferences(language="sv")).shown.language == "fi"


def test_staff_answer_in_a_visit_of_their_own_beside_the_customers() -> None:
    person = Person().answers("overall", 1).is_kept()
    shown = person.shown

    person.visit, effects = turn.answer_as_staff(person.visit, Answered(f"{STAFF}overall", 4, NOW))
    person.effects += effects
    assert person.shown == shown
    person.answers("why", 3).presses(5)

    answers = [(about, visit) for about, _, visit in person.written if about != "visit_ended"]
    assert answers == [("overall", 8), (f"{STAFF}overall", 9), ("why", 8), ("overall", 10)]
