"""How far the long forms of tests go (`make soak`), in one place: HYMY_SOAK_SHARE of their whole numbers."""

import os
import time
from typing import Any

import pytest

SHARE = float(os.environ.get("HYMY_SOAK_SHARE", "1"))
EVERY_S = 15.0


def share_of(whole: int) -> int:
    """What is asked for of this number, at least 1."""
    return max(1, round(SHARE * whole))


def long(*values: Any, timeout_s: float, **options: Any) -> Any:
    """A case of `parametrize` that `make soak` alone runs. timeout_s: for the whole of it."""
    return pytest.param(*values, marks=[pytest.mark.soak, pytest.mark.timeout(60 + timeout_s)], **options)


def seeds(whole: int) -> list[Any]:
    """1 every day; up to `whole` in the soak."""
    return [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, share_of(whole) + 1))]


class Progress:
    """Says now and then how far a long test has come; pytest shows it with -s."""

    def __init__(self) -> None:
        self._next = time.monotonic() + EVERY_S

    def say(self, how_far: str) -> None:
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + EVERY_S
            print(f"    {how_far}", flush=True)  # noqa: T201  it is meant for whoever watches
