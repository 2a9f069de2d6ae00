"""What a store promises, whichever it is: what is written is there or not at all, and reading never waits."""

import threading
from pathlib import Path

import pytest

from sync_server.store import Store, has_store, open_store
from sync_server.store.migrate import migrations
from sync_server.store.results import entries_counted
from tests import cast
from tests.sync_server.fleet.heard import enrol, hear

PUT = "INSERT INTO regions (region_id, name) VALUES (?, ?)"
NAMES = "SELECT region_id FROM regions ORDER BY region_id"
REGION = ("region_id", "name")
LIMIT_S = 60


def test_what_a_block_wrote_is_there_when_it_has_ended(store: Store, place: Path | str) -> None:
    with store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
    store.close()
    again = open_store(place)
    assert again.read(NAMES) == [("a",)]
    again.close()


def test_a_block_that_fails_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
        raise ZeroDivisionError
    assert store.read(NAMES) == []


def test_reading_sees_what_is_committed_and_does_not_wait(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute(PUT, ("a", "A"))
        assert store.read(NAMES) == []
    assert store.read(NAMES) == [("a",)]


def test_how_many_rows_changed_says_who_won(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute_many(PUT, [("a", "A"), ("b", "B")])
        transaction.execute("UPDATE regions SET name = 'x' WHERE region_id = 'a' AND name = 'A'")
        assert transaction.changes() == 1
        transaction.execute("UPDATE regions SET name = 'y' WHERE region_id = 'a' AND name = 'A'")
        assert transaction.changes() == 0


def test_each_migration_is_carried_out_once(store: Store, place: Path | str) -> None:
    names = [migration.name for migration in migrations()]
    assert names == sorted(names)
    open_store(place).close()
    assert [name for (name,) in store.read("SELECT name FROM migrations ORDER BY name")] == names


def test_rows_go_in_together_whatever_they_hold(store: Store) -> None:
    words = ["", "Hyvä 🙂", "it's", "100 %", "why?", "a\tb\nc\\d", None]
    rows = [("kamppi", 2**60 - n, n, -(2**63), 0, "", "", f"w{n}", text) for n, text in enumerate(words)]
    columns = ("location_id", "journal_id", "first_seq", "last_seq", "found_at")
    with store.write() as transaction:
        transaction.insert("missing_ranges", (*columns, "accepted_by"), [(*row[:5], row[8]) for row in rows])
    assert (
        store.read(
            f"SELECT {', '.join(columns)}, accepted_by FROM missing_ranges ORDER BY first_seq"  # noqa: S608
        )
        == [(*row[:5], row[8]) for row in rows]
    )


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 120])
def test_as_many_rows_go_in_as_were_given(store: Store, count: int) -> None:
    rows = [(f"{number:03}", "") for number in range(count)]
    with store.write() as transaction:
        transaction.insert("regions", REGION, rows)
    assert store.read(NAMES) == [(name,) for name, _ in rows]


def test_rows_that_are_alike_go_in_whatever_they_share(store: Store) -> None:
    shared, texts = ("a\tb\\n\n\r%d", "100 % \\."), ["\\N\t%s", "it's"]
    columns = ("a", "b", "c", "n", "m")
    with store.write() as transaction:
        named = ", ".join(f"{column} TEXT NOT NULL" for column in columns[:3])
        transaction.execute(f"CREATE TABLE odd ({named}, n BIGINT NOT NULL, m BIGINT NOT NULL)")
        blocks = [(*shared, texts, [1, 2**63 - 1], [-(2**63), 0]), ("x", "", ["y"] * 298, range(2, 300), range(298))]
        transaction.insert_alike("odd", columns, 2, blocks)
    kept = store.read("SELECT a, b, c, n, m FROM odd ORDER BY n")
    assert (kept[0], kept[-1]) == ((*shared, texts[0], 1, -(2**63)), (*shared, texts[1], 2**63 - 1, 0))
    assert kept[1:-1] == [("x", "", "y", number, number - 2) for number in range(2, 300)]


ODD = """{"o'd\\d, \\n ä"}"""


def test_amounts_are_added_up_by_their_keys(store: Store) -> None:
    keys = ("place", "number")
    with store.write() as transaction:
        transaction.execute(
            "CREATE TABLE sums (place TEXT NOT NULL, number BIGINT NOT NULL, total BIGINT NOT NULL,"
            " PRIMARY KEY (place, number))"
        )
        transaction.add_up("sums", keys, "total", [("a", 1, 5), ("b", 1, 1)])
        transaction.add_up("sums", keys, "total", [("a", 1, 2), ("a", 2, 9), (ODD, 1, 3)])
        transaction.add_up("sums", keys, "total", [])
    assert store.read("SELECT place, number, total FROM sums ORDER BY 1, 2") == [
        *[("a", 1, 7), ("a", 2, 9), ("b", 1, 1), (ODD, 1, 3)]
    ]


def test_a_statement_with_several_sets_of_parameters_gives_the_rows_of_each(store: Store) -> None:
    with store.write() as transaction:
        found = transaction.execute_each("SELECT CAST(? AS BIGINT) + 1", [(1,), (2,), (3,)])
        assert found == [[(2,)], [(3,)], [(4,)]]
        assert transaction.execute_each("SELECT CAST(? AS BIGINT)", [(7,)]) == [[(7,)]]
        assert transaction.execute_each("SELECT CAST(? AS BIGINT)", []) == []


def test_a_question_mark_in_a_text_is_no_parameter(store: Store) -> None:
    assert store.read("SELECT 'why?', '100 %', ? || 'x'", ("y",)) == [("why?", "100 %", "yx")]


def test_two_programs_that_begin_a_store_at_once_do_not_clash(store: Store, place: Path | str) -> None:
    stores: list[Store] = []
    threads = [threading.Thread(target=lambda: stores.append(open_store(place))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)
    assert [opened.read("SELECT COUNT(*) FROM migrations") for opened in stores] == [[(len(migrations()),)]] * 4
    for opened in stores:
        opened.close()


def test_whether_there_is_a_store_can_be_asked(store: Store, place: Path | str) -> None:
    assert has_store(place)


def test_a_snapshot_shows_one_instant_however_long_it_is_read(store: Store) -> None:
    with store.write() as transaction:
        transaction.insert("regions", REGION, [("a", "A"), ("b", "B")])
    with store.snapshot() as snapshot:
        with store.write() as transaction:
            transaction.execute(PUT, ("c", "C"))
        assert list(snapshot.stream(NAMES)) == [("a",), ("b",)]
        assert list(snapshot.stream(f"{NAMES} LIMIT ?", (1,))) == [("a",)]
    assert len(store.read(NAMES)) == 3


def test_the_number_that_pages_look_at_moves_with_each_answer_whoever_wrote_it(store: Store, place: Path | str) -> None:
    cast.settle(store)
    terminal = enrol(store, "Till", 1)
    before = entries_counted(store, "kamppi")
    other = open_store(place)
    hear(other, terminal, 2, 2)
    after = entries_counted(store, "kamppi")
    hear(other, terminal, 2, 3)
    other.close()
    assert (before, after, entries_counted(store, "kamppi")) == (0, 2, 2)
