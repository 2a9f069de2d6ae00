"""What stands around a terminal: voice, headphones, buttons, lamps, counters, and the clock."""

import msgspec
import pytest

from hardware.buttons.interface import Press
from hardware.lights.interface import Light
from kiosk.views import (
    Answered,
    Ask,
    Closed,
    Ended,
    ItemChosen,
    LouderChosen,
    Paused,
    SpeechChosen,
    Stirred,
    Thanks,
)
from kiosk.visit_state import SAME_FINGER_MS
from survey.opening_hours import QUARTER_MS
from survey.schedule import OpeningHours, Span
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock
from tests.kiosk.on_paper import Place, restarted


def test_the_question_is_said_to_who_asks_to_hear_it(place: Place) -> None:
    place.terminal.touched(SpeechChosen())
    place.shows(Ask)
    place.settle()
    assert place.voice.said[0] == ("Miten meni?", "fi")

    place.terminal.touched(SpeechChosen())
    place.shows(Ask)
    place.settle()
    assert place.voice.said == []


def test_plugged_headphones_hear_the_question(place: Place) -> None:
    place.terminal.headphones(are_plugged=True)

    assert place.shows(Ask).aloud


def test_a_voice_that_cannot_be_heard_is_offered_to_nobody_until_it_can(place: Place) -> None:
    place.terminal.touched(SpeechChosen())
    offered = [place.shows(Ask).aloud]

    for is_heard in (False, True):
        place.voice.change(is_heard)
        offered.append(place.shows(Ask).aloud)
    place.settle()

    assert offered == [True, None, False]
    assert place.voice.said == []


def test_a_voice_found_mute_before_there_is_a_question_is_not_offered_with_it(place: Place, hand: HandClock) -> None:
    is_heard = False
    place.close()
    again = Place(place.folder, hand)
    again.voice.change(is_heard)
    again.terminal.configured(CONFIGURATION)

    assert again.shows(Ask).aloud is None
    again.close()


def test_a_louder_voice_is_the_staffs_again_when_its_listener_has_gone(place: Place) -> None:
    place.terminal.touched(SpeechChosen())
    place.terminal.touched(LouderChosen())
    assert place.shows(Ask, Ask).volume == 80
    place.settle()
    assert place.voice.volume == 80

    place.terminal.touched(Answered("overall", 5, place.hand.uptime_ms))
    place.shows(Ask, Thanks)
    place.terminal.touched(Ended())

    assert place.shows(Ask).volume is None
    place.settle()
    assert place.voice.volume == 60


def test_footfall_is_an_entry_for_each_quarter_of_an_hour(place: Place) -> None:
    place.counter.change("plugged")
    place.counter.count(2)
    place.settle()

    place.hand.pass_ms(QUARTER_MS)
    place.counter.count(1)

    entries = place.close()
    assert entries[1:] == [("plugged", "door"), ("door", 2), ("door", 1)]


def test_a_quarter_of_an_hour_is_open_as_it_was_when_it_began(place: Place) -> None:
    until_half_past_ten = OpeningHours(((Span(0, 10 * 60 + 30),),) * 7)  # it is ten in Helsinki
    place.terminal.configured(msgspec.structs.replace(CONFIGURATION, opening_hours=until_half_past_ten))
    place.counter.change("plugged")
    place.settle()

    for _ in range(4):
        place.hand.pass_ms(QUARTER_MS)
        place.terminal.clock_set(0)
        place.settle()

    assert [entry for entry in place.close() if entry[0] == "door"] == [("door", 0)]


def test_a_clock_that_is_set_opens_and_closes_the_terminal(place: Place) -> None:
    always = OpeningHours(((Span(0, 1440),),) * 7)
    on_monday = OpeningHours((always.week[0], *[()] * 6))
    place.terminal.configured(msgspec.structs.replace(CONFIGURATION, opening_hours=on_monday))
    place.shows(Closed)

    place.hand.wall_ms += 3 * 24 * 3_600_000
    place.terminal.clock_set(3 * 24 * 3_600_000)
    place.shows(Ask)

    place.hand.wall_ms += 24 * 3_600_000
    place.terminal.clock_set(24 * 3_600_000)
    place.shows(Closed)
    place.terminal.touched(Stirred())
    place.shows(Ask)


def test_each_of_several_button_devices_is_told_of_its_own_presses(place: Place) -> None:
    one, other = Press("box:1/a", 1, 2, 0), Press("gpio:b", 1, 4, 0)

    place.buttons.press(one)
    assert place.buttons.acknowledged.get(timeout=LIMIT_S) == one
    place.more_buttons.press(other)
    assert place.more_buttons.acknowledged.get(timeout=LIMIT_S) == other
    place.more_buttons.change("unplugged")

    assert [value for about, value in place.close() if about == "overall"] == [2, 4]
    assert place.terminal.devices == {"buttons 2": "unplugged"}


def test_the_lamp_of_a_press_thanks_for_it_once_the_journal_holds_it(place: Place) -> None:
    place.buttons.press(Press("box:1/a", 1, 2, 0))
    place.shows(Ask, Ask)
    place.buttons.press(Press("box:1/a", 2, 9, 0))
    place.buttons.press(Press("box:1/a", 3, 5, 60_000))
    for _ in range(3):
        place.buttons.acknowledged.get(timeout=LIMIT_S)
    place.settle()

    assert place.lights.shown == [Light("invite"), Light("thanks", 2, beep=True, source="box:1/a")]


def test_the_lamps_say_when_no_press_is_wanted(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("pause"))
    guarded.shows(Paused)
    closed = OpeningHours(((),) * 7)
    guarded.terminal.configured(msgspec.structs.replace(CONFIGURATION, opening_hours=closed))
    guarded.shows(Closed)
    guarded.settle()

    assert [light.mode for light in guarded.lights.shown] == ["invite", "out_of_order", "off"]


def asked_aloud(place: Place) -> None:
    """Somebody with headphones has answered by button 1, and hears the follow-up."""
    place.terminal.headphones(are_plugged=True)
    place.buttons.press(Press("box:1/a", 1, 1, 0))
    assert place.shows(Ask, Ask, Ask).buttons
    assert place.buttons.acknowledged.get(timeout=LIMIT_S).seq == 1
    place.hand.pass_ms(SAME_FINGER_MS)


def test_who_listens_answers_by_buttons_alone_and_is_thanked_by_voice_and_lamp(place: Place) -> None:
    asked_aloud(place)
    place.buttons.press(Press("box:1/a", 2, 1, 0))
    assert place.shows(Ask).struck == 1
    assert place.buttons.acknowledged.get(timeout=LIMIT_S).seq == 2
    place.settle()
    assert place.voice.said[0] == ("Valittu: Jono.", "fi")

    place.buttons.press(Press("box:1/a", 3, 5, 0))

    assert place.shows(Ask, Thanks).aloud
    assert place.buttons.acknowledged.get(timeout=LIMIT_S).seq == 3
    place.settle()
    assert place.lights.shown[-1] == Light("thanks", 5, beep=True, source="box:1/a")
    assert place.voice.said == [("Kiitos", "fi")]
    assert place.close()[1:] == [
        ("heard", "overall"),
        ("overall", 1),
        ("pressed_while_heard", 1),
        ("why", 1),
        ("visit_ended", "done"),
    ]


def test_who_listens_spells_a_text_and_is_thanked_once_it_is_kept(place: Place) -> None:
    asked_aloud(place)
    for seq, button in enumerate((1, 2, 5, 1, 4, 2), 2):
        place.buttons.press(Press("box:1/a", seq, button, 0))
        place.shows(*[Ask] * (2 if button == 5 else 1))
        place.hand.pass_ms(SAME_FINGER_MS)
    place.settle()
    assert place.voice.said[0] == ("j.", "fi")

    place.buttons.press(Press("box:1/a", 8, 5, 0))

    assert place.shows(Ask, Thanks).aloud
    assert place.close()[-6:] == [
        ("why", 3),
        *[("pressed_while_heard", 0)] * 3,
        ("words", "J"),
        ("visit_ended", "done"),
    ]


@pytest.mark.parametrize(
    ("has_ended", "held"), [(False, ("pressed_while_heard", 2)), (True, ("overall", 2))], ids=["under way", "ended"]
)
def test_after_a_restart_a_press_of_somebody_who_listened_is_no_opinion_of_anybody(
    place: Place, hand: HandClock, *, has_ended: bool, held: tuple[str, int]
) -> None:
    """The box counted it; what it was meant for is known only if that visit had ended before."""
    asked_aloud(place)
    if has_ended:
        place.terminal.touched(Ended())
        place.shows(Thanks)

    hand.pass_ms(20_000)
    again = restarted(place, hand)
    again.shows(Ask)
    again.settle()
    press = Press("box:1/a", 2, 2, 15_000)
    for _ in range(2):
        again.buttons.press(press)
        assert again.buttons.acknowledged.get(timeout=LIMIT_S) == press
    again.hand.pass_ms(1)
    again.buttons.press(Press("box:1/a", 3, 4, 0))
    again.shows(Ask, Thanks)

    assert again.close()[-2:] == [held, ("overall", 4)]
