"""What is said of an alert: the finding first, with what it rests on. Under ten answers only their number."""

from datetime import date

from survey.opening_hours import on_clock
from sync_server.alerts.alert import Day, Facts, Kind, Negative, Slide
from sync_server.texts import dates
from sync_server.texts.say import Say, whole


def finding(say: Say, facts: Facts, time_zone: str) -> str:
    """One sentence."""
    if isinstance(facts, Negative):
        return say("alerts.negative", n=facts.answers, negative=facts.negative, minutes=facts.minutes)
    if isinstance(facts, Day):
        day = dates.short(say, date.fromisoformat(facts.local_date))
        return say(f"alerts.day_{facts.measure}", date=day, value=whole(facts.figure.value))
    if isinstance(facts, Slide):
        now, before = whole(facts.figure.value), whole(facts.before.value)
        return say(f"alerts.slide_{facts.measure}", value=now, before=before)
    return say("alerts.silent", terminal=facts.terminal, time=local_time(say, facts.since, time_zone))


def grounds(say: Say, facts: Facts) -> str:
    """What it rests on, and how sure it is; empty where the finding says it all."""
    if isinstance(facts, Day):
        figure = facts.figure
        return say(
            "alerts.day_grounds",
            n=figure.n,
            low=whole(figure.low),
            high=whole(figure.high),
            usual_low=whole(facts.low),
            usual_high=whole(facts.high),
        )
    if isinstance(facts, Slide):
        now, before = facts.figure, facts.before
        return say(
            "alerts.slide_grounds",
            n=now.n,
            low=whole(now.low),
            high=whole(now.high),
            before_n=before.n,
            before_low=whole(before.low),
            before_high=whole(before.high),
        )
    return ""


def advice(say: Say, kind: str) -> str:
    """What one may do now."""
    return say(
        {
            Kind.NEGATIVE: "alerts.negative_advice",
            Kind.DAY: "alerts.day_advice",
            Kind.SLIDE: "alerts.slide_advice",
            Kind.SILENT: "alerts.silent_advice",
        }[Kind(kind)]
    )


def local_time(say: Say, at_ms: int, time_zone: str) -> str:
    """At the location: "21 Nov 14:05"."""
    local = on_clock(at_ms, time_zone)
    return f"{dates.short(say, local.date())} {local:%H:%M}"
