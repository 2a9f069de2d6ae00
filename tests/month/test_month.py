"""A whole month of a shop: a terminal with a window, all devices, a server; time leaps from one person to the next.

What people made, by their own record, is on the server once and on its day, whatever befell; and nothing grew.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from survey import mashing
from survey.opening_hours import local_date
from survey.questions import STAFF
from sync_server.fleet.reconcile import differences as not_equal
from sync_server.fleet.reconcile import reconcile
from tests import cast
from tests.month.growth import growth
from tests.month.month import Month
from tests.month.record import ZONE, Stored, differences
from tests.month.shop import Shop
from tests.soak import Progress, long, share_of
from tests.together.shop import wait_until

SETTLED_S = 30.0
MOST_BLOCKS_A_DAY = 1_000  # a screen that is built anew holds thousands; a day in the cache of local hours, 120
MOST_KB_A_DAY = 400  # the C library gives back late what a day of bad network took
AT_REST_DAYS = 20
WARM_DAYS = 14  # the newest: by then each kind of question was drawn once since the boot, also where few people come


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.mark.parametrize(
    ("begins", "days", "visits", "faults", "power_days"),
    [
        pytest.param("2027-10-30 04:00", 2, 15, 4, 1, id="two days with the end of summer time"),
        long("2027-10-02 04:00", 30, share_of(1_000), 5, 10, timeout_s=3_600, id="October"),
    ],
)
def test_a_month_of_a_shop_loses_and_doubles_nothing_and_nothing_grows(
    tmp_path: Path, stack: ExitStack, begins: str, days: int, visits: int, faults: int, power_days: int
) -> None:
    shop = Shop(tmp_path, begins_ms=cast.at(begins), stack=stack)
    month = Month(shop, seed=1, visits=visits, faults_a_day=faults, power_days=power_days)

    shop.power_on()
    month.live(days, Progress())
    month.end()
    settle(shop)

    answers = stored(shop)
    assert differences(shop.record.touches, [row for source, row in answers if source == "touch"]) == []
    assert differences(shop.record.presses, [row for source, row in answers if source != "touch"]) == []
    assert [not_equal(row) for row in reconcile(shop.store)] == [[]]
    assert not any(row.has_gap for row in reconcile(shop.store))
    assert_footfall(shop)
    assert_set_aside(shop)
    assert_nothing_grew(month)
    assert shop.lit["thanks"] > 0


def settle(shop: Shop) -> None:
    """All that was made is on the server, and looked at."""
    shop.settle_presses()
    made = len(shop.record.touches) + len(shop.record.presses)

    def is_settled() -> bool:
        shop.leap(60_000)
        ((waiting,),) = shop.store.read("SELECT COUNT(*) FROM journals WHERE settled_seq < head_seq")
        ((answers,),) = shop.store.read("SELECT COUNT(*) FROM answers")
        return answers >= made and not waiting and not any(not_equal(row) for row in reconcile(shop.store))

    wait_until(is_settled, SETTLED_S)
    shop.record.end(shop.true.ms())


def stored(shop: Shop) -> list[tuple[str, Stored]]:
    rows = shop.store.read("SELECT source, question_id, value, at FROM answers ORDER BY journal_id, seq")
    return [(source, Stored(question, value, at)) for source, question, value, at in rows]


def assert_footfall(shop: Shop) -> None:
    found: Counter[str] = Counter()
    for at, value in shop.store.read("SELECT at, value FROM events WHERE kind = 'count'"):
        found[str(local_date(at, ZONE))] += int(value)
    record = shop.record
    assert sum(record.passed.values()) - sum(record.lost.values()) <= sum(found.values()) <= sum(record.passed.values())
    for day in sorted(record.passed.keys() - record.unsure):
        assert record.passed[day] - record.lost[day] <= found[day] <= record.passed[day], day


def assert_set_aside(shop: Shop) -> None:
    """What figures leave out is what the rule says of the whole record."""
    rows: list[Any] = shop.store.read("SELECT seq, visit, at, question_id FROM answers ORDER BY journal_id, seq")
    begun = {visit: (seq, at) for seq, visit, at, question in reversed(rows) if not question.startswith(STAFF)}
    first = sorted(begun.values())
    aside = mashing.set_aside([at for _, at in first])
    expected = [seq for (seq, _), is_aside in zip(first, aside, strict=True) if is_aside]
    assert [seq for (seq,) in shop.store.read("SELECT seq FROM set_aside ORDER BY seq")] == expected


def assert_nothing_grew(month: Month) -> None:
    sizes = month.sizes[-AT_REST_DAYS:]
    assert max(size.descriptors for size in sizes) <= sizes[0].descriptors + 2
    assert max(size.threads for size in sizes) <= sizes[0].threads + 2
    assert max(size.files for size in sizes) <= sizes[0].files + 2
    if len(sizes) == AT_REST_DAYS:
        assert growth([size.blocks for size in sizes[-WARM_DAYS:]]) < MOST_BLOCKS_A_DAY, sizes
        assert growth([size.memory_kb for size in sizes[-WARM_DAYS:]]) < MOST_KB_A_DAY, sizes
