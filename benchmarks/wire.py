"""Bytes per answer on the wire, in batches of 500."""

from benchmarks.answers import answers, bodies
from benchmarks.report import Measured

BATCH, BATCHES = 500, 40


def measure() -> list[Measured]:
    made = bodies(answers(BATCH * BATCHES), journal=1, size=BATCH)
    return [Measured("wire: bytes per answer, batches of 500", sum(map(len, made)) / BATCH / BATCHES, "B", limit=6)]
