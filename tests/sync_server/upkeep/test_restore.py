"""A backup becomes a store again, whichever kind; and whatever is wrong with it, nothing is lost."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from sync_server.errors import NotRestored
from sync_server.exchange.ingest import receive
from sync_server.store import Row, open_store, upkeep
from sync_server.store.migrate import migrations
from sync_server.store.sqlite import FILE
from sync_server.store.upkeep import Backup
from sync_server.upkeep.backup import make_backup
from sync_server.upkeep.rebuild import check
from sync_server.upkeep.restore import restore
from tests import postgresql
from tests.sync_server.exchange.shop import NOW, Journal, Shop, about
from tests.sync_server.upkeep.commands import at, run
from tests.together.shop import wait_until

OWN = {"audit", "audit_heads", "backups", "backup_heads", "migrations"}  # in these a restored store differs


def told(done: int, of: int) -> None:
    assert done <= of


@pytest.fixture(params=["sqlite", "postgresql"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path | str]:
    """Where there is no store yet, or an empty one."""
    if request.param == "sqlite":
        yield tmp_path / "target"
        return
    request.getfixturevalue("database_server")
    with postgresql.scratch() as address:
        yield address


def back_up(shop: Shop, folder: Path, *, now_ms: int = NOW) -> Backup:
    return make_backup(shop.store, folder, now_ms=now_ms, tell=told)


def content(place: Path | str, tables: Iterable[str]) -> dict[str, list[Row]]:
    with closing(open_store(place)) as store:
        return {table: sorted(store.read(f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: S608


def tables() -> dict[str, list[tuple[str, str]]]:
    """Each with the name and the type of its columns."""
    with closing(apsw.Connection(":memory:")) as connection:
        for statement in (statement for migration in migrations() for statement in migration.statements):
            connection.execute(statement)
        columns = (
            "SELECT m.name, c.name, c.type FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        )
        found: dict[str, list[tuple[str, str]]] = {}
        for table, name, kind in connection.execute(columns):
            found.setdefault(table, []).append((name, kind))
        return {table: columns for table, columns in found.items() if table not in OWN}


def test_a_restored_store_is_what_it_was_on_whichever_kind_it_stood(
    shop: Shop, journal: Journal, tmp_path: Path, target: Path | str
) -> None:
    """From SQLite to PostgreSQL, back, and each to its own kind."""
    journal.visit(("overall", 2), ("words", "Jono 🙁"), ("which", 3))
    journal.write(9).write("b2", context=about("booted", kind="event"))
    shop.receive(journal.request())
    backup = back_up(shop, tmp_path / "b")

    restore(target, Path(backup.file), replace=False, now_ms=NOW, tell=told)

    assert content(target, tables()) == content(shop.place, tables())
    with closing(open_store(target)) as store:
        assert [kept.sha256 for kept in upkeep.backups(store)] == [backup.sha256]
        assert upkeep.may_forget(store.read, "kamppi", [42]) == {42: journal.head(5)}
        ((what, about_what),) = store.read("SELECT what, about FROM audit")
    assert (what, about_what) == ("restored", f"{backup.file} {backup.sha256}")


def test_every_table_comes_back_with_all_its_columns(shop: Shop, tmp_path: Path, target: Path | str) -> None:
    with shop.store.write() as transaction:
        for table, columns in tables().items():
            row = [f"{table}.{name}" if kind == "TEXT" else number for number, (name, kind) in enumerate(columns, 1)]
            transaction.execute(f"DELETE FROM {table}")  # noqa: S608
            transaction.insert(table, [name for name, _ in columns], [row])
    backup = back_up(shop, tmp_path / "b")

    restore(target, Path(backup.file), replace=False, now_ms=NOW, tell=told)

    restored = content(target, tables())
    assert restored == content(shop.place, tables())
    assert all(restored.values())


def test_a_file_that_is_not_there_is_told_without_the_system_s_numbers(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.db"

    done = run("restore", nowhere, "--data", tmp_path / "data")

    told = f"Nothing was restored: {nowhere}: No such file or directory. The store is as it was.\n"
    assert (done.returncode, done.stderr) == (1, told)


def test_a_store_gives_way_only_when_told_to(shop: Shop, journal: Journal, tmp_path: Path) -> None:
    shop.receive(journal.write(5).request())
    backup = back_up(shop, tmp_path / "b")
    shop.receive(journal.write(4).request(after=1))
    shop.store.close()

    refused = run("restore", backup.file, *at(shop.place))
    replaced = run("restore", backup.file, "--replace", *at(shop.place))
    shop.open()

    assert (refused.returncode, replaced.returncode) == (1, 0), replaced.stderr
    assert "Say --replace" in refused.stderr
    assert "gives way: 3 locations, 6 people, 1 terminal, 1 journal, 2 answers" in replaced.stdout
    assert shop.rows("head_seq", "journals") == [(1,)]
    if isinstance(shop.place, Path):
        (old,) = shop.place.glob(f"{FILE}.replaced-*")
        assert f"kept as {old}" in replaced.stdout
        with closing(apsw.Connection(str(old))) as connection:
            assert list(connection.execute("SELECT head_seq FROM journals")) == [(2,)]


def test_the_other_backups_beside_it_are_counted_too(shop: Shop, journal: Journal, tmp_path: Path) -> None:
    """Rule 3.3: newer ones, of which the restored store knew nothing, may be restored one day as well."""
    shop.receive(journal.write(5).request())
    older = back_up(shop, tmp_path / "b")
    shop.receive(journal.write(4).request(after=1))
    newer = back_up(shop, tmp_path / "b", now_ms=NOW + 1000)
    shop.store.close()

    restore(shop.place, Path(older.file), replace=True, now_ms=NOW, tell=told)
    shop.open()

    assert {backup.file for backup in upkeep.backups(shop.store)} == {older.file, newer.file}
    assert upkeep.may_forget(shop.store.read, "kamppi", [42]) == {42: journal.head(1)}


def test_backups_that_the_restored_store_knew_and_that_are_gone_are_told(
    shop: Shop, journal: Journal, tmp_path: Path
) -> None:
    shop.receive(journal.write(5).request())
    older = back_up(shop, tmp_path / "b")
    newer = back_up(shop, tmp_path / "b", now_ms=NOW + 1000)
    shop.store.close()
    Path(older.file).unlink()

    restored = run("restore", newer.file, "--replace", *at(shop.place))
    forgotten = run("backup", "forget", older.backup_id, *at(shop.place))
    shop.open()

    assert f"{older.file} is gone." in restored.stdout
    assert f"hymy backup forget {older.backup_id}`" in restored.stdout
    assert forgotten.returncode == 0
    assert [backup.file for backup in upkeep.backups(shop.store)] == [newer.file]


def test_an_exchange_that_is_under_way_as_a_database_is_restored_leaves_nothing_behind(
    database: str, journal: Journal, tmp_path: Path
) -> None:
    """Rule 3.2: no entry stands beyond its journal's head, else the terminal could never send it again."""
    shop = Shop(database)
    shop.receive(journal.write(5).request())
    backup = back_up(shop, tmp_path / "b")
    come = shop.incoming(journal.write(4, 3).request(after=1))

    with ThreadPoolExecutor(1) as command:
        with shop.store.write() as transaction:
            receive(transaction, [come], ask=shop.ask, now_ms=NOW)
            restoring = command.submit(
                restore, database, Path(backup.file), replace=True, now_ms=NOW, tell=lambda done, of: None
            )
            wait_until(lambda: restoring.done() or bool(shop.store.read("SELECT 1 FROM pg_locks WHERE NOT granted")))
        restoring.result(60)

    assert shop.rows("seq", "answers") == [(1,)]
    assert shop.receive(journal.request(after=1)).head == journal.head(3)
    assert list(check(shop.store, told)) == []
    shop.store.close()


def test_a_folder_that_a_server_is_using_is_left_alone(tmp_path: Path, journal: Journal) -> None:
    shop = Shop(tmp_path / "server")
    shop.receive(journal.write(5).request())
    backup = back_up(shop, tmp_path / "b")

    with pytest.raises(NotRestored, match="A server or a command is using"):
        restore(shop.place, Path(backup.file), replace=True, now_ms=NOW, tell=told)
    shop.receive(journal.write(4).request(after=1))

    assert shop.rows("head_seq", "journals") == [(2,)]
    assert not list((tmp_path / "server").glob("*.restoring*"))
    shop.store.close()


def cut(file: Path) -> None:
    with file.open("rb+") as opened:
        opened.truncate(file.stat().st_size - 5000)


def overwrite(file: Path) -> None:
    file.write_text("no backup")


def flip(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(whole)


def scramble(file: Path) -> None:
    """Where the hash is not known."""
    hash_of(file).unlink()
    whole = bytearray(file.read_bytes())
    for page in range(4096, len(whole), 4096):
        whole[page : page + 8] = b"\xff" * 8
    file.write_bytes(whole)


def make_newer(file: Path) -> None:
    hash_of(file).unlink()
    with closing(apsw.Connection(str(file))) as connection:
        connection.execute("INSERT INTO migrations VALUES ('0999_of_tomorrow.sql')")


def make_foreign(file: Path) -> None:
    hash_of(file).unlink()
    file.unlink()
    with closing(apsw.Connection(str(file))) as connection:
        connection.execute("CREATE TABLE t (a)")


def hash_of(file: Path) -> Path:
    return Path(f"{file}.sha256")


@pytest.mark.parametrize(
    ("spoil", "told_of"),
    [
        (overwrite, "is not what was written as a backup"),
        (flip, "its SHA-256 is not the one in"),
        (lambda file: hash_of(file).write_text(""), "its SHA-256 is not the one in"),
        (lambda file: (hash_of(file).unlink(), overwrite(file)), "it is no SQLite file"),
        (lambda file: (hash_of(file).unlink(), cut(file)), "is cut short: it has"),
        (scramble, "is damaged"),
        (make_newer, "comes from a newer version of Hymy (it has 0999_of_tomorrow.sql)"),
        (make_foreign, "is not a store of Hymy"),
        (Path.unlink, "No such file"),
    ],
    ids=[
        "other words",
        "a flipped bit",
        "an empty hash",
        "no SQLite",
        "cut short",
        "damaged",
        "newer",
        "foreign",
        "not there",
    ],
)
def test_what_is_wrong_with_a_backup_is_told_and_the_store_stays(
    tmp_path: Path, journal: Journal, spoil: Callable[[Path], object], told_of: str
) -> None:
    shop = Shop(tmp_path / "server")
    shop.receive(journal.write(5).request())
    file = Path(back_up(shop, tmp_path / "b").file)
    shop.store.close()
    spoil(file)

    done = run("restore", file, "--replace", "--unchecked", *at(shop.place))
    shop.open()

    assert done.returncode == 1
    assert told_of in done.stderr
    assert shop.rows("head_seq", "journals") == [(1,)]
    assert {path.name for path in (tmp_path / "server").iterdir()} <= {FILE, f"{FILE}-wal", f"{FILE}-shm"}
    shop.store.close()


def test_a_copy_without_its_hash_is_taken_only_when_told_to(tmp_path: Path, journal: Journal) -> None:
    shop = Shop(tmp_path / "server")
    shop.receive(journal.write(5).request())
    file = Path(back_up(shop, tmp_path / "b").file)
    shop.store.close()
    hash_of(file).unlink()

    refused = run("restore", file, "--replace", *at(shop.place))
    taken = run("restore", file, "--unchecked", *at(tmp_path / "new"))

    assert (refused.returncode, taken.returncode) == (1, 0), taken.stderr
    assert f"{hash_of(file).name} is not beside it. Copy it there too" in refused.stderr
    assert "--unchecked" in refused.stderr
    assert not list((tmp_path / "server").glob(f"{FILE}.*"))


def test_a_full_disk_leaves_the_store_that_is_there(tmp_path: Path, journal: Journal) -> None:
    shop = Shop(tmp_path / "server")
    shop.receive(journal.write(5).request())
    with shop.store.write() as transaction:
        transaction.execute(
            "INSERT INTO sessions (session_hash, content, expires_at) VALUES ('large', ?, 1)", ("x" * 3_000_000,)
        )
    backup = back_up(shop, tmp_path / "b")
    shop.store.close()

    done = run("restore", backup.file, "--replace", *at(shop.place), most_bytes=2_000_000)
    shop.open()

    assert (done.returncode, "Nothing was restored" in done.stderr) == (1, True)
    assert shop.rows("head_seq", "journals") == [(1,)]
    shop.store.close()


def test_a_backup_of_an_older_version_is_brought_up_to_date(tmp_path: Path, target: Path | str) -> None:
    file = tmp_path / "hymy-old.db"
    first = migrations()[0]
    with closing(apsw.Connection(str(file))) as connection:
        connection.execute("CREATE TABLE migrations (name TEXT NOT NULL PRIMARY KEY)")
        for statement in first.statements:
            connection.execute(statement)
        connection.execute("INSERT INTO migrations VALUES (?)", (first.name,))
        connection.execute("INSERT INTO regions VALUES ('uusimaa', 'Uusimaa')")
        connection.execute("INSERT INTO locations VALUES ('kamppi', 'uusimaa', 'Kamppi', 'Europe/Helsinki', NULL)")
        connection.execute("INSERT INTO journals VALUES ('kamppi', 42, 't', 'kamppi-checkout', 9, 99, 9, 0, 0)")
        connection.execute("INSERT INTO missing_ranges VALUES ('kamppi', 42, 7, 8, 0)")

    restore(target, file, replace=False, now_ms=NOW, tell=told, unchecked=True)

    with closing(open_store(target)) as store:
        assert {name for (name,) in store.read("SELECT name FROM migrations")} == {m.name for m in migrations()}
        assert store.read("SELECT missing FROM journals") == [(1,)]
        assert upkeep.backups(store)[0].file == str(file)


def test_a_damaged_store_can_be_replaced(tmp_path: Path, journal: Journal) -> None:
    shop = Shop(tmp_path / "server")
    shop.receive(journal.write(5).request())
    backup = back_up(shop, tmp_path / "b")
    shop.store.close()
    (tmp_path / "server" / FILE).write_bytes(b"\0" * 100_000)

    done = run("restore", backup.file, "--replace", *at(shop.place))
    shop.open()

    assert done.returncode == 0, done.stderr
    assert "a store that can't be read" in done.stdout
    assert shop.rows("head_seq", "journals") == [(1,)]
    shop.store.close()
