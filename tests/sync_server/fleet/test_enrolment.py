"""A code works once; asked again with the same claim, it says the same once more."""

from collections.abc import Callable

import pytest

from survey.exchange import EnrolmentRequest
from sync_server.errors import CodeRefused
from sync_server.fleet.enrolment import VALID_MS, enrol, make_code
from sync_server.fleet.terminals import revoke, terminal, terminals
from sync_server.store import Store
from tests import cast

NOW = 1_795_000_000_000
CLAIM, ANOTHER = "a" * 43, "b" * 43


@pytest.fixture
def code(store: Store) -> str:
    cast.settle(store)
    return make_code(store, "kamppi-checkout", NOW)


def test_the_same_code_and_claim_give_the_same_token_and_no_second_terminal(store: Store, code: str) -> None:
    before = len(terminals(store))
    first = enrol(store, EnrolmentRequest(code, claim=CLAIM), NOW)

    assert enrol(store, EnrolmentRequest(code.lower(), claim=CLAIM), NOW + VALID_MS) == first
    assert len(terminals(store)) == before + 1


def test_a_name_is_kept_without_what_no_store_or_page_can_show(store: Store, code: str) -> None:
    enrolled = enrol(store, EnrolmentRequest(code, " Kamppi\0 \u202edoor\n" + "x" * 100), NOW)

    assert terminal(store, enrolled.terminal_id).name == "Kamppi door" + "x" * 69


@pytest.mark.parametrize("claim", ["", ANOTHER])
def test_a_used_code_is_refused_to_whoever_has_not_its_claim(store: Store, code: str, claim: str) -> None:
    enrol(store, EnrolmentRequest(code, claim=CLAIM), NOW)

    with pytest.raises(CodeRefused, match="was used on"):
        enrol(store, EnrolmentRequest(code, claim=claim), NOW)


def test_a_code_that_was_used_without_a_claim_is_used_up(store: Store, code: str) -> None:
    enrol(store, EnrolmentRequest(code), NOW)

    for claim in ("", CLAIM):
        with pytest.raises(CodeRefused, match="was used on"):
            enrol(store, EnrolmentRequest(code, claim=claim), NOW)


@pytest.mark.parametrize(
    "ends",
    [
        pytest.param(lambda store, terminal_id: NOW + VALID_MS + 1, id="after the code's time"),
        pytest.param(lambda store, terminal_id: revoke(store, terminal_id, NOW) or NOW, id="once it is revoked"),
    ],
)
def test_a_claim_gives_no_token_any_more(store: Store, code: str, ends: Callable[[Store, str], int]) -> None:
    asked = EnrolmentRequest(code, claim=CLAIM)
    now_ms = ends(store, enrol(store, asked, NOW).terminal_id)

    with pytest.raises(CodeRefused, match="was used on"):
        enrol(store, asked, now_ms)


def test_one_claim_gives_different_tokens_for_different_codes(store: Store, code: str) -> None:
    other = make_code(store, "kamppi-checkout", NOW)

    tokens = {enrol(store, EnrolmentRequest(each, claim=CLAIM), NOW).token for each in (code, other)}

    assert len(tokens) == 2
