"""At every size and in every language: nothing overlaps, nothing leaves the window, nothing is cut off."""

from itertools import combinations, product

import msgspec
import pytest

from kiosk.screens.picture import LANGUAGES, LARGER, VIEWS, sample, sample_ask
from survey.exchange import Goal
from survey.questions import Kind

WIDE = [(800, 480), (1024, 600), (1280, 800), (1920, 1080)]
SIZES = WIDE + [(height, width) for width, height in WIDE]
TWO_METRES = 12  # lines of the question to the shorter side: what two metres take on a display of 7 inches


def touchables(glass):
    from kiosk.screens.stage import touchables

    return list(touchables(glass.window.stage))


def words(glass):
    from kiosk.screens.widgets import Words

    uppermost = glass.window.stage.children[0]
    return [widget for widget in uppermost.walk(restrict=True) if isinstance(widget, Words) and widget.text]


def gap(one, other):
    across = max(one.x - other.right, other.x - one.right)
    down = max(one.y - other.top, other.y - one.top)
    return max(across, down)


in_every_size = pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])


@in_every_size
def test_everything_lies_in_the_window_and_apart_and_all_words_are_seen_whole(glass, size):
    glass.resize(*size)

    for name, language in product(VIEWS, LANGUAGES):
        glass.lay(sample(name, language=language))
        where = f"{name} in {language}"

        for widget in (*touchables(glass), *words(glass)):
            assert 0 <= widget.x < widget.right <= size[0], f"{widget} of {where}"
            assert 0 <= widget.y < widget.top <= size[1], f"{widget} of {where}"
        for one, other in combinations(touchables(glass), 2):
            is_narrow = name.startswith(LARGER) and name.endswith(Kind.TEXT) and size[0] < size[1] and one.y == other.y
            assert gap(one, other) > (2.9 if is_narrow else 5.9), f"{one.name} and {other.name} of {where}"
        for one, other in combinations(words(glass), 2):
            assert gap(one, other) >= -1, f"{one.text!r} on {other.text!r} of {where}"
        assert [one.text for one in words(glass) if not one.fitting] == [], where
        assert [one.text for one in words(glass) if one.font_size < 18] == [], where


@in_every_size
def test_what_is_touched_lies_on_whole_pixels_and_so_do_eight_units(glass, size):
    from kiosk.screens import look

    glass.resize(*size)

    for name in VIEWS:
        glass.lay(sample(name))

        assert (8 * look.scale.u).is_integer()
        for widget in touchables(glass):
            if not widget.name.startswith("key "):
                assert [number % 1 for number in (*widget.pos, *widget.size)] == [0] * 4, f"{widget.name} of {name}"


@in_every_size
def test_the_shared_question_is_read_at_two_metres(glass, size):
    from kiosk.screens.widgets import Heading

    glass.resize(*size)

    for kind, language in product((Kind.SMILEY4, Kind.SMILEY5), LANGUAGES):
        glass.lay(sample_ask(kind, language=language))
        (heading,) = (widget for widget in glass.window.stage.walk() if isinstance(widget, Heading))

        assert heading.font_size >= min(size) / TWO_METRES, f"{kind} in {language}"


@pytest.mark.parametrize("kind", [Kind.SMILEY4, Kind.SMILEY5])
def test_faces_are_large_and_apart_at_1024_by_600(glass, kind):
    glass.show(sample_ask(kind))

    faces = [widget for widget in touchables(glass) if widget.name.startswith("value")]

    assert all(min(face.size) >= 160 for face in faces)
    assert all(gap(one, other) >= 32 for one, other in combinations(faces, 2))


@pytest.mark.parametrize(
    ("size", "name"), [((1024, 600), "larger smiley5"), ((600, 1024), "smiley5")], ids=["wide", "tall"]
)
def test_rows_of_faces_with_their_words_stand_in_the_middle_one_below_the_other(glass, size, name):
    from kiosk.screens.faces import Face
    from kiosk.screens.widgets import Words, text_width

    glass.resize(*size)
    for language in ("fi", "en"):
        glass.lay(sample(name, language=language))
        keys = [widget for widget in touchables(glass) if widget.name.startswith("value")]
        inner = [shape for key in keys for shape in key.children]
        lefts = {shape.x for shape in inner if isinstance(shape, Face)}
        right = max(words.x + text_width(words.text, words) for words in inner if isinstance(words, Words))

        (left,) = lefts
        assert abs((left + right) / 2 - size[0] / 2) <= 2, language


@in_every_size
def test_labels_of_two_lines_keep_clear_of_the_foot(glass, size):
    from kiosk.screens import look

    glass.resize(*size)

    for kind, language in product((Kind.SMILEY4, Kind.SMILEY5), LANGUAGES):
        glass.lay(sample_ask(kind, language=language))
        (foot,) = (widget for widget in glass.window.stage.walk() if type(widget).__name__ == "GoalFoot")
        labels = [words for face in touchables(glass) if face.name.startswith("value") for words in face.children]

        for label in (label for label in labels if getattr(label, "text", "")):
            drawn = sum(line.h for line in label._label._cached_lines)
            bottom = label.top - drawn if label.valign == "top" else label.center_y - drawn / 2
            assert bottom - foot.top >= 16 * look.scale.u, f"{label.text!r} in {language}"


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.TEXT])
def test_everything_else_is_at_least_64_across_at_1024_by_600(glass, kind):
    glass.show(sample_ask(kind))

    assert all(min(widget.size) >= 64 for widget in touchables(glass))


def colours_of(widget, tmp_path):
    """All that are drawn in a widget, as red, green and blue of 255."""
    from kivy.core.image import Image

    file = tmp_path / "drawn.png"
    widget.export_to_png(str(file))
    pixels = Image.load(str(file), keep_data=True).image._data[0].data
    return {tuple(pixels[place : place + 3]) for place in range(0, len(pixels), 4)}


@pytest.mark.parametrize(("current", "is_green"), [(0, True), (None, False)], ids=["stands at 0", "stands nowhere yet"])
def test_the_goal_bar_is_filled_only_where_there_is_a_result(glass, tmp_path, current, is_green):
    ask = sample_ask(Kind.SMILEY5)
    glass.show(msgspec.structs.replace(ask, goal=Goal(target=85, current=current, as_of="2026-11-12")))
    (bar,) = (widget for widget in glass.window.stage.walk() if type(widget).__name__ == "GoalBar")

    drawn = colours_of(bar, tmp_path)

    from kiosk.screens import look

    shown = (look.colours.line, look.colours.accent, look.colours.ink)
    track, green, mark = (tuple(round(255 * channel) for channel in colour[:3]) for colour in shown)
    assert {track, green, mark} & drawn == ({track, green, mark} if is_green else {track, mark})


@pytest.mark.parametrize("name", ["thanks", "paused"])
def test_the_mark_lies_clear_of_the_words(glass, name):
    from kiosk.screens.marks import Mark

    for size in SIZES:
        glass.resize(*size)
        glass.lay(sample(name))
        (mark,) = (widget for widget in glass.window.stage.walk() if isinstance(widget, Mark))
        title = words(glass)[0]

        top = title.y + title.drawn if title.valign == "bottom" else title.center_y + title.drawn / 2
        assert mark.y >= top + 16
        assert mark.top <= size[1] - 8


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


def test_without_inter_the_screens_are_set_in_what_comes_with_kivy(glass):
    from kivy.core.text import LabelBase

    from kiosk.screens import fonts, look

    fonts.register_fonts(folders=("/nowhere",))
    found = LabelBase._fonts[look.TEXT_FONT], LabelBase._fonts[look.SIGN_FONT]
    fonts.register_fonts()

    assert ["Roboto-Regular" in found[0][0], "DejaVuSans" in found[1][0]] == [True, True]


def test_screens_are_built_once(glass):
    ask, other = sample_ask(Kind.SINGLE), sample_ask(Kind.NPS)
    glass.show(ask)
    before = {id(widget) for widget in glass.window.stage.walk()}

    glass.show(other)
    glass.show(ask)

    assert {id(widget) for widget in glass.window.stage.walk()} == before
