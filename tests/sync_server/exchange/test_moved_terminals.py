"""A moved terminal brings what it kept at its old place, and begins a journal at the new one (design.md 3.9)."""

from survey.exchange import NEW_JOURNAL, Reply
from sync_server.exchange.handler import authenticate, reply
from sync_server.exchange.ingest import receive
from sync_server.fleet.surveys import Configurations
from sync_server.fleet.terminals import move
from tests.sync_server.exchange.shop import NOW, OPENED, Journal, Shop


class Terminal:
    """One whose token stays the same, wherever it stands."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.token = shop, shop.token("kamppi-checkout")
        self.terminal_id = authenticate(shop.store, f"Bearer {self.token}").terminal_id

    def send(self, journal: Journal, *, after: int = 0) -> Reply:
        asking = authenticate(self.shop.store, f"Bearer {self.token}")
        come = self.shop.incoming(journal.request(after=after), asking)
        with self.shop.store.write() as transaction:
            (received,) = receive(transaction, [come], ask=self.shop.ask, now_ms=NOW)
        place = received.asking.place
        configuration = Configurations(self.shop.store, lambda: NOW).get(place.touchpoint_id, asking.terminal_name)
        return reply(come, received, configuration, NOW)


def places(shop: Shop) -> list[tuple[object, ...]]:
    return sorted(shop.rows("location_id, touchpoint_id, value", "answers"))


def test_what_it_kept_counts_where_it_was_given_and_a_new_journal_is_asked_for(shop: Shop) -> None:
    terminal, journal = Terminal(shop), Journal().write(5)
    assert terminal.send(journal).commands == []
    move(shop.store, terminal.terminal_id, "vasa-checkout", NOW)
    told = terminal.send(journal.write(4), after=1)
    assert (told.head, told.commands) == (journal.head(2), [NEW_JOURNAL])
    assert told.configuration is not None and told.configuration.location_name == "Vasa"
    assert terminal.send(Journal("00000000000beef").write(1, uptime_ms=NOW - OPENED + 60_000)).commands == []
    old, new = ("kamppi", "kamppi-checkout"), ("vasa", "vasa-checkout")
    assert places(shop) == [(*old, 4), (*old, 5), (*new, 1)]


def test_within_a_location_too(shop: Shop) -> None:
    terminal, journal = Terminal(shop), Journal().write(5)
    terminal.send(journal)
    move(shop.store, terminal.terminal_id, "kamppi-entrance", NOW)
    assert terminal.send(journal.write(4), after=1).commands == [NEW_JOURNAL]
    assert places(shop) == [("kamppi", "kamppi-checkout", 4), ("kamppi", "kamppi-checkout", 5)]


def test_a_journal_of_before_the_move_that_never_came_counts_at_the_old_place(shop: Shop) -> None:
    terminal, journal = Terminal(shop), Journal().write(5, 4)
    move(shop.store, terminal.terminal_id, "vasa-checkout", NOW + 1)
    assert terminal.send(journal).commands == [NEW_JOURNAL]
    assert {place for place, _, _ in places(shop)} == {"kamppi"}
