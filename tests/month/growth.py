"""What the terminal costs its computer after a day, and whether that grows."""

import re
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from statistics import median
from typing import NamedTuple

import psutil

from tests.month.boot import Boot


class Size(NamedTuple):
    """blocks: of memory that Python holds. memory_kb: the whole process' own (RssAnon). files: in the data folder."""

    blocks: int
    memory_kb: int
    descriptors: int
    threads: int
    files: int


def size(boot: Boot, data: Path) -> Size:
    process = psutil.Process(boot.pid)
    found = re.search(
        r"^RssAnon:\s+(\d+) kB", Path(f"/proc/{boot.pid}/status").read_text(encoding="ascii"), re.MULTILINE
    )
    assert found
    files = sum(path.is_file() for path in data.rglob("*"))
    return Size(boot.leap(0).blocks, int(found[1]), process.num_fds(), process.num_threads(), files)


def growth(numbers: Sequence[int]) -> float:
    """From one day to the next: the median over all pairs of days, so that a peak is no growth (Theil and Sen)."""
    days = range(len(numbers))
    return median((numbers[late] - numbers[early]) / (late - early) for early, late in combinations(days, 2))
