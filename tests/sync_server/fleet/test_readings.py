"""What a terminal measures of itself is kept, and beyond a limit somebody should look."""

import pytest

from sync_server.fleet.readings import in_figures, in_order, is_beyond, is_fault
from sync_server.fleet.terminals import terminal
from sync_server.store import Store
from tests import cast
from tests.sync_server.fleet import heard


@pytest.mark.parametrize(
    ("name", "fine", "beyond"),
    [
        ("temperature_c", 79.9, 80.0),
        ("card_worn_percent", 79.0, 80.0),
        ("disk_free_mb", 200.0, 199.9),
        ("memory_free_mb", 50.0, 49.9),
    ],
)
def test_each_limit_is_where_it_says(name: str, fine: float, beyond: float) -> None:
    assert (is_beyond(name, fine), is_beyond(name, beyond)) == (False, True)


def test_what_has_no_limit_needs_no_look() -> None:
    assert not any(is_beyond(name, value) for name in ("load", "uptime_s", "humidity") for value in (-1e9, 1e9))


@pytest.mark.parametrize(
    ("device", "state", "fault"),
    [
        ("power", "under-voltage since start", True),
        ("power", "throttled now", True),
        ("power", "slowed down since start", False),
        ("card", "reserve: warning", True),
        ("disk", "nearly full", True),
        ("disk", "fine", False),
        ("speech", "aplay is missing: apt-get install alsa-utils", True),
        ("button box", "plugged", False),
        ("button box", "unplugged", True),
    ],
)
def test_devices_need_a_look_by_their_own_words(device: str, state: str, fault: bool) -> None:
    assert is_fault(device, state) is fault


def test_readings_are_told_in_one_order_and_in_few_figures() -> None:
    told = {"uptime_s": 90_000.0, "humidity": 41.23456, "load": 0.081, "temperature_c": 61.7, "disk_free_mb": 62612.0}

    assert [(name, in_figures(name, told[name])) for name in in_order(told)] == [
        ("temperature_c", "62"),
        ("disk_free_mb", "62\u202f612"),
        ("load", "0.081"),
        ("uptime_s", "25"),
        ("humidity", "41.23"),
    ]


def test_the_newest_readings_are_kept(store: Store) -> None:
    cast.settle(store)
    till = heard.enrol(store, "Till 1", now_ms=0)
    for temperature_c in (40.0, 61.5):
        heard.hear(store, till, answers=1, now_ms=1, readings={"temperature_c": temperature_c})

    assert terminal(store, till.terminal_id).readings == {"temperature_c": 61.5}
