"""The far end of a serial line for twins: a pseudo-terminal, found at a link for as long as its cable is in."""

import os
import tty
from contextlib import suppress
from pathlib import Path

from hardware.errors import LinkTaken


class Pty:
    """A cable that is plugged in, until it is closed."""

    def __init__(self, link: Path) -> None:
        self.master, self._slave = os.openpty()  # the slave stays open here too: so the host may come and go
        os.set_blocking(self.master, False)
        tty.setraw(self._slave)
        self._link = link
        self._target = os.ttyname(self._slave)
        try:
            self._make_link()
        except OSError as error:
            self._close_ends()
            raise LinkTaken(f"The twin cannot be put at {link}: {error.strerror}. Name a path that is free.") from error

    def _make_link(self) -> None:
        if self._link.is_symlink():  # left behind by a twin that was killed
            self._link.unlink()
        self._link.symlink_to(self._target)

    def read(self) -> bytes:
        return read_waiting(self.master)

    def write(self, data: bytes) -> None:
        with suppress(BlockingIOError):  # nobody reads: a serial line loses it too
            os.write(self.master, data)

    def close(self) -> None:
        if self._link.is_symlink() and str(self._link.readlink()) == self._target:
            self._link.unlink()
        self._close_ends()

    def _close_ends(self) -> None:
        os.close(self.master)
        os.close(self._slave)


def read_waiting(fd: int) -> bytes:
    try:
        return os.read(fd, 4096)
    except BlockingIOError:
        return b""
