"""What is read for a report: of several places only those that are shown in whole."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from survey.questions import Kind as Asked
from survey.questions import Question, Survey
from sync_server.insight.chain_days import ChainDays
from sync_server.insight.days import Verdict
from sync_server.reports import content, letters
from sync_server.reports.content import LOOKS, Contents, Report
from sync_server.reports.schedule import Kind
from sync_server.results.periods import last_days
from sync_server.store import Store, open_store, places
from sync_server.store.places import LocationRow, TouchpointRow
from tests import cast

NOW_MS = cast.at("2026-11-22 07:00")
SATURDAY = date(2026, 11, 21)
BAD = 5
SHOPS = [LocationRow(f"shop{n}", "uusimaa", f"Shop {n}", "Europe/Helsinki", None) for n in range(12)]
TILLS = [TouchpointRow(f"till{n}", f"shop{n}", "Till", "checkout", "shop") for n in range(12)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The first shops had a bad Saturday, each a worse one than the shop before it."""
    store = open_store(tmp_path)
    cast.settle(store)
    with store.write() as transaction:
        places.put_locations(transaction, SHOPS)
        places.put_touchpoints(transaction, TILLS)
    for weeks in range(7):
        unhappy = [60 + n if n < BAD and weeks == 0 else 15 + weeks % 2 for n in range(12)]
        counts = [(till, "overall", 9, {1: bad, 5: 100 - bad}) for till, bad in zip(TILLS, unhappy, strict=True)]
        cast.add_counts(store, (SATURDAY - timedelta(weeks=weeks)).isoformat(), counts)
    yield store
    store.close()


def read(store: Store) -> ChainDays:
    days = ChainDays(store, lambda: NOW_MS)
    days.step(most_s=60)
    return days


def daily(store: Store, days: ChainDays, shops: list[LocationRow]) -> tuple[Report, list[str]]:
    """And the locations that were read in whole."""
    with patch.object(content, "trends", wraps=content.trends) as trends:
        report = Contents(store, days, NOW_MS).report(Kind.DAILY, last_days(1, SATURDAY), shops, "en", since_ms=0)
    return report, sorted({call.args[1].name for call in trends.call_args_list})


def test_only_the_looks_are_read_in_whole(store: Store) -> None:
    report, read_in_whole = daily(store, read(store), SHOPS)

    assert [told.location.name for told in report.looks] == ["Shop 4", "Shop 3", "Shop 2"] == read_in_whole[::-1]
    assert [line.location for line in report.places] == SHOPS and len(report.looks) == LOOKS
    assert sum(line.brief.verdict is Verdict.WORSE for line in report.places) == BAD
    assert report.one is None


def test_a_week_worse_than_the_one_before_is_looked_at_where_all_were_bad(store: Store) -> None:
    for back in (back for back in range(40) if back % 7):
        counts = [(till, "overall", 9, {1: 15 + back % 2 + 45 * (back < 7), 5: 85}) for till in TILLS[:BAD]]
        cast.add_counts(store, (SATURDAY - timedelta(days=back)).isoformat(), counts)

    report = Contents(store, read(store), NOW_MS).report(
        Kind.WEEKLY, last_days(7, SATURDAY), SHOPS[:BAD], "en", since_ms=0
    )

    assert {(line.brief.change, line.side) for line in report.places} == {("worse", "same")}
    assert [told.location.name for told in report.looks] == ["Shop 4", "Shop 3", "Shop 2"]


def test_of_many_places_one_is_not_worse_than_before_by_the_chance_of_many(store: Store) -> None:
    """Of forty that never change, one looks worse each week when it is looked at alone."""
    for back in range(40):
        unhappy = [23 if n else 26 if back < 7 else 20 for n in range(12)]
        counts = [(till, "overall", 10, {1: bad, 5: 80}) for till, bad in zip(TILLS, unhappy, strict=True)]
        cast.add_counts(store, (date(2026, 9, 26) - timedelta(days=back)).isoformat(), counts)
    contents, week = Contents(store, read(store), NOW_MS), last_days(7, date(2026, 9, 26))

    alone = contents.report(Kind.WEEKLY, week, SHOPS[:1], "en", since_ms=0)
    report = contents.report(Kind.WEEKLY, week, SHOPS, "en", since_ms=0)

    assert alone.places[0].brief.change == "worse" and alone.one and alone.one.is_worse
    assert {line.brief.change for line in report.places} == {"same"}
    assert report.looks == []


MANY = [LocationRow(f"many{n:02}", "uusimaa", f"Many {n:02}", "Europe/Helsinki", None) for n in range(60)]


def many(store: Store, *, usually: int, unhappy: int) -> ChainDays:
    """Of a hundred answers so many were unhappy at the first on Saturday; at the others 25, as ever."""
    tills = [TouchpointRow(shop.location_id, shop.location_id, "Till", "checkout", "shop") for shop in MANY]
    with store.write() as transaction:
        places.put_locations(transaction, MANY)
        places.put_touchpoints(transaction, tills)
    for weeks in range(10):  # of which one Saturday was a holiday
        bad = [(25 if number else usually) + weeks % 2 for number in range(len(MANY))]
        bad[0] = unhappy if weeks == 0 else bad[0]
        counts = [(till, "overall", 9, {1: n, 5: 100 - n}) for till, n in zip(tills, bad, strict=True)]
        cast.add_counts(store, (SATURDAY - timedelta(weeks=weeks)).isoformat(), counts)
    return read(store)


def test_of_many_places_none_is_worse_than_usual_by_the_chance_of_many(store: Store) -> None:
    """Of five hundred where nothing ever changes, one looks so on every other morning when it is looked at alone."""
    days = many(store, usually=10, unhappy=27)  # one such day in 480

    (alone, _), (few, _), (report, _) = (daily(store, days, MANY[:number]) for number in (1, 12, 60))

    assert [said.places[0].brief.verdict for said in (alone, few, report)] == [
        *(Verdict.WORSE, Verdict.WORSE, Verdict.USUAL)
    ]
    assert ([told.location for told in few.looks], report.looks) == (MANY[:1], [])


def test_what_is_worse_than_usual_among_many_is_told(store: Store) -> None:
    days = many(store, usually=10, unhappy=32)  # one such day in 10,000: it holds among sixty, too

    report, _ = daily(store, days, MANY)

    assert [told.location for told in report.looks] == MANY[:1]
    assert report.looks[0].brief.verdict is Verdict.WORSE


def test_who_is_below_the_others_is_not_worse_than_usual_where_that_does_not_hold(store: Store) -> None:
    report, _ = daily(store, many(store, usually=25, unhappy=47), MANY)

    said = letters.paper(report, "en", now_ms=NOW_MS, address="https://hymy.example")

    assert "Below your other locations, and not by chance." in said
    assert ("usual for a Saturday" in said, "below the others" in said) == (False, True)


def test_of_one_place_its_line_is_that_of_the_whole(store: Store) -> None:
    several, _ = daily(store, read(store), SHOPS)

    for line in several.places:
        alone, read_in_whole = daily(store, ChainDays(store, lambda: NOW_MS), [line.location])
        assert alone.one and alone.one.brief == line.brief and read_in_whole == [line.location.name]


def test_what_came_late_to_a_place_in_whole_is_in_its_line_too(store: Store) -> None:
    days = read(store)
    cast.add_counts(store, SATURDAY.isoformat(), [(TILLS[4], "overall", 10, {1: 7})])

    report, _ = daily(store, days, SHOPS)

    assert report.looks[0].found.answers == report.places[4].brief.answers == 107


def test_a_place_with_two_shared_questions_or_none_is_read_in_whole(store: Store) -> None:
    other = Survey("other", 1, ("en",), (Question("service", Asked.SMILEY5, {"en": "How was the service?"}),))
    with store.write() as transaction:
        places.put_survey(transaction, other)
        places.put_touchpoints(transaction, [TouchpointRow("desk", "shop7", "Desk", "service", "other")])
        transaction.execute("DELETE FROM touchpoints WHERE location_id = ?", ("shop8",))

    report, read_in_whole = daily(store, read(store), SHOPS[6:10])

    assert read_in_whole == ["Shop 7", "Shop 8"]
    assert report.places[2].brief.figure is None


def test_where_not_all_are_drawn_few_answers_do_not_lead(store: Store) -> None:
    """Ten answers, of which five are good, say less of a shop than five hundred of a thousand."""
    with store.write() as transaction:
        shops = [LocationRow(f"kiosk{n:02}", "uusimaa", f"Kiosk {n:02}", "Europe/Helsinki", None) for n in range(24)]
        tills = [TouchpointRow(f"desk{n:02}", f"kiosk{n:02}", "Desk", "checkout", "shop") for n in range(24)]
        places.put_locations(transaction, shops)
        places.put_touchpoints(transaction, tills)
    given = [{1: 6, 5: 4}, {1: 500, 5: 500}, *({1: 20, 5: 80} for _ in range(22))]
    counts = [(till, "overall", 9, by_value) for till, by_value in zip(tills, given, strict=True)]
    cast.add_counts(store, SATURDAY.isoformat(), counts)

    report, _ = daily(store, read(store), shops)
    said = letters.paper(report, "en", now_ms=NOW_MS, address="https://hymy.example")

    assert "The 20 lowest of 24 locations, by shrunken score" in said
    drawn = re.findall(r">(Kiosk \d\d)</text>", said)[:20]
    assert drawn[:2] == ["Kiosk 01", "Kiosk 00"] and len(set(drawn)) == 20
