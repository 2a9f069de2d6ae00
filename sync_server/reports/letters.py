"""A report as a letter: HTML and plain text with the chart as a picture, and the same on paper, as a PDF.

All but the greeting and the link that ends it is made once for all who read the same.
"""

from base64 import b64encode
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from survey.opening_hours import on_clock
from sync_server.accounts.people import Person
from sync_server.charts.chart import Chart, standalone
from sync_server.charts.places import Place, places
from sync_server.charts.trend import trend
from sync_server.mail.letter import Attachment, Letter
from sync_server.reports import unsubscribing, words
from sync_server.reports.content import Report, Told, lowest_first
from sync_server.reports.press import Drawing, Job, Sheet
from sync_server.texts import dates
from sync_server.texts.say import Say, between, in_words, masked, say_in, whole

HERE = Path(__file__).parent
PICTURE_PX = 880  # twice as wide as it is shown
CHART, LOGO = "chart", "logo"
MOST_CHARTED, MOST_LISTED = 20, 60
COLOURS = {1: "#9f2b23", 2: "#d9692b", 3: "#e9b53f", 4: "#7bb069", 5: "#1c7a55"}


class Edition(msgspec.Struct, frozen=True):
    """What all get who read it in one language. pdf: empty where it could not be made."""

    report: Report
    language: str
    subject: str
    picture: bytes
    pdf: bytes
    pdf_name: str


def edition(report: Report, language: str, *, now_ms: int, address: str, make: Callable[[Job], bytes]) -> Edition:
    """make: the press's; nothing comes of it where it can't."""
    drawn = drawing(report, language)
    return Edition(
        report,
        language,
        words.subject(say_in(language), report),
        make(drawn) if drawn else b"",
        make(Sheet(paper(report, language, now_ms=now_ms, address=address), address)),
        file_name(report, language),
    )


def file_name(report: Report, language: str) -> str:
    say = say_in(language)
    about = report.one.location.name if report.one else say("reports.several")
    name = say("reports.file", location=about, day=report.period.last.isoformat())
    return f"{name.replace('/', '-')}.pdf"


def letter(made: Edition, person: Person, *, address: str, end_link: str) -> Letter:
    attachments = []
    if made.picture:
        attachments.append(Attachment("chart.png", "image/png", made.picture, cid=CHART))
    if made.report.brand.logo:
        attachments.append(Attachment("logo.png", "image/png", made.report.brand.logo, cid=LOGO))
    if made.pdf:
        attachments.append(Attachment(made.pdf_name, "application/pdf", made.pdf))
    context = {"end_link": end_link, "picture": f"cid:{CHART}" if made.picture else "", "has_pdf": bool(made.pdf)}
    context["logo"] = f"cid:{LOGO}" if made.report.brand.logo else ""
    return Letter(
        to=person.email,
        subject=made.subject,
        text=_render("report.txt", made.report, made.language, address, **context),
        html=_render("report.html", made.report, made.language, address, **context),
        attachments=tuple(attachments),
        headers=unsubscribing.headers(end_link),
    )


def preview(report: Report, language: str, *, address: str, end_link: str) -> str:
    """The letter's HTML. Its picture stands in it as it was drawn: browsers need no PNG, and the press has a queue."""
    chart = _pictured(report, language)
    picture = f"data:image/svg+xml;base64,{b64encode(standalone(chart).encode()).decode()}" if chart else ""
    shown = {"picture": picture, "has_pdf": True, "logo": report.brand.address}
    return _render("report.html", report, language, address, end_link=end_link, **shown)


def drawing(report: Report, language: str) -> Drawing | None:
    chart = _pictured(report, language)
    return Drawing(str(chart.svg), PICTURE_PX) if chart else None


def _pictured(report: Report, language: str) -> Chart | None:
    """As drawn for phones, where most letters are read: of the wide one nobody could read a word there."""
    chart = _chart(say_in(language), report)
    return msgspec.structs.replace(chart, svg=chart.narrow or chart.svg) if chart else None


def paper(report: Report, language: str, *, now_ms: int, address: str) -> str:
    """The HTML of the PDF."""
    time_zone = report.places[0].location.time_zone
    made = on_clock(now_ms, time_zone)
    day = dates.with_year(say_in(language), made.date())
    when = {"date": day, "time": f"{made:%H:%M}", "time_zone": time_zone}
    return _render("paper.html", report, language, address, made=when)


def _chart(say: Say, report: Report) -> Chart | None:
    """Of one place its last weeks; of several how they stand, the lowest first where there is not room for all."""
    if report.one:
        return _trend(say, report.one)
    measure = report.places[0].brief.measure
    known = [line for line in report.places if line.brief.figure and line.brief.measure == measure]
    lines = lowest_first(known)[:MOST_CHARTED] if len(known) > MOST_CHARTED else known
    shown = [Place(line.location.name, line.brief.figure, line.is_worse) for line in lines if line.brief.figure]
    return places(say, shown, measure, of=len(known)) if shown else None


def _trend(say: Say, told: Told) -> Chart | None:
    has_some = any(point.figure for point in told.points)
    return trend(say, told.points, told.found.measure, told.found.target) if has_some else None


def _render(template: str, report: Report, language: str, address: str, **context: Any) -> str:
    say = say_in(language)
    context |= {
        "report": report,
        "language": language,
        "address": address,
        "say": say,
        "words": words,
        "subject": words.subject(say, report),
        "when": words.when(say, report),
        "names": words.names(report.looks),
        "chart": _chart(say, report) if template == "paper.html" else None,
        "trend": partial(_trend, say),
        "listed": report.places[:MOST_LISTED],
        "one": report.one,
        "colours": COLOURS,
    }
    return _templates().get_template(template).render(context)


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE.parent / "web" / "templates"]),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"static": "/static/{}".format, "whole": whole, "masked": masked}
    environment.globals |= {"in_words": in_words, "between": between}
    return environment
