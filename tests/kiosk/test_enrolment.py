"""How a terminal gets its identity, and what it does when it is refused (design.md 3.10)."""

import stat
from pathlib import Path

import msgspec
import pytest

from kiosk.exchange import UNTIL_NEWS
from survey.exchange import EnrolmentRequest, ErrorReply
from tests.kiosk.a_terminal import (
    HandClock,
    Running,
    Server,
    a_writer,
    an_exchange,
    status,
)


def test_a_code_goes_in_and_a_token_comes_out_that_only_its_user_can_read(terminal: Running, server: Server) -> None:
    assert [msgspec.json.decode(body)["code"] for body in server.enrolments] == ["CODE-1"]
    assert set(server.tokens) == {"Bearer t0ken"}
    identity = terminal.folder / "identity.json"
    assert stat.S_IMODE(identity.stat().st_mode) == 0o600

    terminal.restart()
    terminal.settle()
    assert len(server.enrolments) == 1


def test_a_terminal_leaves_its_name_to_the_server(terminal: Running, server: Server) -> None:
    assert [msgspec.json.decode(body, type=EnrolmentRequest).name for body in server.enrolments] == [""]


def test_an_enrolment_that_is_asked_again_carries_the_same_claim_whatever_happened_between(
    tmp_path: Path, hand: HandClock, server: Server
) -> None:
    enrolled, server.enrolment_answer = server.enrolment_answer, (502, b"Bad gateway")
    with a_writer(tmp_path, hand) as (writer, _):
        for _ in range(2):  # the second time after the power failed
            exchange, _ = an_exchange(tmp_path, writer, hand, server.address)
            exchange.step()
            exchange.close()
        kept = tmp_path / "claim"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600

        server.enrolment_answer = enrolled
        exchange, _ = an_exchange(tmp_path, writer, hand, server.address)
        exchange.step()
        exchange.close()

    claims = [msgspec.json.decode(body, type=EnrolmentRequest).claim for body in server.enrolments]
    assert len(claims) == 3
    assert len(set(claims)) == 1
    assert len(claims[0]) >= 32
    assert not kept.exists()


def test_a_claim_that_the_card_has_garbled_is_drawn_anew(tmp_path: Path, hand: HandClock, server: Server) -> None:
    (tmp_path / "claim").write_bytes(b"\xff\x00 no claim")
    with a_writer(tmp_path, hand) as (writer, _):
        exchange, _ = an_exchange(tmp_path, writer, hand, server.address)
        exchange.step()
        exchange.close()

    assert len(msgspec.json.decode(server.enrolments[0], type=EnrolmentRequest).claim) >= 32


def test_an_identity_that_the_card_has_garbled_is_asked_for_anew(terminal: Running, server: Server) -> None:
    identity = terminal.folder / "identity.json"
    identity.write_bytes(identity.read_bytes().replace(b"t0ken", b"t0k\xe5n"))

    terminal.restart()
    terminal.settle()

    assert len(server.enrolments) == 2
    assert b"t0ken" in identity.read_bytes()


def test_a_refusal_that_nobody_can_read_is_one_all_the_same(tmp_path: Path, hand: HandClock, server: Server) -> None:
    server.enrolment_answer = (400, b'{"error": "e", "message": "K\xe4ytetty"}')  # a proxy's, in Latin-1
    with a_writer(tmp_path, hand) as (writer, _):
        exchange, told = an_exchange(tmp_path, writer, hand, server.address)

        exchange.step()

        assert told.excuses[-1].reason == "not_ready.code"
        exchange.close()


def test_a_refused_code_is_told_and_tried_ever_more_seldom(tmp_path: Path, hand: HandClock, server: Server) -> None:
    refusal = ErrorReply("enrolment.code_used", "The code was used on 4 March.", "Make a new one.")
    server.enrolment_answer = (400, refusal)
    with a_writer(tmp_path, hand) as (writer, _):
        exchange, told = an_exchange(tmp_path, writer, hand, server.address)

        waits = [exchange.step() for _ in range(12)]

        assert (told.excuses[-1].reason, told.excuses[-1].detail) == (
            "not_ready.code",
            "The code was used on 4 March. Make a new one.",
        )
        assert 15 <= waits[0].seconds <= 30
        assert 1800 <= waits[-1].seconds <= 3600
        exchange.close()


def test_a_terminal_without_a_code_says_that_it_needs_one(tmp_path: Path, hand: HandClock, server: Server) -> None:
    with a_writer(tmp_path, hand) as (writer, _):
        exchange, told = an_exchange(tmp_path, writer, hand, server.address, code="")

        exchange.step()

        assert told.excuses[-1].reason == "not_ready.no_code"
        assert server.enrolments == []
        exchange.close()


@pytest.mark.parametrize("code", [401, 403])
def test_rule_10_a_refused_terminal_loses_nothing_and_asks_ever_more_seldom(
    terminal: Running, server: Server, code: int
) -> None:
    server.script = [status(code)] * 10
    terminal.answers(5)

    waits = [terminal.settle().seconds for _ in range(10)]
    terminal.answers(4)

    assert waits[0] <= 30
    assert waits[-1] >= 1800
    assert terminal.writer.do(lambda journal: journal.standing()).result() == "refused"
    assert terminal.told.excuses[-1].reason == "not_ready.code"
    terminal.settle()
    assert server.values == [5, 4]
    assert terminal.writer.do(lambda journal: journal.standing()).result() == "online"


def test_rule_10_a_refused_terminal_enrols_anew_at_once_with_a_new_code(terminal: Running, server: Server) -> None:
    terminal.restart(code="CODE-2")
    server.script = [status(401)]

    assert terminal.settle() == UNTIL_NEWS

    assert [msgspec.json.decode(body)["code"] for body in server.enrolments] == ["CODE-1", "CODE-2"]


@pytest.mark.parametrize("code_refusal", [400, 401, 403])
def test_rule_10_a_new_code_that_is_refused_too_is_tried_ever_more_seldom(
    terminal: Running, server: Server, code_refusal: int
) -> None:
    terminal.restart(code="CODE-2")
    server.script = [status(401)] * 10
    server.enrolment_answer = (code_refusal, ErrorReply("e", "m"))

    waits = [terminal.settle().seconds for _ in range(10)]

    assert waits[0] >= 15
    assert waits[-1] >= 1800
