import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from hardware.buttons.interface import Press
from hardware.faults import Fault
from hardware.lights.interface import Light
from hardware.speech.interface import Utterance
from kiosk import staff_file
from kiosk.drafts import Draft
from kiosk.journal import Records
from kiosk.terminal import Terminal
from kiosk.views import (
    Answered,
    Ask,
    Closed,
    CornerHeld,
    Diagnostics,
    Digit,
    Ended,
    Entered,
    ItemChosen,
    LanguageChosen,
    LouderChosen,
    NotReady,
    OutOfOrder,
    Paused,
    PinPad,
    Row,
    SpeechChosen,
    StaffMenu,
    Stirred,
    Thanks,
    Touch,
    View,
    VolumeChosen,
)
from kiosk.visit_state import SAME_FINGER_MS
from kiosk.writer import Writer
from survey.opening_hours import QUARTER_MS
from survey.pins import hashed
from survey.questions import STAFF, Kind, Opening, Question
from survey.schedule import OpeningHours, Span
from tests.kiosk.a_terminal import CONFIGURATION, HOW_WAS_IT, LIMIT_S, HandClock

PIN = "0451"


class ScreenOnPaper:
    """Remembers what it was told to show, and whether the journal held it by then."""

    def __init__(self, folder: Path) -> None:
        self.shown: queue.SimpleQueue[tuple[View, int]] = queue.SimpleQueue()
        self._folder = folder

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        raise NotImplementedError

    def show(self, view: View) -> None:
        records = Records.open(self._folder)
        stored = records.tallies().stored
        records.close()
        self.shown.put((view, stored))

    def dress(self, *_: object) -> None: ...

    def stop(self) -> None: ...

    def next(self) -> tuple[View, int]:
        return self.shown.get(timeout=LIMIT_S)


class ButtonsOnPaper:
    def __init__(self) -> None:
        self.acknowledged: queue.SimpleQueue[Press] = queue.SimpleQueue()
        self.is_started = False

    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        self.is_started = True
        self.press, self.change, self.last_seq = when_pressed, when_changed, last_seq

    def kept(self, press: Press) -> None:
        self.acknowledged.put(press)

    def stop(self) -> None: ...


class CounterOnPaper:
    def start(self, *, when_counted: Callable[[int], None], when_changed: Callable[[str], None]) -> None:
        self.count, self.change = when_counted, when_changed

    def stop(self) -> None: ...


class VoiceOnPaper:
    def __init__(self) -> None:
        self.fault = Fault("paper")
        self.said: list[Utterance] = []
        self.volume = -1

    def say(self, utterances: Sequence[Utterance]) -> None:
        self.said = list(utterances)

    def set_volume(self, percent: int) -> None:
        self.volume = percent

    def close(self) -> None: ...


class LightsOnPaper:
    def __init__(self) -> None:
        self.shown: list[Light] = []

    def start(self, *, when_changed: Callable[[str], None]) -> None:
        self.change = when_changed

    def show(self, light: Light) -> None:
        self.shown.append(light)

    def stop(self) -> None: ...


class Place:
    def __init__(
        self,
        folder: Path,
        hand: HandClock,
        *,
        has_screen: bool = True,
        diagnose: Callable[[str], tuple[Row, ...]] = lambda language: (),
    ) -> None:
        self.folder, self.hand = folder, hand
        self.screen, self.buttons, self.counter = ScreenOnPaper(folder), ButtonsOnPaper(), CounterOnPaper()
        self.voice, self.lights, self.more_buttons = VoiceOnPaper(), LightsOnPaper(), ButtonsOnPaper()
        self.writer = Writer(folder, hand.clock, retry_s=0.02)
        self.terminal = Terminal(
            writer=self.writer, clock=hand.clock, folder=folder, voice=self.voice, diagnose=diagnose
        )
        self.writer.start(when_kept=self.terminal.kept, when_not_kept=self.terminal.not_kept)
        self.terminal.start(
            screen=self.screen if has_screen else None,
            buttons={"buttons": self.buttons, "buttons 2": self.more_buttons},
            counters={"door": self.counter},
            lights=self.lights,
        )

    def shows(self, *kinds: type[View]) -> View:
        """The last of the next views, which are of these kinds."""
        for kind in kinds:
            view, _ = self.screen.next()
            assert isinstance(view, kind)
        return view

    def settle(self) -> None:
        """All that was told is done."""
        done = queue.SimpleQueue[str]()
        self.terminal.ping(lambda: done.put("done"))
        done.get(timeout=LIMIT_S)

    def types(self, pin: str) -> None:
        for touch in (*[Digit(int(digit)) for digit in pin], Entered()):  # type: ignore[arg-type]
            self.terminal.touched(touch)
            self.shows(PinPad)

    def lets_staff_in(self) -> None:
        self.terminal.touched(CornerHeld())
        self.shows(PinPad)
        self.types(PIN)
        self.shows(StaffMenu)

    def close(self) -> list[tuple[str, object]]:
        """What the journal holds in the end."""
        self.terminal.stop()
        self.writer.stop()
        records = Records.open(self.folder)
        held = [(entry.context.about, entry.value) for entry in records.entries_after(0)]
        records.close()
        return held


@pytest.fixture
def place(tmp_path: Path, hand: HandClock) -> Iterator[Place]:
    place = Place(tmp_path, hand)
    place.terminal.configured(CONFIGURATION)
    place.screen.next()
    place.settle()  # its devices are started
    yield place
    if place.terminal._thread.is_alive():
        place.close()


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


@pytest.fixture
def guarded(tmp_path: Path, hand: HandClock) -> Iterator[Place]:
    """A terminal that staff can get into."""
    place = Place(tmp_path, hand, diagnose=lambda language: (Row("language", language),))
    place.terminal.configured(msgspec.structs.replace(CONFIGURATION, staff_pin=hashed(PIN)))
    place.shows(Ask)
    place.settle()
    yield place
    if place.terminal._thread.is_alive():
        place.close()


def restarted(place: Place, hand: HandClock) -> Place:
    place.close()
    again = Place(place.folder, hand)
    again.terminal.configured(msgspec.structs.replace(CONFIGURATION, staff_pin=hashed(PIN)))
    return again


def test_staff_come_in_by_corner_and_pin_and_leave_the_question_as_it_was(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(Ended())

    assert guarded.shows(Ask).first
    assert guarded.close() == [("booted", "boot-a"), ("staff_entered", "")]


def test_wrong_pins_are_entries_and_a_restart_forgives_none(guarded: Place, hand: HandClock) -> None:
    guarded.terminal.touched(CornerHeld())
    guarded.shows(PinPad)
    for _ in range(3):
        guarded.types("9999")
        refused = guarded.shows(PinPad)
    assert refused == PinPad("fi", 0, "locked", locked_s=30)

    again = restarted(guarded, hand)
    again.shows(Ask)
    again.terminal.touched(CornerHeld())
    assert again.shows(PinPad) == PinPad("fi", 0, "locked", locked_s=30)
    assert [value for about, value in again.close() if about == "pin_refused"] == [1, 2, 3]


def test_a_pin_counts_as_wrong_on_disk_before_it_is_looked_at(guarded: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else pulling the plug in time would give a try for nothing."""
    wrong: list[int] = []

    def look(pin: str, hashed: str) -> bool:
        wrong.append(staff_file.load(guarded.folder).wrong)
        return False

    monkeypatch.setattr("survey.pins.matches", look)
    guarded.terminal.touched(CornerHeld())
    guarded.shows(PinPad)
    guarded.types("9999")
    guarded.shows(PinPad)

    assert wrong == [1]


def test_a_pin_that_cant_be_checked_lets_nobody_in_and_leaves_the_pad(
    guarded: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: str) -> bool:
        raise MemoryError

    monkeypatch.setattr("survey.pins.matches", fail)
    guarded.terminal.touched(CornerHeld())
    guarded.shows(PinPad)

    guarded.types(PIN)

    assert guarded.shows(PinPad) == PinPad("fi", 0, "wrong")
    guarded.terminal.touched(Ended())
    guarded.shows(Ask)


def test_staffs_own_day_is_thanked_for_when_the_journal_holds_it(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("own_day"))
    assert guarded.shows(Ask).staff

    guarded.terminal.touched(Answered(f"{STAFF}overall", 4, guarded.hand.uptime_ms))

    assert guarded.shows(Ask).pressed == 4
    thanks, stored = guarded.screen.next()
    assert (thanks, stored) == (Thanks("fi", "Kamppi"), 1)
    assert (f"{STAFF}overall", 4) in guarded.close()


def test_buttons_under_test_are_kept_as_events_and_acknowledged(guarded: Place) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("diagnostics"))
    assert guarded.shows(Diagnostics, Diagnostics).rows == (Row("language", "fi"),)

    guarded.buttons.press(Press("box:1/a", 1, 5, 0))

    assert guarded.shows(Diagnostics).presses == (5,)
    assert guarded.buttons.acknowledged.get(timeout=LIMIT_S).button == 5
    assert guarded.close()[-1] == ("button_tested", 5)


def test_diagnostics_that_fail_say_so(tmp_path: Path, hand: HandClock) -> None:
    def fail(language: str) -> tuple[Row, ...]:
        raise OSError("no such card")

    place = Place(tmp_path, hand, diagnose=fail)
    place.terminal.configured(msgspec.structs.replace(CONFIGURATION, staff_pin=hashed(PIN)))
    place.shows(Ask)
    place.lets_staff_in()
    place.terminal.touched(ItemChosen("diagnostics"))

    assert place.shows(Diagnostics, Diagnostics).rows == (Row("OSError", "no such card"),)
    place.close()


def test_a_paused_terminal_stays_so_after_a_restart_and_asks_nobody(guarded: Place, hand: HandClock) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(ItemChosen("pause"))
    guarded.shows(Paused)

    again = restarted(guarded, hand)
    assert again.shows(Paused) == Paused("fi", "Kamppi")
    again.terminal.touched(Answered("overall", 5, hand.uptime_ms))
    again.buttons.press(Press("box:1/a", 1, 5, 0))
    again.buttons.acknowledged.get(timeout=LIMIT_S)
    assert [about for about, _ in again.close()][-2:] == ["paused", "pressed_while_paused"]


def test_what_staff_set_holds_at_once_and_after_a_restart(guarded: Place, hand: HandClock) -> None:
    guarded.lets_staff_in()
    guarded.terminal.touched(LanguageChosen("en"))
    guarded.terminal.touched(VolumeChosen(20))
    guarded.shows(StaffMenu, StaffMenu)
    guarded.terminal.touched(Ended())
    assert guarded.shows(Ask).language == "en"
    assert guarded.voice.volume == 20

    again = restarted(guarded, hand)
    assert again.shows(Ask).language == "en"
    again.settle()
    assert again.voice.volume == 20
    again.close()


def test_a_touch_that_was_on_its_way_when_staff_came_answers_nothing(guarded: Place) -> None:
    guarded.terminal.touched(CornerHeld())
    guarded.terminal.touched(Answered("overall", 5, guarded.hand.uptime_ms))
    guarded.settle()

    assert guarded.close() == [("booted", "boot-a")]


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
