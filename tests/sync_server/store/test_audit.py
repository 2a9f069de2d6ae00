"""The audit log is what was written, or says where it is not."""

import threading
from contextlib import closing
from pathlib import Path

import pytest

from sync_server.store import Store, audit, open_store

LIMIT_S = 60


def write(store: Store, *abouts: str, at_ms: int = 1000) -> None:
    for about in abouts:
        with store.write() as transaction:
            audit.note(transaction, who="Cilla", what="invited", about=about, at_ms=at_ms)


def change(store: Store, sql: str) -> None:
    with store.write() as transaction:
        transaction.execute(sql)


def test_what_was_noted_is_listed_newest_first(store: Store) -> None:
    write(store, "Aino", "Bo", "Dag")

    newest = audit.notes(store, most=2)
    older = audit.notes(store, up_to=1, most=2)

    assert [(note.number, note.at, note.who, note.what, note.about) for note in newest] == [
        (3, 1000, "Cilla", "invited", "Dag"),
        (2, 1000, "Cilla", "invited", "Bo"),
    ]
    assert [note.about for note in older] == ["Aino"]


def test_a_log_that_nobody_touched_is_whole(store: Store) -> None:
    empty = audit.check(store)
    write(store, "Aino", "Bo", "Dag")

    checked = audit.check(store)

    assert (empty.notes, empty.broken) == (0, "")
    assert (checked.notes, checked.hash, checked.broken) == (3, audit.notes(store, most=1)[0].hash, "")


@pytest.mark.parametrize(
    ("sql", "notes", "broken"),
    [
        ("UPDATE audit SET about = 'Eeva' WHERE number = 2", 1, "Row 2 is not what was written, or the one before it."),
        ("UPDATE audit SET at = 999 WHERE number = 3", 2, "Row 3 is not what was written, or the one before it."),
        ("DELETE FROM audit WHERE number = 2", 1, "Row 2 is missing."),
        ("DELETE FROM audit WHERE number = 3", 2, "The log ends with row 2, and 3 were written."),
        ("DELETE FROM audit", 0, "The log ends with row 0, and 3 were written."),
        ("INSERT INTO audit SELECT 4, at, who, what, about, hash FROM audit WHERE number = 3", 3, "Row 4 is not what"),
        ("UPDATE audit_heads SET number = 2", 3, "The log ends with row 3, and 2 were written."),
    ],
    ids=["who", "when", "in between", "the last", "all", "added", "the head"],
)
def test_what_was_changed_shows(store: Store, sql: str, notes: int, broken: str) -> None:
    write(store, "Aino", "Bo", "Dag")

    change(store, sql)

    checked = audit.check(store)
    assert checked.notes == notes
    assert checked.broken.startswith(broken)


def test_rows_from_before_are_chained_together_with_the_next_one(store: Store) -> None:
    """As migration 0009 leaves them."""
    change(
        store, "INSERT INTO audit VALUES (1, 10, 'Cilla', 'restored', 'a', ''), (2, 20, 'Cilla', 'restored', 'b', '')"
    )
    change(store, "INSERT INTO audit_heads VALUES ('audit', 2, '')")
    before = audit.check(store)

    write(store, "Aino")

    after = audit.check(store)
    change(store, "UPDATE audit SET about = 'c' WHERE number = 1")
    assert (before.notes, before.hash, before.broken) == (2, "", "")
    assert (after.notes, after.broken) == (3, "")
    assert audit.check(store).broken.startswith("Row 1 is not what was written")


def test_writers_side_by_side_never_follow_the_same_row(place: Path | str) -> None:
    """Each with a connection of its own, all at once."""
    begin = threading.Barrier(4)

    def work(name: str) -> None:
        with closing(open_store(place)) as store:
            begin.wait(LIMIT_S)
            write(store, *[f"{name}{number}" for number in range(10)])

    open_store(place).close()
    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT_S)

    with closing(open_store(place)) as store:
        checked, found = audit.check(store), audit.notes(store, most=100)
    assert (checked.notes, checked.broken) == (40, "")
    assert {note.about for note in found} == {f"{name}{number}" for name in "abcd" for number in range(10)}


def test_what_was_broken_off_is_not_noted(store: Store) -> None:
    write(store, "Aino")

    with pytest.raises(RuntimeError, match="no"), store.write() as transaction:
        audit.note(transaction, who="Cilla", what="invited", about="Bo", at_ms=1)
        raise RuntimeError("no")

    write(store, "Dag")
    assert audit.check(store).broken == ""
    assert [note.about for note in audit.notes(store, most=9)] == ["Dag", "Aino"]
