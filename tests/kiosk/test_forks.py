"""Two terminals with one identity, cards restored and wiped (design.md 3.4): nothing is lost, nothing goes round."""

import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.journal import Journal
from kiosk.journal.files import closed_journals
from survey.entries import Birth, Head
from survey.exchange import Reply, Request
from tests.kiosk.a_terminal import HandClock, Running, Script, Server, a_writer, answer, keep


class OneServer:
    """Which journals are there, and what each holds; a value that comes twice counts once by its birth."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def counted(self) -> list[Any]:
        """The values of all answers, each birth once."""
        seen: dict[Any, Any] = {}
        journals = {**self._server.others, self._server.journal: (self._server.entries, self._server.chains)}
        for journal, (entries, chains) in journals.items():
            for entry, link in zip(entries, chains, strict=True):
                if entry.context.kind == "answer":
                    seen[entry.born or Birth(journal, entry.seq, link).text] = entry.value
        return sorted(seen.values())


def tells_known(server: Server, request: Request) -> Any:
    """As the server does where a batch does not follow its head."""
    reply = server.take(request)
    known = [Head(seq, link) for seq, link in enumerate(server.chains, 1)][::-2]
    return 200, Reply(request.journal, reply.head, server.time_ms, known=known), {}


def copied(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


def run(folder: Path, server: Server, *values: int) -> Running:
    """Start a terminal on this card, have it answer, and let it settle."""
    hand = HandClock(boot_id=f"boot of {folder.name}")
    with a_writer(folder, hand) as (writer, kept):
        running = Running(folder, writer, kept, hand, server)
        server.script = [tells_known]
        running.answers(*values)
        running.settle()
        running.settle()
        running.exchange.close()
    return running


def test_rule_4_clones_both_count_and_go_on_when_either_comes_back(tmp_path: Path, server: Server) -> None:
    (tmp_path / "a").mkdir()
    run(tmp_path / "a", server, 1)
    copied(tmp_path / "a", tmp_path / "b")

    for folder, value in [("a", 2), ("b", 3), ("a", 4), ("b", 5), ("a", 6)]:
        run(tmp_path / folder, server, value)

    assert OneServer(server).counted() == [1, 2, 3, 4, 5, 6]
    assert len(closed_journals(tmp_path / "a")) == 0
    assert len(closed_journals(tmp_path / "b")) == 1


def test_rule_4_what_two_clones_both_bring_counts_once(tmp_path: Path, server: Server) -> None:
    (tmp_path / "a").mkdir()
    run(tmp_path / "a", server, 1)
    with a_writer(tmp_path / "a") as (writer, kept):
        Running(tmp_path / "a", writer, kept, HandClock(), server).answers(2)
    copied(tmp_path / "a", tmp_path / "b")
    copied(tmp_path / "a", tmp_path / "c")
    original = copied(tmp_path / "a", tmp_path / "d")
    _write_other(original, server)

    run(tmp_path / "b", server, 7)
    run(tmp_path / "c", server, 8)

    assert OneServer(server).counted() == [1, 2, 7, 8, 9]


def _write_other(folder: Path, server: Server) -> None:
    """The server hears first of a clone that never had the answer 2."""
    with closing(Journal.open(folder)) as journal:
        (entry,) = journal.entries_after(journal.newest().seq - 1)
        assert entry.value == 2
        with journal._connection as connection:
            connection.execute("DELETE FROM entries WHERE seq = ?", [entry.seq])
    run(folder, server, 9)


def test_rule_4_a_card_restored_from_an_image_carries_over_what_the_server_may_lack(
    tmp_path: Path, server: Server
) -> None:
    (tmp_path / "a").mkdir()
    run(tmp_path / "a", server, 1, 2)
    copied(tmp_path / "a", tmp_path / "image")
    run(tmp_path / "a", server, 3, 4)

    run(tmp_path / "image", server, 5)

    assert OneServer(server).counted() == [1, 2, 3, 4, 5]


def test_rule_4_a_wiped_card_begins_anew(tmp_path: Path, server: Server) -> None:
    for name in ("a", "wiped"):
        (tmp_path / name).mkdir()
        run(tmp_path / name, server, 1)

    assert OneServer(server).counted() == [1, 1]


def another_history(common: int) -> Script:
    """As if a clone's entries stood on the server after this one."""

    def step(server: Server, request: Request) -> Any:
        known = [request.after] if request.after.seq <= common else []
        return 200, Reply(request.journal, Head(900, 4711), server.time_ms, known=known), {}

    return step


def test_rule_4_a_pruned_journal_carries_over_what_it_holds(terminal: Running, server: Server) -> None:
    terminal.answers(1, 2, 3)
    terminal.settle()
    terminal.forget_below(3)
    base = terminal.records.base()
    server.script = [another_history(base.seq)] * 2

    terminal.settle()

    assert [Birth.from_text(entry.born).seq for entry in server.entries if entry.born] == [base.seq + 1, base.seq + 2]
    assert server.missing == {}


def test_rule_3_what_was_forgotten_after_the_last_common_entry_is_missing_in_the_new_journal(
    terminal: Running, server: Server
) -> None:
    terminal.answers(*[5] * 99)
    terminal.settle()
    terminal.forget_below(91)
    count = len(server.requests)
    server.script = [another_history(17)] * 9

    terminal.settle()

    assert [request.after.seq for request in server.requests[count:]][:9] == [100, 90, 45, 22, 11, 16, 19, 17, 18]
    assert server.missing == {server.journal: [(1, 90 - 17)]}
    births = [Birth.from_text(entry.born).seq for entry in server.entries if entry.born]
    assert births == list(range(91, 101))


def test_rule_3_a_server_that_lacks_what_is_forgotten_is_told_from_where_on_there_is_something(
    terminal: Running, server: Server
) -> None:
    terminal.answers(1, 2, 3)
    terminal.settle()
    terminal.forget_below(4)
    base, name = terminal.records.base(), terminal.records.journal_id
    server.restore(seq=1)
    count, head = len(server.requests), server.head

    for _ in range(3):
        terminal.settle()

    told = [(request.after, request.gap_after, request.batch.value) for request in server.requests[count:]]
    assert told[1] == (base, head, [3])
    assert [request.health.waiting for request in server.requests[count:][:2]] == [0, 1]
    assert len(told) <= 6
    assert terminal.records.journal_id == name


def test_rule_3_a_journal_of_which_all_is_forgotten_tells_of_the_gap(terminal: Running, server: Server) -> None:
    terminal.answers(1, 2)
    terminal.settle()
    newest = terminal.records.newest()
    terminal.writer.do(lambda journal: journal.empty(newest)).result()
    server.restore(seq=1)

    assert terminal.settle().until_news

    assert server.missing[server.journal] == [(2, newest.seq)]
    assert server.head == newest


def test_a_reply_that_always_has_another_history_is_heeded_ever_more_seldom(terminal: Running, server: Server) -> None:
    server.script = [lambda server, request: (200, Reply(request.journal, Head(900, 17), server.time_ms), {})] * 6

    waits = [terminal.exchange.step().seconds for _ in range(6)]

    assert waits[0] == 0
    assert all(wait >= 15 for wait in waits[1:])
    assert waits[-1] >= 120


FORKING = """
import os, signal, sys
from pathlib import Path
from kiosk.journal import Journal

calls = 0

def dying(name, real):
    def call(*args, **more):
        global calls
        calls += 1
        if calls == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*args, **more)
    return call

journal = Journal.open(Path(sys.argv[1]))
import kiosk.journal.journal as module
Path.rename = dying("rename", Path.rename)
module.sync_folder = dying("sync", module.sync_folder)
module.connect = dying("connect", module.connect)
Journal.close = dying("close", Journal.close)
journal.fork(journal.base())
print("done", flush=True)
"""


def test_rule_4_a_kill_at_any_point_of_a_fork_leaves_one_whole_journal(tmp_path: Path) -> None:
    ends = []
    for death in range(1, 12):
        folder = tmp_path / str(death)
        folder.mkdir()
        with a_writer(folder) as (writer, kept):
            keep(writer, kept, *(answer(value, visit=value) for value in (1, 2, 3)))
        command = [sys.executable, "-c", FORKING, str(folder), str(death)]
        ended = subprocess.run(
            command, capture_output=True, text=True, env={"PYTHONPATH": str(Path.cwd())}, check=False
        )

        with closing(Journal.open(folder)) as journal:
            values = [entry.value for entry in journal.entries_after(0) if entry.context.kind == "answer"]
            is_new = bool(journal.entries_after(0)[0].born)
        assert values == [1, 2, 3]
        assert len(closed_journals(folder)) == is_new
        assert not list(folder.glob("*.unfinished*"))
        ends.append((ended.returncode, is_new))

    assert (-signal.SIGKILL, False) in ends
    assert (-signal.SIGKILL, True) in ends
    assert ends[-1] == (0, True)
