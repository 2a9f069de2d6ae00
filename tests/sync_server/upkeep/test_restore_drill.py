"""The drill of design.md 3.3: back up, go on, restore the older; real terminals bring back what came after."""

from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from hymy import programs
from kiosk.exchange import UNTIL_NEWS
from kiosk.journal import Journal
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import make_code
from sync_server.store import open_store, upkeep
from tests import cast
from tests.kiosk.a_terminal import HandClock, a_writer, an_exchange, answer, keep
from tests.soak import share_of
from tests.sync_server.upkeep.commands import at, run

MOST_ROUNDS = 40


class Terminal:
    """Journal, writer and exchange of a terminal; its own record of what was pressed."""

    def __init__(self, folder: Path, url: str, code: str, stack: ExitStack) -> None:
        folder.mkdir()
        self.hand = HandClock(wall_ms=now_ms())
        self.writer, self.kept = stack.enter_context(a_writer(folder, self.hand))
        self.exchange, _ = an_exchange(folder, self.writer, self.hand, url, code=code)
        stack.callback(self.exchange.close)
        self.pressed: list[int] = []

    def press(self, random: Random, times: int) -> None:
        drafts = []
        for _ in range(times):
            self.pressed.append(random.randint(1, 5))
            self.hand.pass_ms(1000)
            drafts.append(answer(self.pressed[-1], visit=len(self.pressed)))
        keep(self.writer, self.kept, *drafts)

    def bring(self) -> None:
        """Exchange until nothing is left to say."""
        for _ in range(MOST_ROUNDS):
            if self.exchange.step() == UNTIL_NEWS:
                return
        raise AssertionError("It never came into step with the server.")

    def prune(self) -> tuple[int, int]:
        """Forget all but the newest entry, although no backup holds it. Returns the entries that are gone."""

        def forget(journal: Journal) -> int:
            newest = journal.newest()
            journal.set_may_forget(newest.seq)
            journal.forget({})
            return newest.seq - 1

        return (1, self.writer.do(forget).result(60))


class Drill:
    """A server as a program, and terminals that stand at Kamppi."""

    def __init__(self, place: Path | str, folder: Path, terminals: int, stack: ExitStack) -> None:
        self.place, self.random = place, Random(terminals)
        with closing(open_store(place)) as store:
            cast.settle(store)
            codes = [make_code(store, "kamppi-checkout", now_ms()) for _ in range(terminals)]
        listen = f"127.0.0.1:{programs.free_port(0)}"
        self.url = f"http://{listen}"
        command = programs.hymy("server", *at(place), "--listen", listen)
        self.server = programs.Program("server", command, log=folder / "server.log")
        stack.callback(self.server.stop)
        self.start()
        self.terminals = [
            Terminal(folder / f"terminal-{number}", self.url, code, stack) for number, code in enumerate(codes)
        ]

    def start(self) -> None:
        self.server.start()
        programs.wait_for_server(self.url, self.server)

    def go_on(self) -> None:
        for terminal in self.terminals:
            terminal.press(self.random, 10)
            terminal.bring()

    def restore(self, backup: str) -> None:
        self.server.stop()
        done = run("restore", backup, "--replace", *at(self.place))
        assert done.returncode == 0, done.stderr
        self.start()

    def counted(self) -> dict[str, list[int]]:
        """The values that the store holds, by journal."""
        found: dict[str, list[int]] = {terminal.writer.journal_id: [] for terminal in self.terminals}
        with closing(open_store(self.place)) as store:
            for journal_id, value in store.read("SELECT journal_id, value FROM answers ORDER BY journal_id, seq"):
                found[f"{journal_id:015x}"].append(value)
        return found


def drill(place: Path | str, folder: Path, terminals: int, stack: ExitStack) -> None:
    drill = Drill(place, folder, terminals, stack)
    drill.go_on()
    assert run("backup", *at(place), "--to", folder / "backups").returncode == 0
    with closing(open_store(place)) as store:
        (backup,) = upkeep.backups(store)
    drill.go_on()

    first, *others = drill.terminals
    gone = first.prune()
    drill.restore(backup.file)
    lost_meanwhile = drill.counted()
    for terminal in drill.terminals:
        terminal.bring()

    assert all(len(values) == 10 for values in lost_meanwhile.values())
    counted = drill.counted()
    for terminal in others:
        assert counted[terminal.writer.journal_id] == terminal.pressed
    assert counted[first.writer.journal_id] == [*first.pressed[:10], first.pressed[-1]]
    with closing(open_store(place)) as store:
        ((journal_id, first_seq, last_seq),) = store.read("SELECT journal_id, first_seq, last_seq FROM missing_ranges")
        held = store.read("SELECT head_seq FROM backup_heads WHERE journal_id = ?", (journal_id,))
    assert (f"{journal_id:015x}", last_seq) == (first.writer.journal_id, gone[1])
    assert held == [(first_seq - 1,)]
    assert "missing" in run("reconcile", *at(place)).stdout
    assert run("rebuild", "--check", *at(place)).returncode == 0


def test_after_a_restore_the_terminals_bring_what_came_after_and_a_pruned_range_is_shown(
    place: Path | str, tmp_path: Path
) -> None:
    """Rule 3.3."""
    with ExitStack() as stack:
        drill(place, tmp_path, 5, stack)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("time", range(share_of(20)))
def test_the_same_with_a_hundred_terminals_twenty_times(place: Path | str, tmp_path: Path, time: int) -> None:
    with ExitStack() as stack:
        drill(place, tmp_path, 100, stack)
