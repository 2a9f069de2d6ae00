"""What became of every press: the record beside the store's own rows, and the table that says so."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from hymy.simulate.crowd import Crowd, names
from hymy.simulate.record import Name, Press
from sync_server.store import Store, held

ASTRAY_MS = 60_000  # a press is put right to half of what the exchange took that set its clock
SHOWN = 10


class Verdict(NamedTuple):
    """lost, doubled, changed: presses by name. changed: another value, or more than a minute from its true time.

    rolled_up: answers that the rollups add up to; None where they hold others' answers as well.
    is_weak: the store was not to be seen; what the replies' heads say was taken for it.
    """

    pressed: int
    stored: int
    sent: int
    counted: int
    quarantined: int
    destroyed: int
    rolled_up: int | None
    lost: list[Name]
    doubled: list[Name]
    changed: list[Name]
    is_weak: bool = False

    @property
    def is_well(self) -> bool:
        in_results = self.counted - self.quarantined
        return not (self.lost or self.doubled or self.changed) and self.rolled_up in (None, in_results)


def rolled_up(store: Store, locations: Sequence[str]) -> int:
    """What the rollups of these locations add up to."""
    return sum(held.rolled_up(store, location_id) for location_id in locations)


def verdict(
    crowd: Crowd, store: Store | None, locations: Sequence[str], *, rolled_up_before: int | None = None
) -> Verdict:
    """store: None where it is not to be seen. rolled_up_before: None where others answer at these locations too."""
    record = crowd.record
    acknowledged = {name for journal in crowd.journals for name in names(journal.entries[: journal.after.seq])}
    acknowledged |= record.arrived
    found = Counter(acknowledged) if store is None else Counter[Name]()
    changed: list[Name] = []
    unfit: set[Name] = set()
    for location_id in locations if store is not None else ():
        assert store is not None  # noqa: S101
        for row in held.answers(store, location_id):
            name = (row.visit, row.question_id)
            if name in record.presses:
                found[name] += 1
                if _is_changed(record.presses[name], row):
                    changed.append(name)
        waiting = [name for _, entry in held.quarantined(store, location_id) for name in names([entry])]
        unfit |= set(waiting)
        found.update(name for name in waiting if name in record.presses)
    gone = record.destroyed - acknowledged
    return Verdict(
        pressed=len(record.presses),
        stored=len(record.presses) - len(gone - found.keys()),
        sent=len(acknowledged),
        counted=len(found),
        quarantined=len(unfit & record.presses.keys()),
        destroyed=len(gone - found.keys()),
        rolled_up=rolled_up(store, locations) - rolled_up_before if store and rolled_up_before is not None else None,
        lost=sorted(record.presses.keys() - found.keys() - record.destroyed),
        doubled=sorted(name for name, times in found.items() if times > 1),
        changed=sorted(changed),
        is_weak=store is None,
    )


def _is_changed(press: Press, row: held.HeldAnswer) -> bool:
    value = len(press.value) if isinstance(press.value, str) else press.value
    return press.unfit or row.value != value or abs(row.at - press.at_ms) > ASTRAY_MS


def table(found: Verdict, crowd: Crowd) -> Iterable[str]:
    """Lines for people."""
    yield f"pressed {found.pressed} / stored {found.stored} / sent {found.sent} / counted {found.counted}"
    yield f"  {found.quarantined} of them in quarantine, {found.destroyed} went with a card before they were sent"
    if found.rolled_up is not None:
        yield f"  {found.rolled_up} in the rollups, {found.counted - found.quarantined} expected there"
    for what, wrong in (("lost", found.lost), ("doubled", found.doubled), ("changed", found.changed)):
        shown = ", ".join(f"visit {visit} {about}" for visit, about in wrong[:SHOWN])
        yield f"{what:<8} {len(wrong)}" + (f": {shown}{' ...' if len(wrong) > SHOWN else ''}" if wrong else "")
    if found.is_weak:
        yield "The store was not to be seen: this rests on the replies alone, and is weaker. --data names its folder."
    for name in crowd.faults.shares:
        yield f"  {name:<16} struck {crowd.faults.struck[name]:>7}"
    for kind, count in sorted((+crowd.tally.errors).items()):
        yield f"  error: {kind:<24} {count:>7}"
