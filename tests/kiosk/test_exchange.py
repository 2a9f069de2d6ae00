import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from kiosk.exchange import AT_ONCE, UNTIL_NEWS
from kiosk.journal import Tallies
from kiosk.patience import FIRST_BATCH, LARGEST_BATCH
from kiosk.transport import HttpTransport
from survey.entries import Birth, Head
from survey.exchange import EnrolmentRequest, ErrorReply, Health, Reply, Request
from tests.kiosk.a_terminal import (
    CONFIGURATION,
    HandClock,
    Running,
    Server,
    a_writer,
    an_exchange,
    answer,
    honest,
    keep,
    lost_reply,
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


def test_answers_go_to_the_server_and_count_as_sent(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4)

    assert terminal.settle() == UNTIL_NEWS

    assert server.values == [5, 4]
    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=2)
    health = server.requests[-1].health
    assert (health.pressed, health.stored, health.waiting) == (2, 2, 2)


def test_what_a_terminal_tells_of_itself_is_cut_to_what_the_server_takes(
    tmp_path: Path, hand: HandClock, server: Server
) -> None:
    hand.clock.boot_id = "b" * 1000
    odd = Health("v" * 1000, devices={f"{number:<500}": "s" * 1000 for number in range(200)})
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5))
        exchange, _ = an_exchange(tmp_path, writer, hand, server.address, health=lambda: odd, code="C" * 1000)
        while exchange.step() == AT_ONCE:
            pass
        exchange.close()

    assert server.values == [5]  # decoded by the server's own decoder
    health = server.requests[-1].health
    assert (len(health.version), len(health.devices)) == (100, 50)
    assert len(msgspec.json.decode(server.enrolments[0], type=EnrolmentRequest).code) == 100


def test_a_heartbeat_without_news_writes_nothing(terminal: Running) -> None:
    terminal.settle()
    changes = terminal.writer.do(lambda journal: journal._connection.total_changes).result()

    terminal.settle()

    assert terminal.writer.do(lambda journal: journal._connection.total_changes).result() == changes


def test_rule_8_the_servers_time_comes_before_the_first_entries(
    tmp_path: Path, hand: HandClock, server: Server
) -> None:
    hand.wall_ms = 0  # no battery: it is 1970
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5))
        terminal = Running(tmp_path, writer, kept, hand, server)
        terminal.settle()
        terminal.exchange.close()

    first, second = server.requests[:2]
    assert (first.batch.value, second.batch.value) == ([], ["boot-a", 5])
    assert (first.boots[0].how, second.boots[0].how) == ("unknown", "server")
    assert second.boots[0].offset_ms == server.time_ms - hand.uptime_ms


def test_rule_8_a_synchronized_clock_is_trusted_before_the_server_is_heard(
    tmp_path: Path, hand: HandClock, server: Server
) -> None:
    hand.is_synchronized = True
    with a_writer(tmp_path, hand) as (writer, kept):
        keep(writer, kept, answer(5))
        terminal = Running(tmp_path, writer, kept, hand, server)
        terminal.settle()
        terminal.exchange.close()

    assert server.requests[0].batch.value == ["boot-a", 5]
    assert server.requests[0].boots[0].how == "ntp"


def test_rule_2_a_lost_reply_is_made_good(terminal: Running, server: Server) -> None:
    server.script = [lost_reply]
    terminal.answers(5, 4)

    assert not terminal.settle().until_news
    assert terminal.records.tallies().sent == 0
    terminal.settle()

    assert server.values == [5, 4]
    assert terminal.records.tallies().sent == 2


def test_rule_2_a_login_page_acknowledges_nothing(terminal: Running, server: Server) -> None:
    server.script = [lambda server, request: (200, b"<html>Welcome to our Wi-Fi</html>", {})]
    terminal.answers(5)

    assert not terminal.settle().until_news
    assert terminal.records.tallies().sent == 0
    assert terminal.records.head().seq < terminal.records.newest().seq
    terminal.settle()
    assert server.values == [5]


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (200, b"<html>Welcome to our Wi-Fi</html>"),
        (200, b""),
        (200, b'{"journal": "OURS", "head": [0, 0]}'),
        (200, b'{"ok": true, "server_time_ms": 1}'),
        (200, b'{"head": [0, 0], "server_time_ms": 1800000000000}'),
        (200, b'{"journal": "OURS", "head": [4711, "x"], "server_time_ms": 1800000000000}'),
        (200, b'{"journal": "OURS", "head": [0, 0], "server_time_ms": 1e300}'),
        (200, b'{"journal": "OURS", "head": [0, 0], "server_time_ms": 9223372036854775807}'),
        (200, b'{"journal": "fffffffffffffff", "head": [0, 0], "server_time_ms": 1800000000000}'),
        (200, b'{"journal": "fffffffffffffff", "head": [900, 17], "server_time_ms": 1800000000000}'),
        (200, b"[" * 100_000),
        (200, b"x" * 5_000_000),
        (204, b""),
        (404, b"not here"),
        (500, b"oh"),
        (502, b"<html>Bad gateway</html>"),
    ],
    ids=lambda value: str(value[:70]) if isinstance(value, bytes) else str(value),
)
def test_rule_2_what_is_not_our_servers_reply_changes_nothing(
    terminal: Running, server: Server, code: int, body: bytes
) -> None:
    terminal.answers(5)
    before = state(terminal)
    ours = terminal.records.journal_id.encode()
    server.script = [lambda server, request: (code, body.replace(b"OURS", ours), {})]

    wait = terminal.exchange.step()

    assert not wait.until_news
    assert 0 < wait.seconds <= 5
    assert state(terminal) == before
    terminal.settle()
    assert server.values == [5]


def state(terminal: Running) -> Any:
    records = terminal.records
    return records.journal_id, records.head(), records.tallies(), records.may_forget_seq(), records.boots()


@pytest.mark.parametrize("code", [301, 302, 307, 308])
def test_rule_2_a_redirect_is_not_followed(terminal: Running, server: Server, code: int) -> None:
    server.script = [status(code, Location=server.address + "/api/exchange")]
    terminal.answers(5)
    count = len(server.requests)

    terminal.exchange.step()

    assert len(server.requests) == count + 1
    assert terminal.records.tallies().sent == 0


def test_rule_2_an_acknowledgement_of_another_history_counts_nothing_as_sent(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4)
    newest = terminal.records.newest()
    server.script = [lambda server, request: (200, Reply(request.journal, Head(newest.seq, 4711), server.time_ms), {})]

    terminal.exchange.step()

    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=0)
    terminal.settle()
    assert server.values == [5, 4]


def test_rule_3_permission_to_forget_another_history_is_ignored_and_one_that_ends_is_taken_back(
    terminal: Running, server: Server
) -> None:
    terminal.answers(5, 4)
    terminal.settle()
    for allowed, noted in [
        (server.head, server.head.seq),
        (Head(2, 4711), 0),
        (server.head, server.head.seq),
        (None, 0),
    ]:
        server.may_forget = {server.journal: allowed} if allowed else {}

        terminal.settle()

        assert terminal.records.may_forget_seq() == noted


def test_rule_3_a_restored_server_gets_again_what_it_lost(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4, 3)
    terminal.settle()
    name = terminal.records.journal_id

    server.restore(seq=2)
    terminal.settle()

    assert server.values == [5, 4, 3]
    assert terminal.records.tallies().sent == 3
    assert terminal.records.journal_id == name


def test_rule_3_what_is_forgotten_here_is_left_out_and_told(terminal: Running, server: Server) -> None:
    terminal.answers(5, 4, 3)
    terminal.settle()
    newest = terminal.records.newest()
    terminal.forget_below(newest.seq)

    server.restore(seq=1)
    head = server.head
    terminal.exchange.step()
    terminal.exchange.step()

    assert server.requests[-1].gap_after == head
    assert server.requests[-1].after == terminal.records.base()
    assert server.requests[-1].batch.value == [3]


def test_rule_4_different_histories_part_at_the_last_common_entry(terminal: Running, server: Server) -> None:
    terminal.answers(5)
    terminal.settle()
    old, common = terminal.records.journal_id, server.head

    def clone_was_here(server: Server, request: Request) -> Any:
        return 200, Reply(request.journal, Head(common.seq + 1, 4711), server.time_ms, known=[common, Head(1, 1)]), {}

    server.script = [clone_was_here]
    terminal.answers(2, 3)
    births = [
        Birth(old, common.seq + number, terminal.records.chain_at(common.seq + number) or 0).text for number in (1, 2)
    ]
    terminal.settle()
    terminal.kept.wait_until(lambda: any(draft.about == "journal_forked" for draft in terminal.kept.drafts))
    terminal.settle()

    assert [(entry.value, entry.born) for entry in server.entries] == [(2, births[0]), (3, births[1]), (old, "")]
    assert server.journal == terminal.records.journal_id != old
    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=2)


def test_rule_4_a_card_restored_from_an_image_goes_on_in_a_new_journal(terminal: Running, server: Server) -> None:
    terminal.answers(5)
    old = terminal.records.journal_id
    server.script = [lambda server, request: (200, Reply(request.journal, Head(900, 17), server.time_ms), {})]

    terminal.settle()

    assert terminal.records.journal_id != old
    assert 5 in server.values


@pytest.fixture
def forked(terminal: Running, server: Server) -> str:
    """The name of the closed journal: a boot and the answers 5, 4, 3, of which the last two were carried over."""
    terminal.answers(5)
    terminal.settle()
    old, common = terminal.records.journal_id, server.head
    server.script = [
        lambda server, request: (
            200,
            Reply(request.journal, Head(common.seq + 1, 4711), server.time_ms, known=[common]),
            {},
        )
    ]
    terminal.answers(4, 3)
    terminal.settle()
    terminal.kept.wait_until(lambda: any(draft.about == "journal_forked" for draft in terminal.kept.drafts))
    terminal.settle()
    return old


def test_rule_4_a_closed_journal_is_sent_again_to_a_server_restored_to_before_the_fork(
    terminal: Running, server: Server, forked: str
) -> None:
    new = terminal.records.journal_id
    server.others[forked] = server.others[forked][0][:1], server.others[forked][1][:1]
    server.restore(seq=0)

    assert terminal.settle() == UNTIL_NEWS

    assert [entry.value for entry in server.others[forked][0]] == ["boot-a", 5, 4, 3]
    assert (server.journal, [entry.value for entry in server.entries]) == (new, [4, 3, forked])
    assert terminal.records.tallies() == Tallies(pressed=2, stored=2, sent=2)


def test_rule_4_where_the_server_holds_another_history_of_a_closed_journal_it_is_asked_once_what_it_lacks(
    terminal: Running, server: Server, forked: str
) -> None:
    clones = [*server.others[forked][1], 4711]
    server.others[forked] = [*server.others[forked][0], server.entries[0]], clones
    count = len(server.requests)

    terminal.restart()
    terminal.settle()
    terminal.settle()

    requests = [(request.journal, request.batch.value) for request in server.requests[count:]]
    in_use = (terminal.records.journal_id, [])
    assert requests == [in_use, (forked, []), in_use, in_use]
    assert server.others[forked][1] == clones


def test_a_closed_journal_of_which_the_server_takes_nothing_is_not_sent_over_and_over(
    terminal: Running, server: Server, forked: str
) -> None:
    server.others[forked] = server.others[forked][0][:1], server.others[forked][1][:1]
    server.script = [honest, lambda server, request: (200, Reply(request.journal, server.head, server.time_ms), {})]
    count = len(server.requests)

    terminal.restart()

    assert terminal.settle() == UNTIL_NEWS
    assert [request.batch.value for request in server.requests[count:]] == [[], [5, 4, 3], []]


def test_a_closed_journal_that_cannot_be_read_holds_up_nothing(
    terminal: Running, server: Server, forked: str, caplog: pytest.LogCaptureFixture
) -> None:
    (terminal.folder / f"journal-{forked}.closed.db").write_bytes(b"no database " * 1000)

    terminal.restart()
    terminal.answers(2)

    assert terminal.settle() == UNTIL_NEWS
    assert terminal.settle() == UNTIL_NEWS
    assert server.values == [4, 3, 2]
    assert forked in caplog.text


def test_rule_6_a_batch_that_is_too_large_is_halved_and_one_that_was_quick_doubled(
    terminal: Running, server: Server
) -> None:
    terminal.answers(*[5] * 1000)
    server.script = [status(413), status(413)]

    terminal.settle()

    sizes = [len(request.batch.value) for request in server.requests[-6:]]
    assert sizes[:5] == [FIRST_BATCH, FIRST_BATCH // 2, FIRST_BATCH // 4, FIRST_BATCH // 2, FIRST_BATCH]
    assert server.values == [5] * 1000
    assert terminal.exchange._patience.size <= LARGEST_BATCH


def test_rule_6_a_batch_that_took_too_long_to_arrive_is_halved_at_once(terminal: Running, server: Server) -> None:
    terminal.answers(*[5] * FIRST_BATCH)
    server.script = [status(408)]

    assert terminal.exchange.step() == AT_ONCE
    terminal.exchange.step()

    assert [len(request.batch.value) for request in server.requests[-2:]] == [FIRST_BATCH, FIRST_BATCH // 2]


def test_rule_6_a_time_out_halves_the_batch(tmp_path: Path, hand: HandClock, server: Server) -> None:
    released = []

    def slow(server: Server, request: Request) -> Any:
        server.changed.wait_for(lambda: bool(released), 5)

    with a_writer(tmp_path, hand) as (writer, kept):
        impatient = HttpTransport(server.address, read_timeout_s=0.1)
        exchange, _ = an_exchange(tmp_path, writer, hand, server.address, transport=impatient)
        exchange.step()
        keep(writer, kept, *(answer(5, visit=visit) for visit in range(FIRST_BATCH)))
        exchange.step()

        server.script = [slow]
        exchange.step()
        with server.changed:
            released.append(True)
            server.changed.notify_all()
        exchange.step()

        assert [len(request.batch.value) for request in server.requests[-2:]] == [FIRST_BATCH, FIRST_BATCH // 2]
        exchange.close()
        impatient.close()


@pytest.mark.parametrize("code", [429, 503])
@pytest.mark.parametrize(
    ("asked", "shortest", "longest"),
    [
        ("17", 17, 17),
        ("Wed, 21 Oct 2099 07:28:40 GMT", 40, 40),
        ("99999999999", 3600, 3600),
        ("0", 1, 1),
        ("Wed, 21 Oct 1999 07:28:00 GMT", 1, 1),
        ("tomorrow", 0, 5),
    ],
)
def test_rule_7_a_server_that_says_when_to_come_back_is_obeyed_within_reason(
    terminal: Running, server: Server, code: int, asked: str, shortest: float, longest: float
) -> None:
    server.has_date = False
    server.script = [status(code, Retry_After=asked, Date="Wed, 21 Oct 2099 07:28:00 GMT")]

    assert shortest <= terminal.settle().seconds <= longest


def test_rule_7_failures_wait_with_full_jitter_up_to_a_quarter_of_an_hour(terminal: Running, server: Server) -> None:
    server.script = [status(500)] * 40

    waits = [terminal.settle().seconds for _ in range(40)]

    limits = [min(900, 5 * 2**failures) for failures in range(40)]
    assert all(0 <= wait <= limit for wait, limit in zip(waits, limits, strict=True))
    assert max(waits) > 450
    assert min(waits[10:]) < 200


def test_rule_7_after_a_success_the_waits_begin_anew(terminal: Running, server: Server) -> None:
    server.script = [status(500)] * 10
    for _ in range(10):
        terminal.settle()

    assert terminal.settle() == UNTIL_NEWS
    server.script = [status(500)]
    assert terminal.settle().seconds <= 5


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


def test_the_log_says_how_things_stand_and_why_only_if_something_is_wrong(
    tmp_path: Path, hand: HandClock, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "kiosk.exchange")
    with a_writer(tmp_path, hand) as (writer, kept):
        terminal = Running(tmp_path, writer, kept, hand, server)
        terminal.settle()
        server.script = [status(500)]
        terminal.settle()
        terminal.exchange.close()

    told = [(record.levelname, record.getMessage()) for record in caplog.records if "Exchange" in record.getMessage()]
    assert told == [
        ("INFO", "Exchange: online."),
        ("WARNING", "Exchange: unreachable. The server answered with status 500."),
    ]


def test_a_server_that_is_away_is_waited_for(tmp_path: Path, hand: HandClock) -> None:
    with a_writer(tmp_path, hand) as (writer, _):
        exchange, told = an_exchange(tmp_path, writer, hand, "http://127.0.0.1:9")

        assert exchange.step().seconds <= 5

        assert told.excuses[-1].reason == "not_ready.enrolling"
        assert "does not answer" in told.excuses[-1].detail
        exchange.close()


def test_a_batch_of_which_the_server_takes_nothing_is_not_sent_over_and_over(terminal: Running, server: Server) -> None:
    terminal.answers(5)
    head = server.head
    server.script = [lambda server, request: (200, Reply(request.journal, head, server.time_ms), {})]

    wait = terminal.settle()

    assert not wait.until_news
    assert wait != AT_ONCE


def test_a_configuration_is_kept_told_once_and_survives_offline(terminal: Running, server: Server) -> None:
    server.configuration = CONFIGURATION
    terminal.settle()
    terminal.settle()

    assert terminal.told.configurations == [CONFIGURATION]
    assert terminal.records.configuration() == CONFIGURATION
    assert server.requests[-1].configuration == "c1"
    terminal.kept.wait_until(lambda: terminal.kept.drafts[-1].about == "configuration")


def test_a_configuration_that_asks_nonsense_is_not_used(terminal: Running, server: Server) -> None:
    survey = msgspec.structs.replace(CONFIGURATION.survey, languages=())
    server.configuration = msgspec.structs.replace(CONFIGURATION, survey=survey)

    terminal.settle()

    assert terminal.told.configurations == []
    assert terminal.records.configuration() is None
