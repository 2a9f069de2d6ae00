import argparse
import json
from pathlib import Path

import pytest

from sync_server.accounts import audit_command
from sync_server.store import audit, open_store


def hymy(data: Path, *words: str) -> int:
    parser = argparse.ArgumentParser()
    audit_command.add_arguments(parser)
    return audit_command.main(parser.parse_args([*words, "--data", str(data)]))


def begin(data: Path, then: str = "") -> None:
    store = open_store(data)
    with store.write() as transaction:
        for about in ("Aino", "Bo"):
            audit.note(transaction, who="Cilla", what="invited", about=about, at_ms=86_400_000)
        if then:
            transaction.execute(then)
    store.close()


def test_the_newest_stands_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path)

    status = hymy(tmp_path), hymy(tmp_path, "--most", "1", "--json")

    first, second, listed = capsys.readouterr().out.splitlines()
    assert status == (0, 0)
    assert first.startswith("     2  1970-01-02 00:00:00Z  Cilla            invited: Bo  ")
    assert second.startswith("     1  ")
    assert json.loads(listed)[0][:5] == [2, 86_400_000, "Cilla", "invited", "Bo"]


def test_a_whole_log_tells_the_hash_to_keep_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path)

    status = hymy(tmp_path, "--check")

    assert status == 0
    assert capsys.readouterr().out.startswith("The log is what was written: 2 rows, the last one ")


def test_a_changed_row_is_named_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    begin(tmp_path, then="UPDATE audit SET who = 'Bo' WHERE number = 2")

    status = hymy(tmp_path, "--check")

    assert status == 1
    assert capsys.readouterr().out == (
        "Row 2 is not what was written, or the one before it. Up to row 1 the log is what was written.\n"
    )
