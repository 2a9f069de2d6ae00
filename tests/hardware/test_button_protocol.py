import re
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.buttons.protocol import (
    MAX_LINE_BYTES,
    Acknowledged,
    Asked,
    Counted,
    Hello,
    LineReader,
    Lit,
    Message,
    Pressed,
    crc,
    decode,
    encode,
)
from hardware.errors import BadLine

SESSION = "9f3a02c4"
PRESSED = Pressed("door1", SESSION, 17, 4, 120)
MESSAGES: list[Message] = [
    Hello(1, "door1", SESSION, 5, 18, 17, 0),
    Hello(1, "a" * 16, SESSION, 99, 2**32 - 1, 1, 2**32 - 1),
    Hello(1, "door1", SESSION, 5, 0, 1, 0),
    PRESSED,
    Pressed("a" * 16, SESSION, 2**32 - 1, 99, 2**32 - 1),
    Acknowledged(SESSION, 17),
    Asked(),
    Lit("invite", 0, 0),
    Lit("out_of_order", 0, 0),
    Lit("thanks", 99, 1),
    Counted(SESSION, 0),
    Counted(SESSION, 2**32 - 1),
]
MANUAL = (Path(__file__).parents[2] / "docs/button_box.md").read_text()


def line(body: bytes) -> bytes:
    return b"%s*%04X" % (body, crc(body))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_comes_back_from_its_line(message: Message) -> None:
    sent = encode(message)

    assert decode(sent.removesuffix(b"\n")) == message
    assert len(sent) <= MAX_LINE_BYTES


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"hello?", id="no checksum"),
        pytest.param(b"hello?*", id="empty checksum"),
        pytest.param(b"hello?*0000", id="wrong checksum"),
        pytest.param(encode(MESSAGES[0]).strip().lower(), id="checksum in lower case"),
        pytest.param(encode(PRESSED)[5:-1], id="second half"),
        pytest.param(encode(PRESSED)[:-5], id="first half"),
        pytest.param(line(b""), id="nothing but a checksum"),
        pytest.param(line(b"lamp 1 2"), id="unknown word"),
        pytest.param(line(b"hello 2 door1 9f3a02c4 5 18 17 0 more"), id="another version"),
        pytest.param(line(b"press door1 9f3a02c4 17 4"), id="field missing"),
        pytest.param(line(b"press door1 9f3a02c4 17 4 120 1"), id="field too many"),
        pytest.param(line(b"press door1  9f3a02c4 17 4 120"), id="two spaces"),
        pytest.param(line(b"press Door1 9f3a02c4 17 4 120"), id="box in upper case"),
        pytest.param(line(b"press " + b"a" * 17 + b" 9f3a02c4 17 4 120"), id="box too long"),
        pytest.param(line(b"press door1 9f3a02c 17 4 120"), id="session too short"),
        pytest.param(line(b"press door1 9f3a02c4 0 4 120"), id="seq 0"),
        pytest.param(line(b"press door1 9f3a02c4 017 4 120"), id="leading zero"),
        pytest.param(line(b"press door1 9f3a02c4 -1 4 120"), id="sign"),
        pytest.param(line(b"press door1 9f3a02c4 4294967296 4 120"), id="number too large"),
        pytest.param(line(b"press door1 9f3a02c4 17 0 120"), id="button 0"),
        pytest.param(line(b"press door1 9f3a02c4 17 100 120"), id="button 100"),
        pytest.param(line(b"hello 1 door1 9f3a02c4 0 18 17 0"), id="no buttons"),
        pytest.param(line(b"hello 1 door1 9f3a02c4 5 18 20 0"), id="lowest beyond last"),
        pytest.param(line(b"hello 1 door1 9f3a02c4 5 18 0 0"), id="lowest 0"),
        pytest.param(line(b"light dance 0 0"), id="unknown mode"),
        pytest.param(line(b"light invite 1 0"), id="button that no mode thanks"),
        pytest.param(line(b"light thanks 0 1"), id="thanks without a button"),
        pytest.param(line(b"light thanks 4 2"), id="beep neither 0 nor 1"),
        pytest.param(line("ack 9f3a02c4 ١".encode()), id="digit of another script"),
    ],
)
def test_what_is_no_line_is_left_out_and_counted(bad: bytes) -> None:
    reader = LineReader()

    messages = reader.feed(b"\n" + bad + b"\n" + encode(PRESSED))

    assert messages == [PRESSED]
    assert reader.bad_lines == 1
    with pytest.raises(BadLine):
        decode(bad)


@given(st.sampled_from(MESSAGES), st.data())
def test_a_line_with_one_flipped_bit_is_refused(message: Message, data: st.DataObject) -> None:
    good = encode(message).removesuffix(b"\n")
    at, bit = data.draw(st.integers(0, len(good) - 1)), data.draw(st.integers(0, 7))

    flipped = good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]

    with pytest.raises(BadLine):
        decode(flipped)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_a_fault_and_do_not_spoil_what_follows(noise: bytes) -> None:
    reader = LineReader()

    reader.feed(noise)
    messages = reader.feed(b"\n" + encode(PRESSED))

    assert messages == [PRESSED]


@given(st.lists(st.sampled_from(MESSAGES)), st.data())
def test_lines_may_come_in_any_pieces(messages: list[Message], data: st.DataObject) -> None:
    stream = b"".join(encode(message) for message in messages)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader = LineReader()

    pieces = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    read = [message for piece in pieces for message in reader.feed(piece)]

    assert read == messages
    assert reader.bad_lines == 0


@pytest.mark.parametrize("piece", [1, 50, 10_000])
def test_an_overlong_line_counts_once(piece: int) -> None:
    reader = LineReader()
    overlong = b"x" * 10_000 + encode(PRESSED)  # its end looks like a line

    messages = [message for at in range(0, len(overlong), piece) for message in reader.feed(overlong[at : at + piece])]

    assert messages == []
    assert reader.bad_lines == 1
    assert reader.feed(encode(PRESSED)) == [PRESSED]


def test_a_line_without_an_end_takes_no_memory() -> None:
    reader = LineReader()
    noise = b"x" * 1000

    tracemalloc.start()
    for _ in range(1000):
        reader.feed(noise)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak_bytes < 10_000


def test_lines_may_end_in_carriage_return_and_line_feed() -> None:
    reader = LineReader()

    messages = reader.feed(encode(PRESSED).replace(b"\n", b"\r\n") + b"\r\n")

    assert messages == [PRESSED]
    assert reader.bad_lines == 0


def test_the_manuals_example_lines_are_right() -> None:
    examples = re.findall(r"^    (?:box|terminal) +(\S.*\*\w{4})", MANUAL, flags=re.MULTILINE)

    kinds = [type(decode(example.encode())) for example in examples]

    assert kinds == [Asked, Hello, Pressed, Pressed, Acknowledged, Lit, Acknowledged, Lit, Pressed, Acknowledged]


@given(st.binary(max_size=80))
def test_the_manuals_checksum_is_ours(data: bytes) -> None:
    manual: dict[str, object] = {}
    exec(MANUAL.partition("```python\n")[2].partition("```")[0], manual)  # noqa: S102  our own manual

    assert manual["crc"](data) == crc(data)  # type: ignore[operator]
    assert crc(b"123456789") == 0x29B1
