"""What the server tells this terminal to ask, judged before it is used: where it can't be, the last good one stays.

What is not used is told with the health for as long as the server stands by it, since only IT can mend it.
"""

import logging

import msgspec

from survey.errors import MalformedExchange
from survey.exchange import Configuration, Reply, configuration_faults, decode_reply, without_configuration
from survey.theme import theme_faults

log = logging.getLogger(__name__)


class Configuring:
    """version: of the configuration in force, empty for none."""

    def __init__(self, configuration: Configuration | None) -> None:
        self.version = ""
        self._refused = ""
        self._unreadable = ""  # what is wrong with the theme; the screen keeps the one before (views.Screen.dress)
        if configuration:
            self.use(configuration)

    def use(self, configuration: Configuration) -> None:
        self.version = configuration.version
        self._unreadable = " ".join(theme_faults(configuration.theme))

    def read(self, body: bytes) -> Reply:
        """A reply, without its configuration if that can't be used. Raises MalformedExchange."""
        try:
            reply = decode_reply(body)
            faults = list(configuration_faults(reply.configuration)) if reply.configuration else []
        except MalformedExchange as error:
            reply, faults = decode_reply(without_configuration(body)), [str(error)]
        self._refuse(" ".join(faults))
        return msgspec.structs.replace(reply, configuration=None) if faults else reply

    def complaints(self) -> dict[str, str]:
        """As devices of the health: what is not used, and why."""
        found = {"configuration": self._refused, "theme": self._unreadable}
        return {name: f"not used: {why}" for name, why in found.items() if why}

    def _refuse(self, why: str) -> None:
        if why and why != self._refused:
            log.error("The server's configuration can't be used, the one before stays in force: %s", why)
        self._refused = why
