"""Looks on while the real parts decide: counts every branch, and judges what a terminal forgets when it forgets it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from sqlite_utils import Database

from kiosk import offering
from kiosk.exchange import Exchange
from kiosk.journal import journal as journal_module
from kiosk.journal.journal import Journal
from kiosk.journal.records import Records
from kiosk.journal.schema import migrations
from sync_server.exchange import handler, ingest, odd
from sync_server.store import journals
from tests.model.judge import is_in
from tests.model.terminals import Card, Held
from tests.model.world import Renamed, World

SERVER = (
    "acknowledged",
    "heartbeat",
    "batch repeated",
    "batch overlapping",
    "another history",
    "missing range found",
    "handed over whole",
    "handed over in part",
    "closed journal after its entries came in another",
    "carried over, first coming",
    "carried over, repeated",
    "quarantined",
    "journal found at another location",
    "new journal asked for",
    "may forget: nothing",
    "may forget: up to a backup's head",
    "may forget: up to a gap",
)
TERMINAL = (
    "moved on",
    "rewound",
    "rewound to what is forgotten",
    "fork",
    "fork below what is forgotten",
    "fork of a fork",
    "new journal begun",
    "closed journal offered",
    "missing range of the journal in use offered",
    "missing range of a closed journal offered",
    "offer refused",
    "closed journal forked",
    "closed journal in doubt, and held",
    "closed journal emptied",
    "forgotten",
)
RULES = (
    "request lost",
    "reply lost",
    "login page",
    "busy",
    "too large",
    "late heartbeat",
    "late batch",
    "late carried over",
    "late batch of a closed journal",
    "restored, old",
    "restored, ancient",
    "cloned",
    "cloned from an image",
    "rolled back",
    "wiped",
    "moved",
    "enrolled anew",
    "enrolled elsewhere",
    "clock changed",
    "switched off and on",
    "loss accepted",
    "lost: with its card",
    "lost: forgotten everywhere, and shown",
)
BRANCHES = SERVER + TERMINAL + RULES


class Copied:
    """An empty journal in a third of the time that its migrations take."""

    def apply(self, database: Database) -> None:
        connection = database.conn
        if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
            connection.executescript(empty_journal())


@cache
def empty_journal() -> str:
    with closing(sqlite3.connect(":memory:")) as connection:
        migrations.apply(Database(connection))
        return "\n".join(connection.iterdump())


class Watch:
    """world: the one that is running."""

    world: World

    @contextmanager
    def on(self, world: World, seed: int) -> Iterator[None]:
        self.world = world
        random = Random(seed)
        with ExitStack() as stack:
            for owner, name, around in (
                (ingest, "new_part", self._new_part),
                (ingest, "_recall", self._recall),
                (odd, "reason_for_quarantine", self._quarantine),
                (ingest, "_may_forget", self._may_forget),
                (journals, "is_first_coming", self._first_coming),
                (journals, "has_stood", self._has_stood),
                (handler, "reply", self._reply),
                (Exchange, "_move", self._move),
                (Exchange, "_fork", self._fork),
                (Exchange, "_renew", self._renew),
                (Exchange, "_offer", self._offer),
                (offering.Offering, "refuse", self._refuse),
                (offering.Offering, "settle", self._settle),
                (offering, "empty_closed", self._empty_closed),
                (Journal, "forget", self._forget),
                (Journal, "_carry_over", self._carry_over),
            ):
                stack.enter_context(patch.object(owner, name, around(getattr(owner, name))))
            stack.enter_context(patch.object(journal_module, "migrations", Copied()))
            stack.enter_context(patch.object(journal_module, "new_id", lambda: f"{random.getrandbits(60):015x}"))
            yield

    def _saw(self, branch: str) -> None:
        self.world.seen[branch] += 1

    def _new_part(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def new_part(come: Any, head: Any, ranges: Any) -> Any:
            news = real(come, head, ranges)
            if news is None:
                self._saw("another history")
            elif news.lost:
                self._saw("missing range found")
            elif news.fills:
                whole = come.request.after.seq + news.begin < news.fills.first
                self._saw("handed over whole" if whole else "handed over in part")
            elif news.begin == news.end:
                self._saw("batch repeated" if news.end else "heartbeat")
            else:
                self._saw("batch overlapping" if news.begin else "acknowledged")
            return news

        return new_part

    def _recall(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def recall(transaction: Any, journal: Any, come: Any, lines: Any, chains: Any) -> Any:
            known = real(transaction, journal, come, lines, chains)
            if known.born != lines.born:
                self._saw("closed journal after its entries came in another")
            return known

        return recall

    def _quarantine(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def reason_for_quarantine(*args: Any) -> Any:
            reason = real(*args)
            if reason:
                self._saw("quarantined")
            return reason

        return reason_for_quarantine

    def _may_forget(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def may_forget(transaction: Any, location_id: str, journal_id: int) -> Any:
            head = real(transaction, location_id, journal_id)
            if head is None:
                self._saw("may forget: nothing")
            elif journals.missing(transaction, location_id, journal_id):
                self._saw("may forget: up to a gap")
            else:
                self._saw("may forget: up to a backup's head")
            return head

        return may_forget

    def _first_coming(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def is_first_coming(*args: Any) -> Any:
            is_first = real(*args)
            self._saw("carried over, first coming" if is_first else "carried over, repeated")
            return is_first

        return is_first_coming

    def _has_stood(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def has_stood(*args: Any) -> Any:
            self._saw("journal found at another location")
            return real(*args)

        return has_stood

    def _reply(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def reply(*args: Any) -> Any:
            found = real(*args)
            if found.commands:
                self._saw("new journal asked for")
            return found

        return reply

    def _move(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def move(exchange: Any, head: Any) -> Any:
            before = exchange._after
            is_ours = real(exchange, head)
            if is_ours and exchange._after.seq > before.seq:
                self._saw("moved on")
            elif is_ours and exchange._after != head and exchange._after != before:
                self._saw("rewound to what is forgotten")
            elif is_ours and exchange._after.seq < before.seq:
                self._saw("rewound")
            return is_ours

        return move

    def _fork(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def fork(exchange: Any, common: Any) -> Any:
            records = exchange._records
            self._saw("fork below what is forgotten" if common.seq < records.base().seq else "fork")
            if any(entry.born for entry in records.entries_after(0)):
                self._saw("fork of a fork")
            return real(exchange, common)

        return fork

    def _carry_over(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def carry_over(new: Journal, old: Journal, common: Any, end: Any) -> None:
            real(new, old, common, end)
            if gone := new.base().seq:
                self.world.renamed.append(Renamed(old.journal_id, common.seq, new.journal_id, gone))

        return carry_over

    def _renew(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def renew(exchange: Any, head: Any) -> None:
            before = exchange._records.journal_id
            real(exchange, head)
            if exchange._records.journal_id != before:
                self._saw("new journal begun")

        return renew

    def _offer(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def offer(exchange: Any, gap: Any, identity: Any) -> Any:
            if gap.is_doubtful:
                return real(exchange, gap, identity)
            what = "journal in use" if gap.path == exchange._records.path else "closed journal"
            if gap.is_missing:
                self._saw(f"missing range of {'the' if 'use' in what else 'a'} {what} offered")
            else:
                self._saw(f"{what} offered")
            return real(exchange, gap, identity)

        return offer

    def _refuse(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def refuse(kept: Any, gap: Any) -> None:
            self._saw("offer refused")
            real(kept, gap)

        return refuse

    def _settle(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def settle(kept: Any, gap: Any, *, is_carried: bool) -> None:
            self._saw("closed journal forked" if is_carried else "closed journal in doubt, and held")
            real(kept, gap, is_carried=is_carried)

        return settle

    def _empty_closed(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def empty_closed(path: Path) -> None:
            self._saw("closed journal emptied")
            with closing(Records.open_file(path)) as records:
                end = records.carried_after().seq
            before = {held for held in Card(path.parent).held() if held.journal in path.name and held.seq <= end}
            real(path)
            self._judge_forgetting(before)

        return empty_closed

    def _forget(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def forget(journal: Journal, *args: Any, **more: Any) -> int:
            entries = [entry for entry in journal.entries_after(0) if entry.context.kind == "answer"]
            newest = journal.newest().seq
            count: int = real(journal, *args, **more)
            base = journal.base().seq
            if count:
                self._saw("forgotten")
                name = journal.journal_id
                gone = {Held(one.visit, name, one.seq, newest, False) for one in entries if one.seq <= base}  # noqa: FBT003
                (line,) = (one.line for one in self.world.terminals if one.card.folder == journal.path.parent)
                self._judge_forgetting(gone, is_unheard=line.heard < self.world.server.restores)
            return count

        return forget

    def _judge_forgetting(self, gone: set[Held], *, is_unheard: bool = False) -> None:
        """Only what the server and each of its backups hold, or what a person has given up.

        Or what they held when the terminal last heard of it: it can't know that one came back which was thrown away.
        """
        world = self.world
        unheard = world.server.was_everywhere if is_unheard else set()
        places = {"the server": set(world.server.presses())}
        places |= {saved.account.file: set(saved.holds) for saved in world.server.kept}
        for held in gone:
            for where, presses in places.items():
                if held.press not in presses | unheard and not is_in(world.accepted, held.journal, held.seq):
                    world.faults.append(f"{held} was forgotten, and {where} lacks it.")
            world.forgotten.setdefault(held.press, set()).add((held.journal, held.seq))
