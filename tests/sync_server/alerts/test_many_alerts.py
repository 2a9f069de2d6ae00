"""Alerts of two years are kept; what is open, or has just closed, is found without looking through all of them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sync_server.store import Row, Store, alerts, open_store
from sync_server.store.interface import Bindable

PLACES = ["kamppi", "tapiola"]


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda store: alerts.going_on(store), "alerts_going_on"),
        (lambda store: alerts.open_at(store, PLACES), "alerts_open"),
        (lambda store: alerts.closed_at(store, PLACES, 1, 10), "alerts_closed"),
        (lambda store: alerts.gone(store, after_ms=1, until_ms=2), "alerts_gone"),
    ],
    ids=["going on", "open", "closed", "gone"],
)
def test_few_are_found_among_very_many(
    ask: Callable[[Store], object], index: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(tmp_path)
    read = store.read
    steps: list[str] = []

    def explain(sql: str, parameters: tuple[Bindable, ...] = ()) -> list[Row]:
        steps.extend(str(step[-1]) for step in read(f"EXPLAIN QUERY PLAN {sql}", parameters))
        return []

    monkeypatch.setattr(store, "read", explain)
    ask(store)
    store.close()

    assert f"USING INDEX {index}" in steps[0]
