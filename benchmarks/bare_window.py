"""A window of Kivy with one word in it, set up as ours, for its memory: python -m benchmarks.bare_window FILE.

FILE is made once it was drawn; then the window stays.
"""

import sys
import threading
from pathlib import Path

from kiosk.screens import settings

FRAMES = 30


def main(file: str) -> None:
    settings.prepare(size=None, fullscreen=False, frames_per_second=0)
    from kivy.base import EventLoop, runTouchApp
    from kivy.uix.label import Label

    runTouchApp(Label(text="Hymy"), embedded=True)
    for _ in range(FRAMES):
        EventLoop.window.canvas.ask_update()
        EventLoop.window.mainloop()
        EventLoop.idle()
    Path(file).touch()
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
