"""The rounds: every minute, by whichever server process takes it, over all locations together."""

from collections.abc import Sequence

from sync_server.alerts import days, silences
from sync_server.alerts.alert import Alert, Kind, Look, alert, new_row
from sync_server.alerts.letters import put_letters
from sync_server.alerts.negatives import Negatives
from sync_server.alerts.rules import rules_for
from sync_server.alerts.webhooks import put_calls
from sync_server.clock import Clock
from sync_server.mail.settings import Mail
from sync_server.store import Store, Transaction, people, places, upkeep
from sync_server.store import alerts as stored
from sync_server.store.places import LocationRow

EVERY_MS = 60_000
AHEAD_MS = 60 * 60_000  # no right clock is so far ahead of ours
SAME_MS = 60 * 60_000  # a cause that comes back within an hour is the same one: nobody is told again
OVER_LATE_MS = 24 * 60 * 60_000  # what has been over for longer need not be told by a server that was off


class Watch:
    """Rules and alerts are in the store; here is only what makes a round cheap."""

    def __init__(self, store: Store, clock: Clock, mail: Mail) -> None:
        self._store, self._clock, self._mail = store, clock, mail
        self._negatives = Negatives(store)
        self._up_since_ms = clock()

    def step(self) -> None:
        """One round, unless another process has made it."""
        now_ms = self._clock()
        with self._store.write() as transaction:
            if not upkeep.take_chore(transaction, "alerts", _turn(now_ms), not_after=_turn(now_ms + AHEAD_MS)):
                return
        self.look(now_ms)

    def look(self, now_ms: int) -> None:
        store = self._store
        locations = {location.location_id: location for location in places.locations(store)}
        kept = stored.rules(store)
        rules = {location_id: rules_for(kept, location) for location_id, location in locations.items()}
        going_on = {row.cause: row for row in stored.going_on(store)}
        due = days.due(locations.values(), stored.judged(store), now_ms)
        judged = [days.judge(store, location, day, rules[location.location_id]) for location, day in due]
        looks = [
            self._negatives.look(rules, going_on, now_ms),
            silences.look(store, locations, rules, going_on, up_since_ms=self._up_since_ms, now_ms=now_ms),
            days.look(judged, rules, going_on, now_ms),
        ]
        if judged or any(look.on or look.over for look in looks):
            with store.write() as transaction:
                taken = {one.location_id for one in judged if days.take(transaction, one)}
                lost = {one.location_id for one in judged} - taken
                self._note(transaction, [_without_days(look, lost) for look in looks], going_on, locations, now_ms)
        if self._mail.server is not None:
            self._tell_over(locations, now_ms - SAME_MS, now_ms)

    def _note(
        self,
        transaction: Transaction,
        looks: Sequence[Look],
        going_on: dict[tuple[str, str, str], stored.AlertRow],
        locations: dict[str, LocationRow],
        now_ms: int,
    ) -> None:
        on = {cause: facts for look in looks for cause, facts in look.on.items() if cause[0] in locations}
        over = {cause for look in looks for cause in look.over if cause not in on}
        stored.hold(transaction, [going_on[cause] for cause in on if cause in going_on], now_ms)
        closed = [alert(going_on[cause]) for cause in sorted(over) if stored.end(transaction, going_on[cause], now_ms)]
        opened = []
        for cause, facts in sorted(on.items(), key=lambda item: item[0]):
            if cause in going_on or self._resumes(transaction, cause, now_ms):
                continue
            row = new_row(cause, facts, now_ms)
            if stored.add(transaction, row):
                opened.append(Alert(row, facts))
        self._tell(transaction, opened, closed, locations, now_ms)

    def _resumes(self, transaction: Transaction, cause: tuple[str, str, str], now_ms: int) -> bool:
        since_ms = now_ms - SAME_MS
        return cause[1] != Kind.DAY and stored.resume(transaction, cause, gone_since_ms=since_ms, now_ms=now_ms)

    def _tell(
        self,
        transaction: Transaction,
        opened: Sequence[Alert],
        closed: Sequence[Alert],
        locations: dict[str, LocationRow],
        now_ms: int,
    ) -> None:
        if not opened and not closed:
            return
        address = self._mail.address
        webhooks = stored.webhooks(self._store)
        known = [one for one in closed if one.row.location_id in locations]
        put_calls(transaction, webhooks, "alert.opened", opened, locations, address=address, now_ms=now_ms)
        put_calls(transaction, webhooks, "alert.closed", known, locations, address=address, now_ms=now_ms)
        if opened and self._mail.server is not None:
            everybody, choices = people.all_people(self._store), stored.choices(self._store)
            put_letters(transaction, opened, everybody, choices, locations, address=address, now_ms=now_ms)

    def _tell_over(self, locations: dict[str, LocationRow], until_ms: int, now_ms: int) -> None:
        """By mail, of what was over by then and can't come back any more as the same."""
        told = upkeep.chore_taken(self._store, "alerts closed")
        told_ms = int(told or 0) if int(told or 0) <= until_ms + AHEAD_MS else 0
        gone = stored.gone(self._store, after_ms=max(told_ms, until_ms - OVER_LATE_MS), until_ms=until_ms)
        over = [alert(row) for row in gone if row.location_id in locations]
        if not over:
            return
        everybody, choices = people.all_people(self._store), stored.choices(self._store)
        with self._store.write() as transaction:
            if upkeep.follow_chore(transaction, "alerts closed", told, f"{until_ms:015d}"):  # else another has told
                put_letters(
                    transaction,
                    over,
                    everybody,
                    choices,
                    locations,
                    address=self._mail.address,
                    now_ms=now_ms,
                    are_over=True,
                )


def _turn(at_ms: int) -> str:
    return f"{at_ms // EVERY_MS:012d}"


def _without_days(look: Look, location_ids: set[str]) -> Look:
    """Of these locations another process has judged the day."""
    of_days = (Kind.DAY.value, Kind.SLIDE.value)
    on = {cause: facts for cause, facts in look.on.items() if cause[0] not in location_ids or cause[1] not in of_days}
    return Look(on, look.over)
