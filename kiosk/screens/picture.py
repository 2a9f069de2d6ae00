"""Every screen with something to show on it, and one of them as a PNG, with no display:

python -m kiosk.screens.picture --out FILE [--view thanks] [--dark]
"""

import argparse
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from kiosk.diagnosis import Facts, rows
from kiosk.keyboards import layout_for
from kiosk.numbering import meanings
from kiosk.views import (
    Ask,
    Closed,
    Diagnostics,
    NotReady,
    OutOfOrder,
    Paused,
    PinPad,
    StaffMenu,
    StillThere,
    Thanks,
    View,
)
from survey.exchange import Goal
from survey.questions import Choice, Kind, Question

PLACE = "Kamppi · kassat"
LANGUAGES = ("fi", "sv", "en")
TODAY, LATER = date(2026, 11, 12), date(2026, 11, 30)
GOAL = Goal(target=85, current=82, as_of="2026-11-11")
SHARED = {"fi": "Miten asiointi sujui tänään?", "sv": "Hur gick det i dag?", "en": "How did it go today?"}
QUESTIONS: dict[Kind, dict[str, str]] = {
    Kind.SMILEY4: SHARED,
    Kind.SMILEY5: SHARED,
    Kind.NPS: {
        "fi": "Kuinka todennäköisesti suosittelisit meitä ystävällesi?",
        "sv": "Hur troligt är det att du skulle rekommendera oss till en vän?",
        "en": "How likely are you to recommend us to a friend?",
    },
    Kind.CES: {
        "fi": "Kuinka helppoa oli löytää etsimäsi?",
        "sv": "Hur lätt var det att hitta det du sökte?",
        "en": "How easy was it to find what you came for?",
    },
    Kind.YES_NO: {
        "fi": "Löysitkö sen, mitä tulit hakemaan?",
        "sv": "Hittade du det du kom för?",
        "en": "Did you find what you came for?",
    },
    Kind.SINGLE: {"fi": "Mikä harmitti eniten?", "sv": "Vad störde mest?", "en": "What went wrong?"},
    Kind.MULTIPLE: {"fi": "Mikä sujui hyvin?", "sv": "Vad gick bra?", "en": "What went well?"},
    Kind.TEXT: {
        "fi": "Mitä voisimme tehdä paremmin?",
        "sv": "Vad kunde vi göra bättre?",
        "en": "What could we do better?",
    },
}
REASONS = (
    Choice("queue", {"fi": "Jonotus", "sv": "Kön", "en": "Waiting in line"}),
    Choice("staff", {"fi": "Palvelu", "sv": "Bemötandet", "en": "The service"}),
    Choice("range", {"fi": "Valikoima", "sv": "Sortimentet", "en": "The selection"}),
    Choice("price", {"fi": "Hinnat", "sv": "Priserna", "en": "Prices"}),
    Choice("clean", {"fi": "Siisteys", "sv": "Renligheten", "en": "Cleanliness"}),
    Choice("other", {"fi": "Jokin muu", "sv": "Något annat", "en": "Something else"}),
)
LONG = {
    "fi": "Kuinka todennäköisesti suosittelisit tätä myymälää ystävällesi tai työtoverillesi?",
    "sv": "Hur troligt är det att du skulle rekommendera den här butiken till en vän eller kollega?",
    "en": "How likely are you to recommend this shop of ours to a friend or to a colleague?",
}
FACTS = Facts("online", online_s=12, waiting=0, wall="2026-11-12 14:05", clock_source="server")
DEVICES = {"buttons": "plugged", "door": "plugged", "headphones": "unplugged"}
READINGS = {"temperature_c": 51.5, "disk_free_mb": 24_600.0, "memory_free_mb": 3_100.0}

LOW, HEARD, LARGER = "low ", "heard ", "larger "
BUTTONS = 5
VIEWS = (
    *map(str, Kind),
    "pressed",
    "offline",
    "still_there",
    "low smiley5",
    "low multiple",
    "low text",
    "low heard text",
    "heard smiley5",
    "heard multiple",
    "heard nps",
    "heard text",
    *(f"{LARGER}{kind}" for kind in Kind),
    "larger long",
    "larger long text",
    "larger still_there",
    "larger thanks",
    "thanks",
    "out_of_order",
    "paused",
    "closed",
    "not_ready",
    "pin",
    "pin_locked",
    "staff",
    "own_day",
    "diagnostics",
)


def sample_ask(kind: Kind, *, language: str = "fi") -> Ask:
    choices = REASONS if kind in (Kind.SINGLE, Kind.MULTIPLE) else ()
    first = kind in (Kind.SMILEY4, Kind.SMILEY5)
    return Ask(
        question=Question(str(kind), kind, QUESTIONS[kind], choices),
        language=language,
        languages=LANGUAGES,
        place=PLACE,
        first=first,
        goal=GOAL if first else None,
        aloud=False,
        today=TODAY,
    )


def sample(name: str, *, language: str = "fi") -> View:
    if name.startswith(LOW):
        return msgspec.structs.replace(sample(name.removeprefix(LOW), language=language), low_reach=True)
    if name.startswith(LARGER):
        return _larger(sample(name.removeprefix(LARGER), language=language))
    if name.startswith(HEARD):
        seen = sample_ask(Kind(name.removeprefix(HEARD)), language=language)
        buttons = meanings(seen.question, BUTTONS, alphabet=layout_for(language).alphabet)
        return msgspec.structs.replace(seen, aloud=True, buttons=buttons)
    match name:
        case "long" | "long text":
            ask = sample_ask(Kind.SMILEY5 if name == "long" else Kind.TEXT, language=language)
            return msgspec.structs.replace(ask, question=msgspec.structs.replace(ask.question, text=LONG))
        case "pressed":
            return msgspec.structs.replace(sample_ask(Kind.SMILEY5, language=language), pressed=4)
        case "offline":
            return msgspec.structs.replace(sample_ask(Kind.SMILEY5, language=language), today=LATER)
        case "thanks":
            return Thanks(language, PLACE, goal=GOAL)
        case "out_of_order":
            return OutOfOrder(language, PLACE)
        case "paused":
            return Paused(language, PLACE)
        case "closed":
            return Closed(language, PLACE)
        case "not_ready":
            return NotReady("not_ready.code", "Enrolment code 7K2M-QX was used before. Make a new one under Fleet.")
        case "still_there":
            return StillThere(sample_ask(Kind.SMILEY5, language=language))
        case "pin":
            return PinPad(language, typed=5)
        case "pin_locked":
            return PinPad(language, typed=0, state="locked", locked_s=28)
        case "staff":
            return StaffMenu(language, LANGUAGES, volume=60, low_reach=False, larger=False, steady=False, paused=False)
        case "own_day":
            ask = sample_ask(Kind.SMILEY5, language=language)
            return msgspec.structs.replace(ask, staff=True, first=False, languages=(), goal=None, aloud=None)
        case "diagnostics":
            told = rows(FACTS, language, version="0.1.0", disk="", devices=DEVICES, readings=READINGS)
            return Diagnostics(
                language, "Kamppi door 2", "Kamppi door 2", has_buttons=True, rows=told, presses=(3, 5, 1)
            )
    return sample_ask(Kind(name), language=language)


def _larger(view: View) -> View:
    match view:
        case StillThere(ask):
            return StillThere(msgspec.structs.replace(ask, larger=True))
        case Ask() | Thanks():
            return msgspec.structs.replace(view, larger=True)
    return view


def draw(view: View, *, size: tuple[int, int], file: Path, dark: bool) -> None:
    """Opens a window that nobody sees; once a process."""
    os.environ["SDL_VIDEODRIVER"] = "offscreen"
    from kiosk.screens.window import Window

    window = Window(size=size, fullscreen=False, dark=dark, still=True)
    window.show(view)
    for _ in range(3):
        window.loop.step()
    window.stage.export_to_png(str(file))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="kiosk.screens.picture", description=__doc__)
    parser.add_argument("--size", default="1024x600", help="width x height in pixels")
    parser.add_argument("--language", default="fi", choices=LANGUAGES)
    parser.add_argument("--view", default="smiley5", choices=VIEWS)
    parser.add_argument("--dark", action="store_true", help="the dark half of the theme")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    width, height = map(int, options.size.split("x"))
    draw(sample(options.view, language=options.language), size=(width, height), file=options.out, dark=options.dark)


if __name__ == "__main__":
    main()
