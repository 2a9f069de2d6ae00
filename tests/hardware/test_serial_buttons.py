"""The real driver and the box's twin, joined by a pty."""

import os
import select
import tty
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event, Thread

import pytest

from hardware.buttons.interface import Press
from hardware.buttons.protocol import Acknowledged, Hello, LineReader, Pressed, encode
from hardware.buttons.serial import SerialButtons
from hardware.buttons.simulated import SimulatedBox
from hardware.serial_line import SerialLine
from tests.hardware.button_desk import LIMIT_S, Desk, kept, pressed


def read_soon(fd: int) -> bytes:
    ready, _, _ = select.select([fd], [], [], LIMIT_S)
    assert ready, "the driver says nothing"
    return os.read(fd, 100)


def test_a_press_is_handed_over_and_forgotten_by_the_box_once_kept(box: SimulatedBox, desk: Desk) -> None:
    desk.start()

    box.press(4)

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box) == [(f"box:twin/{box.session}", 1, 4)]
    assert desk.changes == ["plugged"]


def test_a_press_that_is_not_kept_is_not_acknowledged_and_not_handed_over_twice(box: SimulatedBox, desk: Desk) -> None:
    desk.keeps = False
    desk.start()

    box.press(1)
    box.press(2)
    desk.wait_for(lambda: len(desk.handed) == 2)
    was_acknowledged = box.wait_until_acknowledged(0.2)  # ten times sent again

    assert not was_acknowledged
    assert box.un_acked == 2
    assert [press.seq for press in desk.handed] == [1, 2]


def test_keeping_a_press_acknowledges_it_at_once(link: Path, desk: Desk) -> None:
    desk.keeps = False
    with SimulatedBox(link, resend_s=60) as box:
        desk.start()
        box.press(1)
        desk.wait_for(lambda: len(desk.handed) == 1)

        desk.keep(desk.handed[0])

        assert box.wait_until_acknowledged(1.0)  # no hello and no press comes in that time to wake the driver


def test_presses_kept_out_of_order_are_acknowledged_when_the_first_is_kept(box: SimulatedBox, desk: Desk) -> None:
    desk.keeps = False
    desk.start()
    box.press(1)
    box.press(2)
    desk.wait_for(lambda: len(desk.handed) == 2)

    desk.keep(desk.handed[1])
    held_after_the_second = box.wait_until_acknowledged(0.1) or box.un_acked
    desk.keep(desk.handed[0])

    assert held_after_the_second == 2
    assert box.wait_until_acknowledged(LIMIT_S)


def test_a_press_the_journal_refused_comes_again(box: SimulatedBox, desk: Desk) -> None:
    desk.refuses = True
    desk.start()

    box.press(5)

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box)


def test_a_host_that_stops_before_keeping_gets_the_press_again(box: SimulatedBox, desk: Desk) -> None:
    desk.keeps = False
    desk.start()
    box.press(3)
    desk.wait_for(lambda: len(desk.handed) == 1)

    desk.keeps = True
    desk.restart()

    assert box.wait_until_acknowledged(LIMIT_S)
    assert [press.seq for press in desk.handed] == [1, 1]
    assert kept(desk) == pressed(box)


def test_a_host_that_stops_after_keeping_and_before_acknowledging_gets_nothing_twice(
    box: SimulatedBox, desk: Desk
) -> None:
    desk.keeps = False
    desk.start()
    box.press(3)
    desk.wait_for(lambda: len(desk.handed) == 1)
    desk.journal.append(desk.handed[0])

    desk.restart()

    assert box.wait_until_acknowledged(LIMIT_S)
    assert [press.seq for press in desk.handed] == [1]


def test_presses_made_while_the_host_is_down_keep_their_time(box: SimulatedBox, desk: Desk) -> None:
    for button in range(1, 6):
        box.press(button)
    box.wait_until_acknowledged(0.1)  # nobody is there

    desk.start()

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box)
    assert all(100 <= press.age_ms < LIMIT_S * 1000 for press in desk.journal)


@pytest.mark.parametrize(("to_host", "to_box"), [(0.005, 0.0), (0.0, 0.02), (0.002, 0.002)])
def test_with_flipped_bytes_300_presses_are_kept_once_and_in_order(
    link: Path, desk: Desk, to_host: float, to_box: float
) -> None:
    with SimulatedBox(link, resend_s=0.02, flips_to_host=to_host, flips_to_box=to_box, seed=7) as box:
        desk.start()
        for press in range(300):
            box.press(press % 5 + 1)

        assert box.wait_until_acknowledged(LIMIT_S)
        assert kept(desk) == pressed(box)
        assert desk.buttons.bad_lines + box.bad_lines > 3


def test_20_replugs_lose_nothing_and_double_nothing(box: SimulatedBox, desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    for replug in range(20):
        box.press(replug % 5 + 1)
        box.unplug()
        box.press(5 - replug % 5)
        desk.wait_for(lambda: desk.changes[-1] == "unplugged")
        box.plug()
        desk.wait_for(lambda: desk.changes[-1] == "plugged")

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box)
    assert len(box.record) == 40


def test_a_press_waiting_to_be_kept_when_the_box_is_replugged_is_not_handed_over_again(
    box: SimulatedBox, desk: Desk
) -> None:
    desk.keeps = False
    desk.start()
    box.press(2)
    desk.wait_for(lambda: len(desk.handed) == 1)

    box.unplug()
    desk.wait_for(lambda: desk.changes == ["plugged", "unplugged"])
    desk.keep(desk.handed[0])
    box.plug()

    assert box.wait_until_acknowledged(LIMIT_S)
    assert [press.seq for press in desk.handed] == [1]


def test_a_box_that_comes_late_is_waited_for(link: Path, desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["unplugged"])

    with SimulatedBox(link) as box:
        box.press(1)

        assert box.wait_until_acknowledged(LIMIT_S)
    assert desk.changes[:2] == ["unplugged", "plugged"]


def test_garbage_on_the_line_is_counted_and_loses_nothing(box: SimulatedBox, desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])
    noise = Random(3)

    for _ in range(50):
        box.make_noise(noise.randbytes(40))
        box.press(3)

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box)
    assert desk.buttons.bad_lines > 0


def test_a_restarted_box_begins_a_new_session_and_is_not_confused(box: SimulatedBox, desk: Desk) -> None:
    desk.start()
    for _ in range(3):
        box.press(1)
    assert box.wait_until_acknowledged(LIMIT_S)

    box.restart()
    box.press(5)

    assert box.wait_until_acknowledged(LIMIT_S)
    assert kept(desk) == pressed(box)
    assert [seq for _, seq, _ in kept(desk)] == [1, 2, 3, 1]


def test_an_overflow_of_the_box_is_told_and_the_rest_arrives(
    link: Path, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    with SimulatedBox(link, capacity=10) as box:
        for press in range(25):
            box.press(press % 5 + 1)

        desk.start()

        assert box.wait_until_acknowledged(LIMIT_S)
        assert kept(desk) == pressed(box)[15:]
    assert desk.buttons.missed == 15
    assert "had no room for more: 15 presses lost" in caplog.text


def test_a_new_terminal_goes_on_where_the_box_stands(box: SimulatedBox, desk: Desk) -> None:
    desk.start()
    box.press(1)
    assert box.wait_until_acknowledged(LIMIT_S)

    desk.journal.clear()
    desk.restart()
    box.press(2)

    assert box.wait_until_acknowledged(LIMIT_S)
    assert [press.seq for press in desk.journal] == [2]


def test_a_second_program_does_not_get_the_box(box: SimulatedBox, desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    second = Desk(desk.path)
    second.start()
    second.wait_for(lambda: second.changes == ["unplugged"])
    box.press(1)

    assert box.wait_until_acknowledged(LIMIT_S)
    second.buttons.stop()
    assert len(desk.journal) == 1
    assert second.journal == []


@pytest.fixture
def line() -> Iterator[tuple[int, Path]]:
    """A line that the test itself speaks on: its end, and the path of the other."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, Path(os.ttyname(slave))
    os.close(master)
    os.close(slave)


def test_a_line_on_which_nobody_speaks_counts_as_unplugged(line: tuple[int, Path]) -> None:
    _, path = line
    desk = Desk(path)
    desk.buttons = SerialButtons(str(path), silent_after_s=0.05)

    desk.start()

    desk.wait_for(lambda: desk.changes == ["unplugged"])
    desk.buttons.stop()


def test_a_box_that_does_not_draw_a_new_session_is_told_once(
    line: tuple[int, Path], caplog: pytest.LogCaptureFixture
) -> None:
    master, path = line
    desk = Desk(path)
    desk.journal = [Press("box:hand/00000000", 9, 1, 0)]
    desk.start()
    read_soon(master)  # it asks: it is there

    for _ in range(2):
        os.write(master, encode(Hello(1, "hand", "00000000", buttons=5, last=3, lowest=1, dropped=0)))
    os.write(master, encode(Pressed("hand", "00000000", 3, 1, 0)))
    read_soon(master)  # it acknowledges: it has read all of it

    desk.buttons.stop()
    assert caplog.text.count("counts from 1 again in an old session") == 1


def test_a_press_that_skips_one_is_not_taken(line: tuple[int, Path]) -> None:
    master, path = line
    desk = Desk(path)
    desk.start()
    read_soon(master)  # it asks: it is there

    for seq in (1, 3, 4, 2):
        os.write(master, encode(Pressed("hand", "00000000", seq, 1, 0)))
    acknowledged = []
    reader = LineReader()
    while Acknowledged("00000000", 2) not in acknowledged:
        acknowledged += reader.feed(read_soon(master))

    desk.buttons.stop()
    assert [press.seq for press in desk.handed] == [1, 2]


def test_a_port_that_takes_its_time_to_close_holds_up_nobody_who_wakes_it(
    box: SimulatedBox, link: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel waits for what a box that hangs has not taken, up to half a minute."""
    line = SerialLine(str(link), baud=115_200, timeout_s=LIMIT_S)
    close, is_closing, may_close = line._port.close, Event(), Event()

    def close_slowly() -> None:
        is_closing.set()
        may_close.wait(LIMIT_S)
        close()

    def open_and_close() -> None:
        with line.opened():
            pass

    monkeypatch.setattr(line._port, "close", close_slowly)
    owner, other = Thread(target=open_and_close), Thread(target=line.wake, daemon=True)
    owner.start()
    assert is_closing.wait(LIMIT_S)
    other.start()
    other.join(1.0)
    was_held_up = other.is_alive()
    may_close.set()
    owner.join()

    assert not was_held_up
