"""Rule 3.9: late answers land on the day they were given; that it changed after it was over is kept."""

import pytest

from survey.exchange import Boot
from sync_server.exchange.late import GRACE_MS, came_late
from sync_server.store import late
from sync_server.store.late import LateKey
from sync_server.store.rows import Answers
from sync_server.upkeep.rebuild import check, rebuild
from tests import cast
from tests.sync_server.exchange.shop import Journal, Shop, about

DAY_MS = 24 * 3600_000


def given(*ats: int) -> Answers:
    several = ["x"] * len(ats)
    numbers = [1] * len(ats)
    return Answers(
        *("kamppi", 1, "kamppi-checkout", "server", "shop@1", ["overall"] * len(ats), several, several),
        *(numbers, numbers, list(ats), numbers, numbers),
    )


@pytest.mark.parametrize(
    ("at", "came", "is_late"),
    [
        ("2026-11-21 23:59", "2026-11-22 00:59", False),
        ("2026-11-21 23:59", "2026-11-22 01:00", True),
        ("2026-11-22 00:00", "2026-11-22 23:59", False),
        ("2026-10-25 03:30", "2026-10-26 00:59", False),  # a day of 25 hours
        ("2026-10-25 00:30", "2026-10-26 01:00", True),
        ("2026-03-29 23:59", "2026-03-30 01:00", True),  # of 23
    ],
)
def test_late_is_what_comes_more_than_an_hour_after_midnight_at_the_location(at: str, came: str, is_late: bool) -> None:
    expected = {LateKey("kamppi", "overall", at[:10]): 1} if is_late else {}

    assert came_late(given(cast.at(at)), "Europe/Helsinki", cast.at(came)) == expected


def test_the_day_is_that_of_the_location() -> None:
    at, came = cast.at("2026-11-21 23:30", "Europe/Helsinki"), cast.at("2026-11-22 01:30", "Europe/Helsinki")

    assert came_late(given(at), "Europe/Helsinki", came)
    assert not came_late(given(at), "Europe/Stockholm", came)
    assert GRACE_MS == 3600_000


def test_a_late_batch_tells_on_which_days_it_changed_and_how_much(shop: Shop, journal: Journal) -> None:
    """Two answers of the day before, one of the day before that, and one of today; a set counts once."""
    day_before, two_before = Boot(1, "5f0c", cast.at("2026-11-20 14:00"), "server"), cast.at("2026-11-19 14:00")
    journal.write(5, 4).write(3, context=about("which"))
    journal.write(2, uptime_ms=DAY_MS + 60_000).write(1, uptime_ms=two_before - cast.at("2026-11-20 14:00"))

    shop.receive(journal.request(boots=[day_before]))

    assert late.by_day(shop.store, "kamppi", "overall", "2026-11-19", "2026-11-21") == {
        "2026-11-19": 1,
        "2026-11-20": 2,
    }
    assert late.by_day(shop.store, "kamppi", "which", "2026-11-19", "2026-11-21") == {"2026-11-20": 1}
    assert late.by_day(shop.store, "kamppi", "overall", "2026-11-20", "2026-11-20") == {"2026-11-20": 2}


def test_what_comes_twice_or_in_time_is_not_late_again(shop: Shop, journal: Journal) -> None:
    yesterday = [Boot(1, "5f0c", cast.at("2026-11-20 14:00"), "server")]
    shop.receive(journal.write(5, 4).request(boots=yesterday))
    shop.receive(journal.request(boots=yesterday))
    clone = Journal("00000000000c10e").write(5, born=journal.birth(1)).write(1)
    shop.receive(clone.request(boots=yesterday))

    assert shop.rows("answers", "late_answers") == [(3,)]


def test_a_rebuild_keeps_what_only_the_arrival_knew(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.write(5, 4).request(boots=[Boot(1, "5f0c", cast.at("2026-11-20 14:00"), "server")]))

    assert list(check(shop.store, lambda done, of: None)) == []
    with shop.store.write() as transaction:
        transaction.execute("DELETE FROM daily_rollups")
    assert len(list(rebuild(shop.store, lambda done, of: None))) == 2

    assert shop.rows("local_date, answers", "late_answers") == [("2026-11-20", 2)]
