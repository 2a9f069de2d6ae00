"""The two requests of a terminal over real HTTP, to the server as a program (design.md 3.6, 3.7, 3.10)."""

import asyncio
import gzip
from collections.abc import Callable, Iterator

import apsw
import httpx
import msgspec
import pytest

from survey.entries import Context
from survey.exchange import (
    MAX_BODY_BYTES,
    PATH,
    Columns,
    EnrolmentReply,
    ErrorReply,
    Reply,
    Request,
    decode_reply,
    encode_request,
)
from survey.questions import Value
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import VALID_MS, make_code
from sync_server.fleet.terminals import revoke
from sync_server.store import Store, open_store
from tests.sync_server.exchange.shop import Journal, about
from tests.sync_server.program import Program

OVERALL = about("overall", survey="checkout@1")


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    program = Program(tmp_path_factory.mktemp("data"))
    yield program
    program.stop()


@pytest.fixture(scope="module")
def store(program: Program) -> Iterator[Store]:
    """The store beside the running server, as a command opens it."""
    store = open_store(program.data)
    yield store
    store.close()


@pytest.fixture(scope="module")
def enrolled(program: Program, store: Store) -> EnrolmentReply:
    return enrol(program, make_code(store, "kamppi-checkout", now_ms()))


@pytest.fixture
def token(enrolled: EnrolmentReply) -> str:
    return enrolled.token


def enrol(program: Program, code: str) -> EnrolmentReply:
    response = program.client.post("/api/enrol", json={"code": code})
    assert response.status_code == 200, response.text
    return msgspec.json.decode(response.content, type=EnrolmentReply)


def exchange(program: Program, token: str, request: Request) -> Reply:
    response = post(program, encode_request(request), f"Bearer {token}")
    assert response.status_code == 200, response.text
    return decode_reply(response.content)


def post(program: Program, body: bytes | Iterator[bytes], authorization: str) -> httpx.Response:
    return program.client.post(PATH, content=body, headers={"Authorization": authorization})


def error(response: httpx.Response, status: int) -> ErrorReply:
    assert (response.status_code, response.headers["content-type"]) == (status, "application/json"), response.text
    reply = msgspec.json.decode(response.content, type=ErrorReply)
    assert reply.message
    assert reply.hint
    return reply


def test_a_terminal_is_enrolled_sends_and_is_told_what_to_ask(program: Program, store: Store) -> None:
    token = enrol(program, make_code(store, "stockholm-checkout", now_ms()).lower().replace("-", "")).token
    journal = Journal("0000000000000a1").write(5, 1, context=OVERALL)
    before = now_ms()
    reply = exchange(program, token, journal.request())
    assert (reply.head, reply.missing, reply.known) == (journal.head(2), [], [])
    assert before <= reply.server_time_ms <= now_ms()
    assert reply.configuration is not None
    asks = reply.configuration
    assert (asks.location_name, asks.touchpoint_name, asks.time_zone) == ("Stockholm", "Kassa", "Europe/Stockholm")
    assert (asks.survey.label, asks.goal and asks.goal.target) == ("checkout@1", 80)
    rows = store.read("SELECT value, answers FROM rollups WHERE location_id = 'stockholm'")
    assert rows == [(1, 1), (5, 1)]


def test_a_configuration_comes_only_to_who_has_another_one(program: Program, token: str) -> None:
    first = exchange(program, token, Journal().request())
    assert first.configuration is not None
    known = msgspec.structs.replace(Journal().request(), configuration=first.configuration.version)
    assert exchange(program, token, known).configuration is None


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer none", "Basic {token}", "{token}"])
def test_who_is_not_known_is_refused_and_told_to_enrol(program: Program, token: str, authorization: str) -> None:
    """Rule 3.10."""
    response = post(program, encode_request(Journal().request()), authorization.format(token=token))
    assert error(response, 401).error == "exchange.refused"
    assert response.headers["www-authenticate"] == "Bearer"


def test_a_request_without_a_token_is_refused(program: Program) -> None:
    """Rule 3.10."""
    response = program.client.post(PATH, content=encode_request(Journal().request()))
    assert error(response, 401).error == "exchange.refused"


def test_a_revoked_terminal_is_refused_and_what_it_sent_stays(program: Program, store: Store) -> None:
    """Rule 3.10."""
    enrolled = enrol(program, make_code(store, "london-delivery", now_ms()))
    journal = Journal("0000000000000d1").write(5, context=about("overall", survey="delivery@1"))
    exchange(program, enrolled.token, journal.request())
    revoke(store, enrolled.terminal_id, now_ms())
    refused = error(post(program, encode_request(journal.request()), f"Bearer {enrolled.token}"), 401)
    assert (refused.error, refused.message) == ("exchange.refused", "This terminal was revoked.")
    assert store.read("SELECT answers FROM rollups WHERE location_id = 'london'") == [(1,)]


def test_a_body_is_refused_for_its_told_length_before_it_is_read(program: Program, token: str) -> None:
    """Rule 3.6."""
    response = post(program, b"\0" * (MAX_BODY_BYTES + 1), f"Bearer {token}")
    assert error(response, 413).error == "exchange.too_large"


def test_a_body_of_untold_length_is_refused_while_it_is_read(program: Program, token: str) -> None:
    """Rule 3.6: chunked, so that only reading it shows its length."""
    parts = (b"\0" * 100_000 for _ in range(11))
    assert error(post(program, parts, f"Bearer {token}"), 413).error == "exchange.too_large"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(gzip.compress(b" " * 8_000_001), id="bomb"),
        pytest.param(
            encode_request(
                Request(
                    "00000000000002a",
                    Journal().head(0),
                    batch=Columns([OVERALL], [0] * 100_000, [0] * 100_000, [0] * 100_000, list[Value]([5] * 100_000)),
                )
            ),
            id="100,000 entries",
        ),
    ],
)
def test_a_small_body_that_holds_too_much_is_told_to_be_too_large(program: Program, token: str, body: bytes) -> None:
    """Rule 3.6: the terminal halves its batch."""
    assert len(body) < MAX_BODY_BYTES
    assert error(post(program, body, f"Bearer {token}"), 413).error == "exchange.too_large"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b'{"journal": "00000000000002a", "after": [0, 0]}', id="no gzip"),
        pytest.param(gzip.compress(b"{}"), id="an empty object"),
        pytest.param(encode_request(Request("my journal", Journal().head(0))), id="a journal's name that is none"),
        pytest.param(
            encode_request(Request("00000000000002a", Journal().head(0), batch=Columns([OVERALL], [1], [1], [1], [5]))),
            id="a context that is not there",
        ),
    ],
)
def test_what_is_no_request_is_answered_with_what_is_wrong(program: Program, token: str, body: bytes) -> None:
    told = error(post(program, body, f"Bearer {token}"), 400)
    assert (told.error, told.hint) == ("exchange.malformed", "The format is described at /api/schema.")


def test_more_exchanges_than_can_be_served_soon_are_sent_away_spread_out(program: Program, token: str) -> None:
    """Rule 3.7: the store is held by another program, so that exchanges pile up."""
    other = apsw.Connection(str(program.data / "hymy.db"))
    other.execute("BEGIN IMMEDIATE")
    try:
        answers = asyncio.run(crowd(str(program.client.base_url), token, 270, then=lambda: other.execute("ROLLBACK")))
    finally:
        other.close()
    away = [answer for answer in answers if answer.status_code != 200]
    assert 5 <= len(away) <= 70
    assert {error(answer, 503).error for answer in away} == {"server.busy"}
    waits = {int(answer.headers["retry-after"]) for answer in away}
    assert len(waits) > 2
    assert min(waits) >= 15
    assert max(waits) < 45


async def crowd(address: str, token: str, size: int, then: Callable[[], object]) -> list[httpx.Response]:
    """As many heartbeats at once; `then` is called when the first is answered."""
    body, headers = encode_request(Journal().request()), {"Authorization": f"Bearer {token}"}
    limits = httpx.Limits(max_connections=size)
    async with httpx.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=60) as client:
        tasks = [asyncio.create_task(client.post(PATH, content=body)) for _ in range(size)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        then()
        return await asyncio.gather(*tasks)


def test_an_unknown_code_says_where_to_get_one(program: Program) -> None:
    told = error(program.client.post("/api/enrol", json={"code": "7K2M-QX"}), 400)
    assert told.error == "enrolment.code_unknown"
    assert told.message == "Enrolment code '7K2M-QX' is not known here."
    assert "hymy terminals code --touchpoint NAME" in told.hint


@pytest.mark.parametrize(
    "asked",
    [
        pytest.param({}, id="no code"),
        pytest.param({"code": "x" * 101}, id="a long code"),
        pytest.param({"code": "x", "name": "x" * 201}, id="a long name"),
        pytest.param({"code": "x", "claim": "a" * 31}, id="a claim that may be guessed"),
        pytest.param({"code": "x", "claim": "a" * 101}, id="a long claim"),
        pytest.param({"code": "x", "claim": "\0" * 40}, id="a claim of NULs"),
        pytest.param({"code": "x" * 5_000}, id="a body over the limit"),
    ],
)
def test_an_enrolment_out_of_bounds_is_refused_in_words(program: Program, asked: dict[str, str]) -> None:
    response = program.client.post("/api/enrol", json=asked)

    assert response.status_code in (400, 413)
    assert msgspec.json.decode(response.content, type=ErrorReply).error in ("exchange.malformed", "exchange.too_large")


def test_a_used_code_says_when_and_by_which_terminal(program: Program, store: Store) -> None:
    code = make_code(store, "kamppi-entrance", now_ms())
    program.client.post("/api/enrol", json={"code": code, "name": "Kamppi door"}).raise_for_status()
    told = error(program.client.post("/api/enrol", json={"code": code}), 400)
    assert told.error == "enrolment.code_used"
    assert told.message.startswith(f"Enrolment code {code!r} was used on ")
    assert told.message.endswith('by terminal "Kamppi door".')


def test_an_expired_code_says_until_when_it_was_valid(program: Program, store: Store) -> None:
    code = make_code(store, "kamppi-entrance", now_ms() - VALID_MS - 1000)
    told = error(program.client.post("/api/enrol", json={"code": code}), 400)
    assert told.error == "enrolment.code_expired"
    assert "was valid until" in told.message


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        pytest.param(b"", 400, "exchange.malformed", id="nothing"),
        pytest.param(b"{}", 400, "exchange.malformed", id="no code"),
        pytest.param(b'{"code": 7}', 400, "exchange.malformed", id="a number"),
        pytest.param(b'{"code": "\xff"}', 400, "exchange.malformed", id="no UTF-8"),
        pytest.param(b"[" * 3000, 400, "exchange.malformed", id="nested"),
        pytest.param(b" " * 4001, 413, "exchange.too_large", id="too long"),
    ],
)
def test_an_enrolment_that_is_none_is_answered_with_what_is_wrong(
    program: Program, body: bytes, status: int, code: str
) -> None:
    assert error(program.client.post("/api/enrol", content=body), status).error == code


def test_the_api_describes_both_requests_with_their_bodies(program: Program) -> None:
    paths = program.client.get("/api/schema/openapi.json").raise_for_status().json()["paths"]
    bodies = {
        path: paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
        for path in (PATH, "/api/enrol")
    }
    assert set(bodies[PATH]) == set(Request.__struct_fields__)
    assert set(bodies[PATH]["batch"]["properties"]) == set(Columns.__struct_fields__)
    assert set(bodies["/api/enrol"]) == {"code", "name", "claim"}
    assert set(paths[PATH]["post"]["responses"]) == {"200", "400", "401", "405", "408", "413", "503"}
    assert set(paths["/api/enrol"]["post"]["responses"]) == {"200", "400", "405", "408", "413", "503"}


def test_contexts_of_the_api_are_arrays_in_the_order_of_their_fields(program: Program) -> None:
    paths = program.client.get("/api/schema/openapi.json").json()["paths"]
    schema = paths[PATH]["post"]["requestBody"]["content"]["application/json"]["schema"]
    context = schema["properties"]["batch"]["properties"]["contexts"]["items"]
    assert (context["type"], len(context["prefixItems"])) == ("array", len(Context.__struct_fields__))
