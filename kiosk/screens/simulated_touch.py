"""The touch screen's twin: lines from a named pipe become true SDL mouse events at the centre of what they name.

    value 4 | choice 2 | language sv | done | skip | type Hej | at 512 300

So simulated customers go the way of a finger, and the user's own pointer stays where it is. Lines of the pipe are
customers': they are left out while somebody's own finger is on the screen, as Kivy knows one pointer only and would
miss that finger's end, and while the staff's part is shown.
"""

import logging
import os
import stat
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from pathlib import Path
from typing import Any, TypeVar

from kivy.base import EventLoop
from kivy.clock import Clock

from kiosk.screens.sdl import Sdl
from kiosk.screens.stage import Stage, touchables
from kiosk.screens.writing import LAYER, SHIFT, SPACE

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_S = 5.0


class SimulatedTouch:
    """Reads the pipe on a thread of its own until close(). The pipe is made if it is not there."""

    def __init__(self, path: Path, *, stage: Stage, sdl: Sdl) -> None:
        self._stage, self._sdl = stage, sdl
        self._closing = False
        self._awaited: Future[Any] | None = None
        if not path.exists():
            os.mkfifo(path, 0o600)
        if not stat.S_ISFIFO(path.stat().st_mode):
            raise FileExistsError(f"{path} is no named pipe. Name a path that is free, or remove the file.")
        self._pipe = os.open(path, os.O_RDWR)  # both ways, so that it stays open from one writer to the next
        self._thread = threading.Thread(target=self._read, name="simulated touch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._closing = True
        if self._awaited:
            self._awaited.cancel()
        os.write(self._pipe, b"\n")
        self._thread.join(PATIENCE_S)
        os.close(self._pipe)

    def touch(self, line: str) -> bool:
        """Does what one line says, or says in the log what there is instead. Not on the main thread."""
        word, _, rest = line.partition(" ")
        if all(map(self._type, rest)) if word == "type" else self._touch(line):
            return True
        names = self._on_screen(lambda: [widget.name for widget in touchables(self._stage)])
        log.info("Simulated touch %r fits nothing on the screen; there is: %s", line, ", ".join(names) or "nothing")
        return False

    def _read(self) -> None:
        with os.fdopen(os.dup(self._pipe), encoding="utf-8", errors="replace") as lines:
            for line in lines:
                if self._closing:
                    return
                if line.strip():
                    self._carry_out(line.strip())

    def _carry_out(self, line: str) -> None:
        try:
            if self._on_screen(lambda: bool(EventLoop.touches) or self._stage.is_staffs):
                log.info("Simulated touch %r is left out: the screen is somebody else's just now.", line)
            else:
                self.touch(line)
        except CancelledError:
            log.info("Simulated touch %r: the window was closed first.", line)
        except TimeoutError:
            log.warning("Simulated touch %r: the screen did not take it within %.0f s.", line, PATIENCE_S)

    def _type(self, sign: str) -> bool:
        """Types one sign, after looking for it on the keyboard's other faces."""
        name = f"key {SPACE if sign == ' ' else sign}"
        for turn in (None, SHIFT, LAYER, SHIFT):
            if turn:
                self._touch(f"key {turn}")  # if it is there: signs have no capitals
            if self._touch(name):
                return True
        return False

    def _touch(self, name: str) -> bool:
        """Pushes the events on the main thread, and waits until the screen has taken them."""
        if not self._on_screen(lambda: self._push(name)):
            return False
        self._on_screen(lambda: None)  # polled in this pass ...
        self._on_screen(lambda: None)  # ... and acted upon before this one
        return True

    def _push(self, name: str) -> bool:
        word, *numbers = name.split()
        if word == "at" and len(numbers) == 2 and all(number.isdecimal() for number in numbers):
            self._sdl.press(int(numbers[0]), int(numbers[1]))
            return True
        if not (widget := self._stage.find(name)):
            return False
        self._sdl.press(round(widget.center_x), round(self._stage.height - widget.center_y))
        return True

    def _on_screen(self, act: Callable[[], T]) -> T:
        """What a function returns on the main thread. Raises CancelledError once closing, TimeoutError."""
        done: Future[T] = Future()
        self._awaited = done
        if self._closing:
            raise CancelledError

        def answer(_: float) -> None:
            if done.set_running_or_notify_cancel():
                done.set_result(act())

        Clock.schedule_once(answer, 0)
        self._sdl.wake()
        return done.result(PATIENCE_S)
