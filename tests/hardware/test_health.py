import os
from dataclasses import replace
from pathlib import Path

import pytest

from hardware.health.interface import Health
from hardware.health.linux import VCGENCMD, read_health
from hardware.health.simulated import COMPUTE_MODULE_4, PI_4, PI_5_WITH_DEBIAN, SimulatedBoard


def health(board: SimulatedBoard) -> Health:
    """All but the disk: that is this computer's."""
    return replace(read_health(board.root, root=board.root), disk_free_bytes=None, disk_free_share=None)


def test_a_healthy_board_is_read_at_once(tmp_path: Path) -> None:
    board = SimulatedBoard(tmp_path, COMPUTE_MODULE_4)

    assert health(board) == Health(
        temperature_c=48.199,
        power=(),
        memory_free_bytes=3441688 * 1024,
        card_used_percent=20,
        card_reserve="normal",
        uptime_s=350735.47,
        load=0.08,
    )


def test_what_a_board_does_not_have_is_none(tmp_path: Path) -> None:
    board = SimulatedBoard(tmp_path, {})

    assert health(board) == Health()
    assert read_health(tmp_path / "none", root=tmp_path) == Health()


def test_a_plain_card_tells_nothing_of_its_wear(tmp_path: Path) -> None:
    told = health(SimulatedBoard(tmp_path, PI_4))

    assert (told.card_used_percent, told.card_reserve) == (None, None)


def test_the_disk_is_the_one_that_the_folder_lies_on(tmp_path: Path) -> None:
    told = read_health(tmp_path, root=tmp_path)

    disk = os.statvfs(tmp_path)
    assert told.disk_free_bytes == pytest.approx(disk.f_bavail * disk.f_frsize, rel=0.1)
    assert told.disk_free_share == pytest.approx(disk.f_bavail / disk.f_blocks, rel=0.1)


@pytest.mark.parametrize(
    ("bits", "words"),
    [
        (0x0, ()),
        (0x1, ("under-voltage now",)),
        (0x50005, ("under-voltage now", "throttled now", "under-voltage since start", "throttled since start")),
        (0x80008, ("too warm now", "too warm since start")),
        (0x20000, ("slowed down since start",)),
    ],
    ids=["well", "under-voltage", "both", "too warm", "was slow"],
)
def test_the_firmwares_bits_are_said_in_words(tmp_path: Path, bits: int, words: tuple[str, ...]) -> None:
    board = SimulatedBoard(tmp_path)

    board.throttle(bits)

    assert health(board).power == words


@pytest.mark.parametrize(("alarm", "words"), [("0", ()), ("1", ("under-voltage now",))])
def test_without_the_firmwares_program_the_kernel_tells_of_the_voltage(
    tmp_path: Path, alarm: str, words: tuple[str, ...]
) -> None:
    board = SimulatedBoard(tmp_path, PI_5_WITH_DEBIAN)

    board.set("sys/class/hwmon/hwmon1/in0_lcrit_alarm", f"{alarm}\n")

    assert health(board).power == words


@pytest.mark.parametrize("program", ["echo VCHI initialization failed", "exit 255", "echo throttled=0xZZ"])
def test_firmware_that_does_not_answer_is_none(tmp_path: Path, program: str) -> None:
    board = SimulatedBoard(tmp_path)

    board.set(VCGENCMD, f"#!/bin/sh\n{program}\n")

    assert health(board).power is None


@pytest.mark.parametrize(
    ("life_time", "percent"),
    [("0x01 0x01", 10), ("0x01 0x0a", 100), ("0x0b 0x01", 110), ("0x00 0x00", None), ("0x0c 0x01", None), ("", None)],
)
def test_the_worse_kind_of_memory_says_how_worn_a_card_is(tmp_path: Path, life_time: str, percent: int | None) -> None:
    board = SimulatedBoard(tmp_path)

    board.set("sys/block/mmcblk0/device/life_time", f"{life_time}\n")

    assert health(board).card_used_percent == percent


@pytest.mark.parametrize(
    ("info", "said"), [("0x01", "normal"), ("0x02", "warning"), ("0x03", "urgent"), ("0x00", None)]
)
def test_a_cards_spare_blocks_are_said_in_a_word(tmp_path: Path, info: str, said: str | None) -> None:
    board = SimulatedBoard(tmp_path)

    board.set("sys/block/mmcblk0/device/pre_eol_info", f"{info}\n")

    assert health(board).card_reserve == said


def test_the_hottest_part_counts(tmp_path: Path) -> None:
    board = SimulatedBoard(tmp_path)

    board.heat(61.5)
    board.set("sys/class/thermal/thermal_zone1/temp", "83000\n")

    assert health(board).temperature_c == 83.0


def test_a_sensor_that_says_nonsense_is_none_and_spoils_nothing_else(tmp_path: Path) -> None:
    board = SimulatedBoard(tmp_path)

    board.set("sys/class/thermal/thermal_zone0/temp", "warm\n")
    board.set("proc/meminfo", "MemTotal: 1 kB\n")

    told = health(board)
    assert (told.temperature_c, told.memory_free_bytes) == (None, None)
    assert told.load == 0.08


def test_this_very_computer_is_read_without_a_fault(tmp_path: Path) -> None:
    told = read_health(tmp_path)

    assert told.uptime_s is not None
    assert told.uptime_s > 0
    assert told.memory_free_bytes is not None
