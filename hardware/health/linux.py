"""Health as Linux and a Raspberry Pi's firmware tell it.

Sources: the kernel's Documentation: driver-api/thermal/sysfs-api.rst, hwmon/sysfs-interface.rst, driver-api/mmc/
mmc-dev-attrs.rst, filesystems/proc.rst; JESD84-B51 7.4.41-43 for the card; vcgencmd get_throttled in Raspberry Pi's
documentation. The same bits lie in a file of the kernel's, but reading that writes a warning into the kernel's log.
"""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hardware.health.interface import Health

VCGENCMD = "usr/bin/vcgencmd"
TIMEOUT_S = 2.0
POWER = {0: "under-voltage", 1: "slowed down", 2: "throttled", 3: "too warm"}  # bits: now; 16 higher: since start
RESERVES = {1: "normal", 2: "warning", 3: "urgent"}

T = TypeVar("T")


def read_health(folder: Path, *, root: Path = Path("/")) -> Health:
    """folder: on the disk whose room matters. root: where the computer's file system begins."""
    free = _told(lambda: _free(folder))
    return Health(
        temperature_c=_told(lambda: max(map(_number, root.glob("sys/class/thermal/thermal_zone*/temp"))) / 1000),
        power=_power(root),
        disk_free_bytes=free and free[0],
        disk_free_share=free and free[1],
        memory_free_bytes=_told(lambda: int(_found(r"MemAvailable: +(\d+) kB", root / "proc/meminfo")) * 1024),
        card_used_percent=_told(lambda: _card_used_percent(root)),
        card_reserve=_told(lambda: RESERVES[int(_card(root, "pre_eol_info"), 16)]),
        uptime_s=_told(lambda: float(_found(r"[\d.]+", root / "proc/uptime"))),
        load=_told(lambda: float(_found(r"[\d.]+", root / "proc/loadavg"))),
    )


def _told(ask: Callable[[], T]) -> T | None:
    """None where the computer has no such thing, or says something else than is written."""
    try:
        return ask()
    except (OSError, ValueError, LookupError, ZeroDivisionError):
        return None


def _found(pattern: str, file: Path) -> str:
    """The group of the pattern, or all of it."""
    found = re.search(pattern, file.read_text(encoding="ascii"))
    if not found:
        raise LookupError(f"{file} has no {pattern}")
    return found[found.re.groups]


def _number(file: Path) -> int:
    return int(file.read_text(encoding="ascii"))


def _free(folder: Path) -> tuple[int, float]:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize, disk.f_bavail / disk.f_blocks


def _power(root: Path) -> tuple[str, ...] | None:
    throttled = _told(lambda: _throttled(root))
    if throttled is not None:
        times = {0: "now", 16: "since start"}
        return tuple(
            f"{what} {when}"
            for later, when in times.items()
            for bit, what in POWER.items()
            if throttled >> later + bit & 1
        )
    alarm = _told(lambda: _voltage_alarm(root))
    return None if alarm is None else ("under-voltage now",) * alarm


def _throttled(root: Path) -> int:
    """Raises OSError or LookupError where there is no such firmware, or it does not answer."""
    try:
        told = subprocess.run(
            [root / VCGENCMD, "get_throttled"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="ascii",
            errors="replace",
            timeout=TIMEOUT_S,
            check=False,
        ).stdout
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(str(error)) from error
    found = re.fullmatch(r"throttled=0x([0-9a-f]+)\s*", told)
    if not found:
        raise LookupError(f"vcgencmd says {told!r}")
    return int(found[1], 16)


def _voltage_alarm(root: Path) -> int:
    """0 or 1, by the kernel's own driver, where the firmware's program is not installed."""
    names = root.glob("sys/class/hwmon/hwmon*/name")
    ours = [name.parent for name in names if name.read_text(encoding="ascii").strip() == "rpi_volt"]
    return _number(ours[0] / "in0_lcrit_alarm")


def _card(root: Path, name: str) -> str:
    """What an eMMC tells of itself; a plain SD card tells nothing."""
    return sorted(root.glob(f"sys/block/mmcblk*/device/{name}"))[0].read_text(encoding="ascii")


def _card_used_percent(root: Path) -> int:
    """The worse of its two kinds of memory; each step is a tenth of its life, 11 is beyond it."""
    worse = max(int(step, 16) for step in _card(root, "life_time").split())
    if not 1 <= worse <= 11:
        raise LookupError("the card does not say")
    return worse * 10
