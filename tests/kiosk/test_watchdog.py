import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk import watchdog
from kiosk.watchdog import LATE_S, Watchdog, notifier


@pytest.mark.parametrize("address", ["{folder}/notify", "@hymy-test-{name}"], ids=["a file", "abstract"])
def test_systemd_hears_what_is_told(tmp_path: Path, address: str) -> None:
    address = address.format(folder=tmp_path, name=tmp_path.name)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.settimeout(60)
        systemd.bind(address.replace("@", "\0"))

        notifier({"NOTIFY_SOCKET": address})("READY=1")

        assert systemd.recv(100) == b"READY=1"


def test_without_systemd_nothing_is_told() -> None:
    notifier({})("READY=1")


def test_a_systemd_that_hears_nothing_any_more_neither_ends_nor_holds_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "PATIENCE_S", 0.001)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        tell = notifier({"NOTIFY_SOCKET": str(tmp_path / "notify")})

        for _ in range(1000):  # more than it may leave unread
            tell("WATCHDOG=1")
    tell("WATCHDOG=1")  # it is gone


def test_the_dog_is_fed_only_while_the_other_threads_answer() -> None:
    told: list[str] = []
    pings: list[Callable[[], None]] = []
    times = [0.0]
    watchdog = Watchdog(told.append, pings.append, now_s=lambda: times[0])

    watchdog.beat()
    assert told == ["READY=1", "WATCHDOG=1"]

    times[0] = LATE_S
    watchdog.beat()
    assert told == ["READY=1", "WATCHDOG=1"]
    assert len(pings) == 1

    pings[0]()
    watchdog.beat()
    assert told == ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]
    assert len(pings) == 2
