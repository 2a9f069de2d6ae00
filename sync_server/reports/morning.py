"""The morning's reports: whoever wants one gets it once, at seven by the clock of their location.

Made and put into the outbox in one transaction: of several servers one makes it, and none after a restart. Who reads
the same gets the same edition.
"""

import logging
import random
import time
from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from sync_server.accounts.people import Person
from sync_server.clock import Clock
from sync_server.errors import ServerError
from sync_server.insight.chain_days import ChainDays
from sync_server.mail import outbox
from sync_server.mail.settings import Mail
from sync_server.reports import letters, unsubscribing
from sync_server.reports.content import Contents
from sync_server.reports.press import Job, Press
from sync_server.reports.schedule import Kind, newest_due, newest_over_in, not_after, told_at
from sync_server.reports.unsubscribing import Ending
from sync_server.results.periods import Period
from sync_server.store import Store, people, places
from sync_server.store import reports as stored
from sync_server.store.places import LocationRow
from sync_server.store.reports import Wish

TELL_EVERY_S = 30.0

log = logging.getLogger(__name__)


class Due(NamedTuple):
    """One report for one person. locations: by name. since_ms: when the one before it was due."""

    kind: Kind
    period: Period
    person: Person
    locations: tuple[LocationRow, ...]
    since_ms: int

    @property
    def edition(self) -> tuple[str, Period, int, str, tuple[str, ...]]:
        """The same for all who read the same."""
        own = tuple(place.location_id for place in self.locations)
        return self.kind, self.period, self.since_ms, self.person.language, own


class Morning:
    """Where no mail server is set, nothing is made."""

    def __init__(self, store: Store, clock: Clock, chain_days: ChainDays, press: Press, *, mail: Mail) -> None:
        self._store, self._clock, self._chain_days = store, clock, chain_days
        self._press, self._mail = press, mail
        self._is_stopping = False

    def stop(self) -> None:
        """From any thread; what is not made yet is made after the next start."""
        self._is_stopping = True

    def step(self) -> int:
        """Makes all that is due; how many."""
        if self._mail.server is None or self._chain_days.as_of_ms is None:
            return 0
        self._take_back()
        all_due = due(self._store, self._clock())
        if not all_due:
            return 0
        began_s = told_s = time.monotonic()
        contents = Contents(self._store, self._chain_days, self._clock())
        made = 0
        for readers in _editions(all_due):
            if self._is_stopping:
                break
            made += self._make(contents, readers)
            if time.monotonic() - told_s >= TELL_EVERY_S:
                told_s = time.monotonic()
                log.info("Reports: %s of %s made.", made, len(all_due))
        log.info("Reports: %s made in %.0f s.", made, time.monotonic() - began_s)
        return made

    def _make(self, contents: Contents, readers: Sequence[Due]) -> int:
        """One edition, for all who read it and whom no other server has sent it meanwhile."""
        unmade = {(wish.person_id, wish.kind): wish.last_on for wish in stored.wishes(self._store)}
        wanted = [(one, unmade.get((one.person.person_id, one.kind))) for one in readers]
        readers = [one for one, last_on in wanted if last_on is not None and _is_unmade(last_on, one.period)]
        try:
            edition = self._edition(contents, readers[0]) if readers else None
            return sum(self._put(one, edition) for one in readers if edition)
        except ServerError as error:
            log.error("The %s report for %s: %s", readers[0].kind, readers[0].person.name, error.message)
            return 0

    def _edition(self, contents: Contents, one: Due) -> letters.Edition:
        report = contents.report(one.kind, one.period, one.locations, one.person.language, since_ms=one.since_ms)
        now_ms = self._clock()
        return letters.edition(report, one.person.language, now_ms=now_ms, address=self._mail.address, make=self._print)

    def _print(self, job: Job) -> bytes:
        """Nothing where it can't be made: the letter goes without it."""
        try:
            return self._press.make_in_turn(job)
        except ServerError as error:
            log.error("%s", error.message)
            return b""

    def _put(self, one: Due, edition: letters.Edition) -> bool:
        """False where another made it, or the person's places have changed since: the next step sees to it."""
        if people.find_person(self._store, one.person.person_id) != one.person:
            return False
        token = unsubscribing.token(self._store, Ending(one.person.person_id, one.kind))
        end_link = f"{self._mail.address}{unsubscribing.PATH}{token}"
        letter = letters.letter(edition, one.person, address=self._mail.address, end_link=end_link)
        wish = Wish(one.person.person_id, one.kind, one.period.last.isoformat())
        with self._store.write() as transaction:
            mark = _mark(one.person, one.locations)
            if not stored.note_made(transaction, wish, mark, not_after=not_after(one.period)):
                return False
            return outbox.put(transaction, stored.cause(wish), letter, self._clock())

    def _take_back(self) -> None:
        """Letters that wait for a mail server, and are no longer for that person: gone, moved, or with other places."""
        for wish, made_for in stored.unsent(self._store):
            person = people.find_person(self._store, wish.person_id)
            if person is None or _mark(person, _own(person, places.locations(self._store))) != made_for:
                with self._store.write() as transaction:
                    stored.take_back(transaction, wish)


def due(store: Store, now_ms: int) -> list[Due]:
    """What is to be made. Who has no address, no place any more, or has left, gets nothing."""
    wishes = stored.wishes(store)
    if not wishes:
        return []
    all_locations = places.locations(store)
    by_id = {person.person_id: person for person in people.all_people(store)}
    found = []
    for wish in wishes:
        person = by_id.get(wish.person_id)
        own = _own(person, all_locations)
        if person and person.email and own:
            kind = Kind(wish.kind)
            over = newest_over_in(kind, now_ms, {one.time_zone for one in own})
            period = min(newest_due(kind, now_ms, own[0].time_zone), over)
            if _is_unmade(wish.last_on, period):
                since_ms = told_at(date.fromisoformat(wish.last_on), own[0].time_zone)
                found.append(Due(kind, period, person, own, since_ms))
    return found


def _is_unmade(last_on: str, period: Period) -> bool:
    return not period.last.isoformat() <= last_on <= not_after(period)


def _editions(all_due: Sequence[Due]) -> list[list[Due]]:
    """Together who reads the same; in any order, so that several servers seldom make the same one at once."""
    by_edition = sorted(all_due, key=lambda due: due.edition)
    editions = [list(readers) for _, readers in groupby(by_edition, key=lambda due: due.edition)]
    random.shuffle(editions)
    return editions


def choose(store: Store, person: Person, kinds: Sequence[Kind], now_ms: int) -> None:
    """From the next morning on; what was chosen before goes on."""
    own = _own(person, places.locations(store))
    time_zone = own[0].time_zone if own else "UTC"
    with store.write() as transaction:
        last_on = {kind.value: newest_due(kind, now_ms, time_zone).last.isoformat() for kind in kinds}
        stored.choose(transaction, person.person_id, last_on)


def _mark(person: Person, locations: Sequence[LocationRow]) -> str:
    return sha256("\n".join([person.email, *(place.location_id for place in locations)]).encode()).hexdigest()


def _own(person: Person | None, locations: Sequence[LocationRow]) -> tuple[LocationRow, ...]:
    return tuple(location for location in locations if person and person.may_see(location))
