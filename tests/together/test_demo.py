"""`hymy demo`, as a newcomer starts it."""

import os
import re
import signal
import socket
import subprocess
from contextlib import ExitStack
from pathlib import Path

import pytest

from hymy.demo import Demo
from hymy.programs import Program, hymy


def demo(*options: str | Path, env: dict[str, str] | None = None) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        hymy("demo", "--for", "8", *options),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=env,
    )


def refusal(begun: "subprocess.Popen[str]") -> str:
    _, errors = begun.communicate(timeout=60)
    assert begun.returncode == 1
    return errors


def test_the_demo_ends_by_itself_and_accounts_for_every_press_though_one_kills_a_terminal_and_one_tries_its_folder(
    tmp_path: Path,
) -> None:
    first = demo("--data", tmp_path / "data")
    assert first.stdout and "ready" in first.stdout.readline()

    refused = refusal(demo("--data", tmp_path / "data"))
    told = _told(first, then_kill=r"kill -9 (\d+);")
    _, errors = first.communicate(timeout=60)

    assert refused == f"hymy demo: A demo runs in {tmp_path / 'data'}; end it, or name another folder: --data DIR\n"
    assert first.returncode == 0, told + errors
    accounts = [line for line in told.splitlines() if "= counted" in line]
    assert len(accounts) == 2, told
    numbers = [int(word) for line in accounts for word in line.split() if word.isdecimal()]
    assert len(set(numbers[:4])) == len(set(numbers[4:])) == 1
    assert numbers[4] > 0
    assert "The stockholm-checkout was killed (SIGKILL).\nIt begins again, with all that it kept.\n" in told
    assert 'The revoked ones, "The 90 days before, made up", were never terminals' in told
    assert "press Enter" not in told  # nobody can type here


def _told(begun: "subprocess.Popen[str]", *, then_kill: str) -> str:
    """All that it says; the process that it names is killed at once."""
    assert begun.stdout
    lines = []
    for line in begun.stdout:
        lines.append(line)
        if named := re.search(then_kill, line):
            os.kill(int(named[1]), signal.SIGKILL)
    return "".join(lines)


def test_a_port_that_was_asked_for_and_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = refusal(demo("--data", tmp_path, "--port", str(port)))

    assert refused == f"hymy demo: Port {port} is taken; name another: --port PORT\n"


def test_a_terminal_that_ends_while_starting_is_named_with_its_own_words(tmp_path: Path) -> None:
    refused = refusal(demo("--data", tmp_path, env={**os.environ, "DISPLAY": ":9999"}))

    assert refused.startswith("hymy demo: The kamppi-checkout has ended. The last line of its log")
    assert "The display :9999 can't be opened." in refused


def test_a_button_box_that_has_ended_ends_nothing_else(tmp_path: Path) -> None:
    with ExitStack() as stack:
        demo = Demo(tmp_path, 1, stack)
        demo._begin(demo.box)
        os.kill(demo.box.pid, signal.SIGKILL)
        os.waitid(os.P_PID, demo.box.pid, os.WEXITED | os.WNOWAIT)

        demo._obey("box")
        demo._press(4)


def test_a_program_that_can_not_run_is_tried_less_and_less_often_and_told_twice(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        demo = Demo(tmp_path, 1, stack)
        broken = Program("window", ["/bin/false"], log=tmp_path / "window.log")

        waits = []
        now_s = 0.0
        for _ in range(8):
            demo._retry(broken, now_s)
            demo._retry(broken, now_s + 0.5)
            waits.append(demo._retries[broken].wait_s)
            now_s = demo._retries[broken].due_s
        broken.stop()

    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]
    told = capsys.readouterr().out
    assert told.count("The window has ended.") == told.count(str(broken.log)) == 2
    assert told.count("less and less often") == 1


def test_a_program_that_ran_for_long_begins_again_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ExitStack() as stack:
        demo = Demo(tmp_path, 1, stack)
        killed = Program("window", ["/bin/false"], log=tmp_path / "window.log")

        for now_s in (0.0, 100.0):
            demo._retry(killed, now_s)
        killed.stop()

    assert demo._retries[killed].wait_s == 1
    assert capsys.readouterr().out.count("It begins again, with all that it kept.") == 2
