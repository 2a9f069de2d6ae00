"""A display on a cable (HDMI) that X puts to sleep and wakes; it can't be dimmed. A touch wakes it too.

By the program xset: in our own process an error of X ends the process, and a server that hangs would hang the caller.
"""

import subprocess
from collections.abc import Mapping

from hardware.faults import Fault

TIMEOUT_S = 5.0


class DpmsDisplay:
    """environment: for xset, with the DISPLAY; this program's own unless given."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self.fault = Fault("display")
        self._environment = environment

    def set_brightness(self, share: float) -> None:
        """A cable carries no brightness."""

    def switch_off(self) -> None:
        self._force("off")

    def switch_on(self) -> None:
        self._force("on")

    def _force(self, level: str) -> None:
        try:
            done = subprocess.run(
                ["xset", "dpms", "force", level],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=TIMEOUT_S,
                check=False,
            )
        except FileNotFoundError:
            self.fault.note("xset is missing: apt-get install x11-xserver-utils")
        except (OSError, subprocess.TimeoutExpired) as error:
            self.fault.note(f"xset did not do it: {error}")
        else:
            self.fault.note(done.stderr.partition("\n")[0])  # it ends with 0 also where X can't
