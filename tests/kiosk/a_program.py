"""`hymy kiosk` as a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.kiosk.a_terminal import LIMIT_S, Server

TERMINAL = """
import argparse, sys
from kiosk import main
parser = argparse.ArgumentParser()
main.add_arguments(parser)
{before}
sys.exit(main.main(parser.parse_args()))
"""
ENVIRONMENT = {key: value for key, value in os.environ.items() if not key.startswith("HYMY_")}


@contextmanager
def a_terminal(*options: str | Path, before: str = "", **environment: str) -> Iterator[subprocess.Popen[str]]:
    """before: what the process does before it begins, such as shortening a wait."""
    command = [sys.executable, "-c", TERMINAL.format(before=before), *map(str, options)]
    env = ENVIRONMENT | environment
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=env) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(server: Server, condition: Callable[[], bool]) -> None:
    with server.changed:
        assert server.changed.wait_for(condition, LIMIT_S)


def end(process: subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> int:
    process.send_signal(how)
    return process.wait(LIMIT_S)
