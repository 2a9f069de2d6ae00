"""A terminal with all kinds of devices: the whole program, with the twin of each."""

import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue

import msgspec
import pytest

from hardware.buttons.protocol import Lit
from hardware.buttons.simulated import SimulatedBox
from hardware.buttons.simulated_keypad import SimulatedKeypad
from hardware.counters.simulated import SimulatedCounter
from hardware.simulated_evdev import SimulatedInput
from kiosk.journal import Records
from survey.schedule import OpeningHours
from tests.kiosk.a_program import a_terminal, end, wait_until
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, Server
from tests.together.shop import wait_until as wait_for

KEYS = {"KEY_1": 2, "KEY_2": 3}


@pytest.fixture
def place(tmp_path: Path, server: Server) -> Iterator[list[str]]:
    """The options of a terminal that is enrolled at a server."""
    server.configuration = CONFIGURATION
    yield ["--data", str(tmp_path / "data"), "--server", server.address, "--code", "C-1"]


def wait_for_devices(server: Server, expected: dict[str, str]) -> None:
    def are_told() -> bool:
        return bool(server.requests) and expected.items() <= server.requests[-1].health.devices.items()

    wait_until(server, are_told)


def held(folder: Path) -> list[tuple[str, str, object]]:
    with closing(Records.open(folder)) as records:
        return [(entry.context.kind, entry.context.about, entry.value) for entry in records.entries_after(0)]


def test_lamps_counter_and_headphones_work_beside_the_buttons(place: list[str], tmp_path: Path, server: Server) -> None:
    lit, lit_there = SimpleQueue[Lit](), SimpleQueue[Lit]()
    with (
        SimulatedBox(tmp_path / "box", when_lit=lit.put) as box,
        SimulatedBox(tmp_path / "other", when_lit=lit_there.put) as other,
        SimulatedCounter(tmp_path / "counter", say_every_s=0.02) as counter,
        SimulatedInput(tmp_path / "socket") as socket,
        a_terminal(
            *place,
            *("--headless", "--buttons", f"serial:{box.link} + serial:{other.link}", "--lights", "box"),
            *("--counter", f"serial:{counter.link}", "--speech", "--headphones", f"input:{socket.path}"),
            before="main.HEARTBEAT /= 300",
        ) as process,
    ):
        wait_for_devices(server, dict.fromkeys(("buttons", "buttons 2", "counter", "headphones"), "plugged"))
        assert lit.get(timeout=LIMIT_S) == Lit("invite", 0, 0)

        box.press(4)
        while lit.get(timeout=LIMIT_S) != Lit("thanks", 4, 1):
            pass
        other.press(2)
        while (there := lit_there.get(timeout=LIMIT_S)).mode != "thanks":
            pass
        assert there == Lit("thanks", 2, 1)  # not what was pressed at the first one
        counter.unplug()
        wait_for_devices(server, {"counter": "unplugged"})
        counter.pass_by(3)  # it counts by itself, and says so once it is back
        counter.plug()
        wait_for_devices(server, {"counter": "plugged"})
        assert end(process) == 0

    told = held(tmp_path / "data")
    assert [value for kind, _, value in told if kind == "answer"] == [4, 2]
    assert ("event", "unplugged", "counter") in told
    assert ("count", "counter", 3) in told
    assert {"uptime_s", "disk_free_mb"} <= server.requests[-1].health.readings.keys()


def test_all_that_hangs_on_pins_shares_one_board(place: list[str], server: Server) -> None:
    wiring = ("--buttons", "gpio:17,27", "--lights", "gpio:5,6", "--buzzer", "gpio:12", "--counter", "beam:16,high")

    with a_terminal(
        *place, "--headless", *wiring, GPIOZERO_PIN_FACTORY="mock", before="main.HEARTBEAT /= 300"
    ) as process:
        wait_for_devices(server, {"buttons": "plugged", "lights": "plugged"})
        assert server.requests[-1].health.devices.keys() >= {"counter"}
        assert end(process) == 0


def test_a_keypad_that_comes_and_goes_is_an_event_and_nothing_worse(
    place: list[str], tmp_path: Path, server: Server
) -> None:
    with SimulatedKeypad(tmp_path / "keypad", list(KEYS.values())) as keypad:
        keys = ("--buttons", f"usb:{keypad.path}:{','.join(KEYS)}")
        with a_terminal(*place, "--headless", *keys, before="main.HEARTBEAT /= 300") as process:
            wait_for_devices(server, {"buttons": "plugged"})
            keypad.press_button(2)
            wait_until(server, lambda: server.values == [2])
            keypad.unplug()
            keypad.plug()
            keypad.press_button(1)
            wait_until(server, lambda: server.values == [2, 1])
            assert end(process, signal.SIGINT) == 0

    events = [about for kind, about, _ in held(tmp_path / "data") if kind == "event"]
    assert [about for about in events if about.endswith("plugged")] == ["plugged", "unplugged", "plugged"]


def test_the_display_is_off_in_closed_hours_until_somebody_comes(
    place: list[str], tmp_path: Path, server: Server
) -> None:
    backlight = tmp_path / "backlight"
    backlight.mkdir()
    for name, value in (("max_brightness", 255), ("brightness", 7), ("bl_power", 1)):
        (backlight / name).write_text(f"{value}\n")
    server.configuration = msgspec.structs.replace(CONFIGURATION, opening_hours=OpeningHours(((),) * 7))
    soon = "from kiosk import dimming; dimming.AWAKE_MS = 200; main.MINUTE /= 600"
    options = ("--windowed", "--display", f"backlight:{backlight}", "--touches", tmp_path / "touches")

    with a_terminal(*place, *options, SDL_VIDEODRIVER="offscreen", before=soon) as process:
        wait_for(lambda: (backlight / "bl_power").read_text() == "4\n")
        (tmp_path / "touches").write_text("at 500 300\n")
        wait_for(lambda: (backlight / "bl_power").read_text() == "0\n")
        assert (backlight / "brightness").read_text() == "255\n"
        assert end(process) == 0
