import argparse
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hardware.buttons.simulated import SimulatedBox
from kiosk import journal_report
from tests.kiosk.a_program import a_terminal, end, wait_until
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, Server


def report(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    assert journal_report.main(argparse.Namespace(folder=folder, json=True)) == 0
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


def test_a_headless_terminal_takes_presses_from_the_line_to_the_server(
    tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.configuration = CONFIGURATION
    data = tmp_path / "data"
    options = ["--data", str(data), "--server", server.address, "--code", "C-1", "--headless"]
    with SimulatedBox(tmp_path / "box") as box:
        box.press(3)  # before there is a terminal
        with a_terminal(*options, "--buttons", f"serial:{box.link}") as process:
            wait_until(server, lambda: server.values == [3])
            for button in (5, 1, 4):
                box.press(button)
            wait_until(server, lambda: server.values == [3, 5, 1, 4])
            assert box.wait_until_acknowledged(LIMIT_S)

            told = report(data, capsys)  # beside the running terminal
            assert (told["pressed"], told["stored"]) == (4, 4)
            assert end(process) == 0

            after = report(data, capsys)
    assert (after["pressed"], after["stored"], after["sent"], after["waiting"]) == (4, 4, 4, 0)
    assert server.requests[-1].health.devices == {"buttons": "plugged"}


def test_presses_survive_a_terminal_that_is_killed_and_count_once(tmp_path: Path, server: Server) -> None:
    server.configuration = CONFIGURATION
    options = ["--data", str(tmp_path / "data"), "--server", server.address, "--code", "C-1", "--headless"]
    with SimulatedBox(tmp_path / "box") as box:
        for round_ in range(3):
            with a_terminal(*options, "--buttons", f"serial:{box.link}"):
                for _ in range(5):
                    box.press(1 + round_)
                wait_until(server, lambda: len(server.values) > 5 * round_)  # noqa: B023
        count = len(server.requests)
        with a_terminal(*options, "--buttons", f"serial:{box.link}") as process:
            wait_until(server, lambda: len(server.values) == 15 and len(server.requests) > count)
            assert end(process, signal.SIGINT) == 0
        assert server.values == [record.button for record in box.record]


def test_a_terminal_says_at_the_start_what_it_awaits(tmp_path: Path, server: Server) -> None:
    options = ["--data", str(tmp_path), "--server", server.address, "--headless", "--buttons", "serial:/x"]
    with a_terminal(*options) as process:
        assert process.stderr
        awaited = next(line for line in process.stderr if "Awaiting" in line or "Exchange" in line)
        assert end(process) == 0

    assert "first configuration" in awaited
    assert "serial:/x" in awaited


def test_a_second_terminal_on_the_same_journal_is_refused(tmp_path: Path, server: Server) -> None:
    options = [
        "--data",
        str(tmp_path),
        "--server",
        server.address,
        "--code",
        "C",
        "--headless",
        "--buttons",
        "serial:/x",
    ]
    with a_terminal(*options) as first:
        wait_until(server, lambda: bool(server.requests))
        with a_terminal(*options) as second:
            _, told = second.communicate(timeout=LIMIT_S)
            assert second.returncode == 1
            assert "is being written by another terminal program" in told
        assert end(first) == 0


def test_faulty_settings_end_the_program_with_status_2(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text("sever = 'x'\nheadless = true\n")
    with a_terminal("--settings", str(file)) as process:
        _, told = process.communicate(timeout=LIMIT_S)

    assert process.returncode == 2
    assert re.search("did you mean server.*data is missing.*no buttons", told, re.DOTALL)


def test_importing_the_terminal_needs_neither_kivy_nor_the_server_nor_what_weighs_much() -> None:
    unneeded = ("kivy", "sync_server", "litestar", "numpy", "pandas")
    script = f"import sys, kiosk.main; print([name for name in {unneeded} if name in sys.modules])"

    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == "[]"


def test_a_folder_without_a_journal_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert journal_report.main(argparse.Namespace(folder=tmp_path, json=False)) == 1
    assert capsys.readouterr().out == ""
