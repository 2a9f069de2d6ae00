"""`hymy box LINK`: the button box's twin, driven from standard input.

It prints its own record of what was pressed and acknowledged, one line each, to compare with what a terminal kept, and
what its lamps show:

    box twin session 9f3a02c4 buttons 5 at LINK
    lamps invite
    press 1 button 4 2026-03-04T10:15:00.123Z
    acked 1
    lamps thanks 4 beep
    pressed 1, acknowledged 1
"""

import argparse
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import TextIO

from hardware.buttons.protocol import Lit
from hardware.buttons.simulated import SimulatedBox
from hardware.errors import HardwareError

LINGER_S = 10.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("link", type=Path, metavar="LINK", help="where the box is to be found, as in /tmp/box")
    parser.add_argument("--buttons", type=int, choices=range(1, 12), default=5, metavar="N", help="1 to 11 (5)")
    parser.add_argument(
        "--linger",
        type=float,
        default=LINGER_S,
        metavar="S",
        help=f"at the end of input, how many seconds to wait until every press is acknowledged ({LINGER_S:.0f})",
    )


def main(args: argparse.Namespace) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C: the link goes
    with open(sys.stdin.fileno(), errors="backslashreplace", closefd=False) as stdin:
        try:
            return run(args.link, stdin=stdin, stdout=sys.stdout, buttons=args.buttons, linger_s=args.linger)
        except HardwareError as error:
            print(f"hymy box: {error}", file=sys.stderr)
            return 2


def run(link: Path, *, stdin: TextIO, stdout: TextIO, buttons: int = 5, linger_s: float = LINGER_S) -> int:
    """Press what stdin says until it ends. Returns 0 if the host has acknowledged every press, else 1."""
    say = _Printer(stdout)
    acknowledged: list[int] = []

    def tell_acknowledged(seq: int) -> None:
        acknowledged.append(seq)
        say(f"acked {seq}")

    lamps = _Lamps(say)
    with SimulatedBox(link, buttons=buttons, when_acknowledged=tell_acknowledged, when_lit=lamps.show) as box:
        try:
            say(f"box {box.id} session {box.session} buttons {buttons} at {link}")
            _obey(box, stdin, say)
            box.wait_until_acknowledged(linger_s)
        except KeyboardInterrupt:
            pass  # the summary says what is left
    say(f"pressed {len(box.record)}, acknowledged {len(acknowledged)}")
    return 0 if len(acknowledged) == len(box.record) else 1


def _obey(box: SimulatedBox, stdin: TextIO, say: "_Printer") -> None:
    presses = {str(button): button for button in range(1, box.buttons + 1)}
    for word in (word for line in stdin for word in line.split()):
        if word in presses:
            with say.lock:  # so that no press is acknowledged before it was told
                made = box.press(presses[word])
                say(f"press {made.seq} button {made.button} {made.at.isoformat(timespec='milliseconds')[:-6]}Z")
        elif word == "plug":
            box.plug()
        elif word == "unplug":
            box.unplug()
        elif word == "quit":
            return
        else:
            say(f'not pressed: "{word}" is none of 1 to {box.buttons} (press a button), unplug, plug, quit')


class _Lamps:
    """Says what they show, once: a host says it again after each hello."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._steady = ""

    def show(self, light: Lit) -> None:
        words = f"lamps {light.mode}"
        if light.mode == "thanks":
            self._say(f"{words} {light.button}{' beep' if light.beep else ''}")
        elif words != self._steady:
            self._steady = words
            self._say(words)


class _Printer:
    """Prints whole lines at once, from whichever thread."""

    def __init__(self, stdout: TextIO) -> None:
        self.lock = RLock()
        self._stdout = stdout

    def __call__(self, line: str) -> None:
        with self.lock:
            print(line, file=self._stdout, flush=True)
