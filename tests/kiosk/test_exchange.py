"""What goes to the server in a request, and what comes of its reply (design.md 3)."""

from pathlib import Path

import msgspec
import pytest

from kiosk.exchange import AT_ONCE, UNTIL_NEWS
from kiosk.journal import Tallies
from survey.exchange import EnrolmentRequest, ErrorReply, Health
from tests.kiosk.a_terminal import (
    CONFIGURATION,
    HandClock,
    Running,
    Server,
    a_writer,
    an_exchange,
    answer,
    keep,
    running,
)


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
    with running(tmp_path, hand, server, answer(5)) as terminal:
        terminal.settle()

    first, second = server.requests[:2]
    assert (first.batch.value, second.batch.value) == ([], ["boot-a", 5])
    assert (first.boots[0].how, second.boots[0].how) == ("unknown", "server")
    assert second.boots[0].offset_ms == server.time_ms - hand.uptime_ms


def test_rule_8_a_synchronized_clock_is_trusted_before_the_server_is_heard(
    tmp_path: Path, hand: HandClock, server: Server
) -> None:
    hand.is_synchronized = True
    with running(tmp_path, hand, server, answer(5)) as terminal:
        terminal.settle()

    assert server.requests[0].batch.value == ["boot-a", 5]
    assert server.requests[0].boots[0].how == "ntp"


def test_the_log_says_how_things_stand_and_why_only_if_something_is_wrong(
    tmp_path: Path, hand: HandClock, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "kiosk.exchange")
    with running(tmp_path, hand, server) as terminal:
        terminal.settle()
        sorry = ErrorReply("store.away", "The database is away.", "Send the same again.")
        server.script = [lambda *_: (500, sorry, {})]
        terminal.settle()
        terminal.settle()
        server.script = [lambda *_: (502, b"<html>Bad gateway</html>", {})]
        terminal.settle()

    told = [(record.levelname, record.getMessage()) for record in caplog.records if "Exchange" in record.getMessage()]
    assert told == [
        ("INFO", "Exchange: online."),
        (
            "WARNING",
            "Exchange: unreachable. The server answered with status 500. The database is away. Send the same again.",
        ),
        ("INFO", "Exchange: online."),
        ("WARNING", "Exchange: unreachable. The server answered with status 502."),
    ]


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
