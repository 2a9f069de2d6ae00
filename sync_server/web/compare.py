"""Compare: which locations, regions, phases or periods differ by more than chance. Nothing else is ranked."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any, Literal, NamedTuple
from urllib.parse import quote, urlencode

from litestar.datastructures import State
from litestar.params import FromQuery
from litestar.response import Template
from markupsafe import Markup

from survey.figures import Figure
from survey.opening_hours import local_date, on_clock
from survey.questions import Kind
from sync_server.charts import differences
from sync_server.charts.differences import Scale
from sync_server.errors import NotFound
from sync_server.insight.chain_days import ChainDays
from sync_server.insight.comparing import Side
from sync_server.results import comparison
from sync_server.results.comparison import Part, PlaceOf, Row
from sync_server.results.periods import Period
from sync_server.store import places
from sync_server.store.places import LocationRow
from sync_server.texts import dates
from sync_server.texts.say import Say, in_words, points, say_in, signed, whole
from sync_server.web.asked_period import AskedPeriod, asked_period
from sync_server.web.page import PersonRequest, nothing_to_see, page, page_at, visible_locations
from sync_server.web.pdf import PRINTED

What = Literal["locations", "regions", "touchpoints", "periods"]
Against = Literal["before", "year"]
WHATS: Sequence[What] = ("locations", "regions", "touchpoints", "periods")
SIDES: Sequence[Side] = ("below", "above", "same", "too few")
YEAR = timedelta(weeks=52)  # the same weekdays
COME_BACK_S = 3


class Asked(NamedTuple):
    """What the address asks for. regions: names of those that the reader sees, by id."""

    what: What
    period: Period
    against: Against
    region: str
    phase: str
    regions: Mapping[str, str]

    @property
    def before(self) -> Period | None:
        """The period that each is compared with."""
        if self.what != "periods":
            return None
        if self.against == "before":
            return self.period.before
        return Period(self.period.first - YEAR, self.period.last - YEAR)

    @property
    def oldest(self) -> date:
        return (self.before or self.period).first

    @property
    def noun(self) -> str:
        """What the rows are, as the texts name it."""
        if self.what == "touchpoints":
            return "touchpoints" if self.phase else "phases"
        return self.what

    @property
    def place_of(self) -> PlaceOf:
        if self.what == "regions":
            return comparison.by_region(self.regions)
        if self.what == "touchpoints":
            return comparison.of_phase(self.phase) if self.phase else comparison.by_phase
        return comparison.by_location

    def address(self, what: What, **also: str) -> str:
        first, last = self.period.dates
        asked = {"what": what, "first": first, "last": last, "region": self.region} | also
        return "/compare?" + urlencode({name: value for name, value in asked.items() if value})

    def with_dates(self, first: str, last: str) -> str:
        against = self.against if self.before else ""
        return self.address(self.what, first=first, last=last, phase=self.phase, against=against)

    def leads_to(self, row: Row) -> str:
        """The page that says more of a place."""
        if self.noun == "regions":
            return self.address("locations", region=row.place.place_id)
        if self.noun == "phases":
            return self.address("touchpoints", phase=row.place.place_id)
        first, last = self.period.dates
        return f"/location/{quote(row.place.location_id, safe='')}?first={first}&last={last}"


class Shown(NamedTuple):
    """A part as the page shows it. cards: the places of each side."""

    kind: Kind
    finding: str
    sentences: list[str]
    cards: Markup


@page_at("/compare", opt=PRINTED)
def show(
    request: PersonRequest,
    state: State,
    what: FromQuery[What] = "locations",
    first: FromQuery[str] = "",
    last: FromQuery[str] = "",
    region: FromQuery[str] = "",
    phase: FromQuery[str] = "",
    against: FromQuery[Against] = "before",
) -> Template:
    visible = visible_locations(state.store, request.user)
    if not visible:
        return nothing_to_see(request)
    names = places.region_names(state.store)
    regions = {one.region_id: names.get(one.region_id, one.region_id) for one in visible}
    if region and region not in regions:
        raise NotFound(f"There is no region {region!r}, or it is not yours to see.")
    today = max(local_date(state.clock(), time_zone) for time_zone in {one.time_zone for one in visible})
    say = say_in(request.user.language)

    def ask(period: Period) -> Asked:
        return Asked(what, period, against, region, phase, regions)

    found = asked_period(say, first, last, today, lambda period: comparison.check_held(ask(period).oldest, today))
    locations = [one for one in visible if not region or one.region_id == region]
    return _page(request, state.chain_days, ask(found.period), found, locations)


def _page(
    request: PersonRequest,
    chain_days: ChainDays,
    asked: Asked,
    dates_asked: AskedPeriod,
    locations: Sequence[LocationRow],
) -> Template:
    say = say_in(request.user.language)
    as_of_ms, is_shown = chain_days.as_of_ms, not dates_asked.fault
    key = *asked[:-1], request.user.language, frozenset(one.location_id for one in locations)
    shown = (
        chain_days.once(key, lambda: _shown(request, asked, _parts(chain_days, asked, locations)))
        if as_of_ms and is_shown
        else []
    )
    as_of = on_clock(as_of_ms or 0, locations[0].time_zone)
    found = page(
        request,
        "compare.html",
        status_code=dates_asked.status_code,
        asked_period=dates_asked,
        section="compare",
        asked=asked,
        whats=WHATS,
        is_read=as_of_ms is not None,
        as_of=as_of.strftime("%H:%M"),
        days=_days(say, asked.period),
        days_before=_days(say, asked.before) if asked.before else None,
        shown=shown,
    )
    if as_of_ms is None and is_shown:
        found.set_header("refresh", str(COME_BACK_S))
    return found


def _days(say: Say, period: Period) -> dict[str, str]:
    return {"first": dates.short(say, period.first), "last": dates.short(say, period.last)}


def _parts(chain_days: ChainDays, asked: Asked, locations: Sequence[LocationRow]) -> list[Part]:
    if asked.before:
        return comparison.compared_with(chain_days, locations, asked.place_of, asked.period, asked.before)
    return comparison.compared(chain_days, locations, asked.place_of, asked.period)


def _shown(request: PersonRequest, asked: Asked, parts: Sequence[Part]) -> list[Shown]:
    """With the tables ready: five hundred rows take as long to write as to compare."""
    engine = request.app.template_engine
    assert engine is not None  # noqa: S101  as for every page
    template, say = engine.get_template("compare_part.html"), say_in(request.user.language)
    context = {
        "say": say,
        "asked": asked,
        "is_alone": partial(is_alone, asked.noun),
        "sides": SIDES,
        "points": partial(points, say),
        "signed": partial(signed, say),
        "heading": "h3" if parts[1:] else "h2",
    }
    return [
        Shown(
            part.kind,
            finding(say, asked.noun, part),
            sentences(say, asked.noun, part),
            Markup(template.render(context | {"part": part, "number": number, **_drawn(say, part)})),  # noqa: S704
        )
        for number, part in enumerate(parts)
    ]


def _drawn(say: Say, part: Part) -> dict[str, Any]:
    """axis: the head of the scale; lines: by side, a drawing for each row that has a figure."""
    figures = [row.figure for rows in part.rows.values() for row in rows if row.figure]
    scale = differences.common_scale([*figures, *([part.together] if part.together else [])])
    together = part.together or Figure(0, 0, 0, 0)
    unit = "" if part.measure == "nps" else " %"
    words = say("compare.mean", value=f"{whole(together.value)}{unit}")
    return {
        "axis": differences.axis(scale, together, unit=unit, words=words),
        "lines": {side: [_line(scale, row, together) for row in rows] for side, rows in part.rows.items()},
    }


def _line(scale: Scale, row: Row, together: Figure) -> Markup:
    if row.figure is None:
        return Markup()
    return differences.row(scale, row.figure, together=together, side=row.side, before=row.before)


def is_alone(noun: str, part: Part) -> bool:
    """Nothing stands beside it, however many have answered."""
    return noun != "periods" and part.places == 1


def finding(say: Say, noun: str, part: Part) -> str:
    """The one sentence on top."""
    below, above = (len(part.rows[side]) for side in ("below", "above"))
    if not part.compared:
        return say("compare.alone") if is_alone(noun, part) else say("compare.few")
    if part.compared == 1:
        return say(f"compare.only_{next(side for side in SIDES if part.rows[side])}") + "."
    if not below and not above:
        return say(f"compare.none_{noun}", total=part.compared) + "."
    if not below:
        return say(f"compare.above_{noun}", n=above, total=part.compared) + "."
    also = "compare.and_better" if noun == "periods" else "compare.and_above"
    return say(f"compare.below_{noun}", n=below, total=part.compared) + (say(also, n=above) if above else "") + "."


def sentences(say: Say, noun: str, part: Part) -> list[str]:
    """What is said under the finding."""
    said = []
    if not part.compared:
        few = "compare.few_periods_help" if noun == "periods" else "compare.few_help"
        said.append(say("compare.alone_help" if is_alone(noun, part) else few))
    same = len(part.rows["same"])
    if same and same < part.compared:
        said.append(say("compare.rest_periods" if noun == "periods" else "compare.rest", n=same))
    if part.together:
        said.append(say(f"compare.together_{part.measure}", n=part.together.n, **in_words(part.together)))
    if part.before and part.change:
        is_known = part.change.low > 0 or part.change.high < 0
        key = f"compare.{'change' if is_known else 'unchanged'}_{part.measure}"
        words = signed(say, part.change) | {"value": points(say, part.measure, part.change)}
        said.append(say(key, before=whole(part.before.value), n=part.before.n, **words))
    return said
