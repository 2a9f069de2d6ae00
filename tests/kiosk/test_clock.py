import pytest

from kiosk.clock import BootRecord, estimate
from tests.kiosk.a_terminal import HandClock

HOUR = 3_600_000


def known(number: int, offset_ms: int, last_uptime_ms: int = HOUR) -> BootRecord:
    return BootRecord(number, f"b{number}", offset_ms, "server", 0, last_uptime_ms)


def unknown(number: int, clock_ms: int, last_uptime_ms: int = HOUR) -> BootRecord:
    return BootRecord(number, f"b{number}", None, "unknown", clock_ms, last_uptime_ms)


@pytest.mark.parametrize(
    ("records", "offsets"),
    [
        ([known(1, 5 * HOUR)], [(5 * HOUR, "server")]),
        ([unknown(1, 5 * HOUR)], [(None, "unknown")]),
        (
            [known(1, 0), unknown(2, 5 * HOUR), known(3, 9 * HOUR)],
            [(0, "server"), (5 * HOUR, "estimated"), (9 * HOUR, "server")],
        ),
        (
            [known(1, 0), unknown(2, -9 * HOUR), known(3, 9 * HOUR)],
            [(0, "server"), (HOUR, "estimated"), (9 * HOUR, "server")],
        ),
        (
            [known(1, 0), unknown(2, 99 * HOUR), known(3, 9 * HOUR)],
            [(0, "server"), (8 * HOUR, "estimated"), (9 * HOUR, "server")],
        ),
        ([unknown(1, 99 * HOUR), known(2, 9 * HOUR)], [(8 * HOUR, "estimated"), (9 * HOUR, "server")]),
        ([known(1, 4 * HOUR), unknown(2, 0)], [(4 * HOUR, "server"), (5 * HOUR, "estimated")]),
        (
            [known(1, 0), unknown(2, 0), unknown(3, 0), known(4, 9 * HOUR)],
            [(0, "server"), (HOUR, "estimated"), (2 * HOUR, "estimated"), (9 * HOUR, "server")],
        ),
        (
            [known(1, 0), unknown(2, 99 * HOUR), unknown(3, 99 * HOUR), known(4, 9 * HOUR)],
            [(0, "server"), (7 * HOUR, "estimated"), (8 * HOUR, "estimated"), (9 * HOUR, "server")],
        ),
    ],
    ids=[
        "known",
        "nothing known anywhere",
        "own clock within the bounds",
        "own clock too early: when the one before had ended",
        "own clock too late: so that it ends when the next one begins",
        "only the next one known",
        "only the one before known",
        "two in a row from 1970",
        "two in a row from the future",
    ],
)
def test_rule_8_a_boot_without_a_true_clock_is_bounded_by_its_neighbours(
    records: list[BootRecord], offsets: list[tuple[int | None, str]]
) -> None:
    boots = estimate(records)

    assert [(boot.offset_ms, boot.how) for boot in boots] == offsets


def test_the_clock_of_entries_stays_at_one_value_until_the_wall_clock_is_set(hand: HandClock) -> None:
    before = hand.clock.clock_ms()

    hand.wall_ms += 500
    assert hand.clock.clock_ms() == before
    hand.wall_ms += 1
    assert hand.clock.clock_ms() == before + 501


def test_the_time_is_the_wall_clocks_until_the_true_one_is_known() -> None:
    hand = HandClock(wall_ms=HOUR, uptime_ms=60_000)
    assert hand.clock.now() == (60_000, HOUR)

    hand.clock.offset_ms = 7 * HOUR
    hand.wall_ms = 0
    assert hand.clock.now() == (60_000, 7 * HOUR + 60_000)
