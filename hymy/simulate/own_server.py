"""A server of the simulation's own: a made-up chain, codes for all terminals, and the process, which may be killed."""

import json
import signal
from contextlib import closing
from pathlib import Path

from hymy.demo import CHAIN
from hymy.programs import Program, free_port, hymy, run_hymy, wait_for_server
from hymy.simulate.crowd import Place, now_ms
from sync_server.fleet.enrolment import make_codes
from sync_server.store import open_store

TERMINALS_EACH = 4  # of a location
TIME_ZONES = ("Europe/Helsinki", "Europe/Stockholm", "Europe/London")
_SHARED = """
[shared_question]
id = "overall"
kind = "smiley5"
text = { fi = "Miten asiointi sujui tänään?", sv = "Hur gick det i dag?", en = "How did it go today?" }

[[regions]]
id = "made-up"
name = "Made up"
"""
_LOCATION = """
[[locations]]
id = "{id}"
name = "Location {number}"
region = "made-up"
time_zone = "{time_zone}"

[[touchpoints]]
id = "{id}-checkout"
name = "checkout"
location = "{id}"
phase = "pay"
survey = "checkout"
"""


class OwnServer:
    """In `folder`: its log, its backups, and the store itself, unless `database` names one.

    Every method may raise RuntimeError, with the words of the command or the program that failed.
    """

    def __init__(self, folder: Path, *, terminals: int, database: str = "") -> None:
        self._folder = folder
        self.place: Path | str = database or folder / "store"
        self._options = ("--database", database) if database else ("--data", folder / "store")
        self.locations = [f"location-{number}" for number in range(-(-terminals // TERMINALS_EACH))]
        address = f"127.0.0.1:{free_port(0)}"
        self.url = f"http://{address}"
        self.log = folder / "server.log"
        self._program = Program("server", hymy("server", *self._options, "--listen", address), log=self.log)
        self._backup = ""

    def begin(self) -> None:
        """The chain, and the process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        chain = self._folder / "chain.toml"
        surveys = f"surveys = [{str(CHAIN.with_name('checkout.toml'))!r}]\n"
        chain.write_text(surveys + _SHARED + "".join(map(_location, range(len(self.locations)))), encoding="utf-8")
        run_hymy("chain", "load", chain, *self._options)
        self.start()

    def new_places(self, count: int) -> list[Place]:
        """A code for each of so many terminals, spread over the locations."""
        numbers = [number // TERMINALS_EACH % len(self.locations) for number in range(count)]
        with closing(open_store(self.place)) as store:
            codes = make_codes(store, [f"{self.locations[number]}-checkout" for number in numbers], now_ms())
        return [Place(code, "", number) for code, number in zip(codes, numbers, strict=True)]

    @property
    def rss_mb(self) -> float:
        """Its memory now; 0 while it is away."""
        try:
            status = Path(f"/proc/{self._program.pid}/status").read_text()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)

    def start(self) -> None:
        self._program.start()
        wait_for_server(self.url, self._program)

    def kill(self) -> None:
        """kill -9."""
        self._program.stop(signal.SIGKILL)

    def back_up(self) -> None:
        made = run_hymy("backup", "--json", "--to", self._folder / "backups", *self._options)
        self._backup = json.loads(made)["file"]

    def restore(self) -> None:
        """What came since is nowhere but on the terminals. The server is down."""
        run_hymy("restore", self._backup, "--replace", *self._options)

    def stop(self) -> None:
        self._program.stop()


def _location(number: int) -> str:
    return _LOCATION.format(id=f"location-{number}", number=number, time_zone=TIME_ZONES[number % len(TIME_ZONES)])
