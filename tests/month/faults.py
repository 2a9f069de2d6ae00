"""What befalls the shop of a simulated month: each a beginning that may plan its own end, drawn by name."""

import signal
from collections.abc import Callable
from random import Random

import msgspec

from survey.theme import DARK, DAY, Theme
from sync_server.store import places, shown
from tests.month import surveys
from tests.month.shop import COOL_C, NETWORK_AWAY, NETWORK_BAD, Shop

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
YEAR_MS = 365 * DAY_MS
WRONG_CLOCKS = ("right", "1970", "where it stood", "three years ahead", "an hour back")
FLOOD = 100_000
DOUBT_MS = 200_000
Plan = Callable[[int, Callable[[], None]], None]  # so many ms from now, do that


class Faults:
    """plan: what happens later. Each fault lasts until the same evening, but for the network."""

    def __init__(self, shop: Shop, random: Random, plan: Plan) -> None:
        self._shop, self._random, self._plan = shop, random, plan
        self._version = surveys.SURVEY.version
        self._networks_away = 0

    def box_unplugged(self) -> None:
        shop = self._shop
        if not shop.box_is_plugged:
            return
        shop.box.unplug()
        shop.box_is_plugged = False

        def plug() -> None:
            shop.box.plug()
            shop.box_is_plugged = True
            shop.settle_presses()

        self._plan(self._minutes(5, 120), plug)

    def counter_flapping(self) -> None:
        """Pulled and plugged in again, and again."""
        for _ in range(3):
            self._shop.unplug_counter()
            self._shop.pass_by(2)
            self._shop.plug_counter()
            self._shop.leap(self._minutes(1, 2))

    def counter_mad(self) -> None:
        """Counts what nobody believes, nor what it counts just then."""
        if boot := self._shop.boot:
            self._shop.counter.pass_by(FLOOD)
            boot.until_device("counter", "suspicious")
            self._shop.leap(DOUBT_MS)
            boot.until_device("counter", "plugged")

    def disk_full(self) -> None:
        """The ballast goes first, then the terminal is out of order; the box keeps what it can't."""
        shop = self._shop
        if not (shop.boot and shop.box_is_plugged and shop.has_own_disk):
            return
        filling = shop.fill_disk()
        shop.leap(MINUTE_MS)
        heard = shop.boot.leap(0).presses
        shop.fill_disk()  # with what the ballast left
        for button in (3, 4, 5):
            shop.press(button)
            heard += 1
            shop.boot.until_done(lambda told, heard=heard: told.presses >= heard)  # type: ignore[misc]
            shop.leap(self._minutes(1, 5))
        filling.unlink()
        shop.settle_presses()

    def board_hot(self) -> None:
        self._shop.board.heat(85.0)
        self._shop.board.throttle(0x5)

        def cool() -> None:
            self._shop.board.heat(COOL_C)
            self._shop.board.throttle(0)

        self._plan(self._minutes(10, 60), cool)

    def network_away(self) -> None:
        """For some hours, or for days."""
        self._networks(NETWORK_AWAY, self._random.choice([self._minutes(10, 240), self._minutes(24 * 60, 40 * 60)]))

    def network_bad(self) -> None:
        self._networks(NETWORK_BAD, self._minutes(10, 240))

    def server_restarted(self) -> None:
        self._shop.stop_server(self._random.choice([signal.SIGTERM, signal.SIGKILL]))
        self._shop.leap(self._minutes(0, 30))
        self._shop.start_server()

    def power_cut(self) -> None:
        if self._shop.boot is None:
            return
        self._shop.cut_power()
        self._plan(self._minutes(1, 90), lambda: self._power_on())

    def terminal_restarted(self) -> None:
        self._shop.restart_terminal()

    def new_survey(self) -> None:
        self._version += 1
        survey = msgspec.structs.replace(surveys.SURVEY, version=self._version)
        with self._shop.store.write() as transaction:
            places.put_survey(transaction, survey)

    def theme_refused(self) -> None:
        """A server of another release lets it pass; the terminal does not."""
        self._put_theme(Theme(day=msgspec.structs.replace(DAY, ink=DAY.paper)))

    def picture_missing(self) -> None:
        self._put_theme(Theme(logo="no-such-logo"))

    def new_theme(self) -> None:
        accent = self._random.choice(["#1c7a55", "#0b5c8a", "#8a2f0b"])
        self._put_theme(Theme(day=msgspec.structs.replace(DAY, accent=accent), dark=DARK))

    def _put_theme(self, theme: Theme) -> None:
        with self._shop.store.write() as transaction:
            shown.put_theme(transaction, theme)

    def _power_on(self) -> None:
        if self._shop.boot is None:
            self._shop.power_on(wall_error_ms=self._wall_error_ms())

    def _wall_error_ms(self) -> int:
        """Of the computer's own clock, as it comes up without a battery."""
        now_ms = self._shop.true.ms()
        match self._random.choice(WRONG_CLOCKS):
            case "1970":
                return MINUTE_MS - now_ms
            case "where it stood":
                return -self._minutes(1, 90)
            case "three years ahead":
                return 3 * YEAR_MS
            case "an hour back":
                return -HOUR_MS
            case _:
                return 0

    def _networks(self, mischief: dict[str, float], ms: int) -> None:
        """The last of several that overlap brings it back."""
        self._networks_away += 1
        self._shop.network.behave(mischief)

        def back() -> None:
            self._networks_away -= 1
            if not self._networks_away:
                self._shop.network.calm()

        self._plan(ms, back)

    def _minutes(self, least: int, most: int) -> int:
        return self._random.randint(least * MINUTE_MS, most * MINUTE_MS)


HARDWARE = ("box_unplugged", "counter_flapping", "counter_mad", "disk_full", "board_hot")
NETWORK = ("network_away", "network_bad", "server_restarted")
CONFIGURATION = ("new_survey", "theme_refused", "picture_missing", "new_theme")
POWER = ("power_cut", "terminal_restarted")
