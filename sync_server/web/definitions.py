"""What each figure means, in plain words: every page leads here from "How is this counted?"."""

from litestar.response import Template

from survey import figures, mashing
from sync_server.exchange.late import GRACE_MS
from sync_server.insight.days import LEAST_DAYS, SLIDE_DAYS, WEEKS
from sync_server.texts.say import say_in
from sync_server.web.page import PersonRequest, page, page_at
from sync_server.web.pdf import PRINTED

TERMS = (  # each is an anchor of the page, and three texts: definitions.<term>, <term>_means, <term>_example
    *("satisfied", "index", "nps", "easy", "yes"),
    *("sure", "preliminary", "usual", "slide", "change", "side", "score", "target"),
    *("response", "set_aside", "late", "staff"),
)
NUMBERS = {
    "show_from": figures.SHOW_FROM,
    "sure_from": figures.SURE_FROM,
    "weight": round(figures.WEIGHT),
    "weeks": WEEKS,
    "least_days": LEAST_DAYS,
    "slide_weeks": SLIDE_DAYS // 7,
    "run": mashing.RUN,
    "grace_h": GRACE_MS // 3_600_000,
}


@page_at("/definitions", opt=PRINTED)
def show(request: PersonRequest) -> Template:
    decimal = say_in(request.user.language)("definitions.decimal")
    gap_s = f"{mashing.GAP_MS / 1000:g}".replace(".", decimal)
    return page(request, "definitions.html", terms=TERMS, numbers=NUMBERS | {"gap_s": gap_s})
