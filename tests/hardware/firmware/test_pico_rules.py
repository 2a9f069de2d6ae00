"""What the Pico's firmware decides, without its pins: the same bytes as the twin; contacts, lamps and clock."""

import json
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from hardware.buttons import box, protocol
from hardware.firmware.pico import panel
from hardware.firmware.pico.box import LineReader
from tests.hardware.firmware.pico import FIRMWARE, HERE, LIMIT_S, micropython

NAME, SESSION, BUTTONS = "door1", "9f3a02c4", 5
STEP_MS = 125
QUARTER_MS = 90 * 24 * 3600 * 1000  # more than an age can say
Step = tuple[int, int, bytes]  # now, button, received


def made_steps(drawn: Random, *, capacity: int) -> Iterator[tuple[Step, bytes]]:
    """Steps, each with what the twin's box then sends. The terminal comes late: the box has overflown by then."""
    twin = box.Box(NAME, buttons=BUTTONS, capacity=capacity)
    twin.session = SESSION
    reader = protocol.LineReader()
    now = 0
    for step in range(3 * capacity):
        now += QUARTER_MS if step % capacity == 0 else drawn.choice([0, STEP_MS, STEP_MS, 8 * STEP_MS])
        button = drawn.choice([0, *range(1, BUTTONS + 1)])
        is_there = step > 3 * capacity // 2
        received = b"".join(line(drawn, twin) for _ in range(is_there * drawn.randrange(3)) if drawn.random() < 0.3)
        if button:
            twin.press(button, now / 1000)
        for message in reader.feed(received):
            twin.take(message, now / 1000)
        sent = b"".join(protocol.encode(message) for message in twin.due(now / 1000))
        yield (now, button, received), sent


def line(drawn: Random, twin: box.Box) -> bytes:
    """One that a terminal says, or what the line made of it."""
    seq = max(0, drawn.choice([twin.lowest, twin.lowest + drawn.randrange(8), twin.last + 1, twin.lowest - 1]))
    session = drawn.choice([SESSION, SESSION, SESSION, "00000000"])
    said = protocol.encode(drawn.choice([protocol.Asked(), *[protocol.Acknowledged(session, seq)] * 5]))
    at = drawn.randrange(len(said))
    flipped = said[:at] + bytes([said[at] ^ 1 << drawn.randrange(8)]) + said[at + 1 :]
    return drawn.choice([*[said] * 5, flipped, said[:at], said[:-1] + b"\r\n", b"\n", b"x" * 150 + said])


@pytest.mark.parametrize("capacity", [20, 1000])
def test_the_firmware_says_byte_for_byte_what_the_twin_says(capacity: int) -> None:
    steps = list(made_steps(Random(capacity), capacity=capacity))
    said = "".join(json.dumps((now, button, received.hex())) + "\n" for (now, button, received), _ in steps)

    answer = subprocess.run(
        micropython(str(HERE / "twin/replay.py"), NAME, SESSION, str(BUTTONS), str(capacity)),
        input=said,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
        env={"MICROPYPATH": str(FIRMWARE)},
    )

    assert [bytes.fromhex(sent) for sent in answer.stdout.splitlines()] == [sent for _, sent in steps]


@pytest.mark.parametrize("piece", [1, 64, 10_000])
def test_an_overlong_line_is_skipped_to_its_end(piece: int) -> None:
    reader = LineReader()
    longest = b"y" * 95
    stream = b"x" * 10_000 + b"hello?*4283\n" + longest + b"\n" + longest + b"y\n" + b"ack*1234\r\n"

    lines = [line for at in range(0, len(stream), piece) for line in reader.feed(stream[at : at + piece])]

    assert lines == [longest, b"ack*1234"]


@pytest.mark.parametrize(
    ("closed_from_to", "pressed_at"),
    [
        pytest.param([(100, 300)], [100], id="at once"),
        pytest.param([(100, 101), (103, 104), (106, 300)], [100], id="bounce as it closes"),
        pytest.param([(100, 300), (301, 302), (349, 350)], [100], id="bounce as it opens"),
        pytest.param([(100, 20_000)], [100], id="held"),
        pytest.param([(100, 200), (248, 300)], [100], id="open for 48 ms"),
        pytest.param([(100, 200), (250, 300)], [100, 250], id="open for 50 ms is another press"),
        pytest.param([(0, 5000)], [], id="stuck from the start"),
        pytest.param([(0, 200), (300, 400)], [300], id="stuck from the start, then free"),
    ],
)
def test_a_press_is_a_contact_that_closes_after_being_open_for_50_ms(
    closed_from_to: list[tuple[int, int]], pressed_at: list[int]
) -> None:
    contact = panel.Contact(0)

    pressed = [now for now in range(6000) if contact.is_pressed(any(a <= now < b for a, b in closed_from_to), now)]

    assert pressed == pressed_at


def lamps_told(*orders: tuple[int, bytes]) -> panel.Lamps:
    lamps = panel.Lamps(3)
    for now, words in orders:
        lamps.take(words.split(b" "), now)
    return lamps


def test_a_box_that_was_just_switched_on_is_dark() -> None:
    lamps = lamps_told((0, b"hello?"))

    assert lamps.levels(0) == [0, 0, 0]
    assert not lamps.beeps(0)


def test_lamps_that_invite_breathe_softly_and_all_together() -> None:
    lamps = lamps_told((0, b"light invite 0 0"))

    breath = [lamps.levels(now) for now in range(0, 4000, 20)]

    assert all(levels == [levels[0]] * 3 for levels in breath)
    assert min(breath)[0] > 0
    assert max(breath)[0] <= panel.BRIGHT // 4
    assert max(abs(a[0] - b[0]) for a, b in pairwise(breath)) < panel.BRIGHT // 100


def test_out_of_order_flashes_the_first_lamp_for_100_ms_every_2_s() -> None:
    lamps = lamps_told((0, b"light out_of_order 0 0"))

    lit = [now for now in range(4000) if lamps.levels(now) != [0, 0, 0]]

    assert lit == [*range(100), *range(2000, 2100)]
    assert lamps.levels(2000) == [panel.BRIGHT, 0, 0]


@pytest.mark.parametrize(("beep", "beeps_until"), [(b"1", 1100), (b"0", 1000)])
def test_thanks_light_one_lamp_for_300_ms_and_then_goes_on_what_was(beep: bytes, beeps_until: int) -> None:
    lamps = lamps_told((0, b"light invite 0 0"), (1000, b"light thanks 2 " + beep))

    bright = [now for now in range(1000, 3000) if lamps.levels(now) == [0, panel.BRIGHT, 0]]

    assert bright == list(range(1000, 1300))
    assert lamps.levels(1300) == lamps_told((0, b"light invite 0 0")).levels(1300)
    assert [now for now in range(1000, 3000) if lamps.beeps(now)] == list(range(1000, beeps_until))


def test_lamps_go_dark_when_the_terminal_is_silent_for_10_s_and_wait_for_its_word() -> None:
    lamps = lamps_told((0, b"light invite 0 0"), (5000, b"ack 9f3a02c4 1"))
    lamps.take([], 9000)  # noise

    assert lamps.levels(14_999) != [0, 0, 0]
    assert lamps.levels(15_000) == [0, 0, 0]
    lamps.take([b"ack", b"9f3a02c4", b"2"], 20_000)
    assert lamps.levels(20_000) == [0, 0, 0]


def test_the_clock_goes_on_where_the_picos_count_begins_again() -> None:
    clock = panel.Clock(2**30 - 1000)

    read = [clock.now(ticks) for ticks in (2**30 - 900, 2**30 - 1, 0, 5000)]

    assert read == [100, 999, 1000, 6000]
