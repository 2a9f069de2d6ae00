"""A store that an older version has filled is brought up to date as it is opened, with everything kept."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from survey.exchange import EnrolmentReply
from sync_server.fleet.reconcile import reconcile
from sync_server.store import Row, Store, open_store
from sync_server.store.migrate import migrations
from sync_server.store.sqlite import FILE
from tests.postgresql import scratch
from tests.sync_server.fleet.heard import hear

GOLDEN = Path(__file__).parents[2] / "golden"
HELD = {  # rows that version 0.1 had written; the third place was a region
    "answers": 21,
    "carried_over": 3,
    "enrolment_codes": 6,
    "events": 1,
    "journals": 7,
    "locations": 3,
    "missing_ranges": 1,
    "people": 5,
    "person_places": 2,
    "person_regions": 1,
    "quarantine": 1,
    "regions": 2,
    "rollups": 17,
    "secrets": 1,
    "surveys": 1,
    "terminal_states": 5,
    "terminals": 5,
    "texts": 1,
    "touchpoints": 4,
}


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """A store of version 0.1."""
    if request.param == "sqlite":
        (tmp_path / FILE).write_bytes(gzip.decompress((GOLDEN / "store_0.1.db.gz").read_bytes()))
        yield tmp_path
        return
    request.getfixturevalue("database_server")
    with scratch(template="template1") as address:
        with psycopg.connect(address) as connection:
            connection.execute((GOLDEN / "store_0.1.sql").read_bytes())
        yield address


def count(store: Store, table: str) -> int:
    return int(store.read(f"SELECT COUNT(*) FROM {table}")[0][0])  # noqa: S608


def same(store: Store, one: str, other: str) -> list[Row]:
    """What both queries find, which is something, and the same."""
    found = store.read(one)
    assert found and found == store.read(other)
    return found


def test_everything_is_kept(store: Store) -> None:
    assert {table: count(store, table) for table in HELD} == HELD
    assert store.read("SELECT text, score FROM texts") == [("Jono oli pitkä, it's 100 % 🙂", 1)]


def test_every_migration_is_noted(store: Store) -> None:
    assert store.read("SELECT name FROM migrations ORDER BY name") == [(migration.name,) for migration in migrations()]


def test_what_is_new_follows_from_what_was_there(store: Store) -> None:
    same(
        store,
        "SELECT terminal_id, from_at, location_id, touchpoint_id FROM terminal_places ORDER BY terminal_id",
        "SELECT terminal_id, enrolled_at, location_id, touchpoint_id FROM terminals ORDER BY terminal_id",
    )
    same(
        store,
        "SELECT touchpoint_id, survey_id FROM touchpoint_surveys ORDER BY touchpoint_id",
        "SELECT touchpoint_id, survey_id FROM touchpoints ORDER BY touchpoint_id",
    )
    same(
        store,
        "SELECT location_id, question_id, local_date, touchpoint_id, value, answers FROM daily_rollups"
        " ORDER BY location_id, question_id, local_date, touchpoint_id, value",
        "SELECT location_id, question_id, local_date, touchpoint_id, value, CAST(SUM(answers) AS BIGINT) FROM rollups"
        " GROUP BY location_id, question_id, local_date, touchpoint_id, value"
        " ORDER BY location_id, question_id, local_date, touchpoint_id, value",
    )
    same(
        store,
        "SELECT location_id, terminal_id FROM terminal_states ORDER BY terminal_id",
        "SELECT location_id, terminal_id FROM terminals ORDER BY terminal_id",
    )
    same(store, "SELECT at, clock FROM quarantine", "SELECT received_at, 'unknown' FROM quarantine")


def test_a_journal_knows_its_gaps_and_what_came_elsewhere(store: Store) -> None:
    told = store.read("SELECT journal_id, missing, carried FROM journals ORDER BY journal_id")
    assert [row for row in told if row[1] or row[2]] == [(0xA1, 1, 0), (0xF0, 0, 3)]


def test_a_terminal_of_the_older_version_goes_on_where_it_was(store: Store) -> None:
    """Enrolled with it, and three answers sent; now it sends two more."""
    ((terminal_id,),) = store.read("SELECT terminal_id FROM terminals WHERE name = 'Golden'")
    hear(store, EnrolmentReply("golden-token", terminal_id), 5, 1_795_500_000_000, journal=0x901D)
    (row,) = [row for row in reconcile(store) if row.terminal_id == terminal_id]
    assert (row.pressed, row.sent, row.counted) == (5, 5, 5)


def test_opening_it_again_changes_nothing(store: Store, place: Path | str) -> None:
    before = {table: store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in ("journals", "daily_rollups")}  # noqa: S608
    open_store(place).close()
    assert {table: store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in before} == before  # noqa: S608
