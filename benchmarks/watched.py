"""A whole terminal that notes how long each tap takes: python -m benchmarks.watched DATA SERVER CODE VISITS PAUSE.

It is the program `hymy kiosk` with its screen wrapped. *Durable*: the terminal asks for thanks, which it does only once
the answer is committed. *On the screen*: the frame that holds it was flipped. A tap begins before SDL gets its event.
PAUSE: 1 for customers that come one after the other, 0 for no time between them; then nothing is noted of each tap,
for the notes would be growth in the memory that is watched.
"""

import queue
import random
import re
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec

from kiosk import main as kiosk
from kiosk.config import Config
from kiosk.nightly import give_back_memory
from kiosk.views import Ended, Screen, Thanks, Touch, View
from survey.theme import Theme

BETWEEN_S = (0.1, 0.5)  # from one customer to the next
LIMIT_S = 10.0
SEEN = "seen.json"


class Seen(msgspec.Struct):
    """first_question_at: on the monotonic clock, which all programs share. durable_ms, thanks_ms: of each tap.

    own_mb: memory that is this program's alone, after the first question, and after each tenth of the visits.
    """

    first_question_at: float = 0.0
    durable_ms: list[float] = []
    thanks_ms: list[float] = []
    own_mb: list[float] = []


class WatchedScreen:
    """Taps so many times, writes down what was seen, and stays."""

    def __init__(self, settings: Config, heartbeat: Callable[[], None], *, visits: int, pause: float) -> None:
        from kiosk.screens.window import Window

        self._window = Window(fullscreen=False, heartbeat=heartbeat)
        self._file, self._visits, self._pause = settings.data / SEEN, visits, pause
        self._seen: queue.SimpleQueue[tuple[str, float]] = queue.SimpleQueue()
        self._on_screen = ""

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        self._watch_frames()
        threading.Thread(target=self._come_and_go, args=(when_touched,), name="customers", daemon=True).start()
        self._window.run(when_touched=when_touched)

    def show(self, view: View) -> None:
        if isinstance(view, Thanks):
            self._seen.put(("durable", time.monotonic()))
        self._window.show(view)

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        self._window.dress(theme, pictures)

    def stop(self) -> None:
        self._window.stop()

    def _watch_frames(self) -> None:
        from kivy.core.window import Window as KivyWindow

        flip = KivyWindow.flip

        def flip_and_look() -> None:
            flip()
            at = time.monotonic()
            shown = type(self._window.stage.children[0]).__name__ if self._window.stage.children else ""
            if shown != self._on_screen:
                self._on_screen = shown
                self._seen.put((shown, at))

        KivyWindow.flip = flip_and_look

    def _come_and_go(self, when_touched: Callable[[Touch], None]) -> None:
        seen, choose = Seen(first_question_at=self._wait_for("AskScreen")), random.Random(1)
        for number in range(self._visits):
            if number % max(1, self._visits // 10) == 0:
                seen.own_mb.append(own_mb())
            time.sleep(self._pause * choose.uniform(*BETWEEN_S))
            tapped_at = self._tap(choose.randint(1, 5))
            durable_at, thanks_at = self._wait_for("durable"), self._wait_for("ThanksScreen")
            if self._pause:
                seen.durable_ms.append(1000 * (durable_at - tapped_at))
                seen.thanks_ms.append(1000 * (thanks_at - tapped_at))
            when_touched(Ended())  # in place of the seconds that thanks stays
            self._wait_for("AskScreen")
        seen.own_mb.append(own_mb())
        unfinished = self._file.with_suffix(".new")
        unfinished.write_bytes(msgspec.json.encode(seen))
        unfinished.rename(self._file)

    def _tap(self, value: int) -> float:
        stage = self._window.stage
        face = stage.find(f"value {value}")
        assert face, "The question is not on the screen."
        x, y = round(face.center_x), round(stage.height - face.center_y)
        at = time.monotonic()
        self._window.sdl.press(x, y)
        return at

    def _wait_for(self, what: str) -> float:
        """When it was seen. Raises queue.Empty if it never is."""
        while True:
            name, at = self._seen.get(timeout=LIMIT_S)
            if name == what:
                return at


def own_mb() -> float:
    """Once what the C library holds in reserve was given back, as every night: that comes and goes by 0.3 MB.

    What is mapped from files is left out: whether that counts as its own hangs on what else runs.
    """
    give_back_memory()
    anonymous = re.search(r"RssAnon:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    assert anonymous
    return int(anonymous[1]) * 1024 / 1e6


def main(data: str, server: str, code: str, visits: str, pause: str) -> None:
    def open_screen(settings: Config, heartbeat: Callable[[], None]) -> Screen:
        return WatchedScreen(settings, heartbeat, visits=int(visits), pause=float(pause))

    kiosk.run(Config(Path(data), server=server, code=code), open_screen=open_screen)


if __name__ == "__main__":
    main(*sys.argv[1:])
