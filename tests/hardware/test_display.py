"""Displays: a folder as the kernel lays it out, and the real xset at a real X server."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.display.backlight import BacklightDisplay
from hardware.display.dpms import DpmsDisplay
from hardware.display.interface import Display
from hardware.display.simulated import SimulatedDisplay


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The official touch display, at full brightness."""
    for name, value in (("max_brightness", 255), ("brightness", 255), ("bl_power", 0)):
        (tmp_path / name).write_text(f"{value}\n")
    return tmp_path


def value(folder: Path, name: str) -> int:
    return int((folder / name).read_text())


@pytest.mark.parametrize(("share", "expected"), [(1.0, 255), (0.5, 128), (0.0, 1)], ids=["full", "half", "darkest"])
def test_brightness_is_a_share_of_what_the_display_can_and_never_off(folder: Path, share: float, expected: int) -> None:
    display = BacklightDisplay(folder)

    display.set_brightness(share)

    assert value(folder, "brightness") == expected
    assert value(folder, "bl_power") == 0


def test_a_backlight_goes_off_and_on_without_forgetting_its_brightness(folder: Path) -> None:
    display = BacklightDisplay(folder)
    display.set_brightness(0.2)

    display.switch_off()
    off = value(folder, "bl_power")
    display.switch_on()

    assert (off, value(folder, "bl_power"), value(folder, "brightness")) == (4, 0, 52)


def test_a_display_that_is_gone_is_said_once_and_works_again_once_back(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    display: Display = BacklightDisplay(folder / "10-0045")

    display.switch_off()
    display.switch_off()
    missing = display.fault.text
    (folder / "10-0045").mkdir()
    display.switch_off()

    assert "bl_power can't be written: No such file or directory" in missing
    assert len(caplog.records) == 1
    assert display.fault.text == ""
    assert value(folder / "10-0045", "bl_power") == 4


def test_a_display_without_a_range_is_left_alone(folder: Path) -> None:
    (folder / "max_brightness").write_text("bright\n")
    display = BacklightDisplay(folder)

    display.set_brightness(0.5)

    assert "its range can't be read" in display.fault.text
    assert value(folder, "brightness") == 255


@pytest.fixture(scope="module")
def x_server() -> Iterator[str]:
    """A display of its own; the number is the server's choice."""
    read, write = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL
    ) as server:
        os.close(write)
        with os.fdopen(read) as told:
            yield f":{told.readline().strip()}"
        server.terminate()


def test_an_x_server_that_cannot_sleep_is_a_fault_and_no_crash(x_server: str) -> None:
    display = DpmsDisplay(os.environ | {"DISPLAY": x_server})  # Xvfb has no display that could

    display.switch_off()

    assert display.fault.text == "server does not have extension for dpms option"


def test_no_x_server_is_a_fault_and_no_crash() -> None:
    display = DpmsDisplay(os.environ | {"DISPLAY": ":none"})

    display.switch_on()

    assert "unable to open display" in display.fault.text


def test_a_missing_xset_is_told_with_its_package(tmp_path: Path) -> None:
    display = DpmsDisplay({"PATH": str(tmp_path)})

    display.switch_on()

    assert display.fault.text == "xset is missing: apt-get install x11-xserver-utils"


def test_x_is_asked_for_the_level_and_the_fault_is_over(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    xset = tmp_path / "xset"
    xset.write_text(f'#!/bin/sh\necho "$DISPLAY $@" >> {asked}\n')
    xset.chmod(0o755)
    display: Display = DpmsDisplay({"PATH": f"{tmp_path}:{os.environ['PATH']}", "DISPLAY": ":0"})
    display.fault.note("unable to open display")

    display.switch_off()
    display.switch_on()
    display.set_brightness(0.5)

    assert asked.read_text().splitlines() == [":0 dpms force off", ":0 dpms force on"]
    assert display.fault.text == ""


def test_the_twin_shows_what_it_was_told() -> None:
    twin = SimulatedDisplay()
    display: Display = twin

    display.set_brightness(0.25)
    display.switch_off()

    assert (twin.brightness, twin.is_on) == (0.25, False)
    assert twin.record == ["brightness 0.25", "off"]
