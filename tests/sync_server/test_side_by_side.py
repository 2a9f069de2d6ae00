"""Several processes of one server, on either store: at one address, and together to the end."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_server.listening import listen, listen_side_by_side
from tests.sync_server.program import LIMIT_S, Program
from tests.together.shop import wait_until

MANY = 64  # who come; none of them at one of two doors has odds of 1 to 2**63


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Program]:
    server = Program(tmp_path, processes=2)
    yield server
    server.end(signal.SIGTERM)


def workers(server: Program) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def are_gone(pids: list[int]) -> bool:
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def test_who_comes_is_dealt_out_among_the_sockets_of_one_address() -> None:
    doors = listen_side_by_side("127.0.0.1", 0, 2)
    port = doors[0].getsockname()[1]

    guests = [socket.create_connection(("127.0.0.1", port)) for _ in range(MANY)]

    for door in doors:
        accepted, _ = door.accept()  # raises BlockingIOError where nobody came
        accepted.close()
    for opened in (*guests, *doors):
        opened.close()


def test_an_address_that_others_share_is_taken() -> None:
    doors = listen_side_by_side("127.0.0.1", 0, 2)
    port = doors[0].getsockname()[1]

    with pytest.raises(OSError, match="in use"):
        listen_side_by_side("127.0.0.1", port, 2)
    with pytest.raises(OSError, match="in use"):
        listen("127.0.0.1", port)
    for door in doors:
        door.close()


def test_told_to_stop_all_end_in_peace(server: Program) -> None:
    """Also where everybody is told, as Ctrl-C and systemd do."""
    pids = workers(server)
    for pid in pids:
        os.kill(pid, signal.SIGTERM)

    assert server.client.get("/sign-in").is_success
    assert server.end(signal.SIGTERM) == 0
    assert len(pids) == 2
    assert are_gone(pids)


def test_one_that_dies_ends_all_so_that_whoever_watches_begins_anew(server: Program) -> None:
    pids = workers(server)

    os.kill(pids[0], signal.SIGKILL)

    wait_until(lambda: are_gone(pids), LIMIT_S)
    assert server.end(signal.SIGCONT) == 1


def test_when_the_first_process_is_killed_none_is_left_behind(server: Program) -> None:
    pids = workers(server)

    server.end(signal.SIGKILL)

    wait_until(lambda: are_gone(pids), LIMIT_S)
