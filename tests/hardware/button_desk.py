"""A desk that stands for the terminal: it takes presses from a driver and keeps them, or does not."""

from collections.abc import Callable
from pathlib import Path
from threading import Condition

from hardware.buttons.interface import ButtonDevice, Press
from hardware.buttons.serial import SerialButtons
from hardware.buttons.simulated import SimulatedBox

LIMIT_S = 60


class Desk:
    """What a terminal does with presses: `handed` is what it was given, `journal` what it kept.

    make_buttons: the driver, again at each start of the program; else that of a serial box at `path`.
    """

    def __init__(self, path: Path, *, make_buttons: Callable[[], ButtonDevice] | None = None) -> None:
        self.path = path
        self._make_buttons = make_buttons or (lambda: SerialButtons(str(path)))
        self.handed: list[Press] = []
        self.journal: list[Press] = []
        self.changes: list[str] = []
        self.keeps = True
        self.refuses = False
        self._news = Condition()
        self.buttons = self._make_buttons()

    def start(self) -> None:
        """Start the terminal's program; it knows what the journal holds, and nothing else."""
        self.buttons.start(when_pressed=self._press, when_changed=self._change, last_seq=self.last_seq)

    def restart(self) -> None:
        self.buttons.stop()
        self.buttons = self._make_buttons()
        self.start()

    def last_seq(self, source: str) -> int:
        return max((press.seq for press in self.journal if press.source == source), default=0)

    def keep(self, press: Press) -> None:
        self.journal.append(press)
        self.buttons.kept(press)

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(is_so, LIMIT_S), f"handed {len(self.handed)}, changes {self.changes}"

    def _press(self, press: Press) -> None:
        if self.refuses:
            self.refuses = False
            raise OSError("No space left on device")
        with self._news:
            self.handed.append(press)
            if self.keeps:
                self.keep(press)
            self._news.notify_all()

    def _change(self, change: str) -> None:
        with self._news:
            self.changes.append(change)
            self._news.notify_all()


def pressed(box: SimulatedBox) -> list[tuple[str, int, int]]:
    """The box's own record, in the terminal's words."""
    return [(f"box:{box.id}/{record.session}", record.seq, record.button) for record in box.record]


def kept(desk: Desk) -> list[tuple[str, int, int]]:
    return [(press.source, press.seq, press.button) for press in desk.journal]
