from pathlib import Path

import pytest

from hardware.choose import computer
from hardware.health import interface as hardware
from hardware.health.linux import read_health
from hardware.health.simulated import SimulatedBoard
from kiosk.health import LOOK_EVERY_S, HealthReport, complaints, readings


def test_the_readings_of_a_board_have_names_with_their_units(tmp_path: Path) -> None:
    told = readings(read_health(tmp_path, root=SimulatedBoard(tmp_path).root))

    assert told.pop("disk_free_mb") > 0
    assert told == {
        "temperature_c": 48.199,
        "memory_free_mb": 3524.3,
        "card_worn_percent": 20,
        "load": 0.08,
        "uptime_s": 350735.47,
    }


def test_what_a_computer_does_not_tell_is_left_out() -> None:
    assert (readings(hardware.Health()), complaints(hardware.Health())) == ({}, {})


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (hardware.Health(power=(), card_reserve="normal"), {}),
        (
            hardware.Health(power=("under-voltage now", "throttled since start")),
            {"power": "under-voltage now, throttled since start"},
        ),
        (hardware.Health(card_reserve="urgent"), {"card": "reserve: urgent"}),
    ],
    ids=["well", "power", "card"],
)
def test_supply_and_card_are_told_when_they_complain(seen: hardware.Health, expected: dict[str, str]) -> None:
    assert complaints(seen) == expected


def test_the_computer_is_looked_at_once_a_minute_and_the_devices_each_time() -> None:
    looks, devices, now_s = [], {"buttons": "plugged"}, [0.0]

    def look() -> hardware.Health:
        looks.append(now_s[0])
        return hardware.Health(load=len(looks), power=("too warm now",))

    report = HealthReport(look, lambda: devices, now_s=lambda: now_s[0])
    first = report()
    now_s[0], devices["buttons"] = LOOK_EVERY_S - 1, "unplugged"
    second = report()
    now_s[0] = LOOK_EVERY_S
    third = report()

    assert looks == [0.0, LOOK_EVERY_S]
    assert first.devices == {"buttons": "plugged", "power": "too warm now"}
    assert second.devices["buttons"] == "unplugged"
    assert [health.readings["load"] for health in (first, second, third)] == [1, 1, 2]
    assert first.version


def test_this_computer_tells_something_of_itself(tmp_path: Path) -> None:
    assert {"disk_free_mb", "memory_free_mb", "load", "uptime_s"} <= set(readings(computer(tmp_path)()))
