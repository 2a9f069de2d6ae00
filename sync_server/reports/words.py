"""A report in words: first what was found, then how sure it is, then how it compares."""

from collections.abc import Iterator, Sequence

from survey.figures import Figure
from sync_server.insight.days import Verdict
from sync_server.reports.content import Line, Report, Told
from sync_server.results.location import Change, PeriodComment, Standing, standing_of, target_standing
from sync_server.results.shared import Measure
from sync_server.results.trend import Point
from sync_server.texts import dates
from sync_server.texts.say import Say, in_words, points, signed, sure, whole

MOST_LATE = 6  # days that are told one by one
COMPARED_DAYS = (Verdict.USUAL, Verdict.BETTER, Verdict.WORSE)


def subject(say: Say, report: Report) -> str:
    """One line, which is the finding."""
    when = say(f"reports.when_{report.kind}")
    told = report.one
    if not told:
        key = "reports.subject_looks" if report.looks else "reports.subject_places"
        return say(key, n=len(report.places), when=when, names=names(report.looks))
    name, found = told.location.name, told.found
    if not found.figure:
        key = "reports.subject_few" if found.answers else "reports.subject_none"
        return say(key, location=name, when=when, n=found.answers)
    finding = say("reports.subject", location=name, figure=figure(say, told), when=when, sure=sure(say, found.figure))
    return ", ".join([finding, *_standing(say, report, told)])


def names(several: Sequence[Line]) -> str:
    return ", ".join(line.location.name for line in several)


def when(say: Say, report: Report) -> str:
    """The period, as it stands within a line."""
    first, last = report.period.first, report.period.last
    if first == last:
        return dates.full(say, first)
    days = {"first": dates.short(say, first), "last": dates.short(say, last)}
    return say(f"reports.{report.kind}_days", **days, week=first.isocalendar().week, year=last.year)


def figure(say: Say, told: Told) -> str:
    assert told.found.figure is not None  # noqa: S101  asked where there is one
    return say(f"location.{told.found.measure}", **in_words(told.found.figure))


def short(say: Say, line: Line, value: Figure) -> str:
    return say(f"location.{line.brief.measure}_short", **in_words(value))


def sentences(say: Say, told: Told) -> Iterator[str]:
    """What is said under the finding."""
    found = told.found
    if told.side == "below":
        yield say("reports.why_below")
    if found.figure:
        yield say("location.answers", n=found.answers)
        if found.figure.standing == "preliminary":
            yield say("location.preliminary")
        yield from _compared(say, told)
        if found.target is not None:
            yield say(f"location.{target_standing(found.figure, found.target)}", target=found.target)
    if told.brief.verdict is None and found.late:
        yield say("location.late", n=found.late)
    if told.late:
        yield say("reports.late", days=_late(say, told.late))


def _late(say: Say, points: Sequence[Point]) -> str:
    if len(points) <= MOST_LATE:
        return ", ".join(say("reports.late_day", day=dates.short(say, one.period.first), n=one.late) for one in points)
    span = {"first": dates.short(say, points[0].period.first), "last": dates.short(say, points[-1].period.first)}
    return say("reports.late_days", n=sum(one.late for one in points), days=len(points), **span)


def changed(say: Say, measure: Measure, change: Change, standing: Standing) -> str:
    """How a period stands beside the one before it. Of many places some differ by chance: those are said to."""
    before = say(f"location.{measure}_before", value=whole(change.figure.value), n=change.figure.n)
    words = signed(say, change.difference) | {"value": points(say, measure, change.difference)}
    if standing == "same" and standing_of(change.difference) != "same":
        return say("location.by_chance", n=change.before.days, before=before)
    return say(f"location.{standing}", n=change.before.days, before=before, **words)


def given(say: Say, report: Report, one: PeriodComment) -> str:
    """When a comment was written: of several days also the date."""
    time = one.comment.local_time
    return time if report.kind == "daily" else f"{dates.short(say, one.local_date)} {time}"


def link(report: Report, line: Line) -> str:
    """Where the same is on a page, within the server's address."""
    first, last = report.period.dates
    if report.kind == "daily":
        return f"/today/{line.location.location_id}?day={last}"
    return f"/location/{line.location.location_id}?first={first}&last={last}"


def link_to_all(report: Report) -> str:
    first, last = report.period.dates
    return f"/compare?first={first}&last={last}"


def state(say: Say, line: Line) -> str:
    """How a place stands, in a word or three: for a table."""
    brief = line.brief
    if not brief.figure:
        return say("reports.state_few") if brief.answers else say("reports.state_none")
    if brief.verdict is not None:
        return say(f"reports.state_{brief.verdict.replace(' ', '_')}")
    return say(f"reports.state_{brief.change}_before") if brief.change else say("reports.state_too_few_days")


def stands(say: Say, line: Line) -> str:
    """The same, and beside the other places: as usual, but below the others."""
    by_itself = state(say, line)
    if line.side not in ("above", "below"):
        return by_itself
    side, goes = say(f"reports.side_{line.side}"), line.brief.verdict or line.brief.change
    is_alike = goes == {"above": "better", "below": "worse"}[line.side]
    return f"{by_itself}, {side}" if is_alike else say("reports.but", state=by_itself, side=side)


def _standing(say: Say, report: Report, told: Told) -> Iterator[str]:
    """For the subject: nothing where nothing can be said."""
    brief = told.brief
    if brief.verdict in COMPARED_DAYS:
        yield say(f"reports.day_{brief.verdict}", weekday=dates.weekday(say, report.period.last))
    elif brief.change:
        yield say(f"reports.{report.kind}_{brief.change}")


def _compared(say: Say, told: Told) -> Iterator[str]:
    change, verdict = told.found.change, told.brief.verdict
    if verdict is not None and verdict is not told.points[-1].verdict:
        return  # looked at alone the day is unusual, among all of theirs that does not hold
    if verdict is not None and verdict is not Verdict.TOO_FEW_ANSWERS:
        low, high = told.points[-1].usual or (0.0, 0.0)
        words = {"weekday": dates.weekday(say, told.found.period.last), "low": whole(low), "high": whole(high)}
        yield say(f"today.usual_{verdict.replace(' ', '_')}", **words)
    elif verdict is None and change and told.brief.change:
        yield changed(say, told.found.measure, change, told.brief.change)
