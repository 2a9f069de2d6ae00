"""Waiting for what another program does, with a time limit."""

import time
from collections.abc import Callable

POLL_S = 0.05


def wait_until(condition: Callable[[], bool], limit_s: float) -> None:
    until = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < until, "It did not happen in time."
        time.sleep(POLL_S)
