"""Customers at a terminal: thanks, presses, and faults of what it is made of."""

import queue
import threading
from pathlib import Path

import msgspec
import pytest

from hardware.buttons.interface import Press
from kiosk.drafts import Draft
from kiosk.journal import Records
from kiosk.views import (
    Answered,
    Ask,
    NotReady,
    OutOfOrder,
    Thanks,
    View,
)
from survey.questions import Kind, Opening, Question
from tests.kiosk.a_terminal import CONFIGURATION, HOW_WAS_IT, LIMIT_S, HandClock
from tests.kiosk.on_paper import Place


def test_rule_1_thanks_come_when_the_journal_holds_the_answer(place: Place) -> None:
    place.terminal.touched(Answered("overall", 5, place.hand.uptime_ms))

    swollen, _ = place.screen.next()
    thanks, stored = place.screen.next()
    assert swollen == Ask(HOW_WAS_IT, "fi", ("fi", "en"), "Kamppi", first=True, pressed=5, aloud=False)
    assert (thanks, stored) == (Thanks("fi", "Kamppi", aloud=False), 1)


def test_thanks_go_by_themselves(place: Place) -> None:
    place.terminal.touched(Answered("overall", 5, place.hand.uptime_ms))
    place.screen.next()
    place.screen.next()

    place.hand.pass_ms(10_000)
    place.terminal.clock_set(0)  # any message: the deadline is looked at anew

    view, _ = place.screen.next()
    assert isinstance(view, Ask)
    assert view.first


def test_a_press_is_acknowledged_when_the_journal_holds_it(place: Place) -> None:
    press = Press("box:1/a", 1, 5, 0)

    place.buttons.press(press)

    assert place.buttons.acknowledged.get(timeout=LIMIT_S) == press
    assert place.writer.last_seq("box:1/a") == 1


def test_a_press_that_comes_again_is_acknowledged_again_and_counts_once(place: Place) -> None:
    press = Press("box:1/a", 1, 5, 0)
    for _ in range(3):
        place.buttons.press(press)
        assert place.buttons.acknowledged.get(timeout=LIMIT_S) == press

    assert place.close().count(("overall", 5)) == 1


def test_a_press_that_waits_for_its_turn_is_dated_by_when_it_was_made(place: Place) -> None:
    made_ms, is_taken = place.hand.uptime_ms - 200, threading.Event()
    place.terminal._messages.put(lambda: place.hand.pass_ms(1_500) if is_taken.wait(LIMIT_S) else None)

    place.buttons.press(Press("box:1/a", 1, 5, 200))
    is_taken.set()
    place.buttons.acknowledged.get(timeout=LIMIT_S)

    place.close()
    records = Records.open(place.folder)
    assert [entry.uptime_ms for entry in records.entries_after(0) if entry.context.kind == "answer"] == [made_ms]
    records.close()


def test_a_journal_that_fails_shows_out_of_order_and_recovers_by_itself(place: Place) -> None:
    place.writer.do(lambda journal: journal._connection.execute("PRAGMA query_only = ON")).result()
    press = Press("box:1/a", 1, 5, 0)

    place.buttons.press(press)

    views = [place.screen.next()[0] for _ in range(3)]
    assert isinstance(views[0], Ask)
    assert views[1] == OutOfOrder("fi", "Kamppi")
    assert isinstance(views[2], Ask)
    assert place.buttons.acknowledged.get(timeout=LIMIT_S) == press
    assert place.close().count(("overall", 5)) == 1


def test_buttons_wait_for_the_first_configuration(tmp_path: Path, hand: HandClock) -> None:
    place = Place(tmp_path, hand)
    place.terminal.not_ready(NotReady("not_ready.enrolling", "no server yet"))
    assert place.screen.next()[0] == NotReady("not_ready.enrolling", "no server yet")
    assert not place.buttons.is_started

    place.terminal.configured(CONFIGURATION)
    place.screen.next()
    place.terminal.not_ready(NotReady("not_ready.enrolling", "lost again"))
    place.terminal.touched(Answered("overall", 5, hand.uptime_ms))

    assert isinstance(place.screen.next()[0], Ask)
    place.close()
    assert place.buttons.is_started


def test_without_a_screen_the_shared_question_is_all_that_is_asked(tmp_path: Path, hand: HandClock) -> None:
    place = Place(tmp_path, hand, has_screen=False)
    clean = Question("clean", Kind.SMILEY5, {"fi": "Oliko siistiä?"})
    questions = (*CONFIGURATION.survey.questions, clean)
    survey = msgspec.structs.replace(CONFIGURATION.survey, questions=questions, openings=(Opening("clean"),))
    place.terminal.configured(msgspec.structs.replace(CONFIGURATION, survey=survey))
    place.settle()

    place.buttons.press(Press("box:1/a", 1, 1, 0))
    place.buttons.acknowledged.get(timeout=LIMIT_S)

    assert place.close() == [("booted", "boot-a"), ("overall", 1)]


def test_unplugging_is_an_entry(place: Place) -> None:
    place.buttons.change("unplugged")
    place.terminal.clock_set(3_000)

    assert place.close()[-2:] == [("unplugged", "buttons"), ("clock_set", 3_000)]
    assert place.terminal.devices == {"buttons": "unplugged"}


def test_a_fault_in_one_turn_leaves_the_next_person_a_working_terminal(place: Place) -> None:
    place.terminal.touched(Answered("overall", 99, 0))
    place.terminal.touched(Answered("overall", 4, 0))

    place.screen.next()
    place.screen.next()
    assert place.close()[-1] == ("overall", 4)


def test_a_fault_as_time_passes_leaves_the_next_person_a_working_terminal(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    show, has_failed = place.screen.show, threading.Event()

    def fail_once(view: View) -> None:
        monkeypatch.setattr(place.screen, "show", show)
        has_failed.set()
        raise OSError("the screen is away")

    place.terminal.touched(Answered("overall", 5, place.hand.uptime_ms))
    place.shows(Ask, Thanks)
    monkeypatch.setattr(place.screen, "show", fail_once)

    place.hand.pass_ms(10_000)
    place.terminal.clock_set(0)  # any message: the deadline is looked at anew
    assert has_failed.wait(LIMIT_S)
    place.terminal.touched(Answered("overall", 4, place.hand.uptime_ms))

    place.shows(Ask, Thanks)


def test_pings_come_back_through_both_threads(place: Place) -> None:
    answered = queue.SimpleQueue[Draft | str]()

    place.terminal.ping(lambda: answered.put("alive"))

    assert answered.get(timeout=LIMIT_S) == "alive"
