"""What a terminal sees of its people counter, whatever it hangs on."""

from collections.abc import Callable
from typing import Protocol


class CounterDevice(Protocol):
    def start(self, *, when_counted: Callable[[int], None], when_changed: Callable[[str], None]) -> None:
        """Begin to count, in a thread of its own; a device that is not there yet is waited for.

        when_counted: gets how many people have just passed, at least 1; never what is doubtful.
        when_changed: gets "plugged" or "unplugged"; "stuck" when the sensor has seen somebody for longer than anybody
        stays; "suspicious" when it counts more than can pass. Both end with "plugged".
        """

    def stop(self) -> None: ...
