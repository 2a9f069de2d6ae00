"""The server's settings: where each comes from, and what is told of wrong ones."""

from argparse import Namespace
from pathlib import Path

import pytest

from sync_server.config import Settings, data_folder, keep_texts_days, read_settings, shown
from sync_server.errors import SettingsFaults

NONE = Namespace(data=None, database=None, listen=None, processes=None)
DATABASE = "postgresql://hymy@db/hymy"


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        pytest.param(NONE, {}, Settings(Path("hymy-data"), "127.0.0.1", 8080), id="defaults"),
        pytest.param(
            NONE,
            {"HYMY_DATA": "/e", "HYMY_LISTEN": "10.0.0.1:1"},
            Settings(Path("/e"), "10.0.0.1", 1),
            id="environment",
        ),
        pytest.param(
            NONE,
            {"HYMY_BACKUPS": "/b", "HYMY_KEEP_TEXTS_DAYS": "365"},
            Settings(backups=Path("/b"), keep_texts_days=365),
            id="upkeep",
        ),
        pytest.param(NONE, {"HYMY_PROCESSES": "4"}, Settings(processes=4), id="processes"),
        pytest.param(
            Namespace(database=None, data="/c", listen="[::1]:2", processes="2"),
            {"HYMY_DATA": "/e", "HYMY_LISTEN": "10.0.0.1:1", "HYMY_PROCESSES": "3"},
            Settings(Path("/c"), "::1", 2, processes=2),
            id="the command line wins",
        ),
        pytest.param(NONE, {"HYMY_DATABASE": DATABASE, "HYMY_DATA": "/e"}, Settings(DATABASE), id="PostgreSQL"),
        pytest.param(
            Namespace(data="/c", database=None, listen=None, processes=None),
            {"HYMY_DATABASE": DATABASE},
            Settings(Path("/c")),
            id="a folder on the command line wins over a database in the environment",
        ),
        pytest.param(
            Namespace(data="/c", database=DATABASE, listen=None, processes=None),
            {},
            Settings(DATABASE),
            id="a database beside a folder",
        ),
    ],
)
def test_a_setting_comes_from_the_nearest_place(
    arguments: Namespace, environment: dict[str, str], expected: Settings
) -> None:
    assert read_settings(arguments, environment) == expected


def test_the_folder_is_named_whichever_the_store_is() -> None:
    assert data_folder(Namespace(data="/c"), {"HYMY_DATABASE": DATABASE}) == Path("/c")


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("postgresql://hymy:p@ss:w/rd@db:5432/hymy", "postgresql://hymy:***@db:5432/hymy"),
        (
            "postgresql://hymy@db/hymy?password=secret&sslmode=require",
            "postgresql://hymy@db/hymy?password=***&sslmode=require",
        ),
        ("postgresql://db/hymy", "postgresql://db/hymy"),
        ("/var/lib/hymy", "/var/lib/hymy"),
    ],
)
def test_a_password_is_never_shown(address: str, seen: str) -> None:
    assert shown(address) == seen


def test_what_is_no_address_of_a_database_is_told_without_its_password() -> None:
    with pytest.raises(SettingsFaults, match="should be postgresql://USER@HOST/DATABASE") as caught:
        read_settings(Namespace(data=None, database="mysql://me:secret@db/hymy", listen=None, processes=None), {})
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("listen", ["8080", ":8080", "localhost", "localhost:", "localhost:http", "a:0", "a:65536"])
def test_an_address_that_is_none_is_told_with_one_that_is(listen: str) -> None:
    with pytest.raises(SettingsFaults, match=r"should be HOST:PORT, e\.g\. 127\.0\.0\.1:8080"):
        read_settings(Namespace(database=None, data=None, listen=listen, processes=None), {})


@pytest.mark.parametrize("processes", ["0", "two", "-1", "65", "1.5"])
def test_a_number_of_processes_that_is_none_is_told_with_those_that_are(processes: str) -> None:
    with pytest.raises(SettingsFaults, match="should be a number from 1 to 64"):
        read_settings(NONE, {"HYMY_PROCESSES": processes})


@pytest.mark.parametrize("days", ["-1", "1.5", "999999"])
def test_words_are_kept_for_days_that_there_are(days: str) -> None:
    """Less than none would be words that nobody has said yet: all of them would go."""
    for environment, said in (({"HYMY_KEEP_TEXTS_DAYS": days}, None), ({}, days)):
        with pytest.raises(SettingsFaults, match="should be a number of days"):
            keep_texts_days(environment, said)
    assert keep_texts_days({"HYMY_KEEP_TEXTS_DAYS": "30"}, "7") == 7


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(SettingsFaults) as caught:
        wrong = Namespace(database=None, data=str(file), listen="nowhere", processes=None)
        read_settings(wrong, {"HYMY_KEEP_TEXTS_DAYS": "a year"})
    assert len(caught.value.faults) == 3
    assert "name a folder" in str(caught.value)
