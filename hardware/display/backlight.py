"""A display whose backlight the kernel drives, such as the official touch display.

Source: the kernel's Documentation/ABI/stable/sysfs-class-backlight.
"""

from pathlib import Path

from hardware.faults import Fault

ON, OFF = 0, 4  # bl_power


class BacklightDisplay:
    """folder: such as /sys/class/backlight/10-0045."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fault = Fault(f"display {folder}")

    def set_brightness(self, share: float) -> None:
        try:
            darkest, brightest = 1, int((self.folder / "max_brightness").read_text(encoding="ascii"))
        except (OSError, ValueError) as error:
            self.fault.note(f"its range can't be read: {error}")
        else:
            self._write("brightness", darkest + round(share * (brightest - darkest)))

    def switch_off(self) -> None:
        self._write("bl_power", OFF)

    def switch_on(self) -> None:
        self._write("bl_power", ON)

    def _write(self, name: str, value: int) -> None:
        try:
            (self.folder / name).write_text(f"{value}\n", encoding="ascii")
            self.fault.note("")
        except OSError as error:
            self.fault.note(f"{name} can't be written: {error.strerror}. The user must be in the group video.")
