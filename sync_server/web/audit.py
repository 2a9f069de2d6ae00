"""The audit log, for IT and the owner: who did what and when, newest first."""

import re

from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Template

from survey.opening_hours import local_date, on_clock
from sync_server.accounts.people import Role
from sync_server.alerts import Kind
from sync_server.store import audit, places
from sync_server.store.audit import Note
from sync_server.texts import dates
from sync_server.texts.say import Say, say_in, texts
from sync_server.web.guards import for_people
from sync_server.web.page import PersonRequest, page, page_at

MOST_SHOWN = 100
LAST = 2**53  # no store takes any number, and no log has so many rows
ROLE = re.compile(rf"\(({'|'.join(Role)})(?=[:)])")  # as keeping.described writes it
RULE = re.compile(rf"\b({'|'.join(Kind)})\b")  # as alerts.rules writes it


@page_at("/audit", guards=[for_people])
def show(request: PersonRequest, state: State, up_to: FromQuery[int | None] = None) -> Template:
    notes = audit.notes(state.store, up_to=None if up_to is None else min(up_to, LAST), most=MOST_SHOWN + 1)
    locations = places.locations(state.store)
    time_zone = locations[0].time_zone if locations else "UTC"
    say, today = say_in(request.user.language), local_date(state.clock(), time_zone)
    return page(
        request,
        "audit.html",
        section="people",
        notes=notes[:MOST_SHOWN],
        older=notes[MOST_SHOWN].number if len(notes) > MOST_SHOWN else None,
        is_newest=up_to is None,
        time_zone=time_zone,
        local=lambda at: dates.moment(say, on_clock(at, time_zone), today),
        done=done,
        about=about,
    )


def done(say: Say, what: str) -> str:
    """What was done, in the reader's language where that is known, else as it was noted."""
    key = "audit.what_" + "_".join(what.lower().replace("'", "").split())
    return say(key) if key in texts("en") else what


def about(say: Say, note: Note) -> str:
    """Whom or what it was done to: roles and rules by their words, all else as it was noted."""
    if note.what.startswith("alert rules"):
        place, said, rules = note.about.partition(": ")
        return _place(say, place) + said + RULE.sub(lambda kind: say(f"audit.rule_{kind[1]}"), rules)
    if note.what.startswith(("person", "account")):
        return ROLE.sub(lambda role: f"({say(f'people.role_{role[1]}')}", note.about)
    return note.about


def _place(say: Say, place: str) -> str:
    """Of rules: chain, region:ID, location:ID."""
    kind, _, place_id = place.partition(":")
    return {"chain": say("alerts.of_chain"), "region": say("alerts.of_region", name=place_id)}.get(kind, place_id)
