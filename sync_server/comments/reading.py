"""The comments that a person looks for, as they are shown: newest first, a page at a time."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from survey.opening_hours import local_date, on_clock
from survey.questions import SCALES, Kind
from sync_server.errors import NotFound
from sync_server.results import shared
from sync_server.results.asked import survey_of
from sync_server.results.periods import Period, read_period
from sync_server.store import Store
from sync_server.store import comments as stored
from sync_server.store import results as figures
from sync_server.store.comments import ActRow, CommentRow, Key, Span, Wanted
from sync_server.store.places import LocationRow
from sync_server.store.rows import without_nul

TOGETHER = 30  # on a page
STATES = ("new", "mine", "handled")
MOST_WORDS, MOST_LETTERS = 8, 100
_ID = re.compile(r"(-?\d{1,19})-(\d{1,19})-(\d{1,19})-(.+)", re.ASCII | re.DOTALL)


class Asked(msgspec.Struct, frozen=True):
    """What an address asks for, as it is written there; empty: any. location: an id. before: a comment's id."""

    location: str = ""
    q: str = ""
    state: str = ""
    touchpoint: str = ""
    first: str = ""
    last: str = ""
    face: str = ""
    language: str = ""
    before: str = ""


class Act(msgspec.Struct, frozen=True):
    """assignee: a name; empty: nobody."""

    local_time: datetime
    who: str
    act: str
    assignee: str
    words: str


class Comment(msgspec.Struct, frozen=True):
    """seen: how many acts. assignee: a person's id; empty: nobody's. face: 1 to 5, of the same visit."""

    comment_id: str
    location_name: str
    touchpoint_name: str
    local_time: datetime
    language: str
    face: int | None
    text: str
    is_masked: bool
    seen: int
    assignee: str
    assignee_name: str
    is_handled: bool
    history: list[Act]


class Found(msgspec.Struct, frozen=True):
    """count: of all that fit, among those that were looked through; None on the pages after the first.

    older: the id that the next page begins after; empty where there is nothing more. looked_to: local time of the
    oldest that was looked at, where there are older ones; None: all were.
    """

    comments: list[Comment]
    period: Period
    kind: Kind
    count: int | None
    older: str
    looked_to: datetime | None


class One(NamedTuple):
    """kind: of the shared question, which the comment's face stands for an answer to."""

    key: Key
    location: LocationRow
    comment: Comment
    kind: Kind


def find(
    store: Store,
    locations: Sequence[LocationRow],
    visible: Sequence[LocationRow],
    asked: Asked,
    *,
    me: str,
    now_ms: int,
) -> Found:
    """locations: where is looked, one or more; visible: all of the reader's. me: the reader's id.

    Raises PeriodFaults, and NotFound for a page that begins after what is no comment.
    """
    today = max(local_date(now_ms, time_zone) for time_zone in _zones(locations))
    period = read_period(asked.first, asked.last, today)
    kind = shared_kind(store, locations)
    wanted = _wanted(locations, period, kind, asked, me)
    rows = stored.newest(store, wanted, TOGETHER + 1)
    looked_to = stored.looked_to(store, wanted) if len(rows) <= TOGETHER else None
    shown, more = rows[:TOGETHER], rows[TOGETHER:]
    by_id = {location.location_id: location for location in visible}
    last = shown[-1].key if more else looked_to
    return Found(
        comments=_comments(store, shown, by_id, kind),
        period=period,
        kind=kind,
        count=None if asked.before else stored.count(store, wanted),
        older=comment_id(last) if last else "",
        looked_to=on_clock(looked_to.at, by_id[looked_to.location_id].time_zone) if looked_to else None,
    )


def one(store: Store, text: str, visible: Sequence[LocationRow]) -> One:
    """The comment of this id. Raises NotFound, also for one of a place that is not the reader's."""
    key = read_id(text)
    location = next((location for location in visible if location.location_id == key.location_id), None)
    row = stored.comment(store, key) if location else None
    if location is None or row is None:
        raise NotFound(f"There is no comment {text!r}, or it is not yours to see.")
    kind = shared_kind(store, [location])
    (comment,) = _comments(store, [row], {location.location_id: location}, kind)
    return One(key, location, comment, kind)


def comment_id(key: Key) -> str:
    """As it stands in addresses and forms."""
    return f"{key.at}-{key.journal_id}-{key.seq}-{key.location_id}"


def read_id(text: str) -> Key:
    """Raises NotFound for what is no id."""
    found = _ID.fullmatch(without_nul(text))
    numbers = [int(number) for number in found.groups()[:3]] if found else []
    if not found or max(map(abs, numbers)) >= 2**63:
        raise NotFound(f"There is no comment {text!r}.")
    return Key(found[4], *numbers)


def shared_kind(store: Store, locations: Sequence[LocationRow]) -> Kind:
    """Of the chain's shared question, which every survey asks."""
    asked = (point.survey for location in locations for point in figures.touchpoints(store, location.location_id))
    return next((survey_of(survey).shared_question.kind for survey in asked), Kind.SMILEY5)


def _wanted(locations: Sequence[LocationRow], period: Period, kind: Kind, asked: Asked, me: str) -> Wanted:
    words = without_nul(asked.q)[:MOST_LETTERS].split()[:MOST_WORDS]
    scores = [value for value in SCALES[kind] if str(shared.face_of(kind, value)) == asked.face]
    return Wanted(
        spans=[Span(*period.span_ms(name), among) for name, among in _zones(locations).items()],
        words=words,
        touchpoint_id=without_nul(asked.touchpoint),
        scores=scores if asked.face else None,
        language=without_nul(asked.language),
        state=asked.state if asked.state in STATES else "",
        person_id=me,
        before=read_id(asked.before) if asked.before else None,
    )


def _zones(locations: Sequence[LocationRow]) -> dict[str, list[str]]:
    """Time zone -> ids of the locations there."""
    zones: dict[str, list[str]] = {}
    for location in locations:
        zones.setdefault(location.time_zone, []).append(location.location_id)
    return zones


def _comments(store: Store, rows: Sequence[CommentRow], by_id: Mapping[str, LocationRow], kind: Kind) -> list[Comment]:
    done: dict[Key, list[ActRow]] = {}
    for act in stored.acts(store, [row.key for row in rows if row.acts]):
        done.setdefault(act.key, []).append(act)
    return [_comment(row, by_id[row.key.location_id], kind, done.get(row.key, ())) for row in rows]


def _comment(row: CommentRow, location: LocationRow, kind: Kind, done: Sequence[ActRow]) -> Comment:
    return Comment(
        comment_id=comment_id(row.key),
        location_name=location.name,
        touchpoint_name=row.touchpoint_name,
        local_time=on_clock(row.key.at, location.time_zone),
        language=row.language,
        face=None if row.score is None else shared.face_of(kind, row.score),
        text=row.text,
        is_masked=row.is_masked,
        seen=row.acts,
        assignee=row.assignee,
        assignee_name=row.assignee_name,
        is_handled=row.is_handled,
        history=[
            Act(on_clock(act.done_at, location.time_zone), act.who, act.act, act.assignee_name, act.words)
            for act in done
        ],
    )
