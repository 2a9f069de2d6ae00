import subprocess
import sys
from pathlib import Path

import pytest

from hardware.buttons.gpio import GpioButtons
from hardware.buttons.serial import SerialButtons
from hardware.buttons.usb import UsbButtons
from hardware.choose import Devices, choose, faults
from hardware.counters.gpio import GpioCounter
from hardware.counters.serial import SerialCounter
from hardware.display.backlight import BacklightDisplay
from hardware.display.dpms import DpmsDisplay
from hardware.lights.gpio import GpioLights
from hardware.lights.serial import BoxLights
from hardware.pins import Board
from hardware.speech.espeak import EspeakSpeech
from hardware.speech.headphones import HeadphoneSocket

BOARD = Board("mock")
EVERYTHING = {
    "buttons": "gpio:17,27",
    "lights": "gpio:5,6",
    "buzzer": "gpio:12",
    "counter": "beam:16",
    "display": "dpms",
    "headphones": "auto",
}


@pytest.mark.parametrize(
    ("key", "setting", "kind"),
    [
        ("buttons", "serial:/dev/serial/by-id/usb:box", SerialButtons),
        ("buttons", "gpio:17,27,low", GpioButtons),
        ("buttons", "usb:1a2c:2124:KEY_1,KEY_2", UsbButtons),
        ("lights", "gpio:5,6", GpioLights),
        ("display", "backlight:/sys/class/backlight/x", BacklightDisplay),
        ("display", "dpms", DpmsDisplay),
        ("headphones", "auto", HeadphoneSocket),
        ("headphones", "input:/dev/input/event3", HeadphoneSocket),
    ],
)
def test_each_setting_names_a_driver(key: str, setting: str, kind: type) -> None:
    settings = {key: setting}

    assert list(faults(settings)) == []
    chosen = getattr(choose(settings, BOARD), key)
    assert isinstance(chosen["buttons"] if key == "buttons" else chosen, kind)


@pytest.mark.parametrize(
    ("setting", "kind"), [("serial:/dev/ttyACM1", SerialCounter), ("beam:16", GpioCounter), ("pir:16", GpioCounter)]
)
def test_a_counter_counts_under_its_name(setting: str, kind: type) -> None:
    assert list(faults({"counter": setting})) == []
    assert isinstance(choose({"counter": setting}, BOARD).counters["counter"], kind)


def test_several_devices_with_buttons_each_have_a_name() -> None:
    setting = "serial:/dev/serial/by-id/a+b + gpio:17, 27 + serial:/dev/ttyACM1"

    chosen = choose({"buttons": setting, "lights": "box"}, BOARD)

    assert list(faults({"buttons": setting, "lights": "box"})) == []
    assert {name: type(one) for name, one in chosen.buttons.items()} == {
        "buttons": SerialButtons,
        "buttons 2": GpioButtons,
        "buttons 3": SerialButtons,
    }
    assert isinstance(chosen.lights, BoxLights)


def test_what_is_not_named_is_not_there() -> None:
    assert choose({}, BOARD) == choose(dict.fromkeys(EVERYTHING, ""), BOARD) == Devices()


def test_everything_at_once_is_chosen() -> None:
    chosen = choose(EVERYTHING, BOARD, has_voice=True, recordings=Path("/recordings"))

    assert list(faults(EVERYTHING)) == []
    assert isinstance(chosen.voice, EspeakSpeech)
    assert chosen.buttons
    assert None not in (chosen.lights, chosen.display, chosen.headphones)


def test_the_lamps_of_a_button_box_are_told_over_its_line() -> None:
    settings = {"buttons": "serial:/dev/ttyACM0", "lights": "box"}

    assert list(faults(settings)) == []
    assert isinstance(choose(settings, BOARD).lights, BoxLights)


def test_a_buzzer_needs_no_lamps() -> None:
    assert isinstance(choose({"buzzer": "gpio:12"}, BOARD).lights, GpioLights)


@pytest.mark.parametrize("setting", ["serial", "serial:", "seriel:/dev/ttyACM0", "/dev/ttyACM0", "gpio_17"])
def test_an_unknown_setting_is_answered_with_what_is_known(setting: str) -> None:
    [fault] = faults({"buttons": setting})

    assert fault.startswith(f'buttons "{setting}" is not known. Known are: serial:PATH')


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        pytest.param({"buttons": "gpio:1"}, '"1" is no BCM number', id="pin"),
        pytest.param({"buttons": "gpio"}, '"" is no BCM number', id="no pin"),
        pytest.param({"buttons": "usb:keypad:KEY_1,KEY_2"}, '"keypad" is neither the path', id="keypad"),
        pytest.param({"buttons": "gpio:17 + gpio:2,17"}, "GPIO 17 is used by buttons and by buttons", id="shared pin"),
        pytest.param({"buttons": "serial:/a + serial:/a"}, "buttons: serial:/a is named twice", id="twice"),
        pytest.param({"buttons": "serial:/a + "}, "is not known", id="nothing after +"),
        pytest.param({"lights": "box"}, "buttons name no button box", id="lamps of no box"),
        pytest.param({"lights": "box:1"}, "Known are: gpio:5,6", id="what follows nothing"),
        pytest.param({"display": "dpms:0"}, "Known are: backlight:FOLDER", id="display"),
        pytest.param({"display": "backlight:"}, "Known are: backlight:FOLDER", id="no folder"),
        pytest.param({"counter": "laser:16"}, "Known are: beam:16", id="counter"),
        pytest.param({"headphones": "yes"}, "Known are: auto", id="headphones"),
        pytest.param(
            {"buttons": "serial:/x", "lights": "box", "buzzer": "gpio:12"}, "the button box sounds", id="two buzzers"
        ),
    ],
)
def test_what_can_not_be_is_told_once(settings: dict[str, str], expected: str) -> None:
    [fault] = faults(settings)

    assert expected in fault


def test_all_faults_are_told_together() -> None:
    told = list(faults({"buttons": "gpio:17,99", "lights": "lamp", "counter": "beam:17", "display": "x", "data": "?"}))

    assert [fault.partition(" ")[0] for fault in told] == ["lights", "display", "buttons"]


def test_only_what_is_chosen_is_imported() -> None:
    program = (
        "import sys; from hardware.choose import choose; from hardware.pins import Board; choose({}, Board());"
        "print([name for name in ('serial', 'gpiozero', 'wave', 'hardware.buttons.usb') if name in sys.modules])"
    )

    imported = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert imported.stdout.strip() == "[]"
