"""Who stands for the terminal: what a counter's driver told, in order."""

from collections.abc import Callable
from threading import Condition

from hardware.counters.interface import CounterDevice

LIMIT_S = 60


class Footfall:
    def __init__(self, counter: CounterDevice) -> None:
        self.counter = counter
        self.counted: list[int] = []
        self.changes: list[str] = []
        self._news = Condition()

    def start(self) -> None:
        self.counter.start(when_counted=self._count, when_changed=self._change)

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        with self._news:
            assert self._news.wait_for(is_so, LIMIT_S), f"counted {sum(self.counted)}, changes {self.changes}"

    def _count(self, people: int) -> None:
        with self._news:
            self.counted.append(people)
            self._news.notify_all()

    def _change(self, change: str) -> None:
        with self._news:
            self.changes.append(change)
            self._news.notify_all()
