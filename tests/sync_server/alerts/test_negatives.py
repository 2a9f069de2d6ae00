"""Too many unhappy answers within minutes: told once, by when they were given, closed by itself."""

import pytest

from sync_server.alerts.alert import Negative
from sync_server.alerts.rules import location_place, region_place
from sync_server.store import alerts as stored
from tests import cast
from tests.sync_server.alerts.house import Watched


def test_half_of_four_answers_within_a_quarter_of_an_hour_open_an_alert(watched: Watched) -> None:
    watched.answer([1, 5, 2, 5], given="2026-11-21 14:50")

    (found,) = watched.round("2026-11-21 15:00")

    assert (found.row.location_id, found.row.kind) == ("kamppi", "negative")
    assert found.facts == Negative(2, 4, 15)


@pytest.mark.parametrize(
    ("values", "given"),
    [
        pytest.param([1, 1, 2], "2026-11-21 14:50", id="too few answers"),
        pytest.param([1, 5, 3, 5], "2026-11-21 14:50", id="too small a share, the middle face is none"),
        pytest.param([1, 1, 1, 1], "2026-11-21 14:44", id="too long ago"),
        pytest.param([1, 1, 1, 1], "2026-11-14 15:00", id="a late batch of last week"),
        pytest.param([1, 1, 1, 1], "2026-11-21 15:10", id="by a clock that is ahead"),
    ],
)
def test_no_alert_comes_of(watched: Watched, values: list[int], given: str) -> None:
    watched.answer(values, given=given)
    assert watched.round("2026-11-21 15:00") == []


def test_an_answer_whose_time_is_not_known_rings_no_bell(watched: Watched) -> None:
    watched.answer([1, 1, 1, 1], given="2026-11-21 14:59", clock="unknown")
    assert watched.round("2026-11-21 15:00") == []


def test_presses_that_were_set_aside_ring_no_bell(watched: Watched) -> None:
    watched.answer([1, 1, 1, 1], given="2026-11-21 14:59")
    with watched.store.write() as transaction:
        transaction.execute(
            "INSERT INTO set_aside (location_id, journal_id, seq) SELECT location_id, journal_id, seq FROM answers"
        )
    assert watched.round("2026-11-21 15:00") == []


def test_a_late_batch_does_not_hide_what_happens_now(watched: Watched) -> None:
    """The terminal sends what waited first, then the present."""
    watched.round("2026-11-21 14:00")
    watched.answer([5] * 400 + [1] * 4, given="2026-11-21 14:59")
    assert watched.round("2026-11-21 15:00") == []  # four of many within the window

    watched.answer([1] * 200, given="2026-11-21 14:59")
    assert [one.row.kind for one in watched.round("2026-11-21 15:00")] == ["negative"]


def test_one_cause_has_one_alert_for_as_long_as_it_goes_on_and_closes_by_itself(watched: Watched) -> None:
    watched.answer([1] * 4, given="2026-11-21 14:50")
    first = watched.round("2026-11-21 15:00")
    watched.answer([1] * 4, given="2026-11-21 15:05")
    second = watched.round("2026-11-21 15:06")
    third = watched.round("2026-11-21 15:25")  # last seen at 15:06; the window is empty since 15:20
    alert = stored.find(watched.store, "kamppi", first[0].row.alert_id)

    assert [one.row.alert_id for one in second] == [first[0].row.alert_id]
    assert third == []
    assert alert is not None
    assert (alert.closed_at, alert.closed_by) == (watched.now_ms, "")


def test_it_does_not_flutter(watched: Watched) -> None:
    """Between 40 and 50 % goes on; a quiet quarter of an hour ends it; within an hour it is the same one."""
    watched.answer([1, 1, 5, 5], given="2026-11-21 15:00")
    (opened,) = watched.round("2026-11-21 15:00")
    watched.answer([5], given="2026-11-21 15:10")
    still = watched.round("2026-11-21 15:10")  # 2 of 5
    quiet = watched.round("2026-11-21 15:25")
    watched.answer([1, 1, 1, 1], given="2026-11-21 15:40")
    again = watched.round("2026-11-21 15:40")
    quiet_again = watched.round("2026-11-21 15:56")
    watched.now_ms = cast.at("2026-11-21 18:00")
    watched.answer([1, 1, 1, 1], given="2026-11-21 18:00")
    much_later = watched.round("2026-11-21 18:00")

    names = [[one.row.alert_id == opened.row.alert_id for one in some] for some in (still, again, much_later)]
    assert names == [[True], [True], [False]]
    assert quiet == quiet_again == []


def test_an_open_alert_stays_open_through_a_better_minute(watched: Watched) -> None:
    watched.answer([1, 1, 5, 5], given="2026-11-21 15:00")
    (opened,) = watched.round("2026-11-21 15:00")
    watched.now_ms = cast.at("2026-11-21 15:12")
    watched.answer([1, 1, 5, 5, 5], given="2026-11-21 15:12")

    at_40_percent = watched.round("2026-11-21 15:16")
    without_answers = watched.round("2026-11-21 15:30")
    at_last = watched.round("2026-11-21 15:31")

    assert [one.row.alert_id for one in (*at_40_percent, *without_answers)] == [opened.row.alert_id] * 2
    assert at_last == []


def test_what_somebody_has_closed_is_not_opened_again_while_its_cause_goes_on(watched: Watched) -> None:
    watched.answer([1] * 4, given="2026-11-21 15:00")
    (opened,) = watched.round("2026-11-21 15:00")
    with watched.store.write() as transaction:
        assert stored.close(transaction, opened.row, "Aino", watched.now_ms)

    during = watched.round("2026-11-21 15:05")
    watched.round("2026-11-21 15:30")
    watched.answer([1] * 4, given="2026-11-21 15:40")
    soon_after = watched.round("2026-11-21 15:40")

    assert during == soon_after == []


def test_the_nearest_rules_count(watched: Watched) -> None:
    watched.answer([1, 1, 1, 1], given="2026-11-21 14:59")
    watched.set_rules(negative=False)
    off = watched.round("2026-11-21 15:00")
    watched.set_rules(region_place("uusimaa"), least=5)
    more = watched.round("2026-11-21 15:00")
    watched.set_rules(location_place("kamppi"), least=2, minutes=5)
    own = watched.round("2026-11-21 15:00")
    watched.set_rules(location_place("kamppi"), negative=False)
    off_again = watched.round("2026-11-21 15:01")

    assert (off, more, off_again) == ([], [], [])
    assert [one.facts for one in own] == [Negative(4, 4, 5)]


def test_each_location_has_a_window_of_its_own(watched: Watched) -> None:
    watched.set_rules(minutes=60)
    watched.set_rules(location_place("tapiola"), minutes=15)
    for asking in (watched.kamppi, watched.terminal("tapiola-checkout")):
        watched.answer([1, 1, 1, 1], given="2026-11-21 14:30", asking=asking)

    watched.round("2026-11-21 15:00")

    assert watched.kinds() == [("kamppi", "negative")]


def test_of_two_processes_one_makes_the_round(watched: Watched) -> None:
    watched.give_addresses("Aino")
    watched.answer([1] * 4, given="2026-11-21 15:00")
    another = watched.another_watch()

    watched.watch.step()
    another.step()
    another.look(watched.now_ms)  # even if both did

    assert watched.kinds() == [("kamppi", "negative")]
    assert watched.waiting() == [("mail", '"Aino" <aino@shop.example>')]


def test_only_what_came_within_the_window_is_read_again(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    watched.answer([5] * 250, given="2026-11-21 13:00")
    for minute in range(0, 60, 5):
        watched.round(f"2026-11-21 14:{minute:02d}")
    reads = []
    read = watched.store.read
    monkeypatch.setattr(watched.store, "read", lambda sql, parameters=(): reads.append(sql) or read(sql, parameters))

    watched.round("2026-11-21 14:59")

    assert not [sql for sql in reads if "FROM wanted" in sql]
