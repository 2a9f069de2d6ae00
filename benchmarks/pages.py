"""How fast is every page with a year of answers of 500 locations, and how heavy? Ten million beside ten thousand.

Four servers as people run them, each store with few and with many answers; one asks as a browser does, in turns.
"""

import re
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from gzip import decompress
from http.client import HTTPConnection, RemoteDisconnected
from operator import truediv
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.big_chain import LOCATIONS, PHASES, Plan, fill, location_id
from benchmarks.report import Measured, percentile
from benchmarks.shop import begin
from hymy.programs import Program, free_port, hymy, wait_for_server
from sync_server.accounts import passwords, wallboards
from sync_server.accounts.people import Person, Role, sign_in_name
from sync_server.store import open_store, people, places
from tests.postgresql import Cluster

MANY, FEW = 10_000_000, 10_000
YEAR, MONTH = 365, 28
LOOKED_AT = 250  # this location has as many answers a day in both
ALL_YEAR = 100  # this one has some on each day of a year in both: else a year would be compared with a month
OTHERS = 4  # of a touchpoint of the others of the few, in a month; what is left is ALL_YEAR's
WHO = "Eeva"
TURNS, WARM, LEAST = 60, 3, 5
MOST_S = 10.0  # of a page's turns: a slow one gets fewer
AT_ONCE_S = 120.0
SLOW_MS, GROWTH = 50.0, 1.5
FIRST_KB, LATER_KB = 500.0, 60.0
# What a page is called, and where it is. A new page gets a line.
PAGES: Mapping[str, str] = {
    "Today": "/today/{location}",
    "Today, a week ago": "/today/{location}?day={week_ago}",
    "Location": "/location/{location}",
    "Location, a year": "/location/{all_year}?first={year_ago}",
    "Compare locations": "/compare",
    "Compare regions": "/compare?what=regions",
    "Compare phases": "/compare?what=touchpoints",
    "Compare touchpoints": f"/compare?what=touchpoints&phase={PHASES[0]}",
    "Compare periods": "/compare?what=periods",
    "Comments": "/comments",
    "Comments of one": "/comments?location={location}",
    "Comments, searched": "/comments?q=jono",
    "Alerts": "/alerts",
    "Alert rules": "/alerts/rules",
    "Reports": "/reports",
    "Report of the day": "/reports/preview/daily",
    "Report of the month": "/reports/preview/monthly",
    "Export": "/exports",
    "Wallboards": "/wallboards",
    "Wallboard": "/wall/{wall}",
    "Fleet": "/fleet",
    "People": "/people",
    "Audit log": "/audit",
}


class Reader:
    """A browser in which somebody is signed in, on one connection. wall: the secret of a wallboard's link."""

    def __init__(self, port: int, password: str, wall: str) -> None:
        days = {"week_ago": _today() - timedelta(days=7), "year_ago": _today() - timedelta(days=YEAR - 1)}
        self._names = {"location": location_id(LOOKED_AT), "all_year": location_id(ALL_YEAR), "wall": wall, **days}
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.get("/sign-in")
        form = {"name": WHO, "password": password, "_csrf_token": self._cookies["hymy_form"]}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://127.0.0.1:{port}"}
        self._ask("POST", "/sign-in", urlencode(form), headers)

    def get(self, path: str) -> tuple[float, bytes]:
        """Milliseconds until all of it is there, and what came over the line."""
        path = path.format(**self._names)
        begun = time.perf_counter()
        content = self._ask("GET", path)
        return 1000 * (time.perf_counter() - begun), content

    def _ask(self, method: str, path: str, body: str | None = None, also: Mapping[str, str] | None = None) -> bytes:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Accept-Encoding": "gzip", "Accept-Language": "en", "Cookie": cookies}
        try:
            self._connection.request(method, path, body, headers | dict(also or {}))
            answer = self._connection.getresponse()
        except RemoteDisconnected:  # it was quiet for too long
            self._connection.close()
            return self._ask(method, path, body, also)
        content = answer.read()
        for cookie in answer.headers.get_all("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        if answer.status >= 400:
            raise RuntimeError(f"{method} {path} answered {answer.status}.")
        self.is_complete = "refresh" not in answer.headers
        return content


def measure() -> Iterator[Measured]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd())))
        cluster = Cluster(fsync="off", shared_buffers="512MB", max_wal_size="4GB", jit="off").make().start()
        stack.callback(cluster.remove)
        for name in ("few", "many"):
            cluster.sql(f"CREATE DATABASE {name}")
        stores: dict[str, tuple[Path | str, Path | str]] = {
            "SQLite": (folder / "few", folder / "many"),
            "PostgreSQL": (cluster.url("few"), cluster.url("many")),
        }
        password = secrets.token_urlsafe(9)
        with ThreadPoolExecutor() as pool:
            walls = list(pool.map(partial(_fill, password), stores.values()))
        for (name, both), walls_of in zip(stores.items(), walls, strict=True):
            with ExitStack() as servers:
                few, many = (_served(servers, folder, *one, password) for one in zip(both, walls_of, strict=True))
                yield from _times(name, few, many)
                if name == "SQLite":
                    yield from _weights(many)


def _today() -> date:
    return datetime.now(UTC).date()


def _fill(password: str, both: tuple[Path | str, Path | str]) -> tuple[str, str]:
    """Few, then many. Returns the secret of a wallboard's link in each."""
    few, many = both
    each = MANY // LOCATIONS // len(PHASES)
    recent = each * MONTH // YEAR
    less = [Plan(OTHERS, MONTH)] * LOCATIONS
    less[LOOKED_AT] = Plan(recent, MONTH)
    less[ALL_YEAR] = Plan(FEW // len(PHASES) - recent - OTHERS * (LOCATIONS - 2), YEAR)
    return _make(few, less, password), _make(many, [Plan(each, YEAR)] * LOCATIONS, password)


def _make(place: Path | str, plans: list[Plan], password: str) -> str:
    with closing(open_store(place)) as store:
        fill(store, plans, _today())
        person = Person("eeva", WHO, Role.OWNER, "en", frozenset(), passwords.hashed(password))
        people.add_person(store, person, sign_in_name(WHO), 0)
        if isinstance(place, str):
            store.read("ANALYZE")  # what it does by itself within a minute
        location = places.location(store, location_id(LOOKED_AT))
        assert location
        _, secret = wallboards.make(store, location, name="", language="en", look="light", by=person, now_ms=0)
        return secret


def _served(stack: ExitStack, folder: Path, place: Path | str, wall: str, password: str) -> Reader:
    """Signed in, and ready: what is held in memory has been read."""
    port = free_port(0)
    at = ("--database", place) if isinstance(place, str) else ("--data", place)
    log = folder / f"{port}.log"
    program = begin(stack, Program("server", hymy("server", *at, "--listen", f"127.0.0.1:{port}"), log=log))
    wait_for_server(f"http://127.0.0.1:{port}", program)
    reader = Reader(port, password, wall)
    until = time.monotonic() + AT_ONCE_S
    while reader.get("/compare") and not reader.is_complete:
        if time.monotonic() > until:
            raise RuntimeError(f"The days were not read within {AT_ONCE_S:.0f} s.")
        time.sleep(0.2)
    return reader


def _times(name: str, few: Reader, many: Reader) -> Iterator[Measured]:
    for page, path in PAGES.items():
        took: dict[Reader, list[float]] = {few: [], many: []}
        until = time.monotonic() + MOST_S
        for turn in range(WARM + TURNS):
            if turn >= WARM + LEAST and time.monotonic() > until:
                break
            for reader, times in took.items():
                milliseconds, _ = reader.get(path)
                times += [milliseconds] if turn >= WARM else []
        middle, p95 = statistics.median(took[many]), percentile(took[many], 95)
        yield Measured(f"pages: {name}, {page}, p95 (median {middle:.1f})", p95, "ms", limit=SLOW_MS)
        ratio = statistics.median(map(truediv, took[many], took[few]))  # turn by turn: the machine's own pace falls out
        yield Measured(f"pages: {name}, {page}, many beside few", ratio, "times", limit=GROWTH)


def _weights(reader: Reader) -> Iterator[Measured]:
    """What goes over the line: the page alone, and with all that a browser keeps afterwards."""
    for page, path in PAGES.items():
        _, content = reader.get(path)
        parts = _named_in(content)
        parts |= {part for file in parts if ".css" in file for part in _named_in(reader.get(file)[1])}
        kept = sum(len(reader.get(part)[1]) for part in parts)
        yield Measured(f"pages: {page}, seen later", len(content) / 1000, "kB", limit=LATER_KB)
        yield Measured(f"pages: {page}, seen first", (len(content) + kept) / 1000, "kB", limit=FIRST_KB)


def _named_in(content: bytes) -> set[str]:
    """The files that it loads."""
    text = (decompress(content) if content[:2] == b"\x1f\x8b" else content).decode(errors="replace")
    return set(re.findall(r'(?:src="|href="|url\("?)(/static/[^")]+)', text))
