"""The staff's PIN is set and removed by IT, stands nowhere in the clear, and none is taken that anybody would guess."""

import argparse
import getpass
import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.pins import matches
from sync_server.errors import NotFound, UnfitPin
from sync_server.fleet.command import add_arguments, main
from sync_server.fleet.pins import fault_of, set_pin
from sync_server.store import Store, open_store, shown
from tests import cast


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store = open_store(tmp_path)
    cast.settle(store)
    store.close()
    return tmp_path


@pytest.fixture
def kept(data: Path) -> Iterator[Store]:
    store = open_store(data)
    yield store
    store.close()


def run(data: Path, *words: str, location: str = "kamppi") -> int:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return main(parser.parse_args(["pin", "--location", location, "--data", str(data), "--by", "Cilla", *words]))


@pytest.mark.parametrize("pin", ["2580", "471193", "90210457"])
def test_a_pin_that_nobody_guesses_at_once_is_taken(pin: str) -> None:
    assert fault_of(pin) == ""


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("", "4 to 8 digits"),
        ("123", "4 to 8 digits"),
        ("123456789", "4 to 8 digits"),
        ("12a4", "4 to 8 digits"),
        ("٤٧١٩", "4 to 8 digits"),
        ("0000", "one digit again"),
        ("1234", "counts up or down"),
        ("7890", "counts up or down"),
        ("876543", "counts up or down"),
        ("6969", "repeats two digits"),
    ],
)
def test_what_anybody_tries_first_is_refused_with_the_reason(store: Store, pin: str, why: str) -> None:
    cast.settle(store)

    with pytest.raises(UnfitPin, match=why):
        set_pin(store, "kamppi", pin, who="Cilla", now_ms=1)

    assert shown.staff_pin(store, "kamppi") == ""


def test_it_is_read_from_a_pipe_kept_hashed_and_written_down_without_the_pin(
    data: Path, kept: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("471193\n"))

    assert run(data) == 0

    hashed = shown.staff_pin(kept, "kamppi")
    assert matches("471193", hashed) and "471193" not in hashed
    assert kept.read("SELECT who, what, about FROM audit") == [("Cilla", "staff's PIN set", "kamppi")]
    assert shown.staff_pin(kept, "tapiola") == ""
    assert "471193" not in capsys.readouterr().out


@pytest.mark.parametrize(("again", "status"), [("471193", 0), ("471194", 1)])
def test_who_types_it_types_it_twice_without_seeing_it(
    data: Path, kept: Store, monkeypatch: pytest.MonkeyPatch, again: str, status: int
) -> None:
    typed = iter(["471193", again])
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(typed))

    assert run(data) == status

    assert bool(shown.staff_pin(kept, "kamppi")) is (status == 0)


def test_it_is_removed(data: Path, kept: Store) -> None:
    set_pin(kept, "kamppi", "471193", who="Cilla", now_ms=1)

    assert run(data, "--none") == 0

    assert shown.staff_pin(kept, "kamppi") == ""
    assert kept.read("SELECT what FROM audit ORDER BY at")[-1] == ("staff's PIN removed",)


def test_a_location_that_there_is_not_is_said_before_anybody_types(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", lambda prompt: pytest.fail("asked"))

    assert run(data, location="kampi") == 1

    assert "There is no location 'kampi'. Known are kamppi, tapiola, vasa." in capsys.readouterr().err


def test_no_pin_is_set_where_there_is_no_location(kept: Store) -> None:
    with pytest.raises(NotFound):
        set_pin(kept, "kampi", "471193", who="Cilla", now_ms=1)

    assert kept.read("SELECT 1 FROM audit") == []
