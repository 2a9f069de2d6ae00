"""The terminal's side of the one request (design.md 3): send what is new, move to the server's head, back off.

`Exchange.step` does one round and says how long to wait; online.py calls it. It believes no acknowledgement but one
that names the chain of its own journal, so a lost reply, a repeated batch or a login page do no harm.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

import msgspec

from kiosk import enrolment
from kiosk.clock import BootRecord, Clock, estimate
from kiosk.drafts import event
from kiosk.enrolment import Identity
from kiosk.errors import CodeRefused, StrangeReply, TooSlow, Unreachable
from kiosk.journal import Records
from kiosk.offering import Offering
from kiosk.transport import Answer, Transport
from kiosk.views import NotReady
from kiosk.writer import Writer
from survey.entries import Entry, Head
from survey.errors import MalformedExchange
from survey.exchange import (
    PATH,
    ClockSource,
    Configuration,
    Health,
    Reply,
    Request,
    decode_reply,
    encode_request,
    to_columns,
)
from survey.questions import survey_faults

FIRST_BATCH, LARGEST_BATCH = 500, 2_000  # entries
QUICK_MS = 1_000  # a full batch that takes less may be followed by a larger one
BACK_OFF_S, LONGEST_BACK_OFF_S = 5, 15 * 60  # design.md 3.7
REFUSED_S, LONGEST_REFUSED_S = 30, 60 * 60  # design.md 3.10
CLOCK_STEP_MS = 500  # the server's time is noted again when it differs by more
MOST_DOUBLINGS = 16

log = logging.getLogger(__name__)


class Wait(msgspec.Struct, frozen=True):
    """Until the next round. until_news: an entry or the heartbeat ends it; else so many seconds, whatever comes."""

    seconds: float = 0.0
    until_news: bool = False


AT_ONCE = Wait()
UNTIL_NEWS = Wait(until_news=True)


class Exchange:
    """when_configured, when_not_ready: called from the thread that calls step()."""

    def __init__(
        self,
        folder: Path,
        *,
        writer: Writer,
        clock: Clock,
        transport: Transport,
        code: str,
        random: Random,
        health: Callable[[], Health],
        when_configured: Callable[[Configuration], None],
        when_not_ready: Callable[[NotReady], None],
    ) -> None:
        self._folder = folder
        self._writer = writer
        self._clock = clock
        self._transport = transport
        self._code = code
        self._random = random
        self._health = health
        self._when_configured = when_configured
        self._when_not_ready = when_not_ready
        self._identity = enrolment.load(folder)
        self._records = Records.open(folder)
        self._after = self._records.head()
        self._offering = Offering(folder)
        self._standing = self._records.standing()
        configuration = self._records.configuration()
        self._configuration_version = configuration.version if configuration else ""
        self._size = FIRST_BATCH
        self._failures = 0
        self._is_refused = False
        self._is_code_tried = False

    def step(self) -> Wait:
        """One round: enrol if there is no identity, else exchange."""
        try:
            if self._identity is None or (self._is_refused and self._has_another_code(self._identity)):
                return self._enrol()
            if self._offering.path and self._is_in_step():
                return self._offer(self._offering.path, self._identity)
            return self._exchange(self._identity)
        except CodeRefused as error:
            self._is_refused = False  # a token that there may be is tried again, in turn with the code
            return self._refused(str(error))
        except TooSlow as error:
            self._size = max(1, self._size // 2)
            return self._back_off("unreachable", str(error))
        except Unreachable as error:
            return self._back_off("unreachable", str(error))
        except (StrangeReply, MalformedExchange) as error:
            return self._back_off("not our server", f"What answered is not our server: {error}")

    def close(self) -> None:
        self._records.close()

    def _enrol(self) -> Wait:
        if not self._code:
            problem = "No enrolment code yet. Make one under Fleet, and start the terminal with --code."
            return self._refused(problem, reason="not_ready.no_code")
        if self._failures == 0:
            self._when_not_ready(NotReady("not_ready.enrolling"))
        self._is_code_tried = True
        found = enrolment.enrol(self._transport, self._code)
        if isinstance(found, Answer):
            return self._turned_away(found, 0)
        enrolment.save(self._folder, found)
        self._identity = found
        self._failures, self._is_refused = 0, False
        log.info("Enrolled as terminal %s", found.terminal_id)
        return AT_ONCE

    def _has_another_code(self, identity: Identity) -> bool:
        """Than the one that is used up."""
        return self._code not in ("", identity.code)

    def _exchange(self, identity: Identity) -> Wait:
        self._note_synchronized()
        boots = self._records.boots()
        # The server's time first: answers of a boot without a true clock would go out with none.
        is_clock_known = boots[-1].offset_ms is not None
        entries = self._records.entries_after(self._after.seq, self._size) if is_clock_known else []
        request = self._request(self._records, self._after, entries, boots, pressed=self._writer.pressed)
        started_ms = self._clock.uptime_ms()
        answer = self._post(request, identity)
        took_ms = self._clock.uptime_ms() - started_ms
        if answer.status != 200:
            return self._turned_away(answer, len(entries))
        reply = decode_reply(answer.body)
        self._set_clock(reply.server_time_ms + took_ms // 2 - self._clock.uptime_ms(), "server")
        return self._follow(reply, entries, took_ms)

    def _offer(self, path: Path, identity: Identity) -> Wait:
        """A closed journal once more. At once again: the journal in use has the last word, also on how things stand."""
        try:
            with closing(Records.open_file(path)) as records:
                after, entries = self._offering.batch(records, self._size)
                stored = records.tallies().stored
                answer = self._post(self._request(records, after, entries, records.boots(), pressed=stored), identity)
                if answer.status != 200:
                    return self._turned_away(answer, len(entries))
                self._offering.follow(records, decode_reply(answer.body).head)
        except sqlite3.Error as error:
            log.error("The closed journal %s can't be read: %s", path, error)
            self._offering.skip()
        return AT_ONCE

    def _post(self, request: Request, identity: Identity) -> Answer:
        return self._transport.post(PATH, encode_request(request), token=identity.token, is_gzipped=True)

    def _request(
        self, records: Records, after: Head, entries: list[Entry], boots: list[BootRecord], *, pressed: int
    ) -> Request:
        named = {entry.context.boot for entry in entries} | {boots[-1].number}
        tallies = records.tallies()
        health = msgspec.structs.replace(
            self._health(), pressed=pressed, stored=tallies.stored, waiting=tallies.waiting
        )
        return Request(
            journal=records.journal_id,
            after=after,
            oldest=records.base().seq + 1,
            batch=to_columns(entries),
            boots=[boot for boot in estimate(boots) if boot.number in named],
            health=health,
            configuration=self._configuration_version,
        )

    def _follow(self, reply: Reply, entries: list[Entry], took_ms: int) -> Wait:
        """The reply is the server's: do as it says."""
        self._is_refused = False
        self._stand("online")
        if reply.configuration:
            self._configure(reply.configuration)
        before = self._after
        self._move(reply)
        if entries and self._after == before:
            return self._back_off("online", "The server took nothing of the batch, and said no more than its old head.")
        self._failures = 0
        if len(entries) == self._size and took_ms < QUICK_MS:
            self._size = min(LARGEST_BATCH, 2 * self._size)
        return UNTIL_NEWS if self._is_in_step() and not self._offering.path else AT_ONCE

    def _is_in_step(self) -> bool:
        return self._after.seq >= self._records.newest().seq

    def _move(self, reply: Reply) -> None:
        """To the server's head: onward after an acknowledgement, back if it was restored, apart if histories differ."""
        head, base = reply.head, self._records.base()
        if head.seq < self._records.head().seq:
            self._offering.begin()  # restored, perhaps to before a fork
        if self._records.chain_at(head.seq) == head.chain:
            if head != self._records.head():
                self._writer.do(lambda journal: journal.acknowledge(head)).result()
            self._after = head
        elif head.seq < base.seq:
            log.error("The server lacks the entries %s to %s, which are forgotten here", head.seq + 1, base.seq)
            self._after = base
        else:
            self._fork([head, *reply.known])
        may_forget = reply.may_forget
        if may_forget and may_forget.seq != self._records.may_forget_seq():
            self._writer.do(lambda journal: journal.set_may_forget(may_forget)).result()

    def _fork(self, server_heads: list[Head]) -> None:
        base = self._records.base()
        common = [head for head in server_heads if self._records.chain_at(head.seq) == head.chain]
        last_common = max(common, key=lambda head: head.seq, default=base)
        old = self._records.journal_id
        log.warning("Journal %s has another history on the server; going on in a new one from %s", old, last_common.seq)
        self._records.close()
        try:
            self._writer.fork(last_common).result()
        finally:
            self._records = Records.open(self._folder)
        self._writer.append(event("journal_forked", old, self._clock.uptime_ms()))
        self._after = self._records.head()

    def _configure(self, configuration: Configuration) -> None:
        if faults := list(survey_faults(configuration.survey)):
            log.error("Configuration %s is not used: %s", configuration.version, " ".join(faults))
            return
        if configuration.version == self._configuration_version:
            return
        self._writer.do(lambda journal: journal.configure(configuration)).result()
        self._configuration_version = configuration.version
        self._writer.append(event("configuration", configuration.version, self._clock.uptime_ms()))
        self._when_configured(configuration)

    def _note_synchronized(self) -> None:
        if self._records.boots()[-1].how == "unknown" and self._clock.is_synchronized():
            self._set_clock(self._clock.difference_ms(), "ntp")

    def _set_clock(self, offset_ms: int, how: ClockSource) -> None:
        boot = self._records.boots()[-1]
        if boot.how == how and boot.offset_ms is not None and abs(offset_ms - boot.offset_ms) <= CLOCK_STEP_MS:
            return
        clock_ms = self._clock.clock_ms()
        self._writer.do(lambda journal: journal.set_clock(offset_ms, how, clock_ms=clock_ms)).result()

    def _turned_away(self, answer: Answer, sent: int) -> Wait:
        if answer.status in (401, 403):
            self._is_refused = True
            if self._identity and self._has_another_code(self._identity) and not self._is_code_tried:
                return AT_ONCE
            return self._refused("The server does not know this terminal (any more). Give it a new enrolment code.")
        if answer.status in (408, 413) and sent > 1:
            self._size = max(1, sent // 2)
            return AT_ONCE
        problem = f"The server answered with status {answer.status}."
        if answer.status in (429, 503) and answer.retry_after_s is not None:
            self._stand("unreachable", problem)
            return Wait(min(answer.retry_after_s, LONGEST_REFUSED_S))
        return self._back_off("unreachable", problem)

    def _refused(self, problem: str, *, reason: str = "not_ready.code") -> Wait:
        """Nothing is deleted and collecting goes on; asked ever more seldom (design.md 3.10)."""
        self._stand("refused", problem)
        self._when_not_ready(NotReady(reason, problem))
        longest_s = min(LONGEST_REFUSED_S, REFUSED_S * 2 ** self._failed())
        return Wait(self._random.uniform(longest_s / 2, longest_s))

    def _back_off(self, standing: str, problem: str) -> Wait:
        """Full jitter, so that terminals come back spread out after an outage (design.md 3.7)."""
        self._stand(standing, problem)
        self._when_not_ready(NotReady("not_ready.enrolling", problem))
        return Wait(self._random.uniform(0, min(LONGEST_BACK_OFF_S, BACK_OFF_S * 2 ** self._failed())))

    def _failed(self) -> int:
        """Failures in a row before this one."""
        self._failures = min(self._failures + 1, MOST_DOUBLINGS)
        return self._failures - 1

    def _stand(self, standing: str, problem: str = "") -> None:
        if standing == self._standing:
            log.debug("Exchange: %s %s", standing, problem)
            return
        log.log(logging.WARNING if problem else logging.INFO, "Exchange: %s", f"{standing}. {problem}".rstrip())
        self._standing = standing
        self._writer.do(lambda journal: journal.set_standing(standing))  # not waited for: it is only told
