"""The `hymy` command beside a running server, as IT types it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from hymy.demo import CHAIN
from hymy.main import COMMANDS
from survey.entries import Context, Entry, Head
from survey.exchange import PATH, Boot, Day, EnrolmentReply, Health, Request, encode_request, to_columns
from tests.sync_server.program import Program, hymy


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("data"))
    yield program
    program.stop()


def test_help_names_every_command() -> None:
    shown = hymy("--help")
    assert (shown.returncode, shown.stderr) == (0, "")
    assert all(f"  {name}" in shown.stdout for name in COMMANDS)


def test_an_unknown_command_is_answered_with_the_known_ones() -> None:
    shown = hymy("sevrer")
    assert (shown.returncode, shown.stdout) == (2, "")
    assert "there is no command 'sevrer'" in shown.stderr
    assert "  server" in shown.stderr


@pytest.mark.parametrize(
    ("command", "option", "number"),
    [("reconcile", "--days", "0"), ("audit", "--most", "-3"), ("backup", "--keep", "all")],
    ids=["zero days", "fewer than no rows", "a word of backups"],
)
def test_what_is_no_number_of_things_is_refused_in_words(command: str, option: str, number: str) -> None:
    shown = hymy(command, f"{option}={number}")
    assert shown.returncode == 2
    assert f"argument {option}: {number} should be a whole number, 1 or more" in shown.stderr


def test_settings_that_are_wrong_are_all_told_and_end_the_server(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shown = hymy("server", "--data", tmp_path / "file", "--listen", "nowhere")
    assert shown.returncode == 2
    assert "2 to mend" in shown.stderr


def test_an_address_that_is_in_use_is_told_in_words(program: Program, tmp_path: Path) -> None:
    shown = hymy("server", "--data", tmp_path, "--listen", program.client.base_url.netloc.decode())
    assert shown.returncode == 2
    assert "can't be used: Address already in use. Choose another." in shown.stderr


def test_a_chain_that_is_faulty_is_told_and_not_loaded(tmp_path: Path) -> None:
    file = tmp_path / "chain.toml"
    file.write_text(CHAIN.read_text().replace("target = 85", "target = 0"))
    shown = hymy("chain", "load", file, "--data", tmp_path / "data")
    assert shown.returncode == 1
    assert "4 to mend" in shown.stderr
    assert "target 0 should be 1 to 100" in shown.stderr


def test_a_code_for_a_touchpoint_that_is_not_there_names_those_that_are(program: Program) -> None:
    shown = hymy("terminals", "code", "--touchpoint", "kampi", "--data", program.data)
    assert shown.returncode == 1
    assert "There is no touchpoint 'kampi'. Known are kamppi-checkout, kamppi-entrance" in shown.stderr


def test_a_name_that_several_touchpoints_have_asks_which_one(program: Program) -> None:
    shown = hymy("terminals", "code", "--touchpoint", "Kassa", "--data", program.data)
    assert (shown.returncode, shown.stdout) == (1, "")
    assert "kamppi-checkout, stockholm-checkout" in shown.stderr


def test_a_terminal_is_followed_from_its_code_to_its_counted_answers(program: Program) -> None:
    data = ("--json", "--data", program.data)
    code = json.loads(hymy("terminals", "code", "--touchpoint", "kamppi-checkout", *data).stdout)["code"]
    enrolled = enrol(program, code)
    (row,) = json.loads(hymy("terminals", "list", *data).stdout)
    assert (row["terminal_id"], row["name"], row["last_exchange_at"]) == (enrolled.terminal_id, "Kamppi door", None)
    assert "never heard of" in hymy("terminals", "list", "--data", program.data).stdout

    send(program, enrolled.token, [5, 4, 9])
    (row,) = json.loads(hymy("reconcile", *data).stdout)
    assert [row[key] for key in ("pressed", "stored", "sent", "counted", "waiting")] == [3, 3, 3, 2, 0]
    assert (row["quarantined"], row["missing"], row["journal"]) == (1, 0, "00000000000002a")
    assert re.search(r": last heard of \d+ s ago", hymy("terminals", "list", "--data", program.data).stdout)
    told = hymy("reconcile", "--data", program.data)
    assert "pressed 3 / stored 3 / sent 3 / counted 2: 1 in quarantine" in told.stdout
    assert "    1970-01-01  pressed 3 / stored 3 / sent 3 / counted 2: 1 in quarantine" in told.stdout
    assert told.returncode == 1

    (group,) = json.loads(hymy("quarantine", "list", *data).stdout)
    assert (group["terminal_id"], group["entries"]) == (enrolled.terminal_id, 1)
    assert group["reason"] in hymy("quarantine", "list", "--data", program.data).stdout
    released = hymy("quarantine", "release", "--terminal", enrolled.terminal_id, "--data", program.data)
    assert released.stdout == "0 entries count now. 1 entry still does not fit: hymy quarantine list says why.\n"

    assert hymy("missing", "list", "--data", program.data).stdout == "Nothing is missing.\n"
    lost = hymy("missing", "accept", "--journal", "2a", "--first", 1, "--why", "it burnt down", "--data", program.data)
    assert lost.returncode == 1
    assert "Nothing is looked for from entry 1 on in journal 2a." in lost.stderr

    moved = hymy("terminals", "move", enrolled.terminal_id, "--touchpoint", "kamppi-entrance", "--data", program.data)
    assert "stands at kamppi-entrance from now on and is called " in moved.stdout
    (row,) = json.loads(hymy("reconcile", *data).stdout)
    assert (row["touchpoint_name"], row["pressed"], row["counted"]) == ("Pääovi", 3, 2)
    assert len(json.loads(hymy("reconcile", "--days", 1, *data).stdout)[0]["days"]) == 1

    revoked = hymy("terminals", "revoke", enrolled.terminal_id, "--data", program.data)
    assert "What it sent stays." in revoked.stdout
    assert hymy("terminals", "revoke", enrolled.terminal_id, "--data", program.data).returncode == 1
    assert "revoked" in hymy("terminals", "list", "--data", program.data).stdout


def enrol(program: Program, code: str) -> EnrolmentReply:
    response = program.client.post("/api/enrol", json={"code": code, "name": "Kamppi door"}).raise_for_status()
    return msgspec.json.decode(response.content, type=EnrolmentReply)


def send(program: Program, token: str, values: list[int]) -> None:
    """One exchange, with the health of a terminal that holds these answers and no other."""
    context = Context("answer", "overall", "checkout@1", "fi", "touch", 1, 0)
    entries = [Entry(seq, seq, 1000 * seq, value, context) for seq, value in enumerate(values, start=1)]
    health = Health("0.1.0", len(values), len(values), len(values))
    boots = [Boot(1, "b", 1_795_000_000_000, "ntp")]
    days = [Day("1970-01-01", len(values), len(values))]
    body = encode_request(Request("00000000000002a", Head(), to_columns(entries), boots, health, days=days))
    program.client.post(PATH, content=body, headers={"Authorization": f"Bearer {token}"}).raise_for_status()
