"""Leaves out of the figures what cannot be of different visitors (survey/mashing.py), some seconds after it came.

Not while it comes: what comes after decides, and nobody waits for it. What comes before, later (a missing range handed
over, a release from quarantine), lowers the journal's settled_seq: from there on all is looked at again, as it is
everywhere by another rule. Marks are compared with what they should be, so that looking twice changes nothing.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from survey.mashing import RULE, RUN, run_lengths, set_aside
from survey.opening_hours import QUARTER_MS
from survey.questions import STAFF
from sync_server.exchange.arrival import Ask, rollup_keys
from sync_server.store import Store, Transaction, settled, upkeep
from sync_server.store.rows import Place, RollupKey
from sync_server.store.settled import Given, Unsettled
from sync_server.store.upkeep import WHOLE_DAY

JOURNALS, ANSWERS = 500, 2_000  # in one round: who writes and who reads a page hardly wait for it


class Settling:
    """Of several server processes on one store, each journal falls to the one that takes it first.

    tell: at which locations the figures have changed.
    """

    def __init__(self, store: Store, *, ask: Ask, tell: Callable[[Iterable[str]], None], rule: int = RULE) -> None:
        self._store, self._ask, self._tell, self._rule = store, ask, tell, rule

    def settle(self, *, most_s: float = float("inf")) -> None:
        """Until nothing is left, or the time is up."""
        until = time.monotonic() + most_s
        while self.step() and time.monotonic() < until:
            pass

    def step(self) -> bool:
        """One round. Whether there may be more to do."""
        journals = settled.unsettled(self._store, self._rule, JOURNALS)
        if not journals:
            return False
        with self._store.write() as transaction:
            changed_at = self._look(transaction, journals)
        if changed_at:
            self._tell(changed_at)
        return True

    def _look(self, transaction: Transaction, journals: Iterable[Unsettled]) -> list[str]:
        """Returns where figures changed. Rollups come last, as in an exchange: nobody waits crosswise."""
        left = ANSWERS
        sums: Counter[RollupKey] = Counter()
        for journal in journals:
            head_seq = settled.take(transaction, journal)
            if head_seq is not None:
                left -= self._look_at(transaction, journal, head_seq, left, sums)
            if left <= 0:
                break
        upkeep.mend_rollups(transaction, [(key, change) for key, change in sums.items() if change])
        return sorted({key.location_id for key in sums})

    def _look_at(
        self, transaction: Transaction, journal: Unsettled, head_seq: int, most: int, sums: Counter[RollupKey]
    ) -> int:
        """Go through what follows the last entry looked at; returns how many answers that were."""
        after = journal.settled_seq if journal.settled_rule == self._rule else 0
        found = settled.answers_from(transaction.execute, journal, after, most)
        latest = [answer for answer in found[:1] if answer.seq <= after]
        new = found[len(latest) :][:most]
        upto = new[-1].seq if len(new) == most else head_seq
        settled.put_settled(transaction, journal, upto, self._rule)
        if new:
            before = settled.beginnings_before(transaction.execute, journal, after, RUN) if latest else []
            changed = changes(before, latest, new)
            for was_aside in (True, False):
                seqs = [answer.seq for answer in changed if answer.is_aside == was_aside]
                settled.mark(transaction, journal, seqs, is_aside=not was_aside)
            for answer in changed:
                self._count(journal, answer, sums)
        return len(new)

    def _count(self, journal: Unsettled, answer: Given, sums: Counter[RollupKey]) -> None:
        """From its values to what was set aside, or back."""
        place = Place(journal.location_id, answer.touchpoint_id, journal.time_zone)
        question = self._ask(answer.survey, answer.question_id, answer.touchpoint_id)
        keys = rollup_keys(question, answer.value, answer.at // QUARTER_MS, place)
        sign = 1 if answer.is_aside else -1
        for key, change in [*((key, sign) for key in keys), *((key, -sign) for key in settled.aside_keys(keys))]:
            sums[key] += change
            sums[key._replace(local_hour=WHOLE_DAY)] += change


def changes(before: Sequence[Given], latest: Sequence[Given], new: Sequence[Given]) -> list[Given]:
    """Those that are marked otherwise than the rule says. Pure.

    before: the last ones, up to RUN, that began a visit; latest: the answer just before the new ones, if there is one.
    """
    last_run = before[len(before) - run_lengths([one.at for one in before])[-1] :] if before else []
    begun = [*last_run, *_beginnings(latest, new)]
    asides = set_aside([one.at for one in begun])
    to_leave_out = {one.seq for one, is_aside in zip(begun, asides, strict=True) if is_aside}
    return [one for one in (*last_run, *new) if one.is_aside != (one.seq in to_leave_out)]


def _beginnings(latest: Sequence[Given], new: Sequence[Given]) -> list[Given]:
    """Those that begin a visit, without what staff say."""
    visits = [*(one.visit for one in latest), *(one.visit for one in new)]
    visits_before = visits[: len(new)] if latest else [None, *visits[:-1]]
    return [
        one
        for one, visit in zip(new, visits_before, strict=True)
        if one.visit != visit and not one.question_id.startswith(STAFF)
    ]
