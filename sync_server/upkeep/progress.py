"""How far a long command is: a line that is written over on a terminal, else a line at the end of each part."""

import sys
from typing import TextIO


class Progress:
    """Called with what is done, and of how much."""

    def __init__(self, what: str, stream: TextIO | None = None) -> None:
        self._what = what
        self._stream = stream or sys.stderr
        self._told = -1

    def __call__(self, done: int, of: int) -> None:
        percent = 100 * done // of if of else 100
        if percent == self._told:
            return
        self._told = percent
        if self._stream.isatty():
            self._stream.write(f"\r{self._what}: {percent} %" + ("\n" if percent == 100 else ""))
        elif percent == 100:
            self._stream.write(f"{self._what}: 100 %\n")
        self._stream.flush()
