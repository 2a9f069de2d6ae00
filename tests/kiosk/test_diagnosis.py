from pathlib import Path

import pytest

from kiosk.diagnosis import Facts, look, rows
from kiosk.views import Row
from tests.kiosk.a_terminal import HandClock, Running, Server, a_writer

HEALTH = {
    "version": "0.2",
    "disk": "",
    "devices": {"buttons": "plugged", "door": "suspicious"},
    "readings": {"temperature_c": 51.5, "uptime_s": 3_661.0},
}


def test_the_diagnostics_say_how_the_terminal_is_in_the_staffs_language() -> None:
    facts = Facts("online", 3_725, 3, "2026-11-27 12:00", "server")

    assert rows(facts, "en", **HEALTH) == (  # type: ignore[arg-type]
        Row("Network", "connected"),
        Row("Last exchange", "62 min ago"),
        Row("Waiting to be sent", "3"),
        Row("Clock", "2026-11-27 12:00 (by the server)"),
        Row("Memory card", "well"),
        Row("Buttons", "connected"),
        Row("door", "counts too much"),
        Row("Temperature", "52 °C"),
        Row("Running for", "61 min"),
        Row("Version", "0.2"),
    )
    assert rows(facts, "fi", **HEALTH)[0] == Row("Verkko", "yhteydessä")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "online_s", "said"),
    [
        ("fi", 12, ["12 s sitten", "3 päivää", "24,6 Gt", "310 Mt", "7 %", "0,08"]),
        ("sv", 7_300, ["för 2 tim sedan", "3 dagar", "24,6 GB", "310 MB", "7 %", "0,08"]),
        ("en", 119, ["119 s ago", "3 days", "24.6 GB", "310 MB", "7 %", "0.08"]),
    ],
)
def test_times_and_sizes_are_said_as_people_say_them(language: str, online_s: int, said: list[str]) -> None:
    facts = Facts("online", online_s, 0, "2026-11-27 12:00", "server")
    readings = {"uptime_s": 3.5 * 86_400, "disk_free_mb": 24_600.0, "memory_free_mb": 310.0, "card_worn_percent": 7.0}

    shown = rows(facts, language, version="", disk="", devices={}, readings=readings | {"load": 0.08})

    assert [shown[1].text, *(row.text for row in shown[5:-1])] == said


@pytest.mark.parametrize("source", ["server", "ntp", "estimated", "unknown"])
def test_wherever_the_time_comes_from_it_is_said(source: str) -> None:
    shown = rows(Facts("", None, 0, "12:00", source), "en", **HEALTH)  # type: ignore[arg-type]

    assert shown[:2] == (Row("Network", "not yet"), Row("Last exchange", "not yet"))
    assert shown[3].text.startswith("12:00 (")


def test_it_is_looked_for_in_journal_and_clock(tmp_path: Path, hand: HandClock, server: Server) -> None:
    with a_writer(tmp_path, hand) as (writer, kept):
        terminal = Running(tmp_path, writer, kept, hand, server)
        assert look(tmp_path, hand.clock, online_at_ms=terminal.exchange.online_at_ms).online_s is None

        terminal.settle()
        hand.pass_ms(90_000)
        terminal.answers(5, 4)
        facts = look(tmp_path, hand.clock, online_at_ms=terminal.exchange.online_at_ms)
        terminal.exchange.close()

    assert facts == Facts("online", 90, 2, "2027-01-15 08:01", "server")
