"""The store in PostgreSQL: what is not acknowledged, and what is tried again (stack.md 3)."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from survey.exchange import EnrolmentRequest
from sync_server import main
from sync_server.changes import Changes
from sync_server.config import Settings
from sync_server.errors import CodeRefused, ServerError, SettingsFaults, StoreAway
from sync_server.exchange.handler import THREADS
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.insight.chain_days import ChainDays
from sync_server.reports.press import Press
from sync_server.store import Store, has_store, open_store
from sync_server.store.migrate import migrations
from sync_server.store.postgresql import READERS, in_postgresql
from tests import cast
from tests.postgresql import Cluster, scratch

PUT = "INSERT INTO regions (region_id, name) VALUES (?, ?)"
NAMES = "SELECT region_id FROM regions ORDER BY region_id"
LIMIT_S = 60


@pytest.fixture
def place(database: str) -> str:
    return database


@pytest.fixture
def empty(database_server: Cluster) -> Iterator[str]:
    """A database that nobody has opened as a store."""
    with scratch(template="template1") as address:
        yield address


def end_connections(server: Cluster, place: str) -> None:
    name = place.rpartition("/")[2]
    server.sql(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")  # noqa: S608


def test_servers_that_begin_a_store_at_once_do_not_clash(empty: str) -> None:
    stores: list[Store] = []
    threads = [threading.Thread(target=lambda: stores.append(open_store(empty))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert [store.read("SELECT COUNT(*) FROM migrations") for store in stores] == [[(len(migrations()),)]] * 6
    for store in stores:
        store.close()


def test_a_database_without_a_store_is_told_from_one_with(empty: str) -> None:
    assert not has_store(empty)
    open_store(empty).close()
    assert has_store(empty)


def test_a_connection_that_breaks_within_a_transaction_keeps_nothing_and_the_next_try_counts_once(
    store: Store, database_server: Cluster, place: str
) -> None:
    def write(*, break_off: bool) -> None:
        with store.write() as transaction:
            transaction.execute(PUT, ("a", "A"))
            if break_off:
                end_connections(database_server, place)
            transaction.execute(PUT, ("b", "B"))

    with pytest.raises(StoreAway) as caught:
        write(break_off=True)
    assert (caught.value.status, caught.value.retry_after_s) == (503, 5)
    write(break_off=False)
    assert store.read(NAMES) == [("a",), ("b",)]


def test_whoever_reads_does_not_notice_that_connections_were_lost(
    store: Store, database_server: Cluster, place: str
) -> None:
    assert store.read(NAMES) == []
    end_connections(database_server, place)
    assert store.read(NAMES) == []


def test_two_who_wait_crosswise_are_told_to_try_again(store: Store) -> None:
    with store.write() as transaction:
        transaction.insert("regions", ("region_id", "name"), [("a", ""), ("b", "")])
    both = threading.Barrier(2)
    ended: list[object] = []

    def write(first: str, second: str) -> None:
        try:
            with store.write() as transaction:
                transaction.execute("UPDATE regions SET name = 'x' WHERE region_id = ?", (first,))
                both.wait(LIMIT_S)
                transaction.execute("UPDATE regions SET name = 'x' WHERE region_id = ?", (second,))
            ended.append(None)
        except StoreAway as error:
            ended.append(error.code)

    threads = [threading.Thread(target=write, args=names) for names in (("a", "b"), ("b", "a"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert set(ended) == {None, "store.away"}


def test_an_error_that_was_passed_over_does_not_look_like_a_commit(store: Store) -> None:
    """PostgreSQL answers such a COMMIT with ROLLBACK, and no error."""

    def write() -> None:
        with store.write() as transaction:
            transaction.execute(PUT, ("a", "A"))
            with pytest.raises(psycopg.errors.UniqueViolation):
                transaction.execute(PUT, ("a", "again"))

    with pytest.raises(ServerError, match="nothing of it was kept"):
        write()
    assert store.read(NAMES) == []


def test_of_two_who_enrol_with_one_code_at_once_one_is_refused(
    store: Store, database_server: Cluster, place: str
) -> None:
    """At two servers: both find the code unused, and wait for a third who holds its row."""
    cast.settle(store)
    asked = EnrolmentRequest(make_code(store, "kamppi-checkout", 0), "Till")
    waiting = (
        f"SELECT 1 FROM pg_stat_activity WHERE datname = '{place.rpartition('/')[2]}' AND wait_event_type = 'Lock'"  # noqa: S608
    )
    with ThreadPoolExecutor(2) as pool:
        with store.write() as transaction:
            transaction.execute("UPDATE enrolment_codes SET expires_at = expires_at")
            futures = [pool.submit(enrol, store, asked, 0) for _ in range(2)]
            end = time.monotonic() + LIMIT_S
            while len(database_server.sql(waiting)) < 2:
                assert time.monotonic() < end
        refused = [future.exception(LIMIT_S) for future in futures]
    assert {type(error) for error in refused} == {CodeRefused, type(None)}
    assert store.read("SELECT name FROM terminals") == [("Till",)]


def test_the_character_that_postgresql_can_not_hold_spoils_nothing(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute(PUT, ("a", "\0"))
        transaction.execute_many(PUT, [("b", "x\0y")])
        transaction.insert("regions", ("region_id", "name"), [("c", "fine"), ("d", "\0")])
    names = store.read("SELECT name FROM regions WHERE name <> ? ORDER BY region_id", ("\0x",))
    assert names == [("\ufffd",), ("x\ufffdy",), ("fine",), ("\ufffd",)]


def test_numbers_of_all_sizes_are_one_statement(store: Store, database_server: Cluster, place: str) -> None:
    """Else psycopg would prepare another one for each mix of sizes, and hardly ever use it again."""
    with store.write() as transaction:
        for value in (1, 2**20, 2**40) * 5:
            transaction.execute("SELECT CAST(? AS BIGINT) + ?", (value, value))
        prepared = transaction.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE statement LIKE '%+%'")
    assert prepared == [(1,)]


def test_behind_pgbouncer_nothing_is_prepared(place: str) -> None:
    store = open_store(f"{place}?pgbouncer=true&connect_timeout=3")
    with store.write() as transaction:
        for _ in range(20):
            transaction.execute(NAMES)
        assert transaction.execute("SELECT COUNT(*) FROM pg_prepared_statements") == [(0,)]
    store.close()


def test_a_database_that_is_not_there_is_told_in_its_own_words(database_server: Cluster) -> None:
    with pytest.raises(StoreAway, match='database "nowhere" does not exist'):
        open_store(database_server.url("nowhere"))


def test_an_address_that_is_none_is_a_fault_of_the_settings() -> None:
    with pytest.raises(SettingsFaults, match="invalid"):
        open_store("postgresql://db/hymy?colour=red")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 'why?', ? FROM a WHERE b LIKE '%''?%'", b"SELECT 'why?', %s FROM a WHERE b LIKE '%%''?%%'"),
        ("CREATE TABLE a (b TEXT) WITHOUT ROWID", b"CREATE TABLE a (b TEXT)"),
    ],
)
def test_a_text_means_the_same_in_both_stores(sql: str, expected: bytes) -> None:
    assert in_postgresql(sql) == expected


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://hymy:sec%ret@db/hymy",
        "postgresql://hymy:sec ret@db/hymy",
        "postgresql://hymy:sec@secret@db/hymy",
        "postgresql://hymy:sec/ret@db/hymy",
        "postgresql://hymy:secret@[db/hymy",
        "postgresql://db/hymy?password=sec ret",
    ],
)
def test_what_is_wrong_with_an_address_is_told_without_its_password(address: str) -> None:
    with pytest.raises(SettingsFaults, match=r"^settings: 1 to mend\n  - database: [a-z]") as caught:
        open_store(address)
    assert "sec" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_there_is_a_connection_for_each_thread_that_may_read(store: Store) -> None:
    """Else exchanges wait behind slow pages, on a computer with many processors (rule 3.7)."""
    with closing(Press()) as press:
        jobs = main._jobs(store, Changes(), Settings(), ChainDays(store, lambda: 0), press)

    assert main.PAGE_THREADS + THREADS + len(jobs) <= READERS
