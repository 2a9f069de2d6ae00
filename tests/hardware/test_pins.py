import subprocess
import sys

import pytest

from hardware.errors import UnfitPins
from hardware.pins import Lines, parse_pins, shared_pins


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("17,27,22", Lines((17, 27, 22), active_high=False), id="several"),
        pytest.param("17, 27", Lines((17, 27), active_high=False), id="with spaces"),
        pytest.param("2", Lines((2,), active_high=False), id="one"),
        pytest.param("27,high", Lines((27,), active_high=True), id="the other way round"),
        pytest.param("27,low", Lines((27,), active_high=False), id="as it is anyway"),
    ],
)
def test_pins_are_given_by_their_bcm_numbers(text: str, expected: Lines) -> None:
    assert parse_pins(text, active_high=False) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", r'"" is no BCM number: give the number after GPIO, 2 to 27', id="nothing"),
        pytest.param("high", "no pin is named", id="level alone"),
        pytest.param("J8:11", r'"J8:11" is no BCM number', id="position on the header"),
        pytest.param("1,28,017,-4,٣", r'"1", "28", "017", "-4", "٣" are no BCM number', id="out of range"),
        pytest.param("17,,22", r'"" is no BCM number', id="a comma too many"),
        pytest.param("high,17", r'"high" is no BCM number', id="level in front"),
        pytest.param("17,22,17,22", "GPIO 17 is named twice.*; GPIO 22 is named twice", id="twice"),
        pytest.param("40,5,5,6", '"40" is no BCM.*; GPIO 5 is named twice.*; 4 pins are named, expected 2', id="all"),
    ],
)
def test_what_is_wrong_with_pins_is_told_all_together(text: str, expected: str) -> None:
    with pytest.raises(UnfitPins, match=expected):
        parse_pins(text, active_high=False, at_most=2 if "40" in text else 99)


def test_a_pin_that_two_settings_use_is_told_with_both() -> None:
    uses = {"buttons": (17, 27), "lights": (5, 17), "buzzer": (12,), "counter": (27, 17)}

    told = shared_pins(uses)

    assert told == [
        "GPIO 17 is used by buttons and by lights and by counter: move one of them to a free pin",
        "GPIO 27 is used by buttons and by counter: move one of them to a free pin",
    ]


def test_naming_pins_needs_no_gpiozero() -> None:
    program = "import sys; sys.modules['gpiozero'] = None; import hardware.buttons.gpio, hardware.choose"

    imported = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (imported.returncode, imported.stderr) == (0, "")
