"""The twin of a board: the files, and the firmware's program, that hardware/health/linux.py reads, as boards have them.

Change one with `set`; take one away by unlinking it.
"""

from pathlib import Path

from hardware.health.linux import VCGENCMD

PI_4 = {  # with an SD card, Raspberry Pi OS
    "sys/class/thermal/thermal_zone0/temp": "48199\n",
    "proc/meminfo": "MemTotal:        3884360 kB\nMemFree:         3203680 kB\nMemAvailable:    3441688 kB\n",
    "proc/uptime": "350735.47 1389571.20\n",
    "proc/loadavg": "0.08 0.03 0.01 1/148 2211\n",
    VCGENCMD: "#!/bin/sh\necho throttled=0x0\n",
}
COMPUTE_MODULE_4 = PI_4 | {  # has an eMMC
    "sys/block/mmcblk0/device/life_time": "0x02 0x01\n",
    "sys/block/mmcblk0/device/pre_eol_info": "0x01\n",
}
PI_5_WITH_DEBIAN = {  # without the firmware's program
    "sys/class/thermal/thermal_zone0/temp": "51250\n",
    "sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "sys/class/hwmon/hwmon1/name": "rpi_volt\n",
    "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "0\n",
    **{path: text for path, text in PI_4.items() if path.startswith("proc/")},
}


class SimulatedBoard:
    def __init__(self, root: Path, files: dict[str, str] = COMPUTE_MODULE_4) -> None:
        self.root = root
        for path, text in files.items():
            self.set(path, text)

    def set(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"{file.name}.new")
        new.write_text(text, encoding="ascii")
        new.chmod(0o755 if path == VCGENCMD else 0o644)
        new.replace(file)  # a program that runs just now can't be written to

    def heat(self, temperature_c: float) -> None:
        self.set("sys/class/thermal/thermal_zone0/temp", f"{round(temperature_c * 1000)}\n")

    def throttle(self, bits: int) -> None:
        self.set(VCGENCMD, f"#!/bin/sh\necho throttled={bits:#x}\n")
