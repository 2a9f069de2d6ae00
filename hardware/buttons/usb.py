"""A USB keypad, arcade encoder or foot switch as buttons: it looks like a keyboard, and types nowhere else.

A keypad keeps nothing by itself: what it sends while the program is not there is lost, unlike with a button box.
"""

import logging
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from hardware import evdev
from hardware.buttons import keys
from hardware.buttons.interface import Press
from hardware.errors import DeviceUnplugged, UnknownDevice

RETRY_S = 0.3
ID = "[0-9a-fA-F]{4}:[0-9a-fA-F]{4}"  # vendor and product

log = logging.getLogger(__name__)


class UsbButtons:
    """Key codes[0] is button 1. where: the path of an input device, or VENDOR:PRODUCT as lsusb shows them."""

    def __init__(
        self, where: str, codes: Sequence[int], *, system: Path = evdev.SYSTEM, devices: Path = evdev.DEVICES
    ) -> None:
        self.where = where
        self.codes = tuple(codes)
        self._system, self._devices = system, devices
        self._button_of = {code: button for button, code in enumerate(self.codes, start=1)}
        self._source = f"usb:{where}"
        self._device = evdev.Followed(self._find, name=f"buttons {where}", alone=True)

    def start(
        self,
        *,
        when_pressed: Callable[[Press], None],
        when_changed: Callable[[str], None],
        last_seq: Callable[[str], int],
    ) -> None:
        self._when_pressed = when_pressed
        self._seq = last_seq(self._source)  # what was not kept before is gone: its numbers are free
        self._device.start(when_event=self._take, when_changed=when_changed)

    def kept(self, press: Press) -> None:
        """Nothing is left to forget: a press is held only until it was taken."""

    def stop(self) -> None:
        self._device.stop()

    def _take(self, event: evdev.Event) -> None:
        if event.kind != evdev.KEY or event.value != 1:  # a key held is one press
            return
        button = self._button_of.get(event.code)
        if button is None:
            log.info("Key %s of %s is no button", keys.NAMES.get(event.code, event.code), self.where)
            return
        self._seq += 1
        self._hand_over(button, pressed_at=time.monotonic())

    def _hand_over(self, button: int, *, pressed_at: float) -> None:
        """Until it is taken; meanwhile the kernel holds what else is pressed (64 events, some ten presses)."""
        while True:
            age_ms = round((time.monotonic() - pressed_at) * 1000)
            try:
                self._when_pressed(Press(self._source, self._seq, button, age_ms))
                return
            except Exception:  # whatever it was, the press is not durable: it has to come again
                log.exception("Press %s of %s was refused, handing it over again", self._seq, self._source)
            if not self._device.pause(RETRY_S):
                return

    def _find(self) -> str:
        if not re.fullmatch(ID, self.where):
            return self.where
        if path := evdev.find(self._is_wanted, system=self._system, devices=self._devices):
            return path
        raise DeviceUnplugged(f"no input device {self.where} has all the keys {names(self.codes)}")

    def _is_wanted(self, folder: Path) -> bool:
        """Several devices of one name are the parts of a keypad: the one with the keys."""
        identity = ":".join(evdev.read(folder / "id" / part) for part in ("vendor", "product"))
        has = evdev.read_bits(folder / "capabilities" / "key")
        return identity == self.where.lower() and all(has >> code & 1 for code in self.codes)


def parse(setting: str) -> tuple[str, list[int]]:
    """DEVICE and key codes in "DEVICE:KEY_1,KEY_2,..."; DEVICE is a path or VENDOR:PRODUCT. Raises UnknownDevice."""
    where, _, words = setting.rpartition(":")
    if not (where.startswith("/") or re.fullmatch(ID, where)):
        raise UnknownDevice(f'"{where}" is neither the path of an input device nor VENDOR:PRODUCT as lsusb shows them.')
    codes = [_code(word) for word in words.split(",")]
    if len(set(codes)) < max(len(codes), 2):
        raise UnknownDevice(f'"{words}" should be two or more different keys, worst face first, as in KEY_1,KEY_2.')
    return where, codes


def names(codes: Sequence[int]) -> str:
    return ", ".join(keys.NAMES.get(code, str(code)) for code in codes)


def _code(word: str) -> int:
    name = word.strip().upper()
    if name in keys.CODES:
        return keys.CODES[name]
    if re.fullmatch("[0-9]{1,3}", name):
        return int(name)
    raise UnknownDevice(f'"{word}" is no key. Write it like KEY_1, KEY_KP1 or BTN_TRIGGER, or as the key\'s number.')
