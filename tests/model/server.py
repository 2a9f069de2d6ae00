"""The server of the model: the real exchange on a real store in memory, and its backups, kept and thrown away.

Only HTTP and the backups' files are left out: a backup is the database's bytes, counted by the tables of `hymy backup`.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

import apsw
import msgspec

from kiosk.transport import Answer
from survey.exchange import ENROLMENT_PATH, EnrolmentRequest
from sync_server.errors import ServerError
from sync_server.exchange import handler, ingest
from sync_server.exchange.incoming import Incoming
from sync_server.exchange.ingest import Received
from sync_server.exchange.writer import _sorted
from sync_server.fleet import enrolment
from sync_server.fleet.surveys import Configurations, Questions
from sync_server.store import Row, upkeep
from sync_server.store.backup_file import BackupFile
from sync_server.store.interface import Bindable
from sync_server.store.migrate import migrate
from sync_server.store.sqlite import SqliteSnapshot, SqliteTransaction
from sync_server.store.upkeep import Backup
from tests import cast

KEEP = 2  # backups: few, so that one is soon thrown away
TOUCHPOINTS = ("tapiola-checkout", "vasa-checkout", "kamppi-entrance")  # the first one is where terminals begin


class MemoryStore:
    """A store that is its bytes: restored and backed up in a tenth of a millisecond."""

    def __init__(self, image: bytes | None = None) -> None:
        self._connection = apsw.Connection(":memory:", statementcachesize=200)
        if image:
            self._connection.deserialize("main", image)
        else:
            with self.write() as transaction:
                migrate(transaction)

    @property
    def image(self) -> bytes:
        return self._connection.serialize("main")

    def read(self, sql: str, parameters: Sequence[Bindable] = ()) -> list[Row]:
        return list(self._connection.execute(sql, parameters))

    def read_each(self, sql: str, rows: Sequence[Sequence[Bindable]]) -> list[list[Row]]:
        return [self.read(sql, row) for row in rows]

    @contextmanager
    def write(self) -> Iterator[SqliteTransaction]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield SqliteTransaction(self._connection)
            self._connection.execute("COMMIT")
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def snapshot(self) -> Iterator[SqliteSnapshot]:
        yield SqliteSnapshot(self._connection)

    def close(self) -> None:
        self._connection.close()


class MemoryBackup(BackupFile):
    def __init__(self, image: bytes) -> None:
        self._connection = apsw.Connection(":memory:")
        self._connection.deserialize("main", image)


class Saved(NamedTuple):
    """A backup. holds: the presses that count or wait in quarantine there, by the model's own record."""

    account: Backup
    image: bytes
    holds: frozenset[int]


class Server:
    """now_ms: the true time."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self.now_ms = now_ms
        self.kept: list[Saved] = []  # newest first
        self.thrown_away: list[Saved] = []
        self._saved = 0
        self.appended = 0  # entries, in all
        self.restores = 0
        self.was_everywhere: set[int] = set()  # presses that the store and every backup held at some time
        self.store = MemoryStore(empty_shop())
        self._begin()

    def post(self, path: str, body: bytes, token: str) -> Answer:
        try:
            if path == ENROLMENT_PATH:
                asked = msgspec.json.decode(body, type=EnrolmentRequest)
                return Answer(200, msgspec.json.encode(enrolment.enrol(self.store, asked, self.now_ms())))
            (answer,) = self.exchange([(token, body)])
            return answer
        except ServerError as error:
            status, _, content = handler._told(error)
            return Answer(status, content)

    def exchange(self, requests: Sequence[tuple[str, bytes]]) -> list[Answer]:
        """Requests that arrive at once: committed together as the server's writer does. Raises ServerError."""
        comes = [handler.decode(handler.authenticate(self.store, f"Bearer {token}"), body) for token, body in requests]
        tasks = [(come, None) for come in comes]
        together, others = _sorted(tasks)  # type: ignore[arg-type]
        found: dict[int, Received] = {}
        for group in filter(None, (together, *([task] for task in others))):
            with self.store.write() as transaction:
                received = ingest.receive(transaction, [come for come, _ in group], ask=self._ask, now_ms=self.now_ms())
            self.appended += sum(one.appended for one in received)
            found |= {id(come): one for (come, _), one in zip(group, received, strict=True)}
        return [self._answer(come, found[id(come)]) for come in comes]

    def back_up(self) -> None:
        """And throw the oldest away."""
        image, holds = self.store.image, frozenset(self.presses())
        self._saved += 1
        sha256 = hashlib.sha256(image + b"%d" % self._saved).hexdigest()
        saved = Saved(Backup(sha256[:12], f"backup {self._saved}", self.now_ms(), len(image), sha256), image, holds)
        self._count(saved)
        self.kept.insert(0, saved)
        for old in self.kept[KEEP:]:
            upkeep.remove_backup(self.store, old.account.backup_id)
            self.thrown_away.append(old)
        del self.kept[KEEP:]
        self.was_everywhere |= holds.intersection(*(saved.holds for saved in self.kept))

    def restore(self, saved: Saved) -> None:
        """The store counts the backup that it came from, and those that lie beside it."""
        if saved in self.thrown_away:
            self.thrown_away.remove(saved)
            self.kept.append(saved)
        self.restores += 1
        self.store.close()
        self.store = MemoryStore(saved.image)
        self._begin()
        counted = {backup.sha256 for backup in upkeep.backups(self.store)}
        for beside in self.kept:
            if beside.account.sha256 not in counted:
                self._count(beside)

    def forget_vanished(self) -> None:
        """Backups that the restored store counts, and that were thrown away since."""
        here = {saved.account.sha256 for saved in self.kept}
        for backup in upkeep.backups(self.store):
            if backup.sha256 not in here:
                upkeep.remove_backup(self.store, backup.backup_id)

    def presses(self) -> list[int]:
        """Each as often as it is there: presses are told apart by their visit."""
        rows = self.store.read("SELECT visit FROM answers")
        entries = self.store.read("SELECT entry FROM quarantine")
        return [visit for (visit,) in rows] + [msgspec.json.decode(entry)[1] for (entry,) in entries]

    def _begin(self) -> None:
        self._ask = Questions(self.store)
        self._configurations = Configurations(self.store, self.now_ms)

    def _answer(self, come: Incoming, received: Received) -> Answer:
        wanted = received.asking.place.touchpoint_id, received.asking.terminal_name
        reply = handler.reply(come, received, self._configurations.get(*wanted), self.now_ms())
        return Answer(200, msgspec.json.encode(reply))

    def _count(self, saved: Saved) -> None:
        upkeep.add_backup(self.store, saved.account)
        with MemoryBackup(saved.image) as opened:
            upkeep.add_backup_heads(self.store, saved.account.backup_id, list(upkeep.held_heads(opened)))


@cache
def empty_shop() -> bytes:
    store = MemoryStore()
    cast.settle(store)
    return store.image
