"""The keyboards on the screen: every language's letters, shift once or for good, erasing, texts that are too long."""

import tomllib
from pathlib import Path

import msgspec
import pytest

import kiosk.keyboards as keyboards
from kiosk.keyboards import ERASE, SPACE, layout_for, spelled, tail, typed
from kiosk.screens.picture import sample_ask
from kiosk.views import Marked
from survey.questions import MAX_TEXT, Kind

LAYOUTS = sorted(file.stem for file in Path(keyboards.__file__).parent.glob("*.toml"))
ALPHABETS = {
    "fi": "abcdefghijklmnopqrstuvwxyzåäö",
    "sv": "abcdefghijklmnopqrstuvwxyzåäö",
    "en": "abcdefghijklmnopqrstuvwxyz",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "uk": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψω",
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي",
}


def write(glass, *names):
    for name in names:
        glass.press(f"key {name}")


def written(glass):
    glass.touches.clear()
    glass.press("done")
    return glass.touches[-1].value if glass.touches else ""


def in_language(language):
    ask = sample_ask(Kind.TEXT)
    question = msgspec.structs.replace(ask.question, text={language: "?"})
    return msgspec.structs.replace(ask, question=question, language=language, languages=("fi", language))


@pytest.mark.parametrize("language", LAYOUTS)
def test_each_keyboard_has_its_whole_alphabet_and_no_sign_twice(language):
    layout = layout_for(language)

    signs = [sign for row in (*layout.letters, *layout.signs) for sign in row] + list(layout.beside_space)
    assert layout.alphabet == ALPHABETS[language]
    assert set(layout.alphabet) - set(signs) == set()
    assert len(set(signs)) == len(signs)
    assert all(sign.isprintable() for sign in signs)


def test_there_is_a_keyboard_for_each_alphabet_here():
    assert set(ALPHABETS) == set(LAYOUTS)


def test_a_region_has_its_languages_keyboard_and_a_language_without_one_the_english():
    assert layout_for("sv-FI") == layout_for("sv")
    assert layout_for("et") == layout_for("en")
    assert layout_for("../../config") == layout_for("en")


def test_an_accent_goes_onto_the_letter_before_it_or_nowhere():
    accents = layout_for("el").accents

    assert typed("καφε", "΄", accents) == "καφέ"
    assert [typed("τ", "΄", accents), typed("", "΄", accents)] == ["τ", ""]


def test_no_more_is_typed_than_an_answer_holds():
    assert len(typed("x" * (MAX_TEXT - 1), "y", {})) == MAX_TEXT
    assert typed("x" * MAX_TEXT, "y", {}) == "x" * MAX_TEXT
    assert typed("x" * (MAX_TEXT - 1), "لا", {}) == "x" * (MAX_TEXT - 1)


def test_what_is_spelled_begins_with_a_capital_and_has_single_spaces():
    written = [""]
    for sign in (SPACE, "å", "b", SPACE, SPACE, "c", ERASE, ERASE, ERASE):
        written.append(spelled(written[-1], sign))

    assert written[1:] == ["", "Å", "Åb", "Åb ", "Åb ", "Åb c", "Åb ", "Åb", "Å"]
    assert spelled("x" * MAX_TEXT, "y") == "x" * MAX_TEXT


def test_of_a_long_text_the_end_is_shown_from_the_beginning_of_a_word():
    assert tail("one two three", 100) == "one two three"
    assert tail("one two three", 7) == "three"
    assert tail("x" * 50, 7) == "x" * 7


@pytest.mark.parametrize(
    ("language", "keys", "text"),
    [
        ("ru", ("Д", "а", "space", "ё"), "Да ё"),
        ("uk", ("Ї", "ґ"), "Їґ"),
        ("el", ("Κ", "α", "φ", "ε", "΄"), "Καφέ"),
        ("ar", ("ش", "ك", "ر", "ا", "،", "space", "لا"), "شكرا، لا"),
    ],
)
def test_every_language_is_written_on_its_own_keyboard(glass, language, keys, text):
    glass.show(in_language(language))

    write(glass, *keys)

    assert written(glass) == text


def test_what_programs_would_take_for_orders_are_words_like_any_others(glass):
    glass.show(in_language("en"))

    write(glass, "layer", "'", ")", ";", "-", "-", '"', "&", "%", "=", "#")

    assert written(glass) == "');--\"&%=#"


def test_what_buttons_spell_stands_there_as_if_typed_and_is_gone_on_from_by_touch(glass):
    glass.show(sample_ask(Kind.TEXT))
    write(glass, "J")
    assert glass.touches == [Marked("text", "J", glass.touches[0].uptime_ms)]

    glass.show(msgspec.structs.replace(sample_ask(Kind.TEXT), marked="Jo", struck="o"))

    write(glass, "n", "o")
    assert glass.touches[-1].value == "Jono"
    assert panel_of(glass)._sheet._words.text == "Jono|"
    assert written(glass) == "Jono"


def test_what_was_typed_stays_whatever_is_shown_meanwhile(glass):
    glass.show(sample_ask(Kind.TEXT))
    write(glass, "J", "o")

    glass.show(msgspec.structs.replace(sample_ask(Kind.TEXT), marked="J", aloud=True))

    assert written(glass) == "Jo"


def test_after_the_last_letter_is_erased_by_a_button_the_next_one_is_a_capital(glass):
    glass.show(sample_ask(Kind.TEXT))
    write(glass, "J")

    glass.show(msgspec.structs.replace(sample_ask(Kind.TEXT), struck=ERASE))

    assert glass.find("key J")
    assert not glass.find("done").chosen


@pytest.fixture
def timeless(monkeypatch):
    """However long a busy computer takes to draw, touches come at once."""
    from kivy.clock import Clock

    now = Clock.time()
    monkeypatch.setattr(Clock, "time", lambda: now)


@pytest.fixture
def waited(monkeypatch):
    """Kivy's clock stands still but for the seconds that a test lets pass."""
    from kivy.clock import Clock

    now = [Clock.time()]
    monkeypatch.setattr(Clock, "time", lambda: now[0])

    def wait(seconds):
        now[0] += seconds

    return wait


@pytest.mark.usefixtures("timeless")
def test_shift_touched_once_is_for_one_letter_and_touched_twice_until_it_is_touched_again(glass):
    glass.show(sample_ask(Kind.TEXT))

    write(glass, "A", "b", "shift", "shift", "C", "D", "shift", "e")

    assert written(glass) == "AbCDe"


def test_shift_touched_twice_but_slowly_changes_nothing(glass):
    glass.show(sample_ask(Kind.TEXT))
    write(glass, "A", "shift")
    panel_of(glass)._shifted_at_s -= 1

    write(glass, "shift", "b")

    assert written(glass) == "Ab"


def test_a_finger_that_stays_on_erase_takes_a_word_every_two_seconds_until_it_goes(glass, waited):
    glass.show(sample_ask(Kind.TEXT))
    panel = panel_of(glass)
    panel._written = "Jono oli pitkä ja hidas"
    key = glass.find("key back")
    at = round(key.center_x), round(glass.window.stage.height - key.center_y)

    glass.finger_down(*at)
    left = []
    for seconds in (1.9, 0.2, 1.7, 0.4):
        waited(seconds)
        glass.step()
        left.append(panel._written)
    glass.finger_up(*at)
    waited(10)
    glass.step()

    assert left == ["Jono oli pitkä ja hida", "Jono oli pitkä ja ", "Jono oli pitkä ja ", "Jono oli pitkä "]
    assert written(glass) == "Jono oli pitkä"


def test_a_finger_that_strikes_twice_writes_once_where_the_staff_have_set_so(glass, waited):
    glass.show(msgspec.structs.replace(sample_ask(Kind.TEXT), steady=True))

    strikes = [(0, "J"), (0.1, "e"), (0.4, "e"), (0.4, "e"), (0.6, "e"), (0.1, "s"), (0.1, "back"), (0.1, "back")]
    for seconds, key in strikes:
        waited(seconds)
        write(glass, key)

    assert written(glass) == "Jee"


@pytest.mark.usefixtures("timeless")
def test_unless_set_otherwise_a_letter_counts_as_often_as_it_is_touched(glass):
    glass.show(sample_ask(Kind.TEXT))

    write(glass, "J", "e", "e")

    assert written(glass) == "Jee"


def test_a_keyboard_that_goes_while_erase_is_held_erases_nothing_more(glass):
    glass.show(sample_ask(Kind.TEXT))
    write(glass, "A", "b")
    back = glass.find("key back")
    back._again()

    glass.show(sample_ask(Kind.NPS))

    assert not back._again.is_triggered


def test_a_full_text_is_said_and_takes_no_more(glass):
    glass.show(sample_ask(Kind.TEXT))
    panel = panel_of(glass)
    panel._written = "x " * (MAX_TEXT // 2 - 1) + "x"

    write(glass, "Y", "z")

    from kiosk.screens.widgets import Words

    said = [words.text for words in glass.window.stage.walk() if isinstance(words, Words)]
    assert "Enempää ei mahdu." in said
    assert panel._written.endswith("xY")
    write(glass, "back")
    assert panel.said == ""


def test_of_a_long_text_no_more_is_laid_out_than_the_sheet_may_show(glass):
    from kiosk.screens.writing import MOST_SHOWN

    glass.show(sample_ask(Kind.TEXT))
    panel_of(glass)._written = "sanoja ja sanoja " * 110

    write(glass, "X")

    shown = panel_of(glass)._sheet._words.text
    assert shown.endswith("sanoja X|")
    assert len(shown) <= MOST_SHOWN + 1


@pytest.mark.parametrize(("size", "least"), [((1024, 600), 64), ((1280, 800), 80), ((800, 480), 46)], ids=str)
def test_the_keys_are_as_large_as_the_screen_allows(glass, size, least):
    glass.resize(*size)
    glass.show(sample_ask(Kind.TEXT))

    keys = [glass.find(f"key {sign}") for sign in (*"QÅÄZ", "shift", "back", "space", ",", ".", "layer")]

    assert min(min(key.size) for key in keys) >= least


def panel_of(glass):
    from kiosk.screens.writing import WritingPanel

    return next(widget for widget in glass.window.stage.walk() if isinstance(widget, WritingPanel))


def test_layout_files_hold_nothing_but_what_is_read():
    known = {"alphabet", "letters", "signs", "beside_space", "has_capitals", "accents"}
    folder = Path(keyboards.__file__).parent

    assert [name for name in LAYOUTS if set(tomllib.loads((folder / f"{name}.toml").read_text())) - known] == []
