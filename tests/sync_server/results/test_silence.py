import pytest

from survey.schedule import OpeningHours, Span
from sync_server.results.silence import SILENT_MS, Silent, silent
from sync_server.store import Store, terminals
from tests import cast
from tests.cast import KAMPPI

NINE_TO_SIX = ((Span(9 * 60, 18 * 60),),) * 6 + ((),)  # closed on Sundays
NOON = cast.at("2026-11-21 12:00")


def heard(
    store: Store, name: str, *, touchpoint_id: str = "kamppi-checkout", at: int | None, ended: bool = False
) -> None:
    """A terminal enrolled at 8:00, last heard of then."""
    with store.write() as transaction:
        terminals.add_terminal(
            transaction,
            terminal_id=name,
            touchpoint_id=touchpoint_id,
            name=name,
            token_hash=name,
            now_ms=cast.at("2026-11-21 08:00"),
        )
        if ended:
            terminals.revoke(transaction, name, NOON)
        if at is not None:
            transaction.execute(
                "INSERT INTO terminal_states (location_id, terminal_id, last_exchange_at, version, configuration,"
                " journal_id, pressed, stored, waiting, devices) VALUES ('kamppi', ?, ?, '1', '', 1, 0, 0, 0, '{}')",
                (name, at),
            )


def test_a_terminal_is_silent_after_ten_minutes(store: Store) -> None:
    heard(store, "Left", at=NOON - SILENT_MS)
    heard(store, "Right", at=NOON - SILENT_MS - 1)
    heard(store, "Door", touchpoint_id="kamppi-entrance", at=None)
    heard(store, "Old", at=NOON - 10 * SILENT_MS, ended=True)

    found = silent(store, KAMPPI, NOON)

    assert found == {
        "kamppi-checkout": [Silent("Right", NOON - SILENT_MS - 1)],
        "kamppi-entrance": [Silent("Door", cast.at("2026-11-21 08:00"))],
    }


def test_a_terminal_that_has_just_moved_here_has_time_to_speak(store: Store) -> None:
    heard(store, "Left", touchpoint_id="tapiola-checkout", at=None)

    with store.write() as transaction:
        terminals.move(transaction, "Left", "kamppi-checkout", "Left", NOON - SILENT_MS)

    assert silent(store, KAMPPI, NOON) == {}
    assert "kamppi-checkout" in silent(store, KAMPPI, NOON + 1)


@pytest.mark.parametrize(
    ("local", "is_told"),
    [
        ("2026-11-21 08:59", False),
        ("2026-11-21 09:05", False),  # just switched on
        ("2026-11-21 09:10", True),
        ("2026-11-21 17:59", True),
        ("2026-11-21 18:00", False),
        ("2026-11-22 12:00", False),  # a Sunday
    ],
)
def test_silence_counts_only_while_the_location_is_open(store: Store, local: str, is_told: bool) -> None:
    location = KAMPPI._replace(opening_hours=OpeningHours(NINE_TO_SIX))
    heard(store, "Left", at=cast.at("2026-11-20 17:59"))

    assert bool(silent(store, location, cast.at(local))) == is_told
