"""Each server describes its own API; whoever follows that description is answered as it says, and so is who does not.

schemathesis makes the requests. It missed a planted 500 once: what it can't reach is tried in test_bodies.py.
"""

import gzip
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

import jsonschema_rs
import msgspec
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.schemas import APIOperation, BaseSchema

from survey.entries import Head
from survey.exchange import ENROLMENT_PATH, PATH, PICTURE_PATH, EnrolmentRequest, Request
from sync_server.accounts.people import Person, Role
from sync_server.accounts.sessions import Session
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.store import Store, people, shown
from tests.soak import Progress, long, share_of
from tests.sync_server.program import Program

EXAMPLES = 25
SOAK_EXAMPLES = share_of(5_000)
AN_HOUR_MS = 3_600_000
NOT_FOR_US = [
    "positive_data_acceptance",  # no description can say that a batch's columns are equally long, or a code still good
    "response_schema_conformance",  # it can't read prefixItems; the validator beneath it can
]
TODAY = "/api/locations/{location_id}/today"


class Asking(requests.Session):
    """Whoever asks. The body of an exchange goes gzipped, for which OpenAPI has no word."""

    def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:
        if request.path_url == PATH and request.body is not None:
            body = request.body.encode() if isinstance(request.body, str) else request.body
            request.prepare_body(gzip.compress(body, 1), None)
        return super().send(request, **options)


@pytest.fixture(scope="module")
def described(program: Program) -> BaseSchema:
    schema = schemathesis.openapi.from_url(f"{str(program.client.base_url).rstrip('/')}/api/schema/openapi.json")
    schema.config.checks.negative_data_rejection.expected_statuses = ["400", "401", "404", "405", "413"]
    return schema


@pytest.fixture
def stranger() -> Iterator[Asking]:
    with Asking() as asking:
        yield asking


@pytest.fixture
def known(store: Store, stranger: Asking) -> Asking:
    """With a terminal's token and a manager's session."""
    code = make_code(store, "kamppi-checkout", now_ms())
    stranger.headers["Authorization"] = f"Bearer {enrol(store, EnrolmentRequest(code), now_ms()).token}"
    person = Person("an-id", "Aino", Role.MANAGER, "fi", frozenset({"kamppi"}), "no password")
    people.add_person(store, person, "aino", now_ms())
    content = msgspec.json.encode(Session.of(person)).decode()
    session_hash = sha256(b"a-session").hexdigest()
    people.keep_session(store, session_hash, content, expires_at=now_ms() + AN_HOUR_MS, now_ms=now_ms())
    stranger.cookies.set("hymy_session", "a-session")
    return stranger


@pytest.mark.parametrize("amount", [EXAMPLES, long(SOAK_EXAMPLES, timeout_s=SOAK_EXAMPLES)])
@pytest.mark.parametrize(
    ("program", "who"),
    [("sqlite", "known"), ("postgresql", "known"), ("sqlite", "stranger")],  # a stranger gets to no store
    indirect=["program"],
)
def test_whatever_is_asked_is_answered_as_described(
    described: BaseSchema, who: str, amount: int, request: pytest.FixtureRequest
) -> None:
    asking = request.getfixturevalue(who)
    for operation in (found.ok() for found in described.get_all_operations()):
        told = answers_to(operation, asking, amount)

        assert who == "known" or operation.path == ENROLMENT_PATH or told == {401}


def answers_to(operation: APIOperation, asking: Asking, amount: int) -> set[int]:
    """The statuses that so many requests were answered with, fit and unfit ones."""
    told, progress = Counter[int](), Progress()
    cases = (operation.as_strategy(generation_mode=mode) for mode in GenerationMode)

    @settings(max_examples=amount, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=st.one_of(*cases))
    def ask(case: Case) -> None:
        told[as_described(case, asking)] += 1
        progress.say(f"{told.total()} requests to {operation.path}")

    ask()
    return set(told)


def as_described(case: Case, asking: Asking) -> int:
    """The status of the answer, which is one that the description knows, and looks as it says."""
    response = case.call(session=asking)
    load_all_checks()
    case.validate_response(response, excluded_checks=CHECKS.get_by_names(NOT_FOR_US))
    described = case.operation.schema.raw_schema
    reply = described["paths"][case.operation.path][case.method.lower()]["responses"][str(response.status_code)]
    schema = reply["content"]["application/json"]["schema"] | {"components": described["components"]}
    jsonschema_rs.Draft202012Validator(schema).validate(response.json())
    return response.status_code


def test_what_goes_well_looks_as_described(described: BaseSchema, store: Store, known: Asking) -> None:
    code = make_code(store, "kamppi-checkout", now_ms())
    with store.write() as transaction:
        shown.put_pictures(transaction, {"queue.png": b"a PNG"})
    bodies = {
        (TODAY, "GET"): {"path_parameters": {"location_id": "kamppi"}},
        (PATH, "POST"): {"body": msgspec.to_builtins(Request("00000000000002a", Head()))},
        (ENROLMENT_PATH, "POST"): {"body": {"code": code}},
        (PICTURE_PATH, "POST"): {"body": {"sha256": sha256(b"a PNG").hexdigest()}},
    }
    assert {(found.ok().path, found.ok().method.upper()) for found in described.get_all_operations()} == set(bodies)
    for (path, method), parts in bodies.items():
        media = {"media_type": "application/json"} if "body" in parts else {}
        assert as_described(described[path][method].Case(**parts, **media), known) == 200, path
