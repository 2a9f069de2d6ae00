"""A terminal's journal in memory: what a real one keeps on its card, and none of how."""

import secrets
from collections import Counter
from collections.abc import Sequence
from typing import Self

from survey.entries import START, Birth, Context, Entry, Head, chain
from survey.exchange import Closed, Day
from survey.opening_hours import told_date
from survey.questions import Value

Draft = tuple[int, int, Value, Context]  # visit, uptime_ms, value, context


class Journal:
    """Entry seq stands at entries[seq - 1], its chain at links[seq - 1]. It forgets nothing: no run lasts 90 days.

    after: the server's head, as far as this journal's own chain bears it out; the next batch begins there.
    """

    def __init__(self, time_zone: str) -> None:
        self.name = secrets.token_hex(8)[:15]
        self.time_zone = time_zone
        self.entries: list[Entry] = []
        self.links: list[int] = []
        self.answers = 0
        self.after = Head()
        self._days: Counter[str] = Counter()

    def copy(self) -> Self:
        """As a cloned card, or an image of it, has it."""
        twin = object.__new__(type(self))
        twin.__dict__ = {**self.__dict__, "entries": [*self.entries], "links": [*self.links]}
        twin._days = Counter(self._days)
        return twin

    @property
    def newest(self) -> Head:
        return Head(len(self.links), self.links[-1]) if self.links else Head()

    def chain_at(self, seq: int) -> int | None:
        """None beyond the newest entry."""
        if seq == 0:
            return START
        return self.links[seq - 1] if seq <= len(self.links) else None

    def holds(self, head: Head) -> bool:
        """Whether its history is this journal's own."""
        return self.chain_at(head.seq) == head.chain

    def append(self, drafts: Sequence[Draft]) -> None:
        self._add([Entry(seq, *draft) for seq, draft in enumerate(drafts, len(self.entries) + 1)])

    def carry_over(self, old: "Journal", common: Head) -> None:
        """What follows `common` in the old journal, each entry with its birth (design.md 3.4)."""
        self._add(
            [
                Entry(
                    seq,
                    *(entry.visit, entry.uptime_ms, entry.value, entry.context),
                    entry.born or Birth(old.name, entry.seq, link).text,
                )
                for seq, (entry, link) in enumerate(
                    zip(old.entries[common.seq :], old.links[common.seq :], strict=True), 1
                )
            ]
        )

    def entries_after(self, seq: int, count: int) -> list[Entry]:
        return self.entries[seq : seq + count]

    def days(self, sent: Sequence[Entry]) -> list[Day]:
        """The dates of these entries, and the newest one: what was pressed and stored on each since the beginning."""
        newest = [entry for entry in self.entries[-1:] if entry.context.kind == "answer"]
        dates = {self._date(entry) for entry in [*sent, *newest] if entry.context.kind == "answer"}
        return [Day(date, self._days[date], self._days[date]) for date in sorted(dates)]

    @property
    def as_closed(self) -> Closed:
        return Closed(self.name, self.newest)

    def _add(self, entries: list[Entry]) -> None:
        self.links.extend(chain(self.newest.chain, entries))
        self.entries.extend(entries)
        answers = [entry for entry in entries if entry.context.kind == "answer"]
        self.answers += len(answers)
        self._days.update(map(self._date, answers))

    def _date(self, entry: Entry) -> str:
        return told_date(entry.context.clock_ms, entry.uptime_ms, self.time_zone)
