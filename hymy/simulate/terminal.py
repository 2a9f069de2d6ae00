"""A simulated terminal as a state machine: what it would send, and what it makes of the answer (docs/exchange.md).

No clock, no network, no waiting: time is handed in, and every step says how long to wait for the next one.
"""

import random
from typing import NamedTuple, Self

from hymy.simulate.journal import Draft, Journal
from survey.entries import Context, Entry, Head
from survey.exchange import (
    MAX_CLOSED,
    NEW_JOURNAL,
    Boot,
    Configuration,
    Health,
    Reply,
    Request,
    to_columns,
)
from survey.questions import Value

FIRST_BATCH, LARGEST_BATCH = 500, 2_000  # entries
QUICK_MS = 1_000  # a full batch that takes less may be followed by a larger one
LONGEST_BACK_OFF_S, MOST_DOUBLINGS = 15 * 60, 16  # design.md 3.7
CLOCK_STEP_MS = 500
CLOCK_WRONG_MS = 60_000  # so far off, the computer's own clock is set right as well
VERSION = "simulated"


class Sent(NamedTuple):
    """A request, and what it takes to understand the reply: the journal that it is about, and the entries in it."""

    request: Request
    journal: Journal
    entries: list[Entry]


class Terminal:
    """Every step returns the seconds until the next one: 0 at once, None for nothing to do until there is news."""

    def __init__(self, choose: random.Random, *, switched_on_ms: int, back_off_s: float = 5.0) -> None:
        self.token = ""
        self.configuration: Configuration | None = None
        self.journal = Journal("UTC")
        self.closed: list[Journal] = []
        self.is_refused = False
        self.size = FIRST_BATCH
        self._choose = choose
        self._back_off_s = back_off_s
        self._boots: list[Boot] = []
        self._failures = 0
        self._wanted: list[tuple[Journal, Head, int]] = []  # journal, what to send after, how many at most
        self.switch_on(switched_on_ms, clock_ms=switched_on_ms)

    def copy(self, choose: random.Random) -> Self:
        """The same card in another computer, or kept as an image."""
        twin = object.__new__(type(self))
        closed = [journal.copy() for journal in self.closed]
        twin.__dict__ = {**self.__dict__, "journal": self.journal.copy(), "closed": closed, "_wanted": []}
        twin._choose, twin._boots = choose, [*self._boots]
        return twin

    def enrolled(self, token: str) -> None:
        self.token, self.is_refused, self._failures = token, False, 0

    def switch_on(self, at_ms: int, *, clock_ms: int) -> None:
        """at_ms: the true instant (UTC, epoch ms) of this boot; clock_ms: what its own clock takes it for."""
        self._switched_on_ms, self._clock_ms = at_ms, clock_ms
        self._boots.append(Boot(len(self._boots) + 1, f"simulated-{at_ms}", None, "unknown"))
        self.note("booted", self._boots[-1].boot_id, at_ms)

    @property
    def journals(self) -> list[Journal]:
        return [self.journal, *self.closed]

    @property
    def is_in_step(self) -> bool:
        """Whether the server holds all of it."""
        return self.journal.after == self.journal.newest and not self._wanted

    def note(self, event: str, value: str, at_ms: int) -> None:
        self.journal.append([(0, at_ms - self._switched_on_ms, value, self._context("event", event, "", "terminal"))])

    def press(self, answers: list[tuple[str, Value]], *, visit: int, language: str, at_ms: list[int]) -> None:
        """One visit, with the true instant of each answer."""
        assert self.configuration is not None, "nothing is asked before there is a configuration"  # noqa: S101
        label = self.configuration.survey.label
        drafts: list[Draft] = [
            (visit, at - self._switched_on_ms, value, self._context("answer", about, label, "touch", language))
            for (about, value), at in zip(answers, at_ms, strict=True)
        ]
        self.journal.append(drafts)

    def next_request(self) -> Sent:
        """A closed journal or a missing range first, if the server asked for one; else what follows its head."""
        if self._wanted and self.journal.after == self.journal.newest:
            return self._sent(*self._wanted.pop(0))
        # The server's time first: answers of a boot without a true clock would go out with none (design.md 3.8).
        return self._sent(self.journal, self.journal.after, self.size if self._boots[-1].offset_ms is not None else 0)

    def parted(self, sent: Sent) -> Sent:
        """The same with half of its entries."""
        return self._sent(sent.journal, sent.request.after, len(sent.entries) // 2)

    def follow(self, sent: Sent, reply: Reply, *, took_ms: int, now_ms: int) -> float | None:
        """The reply is the server's: do as it says."""
        self._failures, self.is_refused = 0, False
        self._set_clock(reply.server_time_ms + took_ms // 2 - (now_ms - self._switched_on_ms))
        if reply.configuration:
            self._configure(reply.configuration, now_ms)
        before = sent.journal.after
        if sent.journal is self.journal:
            self.move(reply, now_ms)
        self._note_standings(reply, sent)
        if sent.entries and sent.journal is self.journal and self.journal.after == before:
            return self.failed()  # it took nothing of the batch, and said no more than its old head
        if len(sent.entries) == self.size and took_ms < QUICK_MS:
            self.size = min(LARGEST_BATCH, 2 * self.size)
        if NEW_JOURNAL in reply.commands and self.journal.entries and self.is_in_step:
            self._begin_journal()
        return None if self.is_in_step else 0.0

    def turned_away(self, sent: Sent, status: int, retry_after_s: float | None) -> float:
        if status in (401, 403):
            self.is_refused = True  # keeps everything, and tries ever more seldom
            return self.failed()
        if status in (408, 413) and len(sent.entries) > 1:
            self.size = len(sent.entries) // 2
            return 0.0
        if status in (429, 503) and retry_after_s is not None:
            return min(max(0.0, retry_after_s), LONGEST_BACK_OFF_S)
        return self.failed()

    def too_slow(self, sent: Sent) -> float:
        """No reply in time."""
        if len(sent.entries) > 1:
            self.size = len(sent.entries) // 2
        return self.failed()

    def failed(self) -> float:
        """Full jitter, so that terminals come back spread out."""
        self._failures = min(self._failures + 1, MOST_DOUBLINGS)
        return self._choose.uniform(0, min(LONGEST_BACK_OFF_S, self._back_off_s * 2 ** (self._failures - 1)))

    def move(self, reply: Reply, now_ms: int) -> None:
        """To the server's head: onward after an acknowledgement, back if it was restored, apart if histories differ."""
        if self.journal.holds(reply.head):
            self.journal.after = reply.head
            return
        common = [head for head in (reply.head, *reply.known) if self.journal.holds(head)]
        self.fork(max(common, key=lambda head: head.seq, default=Head()), now_ms)

    def fork(self, common: Head, now_ms: int) -> None:
        old = self._begin_journal()
        self.journal.carry_over(old, common)
        self.note("journal_forked", old.name, now_ms)

    def _begin_journal(self) -> Journal:
        """The one that is closed."""
        old = self.journal
        self.closed.append(old)
        self.journal = Journal(old.time_zone)
        return old

    def _note_standings(self, reply: Reply, sent: Sent) -> None:
        """What the server lacks of closed journals, and ranges that are missing: to be sent next."""
        self._wanted = []
        by_name = {journal.name: journal for journal in self.journals}
        told = [(standing.journal, standing.head, standing.missing) for standing in reply.closed]
        for name, head, missing in [(sent.journal.name, reply.head, reply.missing), *told]:
            journal = by_name[name]
            for first, last in missing:
                self._want_missing(journal, first, last, sent)
            if journal is not self.journal and journal.holds(head):
                moved = head != journal.after or sent.journal is not journal
                journal.after = head
                if moved and head != journal.newest:
                    self._wanted.append((journal, head, self.size))

    def _want_missing(self, journal: Journal, first: int, last: int, sent: Sent) -> None:
        """From its end; the chain proves it. What the server did not take just now waits for the next heartbeat."""
        after_seq = max(first - 1, last - self.size)
        chain_there = journal.chain_at(after_seq)
        is_refused = (journal, after_seq) == (sent.journal, sent.request.after.seq) and bool(sent.entries)
        if chain_there is not None and last <= journal.newest.seq and not is_refused:
            self._wanted.append((journal, Head(after_seq, chain_there), last - after_seq))

    def _configure(self, configuration: Configuration, now_ms: int) -> None:
        self.configuration = configuration
        self.journal.time_zone = configuration.time_zone
        self.note("configuration", configuration.version, now_ms)

    def _set_clock(self, offset_ms: int) -> None:
        boot = self._boots[-1]
        if boot.offset_ms is None or abs(offset_ms - boot.offset_ms) > CLOCK_STEP_MS:
            self._boots[-1] = Boot(boot.number, boot.boot_id, offset_ms, "server")
        if abs(offset_ms - self._clock_ms) > CLOCK_WRONG_MS:
            self._clock_ms = offset_ms

    def _context(self, kind: str, about: str, survey: str, source: str, language: str = "") -> Context:
        return Context(kind, about, survey, language, source, len(self._boots), self._clock_ms)  # type: ignore[arg-type]

    def _sent(self, journal: Journal, after: Head, count: int) -> Sent:
        entries = journal.entries_after(after.seq, count)
        waiting = sum(entry.context.kind == "answer" for entry in journal.entries[journal.after.seq :])
        named = {entry.context.boot for entry in entries} | {len(self._boots)}
        request = Request(
            journal=journal.name,
            after=after,
            batch=to_columns(entries),
            boots=[boot for boot in self._boots if boot.number in named],
            health=Health(VERSION, journal.answers, journal.answers, waiting),
            configuration=self.configuration.version if self.configuration else "",
            days=journal.days(entries),
            closed=[old.as_closed for old in self.closed if old is not journal][-MAX_CLOSED:],
        )
        return Sent(request, journal, entries)
