"""Fleet, for IT: is every terminal heard of, did every press count, is there a backup? New codes, and revoking."""

from urllib.parse import urlencode

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from survey.opening_hours import local_date, on_clock
from sync_server.errors import NotFound
from sync_server.fleet import enrolment, readings, terminals
from sync_server.fleet.terminals import TerminalRow
from sync_server.results.silence import SILENT_MS
from sync_server.store import Store, amiss, outbox, places, upkeep
from sync_server.store import terminals as stored
from sync_server.texts import dates
from sync_server.texts.say import Say, say_in, texts
from sync_server.web.guards import for_fleet
from sync_server.web.page import PersonRequest, Sent, form_at, page, page_at

DISK = {"full": "fleet.disk_full", "failing": "fleet.disk_failing", "nearly full": "fleet.disk_nearly_full"}
SAID = {
    "plugged": "fleet.plugged",
    "unplugged": "fleet.unplugged",
    "stuck": "fleet.stuck",
    "suspicious": "fleet.suspicious",
}
OF_COMPUTER = {"power": "fleet.power", "card": "fleet.card"}
DAY_MS = 24 * 3_600_000
RECENT_MS = 30 * DAY_MS
UNSENT_MS = 15 * 60_000  # a mail server may be away for a moment
BACKUP_MS = 2 * DAY_MS  # one is made every night; an older one says that this has ended
MOST_SHOWN = 100
MOST_HAPPENED = 5  # at a glance; the others can be unfolded


class Form(msgspec.Struct, frozen=True):
    touchpoint_id: str = ""


class Shown(msgspec.Struct, frozen=True):
    """A terminal as the page shows it. faults: where pressed = stored = sent = counted does not hold, and by how many.

    needs_look: something that does not mend itself; answers that wait for the network do.
    """

    row: TerminalRow
    is_silent: bool
    faults: list[tuple[str, int]]
    needs_look: bool

    @property
    def readings(self) -> list[tuple[str, str, str, bool]]:
        """The key of what is said of each, its name, its value, and whether that needs a look."""
        found = []
        for name in readings.in_order(self.row.readings):
            value, is_known = self.row.readings[name], name in readings.SHOWN
            is_look = readings.is_beyond(name, value) and self.row.revoked_at is None
            said = f"fleet.reading_{name}" if is_known else "fleet.reading"
            found.append((said, name, readings.in_figures(name, value), is_look))
        return found

    @property
    def devices(self) -> list[tuple[str, str, bool]]:
        """How each is: the key of what is said of it, its name, and whether that needs a look."""
        found = []
        for device, state in self.row.devices.items():
            said = DISK.get(state) if device == "disk" else OF_COMPUTER.get(device) or SAID.get(state)
            is_look = readings.is_fault(device, state) and self.row.revoked_at is None
            found.append((said or "fleet.device", device, is_look))
        return found


class Happened(msgspec.Struct, frozen=True, array_like=True):
    """What became of a journal. about: the event's name."""

    at: int
    about: str
    terminal_id: str
    name: str
    location_name: str


class Part(msgspec.Struct, frozen=True):
    """What of the fleet is shown: those of a location or of all, and which page of them."""

    location_id: str
    number: int

    def address(self, path: str, number: int | None = None) -> str:
        return f"{path}?{urlencode({'at': self.location_id, 'number': number or self.number})}"


@page_at("/fleet", guards=[for_fleet])
def show(request: PersonRequest, state: State, at: FromQuery[str] = "", number: FromQuery[int] = 1) -> Template:
    return _fleet(request, state, "fleet.html", Part(at, number))


@page_at("/fleet/main", guards=[for_fleet])
def part(request: PersonRequest, state: State, at: FromQuery[str] = "", number: FromQuery[int] = 1) -> Template:
    return _fleet(request, state, "fleet_main.html", Part(at, number))


@form_at("/fleet/codes", guards=[for_fleet])
def make_code(request: PersonRequest, state: State, data: Sent[Form]) -> Template:
    now = state.clock()
    until = now + enrolment.VALID_MS
    code = enrolment.make_code(state.store, data.touchpoint_id, now)
    time_zone = _time_zone(state.store, data.touchpoint_id)
    return page(
        request,
        "fleet_code.html",
        section="fleet",
        code=code,
        touchpoint=_touchpoint_labels(state.store)[data.touchpoint_id],
        until=dates.moment(say_in(request.user.language), on_clock(until, time_zone), local_date(now, time_zone)),
        time_zone=time_zone,
    )


@page_at("/fleet/{terminal_id:str}/revoke", guards=[for_fleet])
def ask_revoke(request: PersonRequest, state: State, terminal_id: FromPath[str]) -> Template:
    row = terminals.terminal(state.store, terminal_id)
    if row.revoked_at is not None:
        raise NotFound(f"There is no terminal {terminal_id!r} in force.")
    return page(request, "fleet_revoke.html", section="fleet", row=row)


@form_at(
    "/fleet/{terminal_id:str}/revocation",  # not the path of the question: Litestar 2.25 wraps two on one path twice
    guards=[for_fleet],
)
def revoke(state: State, terminal_id: FromPath[str]) -> Redirect:
    terminals.revoke(state.store, terminal_id, state.clock())
    return Redirect("/fleet", status_code=303)


def equation_faults(row: TerminalRow) -> list[tuple[str, int]]:
    """Where pressed = stored = sent = counted does not hold: what is said of it, and how many."""
    steps = [
        ("fleet.not_stored", row.pressed - row.stored),
        ("fleet.not_sent", row.stored - row.sent),
        ("fleet.not_counted", row.uncounted),
        ("fleet.too_many", row.counted - row.stored),
    ]
    return [(key, n) for key, n in steps if n > 0]


def shown(row: TerminalRow, now_ms: int) -> Shown:
    is_silent = row.revoked_at is None and (row.last_exchange_at or row.enrolled_at) < now_ms - SILENT_MS
    faults = equation_faults(row)
    lasting = any(key != "fleet.not_sent" for key, _ in faults)
    wrong = lasting or row.quarantined or row.missing or any(readings.is_fault(*told) for told in row.devices.items())
    wrong = wrong or is_silent or row.last_exchange_at is None
    wrong = wrong or any(readings.is_beyond(*told) for told in row.readings.items())
    return Shown(row, is_silent, faults, needs_look=bool(wrong))


def device_name(say: Say, device: str) -> str:
    """In the reader's language where it is one that every terminal has, else as it is named there."""
    key = f"fleet.device_{device}"
    return say(key) if key in texts("en") else device


def ago(say: Say, at_ms: int | None, now_ms: int) -> str:
    if at_ms is None:
        return say("fleet.never")
    minutes = max(0, now_ms - at_ms) // 60_000
    if minutes < 1:
        return say("fleet.now")
    if minutes < 60:
        return say("fleet.minutes", n=minutes)
    if minutes < 48 * 60:
        return say("fleet.hours", n=minutes // 60)
    return say("fleet.days", n=minutes // (24 * 60))


def _fleet(request: PersonRequest, state: State, template: str, wanted: Part) -> Template:
    store, now = state.store, state.clock()
    rows = [shown(row, now) for row in terminals.terminals(store)]
    in_force = [one for one in rows if one.row.revoked_at is None]
    there = [one for one in rows if wanted.location_id in ("", one.row.location_id)]
    there.sort(key=lambda one: (one.row.revoked_at is not None, not one.needs_look))
    pages = max(1, -(-len(there) // MOST_SHOWN))
    wanted = Part(wanted.location_id, min(max(1, wanted.number), pages))
    happened = [Happened(*event) for event in amiss.events_since(store, now - RECENT_MS)]
    backups = upkeep.backups(store)
    return page(
        request,
        template,
        section="fleet",
        now=now,
        ago=ago,
        device_name=device_name,
        in_force=len(in_force),
        look=sum(one.needs_look for one in in_force),
        terminals=there[(wanted.number - 1) * MOST_SHOWN : wanted.number * MOST_SHOWN],
        found=len(there),
        wanted=wanted,
        is_whole=template == "fleet.html",
        pages=pages,
        backup_at=backups[0].made_at if backups else None,
        backup_is_old=not backups or backups[0].made_at < now - BACKUP_MS,
        unsent=dict(zip(("n", "reason"), outbox.trouble(store, now, patience_ms=UNSENT_MS), strict=True)),
        happened=happened,
        most_happened=MOST_HAPPENED,
        touchpoints=_touchpoint_labels(store, wanted.location_id),
        location_names=_location_names(store),
        quarantine=stored.quarantine_reasons(store),
    )


def _time_zone(store: Store, touchpoint_id: str) -> str:
    touchpoint = places.touchpoint(store, touchpoint_id)
    location = places.location(store, touchpoint.location_id) if touchpoint else None
    return location.time_zone if location else "UTC"


def _location_names(store: Store) -> dict[str, str]:
    return {location.location_id: location.name for location in places.locations(store)}


def _touchpoint_labels(store: Store, location_id: str = "") -> dict[str, str]:
    """Of a location, or of all; each with its location's name: every shop has a checkout."""
    names = _location_names(store)
    return {
        touchpoint.touchpoint_id: f"{names.get(touchpoint.location_id, touchpoint.location_id)} · {touchpoint.name}"
        for touchpoint in places.touchpoints(store)
        if location_id in ("", touchpoint.location_id)
    }
