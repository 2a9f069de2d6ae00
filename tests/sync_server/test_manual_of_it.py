import re
from pathlib import Path

import pytest

from tests.sync_server.program import hymy

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "it.md").read_text(encoding="utf-8")
INSTALLER = (ROOT / "deploy" / "raspberrypi" / "install.sh").read_text(encoding="utf-8")


def test_the_commands_of_the_manual_find_the_store_of_its_service() -> None:
    service = re.search(r"ExecStart=\S+ server --data (\S+)", MANUAL)
    alias = re.search(r"^alias hymy='.* HYMY_DATA=(\S+) \S+'$", MANUAL, re.MULTILINE)

    assert service and alias
    assert alias[1] == service[1]


@pytest.mark.parametrize("command", ["terminals list", "reconcile"])
def test_a_folder_without_a_store_is_an_error_as_the_manual_says(command: str, tmp_path: Path) -> None:
    shown = hymy(*command.split(), "--data", tmp_path)

    assert shown.returncode == 1
    assert f"There is no store in {tmp_path}" in shown.stderr
    assert "*There is no store in ...*" in MANUAL


def test_the_installer_shows_the_port_that_the_server_listens_on() -> None:
    assert set(re.findall(r"http://[\d.]+:(\d+)", INSTALLER)) == {"8080"}
