"""At every size and in every language: nothing overlaps, nothing leaves the window, nothing is cut off."""

from itertools import combinations

import pytest

from kiosk.screens.picture import LANGUAGES, sample, sample_ask
from survey.questions import Kind

SIZES = [(800, 480), (1024, 600), (1280, 800), (1920, 1080), (600, 1024), (1080, 1920)]
VIEWS = [*map(str, Kind), "thanks", "out_of_order", "not_ready"]
named_size = pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])


def touchables(glass):
    from kiosk.screens.stage import touchables

    return list(touchables(glass.window.stage))


def gap(one, other):
    across = max(one.x - other.right, other.x - one.right)
    down = max(one.y - other.top, other.y - one.top)
    return max(across, down)


@named_size
@pytest.mark.parametrize("name", VIEWS)
def test_what_can_be_touched_lies_in_the_window_and_apart(glass, size, name):
    glass.resize(*size)

    for language in LANGUAGES:
        glass.show(sample(name, language=language))

        found = touchables(glass)
        for widget in found:
            assert 0 <= widget.x < widget.right <= size[0], widget.name
            assert 0 <= widget.y < widget.top <= size[1], widget.name
        for one, other in combinations(found, 2):
            assert gap(one, other) >= 4, f"{one.name} and {other.name} in {language}"


@named_size
@pytest.mark.parametrize("name", VIEWS)
def test_all_words_are_seen_whole_and_none_lies_on_another(glass, size, name):
    from kiosk.screens.widgets import Words

    glass.resize(*size)

    for language in LANGUAGES:
        glass.show(sample(name, language=language))

        words = [widget for widget in glass.window.stage.walk() if isinstance(widget, Words) and widget.text]
        assert words
        for one in words:
            assert one.fitting, f"{one.text!r} in {language}"
            assert one.x >= 0
            assert one.right <= size[0]
        for one, other in combinations(words, 2):
            assert gap(one, other) >= -1, f"{one.text!r} on {other.text!r} in {language}"


@pytest.mark.parametrize("kind", [Kind.SMILEY4, Kind.SMILEY5])
def test_faces_are_large_and_apart_at_1024_by_600(glass, kind):
    glass.show(sample_ask(kind))

    faces = [widget for widget in touchables(glass) if widget.name.startswith("value")]

    assert all(min(face.size) >= 160 for face in faces)
    assert all(gap(one, other) >= 32 for one, other in combinations(faces, 2))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TEXT])
def test_everything_else_is_at_least_64_across_at_1024_by_600(glass, kind):
    glass.show(sample_ask(kind))

    assert all(min(widget.size) >= 64 for widget in touchables(glass))


def test_a_long_question_is_set_smaller_rather_than_cut(glass):
    from kiosk.screens.widgets import Heading

    ask = sample_ask(Kind.SMILEY5)
    ask.question.text["fi"], short = (
        "Miten tyytyväinen olit palveluun ja asiantuntemukseen? " * 2,
        ask.question.text["fi"],
    )

    glass.show(ask)
    (heading,) = (widget for widget in glass.window.stage.walk() if isinstance(widget, Heading))
    ask.question.text["fi"] = short

    assert heading.fitting
    assert heading.font_size < 60


def test_screens_are_built_once(glass):
    ask, other = sample_ask(Kind.SINGLE), sample_ask(Kind.NPS)
    glass.show(ask)
    before = {id(widget) for widget in glass.window.stage.walk()}

    glass.show(other)
    glass.show(ask)

    assert {id(widget) for widget in glass.window.stage.walk()} == before
