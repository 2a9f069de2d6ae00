"""Programs that others start: each is waited for, and told with its own words when it ends."""

import os
import select
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hymy.programs import Program, virtual_screen, wait_for_server
from tests.together.shop import LIMIT_S, wait_until


def test_screens_that_begin_at_once_have_displays_of_their_own(tmp_path: Path) -> None:
    logs = [tmp_path / f"{number}.log" for number in range(3)]

    with ThreadPoolExecutor() as at_once:
        screens = list(at_once.map(virtual_screen, logs))

    are_running = [screen.is_running for screen, _ in screens]
    for screen, _ in screens:
        screen.stop()
    assert len({display for _, display in screens}) == 3
    assert all(are_running)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="needs setpriv of util-linux")
def test_a_program_that_is_bound_ends_with_whoever_started_it_even_by_kill_9(tmp_path: Path) -> None:
    log = tmp_path / "sleeper.log"
    sleeper = "import time; print('ready', flush=True); time.sleep(99)"
    starter = (
        "import sys, time; from pathlib import Path; from hymy.programs import Program, bound;"
        f"program = Program('sleeper', bound([sys.executable, '-c', {sleeper!r}]), log=Path({str(log)!r}));"
        "program.start(); print(program.pid, flush=True); time.sleep(99)"
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as begun:
        assert begun.stdout
        pid = int(begun.stdout.readline())
        opened = os.pidfd_open(pid)
        wait_until(lambda: "ready" in log.read_text())

        begun.kill()

        ended, _, _ = select.select([opened], [], [], LIMIT_S)
    os.close(opened)
    assert ended


def test_a_server_that_ends_is_told_at_once_with_the_last_line_it_wrote(tmp_path: Path) -> None:
    words = "print('beginning'); print('The disk is full.'); print()"
    server = Program("server", [sys.executable, "-c", words], log=tmp_path / "server.log")
    server.start()

    with pytest.raises(RuntimeError, match=r"did not start: The disk is full\.\n.*server\.log"):
        wait_for_server("http://127.0.0.1:9", server)
    server.stop()
