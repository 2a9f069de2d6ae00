"""The terminal's side of the one request (design.md 3): send what is new, move to the server's head, back off.

`Exchange.step` does one round and says how long to wait; online.py calls it. It believes no acknowledgement but one
that names the chain of its own journal, so a lost reply, a repeated batch or a login page do no harm.
"""

import logging
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from random import Random

import msgspec

from kiosk import enrolment
from kiosk.clock import Clock, estimate
from kiosk.configuring import Configuring
from kiosk.days import Telling, Unsettled, days_to_tell
from kiosk.drafts import event
from kiosk.enrolment import Identity
from kiosk.errors import CodeRefused, StrangeReply, TooSlow, TurnedAway, Unreachable
from kiosk.forgetting import Disk, is_old
from kiosk.journal import Records, fork_closed
from kiosk.journal.records import ONLINE
from kiosk.offering import Gap, Offering, Parting, batch_of, was_taken
from kiosk.patience import Patience
from kiosk.transport import Answer, Transport
from kiosk.views import NotReady
from kiosk.writer import Writer
from survey.entries import Entry, Head
from survey.errors import MalformedExchange
from survey.exchange import (
    MAX_DEVICES,
    MAX_NAME,
    MAX_STATE,
    NEW_JOURNAL,
    PATH,
    ClockSource,
    Closed,
    Configuration,
    Health,
    Reply,
    Request,
    encode_request,
    to_columns,
)
from survey.opening_hours import FIRST_MS, LAST_MS

CLOCK_STEP_MS = 500  # the server's time is noted again when it differs by more
RENEW_AGAIN_MS = 10 * 60 * 1000  # a server that asks for a new journal each time gets one now and then

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
        self._health = health
        self._when_configured = when_configured
        self._when_not_ready = when_not_ready
        self._identity = enrolment.load(folder)
        self._records: Records
        self._after: Head  # where the next batch begins
        self._gap_after: Head | None  # the server's head, while it lacks what is forgotten here
        self._open_records()
        self._offering = Offering(folder, when_unreadable=lambda name: self._tell("journal_unreadable", name))
        self._unsettled = Unsettled(writer.unkept)
        self._disk = Disk(folder, writer, clock)
        self._patience = Patience(random)
        self._forks = 0  # since the server last held the same history
        self._renewed_at_ms: int | None = None
        self._standing = self._records.standing()
        self.online_at_ms: int | None = None  # the last exchange that went well, since boot
        self._configuring = Configuring(self._records.configuration())
        self._is_refused = False
        self._is_code_tried = False

    def step(self) -> Wait:
        """One round: enrol if there is no identity, else exchange."""
        try:
            self._go_on_with_the_open_journal()
            if self._identity is None or (self._is_refused and self._has_another_code(self._identity)):
                return self._enrol()
            if self._offering.is_waiting and self._is_in_step():
                return self._offer(self._offering.take(), self._identity)
            return self._exchange(self._identity)
        except CodeRefused as error:
            self._is_refused = False  # a token that there may be is tried again, in turn with the code
            return self._refused(str(error))
        except TurnedAway as error:
            return self._turned_away(error)
        except TooSlow as error:
            self._patience.halve(self._patience.size)
            return self._back_off("unreachable", str(error))
        except Unreachable as error:
            return self._back_off("unreachable", str(error))
        except (StrangeReply, MalformedExchange) as error:
            return self._back_off("not our server", f"What answered is not our server: {error}")
        except sqlite3.Error:
            self._records.close()
            self._open_records()
            raise

    def close(self) -> None:
        self._records.close()

    def _enrol(self) -> Wait:
        if not self._code:
            problem = "No enrolment code yet. Make one under Fleet, and start the terminal with --code."
            return self._refused(problem, reason="not_ready.no_code")
        if self._patience.failures == 0:
            self._when_not_ready(NotReady("not_ready.enrolling"))
        self._is_code_tried = True
        found = enrolment.enrol(self._transport, self._folder, self._code)
        if isinstance(found, Answer):
            raise TurnedAway(found.status, found.retry_after_s, sent=0, said=found.complaint)
        enrolment.save(self._folder, found)
        self._identity = found
        self._patience.failures, self._is_refused = 0, False
        log.info("Enrolled as terminal %s", found.terminal_id)
        return AT_ONCE

    def _has_another_code(self, identity: Identity) -> bool:
        """Than the one that is used up."""
        return self._code not in ("", identity.code)

    def _exchange(self, identity: Identity) -> Wait:
        self._note_synchronized()
        # The server's time first: answers of a boot without a true clock would go out with none.
        is_clock_known = self._records.boots()[-1].offset_ms is not None
        entries = self._records.entries_after(self._after.seq, self._patience.size) if is_clock_known else []
        request = self._request(
            self._records,
            self._after,
            entries,
            pressed=self._writer.pressed,
            tell=self._unsettled.telling,
            gap_after=self._gap_after,
            closed=[] if entries else self._offering.closed(),
        )
        started_ms = self._clock.uptime_ms()
        reply = self._post(request, identity)
        took_ms = self._clock.uptime_ms() - started_ms
        self._set_clock(reply.server_time_ms + took_ms // 2 - self._clock.uptime_ms(), "server")
        return self._follow(request, reply, took_ms, identity)

    def _offer(self, gap: Gap, identity: Identity) -> Wait:
        """What the server lacks of some journal. At once again: the one in use has the last word on what is next."""
        try:
            with closing(Records.open_file(gap.path)) as records:
                if gap.is_doubtful:
                    common = self._ask(records, Parting.unknown(records, gap.last), identity)
                else:
                    after, entries = batch_of(records, gap, self._patience.size)
                    pressed = records.tallies().pressed
                    request = self._request(records, after, entries, pressed=pressed, gap_after=gap.gap_after)
                    is_taken = was_taken(records, gap, self._post(request, identity))
                name = records.journal_id
        except sqlite3.Error as error:
            if gap.path == self._records.path:
                raise
            self._offering.unreadable(gap.path, error)
            return AT_ONCE
        if gap.is_doubtful:
            self._fork_closed(gap, common, name)
        elif not is_taken:
            self._offering.refuse(gap)
        return AT_ONCE

    def _ask(self, records: Records, parting: Parting, identity: Identity) -> Head:
        """The last entry that the server has, too, where it has another history: by empty batches that follow one."""
        while question := parting.question(records):
            request = self._request(records, question, [], pressed=records.tallies().pressed)
            parting = parting.heard(records, question, self._post(request, identity))
        return parting.common

    def _post(self, request: Request, identity: Identity) -> Reply:
        """Raises TurnedAway, and what the transport, Configuring.read and _checked raise."""
        answer = self._transport.post(PATH, encode_request(request), token=identity.token, is_gzipped=True)
        if answer.status != 200:
            sent = len(request.batch.value)
            raise TurnedAway(answer.status, answer.retry_after_s, sent=sent, said=answer.complaint)
        return _checked(self._configuring.read(answer.body), request.journal)

    def _request(
        self,
        records: Records,
        after: Head,
        entries: list[Entry],
        *,
        pressed: int,
        tell: Callable[[Records, int], Telling] = days_to_tell,
        gap_after: Head | None = None,
        closed: Sequence[Closed] = (),
    ) -> Request:
        tallies, boots = records.tallies(), records.boots()
        is_all_there = bool(entries) or after == records.newest()
        telling = tell(records, after.seq) if is_all_there else Telling([], None)
        if telling.up_to is not None:
            entries = [entry for entry in entries if entry.seq <= telling.up_to]
        named = {entry.context.boot for entry in entries} | {boots[-1].number}
        health, disk = self._health(), self._disk.look()
        return Request(
            journal=records.journal_id,
            after=after,
            batch=to_columns(entries),
            boots=[boot for boot in estimate(boots) if boot.number in named],
            health=Health(
                health.version[:MAX_NAME],
                pressed=pressed,
                stored=tallies.stored,
                waiting=tallies.waiting,
                devices=_bounded(({"disk": disk} if disk else {}) | self._configuring.complaints() | health.devices),
                readings=health.readings,
            ),
            configuration=self._configuring.version,
            days=telling.days,
            closed=list(closed),
            gap_after=gap_after,
        )

    def _follow(self, request: Request, reply: Reply, took_ms: int, identity: Identity) -> Wait:
        """The reply is the server's: do as it says."""
        self._is_refused = False
        self.online_at_ms = self._clock.uptime_ms()
        self._stand(ONLINE)
        if reply.configuration:
            self._configure(reply.configuration)
        if not self._move(reply.head):
            parting = Parting.unknown(self._records, self._records.base().seq)
            parting = parting.heard(self._records, request.after, reply)
            return self._fork(self._ask(self._records, parting, identity))
        if request.days:
            self._unsettled.were_told()
        self._note_may_forget(reply.may_forget)
        self._offering.hear(self._records, reply, is_old=partial(is_old, self._records, self._clock))
        sent = len(request.batch.value)
        if (sent or request.gap_after) and (self._after, self._gap_after) == (request.after, request.gap_after):
            return self._back_off(ONLINE, "The server took nothing of the batch, and said no more than its old head.")
        self._patience.succeeded(sent=sent, took_ms=took_ms)
        if NEW_JOURNAL in reply.commands:
            self._renew(reply.head)
        return UNTIL_NEWS if self._is_in_step() and not self._offering.is_waiting else AT_ONCE

    def _is_in_step(self) -> bool:
        return self._after.seq >= self._records.newest().seq and self._gap_after is None

    def _move(self, head: Head) -> bool:
        """To the server's head: onward after an acknowledgement, back if it was restored. False if histories differ.

        Not further back than what is held: of the gap that this leaves the next request tells.
        """
        base = self._records.base()
        if not self._is_acknowledged(head) and head.seq >= self._records.beginning().seq:
            return False
        gap_after = head if head.seq < base.seq else None
        if gap_after and gap_after != self._gap_after:
            log.error("The server lacks the entries %s to %s, which are forgotten here", head.seq + 1, base.seq)
        self._gap_after = gap_after
        head = base if gap_after else head
        if head != self._records.head():
            self._writer.do(lambda journal: journal.acknowledge(head)).result()
        self._after, self._forks = head, 0
        return True

    def _is_acknowledged(self, head: Head) -> bool:
        """A number alone says nothing: another history may have as many entries (design.md 3.2)."""
        return self._records.has(head)

    def _note_may_forget(self, head: Head | None) -> None:
        seq = head.seq if head and self._records.has(head) else 0
        if seq != self._records.may_forget_seq():
            self._writer.do(lambda journal: journal.set_may_forget(seq)).result()

    def _fork(self, common: Head) -> Wait:
        """What answers so time and again is hardly our server: then ever more seldom, as each fork costs a file."""
        old = self._records.journal_id
        log.warning("Journal %s has another history on the server; going on in a new one from %s", old, common.seq)
        self._records.close()
        try:
            self._writer.fork(common).result()
        finally:
            self._open_records()
        self._tell("journal_forked", old)
        self._forks += 1
        return AT_ONCE if self._forks == 1 else Wait(self._patience.seldom_s())

    def _fork_closed(self, gap: Gap, common: Head, name: str) -> None:
        """If the server lacks something of a closed journal in whose place it has another history by now."""
        is_lacking = common.seq < gap.last
        if is_lacking:
            log.warning("Another history took the place of the closed journal %s after %s", name, common.seq)
            self._writer.do(lambda journal: fork_closed(gap.path, common)).result()
            self._tell("journal_forked", name)
        self._offering.settle(gap, is_carried=is_lacking)

    def _renew(self, head: Head) -> None:
        """The terminal was moved: what was answered before stays in a journal of its own (docs/exchange.md, rule 9)."""
        now_ms = self._clock.uptime_ms()
        is_recent = self._renewed_at_ms is not None and now_ms - self._renewed_at_ms < RENEW_AGAIN_MS
        if is_recent or head != self._records.newest():
            return
        old = self._records.journal_id
        self._records.close()
        try:
            is_renewed = self._writer.renew(head).result()
        finally:
            self._open_records()
        if is_renewed:
            self._renewed_at_ms = now_ms
            self._tell("journal_begun", old)

    def _go_on_with_the_open_journal(self) -> None:
        """The writer may have begun another one, after damage to the file."""
        if not self._records.path.exists():
            self._records.close()
            self._open_records()

    def _open_records(self) -> None:
        self._records = Records.open(self._folder)
        self._after, self._gap_after = self._records.head(), None

    def _tell(self, about: str, value: str) -> None:
        self._writer.append(event(about, value, self._clock.uptime_ms()))

    def _configure(self, configuration: Configuration) -> None:
        if configuration.version == self._configuring.version:
            return
        self._writer.do(lambda journal: journal.configure(configuration)).result()
        self._configuring.use(configuration)
        self._tell("configuration", configuration.version)
        self._when_configured(configuration)

    def _note_synchronized(self) -> None:
        if self._records.boots()[-1].how == "unknown" and self._clock.is_synchronized():
            self._set_clock(self._clock.difference_ms(), "ntp")

    def _set_clock(self, offset_ms: int, how: ClockSource) -> None:
        self._clock.offset_ms = offset_ms
        boot = self._records.boots()[-1]
        if boot.how == how and boot.offset_ms is not None and abs(offset_ms - boot.offset_ms) <= CLOCK_STEP_MS:
            return
        clock_ms = self._clock.clock_ms()
        self._writer.do(lambda journal: journal.set_clock(offset_ms, how, clock_ms=clock_ms)).result()

    def _turned_away(self, error: TurnedAway) -> Wait:
        if error.status in (401, 403):
            self._is_refused = True
            if self._identity and self._has_another_code(self._identity) and not self._is_code_tried:
                return AT_ONCE
            return self._refused("The server does not know this terminal (any more). Give it a new enrolment code.")
        if error.status in (408, 413) and error.sent > 1:
            self._patience.halve(error.sent)
            return AT_ONCE
        if error.status in (429, 503) and error.retry_after_s is not None:
            self._stand("unreachable", str(error))
            return Wait(self._patience.asked_s(error.retry_after_s))
        return self._back_off("unreachable", str(error))

    def _refused(self, problem: str, *, reason: str = "not_ready.code") -> Wait:
        """Nothing is deleted and collecting goes on; asked ever more seldom (design.md 3.10)."""
        self._stand("refused", problem)
        self._when_not_ready(NotReady(reason, problem))
        return Wait(self._patience.seldom_s())

    def _back_off(self, standing: str, problem: str) -> Wait:
        self._stand(standing, problem)
        self._when_not_ready(NotReady("not_ready.enrolling", problem))
        return Wait(self._patience.back_off_s())

    def _stand(self, standing: str, problem: str = "") -> None:
        if standing == self._standing:
            log.debug("Exchange: %s %s", standing, problem)
            return
        log.log(logging.WARNING if problem else logging.INFO, "Exchange: %s", f"{standing}. {problem}".rstrip())
        self._standing = standing
        self._writer.do(lambda journal: journal.set_standing(standing))  # not waited for: it is only told


def _bounded(devices: Mapping[str, str]) -> dict[str, str]:
    """As much as the exchange carries: how a device is may be told in the words of whoever made its driver."""
    return {name[:MAX_NAME]: state[:MAX_STATE] for name, state in list(devices.items())[:MAX_DEVICES]}


def _checked(reply: Reply, journal: str) -> Reply:
    """Raises StrangeReply: a confused proxy may hand over what another terminal was told."""
    if reply.journal != journal:
        raise StrangeReply(f"It speaks of the journal {reply.journal!r}, and was asked about {journal}.")
    if not FIRST_MS < reply.server_time_ms < LAST_MS:
        raise StrangeReply(f"It says that it is {reply.server_time_ms} ms after 1970.")
    return reply
