"""A terminal with a window, before a real server: tap, frame, start, memory, a minute of nothing to do (10 minutes).

HYMY_BENCH_VISITS=1000 lets fewer visitors come than the 10,000 after which memory is looked at.
"""

import os
import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import msgspec
import psutil

from benchmarks.frames import Frames
from benchmarks.report import Measured, percentile
from benchmarks.shop import Shop, new_screen, wait_until
from benchmarks.watched import SEEN, Seen
from hardware.buttons.simulated import SimulatedBox
from hymy.programs import Program, hymy

TAPS, STARTS = 300, 5
VISITS = int(os.environ.get("HYMY_BENCH_VISITS", "10000"))
SETTLE_S, IDLE_S = 6.0, 60.0
MB = 1e6
SOFTWARE_DRAWING = re.compile("libLLVM|swrast_dri")  # in place of the graphics processor that a Raspberry Pi has


def measure() -> Iterator[Measured]:
    with ExitStack() as stack:
        shop = Shop(stack)
        env = new_screen(stack, shop.data)
        yield from _taps(shop, env)
        yield from _bare_window(shop, env)
        yield from _frames(shop, env)
        yield from _starts(shop, env)
        yield from _idle(shop, env)
        yield from _growth(shop, env)


def _taps(shop: Shop, env: dict[str, str]) -> Iterator[Measured]:
    program, seen = _watched(shop, env, visits=TAPS)
    process = psutil.Process(program.pid)
    memory = process.memory_full_info()
    drawing = sum(mapped.rss for mapped in process.memory_maps() if SOFTWARE_DRAWING.search(mapped.path))
    program.stop()
    for what, times in (("durable entry", seen.durable_ms), ("thanks on screen", seen.thanks_ms)):
        yield Measured(f"terminal: touch to {what}, median of {len(times)}", statistics.median(times), "ms")
        yield Measured(f"terminal: touch to {what}, p99", percentile(times, 99), "ms", limit=20)
    yield Measured(f"terminal: memory after {TAPS} visits, RSS", memory.rss / MB, "MB", limit=150)
    yield Measured("terminal: ... of which Mesa's software drawing maps", drawing / MB, "MB")
    yield Measured(f"terminal: memory after {TAPS} visits, PSS", memory.pss / MB, "MB")


def _bare_window(shop: Shop, env: dict[str, str]) -> Iterator[Measured]:
    file = shop.data / "bare_window"
    program = shop.begin("bare window", [sys.executable, "-m", "benchmarks.bare_window", str(file)], env)
    wait_until(file.exists, program)
    memory = psutil.Process(program.pid).memory_full_info()
    program.stop()
    yield Measured("terminal: ... a window of Kivy with one word alone, RSS", memory.rss / MB, "MB")
    yield Measured("terminal: ... the same, PSS", memory.pss / MB, "MB")


def _frames(shop: Shop, env: dict[str, str]) -> Iterator[Measured]:
    """Drawn by a graphics processor each has to fit into 16.7 ms; drawn in software, the ratio tells more."""
    file = shop.data / "frames.json"
    program = shop.begin("frames", [sys.executable, "-m", "benchmarks.frames", str(file)], env)
    wait_until(file.exists, program)
    program.stop()
    frames = msgspec.json.decode(file.read_bytes(), type=Frames)
    slow = percentile(frames.animated_ms, 95)
    ratio = statistics.median(frames.animated_ms) / statistics.median(frames.empty_ms)
    yield Measured(f"terminal: frame while something moves, p95 of {len(frames.animated_ms)}", slow, "ms")
    yield Measured("terminal: ... median, as a multiple of an empty frame's", ratio, "x", limit=2)


def _starts(shop: Shop, env: dict[str, str]) -> Iterator[Measured]:
    """The terminal has its configuration from the run before."""
    times = []
    for _ in range(STARTS):
        begun = time.monotonic()
        program, seen = _watched(shop, env, visits=0)
        program.stop()
        times.append(seen.first_question_at - begun)
    yield Measured(f"terminal: start to first question, median of {STARTS}", statistics.median(times), "s", limit=1.0)


def _idle(shop: Shop, env: dict[str, str]) -> Iterator[Measured]:
    """The program as it is installed, with its button box and its heartbeats."""
    link = shop.data / "box"
    with SimulatedBox(link) as box:
        place = ("--data", shop.data / "terminal", "--server", shop.url, "--buttons", f"serial:{link}")
        program = shop.begin("idle", hymy("kiosk", *place, "--windowed"), env)
        box.press(4)
        assert box.wait_until_acknowledged(10), f"The press was not kept; see {program.log}."
        time.sleep(SETTLE_S)
        before = _cpu_s(program)
        time.sleep(IDLE_S)
        share = (_cpu_s(program) - before) / IDLE_S
        program.stop()
    yield Measured("terminal: idle, share of one core over a minute", 100 * share, "%", limit=0.15)


def _growth(shop: Shop, env: dict[str, str]) -> Iterator[Measured]:
    """Of the memory that is the program's alone, in the second half: over the first 1,500 visits it grows warm."""
    program, seen = _watched(shop, env, visits=VISITS, pause=0)
    program.stop()
    at_start, half_way, in_the_end = seen.own_mb[0], seen.own_mb[len(seen.own_mb) // 2], seen.own_mb[-1]
    growth = (in_the_end - half_way) / (0.5 * VISITS) * 1000
    yield Measured("terminal: own memory at rest, after the start", at_start, "MB")
    yield Measured(f"terminal: own memory at rest, after {VISITS} visits", in_the_end, "MB")
    yield Measured("terminal: ... its growth for each 1,000 of the second half", growth, "MB", limit=0.1)


def _watched(shop: Shop, env: dict[str, str], *, visits: int, pause: float = 1) -> tuple[Program, Seen]:
    data = shop.data / "terminal"
    (data / SEEN).unlink(missing_ok=True)
    code = "" if data.exists() else shop.code()
    data.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "benchmarks.watched", str(data), shop.url, code, str(visits), str(pause)]
    program = shop.begin("terminal", argv, env)
    wait_until((data / SEEN).exists, program, limit_s=10 + 2 * visits)
    return program, msgspec.json.decode((data / SEEN).read_bytes(), type=Seen)


def _cpu_s(program: Program) -> float:
    times = psutil.Process(program.pid).cpu_times()
    return float(times.user + times.system)
