"""Above the question: where this is, and the languages, however many there are."""

from itertools import pairwise

import msgspec
import pytest

from kiosk.keyboards import layout_for
from kiosk.numbering import Group, meanings
from kiosk.screens.picture import PLACE, sample_ask
from survey.questions import Choice, Kind

SIX = ("fi", "sv", "en", "ru", "uk", "ar")
SIZES = [(800, 480), (1024, 600), (1920, 1080), (480, 800), (600, 1024), (1080, 1920)]


def show(glass, size, languages):
    glass.resize(*size)
    glass.lay(msgspec.structs.replace(sample_ask(Kind.SMILEY5), languages=languages))
    return [glass.find(f"language {language}") for language in languages]


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
def test_six_languages_have_room_by_their_codes(glass, size):
    from kiosk.screens import look
    from kiosk.screens.widgets import Words

    pills = show(glass, size, SIX)

    assert [pill.text for pill in pills] == ["FI", "SV", "EN", "RU", "UK", "AR"]
    assert pills[0].x >= 40 * look.scale.u
    assert pills[-1].right <= size[0] - 40 * look.scale.u
    assert min(pill.width for pill in pills) >= 64 * look.scale.u
    assert all(before.right + 8 * look.scale.u <= pill.x for before, pill in pairwise(pills))
    (place,) = (widget for widget in glass.window.stage.walk() if isinstance(widget, Words) and widget.text == PLACE)
    assert place.fitting


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
def test_three_languages_are_called_by_their_names(glass, size):
    pills = show(glass, size, SIX[:3])

    assert [pill.text for pill in pills] == ["Suomi", "Svenska", "English"]


def test_one_language_is_no_choice(glass):
    assert show(glass, SIZES[0], ("fi",)) == [None]


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
@pytest.mark.parametrize(
    ("kind", "group", "stands"),
    [
        (Kind.NPS, None, ["1: 0–2", "2: 3–5", "3: 6–8", "4: 9, 10"]),
        (Kind.NPS, Group((9, 10)), ["1: 9", "2: 10", "5: Takaisin"]),
        (Kind.TEXT, None, ["1: a–j", "2: k–t", "3: u–ö", "4: väli, poista"]),
        (Kind.SINGLE, None, ["5: Lisää vaihtoehtoja"]),
        (Kind.YES_NO, None, [PLACE]),
    ],
)
def test_what_buttons_do_that_no_key_says_stands_in_place_of_the_place(glass, size, kind, group, stands):
    glass.resize(*size)
    ask = sample_ask(kind)
    choices = tuple(Choice(str(number), {"fi": str(number)}) for number in range(7)) if kind is Kind.SINGLE else ()
    question = msgspec.structs.replace(ask.question, choices=choices)
    buttons = meanings(question, 5, group=group, alphabet=layout_for("fi").alphabet)

    glass.lay(msgspec.structs.replace(ask, question=question, buttons=buttons))

    place = glass.window.stage._ask.ids.header.ids.place
    assert place.text.split("\u2003") == stands
    assert place.fitting
