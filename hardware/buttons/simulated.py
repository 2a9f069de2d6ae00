"""The twin of the button box: the same bytes on a pty, for tests, the demo, and developers without a box."""

import os
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from hardware.buttons import box, protocol
from hardware.simulated_line import Pty, read_waiting


@dataclass(frozen=True, slots=True)
class Record:
    """One press as the box itself remembers it."""

    session: str
    seq: int
    button: int
    at: datetime


class SimulatedBox:
    """A box with its own battery, plugged in at `link` from the start. Its methods may be called from any thread.

    flips_to_host, flips_to_box: the share of bytes in that direction that get a bit flipped, drawn from `seed`.
    when_acknowledged, when_lit: called with each seq in order, with each light; from the box's thread.
    record: every press that was made, acknowledged or not.
    """

    def __init__(
        self,
        link: Path,
        *,
        buttons: int = 5,
        box_id: str = "twin",
        capacity: int = box.CAPACITY,
        resend_s: float = box.RESEND_S,
        flips_to_host: float = 0.0,
        flips_to_box: float = 0.0,
        seed: int = 0,
        when_acknowledged: Callable[[int], None] | None = None,
        when_lit: Callable[[protocol.Lit], None] | None = None,
    ) -> None:
        self.link = link
        self.buttons = buttons
        self.record: list[Record] = []
        self.id = box_id
        self._capacity, self._resend_s = capacity, resend_s
        self._flips_to_host, self._flips_to_box = flips_to_host, flips_to_box
        self._random = Random(seed)  # noqa: S311  faults, no secrets
        self._when_acknowledged = when_acknowledged or (lambda seq: None)
        self._when_lit = when_lit or (lambda light: None)
        self._changed = threading.Condition()  # over the box, the pty and the record
        self._reader = protocol.LineReader()
        self._pty: Pty | None = None
        self._woken, self._wake = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._is_on = True
        self.restart()
        self.plug()
        self._thread = threading.Thread(target=self._run, name=f"box {link}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def session(self) -> str:
        return self._box.session

    @property
    def un_acked(self) -> int:
        with self._changed:
            return len(self._box)

    @property
    def bad_lines(self) -> int:
        return self._reader.bad_lines

    def press(self, button: int) -> Record:
        if not 1 <= button <= self.buttons:
            raise ValueError(f"This box has buttons 1 to {self.buttons}, not {button}.")
        with self._changed:
            seq = self._box.press(button, time.monotonic())
            made = Record(self._box.session, seq, button, datetime.now(UTC))
            self.record.append(made)
        self._look()
        return made

    def plug(self) -> None:
        with self._changed:
            if self._pty is None:
                self._pty = Pty(self.link)
                self._box.take(protocol.Asked(), time.monotonic())
        self._look()

    def unplug(self) -> None:
        """Pull the cable. The box goes on counting presses."""
        with self._changed:
            if self._pty:
                self._pty.close()
                self._pty = None
        self._look()  # a poll that waits on the pty keeps it open

    def restart(self) -> None:
        """Take the battery out: what was not acknowledged is gone, and a new session begins."""
        with self._changed:
            self._box = box.Box(self.id, buttons=self.buttons, capacity=self._capacity, resend_s=self._resend_s)
        self._look()

    def make_noise(self, data: bytes) -> None:
        """Put bytes of any kind on the line to the host."""
        with self._changed:
            if self._pty:
                self._pty.write(data)

    def wait_until_acknowledged(self, timeout_s: float) -> bool:
        """Whether the host acknowledged every press within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: not len(self._box), timeout_s)

    def close(self) -> None:
        self._is_on = False
        self._look()
        self._thread.join()
        self.unplug()
        os.close(self._woken)
        os.close(self._wake)

    def _look(self) -> None:
        """Have the box's thread look round at once."""
        os.write(self._wake, b".")

    def _run(self) -> None:
        while self._is_on:
            with self._changed:
                acknowledged = self._exchange(self._pty, time.monotonic()) if self._pty else range(0)
                self._changed.notify_all()
            for seq in acknowledged:
                self._when_acknowledged(seq)
            self._wait()

    def _exchange(self, pty: Pty, now: float) -> range:
        """Take what came, send what is due; returns the presses that were acknowledged."""
        before = self._box.lowest
        for message in self._reader.feed(self._flipped(pty.read(), share=self._flips_to_box)):
            self._box.take(message, now)
            if isinstance(message, protocol.Lit):
                self._when_lit(message)
        for message in self._box.due(now):
            pty.write(self._flipped(protocol.encode(message), share=self._flips_to_host))
        return range(before, self._box.lowest)

    def _wait(self) -> None:
        """Until bytes come, something is due, or somebody has us look."""
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        with self._changed:
            wait_s = None
            if self._pty:
                poll.register(self._pty.master, select.POLLIN)
                wait_s = max(0.0, self._box.next_due_at() - time.monotonic())
        poll.poll(None if wait_s is None else wait_s * 1000 + 1)
        read_waiting(self._woken)

    def _flipped(self, data: bytes, *, share: float) -> bytes:
        if not share:
            return data
        return bytes(byte ^ 1 << self._random.randrange(8) if self._random.random() < share else byte for byte in data)
