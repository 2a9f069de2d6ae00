"""Bodies as no terminal sends them, over real HTTP: refused or kept, never a fault of the server, never the end of it.

Every counterexample that was found stands in ODD, to be tried each time.
"""

import gzip
import json
import zlib
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from survey.entries import START, Head
from survey.exchange import PATH, Boot, EnrolmentRequest, Request, decode_reply, encode_request, to_columns
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.store import Store
from tests.network import bodies
from tests.network.bodies import bomb, entries, link, packed, request
from tests.soak import Progress, long, share_of
from tests.sync_server.program import Program

EXAMPLES = 100
JOURNALS, SOAK_JOURNALS = 300, share_of(10_000)
SOAK_EXAMPLES = share_of(100_000)
QUICK_S = 20.0
REFUSALS = {400, 413}


class Target:
    """The server as a program, and one terminal that is enrolled there."""

    def __init__(self, program: Program, store: Store) -> None:
        self.program = program
        self.token = enrol(store, EnrolmentRequest(make_code(store, "kamppi-checkout", now_ms())), now_ms()).token
        self._honest: list[Any] = []
        self._posted, self._progress = 0, Progress()

    def post(self, body: bytes, **headers: str) -> httpx.Response:
        told = {"Authorization": f"Bearer {self.token}"} | headers
        response = self.program.client.post(PATH, content=body, headers=told)
        assert response.elapsed.total_seconds() < QUICK_S
        self._posted += 1
        self._progress.say(f"{self._posted} requests")
        assert response.status_code == 200 or json.loads(response.content)["message"]
        return response

    def serve_an_honest_one(self) -> None:
        """One more answer of a terminal that does nothing odd is taken."""
        before, link_before = len(self._honest), link(self._honest) if self._honest else START
        self._honest = entries(*[5] * (before + 1))
        batch = to_columns(self._honest[before:])
        boots = [Boot(1, "b0a5", 1_790_000_000_000, "server")]
        asked = Request("0123456789abcde", Head(before, link_before), batch, boots)
        reply = decode_reply(self.post(encode_request(asked)).raise_for_status().content)
        assert reply.head == Head(before + 1, link(self._honest))


@pytest.fixture(scope="module")
def target(program: Program, store: Store) -> Target:
    return Target(program, store)


def examples(count: int) -> settings:
    slow = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
    phases = [Phase.explicit, Phase.generate, Phase.shrink]
    return settings(max_examples=count, deadline=None, suppress_health_check=slow, phases=phases, database=None)


AMOUNTS = [EXAMPLES, long(SOAK_EXAMPLES, timeout_s=0.1 * SOAK_EXAMPLES)]
refused: st.SearchStrategy[bytes] = st.one_of(bodies.crooked.map(packed), bodies.mangled(), st.binary(max_size=200))


@pytest.mark.parametrize("amount", AMOUNTS)
def test_whatever_has_the_right_shape_is_taken(target: Target, amount: int) -> None:
    """Rule 3.5."""

    @examples(amount)
    @given(content=bodies.acceptable())
    def try_one(content: dict[str, Any]) -> None:
        response = target.post(packed(content))

        assert response.status_code == 200, response.text
        decode_reply(response.content)

    try_one()
    target.serve_an_honest_one()


@pytest.mark.parametrize("amount", AMOUNTS)
def test_whatever_has_another_shape_is_refused_with_what_is_wrong(target: Target, amount: int) -> None:
    @examples(amount)
    @given(body=refused)
    def try_one(body: bytes) -> None:
        assert target.post(body).status_code in REFUSALS | {200}

    try_one()
    target.serve_an_honest_one()


@pytest.mark.parametrize("body", [b"", b"{}", bomb(1_000_000), packed({}), packed("x" * 100_000)])
def test_nothing_of_a_strangers_body_is_looked_at(target: Target, body: bytes) -> None:
    assert target.post(body, Authorization="Bearer none").status_code == 401


NESTED = 400_000
ODD: dict[str, tuple[str, set[int]]] = {
    "NaN": (request(after="[NaN, 0]"), {400}),
    "infinity": (request(after="[1e999, 0]"), {400}),
    "minus infinity as a value": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [0], "visit": [1],'
            ' "uptime_ms": [0], "value": [-1e999]}'
        ),
        {400},
    ),
    "nested lists": (request(extra="[" * NESTED + "]" * NESTED), {400}),
    "nested objects": (request(extra='{"a":' * NESTED + "1" + "}" * NESTED), {400}),
    "nested in a known place": (request(days="[" * NESTED + "]" * NESTED), {400}),
    "a key twice": (request()[:-1] + ', "journal": "00000000000000d"}', {200}),
    "a lone surrogate": (request(configuration='"\\ud800"'), {400}),
    "a lone surrogate in a key": (request()[:-1] + ', "\\udfff": 1}', {400}),
    "400 days": (request(days=json.dumps([["2026-11-22", 1, 1]] * 400)), {200}),
    "401 days": (request(days=json.dumps([["2026-11-22", 1, 1]] * 401)), {400}),
    "200 closed journals": (request(closed=json.dumps([["00000000000000e", [1, 1]]] * 200)), {200}),
    "201 closed journals": (request(closed=json.dumps([["00000000000000e", [1, 1]]] * 201)), {400}),
    "a closed journal that is none": (request(closed='[["../../x", [1, 1]]]'), {400}),
    "itself closed": (request(closed='[["00000000000000c", [0, 0]]]'), {200}),
    "days that are none": (request(days='[["2026-02-30", 1, 1], ["\\u0000", 1, 1], ["", -1, -1]]'), {400}),
    "a boot with NUL": (request(boots='[[1, "\\u0000", null, "unknown"]]'), {200, 400}),
    "a version with NUL": (request(health='{"version": "1\\u00002", "devices": {"a\\u0000": "\\u0000"}}'), {200, 400}),
    "a configuration with NUL": (request(configuration='"\\u0000"'), {200, 400}),
    "50 devices": (request(health=json.dumps({"devices": dict.fromkeys(map(str, range(50)), "x" * 200)})), {200}),
    "51 devices": (request(health=json.dumps({"devices": dict.fromkeys(map(str, range(51)), "x")})), {400}),
    "a million devices": (
        request(health=json.dumps({"devices": dict.fromkeys(map(str, range(200_000)), "x")})),
        {400},
    ),
    "a device of a long name": (request(health=json.dumps({"devices": {"x" * 101: "open"}})), {400}),
    "a device that tells too much": (request(health=json.dumps({"devices": {"buttons": "x" * 201}})), {400}),
    "a version of 100 characters": (request(health=json.dumps({"version": "🙂" * 100})), {200}),
    "a version of 101 characters": (request(health=json.dumps({"version": "x" * 101})), {400}),
    "a long version": (request(health=json.dumps({"version": "x" * 5_000_000})), {400}),
    "a long configuration": (request(configuration=json.dumps("x" * 101)), {400}),
    "a long boot": (request(boots=json.dumps([[1, "x" * 101, None, "unknown"]])), {400}),
    "5,001 boots": (request(boots=json.dumps([[1, "x", None, "unknown"]] * 5_001)), {200}),
    "5,002 boots": (request(boots=json.dumps([[1, "x", None, "unknown"]] * 5_002)), {400}),
    "5,001 contexts": (
        request(batch=json.dumps({"contexts": [["answer", "overall", "checkout@1", "", "", 1, 0]] * 5_001})),
        {400},
    ),
    "beyond everything": (request(after="[9007199254740993, 5]", gap_after="[0, 0]"), {400}),
    "an entry beyond everything": (
        request(
            after="[9007199254740992, 5]",
            gap_after="[0, 0]",
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [0], "visit": [1],'
            ' "uptime_ms": [0], "value": [5]}',
        ),
        {200, 400},
    ),
    "a negative seq": (request(after="[-1, 0]"), {400}),
    "a gap after what is far below": (request(gap_after="[-9007199254740992, 0]"), {400}),
    "a gap after what is beyond 64 bits": (request(gap_after="[1e18, 0]"), {400}),
    "a gap after a number": (request(gap_after="0"), {400}),
    "a gap after 19 digits": (request(gap_after="[9223372036854775807, 0]"), {400}),
    "a gap after 30 digits": (request(gap_after=f"[{'1' * 30}, 0]"), {400}),
    "a context out of 64 bits": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [18446744073709551616],'
            ' "visit": [1], "uptime_ms": [0], "value": [5]}'
        ),
        {400},
    ),
    "a value of 2^63": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [0], "visit": [1],'
            ' "uptime_ms": [0], "value": [9223372036854775808]}',
            journal='"00000000000000f"',
        ),
        {200, 400},
    ),
    "a value of 2^64": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [0], "visit": [1],'
            ' "uptime_ms": [0], "value": [18446744073709551616]}',
            journal='"0000000000000ff"',
        ),
        {200, 400},
    ),
    "NUL in a text": (
        request(
            batch='{"contexts": [["answer","tell_more","checkout@1","","",1,0]], "context": [0], "visit": [1],'
            ' "uptime_ms": [0], "value": ["a\\u0000b"]}',
            journal='"000000000000fff"',
        ),
        {200},
    ),
    "NUL everywhere": (
        request(
            batch='{"contexts": [["answer","overall\\u0000","checkout@1\\u0000","\\u0000","\\u0000",1,0]],'
            ' "context": [0], "visit": [1], "uptime_ms": [0], "value": [5], "born": ["\\u0000"]}',
            journal='"00000000000ffff"',
        ),
        {200},
    ),
    "NUL in language and source": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","\\u0000","\\u0000",1,0]], "context": [0],'
            ' "visit": [1], "uptime_ms": [0], "value": [5]}',
            journal='"0000000000fffff"',
        ),
        {200},
    ),
    "NUL in an event": (
        request(
            batch='{"contexts": [["event","\\u0000","","","",1,0]], "context": [0], "visit": [0],'
            ' "uptime_ms": [0], "value": ["\\u0000"]}',
            journal='"000000000ffffff"',
        ),
        {200},
    ),
    "born of nothing": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [0], "visit": [1],'
            ' "uptime_ms": [0], "value": [5], "born": ["fffffffffffffff/9999999999999999/9223372036854775807"]}',
            journal='"00000000fffffff"',
        ),
        {200},
    ),
    "born of itself": (
        request(
            batch='{"contexts": [["answer","overall","checkout@1","","",1,0]], "context": [0, 0], "visit": [1, 1],'
            ' "uptime_ms": [0, 0], "value": [5, 5], "born": ["0000000ffffffff/1/5", "0000000ffffffff/2/5"]}',
            journal='"0000000ffffffff"',
        ),
        {200},
    ),
    "columns of other lengths": (
        request(batch='{"contexts": [], "context": [0], "visit": [], "uptime_ms": [0, 0], "value": [5]}'),
        {400},
    ),
}


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_request_is_refused_or_kept_and_the_next_is_served(target: Target, odd: str) -> None:
    text, statuses = ODD[odd]

    response = target.post(gzip.compress(text.encode(), 1))

    assert response.status_code in statuses, response.text[:500]
    target.serve_an_honest_one()


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(bomb(bodies.GIGABYTE)[:1_000_000], id="a gigabyte of spaces"),
        pytest.param(gzip.compress(b"{}") * 3, id="three members"),
        pytest.param(gzip.compress(b"{}") + b"rest", id="a rest"),
        pytest.param(gzip.compress(b"{}")[:-1], id="cut short"),
        pytest.param(zlib.compress(b"{}"), id="zlib"),
        pytest.param(gzip.compress(gzip.compress(b"{}")), id="twice"),
        pytest.param(gzip.compress(b'{"journal": "\xff\xfe"}'), id="no UTF-8"),
        pytest.param(gzip.compress("\ufeff{}".encode()), id="a byte order mark"),
    ],
)
def test_a_body_that_unpacks_to_nothing_sensible_is_refused(target: Target, body: bytes) -> None:
    """Rule 3.6."""
    assert target.post(body).status_code in REFUSALS
    target.serve_an_honest_one()


@pytest.mark.parametrize("count", [JOURNALS, long(SOAK_JOURNALS, timeout_s=0.1 * SOAK_JOURNALS)])
def test_many_journals_of_one_terminal_keep_nobody_out(target: Target, count: int) -> None:
    one_answer = to_columns(entries(5))
    for number in range(count):
        target.post(encode_request(Request(f"{number + 2**50:015x}", Head(), one_answer))).raise_for_status()

    target.serve_an_honest_one()
