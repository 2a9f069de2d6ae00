"""A terminal with a window, before a real server: tap, start, memory, and a minute of nothing to do (3 minutes)."""

import re
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import msgspec
import psutil

from benchmarks.report import Measured, percentile
from benchmarks.shop import Shop, new_screen, wait_until
from benchmarks.watched import SEEN, Seen
from hardware.buttons.simulated import SimulatedBox
from hymy.programs import Program, hymy

TAPS, STARTS = 300, 5
SETTLE_S, IDLE_S = 6.0, 60.0
MB = 1e6
SOFTWARE_DRAWING = re.compile("libLLVM|swrast_dri")  # in place of the graphics processor that a Raspberry Pi has


def measure() -> Iterator[Measured]:
    with ExitStack() as stack:
        shop = Shop(stack)
        env = new_screen(stack, shop.data)
        yield from _taps(shop, env)
        yield from _starts(shop, env)
        yield from _idle(shop, env)


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


def _watched(shop: Shop, env: dict[str, str], *, visits: int) -> tuple[Program, Seen]:
    data = shop.data / "terminal"
    (data / SEEN).unlink(missing_ok=True)
    code = "" if data.exists() else shop.code()
    data.mkdir(exist_ok=True)
    argv = [sys.executable, "-m", "benchmarks.watched", str(data), shop.url, code, str(visits)]
    program = shop.begin("terminal", argv, env)
    wait_until((data / SEEN).exists, program, limit_s=10 + 2 * visits)
    return program, msgspec.json.decode((data / SEEN).read_bytes(), type=Seen)


def _cpu_s(program: Program) -> float:
    times = psutil.Process(program.pid).cpu_times()
    return float(times.user + times.system)
