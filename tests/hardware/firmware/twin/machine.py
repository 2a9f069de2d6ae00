"""The twin of the Pico's `machine` module, for MicroPython on a computer: its pins are at the other end of two pipes.

What the pins are to read comes in, a line for each: `<pin> <levels>`, a level for each time that the pin is looked at,
the last of them from then on. What is done with lamps, buzzer and watchdog goes out, a line each; so does `read <pin>`
when the last level was looked at.
"""

import os
import select

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
        self._open = int(mode == self.IN and pull == self.PULL_UP)  # else nothing lifts it

    def value(self):
        _take_orders()
        levels = _levels.setdefault(self.number, [self._open])
        level = levels[0]
        if len(levels) > 1:
            del levels[0]
            if len(levels) == 1:
                _note("read", self.number)
        return min(self._open, level)


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
        self._feeds = 0
        _note("watchdog", timeout)

    def feed(self):
        self._feeds += 1
        if self._feeds % 50 == 0:
            _note("fed")
