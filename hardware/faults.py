"""What is wrong with a device just now: kept for the diagnostics, said once in the log."""

import logging

log = logging.getLogger(__name__)


class Fault:
    """text: empty while all is well."""

    def __init__(self, device: str) -> None:
        self._device = device
        self.text = ""

    def note(self, text: str) -> None:
        """What the newest try came to; empty if it went well."""
        if text and text != self.text:
            log.warning("%s: %s", self._device, text)
        self.text = text
