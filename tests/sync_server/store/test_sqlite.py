"""The store in one SQLite file: what holds there alone."""

import threading
from pathlib import Path

import apsw
import pytest

from sync_server.errors import SettingsFaults, StoreAway
from sync_server.store import Store
from sync_server.store.sqlite import open_sqlite

PUT = "INSERT INTO regions (region_id, name) VALUES (?, ?)"
NAMES = "SELECT region_id FROM regions ORDER BY region_id"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "data"


def test_reading_can_not_write(store: Store) -> None:
    with pytest.raises(apsw.ReadOnlyError):
        store.read("DELETE FROM regions")


def test_a_folder_that_cannot_be_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsFaults, match="can't be used: Not a directory"):
        open_sqlite(tmp_path / "file" / "data")


def test_two_who_write_take_turns(store: Store) -> None:
    def write(name: str) -> None:
        with store.write() as transaction:
            ((count,),) = transaction.execute("SELECT COUNT(*) FROM regions")
            transaction.execute(PUT, (f"{count:02}", name))

    threads = [threading.Thread(target=write, args=(str(number),)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(store.read(NAMES)) == 20


def test_what_is_acknowledged_outlasts_a_power_cut(store: Store) -> None:
    """Rule 3.2 rests on it: every commit is synced, and the journal is one that readers do not wait for."""
    assert store.read("PRAGMA journal_mode") == [("wal",)]
    assert store.read("PRAGMA synchronous") == [(2,)]


def test_another_program_that_holds_the_store_for_too_long_is_an_error_that_says_try_again(
    store: Store, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync_server.store.sqlite.BUSY_TIMEOUT_S", 0.05)
    other = open_sqlite(place)
    with store.write(), pytest.raises(StoreAway, match="holds the store"), other.write():
        pass
    other.close()


def test_a_thread_that_has_read_everything_keeps_little_of_it(store: Store) -> None:
    """There are up to twenty of them."""
    with store.write() as transaction:
        for number in range(40):
            transaction.execute(PUT, (f"{number:02}", "x" * 1_000_000))
    before = apsw.memory_used()

    ((read,),) = store.read("SELECT SUM(LENGTH(name)) FROM regions WHERE name LIKE '%x'")

    assert read == 40_000_000
    assert apsw.memory_used() - before < 20_000_000
