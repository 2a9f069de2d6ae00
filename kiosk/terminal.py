"""The terminal as an actor: one thread owns the visit, and everything comes to it through one queue.

Touches, presses, what the journal has kept, a new configuration; a deadline is a wait that ends. It decides nothing
about a visit (visit.py), the staff's part (staff.py) or footfall (footfall.py) and draws nothing (screens/); it carries
out, durable first.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import MappingProxyType

import msgspec

from hardware.buttons.interface import ButtonDevice, Press
from hardware.counters.interface import CounterDevice
from hardware.lights.interface import Light, LightDevice
from hardware.speech.headphones import HeadphoneSocket
from hardware.speech.interface import Speech
from kiosk import footfall, pressing, staff_file
from kiosk import staff as backroom
from kiosk import visit as turn
from kiosk.clock import Clock, Moment
from kiosk.drafts import Draft, event
from kiosk.footfall import Footfall
from kiosk.lighting import light, thanks
from kiosk.pictures import on_shelf
from kiosk.speaking import spoken
from kiosk.staff import AnswerAsStaff, CheckPin, Diagnose, Keep, Kept, Staff
from kiosk.texts import FALLBACK
from kiosk.views import CornerHeld, NotReady, OutOfOrder, Row, Screen, StaffView, Touch, View, VisitTouch
from kiosk.visit_state import Append, Step, Visit, local
from kiosk.writer import Writer
from survey import pins
from survey.errors import UnfitValue
from survey.exchange import Configuration

log = logging.getLogger(__name__)
Message = Callable[[], None]


class Terminal:
    """Its public methods may be called from any thread; each puts a message into the queue and returns at once.

    folder: where what the staff have set is kept. diagnose: how the terminal is, in a language; may take its time.
    """

    def __init__(
        self,
        *,
        writer: Writer,
        clock: Clock,
        folder: Path,
        voice: Speech | None = None,
        diagnose: Callable[[str], tuple[Row, ...]] = lambda language: (),
    ) -> None:
        self.devices: dict[str, str] = {}
        self._writer = writer
        self._clock = clock
        self._folder = folder
        self._voice = voice
        self._has_voice = voice is not None  # one that can be heard, as far as is known
        self._diagnose = diagnose
        self._screen: Screen | None = None
        self._buttons: Mapping[str, ButtonDevice] = {}
        self._counted_by: dict[str, ButtonDevice] = {}  # by the source of its presses
        self._counters: Mapping[str, CounterDevice] = {}
        self._lights: LightDevice | None = None
        self._headphones: HeadphoneSocket | None = None
        self._light: Light | None = None  # thanks aside
        self._visit: Visit | None = None
        self._visit_view: View | None = None  # what is seen where the staff's part shows nothing
        self._staff: Staff | None = None  # none without a screen
        self._staff_view: StaffView | None = None
        self._footfall: Footfall = {}
        self._unkept: dict[tuple[str, int], Press] = {}
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._aside = ThreadPoolExecutor(1, "aside")  # what takes long enough for a press to wait
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="turn", daemon=True)

    def start(
        self,
        *,
        screen: Screen | None = None,
        buttons: Mapping[str, ButtonDevice] = MappingProxyType({}),
        counters: Mapping[str, CounterDevice] = MappingProxyType({}),
        lights: LightDevice | None = None,
        headphones: HeadphoneSocket | None = None,
    ) -> None:
        """buttons, counters: by the name under which each tells how it is, or counts."""
        self._screen = screen
        self._buttons = buttons
        self._counters = counters
        self._lights = lights
        self._headphones = headphones
        if lights:
            lights.start(when_changed=partial(self.changed, "lights"))
        if self._voice:
            self._voice.start(when_changed=self.voice_changed)
        self._thread.start()

    def stop(self) -> None:
        if self._visit:
            for device in (*self._buttons.values(), self._headphones, *self._counters.values()):
                if device:
                    device.stop()
        self._messages.put(self._end)
        self._thread.join()
        if self._lights:
            self._lights.stop()
        self._aside.shutdown()

    def touched(self, touch: Touch) -> None:
        self._messages.put(lambda: self._touch(touch))

    def pressed(self, press: Press) -> None:
        came_ms = self._clock.uptime_ms()  # it is as old as it is, however long it waits for its turn
        self._messages.put(lambda: self._press(press, came_ms))

    def kept(self, draft: Draft) -> None:
        self._messages.put(lambda: self._keep(draft))

    def not_kept(self, reason: str) -> None:
        self._messages.put(self._fail)

    def opened(self, configuration: Configuration) -> None:
        """The journal is open, with what was asked last; without effect if that is known."""
        self._messages.put(lambda: None if self._visit else self._configure(configuration))

    def configured(self, configuration: Configuration) -> None:
        self._messages.put(lambda: self._configure(configuration))

    def dressed(self, configuration: Configuration) -> None:
        """Pictures that it names have come."""
        self._messages.put(lambda: self._dress(configuration))

    def not_ready(self, view: NotReady) -> None:
        """Why there is nothing to ask yet; without effect once there is."""
        self._messages.put(lambda: self._excuse(view))

    def changed(self, device: str, state: str) -> None:
        self._messages.put(lambda: self._change(device, state))

    def counted(self, counter: str, passages: int) -> None:
        count = partial(footfall.passed, counter=counter, passages=passages)
        self._messages.put(lambda: self._gather(count))

    def counter_changed(self, counter: str, state: str) -> None:
        plug = partial(footfall.plug, counter=counter, is_plugged=state == "plugged")
        self._messages.put(lambda: self._gather(plug))
        self.changed(counter, state)

    def headphones(self, *, are_plugged: bool) -> None:
        self._messages.put(lambda: self._step(lambda visit, now: turn.listen(visit, now, has_headphones=are_plugged)))

    def voice_changed(self, is_heard: bool) -> None:
        self._messages.put(lambda: self._change_voice(is_heard=is_heard))

    def clock_set(self, step_ms: int) -> None:
        self._messages.put(lambda: self._set_clock(step_ms))

    def ping(self, answer: Message) -> None:
        """Have `answer` called once this thread and the writer's have come round to it."""
        self._messages.put(lambda: self._writer.ping(answer))

    def _run(self) -> None:
        while not self._is_over:
            try:
                self._next_message()()
            except UnfitValue as error:
                log.error("The screen gave what the question does not take: %s", error)
            except Exception:  # outermost round of the loop: the next person must find a working terminal
                log.exception("The turn failed")

    def _next_message(self) -> Message:
        try:
            return self._messages.get(timeout=self._until_deadline_s())
        except queue.Empty:
            return self._tick

    def _until_deadline_s(self) -> float | None:
        now = self._clock.now()
        deadlines = [
            self._visit.until_ms if self._visit and not self._visit.keeping else None,
            backroom.until_ms(self._staff, now.uptime_ms) if self._staff else None,
            footfall.until_ms(self._footfall, now),
        ]
        return min((max(0, at - now.uptime_ms) / 1000 for at in deadlines if at is not None), default=None)

    def _tick(self) -> None:
        self._step(turn.tick)
        self._step_staff(backroom.tick)
        self._gather(footfall.tick)

    def _step(self, decide: Callable[[Visit, Moment], Step]) -> None:
        if self._visit:
            self._visit, effects = decide(self._visit, self._clock.now())
            if self._voice:
                self._voice.set_volume(self._visit.volume)
            for effect in effects:
                if isinstance(effect, Append):
                    self._writer.append(effect.draft)
                else:
                    self._visit_view = effect.view
                    if self._staff_view is None:
                        self._show(effect.view)

    def _step_staff(self, decide: Callable[[Staff, int], backroom.Step]) -> None:
        if self._staff:
            now_ms = self._clock.uptime_ms()
            self._staff, effects = decide(self._staff, now_ms)
            for effect in effects:
                self._carry_out(effect)
            before, self._staff_view = self._staff_view, backroom.view(self._staff, now_ms)
            if self._staff_view != before and (view := self._staff_view or self._visit_view):
                self._show(view)

    def _carry_out(self, effect: backroom.Effect) -> None:
        match effect:
            case Append(draft):
                self._writer.append(draft)
            case Keep(kept):
                self._aside.submit(staff_file.save, self._folder, kept)
                self._prefer(kept)
            case CheckPin():
                self._aside.submit(self._check, effect)
            case Diagnose(language):
                self._aside.submit(self._look, language)
            case AnswerAsStaff(answered):
                self._step(lambda visit, now: turn.answer_as_staff(visit, answered))

    def _check(self, check: CheckPin) -> None:
        """Aside."""
        is_right = False
        try:
            staff_file.save(self._folder, check.kept)
            is_right = pins.matches(check.pin, check.hashed)
        except Exception:  # a pad that checks for ever would keep the customers from the question beneath it
            log.exception("A PIN could not be checked")
        self._messages.put(lambda: self._step_staff(lambda *at: backroom.pin_checked(*at, is_right=is_right)))

    def _look(self, language: str) -> None:
        """Aside."""
        try:
            rows = self._diagnose(language)
        except Exception as error:  # whatever is wrong with the terminal, its diagnostics show
            log.exception("The diagnostics failed")
            rows = (Row(type(error).__name__, str(error)),)
        self._messages.put(lambda: self._step_staff(lambda staff, _: (backroom.diagnosed(staff, rows), [])))

    def _gather(self, gather: Callable[..., footfall.Step]) -> None:
        now = self._clock.now()
        self._footfall, drafts = gather(self._footfall, now=now, was_open=self._was_open)
        for draft in drafts:
            self._writer.append(draft)

    def _was_open(self, at_ms: int) -> bool:
        return self._visit is None or local(self._visit.configuration, Moment(0, at_ms))[1]

    def _show(self, view: View) -> None:
        if self._screen:
            self._screen.show(view)
        if self._voice:
            self._voice.say(spoken(view))
        before, self._light = self._light, light(view)
        if self._lights and self._light != before:
            self._lights.show(self._light)

    def _touch(self, touch: Touch) -> None:
        is_staffs = isinstance(touch, CornerHeld) or (self._staff and self._staff.stage != "away")
        if is_staffs:
            self._step_staff(lambda staff, now_ms: backroom.touch(staff, touch, now_ms))
        elif isinstance(touch, VisitTouch) and self._staff_view is None:
            self._step(lambda visit, now: turn.touch(visit, touch, now))

    def _press(self, came: Press, came_ms: int) -> None:
        press = replace(came, age_ms=came.age_ms + self._clock.uptime_ms() - came_ms)
        if press.seq <= self._writer.last_seq(press.source):
            self._counted_by[press.source].kept(press)  # kept before a restart; its acknowledgement was lost
            return
        self._unkept[press.source, press.seq] = press
        if self._staff and backroom.takes(self._staff, press, self._clock.uptime_ms()):
            self._step_staff(lambda staff, now_ms: backroom.press(staff, press, now_ms))
        else:
            self._step(lambda visit, now: pressing.press(visit, press, now))

    def _keep(self, draft: Draft) -> None:
        if draft.press:
            press = self._unkept.pop(draft.press)
            self._counted_by[press.source].kept(press)
            if self._lights and self._visit and self._visit.keeping == draft:
                self._lights.show(thanks(press))
        self._step_staff(lambda staff, now_ms: (backroom.kept(staff, draft, now_ms), []))
        self._step(lambda visit, now: turn.kept(visit, draft, now))

    def _fail(self) -> None:
        if self._visit is None:
            self._show(OutOfOrder(FALLBACK, ""))
        self._step(lambda visit, now: turn.fail(visit))

    def _configure(self, configuration: Configuration) -> None:
        if self._screen is None:
            # Without a screen nobody can be asked more than the shared question.
            survey = msgspec.structs.replace(configuration.survey, follow_ups=(), openings=())
            configuration = msgspec.structs.replace(configuration, survey=survey)
        self._dress(configuration)
        if self._visit:
            self._step(lambda visit, now: turn.configure(visit, configuration, now))
            self._step_staff(lambda staff, _: (backroom.configure(staff, configuration), []))
            return
        self._begin(configuration)
        self._start_devices()

    def _dress(self, configuration: Configuration) -> None:
        if self._screen:
            self._screen.dress(configuration.theme, on_shelf(self._folder, configuration.pictures))

    def _start_devices(self) -> None:
        # Only now: before, nobody knows which question a press answers, so it is better kept by the box.
        for name, buttons in self._buttons.items():
            self._start_buttons(name, buttons)
        for name, counter in self._counters.items():
            counter.start(when_counted=partial(self.counted, name), when_changed=partial(self.counter_changed, name))
        if self._headphones:
            self._headphones.start(
                when_plugged=lambda are_plugged: self.headphones(are_plugged=are_plugged),
                when_changed=partial(self.changed, "headphones"),
            )

    def _start_buttons(self, name: str, buttons: ButtonDevice) -> None:
        def when_pressed(press: Press) -> None:
            self._counted_by[press.source] = buttons
            self.pressed(press)

        buttons.start(
            when_pressed=when_pressed, when_changed=partial(self.changed, name), last_seq=self._writer.last_seq
        )

    def _begin(self, configuration: Configuration) -> None:
        kept, now = staff_file.load(self._folder), self._clock.now()
        has_voice, has_buttons = self._has_voice, bool(self._buttons)
        if self._screen:
            self._staff = backroom.begin(
                configuration, kept, now.uptime_ms, has_voice=has_voice, has_buttons=has_buttons
            )
            self._staff_view = backroom.view(self._staff, now.uptime_ms)
        self._visit, effects = turn.begin(
            configuration,
            self._writer.last_visit,
            now,
            preferences=kept.preferences,
            has_voice=has_voice,
            has_buttons=has_buttons,
            was_heard=self._writer.was_heard,
        )
        self._step(lambda visit, now: (visit, effects))
        if self._staff_view:
            self._show(self._staff_view)

    def _prefer(self, kept: Kept) -> None:
        self._step(lambda visit, now: turn.prefer(visit, kept.preferences, now))

    def _excuse(self, view: NotReady) -> None:
        if self._visit is None:
            self._show(view)

    def _change(self, device: str, state: str) -> None:
        self.devices[device] = state
        self._writer.append(event(state, device, self._clock.uptime_ms()))

    def _change_voice(self, *, is_heard: bool) -> None:
        self._has_voice = is_heard
        self._step(lambda visit, now: turn.change_voice(visit, now, has_voice=is_heard))
        self._step_staff(lambda staff, _: (backroom.change_voice(staff, has_voice=is_heard), []))

    def _set_clock(self, step_ms: int) -> None:
        self._writer.append(event("clock_set", step_ms, self._clock.uptime_ms()))
        self._step(turn.look)
        self._gather(footfall.tick)

    def _end(self) -> None:
        for draft in footfall.rest(self._footfall):
            self._writer.append(draft)
        self._is_over = True
