"""The program that every button box runs, without clock and line: its twin runs this, a real one does the same.

It keeps the box's side of docs/button_box.md: a press is held, and sent again, until the host has it for good.
"""

import secrets
from collections import deque
from itertools import islice

from hardware.buttons import protocol

CAPACITY = 1000  # presses; the least that a box must hold
WINDOW = 8  # presses under way at once: 0.5 kB, 45 ms at 115,200 baud
RESEND_S = 0.3
HELLO_S = 2.0


class Box:
    """A box from power-on: counts presses, sends each until it is acknowledged. `now` is in seconds of any clock."""

    def __init__(self, box_id: str, *, buttons: int, capacity: int = CAPACITY, resend_s: float = RESEND_S) -> None:
        self.id = box_id
        self.session = secrets.token_hex(4)
        self.buttons = buttons
        self.last = 0
        self.dropped = 0
        self._capacity = capacity
        self._resend_s = resend_s
        self._held: deque[tuple[int, int, float]] = deque()  # seq, button, when pressed; oldest first
        self._sent = 0  # newest seq sent since the last time of sending again
        self._resend_at = 0.0
        self._hello_at = 0.0

    def __len__(self) -> int:
        """How many presses wait for an acknowledgement."""
        return len(self._held)

    @property
    def lowest(self) -> int:
        """The oldest press that is not acknowledged; last + 1 if there is none."""
        return self.last + 1 - len(self._held)

    def press(self, button: int, now: float) -> int:
        """Count a press; returns its seq. When there is no room the oldest goes, and is counted as dropped."""
        self.last += 1
        self._held.append((self.last, button, now))
        if len(self._held) > self._capacity:
            self._held.popleft()
            self.dropped += 1
        return self.last

    def take(self, message: protocol.Message, now: float) -> None:
        match message:
            case protocol.Asked():
                self._hello_at = self._resend_at = now  # whoever asks has just come, and lacks all of it
            case protocol.Acknowledged(session, seq) if session == self.session and self.lowest <= seq <= self.last:
                for _ in range(self.lowest, seq + 1):
                    self._held.popleft()
                self._resend_at = now + self._resend_s

    def due(self, now: float) -> list[protocol.Message]:
        """What has to be sent now: a hello every two seconds, and the oldest presses as far as the window goes."""
        messages: list[protocol.Message] = []
        if now >= self._hello_at:
            self._hello_at = now + HELLO_S
            messages.append(self._hello())
        if now >= self._resend_at:
            self._sent = 0
        fresh = [held for held in islice(self._held, WINDOW) if held[0] > self._sent]
        if fresh:
            self._resend_at = now + self._resend_s
            self._sent = fresh[-1][0]
        return messages + [self._pressed(*held, now) for held in fresh]

    def next_due_at(self) -> float:
        return min(self._hello_at, self._resend_at) if self._held else self._hello_at

    def _hello(self) -> protocol.Hello:
        return protocol.Hello(
            protocol.VERSION, self.id, self.session, self.buttons, self.last, self.lowest, self.dropped
        )

    def _pressed(self, seq: int, button: int, at: float, now: float) -> protocol.Pressed:
        age_ms = min(round((now - at) * 1000), protocol.MAX_NUMBER)
        return protocol.Pressed(self.id, self.session, seq, button, age_ms)
