"""`hymy simulate` against a real server: every fault by its name, and terminals that break a rule are found out."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hymy.programs import hymy
from hymy.simulate.crowd import Plan
from hymy.simulate.faults import FAULTS, NEED_OWN_SERVER
from hymy.simulate.own_server import OwnServer
from hymy.simulate.run import Outcome, at_own_server
from hymy.simulate.terminal import Terminal
from survey.entries import Head
from survey.exchange import Reply

TERMINALS, ANSWERS = 20, 12
SHORT = Plan(terminals=TERMINALS, answers=ANSWERS, over_s=1.5, heartbeat_s=0.5, back_off_s=0.1, drain_s=60)
HOPELESS = SHORT._replace(drain_s=5)  # a broken terminal may never be in step
LIMIT_S = 60
# Of exchanges fewer: at one in two some terminal fails a dozen times in a row, and is waiting still when all is over.
OFTEN = {name: 0.3 if fault.of == "exchange" else 0.5 for name, fault in FAULTS.items()} | {"slow": 0.05}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnServer]:
    server = OwnServer(tmp_path_factory.mktemp("server"), terminals=TERMINALS)
    server.begin()
    yield server
    server.stop()


def run(server: OwnServer, *faults: str, terminal: type[Terminal] = Terminal, plan: Plan = SHORT) -> Outcome:
    return at_own_server(plan, {fault: OFTEN[fault] for fault in faults}, server, make_terminal=terminal)


class ByNumberAlone(Terminal):
    """Takes the server's head for its own, whatever the chain says."""

    def move(self, reply: Reply, now_ms: int) -> None:
        seq = min(reply.head.seq, self.journal.newest.seq)
        self.journal.after = Head(seq, self.journal.chain_at(seq) or 0)


class NeverBack(Terminal):
    """Goes on where it was, though the server's head lies before that."""

    def move(self, reply: Reply, now_ms: int) -> None:
        if reply.head.seq >= self.journal.after.seq:
            super().move(reply, now_ms)


class Unborn(Terminal):
    """Carries everything over into the new journal, as if it had been given there."""

    def fork(self, common: Head, now_ms: int) -> None:
        old = self._begin_journal()
        self.journal.append([(entry.visit, entry.uptime_ms, entry.value, entry.context) for entry in old.entries])


@pytest.mark.parametrize("fault", [name for name in FAULTS if name not in NEED_OWN_SERVER])
def test_every_press_is_counted_once_under(fault: str, server: OwnServer) -> None:
    outcome = run(server, fault)

    verdict = outcome.verdict
    assert outcome.crowd.faults.struck[fault] > 0
    assert (verdict.lost, verdict.doubled, verdict.changed) == ([], [], [])
    assert verdict.rolled_up == verdict.counted - verdict.quarantined
    assert verdict.pressed == verdict.counted + verdict.destroyed > TERMINALS * ANSWERS / 2
    assert outcome.figures.errors == 0
    assert verdict.is_well


def test_every_press_is_counted_once_by_processes_side_by_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HYMY_PROCESSES", "2")
    server = OwnServer(tmp_path, terminals=TERMINALS)
    try:
        server.begin()

        outcome = run(server, "reply_lost", "repeated", "crossing", "clones")
    finally:
        server.stop()

    verdict = outcome.verdict
    assert verdict.is_well
    assert verdict.counted == verdict.pressed > TERMINALS * ANSWERS / 2


@pytest.mark.parametrize("fault", sorted(NEED_OWN_SERVER))
def test_every_press_is_counted_once_although(fault: str, tmp_path: Path) -> None:
    server = OwnServer(tmp_path, terminals=TERMINALS)
    try:
        server.begin()

        outcome = run(server, fault)
    finally:
        server.stop()

    assert outcome.crowd.faults.struck[fault] == 1
    assert outcome.verdict.is_well
    assert outcome.verdict.counted == TERMINALS * ANSWERS


def test_poison_goes_into_quarantine(server: OwnServer) -> None:
    outcome = run(server, "poison")

    unfit = sum(press.unfit for press in outcome.crowd.record.presses.values())
    assert outcome.verdict.quarantined == unfit == outcome.crowd.faults.struck["poison"]


def test_terminals_that_acknowledge_by_number_alone_lose_answers_of_clones(server: OwnServer) -> None:
    outcome = run(server, "clones", terminal=ByNumberAlone, plan=HOPELESS)

    assert outcome.verdict.lost
    assert not outcome.verdict.is_well


def test_terminals_that_carry_over_without_births_double_answers_of_clones(server: OwnServer) -> None:
    outcome = run(server, "clones", terminal=Unborn, plan=HOPELESS)

    assert outcome.verdict.doubled
    assert not outcome.verdict.is_well


def test_terminals_that_never_go_back_lose_what_a_restored_server_lacks(tmp_path: Path) -> None:
    server = OwnServer(tmp_path, terminals=TERMINALS)
    try:
        server.begin()

        outcome = run(server, "server_restored", terminal=NeverBack, plan=HOPELESS)
    finally:
        server.stop()

    assert outcome.verdict.lost
    assert not outcome.verdict.is_well


def test_a_herd_tells_when_all_was_in_and_how_heartbeats_fare_afterwards(server: OwnServer) -> None:
    outcome = run(server, plan=SHORT._replace(herd=True, spread_s=1.0, over_s=0.0))

    figures = outcome.figures
    assert outcome.verdict.is_well
    assert figures.all_in_s is not None and figures.all_in_s < LIMIT_S
    assert figures.heartbeat_p99_s is not None and 0 < figures.heartbeat_p99_s < LIMIT_S
    assert max(figures.rss_mb) > 10


def test_the_command_says_what_became_of_every_press(tmp_path: Path) -> None:
    command = hymy("simulate", "--terminals", "4", "--answers", "5", "--minutes", "0.02", "--data", tmp_path, "--json")

    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)

    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert [told[key] for key in ("pressed", "stored", "sent", "counted", "rolled_up")] == [20] * 5
    assert (told["lost"], told["doubled"], told["changed"], told["is_weak"]) == ([], [], [], False)


def test_another_server_is_met_by_codes_and_judged_by_its_replies(server: OwnServer, tmp_path: Path) -> None:
    codes = tmp_path / "codes"
    codes.write_text("\n".join(place.code for place in server.new_places(3)))
    command = hymy("simulate", "--server", server.url, "--codes", codes, "--terminals", "3", "--minutes", "0.02")

    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)

    assert done.returncode == 0, done.stderr
    assert "pressed 60 / stored 60 / sent 60 / counted 60" in done.stdout
    assert "weaker" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--faults", "cloned"], "There is no fault 'cloned'; there are reply_lost"),
        (["--faults", "clones=2"], "The share of clones is '2'"),
        (["--server", "http://127.0.0.1:1"], "20 terminals need as many codes"),
        (["--server", "kamppi"], "'kamppi' is no server's address"),
        (["--server", "http://127.0.0.1:1", "--faults", "server_killed"], "only with a server that is started here"),
        (["--terminals", "100000000"], "open files; this machine allows"),
    ],
    ids=["unknown fault", "no share", "no codes", "no address", "not ours to kill", "too many files"],
)
def test_what_was_asked_wrongly_is_told_in_words(arguments: list[str], words: str) -> None:
    done = subprocess.run(hymy("simulate", *arguments), capture_output=True, text=True, timeout=LIMIT_S, check=False)

    assert done.returncode == 2
    assert words in done.stderr
