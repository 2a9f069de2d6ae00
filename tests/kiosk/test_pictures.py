"""The chain's pictures: fetched once by their hash, whole or not at all, and never in the way of an answer."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from kiosk import enrolment
from kiosk.enrolment import Identity
from kiosk.errors import TooSlow
from kiosk.exchange import AT_ONCE, UNTIL_NEWS, Wait
from kiosk.joining import Joining
from kiosk.pictures import Fetching, on_shelf, picture_file
from kiosk.terminal import Terminal
from kiosk.transport import Answer, HttpTransport, Transport
from kiosk.writer import Writer
from survey.exchange import MAX_PICTURE_BYTES, PICTURE_PATH, Configuration, PictureReply, PictureRequest
from survey.theme import DARK, Theme
from tests.kiosk.a_terminal import CONFIGURATION, LIMIT_S, HandClock

LOGO, SIGN = b"a logo", b"a sign"
OVER_ALL_WAITS_MS = 16 * 60 * 1000


def name_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def put(folder: Path, content: bytes) -> Path:
    file = picture_file(folder, name_of(content))
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return file


def with_pictures(**pictures: bytes) -> Configuration:
    named = {f"{name}.png": name_of(content) for name, content in pictures.items()}
    return msgspec.structs.replace(CONFIGURATION, pictures=named)


class Shelf:
    """A server that has pictures, or answers as it is told."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {name_of(content): content for content in contents}
        self.asked: list[str] = []
        self.tokens: list[str] = []
        self.instead: list[Answer | Exception] = []

    def post(self, path: str, body: bytes, *, token: str = "", is_gzipped: bool = False) -> Answer:
        assert path == PICTURE_PATH
        self.asked.append(msgspec.json.decode(body, type=PictureRequest).sha256)
        self.tokens.append(token)
        if self.instead:
            answer = self.instead.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        content = self.contents.get(self.asked[-1])
        if content is None:
            return Answer(404, b"{}")
        return Answer(200, msgspec.json.encode(PictureReply(content)))


@contextmanager
def over_http(shelf: Shelf) -> Iterator[HttpTransport]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = shelf.post(self.path, body, token=self.headers["Authorization"].removeprefix("Bearer "))
            self.send_response_only(answer.status)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    transport = HttpTransport(f"http://127.0.0.1:{server.server_address[1]}")
    try:
        yield transport
    finally:
        transport.close()
        server.shutdown()
        thread.join()
        server.server_close()


class Fetched:
    """Fetching with a hand clock, and what it told."""

    def __init__(self, folder: Path, shelf: Transport) -> None:
        self.hand, self.folder = HandClock(), folder
        self.told: list[Configuration] = []
        self.fetching = Fetching(folder, shelf, self.hand.clock, Random(1), when_come=self.told.append)

    def settle(self) -> None:
        while self.fetching.step():
            pass

    def try_again(self) -> None:
        self.hand.pass_ms(OVER_ALL_WAITS_MS)
        self.settle()


def test_a_picture_that_is_not_here_yet_is_not_on_the_shelf(tmp_path: Path) -> None:
    file = put(tmp_path, LOGO)

    assert on_shelf(tmp_path, {"logo": name_of(LOGO), "queue": name_of(SIGN)}) == {"logo": file}


def test_what_is_missing_is_fetched_once_with_the_terminals_token_and_told_when_all_is_there(tmp_path: Path) -> None:
    enrolment.save(tmp_path, Identity("t0ken", "terminal-1", "CODE"))
    put(tmp_path, SIGN)
    shelf, wanted = Shelf(LOGO, SIGN, b"third"), with_pictures(logo=LOGO, sign=SIGN, twin=LOGO, third=b"third")
    fetched = Fetched(tmp_path, shelf)

    fetched.fetching.want(wanted)
    fetched.settle()
    fetched.try_again()

    assert sorted(shelf.asked) == sorted([name_of(LOGO), name_of(b"third")])
    assert shelf.tokens == ["t0ken"] * 2
    assert fetched.told == [wanted]
    assert sorted(on_shelf(tmp_path, wanted.pictures)) == ["logo.png", "sign.png", "third.png", "twin.png"]
    assert picture_file(tmp_path, name_of(LOGO)).read_bytes() == LOGO


def test_pictures_come_over_a_real_connection(tmp_path: Path) -> None:
    enrolment.save(tmp_path, Identity("t0ken", "terminal-1", "CODE"))
    shelf, wanted = Shelf(LOGO, bytes(range(256)) * 700), with_pictures(logo=LOGO, large=bytes(range(256)) * 700)

    with over_http(shelf) as transport:
        fetched = Fetched(tmp_path, transport)
        fetched.fetching.want(wanted)
        fetched.settle()

    assert sorted(on_shelf(tmp_path, wanted.pictures)) == ["large.png", "logo.png"]
    assert shelf.tokens == ["t0ken"] * 2


@pytest.mark.parametrize(
    "instead",
    [
        Answer(200, msgspec.json.encode(PictureReply(b"another picture"))),
        Answer(200, b"<html>Welcome to our Wi-Fi</html>"),
        Answer(503, b"", 5.0),
        TooSlow("The server does not answer in time."),
    ],
    ids=["another", "a login page", "busy", "slow"],
)
def test_whatever_else_comes_is_not_kept_and_asked_for_again_later_not_at_once(
    tmp_path: Path, instead: Any, caplog: pytest.LogCaptureFixture
) -> None:
    shelf, wanted = Shelf(LOGO), with_pictures(logo=LOGO)
    fetched = Fetched(tmp_path, shelf)
    shelf.instead = [instead, instead]
    fetched.fetching.want(wanted)

    fetched.settle()
    fetched.settle()
    asked_at_first = len(shelf.asked)
    fetched.try_again()
    kept_by_then = on_shelf(tmp_path, wanted.pictures)
    fetched.try_again()

    assert asked_at_first == 1
    assert kept_by_then == {}
    assert list(on_shelf(tmp_path, wanted.pictures)) == ["logo.png"]
    assert len([record for record in caplog.records if "A picture is missing" in record.getMessage()]) == 1


def test_more_than_a_picture_may_hold_is_not_kept(tmp_path: Path) -> None:
    large = b"x" * (MAX_PICTURE_BYTES + 1)
    fetched = Fetched(tmp_path, Shelf(large))

    fetched.fetching.want(with_pictures(logo=large))
    fetched.settle()

    assert on_shelf(tmp_path, with_pictures(logo=large).pictures) == {}


def test_one_that_the_server_lacks_keeps_no_other_from_coming(tmp_path: Path) -> None:
    shelf, wanted = Shelf(SIGN), with_pictures(logo=LOGO, sign=SIGN)
    fetched = Fetched(tmp_path, shelf)
    fetched.fetching.want(wanted)

    for _ in range(2):
        fetched.try_again()

    assert list(on_shelf(tmp_path, wanted.pictures)) == ["sign.png"]
    assert fetched.told == [wanted]


def test_a_picture_that_was_damaged_on_the_card_is_fetched_again(tmp_path: Path) -> None:
    put(tmp_path, LOGO).write_bytes(b"a lo\x00o")
    fetched = Fetched(tmp_path, Shelf(LOGO))

    fetched.fetching.want(with_pictures(logo=LOGO))
    fetched.settle()

    assert picture_file(tmp_path, name_of(LOGO)).read_bytes() == LOGO


def test_a_full_disk_is_told_and_waited_out(tmp_path: Path) -> None:
    fetched = Fetched(tmp_path, Shelf(LOGO))
    (tmp_path / "pictures").write_text("in the way, as a full disk would be")
    fetched.fetching.want(with_pictures(logo=LOGO))
    fetched.settle()

    (tmp_path / "pictures").unlink()
    fetched.try_again()

    assert picture_file(tmp_path, name_of(LOGO)).read_bytes() == LOGO


def test_pictures_are_fetched_only_when_the_exchange_has_nothing_more_to_do(tmp_path: Path, hand: HandClock) -> None:
    shelf = Shelf(LOGO, SIGN)
    fetched = Fetched(tmp_path, shelf)
    waits: list[Wait] = [AT_ONCE, Wait(5.0), UNTIL_NEWS, UNTIL_NEWS, UNTIL_NEWS]
    exchange: Any = SimpleNamespace(step=lambda: waits.pop(0))
    joining = Joining(lambda: exchange, SimpleNamespace(journal_id="a"), fetched.fetching)  # type: ignore[arg-type]
    fetched.fetching.want(with_pictures(logo=LOGO, sign=SIGN))

    seen = [(joining.step(), len(shelf.asked)) for _ in range(5)]

    assert seen == [(AT_ONCE, 0), (Wait(5.0), 0), (AT_ONCE, 1), (UNTIL_NEWS, 2), (UNTIL_NEWS, 2)]


@pytest.fixture
def terminal(tmp_path: Path, hand: HandClock) -> Iterator[Terminal]:
    writer = Writer(tmp_path, hand.clock)
    terminal = Terminal(writer=writer, clock=hand.clock, folder=tmp_path)
    writer.start(when_kept=terminal.kept, when_not_kept=terminal.not_kept)
    yield terminal
    terminal.stop()
    writer.stop()


def test_the_screen_is_dressed_before_it_asks_and_again_when_pictures_have_come(
    tmp_path: Path, terminal: Terminal
) -> None:
    told = queue.SimpleQueue[object]()
    terminal.start(screen=SimpleNamespace(show=told.put, dress=lambda *clothes: told.put(clothes)))  # type: ignore[arg-type]
    theme = Theme(day=DARK, logo="logo.png")
    configuration = msgspec.structs.replace(with_pictures(logo=LOGO), theme=theme)

    terminal.configured(configuration)
    first, then = told.get(timeout=LIMIT_S), told.get(timeout=LIMIT_S)
    file = put(tmp_path, LOGO)
    terminal.dressed(configuration)

    assert [first, type(then).__name__] == [(theme, {}), "Ask"]
    assert told.get(timeout=LIMIT_S) == (theme, {"logo.png": file})
