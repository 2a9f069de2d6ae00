"""What is said of an alert: the finding first, with how sure it is. Under ten answers only their number."""

from datetime import date

from survey.opening_hours import on_clock
from sync_server.alerts.alert import Day, Facts, Kind, Negative, Slide
from sync_server.texts import dates
from sync_server.texts.say import Say, sure, whole


def finding(say: Say, facts: Facts, time_zone: str) -> str:
    """One sentence; also a letter's subject, which stands alone."""
    if isinstance(facts, Negative):
        return say("alerts.negative", n=facts.answers, negative=facts.negative, minutes=facts.minutes)
    if isinstance(facts, Day):
        day = dates.short(say, date.fromisoformat(facts.local_date))
        value, how_sure = whole(facts.figure.value), sure(say, facts.figure)
        return say(f"alerts.day_{facts.measure}", date=day, value=value, sure=how_sure)
    if isinstance(facts, Slide):
        return say(
            f"alerts.slide_{facts.measure}",
            value=whole(facts.figure.value),
            sure=sure(say, facts.figure),
            before=whole(facts.before.value),
            before_sure=sure(say, facts.before),
        )
    return say("alerts.silent", terminal=facts.terminal, time=local_time(say, facts.since, time_zone))


def grounds(say: Say, facts: Facts) -> str:
    """What it is compared with; empty where the finding says it all."""
    if isinstance(facts, Day):
        return say("alerts.day_grounds", usual_low=whole(facts.low), usual_high=whole(facts.high))
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
