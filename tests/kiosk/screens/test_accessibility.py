"""EN 301 549 and WCAG 2.2 AA on the layout as it is drawn: docs/accessibility.md says which rule is kept by which test.

What is measured in millimetres is measured on the smallest display of each size that we stand behind.
"""

import math
from collections import Counter
from itertools import combinations, product
from typing import NamedTuple

import msgspec
import pytest

from kiosk.screens.picture import LANGUAGES, LARGER, LONG, LOW, VIEWS, sample, sample_ask
from kiosk.visit_state import STILL_THERE_MS
from survey.questions import Choice, Kind
from survey.theme import contrast
from tests.kiosk.screens.conftest import Glass

INCHES = {(800, 480): 7.0, (1024, 600): 7.0, (1280, 800): 10.1, (1920, 1080): 15.6}
SIZES = [*INCHES, *((height, width) for width, height in INCHES)]
CSS_PX_MM = 25.4 / 96
TARGET_MM = 24 * CSS_PX_MM  # WCAG 2.5.8
OUR_TARGET, OUR_FACE = 64, 160  # units
SMALLEST_PX = 18
MANY_CHOICES, MANY_CHOICES_LOW, MANY_LANGUAGES = "20 choices", f"{LOW}with 20 choices", f"{LOW}in 6 languages"
MANY_CHOICES_LARGER = f"{LARGER}20 choices"
EXTREMES = (MANY_CHOICES, MANY_CHOICES_LOW, MANY_LANGUAGES, MANY_CHOICES_LARGER)
TEXT_CONTRAST, LARGE_CONTRAST = 4.5, 3.0
LARGE, LARGE_BOLD = 36, 26  # units: 24 and 18.66 CSS px on the smallest display
CAPITAL = 0.727  # of the letters' size, in Inter
TOLD_AT = math.tan(math.radians(0.7))  # EN 301 549, 5.1.4: how high a capital is, seen from one away


class Target(NamedTuple):
    """Something that is touched: its name and its place, in pixels."""

    name: str
    x: float
    y: float
    right: float
    top: float

    @property
    def across(self):
        return min(self.right - self.x, self.top - self.y)

    @property
    def centre(self):
        return (self.x + self.right) / 2, (self.y + self.top) / 2


class Print(NamedTuple):
    """Words: what they say, how large, their place, and whether all of it is seen."""

    text: str
    font_size: float
    is_whole: bool
    x: float
    y: float
    right: float
    top: float


class Layout(NamedTuple):
    """A view as it lies on a display. unit: of the house style, in pixels."""

    view: str
    language: str
    size: tuple[int, int]
    unit: float
    targets: list[Target]
    prints: list[Print]


@pytest.fixture(scope="module")
def layouts(only_window):
    """Every view in every size; the languages take turns, so that each view is seen in each of them.

    With larger letters each is seen in all of them: there, less room is left.
    """
    glass = Glass(only_window)
    names = dict.fromkeys((*VIEWS, *(f"{LOW}{kind}" for kind in Kind), *EXTREMES))
    return [
        lay(glass, name, language, size)
        for at, size in enumerate(SIZES)
        for number, name in enumerate(names)
        for language in (LANGUAGES if _needs_each(name) else (LANGUAGES[(at + number) % len(LANGUAGES)],))
    ]


def _needs_each(name):
    return name == MANY_CHOICES_LOW or name.startswith(LARGER)


def extreme(name, language):
    """As many choices as there can be, or more languages than fit beside the other keys."""
    how = next((how for how in (LOW, LARGER) if name.startswith(how)), "")
    ask = sample(f"{how}{Kind.MULTIPLE}", language=language)
    if name == MANY_LANGUAGES:
        return msgspec.structs.replace(ask, languages=(*LANGUAGES, "et", "uk", "ar"))
    choices = tuple(Choice(f"c{number}", {"fi": f"Syy {number}"}) for number in range(20))
    return msgspec.structs.replace(ask, question=msgspec.structs.replace(ask.question, choices=choices))


def lay(glass, name, language, size):
    if glass.window.stage.size != list(size):
        glass.resize(*size)
    glass.lay(extreme(name, language) if name in EXTREMES else sample(name, language=language))
    targets = [Target(one.name, one.x, one.y, one.right, one.top) for one in touchables(glass)]
    prints = [Print(one.text, one.font_size, one.fitting, one.x, one.y, one.right, one.top) for one in words(glass)]
    return Layout(name, language, size, unit(), targets, prints)


def px_per_mm(size):
    inches = INCHES.get(size) or INCHES[size[::-1]]
    return math.hypot(*size) / (inches * 25.4)


def touchables(glass):
    from kiosk.screens.stage import touchables

    return list(touchables(glass.window.stage))


def words(glass):
    from kiosk.screens.widgets import Words

    uppermost = glass.window.stage.children[0]
    return [widget for widget in uppermost.walk(restrict=True) if isinstance(widget, Words) and widget.text]


def unit():
    from kiosk.screens import look

    return look.scale.u


def faults(layouts, faults_of):
    """What a rule finds on each layout, told with where it is."""
    return [
        f"{layout.view} in {layout.language} at {layout.size[0]} x {layout.size[1]}: {fault}"
        for layout in layouts
        for fault in faults_of(layout)
    ]


def distance(one, other):
    """From the middle of one target to the nearest point of another."""
    x, y = one.centre
    return math.hypot(max(other.x - x, 0, x - other.right), max(other.y - y, 0, y - other.top))


def crowded(layout):
    """Pairs of which one is smaller than it should be and has too little room around it (WCAG 2.5.8, spacing)."""
    least = TARGET_MM * px_per_mm(layout.size)
    small = {target for target in layout.targets if target.across < least}
    for one, other in combinations(layout.targets, 2):
        for target, near in ((one, other), (other, one)):
            if target in small and distance(target, near) < least / 2:
                yield f"{target.name} is too near to {near.name}"
        if {one, other} <= small and math.dist(one.centre, other.centre) < least:
            yield f"{one.name} and {other.name} are too near"


def test_targets_have_24_css_pixels_or_as_much_room_around_them(layouts):
    assert faults(layouts, crowded) == []


def test_targets_are_at_least_64_units_across_but_for_the_keys_that_write(layouts):
    def small(layout):
        for target in layout.targets:
            if target.across < OUR_TARGET * layout.unit - 1 and not target.name.startswith("key "):
                yield target.name

    assert faults(layouts, small) == []


def test_no_target_lies_on_another_or_outside_the_window(layouts):
    def misplaced(layout):
        width, height = layout.size
        for one in layout.targets:
            if not (0 <= one.x < one.right <= width and 0 <= one.y < one.top <= height):
                yield f"{one.name} leaves the window"
        for one, other in combinations(layout.targets, 2):
            if one.x < other.right and other.x < one.right and one.y < other.top and other.y < one.top:
                yield f"{one.name} lies on {other.name}"

    assert faults(layouts, misplaced) == []


def test_all_text_is_seen_whole_and_none_is_small(layouts):
    def unread(layout):
        width, height = layout.size
        for one in layout.prints:
            is_inside = 0 <= one.x < one.right <= width and 0 <= one.y < one.top <= height
            if not (one.is_whole and is_inside and one.font_size >= SMALLEST_PX):
                yield repr(one.text)

    assert faults(layouts, unread) == []


def test_the_corner_of_the_staff_holds_nothing_that_is_touched(layouts):
    from kiosk.screens.corner import ACROSS

    def taken(layout):
        across = ACROSS * layout.unit
        for target in layout.targets:
            if target.x < across and target.top > layout.size[1] - across:
                yield target.name

    assert faults(layouts, taken) == []


def test_in_low_reach_all_that_is_touched_lies_in_the_lower_half(layouts):
    def out_of_reach(layout):
        if layout.view.startswith(LOW):
            yield from sorted({"low reach", "aloud", "language sv"} - {target.name for target in layout.targets})
            for target in layout.targets:
                if target.top > layout.size[1] / 2 + 1:
                    yield target.name

    assert faults(layouts, out_of_reach) == []


def test_more_time_is_one_large_key_in_the_lower_half_and_stands_for_twenty_seconds(layouts):
    seen = [layout for layout in layouts if layout.view == "still_there"]

    for layout in seen:
        (more,) = layout.targets
        assert more.across >= 2 * OUR_TARGET * layout.unit
        assert more.top <= layout.size[1] / 2

    assert seen
    assert STILL_THERE_MS >= 20_000  # WCAG 2.2.1


def test_the_faces_of_a_wide_window_are_160_across(layouts):
    seen = [layout for layout in layouts if layout.view == "smiley5" and layout.size in INCHES]

    for layout in seen:
        faces = [target for target in layout.targets if target.name.startswith("value")]
        assert len(faces) == 5
        assert all(face.across >= OUR_FACE * layout.unit for face in faces), layout.size
    assert len(seen) == len(INCHES)


# What EN 301 549, 5.1.4 asks of every text a terminal of ours keeps to these distances in millimetres; the manual
# says so. The question is read from the first, the words below faces and on the smallest keys from the second.
READ_FROM_MM = {(800, 480): (500, 200), (1024, 600): (480, 175), (1280, 800): (600, 250), (1920, 1080): (1000, 370)}


def read_from_mm(one, layout):
    return read_at_mm(one.font_size, layout.size)


def read_at_mm(font_size, size):
    return CAPITAL * font_size / px_per_mm(size) / TOLD_AT


def test_text_is_read_from_as_far_as_the_manual_says(layouts):
    for layout in (layout for layout in layouts if layout.view == "smiley5" and layout.size in READ_FROM_MM):
        question, label = READ_FROM_MM[layout.size]
        from_mm = sorted(read_from_mm(one, layout) for one in layout.prints)

        assert from_mm[-1] >= question
        assert from_mm[0] >= label


LARGER_FROM_MM = 450  # a finger on the glass, the arm bent
NOTICES = ("out_of_order", "paused", "not_ready")
ALPHABETS = ("fi", "sv", "en", "el", "ru", "uk", "ar")  # a keyboard each


def test_with_larger_letters_all_that_somebody_needs_is_read_from_45_cm(layouts):
    def too_small(layout):
        if layout.view.startswith(LARGER):
            for one in layout.prints:
                if read_from_mm(one, layout) < LARGER_FROM_MM:
                    yield f"{one.text!r} is read from {read_from_mm(one, layout):.0f} mm"

    assert faults(layouts, too_small) == []


def test_what_tells_that_nothing_can_be_asked_is_read_from_45_cm_by_everybody(layouts):
    def too_small(layout):
        if layout.view in NOTICES:
            title, sentence, *_ = sorted((read_from_mm(one, layout) for one in layout.prints), reverse=True)
            if min(title, sentence) < LARGER_FROM_MM:
                yield f"{title:.0f} and {sentence:.0f} mm"

    assert faults(layouts, too_small) == []


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_with_larger_letters_every_sign_of_each_keyboard_is_read_from_45_cm(glass, size):
    glass.resize(*size)
    for language in ALPHABETS:
        glass.lay(sample("thanks"))
        ask = sample(f"{LARGER}{Kind.TEXT}", language=language)
        glass.lay(msgspec.structs.replace(ask, languages=tuple({"fi", language})))
        for turned_by in ("shift", "layer", ""):
            small = [one.text for one in signs_on_keys(glass) if read_at_mm(one.font_size, size) < LARGER_FROM_MM]
            assert small == [], language
            if glass.find(f"key {turned_by}"):
                glass.press(f"key {turned_by}")


def signs_on_keys(glass):
    return [one for one in words(glass) if getattr(one.parent, "name", "").startswith("key ")]


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_long_question_with_larger_letters_is_read_from_45_cm_before_its_answers_are(glass, size):
    glass.resize(*size)
    for name, language, length in product(("long", "long text"), LANGUAGES, (85, 120)):
        glass.lay(sample("thanks"))
        ask = sample(f"{LARGER}{name}", language=language)
        long = f"{LONG[language]} {LONG[language]}"[:length].strip()
        glass.lay(msgspec.structs.replace(ask, question=msgspec.structs.replace(ask.question, text={language: long})))

        (question,) = (one for one in words(glass) if one.text == long)
        assert read_at_mm(question.font_size, size) >= LARGER_FROM_MM
        if glass.find("answers"):
            glass.press("answers")
            small = [one.text for one in words(glass) if read_at_mm(one.font_size, size) < LARGER_FROM_MM]
            assert small in ([], [long])
            assert glass.find("question")


class Drawing:
    """The window's pixels, as they are drawn."""

    def __init__(self, glass):
        from kivy.lang import Builder

        Builder.sync()
        texture = glass.window.stage.export_as_image().texture
        self.width, self.height = texture.size
        self._pixels = memoryview(texture.pixels).cast("I")

    def row(self, y, x, right):
        """From the left, at a height counted from the bottom as Kivy does."""
        begin = self.width * (self.height - 1 - int(y))
        return self._pixels[begin + max(0, int(x)) : begin + min(self.width, int(right))]

    def colours(self, widget):
        counted = Counter()
        for y in range(int(widget.y) + 1, int(widget.top) - 1):
            counted.update(self.row(y, widget.x, widget.right))
        return counted


def written(pixel):
    return f"#{pixel.to_bytes(4, 'little')[:3].hex()}"


def in_hex(colour):
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in colour[:3])


@pytest.fixture
def theme(glass, request):
    glass.window.stage.dark = request.param == "dark"
    glass.resize(800, 480)
    yield request.param
    glass.window.stage.dark = False


in_both_themes = pytest.mark.parametrize("theme", ["day", "dark"], indirect=True)
SETTLED = [name for name in VIEWS if name != "pressed"]  # that one is on its way to thanks


@in_both_themes
def test_all_text_and_every_key_stands_out_from_what_is_really_behind_it(glass, theme):
    for name in SETTLED:
        glass.lay(sample(name))
        drawing = Drawing(glass)

        for one in words(glass):
            needed = needed_contrast(one)
            drawn = drawing.colours(one)
            behind = written(drawn.most_common(1)[0][0])
            seen = max(contrast(written(pixel), behind) for pixel in drawn)
            assert contrast(in_hex(one.color), behind) >= needed, f"{one.text!r} of {name}"
            assert seen >= needed, f"{one.text!r} of {name}"
        for target in touchables(glass):
            assert rim_contrast(drawing, target) >= LARGE_CONTRAST, f"{target.name} of {name}"


def needed_contrast(one):
    is_large = one.font_size >= LARGE * unit() or (one.bold and one.font_size >= LARGE_BOLD * unit())
    return LARGE_CONTRAST if is_large else TEXT_CONTRAST


def rim_contrast(drawing, target):
    """Of a key's or a face's edge against what lies beside it."""
    from kiosk.screens.faces import Face

    shape = next((inner for inner in target.children if isinstance(inner, Face)), target)
    x, depth = int(shape.center_x), int(getattr(target, "inset", 0)) + 4
    down = [drawing.row(y, x, x + 1)[0] for y in range(int(shape.top) + 2, int(shape.top) - depth, -1)]
    return max(contrast(written(down[0]), written(pixel)) for pixel in down)


def test_faces_differ_in_shape_without_any_colour(glass):
    from kiosk.screens.faces import Face

    glass.show(sample_ask(Kind.SMILEY5))
    drawing = Drawing(glass)
    faces = [inner for target in touchables(glass) for inner in target.children if isinstance(inner, Face)]

    outlines = [outline(drawing, face) for face in faces]

    for one, other in combinations(outlines, 2):
        assert len(one ^ other) > 0.2 * min(len(one), len(other))


def outline(drawing, face):
    """Where a face's mouth, brows and eyes are drawn: all that is far from its skin, within the circle."""
    skin = written(drawing.colours(face).most_common(1)[0][0])
    inner = face.width * 0.4
    points = set()
    for y in range(int(face.center_y - inner), int(face.center_y + inner)):
        half = math.sqrt(max(0, inner**2 - (y - face.center_y) ** 2))
        row = drawing.row(y, face.center_x - half, face.center_x + half)
        begin = int(face.center_x - half) - int(face.x)
        points |= {(begin + x, y - int(face.y)) for x, pixel in enumerate(row) if contrast(written(pixel), skin) > 2}
    return points


def test_what_is_chosen_is_told_by_a_mark_or_by_light_and_dark(glass):
    from kiosk.screens import look
    from kiosk.screens.signs import MARKED, UNMARKED, Sign

    glass.show(sample_ask(Kind.MULTIPLE))
    glass.press("choice 2")

    signs = [
        inner.sign
        for target in (glass.find("choice 1"), glass.find("choice 2"))
        for inner in target.walk(restrict=True)
        if isinstance(inner, Sign) and inner.sign in (MARKED, UNMARKED)
    ]
    assert signs == [UNMARKED, MARKED]
    assert contrast(in_hex(look.colours.ink), in_hex(look.colours.paper)) >= LARGE_CONTRAST  # a chosen language
