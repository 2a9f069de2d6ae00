"""The rule of what is set aside, against hand-worked cases."""

from random import Random

import pytest

from survey.mashing import GAP_MS, set_aside


@pytest.mark.parametrize(
    ("gaps_ms", "aside"),
    [
        ([], [False]),
        ([GAP_MS + 1], [False, False]),
        ([GAP_MS], [True, False]),
        ([900, 900], [True, True, False]),
        ([900, 900, 900], [True] * 4),
        ([900, 900, 60_000, 900], [True, True, False, True, False]),
        ([900] * 6 + [5_000], [True] * 7 + [False]),
        ([-86_400_000], [False, False]),  # a boot whose clock was behind
    ],
    ids=["one", "two people", "changed their mind", "twice", "play", "two runs", "after play", "clock"],
)
def test_what_cannot_be_different_visitors_is_set_aside(gaps_ms: list[int], aside: list[bool]) -> None:
    ats_ms = [1_795_000_000_000]
    for gap_ms in gaps_ms:
        ats_ms.append(ats_ms[-1] + gap_ms)

    assert set_aside(ats_ms) == aside


def test_a_busy_door_loses_few_honest_presses_and_play_loses_all() -> None:
    """Visitors at random, two a minute, and a child that presses twenty times."""
    random = Random(1)
    at, ats_ms, is_play = 0, [], []
    for _ in range(2_000):
        at += int(random.expovariate(1 / 30_000)) + 1
        ats_ms.append(at)
        is_play.append(False)
    for _ in range(20):
        at += 60_000
        for _ in range(20):
            at += random.randint(150, 1_200)
            ats_ms.append(at)
            is_play.append(True)

    left_out = set_aside(ats_ms)

    assert all(aside for aside, play in zip(left_out, is_play, strict=True) if play)
    assert sum(aside for aside, play in zip(left_out, is_play, strict=True) if not play) < 0.1 * 2_000
