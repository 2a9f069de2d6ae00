"""Backups: whole, of one instant, and counted whatever happens (design.md 3.3)."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

from survey.entries import Head
from sync_server.errors import BackupFailed
from sync_server.store import Store, Transaction, open_store, upkeep
from sync_server.store.backup_file import BackupFile
from sync_server.store.sqlite import FILE
from sync_server.store.upkeep import Backup
from sync_server.upkeep.backup import forget, make_backup, vanished
from sync_server.upkeep.restore import restore
from tests.sync_server.exchange.shop import NOW, Journal, Shop
from tests.sync_server.upkeep.commands import at, run

DAY_MS = 86_400_000
JOURNAL_ID = 42  # of the fixture's journal


def back_up(shop: Shop, folder: Path, *, day: int = 0, keep: int = 14) -> Backup:
    return make_backup(shop.store, folder, now_ms=NOW + day * DAY_MS, tell=lambda done, of: None, keep=keep)


def may_forget(shop: Shop, journal_id: int = JOURNAL_ID) -> Head | None:
    return upkeep.may_forget(shop.store.read, "kamppi", [journal_id])[journal_id]


def test_a_backup_holds_the_instant_at_which_it_began_though_answers_go_on_arriving(
    shop: Shop, journal: Journal, tmp_path: Path
) -> None:
    shop.receive(journal.write(5, 4, 3).request())
    with shop.store.write() as transaction:  # a store that is copied in several steps
        transaction.execute(
            "INSERT INTO sessions (session_hash, content, expires_at) VALUES ('large', ?, 1)", ("x" * 20_000_000,)
        )
    steps = []

    def answers_arrive(done: int, of: int) -> None:
        steps.append(done)
        assert len(steps) < 100, "The copy begins anew at every answer."
        after = len(journal.entries)
        shop.receive(journal.write(1).request(after=after))

    backup = make_backup(shop.store, tmp_path / "b", now_ms=NOW, tell=answers_arrive)

    with BackupFile(Path(backup.file)) as file:
        assert file.read("SELECT value FROM answers ORDER BY seq") == [(5,), (4,), (3,)]
        assert file.read("SELECT head_seq FROM journals") == [(3,)]
    assert len(steps) > 3
    assert shop.rows("head_seq", "journals") == [(3 + len(steps),)]


def test_a_backup_is_one_file_with_its_hash_beside_it(shop: Shop, journal: Journal, tmp_path: Path) -> None:
    shop.receive(journal.write(5).request())

    backup = back_up(shop, tmp_path / "b")

    file = Path(backup.file)
    assert {path.name for path in file.parent.iterdir()} == {file.name, f"{file.name}.sha256", ".lock"}
    assert backup.sha256 == sha256(file.read_bytes()).hexdigest()
    assert subprocess.run(["sha256sum", "--check", f"{file.name}.sha256"], cwd=file.parent, check=False).returncode == 0
    assert upkeep.backups(shop.store) == [backup]


def test_store_backup_and_what_is_restored_are_read_by_their_owner_alone(shop: Shop, tmp_path: Path) -> None:
    """Whatever the folder lets others do, and IT's own umask when they run the command."""
    open_store(tmp_path / "store").close()
    backup = back_up(shop, tmp_path / "b")
    restore(tmp_path / "restored", Path(backup.file), replace=False, now_ms=NOW, tell=lambda done, of: None)

    files = [tmp_path / "store" / FILE, Path(backup.file), tmp_path / "restored" / FILE]
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 3


def test_nothing_may_be_forgotten_before_there_is_a_backup(shop: Shop, journal: Journal) -> None:
    """Rule 3.3."""
    shop.receive(journal.write(5).request())

    assert may_forget(shop) is None


def test_what_every_backup_holds_may_be_forgotten(shop: Shop, journal: Journal, tmp_path: Path) -> None:
    """Rule 3.3."""
    shop.receive(journal.write(5, 4).request())
    back_up(shop, tmp_path / "b", day=0)
    shop.receive(journal.write(3).request(after=2))
    other = Journal("00000000000000b").write(5)
    shop.receive(other.request())
    back_up(shop, tmp_path / "b", day=1)

    both = upkeep.may_forget(shop.store.read, "kamppi", [JOURNAL_ID, 0xB])
    back_up(shop, tmp_path / "b", day=2, keep=2)
    without_the_oldest = upkeep.may_forget(shop.store.read, "kamppi", [JOURNAL_ID, 0xB])

    assert both == {JOURNAL_ID: journal.head(2), 0xB: None}
    assert without_the_oldest == {JOURNAL_ID: journal.head(3), 0xB: other.head(1)}


def test_a_backup_with_a_gap_is_as_good_as_its_part_before_the_gap(
    shop: Shop, journal: Journal, tmp_path: Path
) -> None:
    """Rule 3.3: also after somebody has handed the range over, for that backup lacks it still."""
    journal.write(5, 4, 3, 2, 1)
    shop.receive(journal.request(upto=2))
    shop.receive(journal.request(after=4, gap_after=2))
    assert shop.rows("first_seq, last_seq", "missing_ranges") == [(3, 4)]
    back_up(shop, tmp_path / "b")
    with shop.store.write() as transaction:
        transaction.execute("DELETE FROM missing_ranges")

    assert may_forget(shop) == journal.head(2)


def test_a_gap_that_was_found_since_bounds_it_and_one_that_was_accepted_does_not(
    shop: Shop, journal: Journal, tmp_path: Path
) -> None:
    """Rule 3.3."""
    shop.receive(journal.write(5, 4, 3, 2, 1).request())
    back_up(shop, tmp_path / "b")
    with shop.store.write() as transaction:
        transaction.execute(
            "INSERT INTO missing_ranges (location_id, journal_id, first_seq, last_seq, found_at)"
            " VALUES ('kamppi', ?, 4, 4, 0)",
            (JOURNAL_ID,),
        )
    found = may_forget(shop)
    with shop.store.write() as transaction:
        transaction.execute("UPDATE missing_ranges SET accepted_at = 1")

    assert found == journal.head(3)
    assert may_forget(shop) == journal.head(5)


def test_a_backup_whose_file_vanished_counts_until_somebody_forgets_it(
    shop: Shop, journal: Journal, tmp_path: Path
) -> None:
    shop.receive(journal.write(5).request())
    lost = back_up(shop, tmp_path / "b", day=0)
    shop.receive(journal.write(4).request(after=1))
    kept = back_up(shop, tmp_path / "b", day=1)
    Path(lost.file).unlink()

    before = (vanished(shop.store), may_forget(shop))
    forget(shop.store, lost.backup_id)

    assert before == ([lost], journal.head(1))
    assert (vanished(shop.store), may_forget(shop)) == ([], journal.head(2))
    with pytest.raises(BackupFailed, match="is still there"):
        forget(shop.store, Path(kept.file).name)


class Crashing:
    """A store whose program ends at its n-th transaction from now: just before it, or just after its commit."""

    def __init__(self, store: Store, transactions: int, *, is_after: bool) -> None:
        self.read, self.snapshot = store.read, store.snapshot
        self._store, self._left, self._is_after = store, transactions, is_after

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        self._left -= 1
        if self._left < (0 if self._is_after else 1):
            raise ConnectionAbortedError("crash")
        with self._store.write() as transaction:
            yield transaction
        if self._left == 0:
            raise ConnectionAbortedError("crash")

    def close(self) -> None: ...


@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("transactions", range(1, 9))
def test_no_file_is_a_backup_that_is_not_counted_wherever_it_is_cut_short(
    tmp_path: Path, journal: Journal, transactions: int, is_after: bool
) -> None:
    """Rule 3.3: two old backups give way to a third; each transaction on the way may be the last one."""
    shop, folder = Shop(tmp_path / "server"), tmp_path / "b"
    for day in range(2):
        shop.receive(journal.write(5).request(after=day))
        back_up(shop, folder, day=day)
    crashing = Crashing(shop.store, transactions, is_after=is_after)

    with pytest.raises(BackupFailed):
        make_backup(crashing, folder, now_ms=NOW + 2 * DAY_MS, tell=lambda done, of: None, keep=1)
    allowed = may_forget(shop)
    oldest = min(head_in(file) for file in folder.glob("hymy-*.db"))
    last = back_up(shop, folder, day=3, keep=1)

    assert allowed is None or allowed.seq <= oldest
    assert sorted(path.name for path in folder.glob("hymy-*")) == [
        Path(last.file).name,
        f"{Path(last.file).name}.sha256",
    ]
    assert upkeep.backups(shop.store) == [last]
    assert may_forget(shop) == journal.head(2)
    shop.store.close()


def head_in(file: Path) -> int:
    with BackupFile(file) as opened:
        ((seq,),) = opened.read("SELECT head_seq FROM journals")
        return int(seq)


def test_a_full_disk_leaves_the_backups_that_are_there(shop: Shop, journal: Journal, tmp_path: Path) -> None:
    shop.receive(journal.write(5).request())
    before = back_up(shop, tmp_path / "b")
    with shop.store.write() as transaction:
        transaction.execute(
            "INSERT INTO sessions (session_hash, content, expires_at) VALUES ('large', ?, 1)", ("x" * 3_000_000,)
        )

    done = run("backup", *at(shop.place), "--to", tmp_path / "b", most_bytes=2_000_000)

    assert done.returncode == 1
    assert "No backup was made" in done.stderr
    assert upkeep.backups(shop.store) == [before]
    assert not list((tmp_path / "b").glob("*.part*"))


def test_a_second_backup_into_the_folder_does_not_begin(shop: Shop, tmp_path: Path) -> None:
    def second(done: int, of: int) -> None:
        with pytest.raises(BackupFailed, match=r"Another backup into .* is running"):
            back_up(shop, tmp_path / "b", day=1)

    make_backup(shop.store, tmp_path / "b", now_ms=NOW, tell=second)

    assert len(upkeep.backups(shop.store)) == 1


def test_the_command_makes_lists_and_forgets(shop: Shop, journal: Journal, tmp_path: Path) -> None:
    shop.receive(journal.write(5).request())

    made = run("backup", *at(shop.place), "--to", tmp_path / "b")
    (backup,) = upkeep.backups(shop.store)
    listed = run("backup", "list", *at(shop.place))
    Path(backup.file).unlink()
    gone = run("backup", "list", *at(shop.place))
    forgotten = run("backup", "forget", backup.backup_id, *at(shop.place))

    assert "opened and checked" in made.stdout
    assert made.stderr == "Backup: 100 %\n"
    assert Path(backup.file).parent == tmp_path / "b"
    assert f"{backup.backup_id}  " in listed.stdout
    assert "GONE" not in listed.stdout
    assert "GONE" in gone.stdout
    assert forgotten.returncode == 0
    assert "No backup yet" in run("backup", "list", *at(shop.place)).stdout
