"""What people see and touch, without the pins: contacts that bounce, lamps and a buzzer, and the clock they go by.

Times are whole milliseconds since the box was switched on.
"""

OPEN_MS = 50  # a contact that was open for so long has done bouncing
THANKS_MS = 300
BEEP_MS = 100
FLASH_MS = 100
FLASH_EVERY_MS = 2000
BREATH_MS = 4000
SILENT_MS = 10_000  # nobody listens
BRIGHT = 65535
SOFT = BRIGHT // 4
MODES = (b"off", b"invite", b"out_of_order")
TICKS = 2**30  # where the Pico's count of milliseconds begins again, after twelve days


class Clock:
    """Milliseconds since it was made, for longer than the Pico can count; ask it at least once a week."""

    def __init__(self, ticks_ms: int) -> None:
        self._ticks_ms = ticks_ms
        self._now = 0

    def now(self, ticks_ms: int) -> int:
        self._now += (ticks_ms - self._ticks_ms) % TICKS
        self._ticks_ms = ticks_ms
        return self._now


class Contact:
    """A button's contact. It closes with a press at once if it was open for OPEN_MS, so bouncing and holding are none.

    One that is closed from the start is stuck, and has to open first.
    """

    def __init__(self, now: int) -> None:
        self._closed_at = now

    def is_pressed(self, is_closed: bool, now: int) -> bool:
        if not is_closed:
            return False
        was_open_ms = now - self._closed_at
        self._closed_at = now
        return was_open_ms >= OPEN_MS


class Lamps:
    """What the lamps and the buzzer do at a moment, as the terminal said."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._mode = b"off"
        self._dark_from = 0
        self._thanked = b""  # the number of a button
        self._thanks_until = 0
        self._beep_until = 0

    def take(self, words: list[bytes], now: int) -> None:
        """Any line: if it is valid, it says at least that somebody listens."""
        if not words:
            return
        if now >= self._dark_from:
            self._mode = b"off"
        self._dark_from = now + SILENT_MS
        if len(words) != 4 or words[0] != b"light":
            return
        _, mode, button, beep = words
        if mode == b"thanks":
            self._thanked = button
            self._thanks_until = now + THANKS_MS
            self._beep_until = now + BEEP_MS if beep == b"1" else now
        elif mode in MODES:
            self._mode = mode

    def levels(self, now: int) -> list[int]:
        """How bright each lamp is, 0 to BRIGHT, that of button 1 first."""
        if now < self._thanks_until:
            return [BRIGHT if b"%d" % button == self._thanked else 0 for button in range(1, self._count + 1)]
        mode = self._mode if now < self._dark_from else b"off"
        if mode == b"invite":
            return [_breath(now)] * self._count
        is_flash = mode == b"out_of_order" and now % FLASH_EVERY_MS < FLASH_MS
        return [BRIGHT if is_flash and button == 0 else 0 for button in range(self._count)]

    def beeps(self, now: int) -> bool:
        return now < self._beep_until


def _breath(now: int) -> int:
    """Up and down between a quarter of SOFT and SOFT; squared, for the eye is so made."""
    phase = now % BREATH_MS
    rise = min(phase, BREATH_MS - phase)  # 0 to half a breath
    return SOFT // 4 + SOFT * 3 // 4 * rise * rise // (BREATH_MS // 2) ** 2
