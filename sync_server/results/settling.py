"""Leaves out of the figures what cannot be of different visitors (survey/mashing.py), some seconds after it came.

Not while it comes: what comes after decides, and nobody waits for it. By another rule all is looked at anew.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from survey.mashing import RULE, RUN, run_lengths, set_aside
from survey.opening_hours import QUARTER_MS
from sync_server.exchange.arrival import Ask, rollup_keys
from sync_server.store import Store, Transaction, settled, upkeep
from sync_server.store.rows import Place, RollupKey
from sync_server.store.settled import Beginning, Unsettled
from sync_server.store.upkeep import WHOLE_DAY

JOURNALS, ANSWERS = 100, 2_000  # in one round: who writes and who reads a page hardly wait for it


class Settling:
    """Of several server processes on one store, each journal falls to the one that takes it first.

    tell: at which locations the figures have changed.
    """

    def __init__(self, store: Store, *, ask: Ask, tell: Callable[[Iterable[str]], None], rule: int = RULE) -> None:
        self._store, self._ask, self._tell, self._rule = store, ask, tell, rule

    def settle(self) -> None:
        """Until nothing is left."""
        while self.step():
            pass

    def step(self) -> bool:
        """One round. Whether there is more to do."""
        journals = settled.unsettled(self._store, self._rule, JOURNALS)
        for journal in journals:
            with self._store.write() as transaction:
                is_changed = self._look(transaction, journal)
            if is_changed:
                self._tell([journal.location_id])
        return bool(journals)

    def _look(self, transaction: Transaction, journal: Unsettled) -> bool:
        """Go through what follows the last entry looked at. True where a figure changed."""
        after = journal.settled_seq if journal.settled_rule == self._rule else 0
        new = settled.beginnings(transaction.execute, journal, after, ANSWERS)
        upto = new[-1].seq if len(new) == ANSWERS else max(after, journal.head_seq)
        if not settled.take(transaction, journal, upto, self._rule) or not new:
            return False
        before = settled.beginnings_before(transaction.execute, journal, after, RUN)
        changed = changes(before, new)
        for was_aside in (True, False):
            seqs = [one.seq for one in changed if one.is_aside == was_aside]
            settled.mark(transaction, journal, seqs, is_aside=not was_aside)
        self._count(transaction, journal, changed)
        return bool(changed)

    def _count(self, transaction: Transaction, journal: Unsettled, changed: Sequence[Beginning]) -> None:
        sums: Counter[RollupKey] = Counter()
        for one in changed:
            place = Place(journal.location_id, one.touchpoint_id, journal.time_zone)
            question = self._ask(one.survey, one.question_id, one.touchpoint_id)
            keys = rollup_keys(question, one.value, one.at // QUARTER_MS, place)
            sign = 1 if one.is_aside else -1
            for key, change in [*((key, sign) for key in keys), *((key, -sign) for key in settled.aside_keys(keys))]:
                sums[key] += change
                sums[key._replace(local_hour=WHOLE_DAY)] += change
        upkeep.mend_rollups(transaction, [(key, change) for key, change in sums.items() if change])


def changes(before: Sequence[Beginning], new: Sequence[Beginning]) -> list[Beginning]:
    """Those that are marked otherwise than the rule says. before: the last ones, RUN of them are enough. Pure."""
    joined = [*before, *new]
    first = len(before) - _reaching(before, new[0].at)
    asides = set_aside([one.at for one in joined[first:]])
    return [one for one, is_aside in zip(joined[first:], asides, strict=True) if one.is_aside != is_aside]


def _reaching(before: Sequence[Beginning], at: int) -> int:
    """How many of the last ones are in one run with an answer given then."""
    return run_lengths([*(one.at for one in before), at])[-1] - 1
