"""Whoever hears the questions answers all of them by buttons, and nobody else's press is taken for theirs."""

from typing import Any

import msgspec
import pytest

from kiosk import visit as turn
from kiosk.drafts import Draft
from kiosk.keyboards import ERASE, SPACE, layout_for
from kiosk.numbering import Group, Sign, meanings
from kiosk.speaking import spoken
from kiosk.views import Ask, LanguageChosen, Marked, SpeechChosen, StillThere, Stirred, Thanks
from kiosk.visit_state import REPEAT_MS, SAME_FINGER_MS, STILL_THERE_MS, TYPING_MS, Append, Show
from survey.exchange import Configuration
from survey.questions import MAX_TEXT, Choice, FollowUp, Kind, Opening, Question
from tests.kiosk.a_person import BOX, NOW, Person
from tests.kiosk.a_terminal import CONFIGURATION, HOW_WAS_IT, SURVEY

NAMES = ("Queue", "Price", "Service", "Range", "Parking", "Noise", "Other")
WORDS = Question("why", Kind.TEXT, {"fi": "Kerro lisää", "en": "Tell us more"})


def why(count: int = 3, kind: Kind = Kind.SINGLE) -> Question:
    choices = tuple(Choice(name.lower(), {"fi": name, "en": name}) for name in NAMES[:count])
    return Question("why", kind, {"fi": "Miksi?", "en": "Why?"}, choices)


def signs(*letters: str) -> Group:
    return Group(tuple(Sign(one) for each in letters for one in each or [each]))


def asking(question: Question, *, then: Question | None = None) -> Configuration:
    rest = (question, *([then] if then else []))
    rules = (FollowUp("overall", "why"),)
    survey = msgspec.structs.replace(SURVEY, questions=(HOW_WAS_IT, *rest), follow_ups=rules)
    return msgspec.structs.replace(CONFIGURATION, survey=survey)


def a_listener(configuration: Configuration) -> Person:
    """Somebody who has plugged in their headphones."""
    person = Person(configuration, has_voice=True, has_buttons=True)
    return person.do(turn.listen, has_headphones=True)


def asked_on(question: Question | None = None) -> Person:
    """They have answered by button 1, and hear the follow-up."""
    person = a_listener(asking(question or why())).presses(1, seq=1).is_kept()
    person.now_ms += SAME_FINGER_MS
    return person


def said(person: Person) -> list[str]:
    return [words for words, _ in spoken(person.shown)]


def drafts(person: Person) -> list[Draft]:
    return [effect.draft for effect in person.effects if isinstance(effect, Append)]


@pytest.mark.parametrize(
    ("question", "page", "meant"),
    [
        (why(3), 0, (1, 2, 3, None, "skip")),
        (why(5), 0, (1, 2, 3, 4, 5)),
        (why(7), 0, (1, 2, 3, 4, "more")),
        (why(7), 1, (5, 6, 7, None, "more")),
        (why(7), 2, (1, 2, 3, 4, "more")),
        (why(4, Kind.MULTIPLE), 0, (1, 2, 3, 4, "done")),
        (why(5, Kind.MULTIPLE), 0, (1, 2, 3, "more", "done")),
        (why(5, Kind.MULTIPLE), 1, (4, 5, None, "more", "done")),
        (Question("q", Kind.SMILEY4, {}), 0, (1, 2, 3, 4, "skip")),
        (Question("q", Kind.SMILEY5, {}), 0, (1, 2, 3, 4, 5)),
        (Question("q", Kind.YES_NO, {}), 0, (0, 1, None, None, "skip")),
        (Question("q", Kind.CES, {}), 0, (Group((1, 2)), Group((3, 4)), Group((5, 6)), 7, "skip")),
        (Question("q", Kind.NPS, {}), 0, (*map(Group, ((0, 1, 2), (3, 4, 5), (6, 7, 8), (9, 10))), "skip")),
        (Question("q", Kind.TEXT, {}), 0, (signs("abc"), signs("de"), signs("fg"), signs(" ", ""), "done")),
    ],
)
def test_each_button_has_one_meaning_and_the_last_leads_on(question: Question, page: int, meant: Any) -> None:
    assert meanings(question, 5, page, alphabet="abcdefg") == meant


@pytest.mark.parametrize("buttons", [4, 5, 11])
@pytest.mark.parametrize("kind", [Kind.SINGLE, Kind.MULTIPLE])
def test_every_choice_is_reached_by_some_page(kind: Kind, buttons: int) -> None:
    for count in range(2, 21):
        question = msgspec.structs.replace(why(2, kind), choices=tuple(Choice(str(n), {}) for n in range(count)))
        pages = [meanings(question, buttons, page) for page in range(20)]

        assert all(len(page) == buttons for page in pages)
        assert {one for page in pages for one in page if isinstance(one, int)} == set(range(1, count + 1))


def test_who_hears_a_follow_up_answers_it_by_the_number_that_was_said() -> None:
    person = asked_on()
    assert said(person) == ["Miksi?", "Vastaa painikkeilla.", "1: Queue.", "2: Price.", "3: Service.", "5: Ei kiitos."]

    person.presses(2, seq=2)

    answer = Draft("answer", "why", 2, person.now_ms, "shop@1", "fi", BOX, 8, (BOX, 2))
    assert drafts(person)[-1] == answer
    assert person.is_kept().shown == Thanks("fi", "Kamppi", aloud=True)
    assert person.written[-1] == ("visit_ended", "done", 8)


def test_whoever_touched_listen_answers_by_buttons_too() -> None:
    person = Person(asking(why()), has_voice=True, has_buttons=True).touches(SpeechChosen())
    person.answers("overall", 1).is_kept().waits(SAME_FINGER_MS).presses(3)

    assert person.written[-1] == ("why", 3, 8)


def test_that_a_visit_is_heard_is_written_before_its_first_answer() -> None:
    person = asked_on()

    assert person.written == [("heard", "overall", 8), ("overall", 1, 8)]


def test_how_a_heard_visit_ended_is_written_also_where_nothing_else_was_asked() -> None:
    person = a_listener(CONFIGURATION).presses(5).is_kept()

    assert person.written == [("heard", "overall", 8), ("overall", 5, 8), ("visit_ended", "done", 8)]


def test_of_several_choices_a_press_marks_or_unmarks_and_the_last_button_is_done() -> None:
    person = asked_on(why(3, Kind.MULTIPLE))
    heard = []
    for seq, button in enumerate((1, 3, 1), 2):
        person.presses(button, seq)
        heard.append(said(person)[0])
        person.now_ms += SAME_FINGER_MS
    assert heard == ["Valittu: Queue.", "Valittu: Service.", "Valinta poistettu: Queue."]
    assert said(person)[-1] == "5: Valmis."

    person.presses(5, 5)

    assert drafts(person)[-1].press == (BOX, 5)
    assert person.written[2:] == [
        *[("pressed_while_heard", button, 8) for button in (1, 3, 1)],
        ("why", 0b100, 8),
    ]


def test_what_buttons_marked_counts_with_their_name_when_the_person_goes() -> None:
    person = asked_on(why(3, Kind.MULTIPLE)).presses(2, 2).waits(TYPING_MS).waits(STILL_THERE_MS)

    assert [(one.about, one.value, one.source) for one in drafts(person)[-2:]] == [
        ("why", 0b10, BOX),
        ("visit_ended", "left", "terminal"),
    ]


def test_touches_and_presses_mark_the_same_choices() -> None:
    person = asked_on(why(3, Kind.MULTIPLE)).touches(Marked("why", 0b1, NOW)).presses(2, 2)

    assert isinstance(person.shown, Ask)
    assert (person.shown.marked, person.shown.struck) == (0b11, 2)


@pytest.mark.parametrize("question", [why(3, Kind.MULTIPLE), why(3), Question("why", Kind.TEXT, {"fi": "Miksi?"})])
def test_the_last_button_leaves_a_question_without_an_answer(question: Question) -> None:
    person = asked_on(question).presses(5, 2)

    assert person.written[2:] == [("pressed_while_heard", 5, 8), ("visit_ended", "ended", 8)]
    assert isinstance(person.shown, Thanks)


def test_more_choices_than_buttons_come_in_pages() -> None:
    person = asked_on(why(7)).presses(5, 2)
    assert said(person) == ["1: Parking.", "2: Noise.", "3: Other.", "5: Lisää vaihtoehtoja."]

    person.waits(SAME_FINGER_MS).presses(3, 3)

    assert person.written[2:] == [("pressed_while_heard", 5, 8), ("why", 7, 8)]


@pytest.mark.parametrize("buttons", [4, 5])
@pytest.mark.parametrize("kind", [Kind.NPS, Kind.CES])
def test_each_step_of_a_long_scale_is_reached_by_one_way_and_each_group_is_left_again(kind: Kind, buttons: int) -> None:
    question, reached, groups = Question("q", kind, {}), [], [None]

    for group in groups:
        meant = meanings(question, buttons, group=group)
        assert len(meant) == buttons
        assert meant[-1] == ("back" if group else "skip")
        groups += [one for one in meant if isinstance(one, Group)]
        reached += [one for one in meant if isinstance(one, int)]

    assert sorted(reached) == list(question.values)


def test_a_long_scale_is_answered_by_a_group_and_then_by_a_number() -> None:
    person = asked_on(Question("why", Kind.NPS, {"fi": "Suosittelisitko?"}))
    assert said(person) == [
        "Suosittelisitko?",
        "Asteikon pienin luku on 0, En lainkaan todennäköisesti, ja suurin 10, Erittäin todennäköisesti.",
        "Vastaa painikkeilla.",
        *["Painike 1: 0 viiva 2.", "Painike 2: 3 viiva 5.", "Painike 3: 6 viiva 8.", "Painike 4: 9 ja 10."],
        "Painike 5: Ei kiitos.",
    ]

    person.presses(4, 2).waits(SAME_FINGER_MS)
    assert said(person) == ["Painike 1: 9.", "Painike 2: 10.", "Painike 5: Takaisin."]
    person.presses(2, 3)

    assert drafts(person)[-1] == Draft("answer", "why", 10, person.now_ms, "shop@1", "fi", BOX, 8, (BOX, 3))
    assert person.written[2:] == [("pressed_while_heard", 4, 8), ("why", 10, 8)]


def test_from_a_group_of_steps_one_comes_back_to_all() -> None:
    person = asked_on(Question("why", Kind.CES, {"fi": "Oliko helppoa?"}))
    question = person.shown

    person.presses(1, 2).waits(SAME_FINGER_MS).presses(5, 3)

    assert person.shown == question
    assert person.waits(SAME_FINGER_MS).presses(4, 4).written[-1] == ("why", 7, 8)


def test_a_finger_that_strikes_twice_at_a_group_answers_nothing() -> None:
    person = asked_on(Question("why", Kind.CES, {"fi": "Oliko helppoa?"})).presses(1, 2)

    person.waits(SAME_FINGER_MS - 1).presses(1, 3)

    assert person.written[-1] == ("pressed_while_heard", 1, 8)


def test_more_time_keeps_the_group_that_was_chosen() -> None:
    person = asked_on(Question("why", Kind.CES, {"fi": "Oliko helppoa?"})).presses(2, 2)
    group = person.shown

    person.waits(TYPING_MS).presses(1, 3)

    assert person.shown == group


@pytest.mark.parametrize("buttons", [4, 5, 11])
@pytest.mark.parametrize("language", ["fi", "en", "ru", "ar"])
def test_each_letter_is_reached_by_one_way_and_each_group_is_left_again(language: str, buttons: int) -> None:
    alphabet, reached, groups = layout_for(language).alphabet, [], [None]

    for group in groups:
        meant = meanings(WORDS, buttons, group=group, alphabet=alphabet)
        assert len(meant) == buttons
        assert meant[-1] == ("back" if group else "done")
        groups += [one for one in meant if isinstance(one, Group)]
        reached += [one.sign for one in meant if isinstance(one, Sign)]

    assert sorted(reached) == sorted([*alphabet, SPACE, ERASE])


def spells(person: Person, *buttons: int) -> list[list[str]]:
    """What is said after each press."""
    heard = []
    for button in buttons:
        seq = 1 + max((one.press[1] for one in drafts(person) if one.press), default=0)
        heard.append(said(person.presses(button, seq)))
        person.waits(SAME_FINGER_MS)
    return heard


def test_open_text_is_spelled_by_groups_and_letters() -> None:
    person = asked_on(WORDS)
    assert said(person) == [
        "Kerro lisää",
        "Kirjoita painikkeilla tai näytöllä. Valitse painikkeilla ensin kirjainryhmä, sitten kirjain.",
        *["1: a viiva j.", "2: k viiva t.", "3: u viiva ö.", "4: väli ja poista.", "5: Valmis."],
    ]

    heard = spells(person, 1, 4, 2)
    assert heard[:2] == [
        ["1: a viiva c.", "2: d viiva f.", "3: g ja h.", "4: i ja j.", "5: Takaisin."],
        ["1: i.", "2: j.", "5: Takaisin."],
    ]
    assert (heard[2][0], heard[2][-1]) == ("j.", "5: Valmis.")
    spells(person, 2, 2, 2)
    person.presses(5, 99)

    assert drafts(person)[-1] == Draft("answer", "why", "Jo", person.now_ms, "shop@1", "fi", BOX, 8, (BOX, 99))
    assert person.is_kept().shown == Thanks("fi", "Kamppi", aloud=True)


def test_after_a_space_and_after_erasing_all_that_is_written_is_said() -> None:
    person = asked_on(WORDS).touches(Marked("why", "Jono", NOW))

    assert [heard[0] for heard in spells(person, 4, 1)[1:]] == ["Kirjoitettu: Jono "]
    assert [heard[0] for heard in spells(person, 4, 2, 4, 2)[1::2]] == ["Kirjoitettu: Jono", "Kirjoitettu: Jon"]
    person.touches(Marked("why", "J", NOW))
    assert spells(person, 4, 2)[1][0] == "Kaikki on poistettu."


def test_what_is_typed_and_what_is_spelled_is_one_text() -> None:
    person = asked_on(WORDS).touches(Marked("why", "Pitkä ", NOW))

    spells(person, 1, 4, 2)

    assert isinstance(person.shown, Ask)
    assert (person.shown.marked, person.shown.struck) == ("Pitkä j", "j")


def test_a_text_without_a_word_is_no_thanks() -> None:
    person = asked_on(WORDS).touches(Marked("why", "  ", NOW)).presses(5, 2)

    assert person.written[2:] == [("pressed_while_heard", 5, 8), ("visit_ended", "ended", 8)]


def test_words_that_were_not_sent_are_nowhere_in_the_journal_not_even_by_their_buttons() -> None:
    person = asked_on(WORDS)
    spells(person, 1, 4, 2)

    person.waits(TYPING_MS).waits(STILL_THERE_MS)

    assert person.written[2:] == [*[("pressed_while_heard", 0, 8)] * 3, ("visit_ended", "left", 8)]


def test_a_full_text_says_so() -> None:
    person = asked_on(WORDS).touches(Marked("why", "x" * MAX_TEXT, NOW))

    assert spells(person, 1, 4, 2)[2][0] == "Enempää ei mahdu."


def test_another_language_has_its_own_letters_from_the_beginning() -> None:
    person = asked_on(WORDS)
    spells(person, 3)

    person.touches(LanguageChosen("en")).waits(SAME_FINGER_MS)

    assert said(person)[2:5] == ["1: a, to i.", "2: j, to r.", "3: s, to z."]
    assert spells(person, 3)[0][0] == "1: s, and t."


@pytest.mark.parametrize("button", [0, 4, 6, 99])
def test_a_button_that_means_nothing_here_changes_nothing(button: int) -> None:
    person = asked_on()
    before = person.visit

    person.presses(button, 2)

    assert person.visit == before
    assert person.written[2:] == [("pressed_while_heard", button, 8)]


def test_any_button_is_more_time_when_asked_whether_one_is_there() -> None:
    person = asked_on(why(7)).presses(5, 2)
    question = person.shown
    for seq in range(3, 15):
        person.waits(TYPING_MS)
        assert isinstance(person.shown, StillThere)
        assert "painamalla mitä tahansa painiketta" in said(person)[0]
        person.presses(seq % 6, seq)
        assert person.shown == question

    assert {about for about, _, _ in person.written[2:]} == {"pressed_while_heard"}


def test_who_does_nothing_hears_the_question_once_more_before_being_asked_whether_one_is_there() -> None:
    person = asked_on(why(7)).presses(5, 2)
    question, shown = person.shown, len(person.effects)

    person.waits(REPEAT_MS - 1)
    assert len(person.effects) == shown
    person.waits(1)
    assert person.effects[shown:] == [Show(question)]
    person.waits(REPEAT_MS)
    assert person.shown == StillThere(question)


def test_after_each_press_there_is_as_much_time_again() -> None:
    person = asked_on(why(3, Kind.MULTIPLE)).waits(REPEAT_MS).waits(REPEAT_MS - 1).presses(1, 2)
    marked, shown = person.shown, len(person.effects)

    person.waits(REPEAT_MS)

    assert person.effects[shown:] == [Show(msgspec.structs.replace(marked, struck=None))]


def test_what_headphones_left_in_the_socket_hear_is_not_said_again_to_nobody() -> None:
    person = a_listener(CONFIGURATION).waits(TYPING_MS).waits(STILL_THERE_MS)
    shown = len(person.effects)

    assert len(person.waits(10 * TYPING_MS).effects) == shown


def test_headphones_pulled_out_and_plugged_in_say_the_question_again_and_what_was_marked_stays() -> None:
    person = asked_on(why(3, Kind.MULTIPLE)).presses(2, 2)
    for plugged in (False, True):
        person.do(turn.listen, has_headphones=plugged)
    assert said(person)[1:3] == ["Miksi?", "Voit valita useita."]

    person.waits(SAME_FINGER_MS).presses(5, 3)

    assert person.written[-1] == ("why", 0b10, 8)


def test_a_finger_that_strikes_twice_answers_once() -> None:
    person = a_listener(asking(why(3, Kind.MULTIPLE))).presses(1, 1).presses(1, 2).is_kept().presses(1, 3)
    person.waits(SAME_FINGER_MS - 1).presses(1, 4).waits(1).presses(1, 5).presses(1, 6).presses(5, 7).presses(5, 8)

    person.is_kept().presses(5, 9)

    assert [(about, value) for about, value, _ in person.written if about != "pressed_while_heard"] == [
        ("heard", "overall"),
        ("overall", 1),
        ("why", 1),
        ("visit_ended", "done"),
    ]
    assert [one.press for one in drafts(person) if one.press] == [(BOX, seq) for seq in range(1, 10)]


def test_a_press_after_thanks_begins_the_next_visit() -> None:
    person = asked_on().presses(2, 2).is_kept().waits(SAME_FINGER_MS).presses(4, 3)

    assert person.written[-1] == ("overall", 4, 9)


def test_where_nobody_listens_a_press_begins_the_next_visit() -> None:
    person = Person(asking(why()), has_voice=True, has_buttons=True).presses(1, 1).is_kept()
    assert person.shown.buttons == ()

    person.waits(SAME_FINGER_MS).presses(2, 2)

    assert person.written[-2:] == [("visit_ended", "left", 8), ("overall", 2, 9)]


def test_headphones_that_were_left_in_the_socket_make_nobody_a_listener() -> None:
    person = asked_on().waits(TYPING_MS).waits(STILL_THERE_MS)
    assert person.shown.aloud

    person.presses(1, 2).is_kept()
    assert said(person)[:2] == ["Miksi?", "Queue."]
    person.waits(SAME_FINGER_MS).presses(4, 3)

    assert person.written[-1] == ("overall", 4, 10)


@pytest.mark.parametrize("when", ["at the follow-up", "while the answer is kept"])
def test_headphones_pulled_out_give_the_buttons_to_whoever_comes_next(when: str) -> None:
    if when == "at the follow-up":
        person = asked_on().do(turn.listen, has_headphones=False)
    else:
        person = a_listener(asking(why())).presses(1, 1).do(turn.listen, has_headphones=False).is_kept()
    assert person.shown.buttons == ()

    person.waits(SAME_FINGER_MS).presses(4, 2)

    assert person.written[-1] == ("overall", 4, 9)


def test_who_begins_to_listen_at_a_follow_up_is_heard_from_then_on() -> None:
    person = Person(asking(why()), has_voice=True, has_buttons=True).presses(1, 1).is_kept()

    person.do(turn.listen, has_headphones=True).waits(SAME_FINGER_MS).presses(2, 2)

    assert person.written == [("overall", 1, 8), ("heard", "why", 8), ("why", 2, 8)]


def test_a_press_made_while_somebody_listened_is_nobody_elses_when_it_comes_late() -> None:
    """Its box was unplugged: no sentence of this visit, and no opinion of the next person."""
    person = asked_on().waits(5_000).touches(Stirred()).waits(TYPING_MS).waits(STILL_THERE_MS)

    person.presses(2, 2, age_ms=STILL_THERE_MS + TYPING_MS + 1_000)

    assert person.written[-1] == ("pressed_while_heard", 2, 0)
    assert person.visit.stage == "first"


def test_a_press_that_comes_late_answers_what_was_asked_when_it_was_made() -> None:
    person = asked_on().waits(30_000).presses(2, 2, age_ms=15_000)

    assert drafts(person)[-1].uptime_ms == person.now_ms - 15_000
    assert person.written[-1] == ("why", 2, 8)


def test_a_press_made_before_anybody_listened_leaves_them_alone() -> None:
    person = asked_on()
    shown = person.shown

    person.presses(5, 2, age_ms=SAME_FINGER_MS + 500)

    assert person.written[-1] == ("overall", 5, 9)
    assert (person.shown, person.visit.number) == (shown, 8)


def test_while_nothing_can_be_kept_a_press_of_somebody_who_listened_answers_nothing() -> None:
    person = asked_on().do(turn.fail).presses(2, 2)

    assert person.written[-1] == ("pressed_while_heard", 2, 8)


def test_after_a_restart_nobody_knows_what_somebody_who_listened_pressed_before() -> None:
    """Not so of what was pressed while nobody can have listened any more, nor of the answer that they began with."""
    heard = range(NOW - 200_000, NOW - 180_000)
    person = Person(asking(why()), has_voice=True, has_buttons=True, was_heard=heard)

    person.presses(1, 1, age_ms=200_000).presses(2, 2, age_ms=190_000).presses(2, 3, age_ms=100_001)
    person.presses(3, 4, age_ms=100_000).presses(4, 5)

    unknown = ("pressed_while_heard", 2, 0)
    assert person.written == [("overall", 1, 8), unknown, unknown, ("overall", 3, 9), ("overall", 4, 10)]


@pytest.mark.parametrize("kind", [Kind.CES, Kind.YES_NO])
def test_who_listens_is_asked_what_the_buttons_are_labelled_for(kind: Kind) -> None:
    easy = Question("easy", kind, {"fi": "Oliko helppoa?", "en": "Was it easy?"})
    configuration = asking(why(), then=easy)
    survey = msgspec.structs.replace(configuration.survey, openings=(Opening("easy", share=1.0),))
    configuration = msgspec.structs.replace(configuration, survey=survey)
    assert Person(configuration).shown.question == easy

    person = a_listener(configuration)
    assert said(person)[0] == "Miten meni?"

    assert person.presses(4).written[-1] == ("overall", 4, 8)


def test_who_listens_is_asked_on_by_the_survey_that_they_heard() -> None:
    person = a_listener(asking(why())).touches(LanguageChosen("en")).do(turn.configure, CONFIGURATION)

    person.presses(1, 1).is_kept()

    assert said(person)[:2] == ["Why?", "Answer with the buttons."]


def test_without_buttons_nobody_is_told_to_use_them() -> None:
    person = Person(asking(why()), has_voice=True).do(turn.listen, has_headphones=True)
    person.answers("overall", 1).is_kept()

    assert said(person) == ["Miksi?", "Queue.", "Price.", "Service."]
    assert person.written == [("overall", 1, 8)]
