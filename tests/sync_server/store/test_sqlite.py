"""The store in one SQLite file: what is written is there or not at all, and reading never waits."""

import threading
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from sync_server.store import Store, open_store
from sync_server.store.migrate import migrations

PUT = "INSERT INTO regions (region_id, name) VALUES (?, ?)"
NAMES = "SELECT region_id FROM regions ORDER BY region_id"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "data")
    yield store
    store.close()


def test_what_a_block_wrote_is_there_when_it_has_ended(store: Store, tmp_path: Path) -> None:
    with store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
    store.close()
    again = open_store(tmp_path / "data")
    assert again.read(NAMES) == [("a",)]
    again.close()


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
        raise ZeroDivisionError
    assert store.read(NAMES) == []


def test_a_part_that_fails_leaves_the_rest(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
        with pytest.raises(apsw.ConstraintError), transaction.undo_if_it_fails():
            transaction.execute(PUT, ("b", "B"))
            transaction.execute(PUT, ("a", "again"))
        transaction.execute(PUT, ("c", "C"))
    assert store.read(NAMES) == [("a",), ("c",)]


def test_reading_sees_what_is_committed_and_does_not_wait(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
        assert store.read(NAMES) == []
    assert store.read(NAMES) == [("a",)]


def test_reading_can_not_write(store: Store) -> None:
    with pytest.raises(apsw.ReadOnlyError):
        store.read("DELETE FROM regions")


def test_two_who_write_take_turns(store: Store) -> None:
    def write(name: str) -> None:
        with store.write() as transaction:
            ((count,),) = transaction.execute("SELECT COUNT(*) FROM regions")
            transaction.execute(PUT, (f"{count:02}", name))

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert len(store.read(NAMES)) == 20


def test_how_many_rows_changed_says_who_won(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute_many(PUT, [("a", "A"), ("b", "B")])
        transaction.execute("UPDATE regions SET name = 'x' WHERE region_id = 'a' AND name = 'A'")
        assert transaction.changes() == 1
        transaction.execute("UPDATE regions SET name = 'y' WHERE region_id = 'a' AND name = 'A'")
        assert transaction.changes() == 0


def test_each_migration_is_carried_out_once(store: Store, tmp_path: Path) -> None:
    names = [migration.name for migration in migrations()]
    assert names == sorted(names)
    open_store(tmp_path / "data").close()
    assert [name for (name,) in store.read("SELECT name FROM migrations ORDER BY name")] == names


def test_what_is_acknowledged_outlasts_a_power_cut(store: Store) -> None:
    """Rule 3.2 rests on it: every commit is synced, and the journal is one that readers do not wait for."""
    assert store.read("PRAGMA journal_mode") == [("wal",)]
    assert store.read("PRAGMA synchronous") == [(2,)]


def test_every_key_of_what_grows_begins_with_the_location(store: Store) -> None:
    """So that the same schema can be spread over several machines."""
    growing = ["journals", "answers", "texts", "events", "quarantine", "carried_over", "missing_ranges", "rollups"]
    firsts = {
        table: [name for _, name, *_, place in store.read(f"PRAGMA table_info({table})") if place == 1]
        for table in growing
    }
    assert firsts == {table: ["location_id"] for table in growing}
