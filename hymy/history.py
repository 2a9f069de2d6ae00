"""The demo's last quarter: made-up answers, brought in evening by evening as terminals would have brought them.

So there are weeks to look back on. Their terminals are revoked afterwards: nobody takes them for real ones.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from hymy.customers import WORDS
from hymy.simulate import people
from hymy.simulate.journal import Draft, Journal
from survey.entries import Context
from survey.exchange import Boot, EnrolmentReply, EnrolmentRequest, Health, Request, to_columns
from survey.opening_hours import local_date, zone
from survey.questions import Kind, Survey
from survey.schedule import local_time
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import incoming
from sync_server.exchange.ingest import receive
from sync_server.fleet import enrolment
from sync_server.fleet.surveys import Questions
from sync_server.fleet.terminals import revoke
from sync_server.store import Store, places
from sync_server.store.places import LocationRow, TouchpointRow

DAYS = 90
NAME = f"The {DAYS} days before, made up"
OPEN, CLOSE, BUSIEST = 9.0, 20.0, 16.5  # local hours
WEEKDAYS = (0.9, 0.85, 0.9, 1.0, 1.25, 1.3, 0.8)  # visitors, Monday to Sunday
APART_S, ANSWER_S = 20, 4  # least from one visitor to the next; from one answer to the next
WORST_TO_BEST = (5, 7, 10, 40, 38)  # how many of a hundred choose which face


class Story(NamedTuple):
    """visitors: of an average day. language: of most. worse: of a hundred satisfied so many are lost, by days ago."""

    visitors: int
    language: str
    worse: Callable[[int], float]


STORIES: Mapping[str, Story] = {
    "kamppi-checkout": Story(70, "fi", lambda ago: 22 if ago == 2 else 0),  # one bad day
    "kamppi-entrance": Story(40, "fi", lambda ago: 0),
    "stockholm-checkout": Story(60, "sv", lambda ago: max(0.0, 14 - ago / 2)),  # a slow slide
    "london-delivery": Story(25, "en", lambda ago: -4),
}


def make_history(store: Store, now_ms: int, *, seed: int = 1) -> int:
    """Up to now. Returns how many visitors that were."""
    locations = {location.location_id: location for location in places.locations(store)}
    ask = Questions(store)
    visitors = 0
    for touchpoint in places.touchpoints(store):
        if story := STORIES.get(touchpoint.touchpoint_id):
            survey = places.survey(store, touchpoint.survey_id)
            assert survey  # noqa: S101
            choose = random.Random(f"{seed} {touchpoint.touchpoint_id}")
            terminal = _Terminal(store, locations[touchpoint.location_id], touchpoint, survey, choose)
            visitors += terminal.live(story, now_ms, ask)
    return visitors


class _Terminal:
    """A made-up one: an exchange every evening, on one boot that never ended."""

    def __init__(
        self, store: Store, location: LocationRow, touchpoint: TouchpointRow, survey: Survey, choose: random.Random
    ) -> None:
        self._store, self._touchpoint, self._survey, self._choose = store, touchpoint, survey, choose
        self._zone, self._hours = location.time_zone, location.opening_hours
        self._journal = Journal(location.time_zone)
        self._visits = 0

    def live(self, story: Story, now_ms: int, ask: Questions) -> int:
        """From DAYS ago until now."""
        today = local_date(now_ms, self._zone)
        first = today - timedelta(days=DAYS)
        self._began_ms = _at(first, 0, self._zone)
        code = enrolment.make_code(self._store, self._touchpoint.touchpoint_id, self._began_ms)
        reply = enrolment.enrol(self._store, EnrolmentRequest(code, NAME), self._began_ms)
        for ago in range(DAYS, -1, -1):
            day = today - timedelta(days=ago)
            arrivals = [at for at in self._arrivals(story, day) if at < now_ms and self._is_open(at)]
            self._journal.append(
                [draft for at in arrivals for draft in self._visit(at, story.language, story.worse(ago))]
            )
            self._exchange(reply, min(now_ms, _at(day, CLOSE + 1, self._zone)), ask)
        revoke(self._store, reply.terminal_id, now_ms)
        return self._visits

    def _arrivals(self, story: Story, day: date) -> list[int]:
        """Epoch ms, in order."""
        number = round(self._choose.gauss(1, 0.15) * story.visitors * WEEKDAYS[day.weekday()])
        hours = sorted(self._choose.triangular(OPEN, CLOSE, BUSIEST) for _ in range(number))
        at: list[int] = []
        for hour in hours:
            at.append(max(_at(day, hour, self._zone), at[-1] + 1000 * APART_S if at else 0))
        return at

    def _is_open(self, at_ms: int) -> bool:
        return self._hours is None or self._hours.is_open(local_time(at_ms, self._zone))

    def _visit(self, at_ms: int, mostly: str, worse: float) -> list[Draft]:
        self._visits += 1
        others = [language for language in self._survey.languages if language != mostly]
        language = people.language(self._choose, [mostly, *others])
        weights = {Kind.SMILEY5: _faces(worse)}
        drafts: list[Draft] = []
        for about, value in people.visit(self._choose, self._survey, faces=weights):
            words = self._choose.choice(WORDS[language]) if isinstance(value, str) else value
            uptime_ms = at_ms - self._began_ms + 1000 * ANSWER_S * len(drafts)
            context = Context("answer", about, self._survey.label, language, "touch", 1, self._began_ms)
            drafts.append((self._visits, uptime_ms, words, context))
        return drafts

    def _exchange(self, reply: EnrolmentReply, now_ms: int, ask: Questions) -> None:
        """Everything since the last evening."""
        new = self._journal.entries[self._journal.after.seq :]
        answers = self._journal.answers
        request = Request(
            *(self._journal.name, self._journal.after, to_columns(new), [Boot(1, NAME, self._began_ms, "ntp")]),
            health=Health("demo", answers, answers),
            days=self._journal.days(new),
        )
        come = incoming(authenticate(self._store, f"Bearer {reply.token}"), request)
        with self._store.write() as transaction:
            receive(transaction, [come], ask=ask, now_ms=now_ms)
        self._journal.after = self._journal.newest


def _faces(worse: float) -> Sequence[float]:
    """worse: how many of a hundred satisfied turn to the worst two faces."""
    *bad, middle, good, best = WORST_TO_BEST
    return [*(face + worse / 2 for face in bad), middle, good - worse / 2, best - worse / 2]


def _at(day: date, hour: float, time_zone: str) -> int:
    """Epoch ms of an hour of a local day."""
    midnight = datetime.combine(day, time.min, tzinfo=zone(time_zone))
    return int((midnight + timedelta(hours=hour)).timestamp() * 1000)
