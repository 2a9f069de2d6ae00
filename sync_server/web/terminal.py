"""One terminal, for IT: day by day whether every press counted, what became of its journals, and what to decide."""

from datetime import date
from typing import Annotated

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Template

from survey.opening_hours import local_date, on_clock
from sync_server.fleet import missing, quarantine
from sync_server.fleet.days import SETTLED, days_of
from sync_server.fleet.missing import Missing
from sync_server.fleet.surveys import Questions
from sync_server.fleet.terminals import TerminalRow, journal_name, terminal
from sync_server.store import Store, amiss, places
from sync_server.store.amiss import JournalRow
from sync_server.texts import dates
from sync_server.texts.say import say_in
from sync_server.web.fleet import ago, device_name, shown
from sync_server.web.guards import for_fleet
from sync_server.web.page import PersonRequest, Sent, form_at, page, page_at

SHOWN_DAYS = 60


class Loss(msgspec.Struct, frozen=True):
    journal: str = ""
    first: str = ""
    why: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class Release(msgspec.Struct, frozen=True):
    reason: Annotated[str, msgspec.Meta(max_length=2_000)] = ""


class Happened(msgspec.Struct, frozen=True):
    """What became of a journal. about: the event's name."""

    at: int
    about: str
    value: str
    journal: str


@page_at("/fleet/terminals/{terminal_id:str}", guards=[for_fleet])
def show(request: PersonRequest, state: State, terminal_id: FromPath[str]) -> Template:
    return _terminal(request, state, terminal_id)


@form_at("/fleet/terminals/{terminal_id:str}/losses", guards=[for_fleet])
def accept_loss(
    request: PersonRequest,
    state: State,
    terminal_id: FromPath[str],
    data: Sent[Loss],
) -> Template | Redirect:
    row = terminal(state.store, terminal_id)
    if not missing.is_explained(data.why):
        return _terminal(request, state, terminal_id, status_code=400, unexplained=data)
    first_seq = int(data.first) if data.first.isdecimal() else 0
    missing.accept(state.store, data.journal, first_seq, who=request.user.name, why=data.why, now_ms=state.clock())
    return Redirect(f"/fleet/terminals/{row.terminal_id}", status_code=303)


@form_at("/fleet/terminals/{terminal_id:str}/releases", guards=[for_fleet], status_code=200)
def release(request: PersonRequest, state: State, terminal_id: FromPath[str], data: Sent[Release]) -> Template:
    row = terminal(state.store, terminal_id)
    done = quarantine.release(
        state.store,
        Questions(state.store),
        who=request.user.name,
        now_ms=state.clock(),
        reason=data.reason,
        terminal_id=row.terminal_id,
    )
    state.changes.tell({journal.location_id for journal in amiss.journals(state.store, terminal_id)})
    return _terminal(request, state, terminal_id, released=done)


def _terminal(
    request: PersonRequest, state: State, terminal_id: str, *, status_code: int = 200, **said: object
) -> Template:
    """said: what just came of a form."""
    store: Store = state.store
    now = state.clock()
    row = terminal(store, terminal_id)
    journals = amiss.journals(store, terminal_id)
    time_zone = _time_zone(store, row)
    say, today = say_in(request.user.language), local_date(now, time_zone)
    days = days_of(store, journals, amiss.missing_ranges(store))
    content: dict[str, object] = {
        "released": None,
        "unexplained": None,
        "now": now,
        "ago": ago,
        "device_name": device_name,
        "terminal": shown(row, now),
        "days": days[:SHOWN_DAYS],
        "older": max(0, len(days) - SHOWN_DAYS),
        "has_gap": any(day.needs_look for day in days),
        "settled": SETTLED,
        "journals": journals,
        "touchpoint_names": {point.touchpoint_id: point.name for point in places.touchpoints(store)},
        "journal_name": journal_name,
        "happened": _happened(store, journals),
        "missing": _missing(store, terminal_id),
        "quarantine": _by_reason(store, terminal_id),
        "local": lambda at: dates.moment(say, on_clock(at, time_zone), today),
        "near": lambda day: dates.near(say, date.fromisoformat(day), today),
    }
    return page(request, "terminal.html", section="fleet", status_code=status_code, **(content | said))


def _happened(store: Store, journals: list[JournalRow]) -> list[Happened]:
    """Newest first."""
    found = [
        Happened(at, about, value, journal_name(journal.journal_id))
        for journal in journals
        for at, about, value in amiss.events(store, journal.location_id, journal.journal_id)
    ]
    return sorted(found, key=lambda event: event.at, reverse=True)


def _missing(store: Store, terminal_id: str) -> list[Missing]:
    """What is still looked for first."""
    found = [lost for lost in missing.missing(store) if lost.terminal_id == terminal_id]
    return sorted(found, key=lambda lost: lost.accepted_at is not None)


def _by_reason(store: Store, terminal_id: str) -> list[tuple[str, int]]:
    """Over all journals of the terminal, most entries first."""
    counts: dict[str, int] = {}
    for group in quarantine.groups(store):
        if group.terminal_id == terminal_id:
            counts[group.reason] = counts.get(group.reason, 0) + group.entries
    return sorted(counts.items(), key=lambda item: -item[1])


def _time_zone(store: Store, row: TerminalRow) -> str:
    location = places.location(store, row.location_id)
    return location.time_zone if location else "UTC"
