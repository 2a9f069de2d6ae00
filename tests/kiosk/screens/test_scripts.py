"""Every script in letters that join, in the order in which it is read, and never without any letters at all."""

import logging

import msgspec
import pytest

from kiosk.keyboards import layout_for
from kiosk.screens.picture import sample_ask
from kiosk.screens.scripts import broken, has_letters_from_right, turned
from survey.questions import Choice, Kind

ARABIC = "كيف كانت تجربتك معنا اليوم؟"
MIXED = "زيارتك لمتجر Hymy رقم 85 اليوم"
QUESTIONS = {
    "fi": "Mitä voisimme tehdä paremmin?",
    "ru": "Что мы могли бы улучшить?",
    "uk": "Що ми могли б покращити? Ґ, є, ї",
    "el": "Τι θα μπορούσαμε να βελτιώσουμε;",
    "ar": ARABIC,
}


def in_language(kind, language, *choices, text=None):
    ask = sample_ask(kind)
    said = tuple(Choice(words, {language: words}, "queue") for words in choices)
    question = msgspec.structs.replace(ask.question, text={language: text or QUESTIONS[language]}, choices=said)
    return msgspec.structs.replace(
        ask, question=question, language=language, languages=tuple(dict.fromkeys(("fi", language)))
    )


def heading_of(glass):
    from kiosk.screens.widgets import Heading

    return next(widget for widget in glass.window.stage.walk() if isinstance(widget, Heading) and widget.text)


def columns_drawn(label):
    """The first and the last column of a label's picture in which something is drawn, and how wide that is."""
    width, height = label.texture.size
    alpha = label.texture.pixels[3::4]
    drawn = [x for x in range(width) if any(alpha[x + y * width] for y in range(height))]
    return drawn[0], drawn[-1], width


def test_letters_from_the_right_are_known_from_others():
    assert [has_letters_from_right(text) for text in (ARABIC, MIXED, "שלום", "،")] == [True] * 4
    assert [has_letters_from_right(QUESTIONS[language]) for language in ("fi", "ru", "uk", "el")] == [False] * 4


def test_arabic_is_handed_over_as_it_is_written_and_latin_and_numbers_in_it_backwards():
    assert turned(ARABIC) == ARABIC
    assert turned(MIXED) == "زيارتك لمتجر ymyH رقم 58 اليوم"


def test_lines_are_broken_in_the_order_in_which_they_are_read():
    lines = broken(MIXED, 18, len)

    assert lines == ["زيارتك لمتجر Hymy", "رقم 85 اليوم"]
    assert broken("one\n\ntwo unbreakable", 5, len) == ["one", "", "two", "unbreakable"]


def test_arabic_letters_join(glass):
    from kiosk.screens.fonts import letters_for

    letters = letters_for("كيف").measure(60)
    together = letters.get_extents("كيف")[0]

    assert together < 0.9 * sum(letters.get_extents(letter)[0] for letter in "كيف")


@pytest.mark.parametrize("text", [ARABIC, MIXED], ids=["Arabic", "mixed"])
def test_an_arabic_question_is_as_wide_as_it_is_drawn_and_so_in_the_middle(glass, text):
    glass.show(in_language(Kind.SMILEY5, "ar", text=text))

    label = heading_of(glass)
    first, last, width = columns_drawn(label)

    assert label.fitting
    assert abs(first - (width - 1 - last)) <= 0.04 * width
    assert last - first >= 0.5 * width


def test_an_arabic_question_changes_to_a_finnish_one_and_back(glass):
    def drawn(language):
        glass.show(in_language(Kind.SMILEY5, language))
        label = heading_of(glass)
        return label.font_direction, label._label.text

    assert [drawn(language) for language in ("ar", "fi", "ar")] == [
        ("rtl", ARABIC),
        ("ltr", QUESTIONS["fi"]),
        ("rtl", ARABIC),
    ]


@pytest.mark.parametrize("language", QUESTIONS)
def test_no_letter_of_a_question_is_missing_from_its_font(glass, language):
    from kiosk.screens.fonts import letters_for

    keyboard = layout_for(language)
    signs = {sign for row in (*keyboard.letters, *keyboard.signs) for sign in row} | set(QUESTIONS[language].split())
    for words in signs:
        letters = letters_for(words).measure(40)
        pixels = [drawing(letters, sign) for sign in words]
        missing = drawing(letters, "\ue000" if language != "ar" else "\ue001")

        assert missing not in pixels, words


def drawing(letters, sign):
    letters.text = sign
    letters.refresh()
    return letters.texture.pixels


def test_in_arabic_the_choices_begin_at_the_right_and_their_pictures_stand_there(glass):
    glass.show(in_language(Kind.SINGLE, "ar", *[f"الأسعار {number}" for number in range(9)]))

    first, second, fourth = (glass.find(f"choice {number}") for number in (1, 2, 4))
    assert first.x > second.x
    assert first.x == fourth.x
    assert first.illustration.x > first.ids.words.center_x
    assert first.halign == "right"

    glass.show(in_language(Kind.SINGLE, "ru", *[f"Цены {number}" for number in range(9)]))
    assert glass.find("choice 1").x < glass.find("choice 2").x


def test_faces_and_numbers_keep_their_places_in_arabic(glass):
    for kind, last in ((Kind.SMILEY5, 5), (Kind.NPS, 10)):
        glass.show(in_language(kind, "ar"))

        assert glass.find("value 1").x < glass.find(f"value {last}").x


def test_without_any_font_installed_all_scripts_are_still_drawn_and_the_log_says_what_to_install(glass, caplog):
    from kivy.core.text import LabelBase

    from kiosk.screens import fonts

    with caplog.at_level(logging.WARNING, "kiosk.screens.fonts"):
        fonts.register_fonts(folders=("/nowhere",))
    try:
        found = {name: LabelBase._fonts[name][0] for name in (fonts.TEXT_FONT, fonts.ARABIC_FONT, fonts.MIXED_FONT)}
        glass.show(in_language(Kind.SMILEY5, "ar"))
        first, last, _ = columns_drawn(heading_of(glass))
    finally:
        fonts.register_fonts()

    assert "Roboto" in found[fonts.TEXT_FONT]
    assert ["DejaVuSans" in found[name] for name in (fonts.ARABIC_FONT, fonts.MIXED_FONT)] == [True, True]
    assert last > first
    (record,) = caplog.records
    assert "Install Debian's fonts-inter, fonts-noto-ui-core and fonts-dejavu-core." in record.getMessage()
