"""The button box of a Raspberry Pi Pico: its pins, its USB line and its watchdog, and the loop that joins them.

docs/button_box.md says how it is wired and how this comes onto it. What fails here ends the loop, and the watchdog
starts the box again.
"""

import os
import select
import sys
import time
from binascii import hexlify

import micropython
import settings
from box import Box, LineReader, words_of
from machine import PWM, WDT, Pin, unique_id
from panel import BRIGHT, Clock, Contact, Lamps

WATCHDOG_MS = 5000  # the Pico can do 8388
LAMPS_EVERY_MS = 20
READ_BYTES = 64  # in one round, so that a flood keeps nobody from the buttons
WRITE_BYTES = 16
PWM_HZ = 2000  # no flicker, and a tone; pins that share a slice have one frequency


class UsbLine:
    """The bytes to and from the terminal, never waiting for it longer than a sample of the buttons may."""

    def __init__(self) -> None:
        micropython.kbd_intr(-1)  # a 3 among the noise is no Ctrl-C
        self._readable = select.poll()
        self._readable.register(sys.stdin, select.POLLIN)
        self._writable = select.poll()
        self._writable.register(sys.stdout, select.POLLOUT)
        self._waiting = b""
        self._written = 0  # of what waits

    def read(self) -> bytes:
        """What there is; waits a millisecond for it."""
        data = b""
        wait_ms = 1
        while len(data) < READ_BYTES and self._readable.poll(wait_ms):
            data += sys.stdin.buffer.read(1)
            wait_ms = 0
        return data

    def is_clear(self) -> bool:
        """Whether all that was sent is on its way."""
        return self._written == len(self._waiting)

    def send(self, lines: list[bytes]) -> None:
        """Only when it is clear."""
        self._waiting = b"".join(lines)
        self._written = 0

    def write(self) -> None:
        """A part of what waits. Byte by byte: more than there is room for would wait half a second."""
        for _ in range(WRITE_BYTES):
            if self.is_clear() or not self._writable.poll(0):
                return
            sys.stdout.buffer.write(self._waiting[self._written : self._written + 1])
            self._written += 1


def run() -> None:
    name = b"pico-" + hexlify(unique_id())[-8:]
    box = Box(name, hexlify(os.urandom(4)), len(settings.BUTTONS), settings.CAPACITY)
    lamps = Lamps(len(settings.LAMPS))
    lights = [PWM(Pin(pin), freq=PWM_HZ, duty_u16=0) for pin in settings.LAMPS]
    buzzers = [PWM(Pin(pin), freq=PWM_HZ, duty_u16=0) for pin in settings.BUZZERS]
    lamps_at = 0
    line = UsbLine()
    reader = LineReader()
    buttons = [(Pin(pin, Pin.IN, Pin.PULL_UP), Contact(0)) for pin in settings.BUTTONS]
    clock = Clock(time.ticks_ms())
    watchdog = WDT(timeout=WATCHDOG_MS)
    while True:
        watchdog.feed()
        now = clock.now(time.ticks_ms())
        for number, (pin, contact) in enumerate(buttons, 1):
            if contact.is_pressed(pin.value() == 0, now):
                box.press(number, now)
        for words in map(words_of, reader.feed(line.read())):
            box.take(words, now)
            lamps.take(words, now)
        if line.is_clear():  # else the terminal is slow: what is due now would be old when it gets there
            line.send(box.due(now))
        line.write()
        if now >= lamps_at:
            lamps_at = now + LAMPS_EVERY_MS
            for light, level in zip(lights, lamps.levels(now)):  # noqa: B905  MicroPython has no strict
                light.duty_u16(level)
            for buzzer in buzzers:
                buzzer.duty_u16(BRIGHT // 2 if lamps.beeps(now) else 0)


if Pin(settings.SERVICE, Pin.IN, Pin.PULL_UP).value():
    run()
