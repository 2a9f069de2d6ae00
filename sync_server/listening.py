"""The server's door: which connections it takes, and how long it bears with one that does not get on (design.md 3.6).

granian ends a connection whose next headers don't come in time; the kernel one whose owner takes no bytes, or is gone.
"""

import resource
import socket

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from litestar.types import ASGIApp

BACKLOG = 4096
HEADERS_S = 15  # also how long a connection may be idle
NO_PROGRESS_S = 20  # bytes that nobody takes, or a line that is dead
MOST_CONNECTIONS = 10_000  # idle ones cost 10 kB each; with fewer, a thousand silent ones would keep everybody out
FILES_BESIDE = 200  # the store's, the log's, the pages'


class Door(Server):
    """granian on a listening socket of our own: it leaves to the system's defaults how long a dead line is kept."""

    def __init__(self, app: ASGIApp, listening: socket.socket) -> None:
        self._listening = listening
        super().__init__(
            app,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,  # HTTP/2, and guessing which of them comes, wait for ever for who says nothing
            http1_settings=HTTP1Settings(header_read_timeout=HEADERS_S * 1000),
            backlog=BACKLOG,
            backpressure=_most_connections(),
            websockets=False,
            log_enabled=False,
        )

    def _init_shared_socket(self) -> None:
        arguments = {"fd": self._listening.detach(), "uds": False, "backlog": BACKLOG}
        self._shd = SocketHolder(**arguments)  # type: ignore[assignment]


def listen_side_by_side(host: str, port: int, count: int) -> list[socket.socket]:
    """So many sockets at one address; the kernel deals those who come out among them.

    Raises OSError where somebody listens there already.
    """
    with listen(host, port) as alone:  # another server's sockets are not joined
        port = alone.getsockname()[1]
    return [listen(host, port, is_shared=True) for _ in range(count)]


def listen(host: str, port: int, *, is_shared: bool = False) -> socket.socket:
    """Raises OSError where somebody listens there already."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(is_shared))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, NO_PROGRESS_S)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, NO_PROGRESS_S * 1000)
    try:
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    listening.settimeout(0)
    return listening


def _most_connections() -> int:
    """As many as there may be files open; the limit is raised where that is allowed."""
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(1, max(soft, allowed) - FILES_BESIDE) if soft != resource.RLIM_INFINITY else MOST_CONNECTIONS
