"""A terminal that is not heard of while its location is open."""

from pathlib import Path

import pytest

from sync_server.alerts.alert import Silent
from sync_server.store import places, terminals
from tests import cast
from tests.sync_server.alerts.house import OPEN, Watched


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """One kind of store: what differs between them is looked at elsewhere."""
    return tmp_path / "data"


def heard(watched: Watched, local: str) -> None:
    """The terminal at Kamppi's checkout exchanges something, even nothing."""
    with watched.store.write() as transaction:
        transaction.execute(
            "INSERT INTO terminal_states (location_id, terminal_id, last_exchange_at, version, configuration,"
            " journal_id, pressed, stored, waiting, devices) VALUES ('kamppi', ?, ?, '', '', 1, 0, 0, 0, '{}')"
            " ON CONFLICT (location_id, terminal_id) DO UPDATE SET last_exchange_at = excluded.last_exchange_at",
            (watched.kamppi.terminal_id, cast.at(local)),
        )


@pytest.fixture
def watched(watched: Watched) -> Watched:
    """The server has been up since the morning."""
    watched.opens_at("8-21")
    watched.now_ms = cast.at("2026-11-21 06:00")
    watched.watch = watched.another_watch()
    return watched


def test_half_an_hour_of_silence_opens_an_alert_and_one_sign_of_life_closes_it(watched: Watched) -> None:
    heard(watched, "2026-11-21 12:00")
    at_first = watched.round("2026-11-21 12:30")
    (found,) = watched.round("2026-11-21 12:31")
    heard(watched, "2026-11-21 12:40")
    after = watched.round("2026-11-21 12:41")

    assert at_first == after == []
    assert isinstance(found.facts, Silent)
    assert found.facts.since == cast.at("2026-11-21 12:00")
    assert found.row.subject == watched.kamppi.terminal_id


@pytest.mark.parametrize(
    ("hours", "at"),
    [
        pytest.param("8-21", "2026-11-21 21:30", id="closed"),
        pytest.param("8-21", "2026-11-22 08:20", id="just opened, and not switched on yet"),
        pytest.param("", "2026-11-21 21:30", id="closed all day"),
    ],
)
def test_silence_is_no_alarm_when(watched: Watched, hours: str, at: str) -> None:
    watched.opens_at(hours)
    heard(watched, "2026-11-21 20:58")
    assert watched.round(at) == []


def test_where_the_hours_are_not_told_nothing_can_be_said(watched: Watched) -> None:
    watched.terminal("tapiola-checkout")
    heard(watched, "2026-11-21 12:29")
    with watched.store.write() as transaction:
        transaction.execute("UPDATE terminal_places SET from_at = 0")
    assert watched.round("2026-11-21 12:30") == []


def test_one_that_stays_silent_over_night_is_one_alert(watched: Watched) -> None:
    heard(watched, "2026-11-21 20:00")
    (evening,) = watched.round("2026-11-21 20:45")
    (night,) = watched.round("2026-11-22 03:00")
    (morning,) = watched.round("2026-11-22 09:00")

    assert evening.row.alert_id == night.row.alert_id == morning.row.alert_id


def test_who_comes_back_for_a_short_while_is_not_told_of_twice(watched: Watched) -> None:
    watched.give_addresses("Aino")
    heard(watched, "2026-11-21 12:00")
    watched.round("2026-11-21 12:31")
    heard(watched, "2026-11-21 12:40")
    back = watched.round("2026-11-21 12:41")
    (again,) = watched.round("2026-11-21 13:11")

    assert back == []
    assert again.row.opened_at == cast.at("2026-11-21 12:31")
    assert len(watched.waiting()) == 1


def test_a_server_that_was_away_hears_for_itself_first(watched: Watched) -> None:
    heard(watched, "2026-11-21 09:00")
    watched.now_ms = cast.at("2026-11-21 12:00")
    watched.watch = watched.another_watch()

    assert watched.round("2026-11-21 12:29") == []
    assert watched.kinds() == []
    assert len(watched.round("2026-11-21 12:31")) == 1


def test_a_terminal_that_is_revoked_is_expected_no_more(watched: Watched) -> None:
    heard(watched, "2026-11-21 12:00")
    watched.round("2026-11-21 12:31")
    with watched.store.write() as transaction:
        terminals.revoke(transaction, watched.kamppi.terminal_id, watched.now_ms)
    assert watched.round("2026-11-21 12:32") == []


def test_one_that_has_just_moved_is_given_time(watched: Watched) -> None:
    with watched.store.write() as transaction:
        places.put_locations(transaction, [cast.TAPIOLA._replace(opening_hours=OPEN)])
        transaction.execute("UPDATE terminal_places SET from_at = 0")
        terminals.move(
            transaction, watched.kamppi.terminal_id, "tapiola-checkout", "Tapiola", cast.at("2026-11-21 12:00")
        )

    at_first = watched.round("2026-11-21 12:30")
    later = watched.round("2026-11-21 12:31")

    assert (at_first, [one.row.location_id for one in later]) == ([], ["tapiola"])


def test_the_night_when_clocks_go_back_is_an_hour_longer_and_that_is_no_silence(watched: Watched) -> None:
    """A shop that is open all night: 25 minutes past three comes twice."""
    watched.opens_at("18-6")
    summer = cast.at("2026-10-25 03:25")  # the first of the two
    minutes = {"before": 20, "after": 31}
    with watched.store.write() as transaction:
        transaction.execute("UPDATE terminal_places SET from_at = ?", (summer,))
    watched.now_ms = summer - 24 * 3_600_000
    watched.watch = watched.another_watch()

    found = {}
    for when, minute in minutes.items():
        watched.now_ms = summer + minute * 60_000
        found[when] = len(watched.round())

    assert found == {"before": 0, "after": 1}
