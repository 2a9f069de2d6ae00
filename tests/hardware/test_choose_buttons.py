import pytest

from hardware.buttons.serial import SerialButtons
from hardware.choose import choose_buttons
from hardware.errors import UnknownDevice


def test_a_setting_names_a_serial_box() -> None:
    buttons = choose_buttons("serial:/dev/serial/by-id/usb:box")

    assert isinstance(buttons, SerialButtons)
    assert buttons.path == "/dev/serial/by-id/usb:box"


@pytest.mark.parametrize("setting", ["", "serial", "serial:", "seriel:/dev/ttyACM0", "/dev/ttyACM0"])
def test_an_unknown_setting_is_answered_with_what_is_known(setting: str) -> None:
    with pytest.raises(UnknownDevice, match=f'"{setting}".*Known are: serial:PATH'):
        choose_buttons(setting)
