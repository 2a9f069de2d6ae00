"""What is said of a day: the finding, what it rests on, how it compares. Also for mail. Pure."""

from collections.abc import Callable
from datetime import date

from survey.opening_hours import on_clock
from sync_server.insight.days import Verdict
from sync_server.results.location import target_standing
from sync_server.results.response import Response
from sync_server.results.silence import Silent
from sync_server.results.today import Today
from sync_server.texts import dates
from sync_server.texts.say import Say, in_words, whole


def finding(say: Say, today: Today) -> tuple[str, str]:
    """The figure, and what follows it; the figure is empty where there is none."""
    when = "over" if today.is_over else "so_far"
    if today.figure:
        said = say(f"today.{today.measure}", **in_words(today.figure))
        return said, say(f"today.range_{when}", **in_words(today.figure))
    if today.answers:
        return "", say(f"today.few_{when}", n=today.answers)
    if today.is_closed:
        return "", say(f"today.closed_{when}")
    return "", say(f"today.aside_{when}" if today.set_aside else f"today.none_{when}")


def sentences(say: Say, today: Today) -> list[str]:
    """What stands under the finding: how much it rests on, then how it compares."""
    if not today.answers:
        return _empty(say, today)
    said = []
    if today.figure:
        said.append(say("today.answers_over" if today.is_over else "today.answers", n=today.answers))
        if today.figure.standing == "preliminary":
            said.append(say("today.preliminary"))
    return said + compared(say, today)


def compared(say: Say, today: Today) -> list[str]:
    """Beside the same weekday, and the target."""
    said = [words] if (words := usual_words(say, today)) else []
    if today.figure and today.target is not None:
        said.append(say(f"today.target_{target_standing(today.figure, today.target)}", target=today.target))
    return said


def face_words(say: Say, today: Today) -> Callable[[int], str]:
    """What a face is called: a word, or what it stands for in the NPS."""
    return lambda face: say(f"faces.nps_{face}" if today.measure == "nps" else f"faces.{face}")


def details(say: Say, today: Today) -> list[str]:
    """What else there is to know of the figure."""
    said = []
    if today.index:
        said.append(say("today.index", **in_words(today.index)))
    if today.late:
        said.append(say("today.late", n=today.late))
    if today.set_aside:
        said.append(say("today.set_aside", n=today.set_aside))
    if today.last_answer:
        said.append(say("today.last_answer", time=today.last_answer))
    return said


def usual_words(say: Say, today: Today) -> str:
    """Empty where too few have answered: that has been said."""
    usual = today.usual
    if usual.verdict is Verdict.TOO_FEW_ANSWERS:
        return ""
    weekday = dates.weekday(say, date.fromisoformat(today.local_date))
    low, high = (whole(end or 0) for end in (usual.low, usual.high))
    return say(f"today.usual_{usual.verdict.name.lower()}", weekday=weekday, low=low, high=high)


def response_words(say: Say, response: Response) -> list[str]:
    """How many came by and answered, and when nobody counted."""
    said = []
    words = {"came": response.came, "answered": response.answered, "until": response.until}
    if response.figure:
        said.append(say("today.response", **words, **in_words(response.figure)))
    elif response.answered > response.came:
        said.append(say("today.response_odd", **words))
    elif response.came:
        said.append(say("today.response_few", **words))
    if response.silent:
        hours = ", ".join(f"{begin}–{end}" for begin, end in response.silent)
        said.append(say("today.counter_silent", hours=hours))
    return said


def silent_words(say: Say, found: Silent, today: Today, time_zone: str) -> str:
    """Since when a terminal is not heard of: the time, before today the date."""
    since = on_clock(found.since, time_zone)
    if since.date().isoformat() == today.local_date:
        return say("today.silent", terminal=found.terminal_name, since=f"{since:%H:%M}")
    return say("today.silent_days", terminal=found.terminal_name, since=dates.short(say, since.date()))


def _empty(say: Say, today: Today) -> list[str]:
    said = []
    if not today.touchpoints:
        said.append(say("today.no_touchpoints"))
    elif not today.is_over and not today.is_closed:
        said.append(say("today.none_help"))
    if today.last_date:
        said.append(say("today.last_date", date=dates.full(say, date.fromisoformat(today.last_date))))
    elif not today.is_over and not today.set_aside:
        said.append(say("today.never"))
    return said
