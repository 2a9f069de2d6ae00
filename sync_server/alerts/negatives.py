"""Too many unhappy answers within minutes. What counts is when they were given: what comes late rings no bell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from sync_server.alerts.alert import Cause, Kind, Look, Negative
from sync_server.alerts.rules import Rules
from sync_server.fleet.surveys import Questions
from sync_server.results.shared import face_of
from sync_server.store import Store, recent
from sync_server.store.alerts import AlertRow
from sync_server.store.recent import HeadRow, RecentAnswer

MINUTE_MS = 60_000
NEGATIVE_FACES = (1, 2)  # the two worst; detractors have the first
GOES_ON = 0.8  # of the share at which it begins: else it would flutter
SLACK_MS = 5 * MINUTE_MS  # by which a terminal's clock may be ahead of ours
LOOK_BACK = 300  # entries of a journal, where it is not known which came before the window

Heads = dict[tuple[str, int], int]


class Negatives:
    """Remembers how far each journal went, so that only what came within the window is read again."""

    def __init__(self, store: Store) -> None:
        self._store, self._ask = store, Questions(store)
        self._heads: list[tuple[int, Heads]] = []  # oldest first

    def look(self, rules: Mapping[str, Rules], going_on: Mapping[Cause, AlertRow], now_ms: int) -> Look:
        """rules: by location."""
        given: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        minutes = max((one.minutes for one in rules.values() if one.negative), default=0)
        for answer in self._recent(now_ms - minutes * MINUTE_MS, now_ms):
            if (is_negative := self._is_negative(answer)) is not None:
                given[answer.location_id].append((answer.at, is_negative))
        on: dict[Cause, Negative] = {}
        for location_id, answers in given.items():
            cause = (location_id, Kind.NEGATIVE.value, "")
            if found := _judge(rules.get(location_id), answers, now_ms, goes_on=cause in going_on):
                on[cause] = found
        over = {
            cause
            for cause, alert in going_on.items()
            if alert.kind == Kind.NEGATIVE and cause not in on and _is_over(alert, rules.get(cause[0]), now_ms)
        }
        return Look(on, over)

    def _recent(self, since_ms: int, now_ms: int) -> list[RecentAnswer]:
        heads = recent.heads(self._store, since_ms)
        before = self._heads_before(since_ms - SLACK_MS)
        floors = [
            HeadRow(location_id, journal_id, floor)
            for location_id, journal_id, head_seq in heads
            if (floor := before.get((location_id, journal_id), max(0, head_seq - LOOK_BACK))) < head_seq
        ]
        self._remember({(head.location_id, head.journal_id): head.head_seq for head in heads}, now_ms)
        return recent.answers_after(self._store, floors, since_ms, now_ms)

    def _heads_before(self, at_ms: int) -> Heads:
        """As they were last seen before; nothing where nobody looked then."""
        while len(self._heads) > 1 and self._heads[1][0] <= at_ms:
            del self._heads[0]
        return self._heads[0][1] if self._heads and self._heads[0][0] <= at_ms else {}

    def _remember(self, heads: Heads, now_ms: int) -> None:
        if not self._heads or now_ms - self._heads[-1][0] >= SLACK_MS:
            self._heads.append((now_ms, heads))

    def _is_negative(self, answer: RecentAnswer) -> bool | None:
        """None for what is no answer of a customer to the shared question."""
        try:
            question = self._ask(answer.survey, answer.question_id, answer.touchpoint_id)
            if answer.question_id != self._ask.shared(answer.survey):
                return None
        except LookupError:  # staff's own, or of a survey that is gone
            return None
        face = face_of(question.kind, answer.value)
        return None if face is None else face in NEGATIVE_FACES


def _judge(rules: Rules | None, answers: Iterable[tuple[int, bool]], now_ms: int, *, goes_on: bool) -> Negative | None:
    if rules is None or not rules.negative:
        return None
    within = [is_negative for at, is_negative in answers if at > now_ms - rules.minutes * MINUTE_MS]
    negative = sum(within)
    enough = negative * 100 >= rules.percent * len(within) * (GOES_ON if goes_on else 1)
    is_many = len(within) >= (1 if goes_on else rules.least)
    return Negative(negative, len(within), rules.minutes) if negative and enough and is_many else None


def _is_over(alert: AlertRow, rules: Rules | None, now_ms: int) -> bool:
    """Once it was not seen for as long as it takes to see it."""
    return rules is None or not rules.negative or now_ms - alert.held_at >= rules.minutes * MINUTE_MS
