"""A serial port, for one program alone; whatever goes wrong with it is DeviceUnplugged."""

import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import serial  # pyserial

from hardware.errors import DeviceUnplugged

WRITE_TIMEOUT_S = 1.0


class SerialLine:
    """Only `wake` may be called from another thread than the one that opened it."""

    def __init__(self, path: str, *, baud: int, timeout_s: float) -> None:
        self._path = path
        self._port = serial.Serial(
            baudrate=baud, timeout=timeout_s, write_timeout=WRITE_TIMEOUT_S, exclusive=True
        )  # not open yet: it has no path
        self._lock = threading.Lock()  # so that `wake` never meets a port that is being closed, nor waits for that
        self._is_wakeable = False

    @contextmanager
    def opened(self) -> Iterator[None]:
        try:
            with self._faults():
                self._port.port = self._path
                self._port.open()
            self._is_wakeable = True
            yield
        finally:
            with self._lock:
                self._is_wakeable = False
            self._port.close()  # waits for what the device has not taken: half a minute, if that hangs

    def read(self) -> bytes:
        """What there is, at least one byte; nothing when woken or when the timeout is over."""
        with self._faults():
            return self._port.read(self._port.in_waiting or 1)

    def write(self, data: bytes) -> None:
        with self._faults():
            self._port.write(data)

    def wake(self) -> None:
        with self._lock:
            if self._is_wakeable:
                self._port.cancel_read()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except (OSError, termios.error, TypeError) as error:  # all were seen when a cable was pulled
            raise DeviceUnplugged(f"{self._path}: {error}") from error
