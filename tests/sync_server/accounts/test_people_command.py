import argparse
import io
import json
import os
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from sync_server.accounts import command, invitations, passwords
from sync_server.clock import now_ms
from sync_server.store import audit, open_store, people
from tests import cast


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def data(tmp_path: Path) -> Path:
    store = open_store(tmp_path)
    cast.settle(store)
    store.close()
    return tmp_path


def hymy(data: Path, *words: str, stdin: str = "") -> Done:
    """`hymy people` with these words, in this process."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out, err, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(stdin)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            returncode = command.main(parser.parse_args([*words, "--data", str(data)]))
    finally:
        sys.stdin = before
    return Done(returncode, out.getvalue(), err.getvalue())


def test_a_new_person_signs_in_with_the_password_that_was_made_for_them(data: Path) -> None:
    done = hymy(data, "add", "Fanny  Öst", "--role", "manager", "--location", "vasa", "--language", "sv")

    password = done.stdout.strip().rpartition(" ")[2]
    store = open_store(data)
    fanny = people.find_by_name(store, "fanny öst")
    store.close()
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Fanny Öst can sign in. Password: ")
    assert fanny and passwords.is_right(password, fanny.password_hash)
    assert (fanny.role, fanny.places, fanny.language) == ("manager", {"vasa"}, "sv")


def test_a_password_from_standard_input_is_not_shown(data: Path) -> None:
    done = hymy(data, "add", "Gun", "--role", "it", "--password-stdin", stdin="seven-blue-doors\n")

    assert done.stdout == "Gun can sign in.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--role", "manager", "--location", "kampi"],
            "There is no location 'kampi'. Known are kamppi, tapiola, vasa.",
        ),
        (["--role", "manager"], "Name them: --location ID, --region ID, or both."),
        (["--role", "viewer", "--region", "uusima"], "There is no region 'uusima'."),
        (["--role", "area", "--region", "lapland"], "There is no region 'lapland'. Known are ostrobothnia, uusimaa."),
        (["--role", "it", "--location", "kamppi"], "The role it sees every place. Leave --location and --region out."),
    ],
    ids=["unknown location", "no location", "wrong kind of place", "unknown region", "needless place"],
)
def test_what_is_wrong_is_told_with_what_would_be_right(data: Path, words: list[str], message: str) -> None:
    done = hymy(data, "add", "Fanny", *words)

    assert done.returncode == 1
    assert message in done.stderr
    assert "Fanny" not in hymy(data, "list").stdout


def test_a_name_is_given_once_and_a_password_is_not_short(data: Path) -> None:
    taken = hymy(data, "add", "AINO", "--role", "it")
    short = hymy(data, "add", "Fanny", "--role", "it", "--password-stdin", stdin="short\n")

    common = hymy(data, "password", "Aino", "--password-stdin", stdin="Password2026\n")
    own = hymy(data, "add", "Fanny Öst", "--role", "it", "--password-stdin", stdin="fanny öst 1\n")

    assert [done.returncode for done in (taken, short, common, own)] == [1, 1, 1, 1]
    assert "among those that are tried first" in common.stderr
    assert "the person's own name" in own.stderr
    assert "There is, or was, somebody called 'AINO'." in taken.stderr
    assert "at least 10 characters" in short.stderr


def test_an_account_that_has_ended_is_listed_no_more(data: Path) -> None:
    ended = hymy(data, "end", "dag")
    again = hymy(data, "end", "dag")
    listed = json.load(io.StringIO(hymy(data, "list", "--json").stdout))

    assert (ended.returncode, again.returncode) == (0, 1)
    assert "Known are Aino, Bo, Cilla, Eeva, Frida." in again.stderr
    assert [person["name"] for person in listed] == ["Aino", "Bo", "Cilla", "Eeva", "Frida"]
    aino = {"name": "Aino", "role": "manager", "places": ["kamppi"], "regions": [], "language": "en", "email": ""}
    assert listed[0] == aino


def test_the_last_owner_is_not_ended(data: Path) -> None:
    done = hymy(data, "end", "eeva")

    assert done.returncode == 1
    assert "Eeva is the last owner who can sign in" in done.stderr and "people add NAME --role owner" in done.stderr
    assert "Eeva" in hymy(data, "list").stdout


def test_a_new_password_replaces_the_old_one(data: Path) -> None:
    done = hymy(data, "password", "Aino", "--password-stdin", stdin="seven-blue-doors\n")

    store = open_store(data)
    aino = people.find_by_name(store, "aino")
    store.close()
    assert done.returncode == 0
    assert aino and passwords.is_right("seven-blue-doors", aino.password_hash)
    assert not passwords.is_right(cast.PASSWORD, aino.password_hash)


def test_an_invited_person_gets_a_link_and_no_password(data: Path) -> None:
    done = hymy(data, "invite", "Fanny", "--role", "area", "--region", "uusimaa", "--email", "fanny@shop.example")

    first, link, hint = done.stdout.splitlines()
    store = open_store(data)
    fanny = people.find_by_name(store, "fanny")
    invited = invitations.invited(store, link.rpartition("/")[2], now_ms())
    store.close()
    assert first == "Hand this link to Fanny. It works once, within 7 days:"
    assert link.startswith("http://SERVER/invitation/") and "HYMY_ADDRESS" in hint
    assert fanny and fanny == invited
    assert (fanny.regions, fanny.password_hash, fanny.email) == ({"uusimaa"}, "", "fanny@shop.example")


def test_who_has_forgotten_the_password_gets_a_link_by_mail_where_that_is_set_up(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hymy(data, "invite", "Fanny", "--role", "it", "--email", "fanny@shop.example")
    for name, value in {
        "SMTP": "smtp://localhost",
        "MAIL_FROM": "h@shop.example",
        "ADDRESS": "https://h.example",
    }.items():
        monkeypatch.setenv(f"HYMY_{name}", value)

    done = hymy(data, "invite", "fanny")

    store = open_store(data)
    letters = store.read("SELECT receiver FROM outbox")
    store.close()
    assert done.stdout == "A link for Fanny goes to fanny@shop.example. It works once, within 7 days.\n"
    assert letters == [("fanny@shop.example",)]


def test_nobody_is_invited_twice_nor_without_an_account_or_to_an_address_that_is_none(data: Path) -> None:
    taken = hymy(data, "invite", "Aino", "--role", "it")
    unknown = hymy(data, "invite", "Fanny")
    unfit, named, cut = (
        hymy(data, "invite", "Fanny", "--role", "it", "--email", email)
        for email in ("nowhere", "Fanny <fanny@shop.example>", "fanny@shop")
    )

    assert [done.returncode for done in (taken, unknown, unfit, named, cut)] == [1, 1, 1, 1, 1]
    assert "somebody called 'Aino'" in taken.stderr
    assert "There is nobody called 'Fanny'." in unknown.stderr
    assert "'nowhere' is no address" in unfit.stderr


def test_what_is_done_to_accounts_is_noted_with_who_did_it(data: Path) -> None:
    hymy(data, "add", "Fanny", "--role", "it", "--by", "Cilla")
    hymy(data, "invite", "Fanny", "--by", "Cilla")
    hymy(data, "password", "Fanny", "--by", "Cilla")
    hymy(data, "end", "Fanny", "--by", "Cilla")

    store = open_store(data)
    noted = [(note.who, note.what, note.about) for note in audit.notes(store, most=9)]
    store.close()
    assert noted == [
        ("Cilla", "account ended", "Fanny (it)"),
        ("Cilla", "password changed", "Fanny"),
        ("Cilla", "new link made", "Fanny"),
        ("Cilla", "person added", "Fanny (it)"),
    ]


def test_where_the_computer_has_no_name_for_who_runs_it_their_number_is_noted(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container that runs under any number."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 1_234_567_890)

    done = hymy(data, "invite", "Fanny", "--role", "it")

    store = open_store(data)
    (note, *_) = audit.notes(store, most=1)
    store.close()
    assert (done.returncode, note.who) == (0, "1234567890")
