import threading
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.repeating import After, Repeating
from tests.kiosk.a_terminal import LIMIT_S, HandClock


@pytest.mark.parametrize("step_ms", [-3_600_000, 56 * 365 * 86_400_000], ids=["an hour back", "from 1970 to today"])
def test_rule_8_after_the_clock_was_set_everything_is_planned_from_the_new_time(hand: HandClock, step_ms: int) -> None:
    steps: list[int] = []
    repeating = Repeating(hand.clock, when_clock_set=steps.append)
    repeating.every(timedelta(seconds=30), lambda: None)
    repeating._scheduler.start(paused=True)
    job = repeating._scheduler.get_jobs()[0]
    job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))  # what a step back leaves behind

    hand.pass_ms(5_000)
    assert not repeating.look()
    hand.wall_ms += step_ms
    assert repeating.look()

    assert job.next_run_time - datetime.now(UTC) < timedelta(seconds=31)
    assert steps == [step_ms]
    repeating._scheduler.shutdown()


def test_a_clock_that_drifts_is_left_alone(hand: HandClock) -> None:
    repeating = Repeating(hand.clock, when_clock_set=lambda step_ms: None)

    hand.wall_ms += 2_000

    assert not repeating.look()


def test_a_trigger_knows_no_missed_runs() -> None:
    long_ago, now = datetime(1970, 1, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)

    assert After(timedelta(seconds=5)).get_next_fire_time(long_ago, now) == now + timedelta(seconds=5)


def test_what_repeats_runs_again_and_again(hand: HandClock) -> None:
    repeating = Repeating(hand.clock, when_clock_set=lambda step_ms: None)
    runs = threading.Semaphore(0)
    repeating.every(timedelta(milliseconds=10), runs.release)
    repeating.start()

    assert all(runs.acquire(timeout=LIMIT_S) for _ in range(3))
    repeating.stop()
