"""Clocks that are wrong, jump, or are not there (design.md 3.8): the exchange goes on, and times come out right."""

import threading
import time
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

import pytest

from kiosk import repeating
from kiosk.clock import Clock
from kiosk.drafts import Draft
from kiosk.exchange import UNTIL_NEWS, Wait
from kiosk.online import Online
from kiosk.repeating import Repeating
from survey.exchange import Day
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock, Running, Server, a_writer, answer, keep

PERIOD_S = 0.6
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365 * DAY_MS
JUMPS_MS = {
    "an hour back": -HOUR_MS,
    "a year back": -YEAR_MS,
    "three days on": 3 * DAY_MS,
    "ten years on": 10 * YEAR_MS,
    "to 1970": -1_800_000_000_000,
}
NEAR_MS = 2_000
TRUE_MS = 1_800_000_000_000


class Wall:
    """The system's clock, set by a test; what APScheduler plans by, too."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.step_ms = 0
        wall = self

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Self:
                return cls.fromtimestamp((time.time_ns() // 1_000_000 + wall.step_ms) / 1000, tz or UTC)

        monkeypatch.setattr("apscheduler.schedulers.base.datetime", Shifted)
        self.clock = Clock(
            wall_ms=lambda: time.time_ns() // 1_000_000 + self.step_ms, boot_id=lambda: "b", is_synchronized=bool
        )


class Beats:
    """When the exchange was made, by the clock that no one sets."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._changed = threading.Condition()

    def step(self) -> Wait:
        with self._changed:
            self._times.append(time.monotonic())
            self._changed.notify_all()
        return UNTIL_NEWS

    def longest_pause(self, count: int, limit_s: float = LIMIT_S) -> float:
        """Among the next so many, from now on; infinite if they don't come."""
        begun = time.monotonic()
        with self._changed:
            first = len(self._times)
            if not self._changed.wait_for(lambda: len(self._times) >= first + count, limit_s):
                return float("inf")
            times = [begun, *self._times[first : first + count]]
        return max(after - before for before, after in pairwise(times))


@pytest.mark.parametrize("is_guarded", [True, False], ids=["guarded", "control: without the guard"])
def test_rule_8_the_exchange_never_pauses_for_two_periods_however_the_clock_jumps(
    monkeypatch: pytest.MonkeyPatch, is_guarded: bool
) -> None:
    monkeypatch.setattr(repeating, "LOOK_EVERY_S", 0.1 if is_guarded else LIMIT_S * 10)
    wall, beats = Wall(monkeypatch), Beats()
    online = Online(beats.step)
    repeats = Repeating(wall.clock, when_clock_set=lambda step_ms: None)
    repeats.every(timedelta(seconds=PERIOD_S), online.wake)
    online.start()
    repeats.start()
    pauses = {}
    try:
        for name, step_ms in JUMPS_MS.items() if is_guarded else [("an hour back", -HOUR_MS)]:
            for _ in range(3 if is_guarded else 1):  # a busy computer may pause now and then
                wall.step_ms = step_ms
                pauses[name] = beats.longest_pause(2, LIMIT_S if is_guarded else 3 * PERIOD_S)
                wall.step_ms = 0
                beats.longest_pause(1, 2 * PERIOD_S)
                if pauses[name] < 2 * PERIOD_S:
                    break
    finally:
        repeats.stop()
        online.stop(timeout_s=1)

    assert {name: pause < 2 * PERIOD_S for name, pause in pauses.items()} == dict.fromkeys(pauses, is_guarded)


def true_times(server: Server) -> dict[Any, int]:
    """When each answer was given, as the server reckons: its boot's offset as told last, and the time since boot."""
    offsets = {boot.number: boot.offset_ms or 0 for request in server.requests for boot in request.boots}
    return {
        entry.value: offsets[entry.context.boot] + entry.uptime_ms
        for entry in server.entries
        if entry.context.kind == "answer"
    }


@pytest.mark.parametrize("step_ms", JUMPS_MS.values(), ids=JUMPS_MS.keys())
def test_rule_8_times_within_a_boot_are_right_though_the_clock_jumps(
    tmp_path: Path, hand: HandClock, server: Server, step_ms: int
) -> None:
    begun_ms = TRUE_MS - hand.uptime_ms
    with a_writer(tmp_path, hand) as (writer, kept):
        terminal = Running(tmp_path, writer, kept, hand, server)
        terminal.settle()
        for value in range(1, 5):
            hand.pass_ms(10_000)
            hand.wall_ms += step_ms if value in (2, 4) else 0
            server.time_ms = begun_ms + hand.uptime_ms
            keep(writer, kept, Draft("answer", "overall", value, hand.uptime_ms))
            assert terminal.settle() == UNTIL_NEWS
            assert abs(hand.clock.now().wall_ms - server.time_ms) <= NEAR_MS
        terminal.exchange.close()

    reckoned = true_times(server)
    assert list(reckoned) == [1, 2, 3, 4]
    assert all(abs(reckoned[value] - (TRUE_MS + 10_000 * value)) <= NEAR_MS for value in reckoned)


@pytest.mark.parametrize(
    "wall_ms",
    [0, TRUE_MS, TRUE_MS + 20 * DAY_MS, TRUE_MS + 10 * YEAR_MS, TRUE_MS - YEAR_MS],
    ids=["1970", "where it stood at the power cut", "right", "ten years on", "a year back"],
)
def test_rule_8_a_boot_that_never_met_a_true_clock_is_placed_between_its_neighbours(
    tmp_path: Path, server: Server, wall_ms: int
) -> None:
    before = HandClock(wall_ms=TRUE_MS, uptime_ms=HOUR_MS, boot_id="before")
    without = HandClock(wall_ms=wall_ms, uptime_ms=HOUR_MS, boot_id="without")
    after = HandClock(wall_ms=0, uptime_ms=HOUR_MS, boot_id="after")
    for value, hand, is_online in [(1, before, True), (2, without, False), (3, after, True)]:
        server.time_ms = TRUE_MS if hand is before else TRUE_MS + 40 * DAY_MS
        with a_writer(tmp_path, hand) as (writer, kept):
            terminal = Running(tmp_path, writer, kept, hand, server)
            if is_online:
                terminal.settle()
            keep(writer, kept, Draft("answer", "overall", value, hand.uptime_ms))
            if is_online:
                assert terminal.settle() == UNTIL_NEWS
            terminal.exchange.close()

    reckoned = true_times(server)
    assert abs(reckoned[1] - TRUE_MS) <= NEAR_MS
    assert TRUE_MS <= reckoned[2] <= TRUE_MS + 40 * DAY_MS - HOUR_MS
    assert abs(reckoned[3] - (TRUE_MS + 40 * DAY_MS)) <= NEAR_MS
    how = {boot.boot_id: boot.how for request in server.requests for boot in request.boots}
    assert how == {"before": "server", "without": "estimated", "after": "server"}


@pytest.mark.parametrize(
    ("local_date", "hours"), [("2027-03-28", 23), ("2027-10-31", 25)], ids=["into summer time", "out of it"]
)
def test_rule_8_a_day_on_which_the_clocks_change_is_one_day(
    terminal: Running, server: Server, local_date: str, hours: int
) -> None:
    server.configuration = CONFIGURATION
    terminal.settle()
    midnight = datetime.fromisoformat(local_date).replace(tzinfo=ZoneInfo(CONFIGURATION.time_zone))
    midnight_ms = int(midnight.timestamp() * 1000)
    offset_ms = terminal.hand.clock.clock_ms()

    for hour in range(-1, hours + 1):
        uptime_ms = midnight_ms + hour * HOUR_MS - offset_ms
        keep(terminal.writer, terminal.kept, Draft("answer", "overall", hour + 2, uptime_ms))
        assert terminal.settle() == UNTIL_NEWS

    days = {day.local_date: day for request in server.requests for day in request.days}
    assert days[local_date] == Day(local_date, hours, hours)
    assert [day.stored for day in days.values()] == [1, hours, 1]


def test_rule_8_a_clock_set_between_press_and_exchange_moves_no_answer_to_another_day(
    terminal: Running, server: Server
) -> None:
    terminal.hand.wall_ms -= YEAR_MS
    keep(terminal.writer, terminal.kept, answer(5))
    terminal.hand.wall_ms += YEAR_MS

    terminal.settle()

    (entry,) = [entry for entry in server.entries if entry.value == 5]
    (day,) = server.requests[-1].days
    assert entry.context.clock_ms + entry.uptime_ms < TRUE_MS - YEAR_MS + HOUR_MS
    assert day == Day("2026-01-15", 1, 1)
