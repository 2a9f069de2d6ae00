"""The shop of a simulated month: every part of it in its own process or behind its own line, and their true time."""

import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack, suppress
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from hardware.buttons import simulated as buttons
from hardware.buttons.simulated import SimulatedBox
from hardware.counters.simulated import SimulatedCounter
from hardware.display.backlight import OFF
from hardware.health.simulated import SimulatedBoard
from hymy.programs import Program, free_port, virtual_screen, wait_for_server
from survey import pins
from sync_server.fleet.enrolment import make_code
from sync_server.store import open_store, places, shown
from tests import cast
from tests.month import surveys
from tests.month.boot import Boot
from tests.month.record import NEAR_MS, Made, Record
from tests.month.terminal import BOARD, TIME, Life
from tests.month.true_time import TrueTime
from tests.network.proxy import ChaosProxy

LIMIT_S = 30.0
BOOT_MS = 20_000  # from power on until the program begins
NETWORK_AWAY = {"cut_request": 1.0}
NETWORK_BAD = {
    "pass_on": 3.0,
    "cut_request": 1.0,
    "cut_reply": 1.0,
    "lose_reply": 1.0,
    "repeat": 1.0,
    "login_page": 0.5,
}
SAY_EVERY_S = 0.1
COOL_C = 48.0
DISK_BYTES = 130_000_000  # a little more than what the terminal calls nearly full


class Shop:
    """boot: the terminal as it runs, None while it has no power."""

    def __init__(self, folder: Path, *, begins_ms: int, stack: ExitStack) -> None:
        self.folder = folder
        self.record = Record()
        self.true = TrueTime.begin(folder / TIME, begins_ms)
        self.boot: Boot | None = None
        self.box_is_plugged = self.counter_is_plugged = True
        self._to_hear = 0
        self.log = folder / "terminal.log"
        self._begin_disk(stack)
        self._boots = 0
        self._begin_server(stack)
        self._begin_devices(stack)
        screen, display = virtual_screen(folder / "screen.log")
        stack.callback(screen.stop)
        self._environment = {"DISPLAY": display, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
        stack.callback(lambda: self.boot and self.boot.kill())

    def _begin_disk(self, stack: ExitStack) -> None:
        """A small one of its own, where we may mount one."""
        self.data = self.folder / "data"
        self.data.mkdir()
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(self.data)]
        self.has_own_disk = subprocess.run(mounting, capture_output=True, check=False).returncode == 0
        if self.has_own_disk:
            stack.callback(subprocess.run, ["umount", "--lazy", str(self.data)], check=True)

    def _begin_server(self, stack: ExitStack) -> None:
        self.store = open_store(self.folder / "server")
        stack.callback(self.store.close)
        cast.settle(self.store, surveys.SURVEY)
        with self.store.write() as transaction:
            places.put_locations(transaction, [cast.KAMPPI._replace(opening_hours=surveys.HOURS)])
            shown.put_staff_pin(transaction, cast.KAMPPI.location_id, pins.hashed(surveys.PIN))
        self.code = make_code(self.store, cast.CHECKOUT.touchpoint_id, self.true.ms())
        port = free_port(0)
        self._url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "tests.month.server", str(self.folder / TIME), str(self.folder / "server")]
        self.server = Program("server", [*command, f"127.0.0.1:{port}"], log=self.folder / "server.log")
        stack.callback(self.server.stop)
        self.start_server()
        self.network = stack.enter_context(ChaosProxy(port, seed=1, mischief={"pass_on": 1}))

    def _begin_devices(self, stack: ExitStack) -> None:
        clock = SimpleNamespace(monotonic=self.true.s)
        stack.enter_context(patch.object(buttons, "time", clock))
        self.lit: Counter[str] = Counter()  # how often the box's lamps were told to
        self.box = stack.enter_context(
            SimulatedBox(self.folder / "box", when_lit=lambda light: self.lit.update([light.mode]))
        )
        self.counter = stack.enter_context(SimulatedCounter(self.folder / "counter", say_every_s=SAY_EVERY_S))
        self.display = self.folder / "backlight"
        self.display.mkdir()
        for name, text in (("max_brightness", "255"), ("brightness", "255"), ("bl_power", "0")):
            (self.display / name).write_text(text)
        self.board = SimulatedBoard(self.folder / BOARD)
        self.board.heat(COOL_C)

    def start_server(self) -> None:
        self.server.start()
        wait_for_server(self._url, self.server)

    def stop_server(self, how: signal.Signals) -> None:
        self.server.stop(how)

    def power_on(self, *, wall_error_ms: int = 0) -> None:
        """Until it asks something, or is closed."""
        self._boots += 1
        settings: dict[str, str | bool] = {
            "data": str(self.data),
            "server": self.network.url,
            "code": self.code,
            "buttons": f"serial:{self.box.link}",
            "lights": "box",
            "counter": f"serial:{self.counter.link}",
            "display": f"backlight:{self.display}",
            "windowed": True,
        }
        begun_ms = self.true.ms() - BOOT_MS
        place, boot_id = str(self.folder), f"boot-{self._boots}"
        self.record.boot(begun_ms, unsent=self.box.un_acked)
        self._begin(Life(place, begun_ms, boot_id, wall_error_ms, settings))

    def cut_power(self) -> None:
        assert self.boot
        self.boot.leap(0)
        self.boot.kill()
        self.record.power_cut(self.true.ms(), is_dated=self.boot.is_dated)
        self.boot = None

    def restart_terminal(self) -> None:
        """As an update does: it ends in peace, and begins again without a boot of the computer."""
        if self.boot:
            assert self.boot.end() == 0, self._last_words()
            self._begin(self.boot.life)

    def _begin(self, life: Life) -> None:
        self.boot = Boot(life, log=self.log, environment=self._environment)
        assert self.boot.until(lambda view: view.view in ("Ask", "Closed")), self._last_words()
        self.boot.until_device("counter", "plugged")
        self._to_hear = 0
        self.settle_presses()

    def fill_disk(self) -> Path:
        """To the last byte; whoever takes that file away makes room again."""
        filling = self.data / "filling"
        with filling.open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(65_536))
        return filling

    @property
    def display_is_off(self) -> bool:
        return (self.display / "bl_power").read_text() == f"{OFF}\n"

    def leap(self, ms: int) -> None:
        if self.boot:
            self.boot.leap(ms)
        else:
            self.true.leap(ms)

    def press(self, button: int) -> None:
        at_ms = self.true.ms()
        self.box.press(button)
        self.record.presses.append(Made("", button, at_ms - NEAR_MS, self.true.ms() + NEAR_MS))

    def settle_presses(self) -> None:
        """Until the terminal has kept what the box holds."""
        if self.boot and self.box_is_plugged:
            assert self.box.wait_until_acknowledged(LIMIT_S), f"A press is not kept: {self._last_words()}"

    def pass_by(self, people: int) -> None:
        if self.boot:
            self.record.pass_by(people, self.true.ms())
            self._to_hear += people
        self.counter.pass_by(people)
        self.settle_counter()

    def settle_counter(self) -> None:
        """Until the terminal has counted everybody who passed."""
        if self.boot and self.counter_is_plugged:
            self.boot.until_done(lambda told: told.counted == self._to_hear)
            self.boot.leap(0)  # its turn's thread, too

    def unplug_counter(self) -> None:
        self.counter.unplug()
        self.counter_is_plugged = False
        if self.boot:
            self.boot.until_device("counter", "unplugged")

    def plug_counter(self) -> None:
        self.counter.plug()
        self.counter_is_plugged = True
        if self.boot:
            self.boot.until_device("counter", "plugged")
        self.settle_counter()

    def _last_words(self) -> str:
        return self.log.read_text()[-3000:]
