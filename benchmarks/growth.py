"""Does it slow down as answers pile up? Ten million of them beside ten thousand, in one run.

CPU of a batch of 500 written into each; and what Today, a comparison of all locations and 90 days of one are read in.
The answers are made inside the store, evenly over the opening hours of 5 locations on 90 days; turns are interleaved.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from benchmarks.answers import answers, bodies
from benchmarks.plain import timed
from benchmarks.report import Measured
from survey.exchange import EnrolmentRequest, decode_request
from survey.questions import Kind, Question, Survey
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import incoming
from sync_server.exchange.ingest import receive
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.fleet.surveys import Questions
from sync_server.results.today import today
from sync_server.store import Store, open_store, places
from sync_server.store.places import LocationRow, TouchpointRow
from sync_server.store.results import counts_by_location, daily_counts
from tests.postgresql import Cluster

FEW, MANY = 10_000, 10_000_000
LOCATIONS, DAYS = 5, 90
HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
FIRST = 20_648 * DAY_MS  # a day in July 2026; all locations are in UTC here
OPENS_MS, OPEN_MS = 8 * HOUR_MS, 12 * HOUR_MS
NOW = FIRST + DAYS * DAY_MS
TURNS, BATCH = 60, 500
QUESTIONS = [
    ("overall", Kind.SMILEY5),
    ("checkout_wrong", Kind.NPS),
    ("checkout_right", Kind.NPS),
    ("tell_more", Kind.TEXT),
]
SURVEY = Survey("checkout", 1, ("fi",), tuple(Question(name, kind, {"fi": name}) for name, kind in QUESTIONS))


def measure() -> list[Measured]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd())))
        cluster = Cluster(fsync="on", full_page_writes="on", shared_buffers="512MB", max_wal_size="4GB").make().start()
        stack.callback(cluster.remove)
        for name in ("few", "many"):
            cluster.sql(f"CREATE DATABASE {name}")
        return [
            *_measured("SQLite", folder / "few", folder / "many"),
            *_measured("PostgreSQL", cluster.url("few"), cluster.url("many")),
        ]


def _measured(name: str, few_place: Path | str, many_place: Path | str) -> list[Measured]:
    with closing(open_store(few_place)) as few, closing(open_store(many_place)) as many:
        for store, number in ((few, FEW), (many, MANY)):
            _fill(store, number, name)
            if name == "PostgreSQL":  # what it does by itself within a minute
                store.read("ANALYZE")
        reads: dict[str, Callable[[Store], object]] = {
            "Today": lambda store: today(store, _location(3), NOW - DAY_MS // 2, "fi"),
            "all locations compared": lambda store: counts_by_location(store, "overall", *_period()),
            "90 days of one location": lambda store: daily_counts(store, "l02", "overall", *_period()),
        }
        found = [Measured(f"growth: {name}, CPU of a batch", _writes(few, many), "times", limit=1.1)]
        for what, read in reads.items():
            ratio, took_ms = _reads(few, many, read)
            found.append(Measured(f"growth: {name}, {what} ({took_ms:.1f} ms)", ratio, "times", limit=1.5))
        return found


def _writes(few: Store, many: Store) -> float:
    """CPU of one batch with ten million answers there, as a multiple of that with few."""
    took: dict[Store, list[float]] = {few: [], many: []}
    streams = {}
    for store in (few, many):
        token = enrol(store, EnrolmentRequest(make_code(store, "t03", NOW)), NOW).token
        asking, ask = authenticate(store, f"Bearer {token}"), Questions(store)
        made = bodies(answers(BATCH * TURNS, seed=5), journal=77, size=BATCH)
        streams[store] = [(incoming(asking, decode_request(body)), ask) for body in made]
    for turn in range(TURNS):
        for store, stream in streams.items():
            come, ask = stream[turn]
            begun = time.process_time()
            with store.write() as transaction:
                receive(transaction, [come], ask=ask, now_ms=NOW)
            took[store].append(time.process_time() - begun)
    return statistics.median(took[many]) / statistics.median(took[few])


def _reads(few: Store, many: Store, read: Callable[[Store], object]) -> tuple[float, float]:
    """The ratio, and the milliseconds with ten million."""
    took: dict[Store, list[float]] = {few: [], many: []}
    for _ in range(TURNS):
        for store, times in took.items():
            times.append(timed(lambda store=store: read(store)))  # type: ignore[misc]
    slow = statistics.median(took[many])
    return slow / statistics.median(took[few]), slow * 1000


def _fill(store: Store, number: int, name: str) -> None:
    """As if so many had come: rows, their journals, and rollups added up from them."""
    print(f"  {name}: making {number:,} answers ...", file=sys.stderr, flush=True)
    with store.write() as transaction:
        places.put_region(transaction, "r", "Region")
        places.put_locations(transaction, [_location(number) for number in range(LOCATIONS)])
        rows = [TouchpointRow(f"t{at:02}", f"l{at:02}", f"T {at}", "pay", "checkout") for at in range(LOCATIONS)]
        places.put_touchpoints(transaction, rows)
        places.put_survey(transaction, SURVEY)
    each = number // LOCATIONS
    for at in range(LOCATIONS):
        key = (f"l{at:02}", at + 1)
        with store.write() as transaction:
            transaction.execute(
                "WITH RECURSIVE n (seq) AS"
                " (SELECT CAST(1 AS BIGINT) UNION ALL SELECT seq + 1 FROM n WHERE seq < CAST(? AS BIGINT)),"
                " t (seq, open) AS (SELECT seq, (seq - 1) * CAST(? AS BIGINT) / CAST(? AS BIGINT) FROM n)"
                " INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey,"
                " question_id, visit, value, language, source)"
                " SELECT CAST(? AS TEXT), CAST(? AS BIGINT), seq, seq * 7919, CAST(? AS BIGINT)"
                " + open / CAST(? AS BIGINT) * CAST(? AS BIGINT) + open % CAST(? AS BIGINT), 'server',"
                " CAST(? AS TEXT), 'checkout@1', 'overall', seq, 1 + (seq * 7) % 5, 'fi', 'touch' FROM t",
                (each, DAYS * OPEN_MS, each, *key, FIRST + OPENS_MS, OPEN_MS, DAY_MS, OPEN_MS, f"t{at:02}"),
            )
            transaction.execute(
                "INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain,"
                " answers, first_seen_at, last_seen_at, missing, carried) VALUES (?, ?, 'x', ?, ?, 0, ?, 0, 0, 0, 0)",
                (*key, f"t{at:02}", each, each),
            )
    _sum_up(store)


def _sum_up(store: Store) -> None:
    with store.write() as transaction:
        dates = [time.strftime("%Y-%m-%d", time.gmtime(FIRST / 1000 + day * 86_400)) for day in range(DAYS + 1)]
        rows = transaction.execute(
            "SELECT location_id, touchpoint_id, at / 3600000, value, COUNT(*) FROM answers"
            " GROUP BY location_id, touchpoint_id, at / 3600000, value"
        )
        first_day = FIRST // DAY_MS
        hours = [
            (location, dates[hour // 24 - first_day], "overall", touchpoint, hour % 24, value, count)
            for location, touchpoint, hour, value, count in rows
        ]
        names = ("location_id", "local_date", "question_id", "touchpoint_id", "local_hour", "value", "answers")
        transaction.insert("rollups", names, hours)
        transaction.execute(
            "INSERT INTO daily_rollups (location_id, question_id, local_date, touchpoint_id, value, answers)"
            " SELECT location_id, question_id, local_date, touchpoint_id, value, CAST(SUM(answers) AS BIGINT)"
            " FROM rollups GROUP BY location_id, question_id, local_date, touchpoint_id, value"
        )


def _location(number: int) -> LocationRow:
    return LocationRow(f"l{number:02}", "r", f"Location {number}", "UTC", 85)


def _period() -> tuple[str, str]:
    first, last = FIRST / 1000, (NOW - 1) / 1000
    return time.strftime("%Y-%m-%d", time.gmtime(first)), time.strftime("%Y-%m-%d", time.gmtime(last))
