"""`hymy demo`, as a newcomer starts it."""

import subprocess
from pathlib import Path

from hymy.programs import hymy


def test_the_demo_ends_by_itself_and_accounts_for_every_press(tmp_path: Path) -> None:
    command = hymy("demo", "--for", "8", "--data", tmp_path / "data")

    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    accounts = [line for line in done.stdout.splitlines() if "= counted" in line]
    assert len(accounts) == 2, done.stdout
    numbers = [int(word) for line in accounts for word in line.split() if word.isdecimal()]
    assert len(set(numbers[:4])) == len(set(numbers[4:])) == 1
    assert numbers[4] > 0
