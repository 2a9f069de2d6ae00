"""What the terminal costs its computer after a day, and whether that grows."""

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import linear_regression
from typing import NamedTuple

import psutil


class Size(NamedTuple):
    """memory_kb: what the process holds of its own (RssAnon). files: in the data folder."""

    memory_kb: int
    descriptors: int
    threads: int
    files: int


def size(pid: int, data: Path) -> Size:
    process = psutil.Process(pid)
    found = re.search(r"^RssAnon:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="ascii"), re.MULTILINE)
    assert found
    files = sum(path.is_file() for path in data.rglob("*"))
    return Size(int(found[1]), process.num_fds(), process.num_threads(), files)


def growth_kb_a_day(sizes: Sequence[Size]) -> float:
    return linear_regression(range(len(sizes)), [size.memory_kb for size in sizes]).slope
