"""From a setting such as "serial:/dev/ttyACM0" to a device: the only place that picks a driver."""

from hardware.buttons.interface import ButtonDevice
from hardware.errors import UnknownDevice

KNOWN_BUTTONS = "serial:PATH (a button box on a serial line, as in serial:/dev/serial/by-id/usb-box)"


def choose_buttons(setting: str) -> ButtonDevice:
    """The driver for `setting`; it opens the device when it is started, and again whenever that is plugged in.

    Raises UnknownDevice if the setting names no known kind, or lacks what the kind needs.
    """
    kind, _, where = setting.partition(":")
    if kind == "serial" and where:
        from hardware.buttons.serial import SerialButtons  # only a terminal with a serial box needs pyserial

        return SerialButtons(where)
    raise UnknownDevice(f'Buttons "{setting}" are not known. Known are: {KNOWN_BUTTONS}.')
