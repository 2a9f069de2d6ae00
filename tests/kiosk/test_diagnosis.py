import pytest

from kiosk.diagnosis import Facts, rows
from kiosk.views import Row

FACTS = Facts(
    version="0.2",
    standing="online",
    exchanged_s=3_725,
    waiting=3,
    wall="2026-11-27 12:00",
    clock_source="server",
    devices={"buttons": "plugged"},
    readings={"temperature_c": 51.5},
)


def test_the_diagnostics_say_how_the_terminal_is_in_the_staffs_language() -> None:
    assert rows(FACTS, "en") == (
        Row("Network", "online"),
        Row("Last exchange", "1:02:05 ago"),
        Row("Waiting to be sent", "3"),
        Row("Clock", "2026-11-27 12:00 (by the server)"),
        Row("Memory card", "well"),
        Row("buttons", "plugged"),
        Row("temperature_c", "51.5"),
        Row("Version", "0.2"),
    )
    assert rows(FACTS, "fi")[0] == Row("Verkko", "online")


@pytest.mark.parametrize("source", ["server", "ntp", "estimated", "unknown"])
def test_wherever_the_time_comes_from_it_is_said(source: str) -> None:
    facts = Facts("0.2", "", None, 0, "12:00", source)  # type: ignore[arg-type]

    assert Row("Network", "not yet") in rows(facts, "en")
    assert rows(facts, "en")[3].text.startswith("12:00 (")
