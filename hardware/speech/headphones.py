"""The socket for headphones, where the sound card says that something is plugged in: a switch of an input device."""

from collections.abc import Callable
from pathlib import Path

from hardware import evdev
from hardware.errors import DeviceUnplugged

HEADPHONES = 2  # SW_HEADPHONE_INSERT


class HeadphoneSocket:
    """path: of the input device; the first with such a switch unless given."""

    def __init__(self, path: str = "", *, system: Path = evdev.SYSTEM, devices: Path = evdev.DEVICES) -> None:
        self._path = path
        self._system, self._devices = system, devices
        self._device = evdev.Followed(self._find, name="headphone socket", alone=False)
        self._is_plugged = False

    def start(self, *, when_plugged: Callable[[bool], None], when_changed: Callable[[str], None]) -> None:
        """when_plugged: whether headphones are, at each change, and at the start if they are already.

        when_changed: whether the socket itself is "plugged" or "unplugged", as a sound card on USB may be.
        """
        self._when_plugged = when_plugged
        self._when_changed = when_changed
        self._device.start(when_event=self._take, when_changed=self._change, when_opened=self._look)

    def stop(self) -> None:
        self._device.stop()

    def _find(self) -> str:
        if path := self._path or evdev.find(_has_switch, system=self._system, devices=self._devices):
            return path
        raise DeviceUnplugged("no sound card here tells of headphones")

    def _look(self, device: evdev.Device) -> None:
        self._tell(is_plugged=device.switch_is_on(HEADPHONES))

    def _take(self, event: evdev.Event) -> None:
        if (event.kind, event.code) == (evdev.SWITCH, HEADPHONES):
            self._tell(is_plugged=event.value == 1)

    def _change(self, state: str) -> None:
        self._when_changed(state)
        if state == "unplugged":
            self._tell(is_plugged=False)

    def _tell(self, *, is_plugged: bool) -> None:
        if is_plugged != self._is_plugged:
            self._is_plugged = is_plugged
            self._when_plugged(is_plugged)


def _has_switch(folder: Path) -> bool:
    return bool(evdev.read_bits(folder / "capabilities" / "sw") >> HEADPHONES & 1)
