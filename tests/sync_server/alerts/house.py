"""A store with the cast, terminals that answer at given times, and a watch over it whose clock is set by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec

from survey.exchange import Boot
from survey.schedule import read_opening_hours
from sync_server.alerts import Alert, open_alerts
from sync_server.alerts.rules import Rules
from sync_server.alerts.watch import Watch
from sync_server.exchange.ingest import receive
from sync_server.mail.settings import Mail, MailServer
from sync_server.store import alerts as stored
from sync_server.store import journals, outbox, places
from sync_server.store.journals import Asking
from sync_server.store.rows import RollupKey
from tests import cast
from tests.sync_server.exchange.shop import Journal, Shop, about
from tests.sync_server.mail.mailbox import ADDRESS, SENDER

MAIL = Mail(MailServer("127.0.0.1", 1), SENDER, ADDRESS)
EVERYWHERE = [location.location_id for location in cast.LOCATIONS]
OPEN = read_opening_hours({"mon-sun": "8-21"}, [])


class Watched(Shop):
    def __init__(self, place: Path | str) -> None:
        super().__init__(place)
        self.now_ms = cast.at("2026-11-21 15:00")
        self.watch = self.another_watch()
        self._journals = 0

    def another_watch(self) -> Watch:
        """Of another server process on the same store."""
        return Watch(self.store, lambda: self.now_ms, MAIL)

    def round(self, local: str = "", time_zone: str = "Europe/Helsinki") -> list[Alert]:
        """One round, at this local time; the alerts that are open then."""
        if local:
            self.now_ms = cast.at(local, time_zone)
        self.watch.look(self.now_ms)
        return self.alerts()

    def alerts(self) -> list[Alert]:
        return open_alerts(self.store, EVERYWHERE)

    def kinds(self) -> list[tuple[str, str]]:
        return sorted((one.row.location_id, one.row.kind) for one in self.alerts())

    def answer(self, values: Sequence[int], *, given: str, asking: Asking | None = None, clock: str = "server") -> None:
        """Visits five seconds after one another, up to this local time, in a journal of their own."""
        self._journals += 1
        boot_ms = cast.at(given) - 5_000 * len(values)
        journal = Journal(f"{self._journals:015x}")
        for number, value in enumerate(values, start=1):
            journal.write(value, context=about("overall"), uptime_ms=5_000 * number)
        request = journal.request(boots=[Boot(1, f"b{self._journals}", boot_ms, clock)])  # type: ignore[arg-type]
        come = self.incoming(request, asking)
        with self.store.write() as transaction:
            receive(transaction, [come], ask=self.ask, now_ms=self.now_ms)

    def set_rules(self, place: str = stored.CHAIN, **rules: int) -> None:
        kept = stored.rules(self.store).get(place)
        with self.store.write() as transaction:
            content = msgspec.json.encode(Rules(**rules)).decode()
            assert stored.put_rules(transaction, place, kept.version if kept else 0, content)

    def opens_at(self, hours: str) -> None:
        """Kamppi, every day."""
        found = read_opening_hours({"mon-sun": hours}, faults := [])
        assert not faults
        with self.store.write() as transaction:
            places.put_locations(transaction, [cast.KAMPPI._replace(opening_hours=found)])

    def give_addresses(self, *names: str) -> None:
        with self.store.write() as transaction:
            for name in names:
                address = f"{name.lower()}@shop.example"
                transaction.execute("UPDATE people SET email = ? WHERE person_id = ?", (address, name.lower()))

    def days(self, last: str, counts: Mapping[int, int], *, days: int = 1) -> None:
        """Rollups of so many days up to this one at Kamppi's checkout: answers per value."""
        end = date.fromisoformat(last)
        dates = [(end - timedelta(days=back)).isoformat() for back in range(days)]
        rows = {
            RollupKey("kamppi", on, "overall", "kamppi-checkout", 12, value): answers
            for on in dates
            for value, answers in counts.items()
        }
        with self.store.write() as transaction:
            journals.add_rollups(transaction, rows)

    def waiting(self) -> list[tuple[str, str]]:
        """Kind and receiver of what is to go out."""
        rows = self.store.read("SELECT kind, receiver FROM outbox ORDER BY kind, receiver")
        return [(str(kind), str(receiver)) for kind, receiver in rows]

    def take(self, kind: str) -> outbox.Parcel:
        parcel = outbox.take(self.store, kind, now_ms=self.now_ms, until_ms=self.now_ms + 1)
        assert parcel is not None
        return parcel
