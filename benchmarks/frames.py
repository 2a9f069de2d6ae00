"""How long a frame takes while something moves, and an empty one: python -m benchmarks.frames FILE.

A frame: from the beginning of a pass of the loop until all of it is drawn.
"""

import sys
import time
from pathlib import Path

import msgspec

from kiosk.views import Ask, Thanks
from survey.questions import Kind

TAPS = 20
SWELLING_S, THANKS_S, EMPTY_S = 0.15, 0.35, 2.0  # of each tap


class Frames(msgspec.Struct):
    animated_ms: list[float] = []
    empty_ms: list[float] = []


def measure() -> Frames:
    from kivy.graphics.opengl import glFinish

    from kiosk.screens.picture import sample_ask
    from kiosk.screens.window import Window

    window = Window(fullscreen=False)

    def frames(seconds: float) -> list[float]:
        times, until = [], time.monotonic() + seconds
        while time.monotonic() < until:
            window.stage.canvas.ask_update()
            begun = time.perf_counter()
            window.loop.step()
            glFinish()
            times.append(1000 * (time.perf_counter() - begun))
        return times

    ask = sample_ask(Kind.SMILEY5)
    found = Frames()
    for number in range(TAPS + 1):
        window.show(ask)
        frames(0.1)
        window.show(_pressed(ask))
        swelling = frames(SWELLING_S)
        window.show(Thanks(ask.language, ask.place))
        if number:  # the first tap of all compiles shaders and draws letters
            found.animated_ms += swelling + frames(THANKS_S)
    window.stage.clear_widgets()
    frames(0.1)
    found.empty_ms = frames(EMPTY_S)
    return found


def _pressed(ask: Ask) -> Ask:
    return msgspec.structs.replace(ask, pressed=4)


def main(file: str) -> None:
    unfinished = Path(file).with_suffix(".new")
    unfinished.write_bytes(msgspec.json.encode(measure()))
    unfinished.rename(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
