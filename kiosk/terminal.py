"""The terminal as an actor: one thread owns the visit, and everything comes to it through one queue.

Touches, presses, what the journal has kept, a new configuration; a deadline is a wait that ends. It decides nothing
about a visit (visit.py) and draws nothing (screens/); it carries out, durable first.
"""

import logging
import queue
import threading
from collections.abc import Callable

import msgspec

from hardware.buttons.interface import ButtonDevice, Press
from kiosk import visit as turn
from kiosk.clock import Clock
from kiosk.drafts import Draft, event
from kiosk.texts import FALLBACK
from kiosk.views import NotReady, OutOfOrder, Screen, Touch
from kiosk.visit import Append, Effect, Visit
from kiosk.writer import Writer
from survey.errors import UnfitValue
from survey.exchange import Configuration

log = logging.getLogger(__name__)
Message = Callable[[], None]


class Terminal:
    """Its public methods may be called from any thread; each puts a message into the queue and returns at once."""

    def __init__(self, *, writer: Writer, clock: Clock) -> None:
        self.devices: dict[str, str] = {}
        self._writer = writer
        self._clock = clock
        self._screen: Screen | None = None
        self._buttons: ButtonDevice | None = None
        self._visit: Visit | None = None
        self._unkept: dict[tuple[str, int], Press] = {}
        self._messages: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="turn", daemon=True)

    def start(self, *, screen: Screen | None = None, buttons: ButtonDevice | None = None) -> None:
        self._screen = screen
        self._buttons = buttons
        self._thread.start()

    def stop(self) -> None:
        if self._buttons and self._visit:
            self._buttons.stop()
        self._messages.put(self._end)
        self._thread.join()

    def touched(self, touch: Touch) -> None:
        self._messages.put(lambda: self._touch(touch))

    def pressed(self, press: Press) -> None:
        self._messages.put(lambda: self._press(press))

    def kept(self, draft: Draft) -> None:
        self._messages.put(lambda: self._keep(draft))

    def not_kept(self, reason: str) -> None:
        self._messages.put(self._fail)

    def opened(self, configuration: Configuration) -> None:
        """The journal is open, with what was asked last; without effect if that is known."""
        self._messages.put(lambda: None if self._visit else self._configure(configuration))

    def configured(self, configuration: Configuration) -> None:
        self._messages.put(lambda: self._configure(configuration))

    def not_ready(self, view: NotReady) -> None:
        """Why there is nothing to ask yet; without effect once there is."""
        self._messages.put(lambda: self._excuse(view))

    def changed(self, device: str, state: str) -> None:
        self._messages.put(lambda: self._change(device, state))

    def clock_set(self, step_ms: int) -> None:
        self._messages.put(lambda: self._writer.append(event("clock_set", step_ms, self._clock.uptime_ms())))

    def ping(self, answer: Message) -> None:
        """Have `answer` called once this thread and the writer's have come round to it."""
        self._messages.put(lambda: self._writer.ping(answer))

    def _run(self) -> None:
        while not self._is_over:
            try:
                self._messages.get(timeout=self._until_deadline_s())()
            except queue.Empty:
                self._step(turn.tick)
            except UnfitValue as error:
                log.error("The screen gave what the question does not take: %s", error)
            except Exception:  # outermost round of the loop: the next person must find a working terminal
                log.exception("The turn failed")

    def _until_deadline_s(self) -> float | None:
        if self._visit is None or self._visit.until_ms is None or self._visit.keeping:
            return None
        return max(0, self._visit.until_ms - self._clock.uptime_ms()) / 1000

    def _step(self, decide: Callable[[Visit, int], turn.Step]) -> None:
        if self._visit:
            self._visit, effects = decide(self._visit, self._clock.uptime_ms())
            self._carry_out(effects)

    def _carry_out(self, effects: list[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Append):
                self._writer.append(effect.draft)
            elif self._screen:
                self._screen.show(effect.view)

    def _touch(self, touch: Touch) -> None:
        self._step(lambda visit, now_ms: turn.touch(visit, touch, now_ms))

    def _press(self, press: Press) -> None:
        if press.seq <= self._writer.last_seq(press.source) and self._buttons:
            self._buttons.kept(press)  # kept before a restart; its acknowledgement was lost
            return
        self._unkept[press.source, press.seq] = press
        self._step(lambda visit, now_ms: turn.press(visit, press, now_ms))

    def _keep(self, draft: Draft) -> None:
        if draft.press and self._buttons:
            self._buttons.kept(self._unkept.pop(draft.press))
        self._step(lambda visit, now_ms: turn.kept(visit, draft, now_ms))

    def _fail(self) -> None:
        if self._visit is None and self._screen:
            self._screen.show(OutOfOrder(FALLBACK, ""))
        self._step(lambda visit, now_ms: turn.fail(visit))

    def _configure(self, configuration: Configuration) -> None:
        if self._screen is None:
            # Without a screen nobody can be asked more than the shared question.
            survey = msgspec.structs.replace(configuration.survey, follow_ups=())
            configuration = msgspec.structs.replace(configuration, survey=survey)
        if self._visit:
            self._step(lambda visit, now_ms: turn.configure(visit, configuration))
            return
        self._visit, effects = turn.begin(configuration, self._writer.last_visit)
        self._carry_out(effects)
        if self._buttons:
            # Only now: before, nobody knows which question a press answers, so it is better kept by the box.
            self._buttons.start(
                when_pressed=self.pressed,
                when_changed=lambda state: self.changed("buttons", state),
                last_seq=self._writer.last_seq,
            )

    def _excuse(self, view: NotReady) -> None:
        if self._visit is None and self._screen:
            self._screen.show(view)

    def _change(self, device: str, state: str) -> None:
        self.devices[device] = state
        self._writer.append(event(state, device, self._clock.uptime_ms()))

    def _end(self) -> None:
        self._is_over = True
