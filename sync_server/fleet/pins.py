"""The PIN that opens staff mode on a location's terminals: set or taken away; kept, and told to them, hashed alone."""

from itertools import pairwise

from survey.pins import LEAST_DIGITS, MOST_DIGITS, hashed, is_pin
from sync_server.errors import NotFound, UnfitPin
from sync_server.store import Store, audit, shown


def fault_of(pin: str) -> str:
    """Why it should be no PIN, as a sentence; empty for a good one."""
    if not is_pin(pin):
        return f"A PIN is {LEAST_DIGITS} to {MOST_DIGITS} digits."
    digits = [int(digit) for digit in pin]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    if steps == {0}:
        return "This PIN is one digit again and again, the first thing that anybody tries."
    if steps in ({1}, {9}):
        return "This PIN counts up or down, which anybody tries soon."
    if pin == pin[:2] * (len(pin) // 2):
        return "This PIN repeats two digits, which anybody tries soon."
    return ""


def set_pin(store: Store, location_id: str, pin: str, *, who: str, now_ms: int) -> None:
    """Raises UnfitPin for one that is too easily guessed, NotFound for an unknown location."""
    if fault := fault_of(pin):
        raise UnfitPin(fault, "Choose digits that only your staff know; six are better than four.")
    _put(store, location_id, hashed(pin), "staff's PIN set", who=who, now_ms=now_ms)


def remove_pin(store: Store, location_id: str, *, who: str, now_ms: int) -> None:
    """Without one there is no staff mode. Raises NotFound."""
    _put(store, location_id, "", "staff's PIN removed", who=who, now_ms=now_ms)


def _put(store: Store, location_id: str, hashed_pin: str, what: str, *, who: str, now_ms: int) -> None:
    with store.write() as transaction:
        if not shown.put_staff_pin(transaction, location_id, hashed_pin):
            raise NotFound(f"There is no location {location_id!r}.", "Say it by its id, as the chain file does.")
        audit.note(transaction, who=who, what=what, about=location_id, at_ms=now_ms)
