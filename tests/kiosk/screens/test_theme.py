"""Day, dark and the chain's own colours and logo: worn at once, on the screens that are there."""

import logging
from collections import Counter
from collections.abc import Iterator

import msgspec
import pytest

from kiosk.screens.picture import LOW, PLACE, VIEWS, sample, sample_ask
from kiosk.views import Closed, Stirred
from survey.questions import Kind
from survey.theme import DARK, DAY, Theme

ALIKE = ("smiley4", "ces", "yes_no", "single", "offline", "pressed")  # drawn of what others are drawn of
AN_EDGE = 150  # pixels of one colour that lie along edges alone
CHAIN = Theme(
    day=msgspec.structs.replace(DAY, paper="#ffffff", card="#f3f6fc", ink="#14213d", quiet="#52607a", accent="#0b4fc4"),
    logo="logo",
)


@pytest.fixture
def glass(glass) -> Iterator:
    yield glass
    glass.window.stage.dark = False
    glass.window.dress(Theme(), {})
    glass.step()


def dress(glass, theme=CHAIN, pictures=None):
    glass.window.dress(theme, pictures or {})
    glass.step()


def in_hex(colour):
    return "#" + "".join(f"{round(255 * channel):02x}" for channel in colour[:3])


def words_of(glass):
    from kiosk.screens.widgets import Words

    return [widget for widget in glass.window.stage.walk() if isinstance(widget, Words) and widget.text]


def worn_by_words(glass):
    return {in_hex(words.color) for words in words_of(glass)}


def logo_of(glass):
    from kiosk.screens.widgets import Logo

    (logo,) = (widget for widget in glass.window.stage.walk() if isinstance(widget, Logo))
    return logo


@pytest.fixture
def logo(tmp_path):
    """A PNG of 60 x 20, as a terminal fetches it."""
    from kivy.graphics.texture import Texture

    texture = Texture.create(size=(60, 20))
    texture.blit_buffer(bytes([0x0B, 0x4F, 0xC4]) * 1200, colorfmt="rgb")
    file = tmp_path / "logo.png"
    texture.save(str(file))
    return file


def drawn_by(glass, tmp_path):
    """The colours of the whole window as it is drawn; not those on the way from one to another at an edge."""
    from kivy.core.image import Image

    file = tmp_path / "window.png"
    glass.window.stage.export_to_png(str(file))
    pixels = memoryview(bytes(Image.load(str(file), keep_data=True, nocache=True).image._data[0].data))
    counted = Counter(pixels.cast("I"))
    return {f"#{pixel.to_bytes(4, 'little')[:3].hex()}" for pixel, count in counted.items() if count > AN_EDGE}


def test_a_terminal_changes_its_clothes_while_it_asks_and_builds_nothing_anew(glass):
    glass.show(sample_ask(Kind.MULTIPLE))
    glass.press("choice 2")
    before = {id(widget) for widget in glass.window.stage.walk()}

    dress(glass)

    assert {id(widget) for widget in glass.window.stage.walk()} == before
    assert glass.find("choice 2").chosen
    assert worn_by_words(glass) == {"#14213d", "#52607a", "#ffffff"}  # white on what is chosen


def test_every_screen_is_drawn_in_the_colours_it_is_given_and_in_no_others(glass, tmp_path):
    house = {DAY.paper, DAY.card, DAY.quiet, "#e2dfd7"}  # the last one parts things; ink and green are the faces' too
    glass.resize(800, 480)

    for name in (name for name in VIEWS if name not in ALIKE and not name.startswith(LOW)):
        glass.show(sample(name))
        dress(glass, Theme())
        before = drawn_by(glass, tmp_path)
        dress(glass)
        after = drawn_by(glass, tmp_path)

        assert (CHAIN.dark if name == "closed" else CHAIN.day).paper in after, name
        assert name == "closed" or DAY.paper in before, name
        assert not after & house, name


def test_the_faces_keep_their_colours_in_every_theme(glass, tmp_path):
    glass.show(sample_ask(Kind.SMILEY5))
    faces = {"#9f2b23", "#d9692b", "#e9b53f", "#7bb069", "#1c7a55"}

    for theme in (Theme(), CHAIN):
        dress(glass, theme)
        assert faces <= drawn_by(glass, tmp_path)


def test_a_theme_that_cannot_be_read_is_refused_and_the_last_good_one_stays(glass, caplog):
    glass.show(sample_ask(Kind.SMILEY5))
    dress(glass)
    faint = Theme(day=msgspec.structs.replace(DAY, quiet="#c0c0c0"))

    with caplog.at_level(logging.WARNING):
        dress(glass, faint)

    assert "#52607a" in worn_by_words(glass)
    assert "theme: day.quiet #c0c0c0 on day.paper #f6f3ec has a contrast of 1.64:1; it needs 4.5:1." in caplog.text


def test_the_logo_stands_before_the_place_and_in_its_own_shape(glass, logo):
    glass.show(sample_ask(Kind.SMILEY5))
    (place,) = (words for words in words_of(glass) if words.text == PLACE)

    dress(glass, CHAIN, {"logo": logo})

    shown = logo_of(glass)
    assert shown.size == [120, 40]
    assert [shown.x, place.x] == [48, 48 + 120 + 24]
    assert place.fitting


@pytest.mark.parametrize("damage", [None, b"", b"no picture"], ids=["not there yet", "empty", "damaged"])
def test_a_logo_that_cannot_be_shown_takes_no_place(glass, tmp_path, damage):
    file = tmp_path / "logo.png"
    if damage is not None:
        file.write_bytes(damage)
    glass.show(sample_ask(Kind.SMILEY5))

    dress(glass, CHAIN, {"logo": file})

    (place,) = (words for words in words_of(glass) if words.text == PLACE)
    assert [logo_of(glass).opacity, place.x] == [0, 48]


def test_a_terminal_set_to_dark_wears_the_dark_half(glass):
    glass.window.stage.dark = True

    glass.show(sample_ask(Kind.SINGLE))

    assert worn_by_words(glass) == {DARK.ink, DARK.quiet, DARK.paper}


def test_outside_the_opening_hours_it_is_dark_with_the_name_alone_until_a_touch_anywhere(glass, tmp_path):
    glass.show(Closed("fi", PLACE))

    glass.press_at(500, 300)

    assert glass.touches == [Stirred()]
    assert [words.text for words in words_of(glass)] == [PLACE]
    assert DARK.paper in drawn_by(glass, tmp_path)

    glass.show(sample_ask(Kind.SMILEY5))
    assert worn_by_words(glass) == {DAY.ink, DAY.quiet, DAY.paper}


def test_what_stands_out_in_the_goals_sentence_is_in_the_ink_of_the_theme(glass):
    glass.show(sample_ask(Kind.SMILEY5))

    dress(glass)

    (sentence,) = (words.text for words in words_of(glass) if words.markup)
    assert f"[color={CHAIN.day.ink}]85" in sentence
    assert DAY.ink not in sentence
