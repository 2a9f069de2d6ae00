"""Where a configuration goes: to the terminal, and to those who need its pictures or its time zone."""

from collections.abc import Callable

from kiosk.dimming import DimmedScreen
from kiosk.journal import Journal
from kiosk.pictures import Fetching
from kiosk.terminal import Terminal
from survey.exchange import Configuration


class InForce:
    """pictures: None without a server or a screen; screen: None where no display is dimmed.

    await_one: called where the journal holds none yet. Its methods may be called from any thread.
    """

    def __init__(
        self,
        terminal: Terminal,
        *,
        pictures: Fetching | None,
        screen: DimmedScreen | None,
        await_one: Callable[[], None],
    ) -> None:
        self._terminal = terminal
        self._pictures = pictures
        self._screen = screen
        self._await_one = await_one

    def opened(self, journal: Journal) -> None:
        """It may hold one."""
        if configuration := journal.configuration():
            self._terminal.opened(configuration)
            self._tell(configuration)
        else:
            self._await_one()

    def configured(self, configuration: Configuration) -> None:
        """The server gave this one."""
        self._terminal.configured(configuration)
        self._tell(configuration)

    def _tell(self, configuration: Configuration) -> None:
        if self._pictures:
            self._pictures.want(configuration)
        if self._screen:
            self._screen.stands_in(configuration.time_zone)
