"""`hymy reconcile`: per terminal, and per local day, whether every press was counted, with every gap named.

What the store holds is counted row by row, not believed from a tally kept along the way.
"""

import argparse
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, at_least_one, counted, say, with_store
from sync_server.errors import NotFound
from sync_server.fleet.days import Day, Gap, days_of, disagreements
from sync_server.fleet.missing import Missing, missing
from sync_server.fleet.terminals import TerminalRow, journal_name, terminals
from sync_server.store import Store, amiss
from sync_server.store.amiss import JournalRow

WORDS = {
    Gap.NOT_STORED: "{n} pressed but not stored",
    Gap.WAITING: "{n} waiting on the terminal",
    Gap.LEFT: "{n} not sent from an earlier journal, they come if the terminal still has it",
    Gap.MISSING: "{n} missing for good",
    Gap.ACCEPTED: "{n} lost, accepted",
    Gap.TOO_MANY: "{n} more came than were stored",
    Gap.NOT_TOLD: "{n} came on a day that the terminal does not tell of",
    Gap.QUARANTINED: "{n} in quarantine",
    Gap.REPEATED: "{n} had come before in another journal (counted there)",
    Gap.CARRIED: "{n} carried over into another journal (counted there)",
}


class Reconciled(TerminalRow, frozen=True, kw_only=True):
    """days: over all its journals, newest first. disagreements: between the rows that are held and the tallies."""

    days: list[Day]
    missing_ranges: list[Missing]
    disagreements: list[str]

    @property
    def has_gap(self) -> bool:
        """Something that neither mends itself nor is settled."""
        return bool(self.missing or self.quarantined or self.disagreements or any(day.needs_look for day in self.days))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--terminal", metavar="ID", help="this one alone, with all its days")
    parser.add_argument("--days", metavar="N", type=at_least_one, help="the newest N days of each terminal alone")
    add_data_argument(parser)
    add_json_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _reconcile)


def reconcile(store: Store, terminal_id: str | None = None) -> list[Reconciled]:
    """The terminals that have a journal, with `counted` counted anew."""
    lost, everything = amiss.missing_ranges(store), missing(store)
    of_terminal: dict[str, list[JournalRow]] = defaultdict(list)
    for journal in amiss.journals(store, terminal_id):
        of_terminal[journal.terminal_id].append(journal)
    rows = []
    for row in terminals(store, terminal_id):
        if not row.journal:
            continue
        journals = of_terminal[row.terminal_id]
        rows.append(
            Reconciled(
                **(msgspec.structs.asdict(row) | {"counted": _counted(store, row, journals)}),
                days=days_of(store, journals, lost),
                missing_ranges=[entry for entry in everything if entry.terminal_id == row.terminal_id],
                disagreements=disagreements(store, journals),
            )
        )
    return rows


def heading(row: TerminalRow) -> str:
    earlier = f" (the newest of {row.journals})" if row.journals > 1 else ""
    return f"{row.name} ({row.location_name}, {row.touchpoint_name}), journal {row.journal}{earlier}"


def differences(row: TerminalRow) -> list[str]:
    """What keeps pressed = stored = sent = counted from being true, in words; nothing when all is well."""
    if row.succeeded_by:
        return [f"its journal goes on with terminal {row.succeeded_by}"]
    heard_at = row.last_exchange_at
    unknown = f"what it holds since {ago(heard_at)} is not known" if heard_at is not None else "it was never heard of"
    found = {
        f"{row.pressed - row.stored} pressed but not stored": row.pressed != row.stored,
        f"{row.waiting} waiting on the terminal": row.waiting != 0,
        f"{row.uncounted} sent but not counted": row.uncounted > 0,
        f"{row.counted - row.sent} counted since it last reported": row.counted > row.sent,
        f"{counted(row.missing, 'entry', 'entries')} missing for good": row.missing != 0,
        f"{row.quarantined} in quarantine": row.quarantined != 0,
        f"revoked: {unknown}": row.revoked_at is not None,
    }
    return [text for text, is_so in found.items() if is_so]


def summary(row: TerminalRow) -> str:
    """One line for people."""
    found = differences(row)
    numbers = equation(row, holds=not found)
    return f"{numbers}: {', '.join(found)}" if found else numbers


def equation(of: TerminalRow | Day, *, holds: bool) -> str:
    steps = (f"pressed {of.pressed}", f"stored {of.stored}", f"sent {of.sent}", f"counted {of.counted}")
    return (" = " if holds else " / ").join(steps)


def ago(at_ms: int) -> str:
    seconds = max(0, (now_ms() - at_ms) // 1000)
    if seconds < 120:
        return f"{seconds} s ago"
    return f"{seconds // 60} min ago" if seconds < 7200 else f"{seconds // 3600} h ago"


def _counted(store: Store, row: TerminalRow, journals: Sequence[JournalRow]) -> int:
    """The answers of the journal in use, by row: here, or where they had come before."""
    for journal in journals:
        if journal_name(journal.journal_id) == row.journal:
            key = journal[:2]
            return amiss.answers_held(store, *key) + (amiss.repeated(store, *key) if journal.answers < row.sent else 0)
    return 0


def _reconcile(store: Store, arguments: argparse.Namespace) -> int:
    rows = reconcile(store, arguments.terminal)
    if arguments.terminal and not rows:
        raise NotFound(f"There is no terminal {arguments.terminal} that has sent anything.", "See hymy terminals list.")
    rows = [msgspec.structs.replace(row, days=row.days[: arguments.days]) for row in rows]
    if arguments.json:
        say(msgspec.json.encode(rows).decode())
    elif rows:
        for row in rows:
            _tell(row, whole=bool(arguments.terminal or arguments.days))
    else:
        say("No terminal has sent anything yet.")
    return 1 if any(row.has_gap for row in rows) else 0


def _tell(row: Reconciled, *, whole: bool) -> None:
    """whole: the days without a gap, too."""
    say(heading(row))
    say(f"    {summary(row)}")
    for day in row.days:
        if whole or day.gaps:
            gaps = ", ".join(WORDS[gap].format(n=n) for gap, n in day.gaps.items())
            numbers = equation(day, holds=day.is_equal)
            say(f"    {day.local_date}  {numbers}: {gaps}" if gaps else f"    {day.local_date}  {numbers}")
    for lost in row.missing_ranges:
        say(f"    {lost.words}")
    for disagreement in row.disagreements:
        say(f"    {disagreement}")
