"""A server of the simulation's own: a made-up chain, codes for all terminals, and the process, which may be killed."""

import shutil
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
    """In `folder`: the store in `store`, its log, and the older copy of the store."""

    def __init__(self, folder: Path, *, terminals: int) -> None:
        self._folder, self.data = folder, folder / "store"
        self.locations = [f"location-{number}" for number in range(-(-terminals // TERMINALS_EACH))]
        address = f"127.0.0.1:{free_port(0)}"
        self.url = f"http://{address}"
        self.log = folder / "server.log"
        argv = hymy("server", "--data", self.data, "--listen", address)
        self._program = Program("server", argv, log=self.log)

    def begin(self, places: int) -> list[Place]:
        """The chain, codes for so many terminals, and the process. Raises RuntimeError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        chain = self._folder / "chain.toml"
        surveys = f"surveys = [{str(CHAIN.with_name('checkout.toml'))!r}]\n"
        chain.write_text(surveys + _SHARED + "".join(map(_location, range(len(self.locations)))), encoding="utf-8")
        run_hymy("chain", "load", chain, "--data", self.data)
        numbers = [number // TERMINALS_EACH % len(self.locations) for number in range(places)]
        with closing(open_store(self.data)) as store:
            codes = make_codes(store, [f"{self.locations[number]}-checkout" for number in numbers], now_ms())
        self._start()
        return [Place(code, "", number) for code, number in zip(codes, numbers, strict=True)]

    @property
    def rss_mb(self) -> float:
        """Its memory now; 0 while it is away."""
        try:
            status = Path(f"/proc/{self._program.pid}/status").read_text()
        except OSError:
            return 0.0
        return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)

    def kill(self) -> None:
        """kill -9, and up again."""
        self._program.stop(signal.SIGKILL)
        self._start()

    def copy_store(self) -> None:
        """As it stands after a kill: file and write-ahead log together."""
        self._program.stop(signal.SIGKILL)
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(self.data, self._copy)
        self._start()

    def restore_store(self) -> None:
        """The older copy takes the store's place."""
        self._program.stop(signal.SIGKILL)
        shutil.rmtree(self.data)
        shutil.copytree(self._copy, self.data)
        self._start()

    def stop(self) -> None:
        self._program.stop()

    @property
    def _copy(self) -> Path:
        return self._folder / "older-store"

    def _start(self) -> None:
        self._program.start()
        wait_for_server(self.url, self._program)


def _location(number: int) -> str:
    return _LOCATION.format(id=f"location-{number}", number=number, time_zone=TIME_ZONES[number % len(TIME_ZONES)])
