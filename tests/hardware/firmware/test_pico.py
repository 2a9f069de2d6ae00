"""The Pico's firmware in a real MicroPython, and the terminal's real driver, joined by a pty."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from hardware.buttons.protocol import Lit
from tests.hardware.button_desk import Desk
from tests.hardware.firmware.pico import BUZZER_PIN, LAMP_PINS, SERVICE_PIN, Pico

BOUNCE = "01101001"  # a contact that closes, a sample each millisecond; read backwards it opens
FIVE = [1, 2, 3, 4, 5]


@pytest.fixture
def pico(link: Path) -> Iterator[Pico]:
    with Pico(link) as pico:
        yield pico


def numbered(desk: Desk) -> list[tuple[int, int]]:
    return [(press.seq, press.button) for press in desk.journal]


def has(desk: Desk, presses: int) -> Callable[[], bool]:
    return lambda: len(desk.journal) >= presses


def test_presses_arrive_once_and_in_order(pico: Pico, desk: Desk) -> None:
    desk.start()

    pico.press(*FIVE, *FIVE, *reversed(FIVE))
    desk.wait_for(has(desk, 15))

    assert numbered(desk) == list(enumerate([*FIVE, *FIVE, *reversed(FIVE)], 1))
    assert desk.journal[0].source.startswith("box:pico-172b3c4d/")
    assert desk.handed == desk.journal
    assert desk.changes == ["plugged"]


def test_a_press_that_bounces_is_one_press(pico: Pico, desk: Desk) -> None:
    desk.start()

    pico.press(4, 4, 2, bounce=BOUNCE)
    pico.press(1)
    desk.wait_for(has(desk, 4))

    assert numbered(desk) == [(1, 4), (2, 4), (3, 2), (4, 1)]


def test_a_button_that_is_held_is_one_press_at_once(pico: Pico, desk: Desk) -> None:
    desk.start()
    pico.hold(3)
    desk.wait_for(has(desk, 1))

    pico.press(*FIVE[:2], 1)  # takes longer than a contact bounces
    desk.wait_for(has(desk, 4))

    assert numbered(desk) == [(1, 3), (2, 1), (3, 2), (4, 1)]


def test_a_button_stuck_from_the_start_is_none_and_the_others_work(link: Path, desk: Desk) -> None:
    with Pico(link, closed=[3]) as pico:  # button 2
        desk.start()
        pico.press(1, 5, 1)
        desk.wait_for(has(desk, 3))

        pico.hold(2)  # somebody gets it loose
        desk.wait_for(has(desk, 4))

    assert numbered(desk) == [(1, 1), (2, 5), (3, 1), (4, 2)]


def test_what_a_killed_terminal_did_not_keep_comes_again_after_its_restart(pico: Pico, desk: Desk) -> None:
    desk.keeps = False
    desk.start()
    pico.press(1, 2, 3)
    desk.wait_for(lambda: len(desk.handed) == 3)
    desk.keep(desk.handed[0])

    desk.keeps = True
    desk.restart()
    desk.wait_for(has(desk, 3))

    assert [press.seq for press in desk.handed] == [1, 2, 3, 2, 3]
    assert numbered(desk) == [(1, 1), (2, 2), (3, 3)]


def test_presses_made_while_the_cable_is_pulled_come_with_their_age(pico: Pico, desk: Desk) -> None:
    desk.start()
    pico.press(1)
    desk.wait_for(has(desk, 1))
    pico.unplug()
    pico.press(2, 3)
    desk.wait_for(lambda: desk.changes == ["plugged", "unplugged"])
    pico.wait_for_feeds(5)  # a quarter of a second

    pico.plug()
    desk.wait_for(has(desk, 3))

    assert numbered(desk) == [(1, 1), (2, 2), (3, 3)]
    assert all(100 <= press.age_ms < 60_000 for press in desk.journal[1:])
    assert desk.changes == ["plugged", "unplugged", "plugged"]


def test_flipped_bits_and_noise_lose_nothing_and_double_nothing(pico: Pico, desk: Desk) -> None:
    noise = Random(5)
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    pico.flips = 0.005
    pico.press(*FIVE, *FIVE)
    for _ in range(5):
        pico.make_noise(noise.randbytes(50) + b"\x03\x04\xff\n")
    desk.wait_for(has(desk, 10))

    assert numbered(desk) == list(enumerate([*FIVE, *FIVE], 1))
    assert desk.buttons.bad_lines > 3


def test_a_flood_of_noise_keeps_nobody_from_the_buttons(pico: Pico, desk: Desk) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    with pico.flooded(b"~" * 60 + b"\n"):
        pico.hold(2)
        desk.wait_for(has(desk, 1))

    assert numbered(desk) == [(1, 2)]


def test_an_overflow_is_told_and_the_rest_arrives(link: Path, desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    with Pico(link, settings="CAPACITY = 10\n") as pico:
        pico.press(*FIVE, *FIVE, 3, 4)

        desk.start()
        desk.wait_for(has(desk, 10))

    assert numbered(desk) == list(enumerate([*FIVE, *FIVE, 3, 4], 1))[2:]
    assert desk.buttons.missed == 2
    assert "had no room for more: 2 presses lost" in caplog.text


def test_a_box_that_was_switched_off_and_on_counts_anew_in_another_session(link: Path, desk: Desk) -> None:
    desk.start()
    for button in (1, 5):
        with Pico(link) as pico:
            pico.press(button)
            desk.wait_for(has(desk, 1 if button == 1 else 2))

    assert numbered(desk) == [(1, 1), (1, 5)]
    assert len({press.source for press in desk.journal}) == 2


def test_a_terminal_that_reads_nothing_stops_neither_the_buttons_nor_the_watchdog(pico: Pico, desk: Desk) -> None:
    pico.wait_for(lambda record: "fed" in record)
    pico.stall()
    pico.press(1, 2)
    pico.wait_for_feeds(12)  # sent again and again

    pico.read_again()
    desk.start()
    desk.wait_for(has(desk, 2))

    assert numbered(desk) == [(1, 1), (2, 2)]
    assert "watchdog 5000" in pico.record


def test_the_lamps_and_the_buzzer_do_what_the_terminal_says(pico: Pico, desk: Desk) -> None:
    first, bright, beep = f"pin {LAMP_PINS[0]} ", f"pin {LAMP_PINS[3]} 65535", f"pin {BUZZER_PIN} 32767"
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])

    desk.buttons.light(Lit("invite", 0, 0))
    pico.wait_for(lambda record: count_of(first, record) > 5)  # it breathes
    desk.buttons.light(Lit("thanks", 4, 1))
    pico.wait_for(lambda record: bright in record and beep in record)

    pico.wait_for(lambda record: f"pin {BUZZER_PIN} 0" in record[record.index(beep) :])
    pico.wait_for(lambda record: count_of(first, record[record.index(bright) :]) > 5)  # and breathes again
    assert f"{first}65535" not in pico.record


def count_of(note: str, record: list[str]) -> int:
    return sum(line.startswith(note) for line in record)


def test_with_the_service_pin_closed_the_line_is_left_to_the_programmer(link: Path) -> None:
    with Pico(link, closed=[SERVICE_PIN]) as pico:
        status = pico.wait_until_off()

    assert status == 0
    assert pico.record == []
