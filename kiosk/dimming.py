"""A screen whose display is off outside the opening hours and dim at night, and bright for whoever comes.

While the time is not to be trusted it is bright: a display that stays off all day is the worse mistake.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from hardware.display.interface import Display
from kiosk.clock import Clock
from kiosk.views import Ask, Closed, NotReady, OutOfOrder, Paused, Screen, Touch, View
from survey.schedule import LocalTime, Span, local_time
from survey.theme import Theme

AWAKE_MS = 2 * 60_000  # after the last that happened
NIGHT = Span(22 * 60, 6 * 60)
BRIGHT, DIM, OFF = 1.0, 0.2, 0.0
UNKNOWN = -1.0  # how the display is before the first order


def brightness(at: LocalTime | None, *, is_closed: bool, quiet_ms: int) -> float:
    """At this time of the location, None if that is not known; quiet_ms: since somebody was there."""
    if at is None or quiet_ms < AWAKE_MS:
        return BRIGHT
    if is_closed:
        return OFF
    return DIM if NIGHT.holds(at.minute) else BRIGHT


class DimmedScreen:
    """`look` has to be called once a minute, and when the clock was set. Its methods may be called from any thread.

    The display gets its orders in a thread of its own: X may take its time.
    """

    def __init__(self, screen: Screen, display: Display, clock: Clock) -> None:
        self._screen = screen
        self._display = display
        self._clock = clock
        self._time_zone = ""
        self._is_closed = False
        self._stirred_ms = clock.uptime_ms()
        self._lock = Lock()
        self._ordered = UNKNOWN
        self._orders = ThreadPoolExecutor(1, "display")

    def run(self, *, when_touched: Callable[[Touch], None]) -> None:
        def stir(touch: Touch) -> None:
            self._stir()
            when_touched(touch)

        self._screen.run(when_touched=stir)

    def show(self, view: View) -> None:
        self._screen.show(view)
        self._is_closed = isinstance(view, Closed)
        if is_resting(view):
            self._look()
        else:
            self._stir()  # a press, or headphones: not every visit begins with a touch

    def dress(self, theme: Theme, pictures: Mapping[str, Path]) -> None:
        self._screen.dress(theme, pictures)

    def stop(self) -> None:
        self._screen.stop()

    def stands_in(self, time_zone: str) -> None:
        self._time_zone = time_zone
        self.look()

    def look(self) -> None:
        """Whether it should be brighter or darker by now; what could not be done is tried again."""
        if self._display.fault.text:
            self._ordered = UNKNOWN
        self._look()

    def close(self) -> None:
        """Bright again: what comes after this program finds a display that is on."""
        self._orders.submit(self._order, BRIGHT)
        self._orders.shutdown()

    def _stir(self) -> None:
        self._stirred_ms = self._clock.uptime_ms()
        self._look()

    def _look(self) -> None:
        quiet_ms = self._clock.uptime_ms() - self._stirred_ms
        wanted = brightness(self._local_time(), is_closed=self._is_closed, quiet_ms=quiet_ms)
        with self._lock:
            if wanted != self._ordered:
                self._ordered = wanted
                self._orders.submit(self._order, wanted)

    def _local_time(self) -> LocalTime | None:
        is_trusted = self._clock.offset_ms is not None or self._clock.is_synchronized()
        return local_time(self._clock.now().wall_ms, self._time_zone) if is_trusted and self._time_zone else None

    def _order(self, wanted: float) -> None:
        if wanted == OFF:
            self._display.switch_off()
        else:
            self._display.set_brightness(wanted)
            self._display.switch_on()


def is_resting(view: View) -> bool:
    """Whether nobody need be there for it to be shown."""
    match view:
        case Closed() | Paused() | NotReady() | OutOfOrder():
            return True
        case Ask(first=True, pressed=None, aloud=aloud, staff=False):
            return not aloud
        case _:
            return False
