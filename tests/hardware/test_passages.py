import pytest

from hardware.counters.passages import BEAM, DOUBT_S, PIR, Passages, Plausible, Sensor

MS = 0.001


def passed(sensor: Sensor, *seen_ms: tuple[int, int]) -> list[int]:
    """When somebody has passed, in milliseconds; seen_ms: from when to when the sensor sees somebody."""
    line = Passages(sensor, is_active=False, at=0.0)
    edges = [(at, level) for began, ended in seen_ms for at, level in ((began, True), (ended, False))]
    return [at for at, level in edges if line.edge(is_active=level, at=at * MS)]


@pytest.mark.parametrize(
    ("sensor", "seen_ms", "expected"),
    [
        pytest.param(BEAM, [(1000, 1200)], [1200], id="one person, told when the beam is clear"),
        pytest.param(BEAM, [(1000, 1080), (1130, 1250), (1300, 1350)], [1080], id="arms and legs of one"),
        pytest.param(BEAM, [(1000, 1200), (1800, 2000)], [1200, 2000], id="two, one behind the other"),
        pytest.param(BEAM, [(1000, 1019)], [], id="an insect"),
        pytest.param(BEAM, [(at, at + 5) for at in range(1000, 9000, 10)], [], id="a beam that flickers"),
        pytest.param(BEAM, [(1000, 61_000)], [61_000], id="somebody who stands in it"),
        pytest.param(PIR, [(1000, 4000), (5000, 8000), (9500, 12_000)], [4000], id="somebody who moves on"),
        pytest.param(PIR, [(1000, 4000), (7000, 9000)], [4000, 9000], id="two, one after the other"),
        pytest.param(PIR, [(1000, 1001)], [1001], id="a short pulse of a motion sensor"),
    ],
)
def test_who_passes_counts_once(sensor: Sensor, seen_ms: list[tuple[int, int]], expected: list[int]) -> None:
    assert passed(sensor, *seen_ms) == expected


def test_an_edge_that_was_lost_joins_two_people_and_no_more() -> None:
    line = Passages(BEAM, is_active=False, at=0.0)

    seen = [line.edge(is_active=level, at=at) for at, level in [(1, True), (5, True), (6, False), (7, False)]]

    assert seen == [False, False, True, False]


def test_a_sensor_that_sees_somebody_for_longer_than_anybody_stays_is_stuck() -> None:
    line = Passages(BEAM, is_active=False, at=0.0)
    line.edge(is_active=True, at=1.0)

    stuck = [line.is_stuck(1.0 + BEAM.stuck_after_s + by_s) for by_s in (-1, 0)]
    line.edge(is_active=False, at=2000.0)

    assert stuck == [False, True]
    assert not line.is_stuck(9000.0)


def believed(per_s: float, minutes: float, *, at_most_per_s: float) -> int:
    plausible = Plausible(at_most_per_s)
    return sum(plausible.take(1, second / per_s) for second in range(round(minutes * 60 * per_s)))


@pytest.mark.parametrize(
    ("per_s", "minutes", "expected"),
    [
        pytest.param(2.0, 600, 72_000, id="a crowd all day"),
        pytest.param(10.0, 0.5, 300, id="a class that runs out"),
        pytest.param(3.0, 600, 1078, id="a beam that flaps all day: the first six minutes"),
        pytest.param(100.0, 20, 367, id="one that flaps fast"),
    ],
)
def test_what_nobody_can_do_for_minutes_is_not_believed(per_s: float, minutes: float, expected: int) -> None:
    assert believed(per_s, minutes, at_most_per_s=2.0) == pytest.approx(expected, abs=3)


def test_the_doubt_ends_three_minutes_after_the_last_that_was_too_much() -> None:
    plausible = Plausible(2.0)

    taken = [plausible.take(number, at) for number, at in [(300, 0), (1000, 1), (1, DOUBT_S), (1, 1 + DOUBT_S)]]

    assert taken == [300, 0, 0, 1]
