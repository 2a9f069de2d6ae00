"""One schema for SQLite, PostgreSQL and Citus: what makes it run on all three, looked up in the catalog."""

import argparse
from contextlib import closing
from pathlib import Path

import pytest

from sync_server import store_command
from sync_server.errors import CannotDistribute
from sync_server.store import Store, open_store
from sync_server.store.distribute import SMALL, distribute, tables
from tests.postgresql import Cluster

STAND_IN = """
CREATE SCHEMA citus;
CREATE TABLE citus.pg_dist_partition (logicalrelid regclass PRIMARY KEY, beside TEXT);
CREATE FUNCTION citus.create_reference_table(name regclass) RETURNS void LANGUAGE sql AS $$
    INSERT INTO pg_dist_partition VALUES (name, 'everywhere') $$;
CREATE FUNCTION citus.create_distributed_table(name regclass, key TEXT, colocate_with TEXT) RETURNS void
LANGUAGE plpgsql AS $$ BEGIN
    IF colocate_with <> 'default'
            AND NOT EXISTS (SELECT FROM pg_dist_partition WHERE CAST(logicalrelid AS TEXT) = colocate_with) THEN
        RAISE EXCEPTION 'relation % is not distributed', colocate_with;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey)
            WHERE i.indrelid = name AND i.indisunique AND a.attname = key) THEN
        RAISE EXCEPTION 'cannot create constraint on %: it lacks the distribution column', name;
    END IF;
    INSERT INTO pg_dist_partition VALUES (name, colocate_with);
END $$
"""


@pytest.fixture
def place(database: str) -> str:
    return database


def test_every_key_of_what_grows_begins_with_the_location(store: Store) -> None:
    """Of the primary ones; a unique one that did not would be refused by Citus, and is."""
    firsts = store.read(
        "SELECT CAST(i.indrelid AS regclass)::text, a.attname FROM pg_index i"
        " JOIN pg_class c ON c.oid = i.indrelid"
        " JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]"
        " WHERE i.indisunique AND c.relnamespace = CAST(current_schema() AS regnamespace)"
    )
    growing = {table: column for table, column in firsts if table not in SMALL}
    assert growing == dict.fromkeys(tables(store) - SMALL, "location_id")


def test_no_table_is_called_small_that_is_not_there(store: Store) -> None:
    assert tables(store) >= SMALL


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("sequences", "SELECT relname FROM pg_class WHERE relkind = 'S'"),
        ("partitions", "SELECT relname FROM pg_class WHERE relkind = 'p'"),
        ("triggers", "SELECT tgname FROM pg_trigger"),
        ("foreign keys", "SELECT conname FROM pg_constraint WHERE contype = 'f'"),
        (
            "columns but for TEXT and BIGINT",
            "SELECT table_name, column_name, data_type FROM information_schema.columns"
            " WHERE table_schema = current_schema() AND data_type NOT IN ('text', 'bigint')",
        ),
    ],
)
def test_the_schema_has_no(store: Store, what: str, found: str) -> None:
    assert store.read(found) == []


def test_a_database_without_citus_is_told_what_it_lacks(store: Store) -> None:
    with pytest.raises(CannotDistribute) as caught:
        distribute(store, print)
    assert "has not the extension Citus" in caught.value.message
    assert "CREATE EXTENSION citus" in caught.value.hint


def test_what_grows_lies_together_and_what_is_small_everywhere(database_server: Cluster, place: str) -> None:
    """Before functions that take the calls as Citus does; Citus itself is in no package that tests can install."""
    name = place.rpartition("/")[2]
    database_server.sql(STAND_IN.replace("CREATE FUNCTION", "SET check_function_bodies = off; CREATE FUNCTION"), name)
    database_server.sql(f"ALTER DATABASE {name} SET search_path = public, citus")
    told: list[str] = []

    with closing(open_store(place)) as store:
        distribute(store, told.append)
        distribute(store, told.append)
        known = tables(store)
        placed = dict(store.read("SELECT CAST(logicalrelid AS TEXT), beside FROM pg_dist_partition"))

    growing = {table: "default" if table == "journals" else "journals" for table in known - SMALL}
    assert placed == dict.fromkeys(SMALL, "everywhere") | growing
    assert len(told) == len(known)


def test_a_store_in_a_file_is_told_that_it_stays_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_store(tmp_path).close()
    parser = argparse.ArgumentParser()
    store_command.add_arguments(parser)
    assert store_command.main(parser.parse_args(["distribute", "--data", str(tmp_path)])) == 1
    assert "stays on one machine" in capsys.readouterr().err
