import subprocess
import sys

import pytest

from hardware import wiring
from hardware.wiring import Lines


@pytest.mark.parametrize(
    ("key", "setting", "expected"),
    [
        pytest.param("buttons", "gpio:17,27,22", Lines((17, 27, 22), active_high=False), id="buttons to ground"),
        pytest.param("buttons", "gpio:17, 27 ,high", Lines((17, 27), active_high=True), id="buttons to 3.3 V"),
        pytest.param("lights", "gpio:5,6", Lines((5, 6), active_high=True), id="lamps"),
        pytest.param("lights", "gpio:5,6,low", Lines((5, 6), active_high=False), id="lamps behind relays"),
        pytest.param("buzzer", "gpio:12", Lines((12,), active_high=True), id="buzzer"),
        pytest.param("counter", "beam:2", Lines((2,), active_high=False), id="beam"),
        pytest.param("counter", "pir:27,high", Lines((27,), active_high=True), id="motion sensor, as it is anyway"),
    ],
)
def test_pins_are_named_by_their_bcm_numbers(key: str, setting: str, expected: Lines) -> None:
    assert wiring.lines(key, setting) == expected
    assert list(wiring.faults([(key, setting)])) == []


@pytest.mark.parametrize(
    ("key", "setting", "expected"),
    [
        pytest.param("buttons", "gpio:", '"" is no BCM number: give the number after GPIO, 2 to 27', id="nothing"),
        pytest.param("buttons", "gpio:high", "no pin is named: give the number after GPIO", id="level alone"),
        pytest.param("buttons", "gpio:J8:11", '"J8:11" is no BCM number', id="position on the header"),
        pytest.param("buttons", "gpio:1,28,017,-4,٣", '"1", "28", "017", "-4", "٣" are no BCM number', id="range"),
        pytest.param("buttons", "gpio:17,,22", '"" is no BCM number', id="a comma too many"),
        pytest.param("buttons", "gpio:high,17", '"high" is no BCM number', id="level in front"),
        pytest.param(
            "lights", "gpio:7,8,7,8", "GPIO 7 is named twice: each line needs a pin of its own; GPIO 8", id="2x"
        ),
        pytest.param("buzzer", "gpio:12,13", "2 pins are named, expected 1", id="two buzzers"),
        pytest.param("counter", "beam:40,5,5", '"40" is no BCM number', id="several faults, the first"),
        pytest.param("counter", "beam:40,5,5", "GPIO 5 is named twice", id="several faults, the second"),
        pytest.param("counter", "beam:40,5,5", "3 pins are named, expected 1", id="several faults, the third"),
    ],
)
def test_what_is_wrong_with_pins_is_told_all_together(key: str, setting: str, expected: str) -> None:
    [fault] = wiring.faults([(key, setting)])

    assert fault.startswith(f'{key} "{setting}": ')
    assert expected in fault


def test_a_pin_that_several_settings_use_is_told_beside_other_faults() -> None:
    settings = {"buttons": "gpio:17,27", "lights": "gpio:5,17", "buzzer": "gpio:99", "counter": "beam:17"}

    told = list(wiring.faults(settings.items()))

    assert [fault.partition(":")[0] for fault in told] == [
        'buzzer "gpio',
        "GPIO 17 is used by buttons and by lights and by counter",
    ]


def test_what_is_not_on_pins_is_none_of_its_business() -> None:
    settings = {"buttons": "serial:/dev/ttyACM0", "lights": "box", "counter": "", "server": "gpio:1"}

    assert list(wiring.faults(settings.items())) == []


def test_drivers_are_imported_without_gpiozero() -> None:
    drivers = "hardware.buttons.gpio, hardware.counters.gpio, hardware.lights.gpio, hardware.choose, hardware.wiring"
    program = f"import sys; sys.modules['gpiozero'] = None; import {drivers}"

    imported = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (imported.returncode, imported.stderr) == (0, "")
