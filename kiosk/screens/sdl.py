"""The SDL that Kivy has loaded, for what Kivy does not offer: waiting for an event, and pushing one from any thread."""

import ctypes
import re
from pathlib import Path

MOUSE_DOWN, MOUSE_UP = 0x401, 0x402
LEFT = 1
EVENT_BYTES = 128  # SDL_Event has 56; room to spare


class _MouseButton(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_uint32),
        ("timestamp", ctypes.c_uint32),
        ("window", ctypes.c_uint32),
        ("which", ctypes.c_uint32),
        ("button", ctypes.c_uint8),
        ("state", ctypes.c_uint8),
        ("clicks", ctypes.c_uint8),
        ("padding", ctypes.c_uint8),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
    )


class _Event(ctypes.Union):
    _fields_ = (("type", ctypes.c_uint32), ("button", _MouseButton), ("bytes", ctypes.c_uint8 * EVENT_BYTES))


class Sdl:
    """Made after Kivy's window; all calls give up the interpreter lock while they last."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(str(loaded_library()))
        self._wake_type = self._library.SDL_RegisterEvents(1)

    def wait(self, seconds: float) -> None:
        """Until an event is there (it stays in the queue), at most so long."""
        self._library.SDL_WaitEventTimeout(None, max(1, round(seconds * 1000)))

    def wake(self) -> None:
        """Ends the wait. From any thread."""
        self._library.SDL_PushEvent(ctypes.byref(_Event(type=self._wake_type)))

    def press(self, x: int, y: int, *, button: int = LEFT) -> None:
        """A button down and up at a point of the window, counted from its top left corner. From any thread."""
        for is_down in (True, False):
            self.point(x, y, is_down=is_down, button=button)

    def point(self, x: int, y: int, *, is_down: bool, button: int = LEFT) -> None:
        """One half of a press. From any thread."""
        kind = MOUSE_DOWN if is_down else MOUSE_UP
        event = _MouseButton(type=kind, button=button, state=int(is_down), clicks=1, x=x, y=y)
        self._library.SDL_PushEvent(ctypes.byref(_Event(button=event)))


def loaded_library() -> Path:
    """The very file that this process has mapped: a second copy would have its own, empty event queue."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        if found := re.search(r"/\S*/libSDL2-2[^/]*\.so[^/\s]*$", line):
            return Path(found.group())
    raise LookupError("SDL2 is not loaded; make Kivy's window first.")
