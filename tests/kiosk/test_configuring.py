"""A configuration that can't be used: the last good one stays in force, answers go on, and IT is told."""

from typing import Any

import msgspec
import pytest

from kiosk.exchange import UNTIL_NEWS
from survey.exchange import Configuration, Request
from survey.schedule import OpeningHours, Span
from survey.theme import DAY, Theme
from tests.kiosk.a_terminal import CONFIGURATION, Running, Script, Server


def changed(**fields: Any) -> Configuration:
    return msgspec.structs.replace(CONFIGURATION, version="c2", **fields)


def of_another_release(**fields: Any) -> Script:
    """The honest reply, with a configuration of which some fields say what is not known here."""

    def reply(server: Server, request: Request) -> Any:
        told = msgspec.to_builtins(server.take(request))
        told["configuration"] = msgspec.to_builtins(changed()) | fields
        return 200, told, {}

    return reply


SURVEY = msgspec.to_builtins(CONFIGURATION.survey)
SLIDER = {"question_id": "how_much", "kind": "slider", "text": {"en": "How much?"}}
UNKNOWN = {
    "a kind of question": ({"survey": SURVEY | {"questions": [*SURVEY["questions"], SLIDER]}}, "slider"),
    "opening hours of another shape": ({"opening_hours": {"always": True}}, "week"),
    "no survey": ({"survey": None}, "survey"),
}
UNFIT = {
    "nonsense asked": (
        changed(survey=msgspec.structs.replace(CONFIGURATION.survey, languages=())),
        "languages: name at least one",
    ),
    "nothing asked": (changed(survey=msgspec.structs.replace(CONFIGURATION.survey, questions=())), "asks no question"),
    "a week of six days": (changed(opening_hours=OpeningHours(((Span(480, 1200),),) * 6)), "6 weekdays; there are 7"),
    "a time zone that is not known": (changed(time_zone="Mars/Olympus"), "Time zone 'Mars/Olympus' is not known"),
}


def assert_the_good_one_stays(terminal: Running, server: Server, why: str) -> None:
    assert terminal.told.configurations == [CONFIGURATION]
    assert terminal.records.configuration() == CONFIGURATION
    told = server.requests[-1].health.devices["configuration"]
    assert told.startswith("not used: ")
    assert why in told


@pytest.mark.parametrize(("fields", "why"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_not_known_here_is_not_asked_and_answers_go_on(
    terminal: Running, server: Server, fields: dict[str, Any], why: str
) -> None:
    server.configuration = CONFIGURATION
    terminal.settle()
    server.script = [of_another_release(**fields) for _ in range(3)]

    terminal.answers(5, 4)
    assert terminal.settle() == UNTIL_NEWS
    assert terminal.settle() == UNTIL_NEWS

    assert server.values == [5, 4]
    assert_the_good_one_stays(terminal, server, why)


@pytest.mark.parametrize(("unfit", "why"), UNFIT.values(), ids=UNFIT)
def test_what_no_terminal_could_ask_is_not_used(
    terminal: Running, server: Server, unfit: Configuration, why: str
) -> None:
    server.configuration = CONFIGURATION
    terminal.settle()
    server.configuration = unfit

    terminal.settle()
    terminal.settle()

    assert_the_good_one_stays(terminal, server, why)


def test_all_faults_of_a_configuration_are_told_together(
    terminal: Running, server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    survey = msgspec.structs.replace(CONFIGURATION.survey, languages=(), version=0)
    server.configuration = changed(survey=survey, time_zone="Mars/Olympus")

    terminal.settle()
    terminal.settle()

    (told,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert all(part in told for part in ("languages: name", "version: 0", "Mars/Olympus"))


def test_the_complaint_ends_with_the_next_good_configuration(terminal: Running, server: Server) -> None:
    server.configuration = changed(time_zone="Mars/Olympus")
    terminal.settle()
    server.configuration = msgspec.structs.replace(CONFIGURATION, version="c3")

    terminal.settle()
    terminal.settle()

    assert terminal.told.configurations == [server.configuration]
    assert "configuration" not in server.requests[-1].health.devices


def test_a_theme_that_few_could_read_is_told_and_what_is_asked_is_new_all_the_same(
    terminal: Running, server: Server
) -> None:
    server.configuration = changed(theme=Theme(day=msgspec.structs.replace(DAY, ink=DAY.paper)))

    terminal.settle()
    terminal.settle()
    before = server.requests[-1].health.devices
    terminal.restart()
    terminal.settle()

    assert terminal.records.configuration() == server.configuration
    assert before["theme"].startswith("not used: theme: day.ink")
    assert server.requests[-1].health.devices == before


@pytest.mark.parametrize(("unfit", "why"), UNFIT.values(), ids=UNFIT)
def test_one_that_cant_be_asked_any_more_is_asked_for_anew(
    terminal: Running, server: Server, unfit: Configuration, why: str
) -> None:
    """Of an earlier release, say, or with a time zone that the system has left out since."""
    terminal.writer.do(lambda journal: journal.configure(unfit)).result()
    server.configuration = msgspec.structs.replace(CONFIGURATION, version=unfit.version)

    terminal.restart()
    terminal.settle()

    assert server.requests[-2].configuration == "", why
    assert terminal.records.configuration() == server.configuration
