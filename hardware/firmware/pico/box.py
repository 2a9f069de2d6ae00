"""The button box's rules without its hardware: lines in, lines out, as docs/button_box.md says.

The same as hardware/buttons/box.py and protocol.py, in the Python that a Pico has: runs in MicroPython and in CPython.
Times are whole milliseconds since the box was switched on.
"""

from array import array

VERSION = 1
MAX_LINE_BYTES = 96  # with the line feed
MAX_NUMBER = 2**32 - 1
WINDOW = 8  # presses under way at once
RESEND_MS = 300
HELLO_MS = 2000


def _crc_of_byte(byte: int) -> int:
    value = byte << 8
    for _ in range(8):
        value = (value << 1 ^ 0x1021 if value & 0x8000 else value << 1) & 0xFFFF
    return value


CRC_TABLE = array("H", [_crc_of_byte(byte) for byte in range(256)])  # bit by bit a line would take 5 ms


def crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE; 0x29B1 for b"123456789"."""
    value = 0xFFFF
    for byte in data:
        value = (value << 8 & 0xFFFF) ^ CRC_TABLE[value >> 8 ^ byte]
    return value


def make_line(body: bytes) -> bytes:
    return b"%s*%04X\n" % (body, crc(body))


def words_of(line: bytes) -> list[bytes]:
    """The words of a line without its line feed; none if its checksum is wrong."""
    body, star, checksum = line.rpartition(b"*")
    return body.split(b" ") if star and checksum == b"%04X" % crc(body) else []


class LineReader:
    """Cuts a stream of bytes into lines, and leaves out those that are too long to be any."""

    def __init__(self) -> None:
        self._rest = b""
        self._is_overlong = False  # inside a line that is too long already: skip to its end

    def feed(self, data: bytes) -> list[bytes]:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if lines and self._is_overlong:
            self._is_overlong = False
            del lines[0]
        if len(self._rest) >= MAX_LINE_BYTES:
            self._is_overlong, self._rest = True, b""
        return [line[:-1] if line.endswith(b"\r") else line for line in lines if len(line) < MAX_LINE_BYTES]


class Box:
    """Counts presses from 1 and sends each until it is acknowledged.

    lowest: the oldest press that is not acknowledged; last + 1 if there is none. dropped: given up for lack of room.
    """

    def __init__(self, name: bytes, session: bytes, buttons: int, capacity: int) -> None:
        self.last = 0
        self.lowest = 1
        self.dropped = 0
        self._name = name
        self._session = session
        self._buttons = buttons
        self._capacity = capacity
        self._button_of = bytearray(capacity)  # press seq is at seq % capacity; all memory is taken at the start
        self._pressed_at = array("Q", [0] * capacity)
        self._sent = 0  # newest seq sent since the last time of sending again
        self._resend_at = 0
        self._hello_at = 0

    def press(self, button: int, now: int) -> None:
        self.last += 1
        if self.last - self.lowest == self._capacity:
            self.lowest += 1
            self.dropped += 1
        place = self.last % self._capacity
        self._button_of[place] = button
        self._pressed_at[place] = now

    def take(self, words: list[bytes], now: int) -> None:
        """What the terminal said; words that mean nothing here are ignored."""
        if words == [b"hello?"]:
            self._hello_at = self._resend_at = now  # whoever asks has just come, and lacks all of it
        elif len(words) == 3 and words[:2] == [b"ack", self._session] and words[2].isdigit():
            seq = int(words[2])
            if self.lowest <= seq <= self.last:
                self.lowest = seq + 1
                self._resend_at = now + RESEND_MS

    def due(self, now: int) -> list[bytes]:
        """The lines to send now: a hello every two seconds, and the oldest presses as far as the window goes."""
        lines = []
        if now >= self._hello_at:
            self._hello_at = now + HELLO_MS
            lines.append(self._hello())
        if now >= self._resend_at:
            self._sent = 0
        newest = min(self.last, self.lowest + WINDOW - 1)
        fresh = range(max(self.lowest, self._sent + 1), newest + 1)
        if fresh:
            self._resend_at = now + RESEND_MS
            self._sent = newest
        return lines + [self._pressed(seq, now) for seq in fresh]

    def _hello(self) -> bytes:
        counts = (VERSION, self._name, self._session, self._buttons, self.last, self.lowest, self.dropped)
        return make_line(b"hello %d %s %s %d %d %d %d" % counts)

    def _pressed(self, seq: int, now: int) -> bytes:
        place = seq % self._capacity
        age_ms = min(now - self._pressed_at[place], MAX_NUMBER)
        fields = (self._name, self._session, seq, self._button_of[place], age_ms)
        return make_line(b"press %s %s %d %d %d" % fields)
