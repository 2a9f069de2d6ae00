"""After an outage all terminals come back at once (design.md 3.7): `hymy simulate --herd`, and a page meanwhile."""

import json
import re
import subprocess
import threading
import time
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx
import pytest

from hymy.programs import hymy
from tests.network.waiting import wait_until
from tests.soak import Progress, long, share_of

HERD = str(share_of(10_000))
START_S = 60.0
MOST_MEMORY_MB = 300
EXCHANGE_P99_S, HEARTBEAT_P99_S, PAGE_P95_S = 5.0, 1.0, 1.0
BUSY = 5.0  # so much longer all may take where the everyday suite runs beside other work
PAGE_EVERY_S = 0.5


class Herd:
    """`hymy simulate` as a program, and what it told in the end. waits: of a page, in seconds, all the while."""

    def __init__(self, folder: Path, *options: str, limit_s: float) -> None:
        self.log = folder / "simulate.log"
        self.waits: list[float] = []
        self._over = threading.Event()
        argv = hymy("simulate", "--herd", "--json", *options)
        with self.log.open("w") as log:
            process = subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=log, text=True)
        page = threading.Thread(target=self._look_at_a_page)
        try:
            wait_until(lambda: bool(self._url()), START_S)
            page.start()
            said, _ = process.communicate(timeout=limit_s)
        finally:
            self._over.set()
            process.terminate()
            process.wait()
            page.join()
        assert process.returncode == 0, self.log.read_text()
        self.told: dict[str, Any] = json.loads(said)

    @property
    def page_p95_s(self) -> float:
        return quantiles(self.waits, n=20)[-1]

    def _url(self) -> str:
        found = re.search(r"A server on (http://\S+);", self.log.read_text())
        return found[1] if found else ""

    def _look_at_a_page(self) -> None:
        progress = Progress()
        with httpx.Client(base_url=self._url(), timeout=30) as client:
            while not self._over.wait(PAGE_EVERY_S):
                progress.say(self.log.read_text().splitlines()[-1])
                began = time.monotonic()
                try:
                    client.get("/sign-in").raise_for_status()
                except httpx.TransportError:
                    continue  # simulate ends its server before it ends itself
                self.waits.append(time.monotonic() - began)


@pytest.mark.parametrize(
    ("options", "all_in_s", "exchange_p99_s", "busy"),
    [
        pytest.param(("--terminals", "1000", "--answers", "3", "--spread", "15"), 60, EXCHANGE_P99_S, BUSY, id="short"),
        long(
            ("--terminals", HERD, "--answers", "20"),
            150,
            EXCHANGE_P99_S,
            1.0,
            id="with jitter",
            timeout_s=900,
        ),
        long(
            ("--terminals", HERD, "--answers", "20", "--no-jitter"),
            300,
            None,
            1.0,
            id="without jitter",
            timeout_s=900,
        ),
    ],
)
def test_a_herd_is_served_and_nobody_waits_long(
    tmp_path: Path, options: tuple[str, ...], all_in_s: float, exchange_p99_s: float | None, busy: float
) -> None:
    """Rule 3.7."""
    herd = Herd(tmp_path, *options, limit_s=all_in_s + 300)

    told = herd.told
    assert (told["lost"], told["doubled"], told["changed"]) == ([], [], [])
    assert told["pressed"] == told["stored"] == told["sent"] == told["counted"]
    assert told["all_in_s"] <= busy * all_in_s
    assert max(told["rss_mb"]) <= MOST_MEMORY_MB
    assert herd.page_p95_s <= busy * PAGE_P95_S
    if exchange_p99_s is not None:
        assert told["errors"] == 0
        assert told["exchange_p99_s"] <= busy * exchange_p99_s
    if told["heartbeat_p99_s"] is not None:
        assert told["heartbeat_p99_s"] <= busy * HEARTBEAT_P99_S
