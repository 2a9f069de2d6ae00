"""Every language says everything, and says it with the same blanks."""

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.texts import in_language, language_name, text, texts

LANGUAGES = ("fi", "sv", "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_keys_and_blanks(language):
    def blanks(sentence):
        return sorted(re.findall(r"{(\w+)}", sentence))

    said, english = texts(language), texts("en")

    assert said.keys() == english.keys()
    assert {key: blanks(sentence) for key, sentence in said.items()} == {k: blanks(v) for k, v in english.items()}


def test_every_reason_for_not_being_ready_has_a_text():
    sources = "".join(file.read_text() for file in Path(kiosk.__file__).parent.glob("*.py"))

    reasons = set(re.findall(r'"(not_ready\.\w+)"', sources))

    assert reasons <= texts("en").keys()


def test_a_terminal_to_which_no_server_was_named_does_not_blame_the_network():
    assert text("en", "not_ready.no_server") == "No server is named yet."


def test_a_language_without_texts_reads_english():
    assert text("et", "ask.done") == "Done"


def test_a_language_of_a_survey_is_called_what_it_calls_itself():
    assert [language_name(code) for code in ("fi", "sv", "ar", "uk", "sv-FI")] == [
        "Suomi",
        "Svenska",
        "العربية",
        "Українська",
        "Svenska",
    ]
    assert language_name("xx") == "XX"


def test_a_key_that_no_language_has_is_an_error_that_names_it():
    with pytest.raises(LookupError, match=r"ask\.dnoe"):
        text("fi", "ask.dnoe")


def test_blanks_are_filled_in():
    sentence = text("sv", "goal.this_week", target=85, current=82)

    assert "85" in sentence
    assert "82" in sentence


def test_a_survey_speaks_the_language_asked_for_then_english_then_its_first():
    assert in_language({"fi": "Hei", "en": "Hi"}, "fi") == "Hei"
    assert in_language({"fi": "Hei", "en": "Hi"}, "sv") == "Hi"
    assert in_language({"fi": "Hei"}, "sv") == "Hei"
