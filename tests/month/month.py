"""A month of a shop, drawn from a seed: who comes when, and what goes wrong; each night the terminal is measured."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from survey.schedule import local_time
from tests.month import faults, surveys
from tests.month.faults import Faults
from tests.month.growth import Size, size
from tests.month.people import People
from tests.month.record import ZONE
from tests.month.shop import Shop
from tests.soak import Progress
from tests.together.shop import wait_until

LONGEST_LEAP_MS = 5 * 60_000
MEASURED_AT = timedelta(hours=4)
PASS_BY = (1, 4)  # people for each visit


class Month:
    """visits: a day. power_days: so many days at the beginning have power cuts; then one boot lasts until the end."""

    def __init__(self, shop: Shop, *, seed: int, visits: int, faults_a_day: int, power_days: int) -> None:
        self.sizes: list[Size] = []
        self._shop = shop
        self._random = Random(seed)
        self._visits, self._faults_a_day, self._power_days = visits, faults_a_day, power_days
        self._people = People(shop, self._random)
        self._faults = Faults(shop, self._random, self._plan)
        self._planned: list[tuple[int, int, Callable[[], None]]] = []
        self._numbers = count()

    def live(self, days: int, progress: Progress) -> None:
        """From 04:00 to 04:00."""
        for day in range(days):
            self._plan_day(day)
            self._live_until(self._four_o_clock())
            assert self._shop.boot
            if self._shop.boot.is_dated:
                wait_until(lambda: self._shop.display_is_off)
            self.sizes.append(size(self._shop.boot, self._shop.data))
            progress.say(f"day {day + 1} of {days}: {self.sizes[-1]}")

    def _plan(self, ms: int, act: Callable[[], None]) -> None:
        heapq.heappush(self._planned, (self._shop.true.ms() + ms, next(self._numbers), act))

    def _plan_day(self, day: int) -> None:
        now_ms = self._shop.true.ms()
        open_ms = [ms for ms in range(0, 24 * faults.HOUR_MS, faults.MINUTE_MS) if self._is_open(now_ms + ms)]
        turns = (self._people.customer, self._people.presser, self._people.child, self._people.staff)
        weights = (10, 85, 4, 1)
        for turn in self._random.choices(turns, weights, k=self._visits):
            self._plan(self._random.choice(open_ms) + self._random.randrange(faults.MINUTE_MS), turn)
            self._plan(self._random.choice(open_ms), self._pass_by)
        self._plan(self._random.randrange(faults.DAY_MS), self._people.staff)
        for _ in range(2):  # at night, too
            self._plan(self._random.randrange(faults.DAY_MS), self._people.customer)
        kinds = [
            *faults.HARDWARE,
            *faults.NETWORK,
            *faults.CONFIGURATION,
            *(faults.POWER if day < self._power_days else ()),
        ]
        for name in self._random.sample(kinds, self._faults_a_day):
            self._plan(self._random.choice(open_ms[: -4 * 60]), getattr(self._faults, name))

    def _pass_by(self) -> None:
        self._shop.pass_by(self._random.randint(*PASS_BY))

    def _is_open(self, at_ms: int) -> bool:
        return surveys.HOURS.is_open(local_time(at_ms, ZONE))

    def _four_o_clock(self) -> int:
        """The next one, in true time."""
        now = datetime.fromtimestamp(self._shop.true.ms() / 1000, UTC).astimezone(ZoneInfo(ZONE))
        at = now.replace(hour=4, minute=0, second=0, microsecond=0)
        return int((at + timedelta(days=at <= now)).timestamp() * 1000)

    def _live_until(self, end_ms: int) -> None:
        while self._planned and self._planned[0][0] < end_ms:
            at_ms, _, act = heapq.heappop(self._planned)
            self._leap_to(at_ms)
            act()
        self._leap_to(end_ms)

    def _leap_to(self, at_ms: int) -> None:
        while (left_ms := at_ms - self._shop.true.ms()) > 0:
            self._shop.leap(min(left_ms, LONGEST_LEAP_MS))

    def end(self) -> None:
        """All that was planned comes to its end."""
        while self._planned:
            self._live_until(self._planned[0][0] + 1)
