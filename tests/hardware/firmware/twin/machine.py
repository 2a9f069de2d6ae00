"""The twin of the Pico's `machine` module, for MicroPython on a computer: its pins are at the other end of two pipes.

What the pins are to read comes in, a line for each: `<pin> <levels>`, a level for each time that the pin is looked at,
the last of them from then on. What is done with lamps, buzzer and watchdog goes out, a line each.
"""

import os
import select
import time

_orders = open(int(os.getenv("ORDERS")), "rb")  # noqa: PTH123, SIM115  MicroPython
_record = open(int(os.getenv("RECORD")), "wb")  # noqa: PTH123, SIM115
_ordered = select.poll()
_ordered.register(_orders, select.POLLIN)
_levels = {}  # of each pin, the coming ones


def unique_id():
    return b"\xe6\x61\xa4\xd1\x17\x2b\x3c\x4d"


def _take_orders():
    while _ordered.poll(0):
        order = b""
        while not order.endswith(b"\n"):
            order += _orders.read(1)
        pin, levels = order.split()
        _levels[int(pin)] = [level - ord("0") for level in levels]


def _note(*words):
    _record.write(b"%s\n" % " ".join(str(word) for word in words).encode())


class Pin:
    IN, OUT, PULL_UP = "in", "out", "pull up"

    def __init__(self, number, mode=OUT, pull=None):
        self.number = number
        self._floats = mode == self.IN and pull != self.PULL_UP
        self._open = 0 if self._floats else 1

    def value(self):
        _take_orders()
        levels = _levels.get(self.number, [self._open])
        return levels.pop(0) if len(levels) > 1 else levels[0]


class PWM:
    def __init__(self, pin, *, freq, duty_u16):
        self._pin = pin.number
        self._duty = None
        self.duty_u16(duty_u16)

    def duty_u16(self, duty):
        if duty != self._duty:
            self._duty = duty
            _note("pin", self._pin, duty)


class WDT:
    def __init__(self, *, timeout):
        self._fed_at = time.ticks_ms()
        _note("watchdog", timeout)

    def feed(self):
        if time.ticks_diff(time.ticks_ms(), self._fed_at) >= 50:
            self._fed_at = time.ticks_ms()
            _note("fed")
