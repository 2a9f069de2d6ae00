"""Two to twenty choices with pictures, at every size: words whole, pictures clear of them, and never in their way."""

import logging
from itertools import product

import msgspec
import pytest

from kiosk.numbering import meanings
from kiosk.screens.picture import LANGUAGES, sample_ask
from kiosk.views import Stirred
from survey.questions import MAX_CHOICES, Choice, Kind
from survey.signs import SIGNS
from survey.theme import Theme

WIDE = [(800, 480), (1024, 600), (1280, 800), (1920, 1080)]
SIZES = WIDE + [(height, width) for width, height in WIDE]
SAID = (
    "Queue",
    "The service",
    "Selection",
    "Prices",
    "Cleanliness",
    "Parking",
    "Delivery",
    "Payment",
    "Quality",
    "Noise",
)


@pytest.fixture
def glass(glass):
    yield glass
    glass.window.dress(Theme(), {})
    glass.step()


def ask(kind, count, pictures=SIGNS):
    said = [SAID[number % len(SAID)] for number in range(count)]
    choices = tuple(
        Choice(f"c{number}", dict.fromkeys(LANGUAGES, words), pictures[number % len(pictures)])
        for number, words in enumerate(said)
    )
    sample = sample_ask(kind)
    return msgspec.structs.replace(sample, question=msgspec.structs.replace(sample.question, choices=choices))


def keys_of(glass, count):
    """Those that are seen."""
    return [key for number in range(1, count + 1) if (key := glass.find(f"choice {number}"))]


def pages_of(glass, count):
    """The keys that are seen on each page."""
    yield (first := keys_of(glass, count))
    while len(first) < count:
        glass.press("more")
        if (keys := keys_of(glass, count)) == first:
            return
        yield keys


def overlap(one, other):
    across = min(one.right, other.right) - max(one.x, other.x)
    down = min(one.top, other.top) - max(one.y, other.y)
    return across > 0 and down > 0


@pytest.mark.parametrize("size", SIZES, ids=[f"{width}x{height}" for width, height in SIZES])
def test_words_and_pictures_of_two_to_twenty_choices_lie_whole_and_apart(glass, size):
    from kiosk.screens.widgets import Words

    glass.resize(*size)

    for kind, count in product((Kind.SINGLE, Kind.MULTIPLE), (2, 3, 4, 5, 7, 8, 9, 12, 13, MAX_CHOICES)):
        glass.lay(ask(kind, count))

        where = f"{count} of {kind}"
        for keys in pages_of(glass, count):
            assert len({key.ids.words.font_size for key in keys}) == 1, where
            for key in keys:
                words = key.ids.words
                assert words.fitting, f"{words.text!r} of {where}"
                for inner in (inner for inner in key.children if not isinstance(inner, Words)):
                    assert key.x <= inner.x < inner.right <= key.right, where
                    assert key.y <= inner.y < inner.top <= key.top, where
                    assert not overlap(inner, words), f"{words.text!r} of {where}"


@pytest.mark.parametrize(
    ("count", "place"), [(3, "above"), (6, "above"), (8, "above"), (9, "beside"), (20, "beside")], ids=str
)
def test_pictures_stand_above_the_words_of_few_choices_and_beside_those_of_many(glass, count, place):
    glass.show(ask(Kind.SINGLE, count))

    assert {key.place for key in keys_of(glass, count)} == {place}


def test_keys_that_are_too_low_for_pictures_above_have_them_beside(glass):
    glass.show(msgspec.structs.replace(ask(Kind.SINGLE, 6), low_reach=True))

    assert {key.place for key in keys_of(glass, 6)} == {"beside"}


@pytest.mark.parametrize("size", [(1024, 600), (600, 1024)], ids=["wide", "tall"])
def test_choices_that_have_no_room_are_reached_through_more_and_stay_marked(glass, size):
    glass.resize(*size)
    glass.show(msgspec.structs.replace(ask(Kind.MULTIPLE, MAX_CHOICES), low_reach=True))

    seen, marked = [], []
    for keys in pages_of(glass, MAX_CHOICES):
        seen += [key.value for key in keys]
        marked.append(keys[0].value)
        glass.press(keys[0].name)
    glass.press("done")

    assert seen == list(range(1, MAX_CHOICES + 1))
    assert glass.touches.count(Stirred()) == len(marked) > 1
    assert glass.touches[-1].value == sum(1 << (number - 1) for number in marked)


@pytest.mark.parametrize("size", [(800, 480), (1024, 600), (480, 800)], ids=str)
def test_larger_choices_are_whole_and_all_of_them_are_reached(glass, size):
    glass.resize(*size)

    for kind, count in product((Kind.SINGLE, Kind.MULTIPLE), (2, 7, MAX_CHOICES)):
        glass.show(msgspec.structs.replace(ask(kind, count), larger=True))
        seen = []
        for keys in pages_of(glass, count):
            seen += [key.value for key in keys]
            assert all(key.ids.words.fitting for key in keys)
            assert len({key.ids.words.font_size for key in keys}) == 1
        assert seen == list(range(1, count + 1))


def test_another_question_begins_with_its_first_choices(glass):
    first, other = (
        msgspec.structs.replace(ask(kind, MAX_CHOICES), low_reach=True) for kind in (Kind.SINGLE, Kind.MULTIPLE)
    )
    for question in (first, other, first):
        glass.show(question)
        assert glass.find("choice 1")
        glass.press("more")
        assert not glass.find("choice 1")


def test_words_that_need_all_the_room_stand_alone(glass):
    sample = ask(Kind.MULTIPLE, 20)
    sample.question.choices[3].text["fi"] = "Asiakaspalvelupiste"

    glass.show(sample)

    assert {key.place for key in keys_of(glass, 20)} == {"none"}
    assert all(key.ids.words.fitting for key in keys_of(glass, 20))


def test_a_picture_of_the_chains_own_is_shown(glass, tmp_path):
    file = tmp_path / "queue.png"
    glass.window.stage.export_to_png(str(file))
    glass.window.dress(Theme(), {"queue.png": file})

    glass.show(ask(Kind.SINGLE, 3, pictures=["queue.png"]))

    assert [key.illustration.is_seen for key in keys_of(glass, 3)] == [True] * 3


@pytest.mark.parametrize("damage", [None, b"", b"no picture"], ids=["not there yet", "empty", "damaged"])
def test_a_picture_that_cannot_be_shown_leaves_the_words_alone_and_is_told_once(glass, tmp_path, caplog, damage):
    name, file = f"{damage}.png", tmp_path / "picture.png"
    if damage is not None:
        file.write_bytes(damage)
    glass.window.dress(Theme(), {name: file})

    with caplog.at_level(logging.WARNING, "kiosk.screens.choice_key"):
        for _ in range(2):
            glass.show(ask(Kind.SINGLE, 3, pictures=[name]))
            glass.show(sample_ask(Kind.NPS))

    glass.show(ask(Kind.SINGLE, 3, pictures=[name]))
    glass.press("choice 2")
    assert [key.place for key in keys_of(glass, 3)] == ["none"] * 3
    assert [touch.value for touch in glass.touches] == [2]
    assert [record.getMessage() for record in caplog.records if record.name == "kiosk.screens.choice_key"] == [
        f"The picture {name!r} is not here yet, or can't be read; the words stand alone."
    ]


def heard(kind, count, page=0, **others):
    asked = ask(kind, count, pictures=[""])
    return msgspec.structs.replace(asked, aloud=True, buttons=meanings(asked.question, 5, page), **others)


def words_on(glass, count):
    return [key.text for key in keys_of(glass, count)]


@pytest.mark.parametrize("size", [(1024, 600), (480, 800)], ids=["wide", "tall"])
def test_choices_that_buttons_answer_have_their_numbers_and_are_touched_as_before(glass, size):
    glass.resize(*size)
    glass.show(ask(Kind.MULTIPLE, 4))
    assert words_on(glass, 4) == ["Queue", "The service", "Selection", "Prices"]

    glass.show(heard(Kind.MULTIPLE, 4))

    assert words_on(glass, 4) == ["1. Queue", "2. The service", "3. Selection", "4. Prices"]
    assert (glass.find("done").text, glass.find("skip").text) == ("5. Valmis", "Ei kiitos")
    glass.press("choice 3")
    assert glass.touches[-1].value == 0b100


def test_what_a_button_marks_is_marked_on_the_screen_beside_what_was_touched(glass):
    glass.show(heard(Kind.MULTIPLE, 4))
    glass.press("choice 1")

    glass.show(heard(Kind.MULTIPLE, 4, marked=0b101, struck=3))

    assert [key.chosen for key in keys_of(glass, 4)] == [True, False, True, False]
    glass.press("done")
    assert glass.touches[-1].value == 0b101


def test_the_numbers_go_on_with_the_buttons_to_further_choices(glass):
    glass.show(heard(Kind.SINGLE, 6, page=1))

    assert words_on(glass, 6) == ["Queue", "The service", "Selection", "Prices", "1. Cleanliness", "2. Parking"]


def test_choices_on_another_page_of_the_screen_are_turned_to_by_the_buttons(glass):
    low = {"low_reach": True}
    glass.show(heard(Kind.SINGLE, MAX_CHOICES, **low))
    assert glass.find("choice 1")

    glass.show(heard(Kind.SINGLE, MAX_CHOICES, page=4, **low))

    assert glass.find("choice 17").text == "1. Delivery"
    assert not glass.find("choice 1")


def test_the_button_for_more_choices_stands_on_the_key_that_turns_to_them(glass):
    glass.show(heard(Kind.SINGLE, MAX_CHOICES, low_reach=True))

    assert glass.find("more").text == "5. Lisää (1/3)"


def test_choices_have_a_place_before_the_window_has_given_them_room(glass):
    """As the first thing that a tall window shows."""
    glass.resize(480, 800)
    glass.lay(ask(Kind.SINGLE, 4))
    panel = glass.find("choice 1").parent
    panel.height = 1

    panel.arrange()

    assert glass.find("more")
