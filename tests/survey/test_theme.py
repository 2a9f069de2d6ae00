"""A chain's colours are measured as WCAG does, and refused with what was measured and what is needed."""

import msgspec
import pytest

from survey.theme import DARK, DAY, Theme, contrast, readable_on, rim, theme_faults

FACES = ("#9f2b23", "#d9692b", "#e9b53f", "#7bb069", "#1c7a55")


def day(**colours):
    return Theme(day=msgspec.structs.replace(DAY, **colours))


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),  # (1 + .05) / (0 + .05)
        ("#777777", "#ffffff", 4.478),  # 119/255: ((.4667 + .055) / 1.055) ^ 2.4 = .1845; 1.05 / .2345
        ("#767676", "#ffffff", 4.542),  # the darkest grey that is no text is one step lighter
        ("#ff0000", "#ffffff", 3.998),  # 1.05 / (.2126 + .05)
        ("#0000ff", "#ffffff", 8.592),  # 1.05 / (.0722 + .05)
        ("#0a0a0a", "#000000", 1.061),  # in the straight part of the curve: (10/255 / 12.92 + .05) / .05
        ("#123456", "#123456", 1.0),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == contrast(other, one) == pytest.approx(ratio, abs=0.001)


def test_the_house_colours_are_read_by_day_and_dark():
    assert list(theme_faults(Theme())) == []


def test_a_theme_is_refused_with_what_was_measured_and_what_is_needed():
    faults = list(theme_faults(day(paper="#ffffff", card="#ffffff", quiet="#777777")))

    assert faults == [
        "theme: day.quiet #777777 on day.paper #ffffff has a contrast of 4.47:1; it needs 4.5:1.",
        "theme: day.quiet #777777 on day.card #ffffff has a contrast of 4.47:1; it needs 4.5:1.",
    ]


@pytest.mark.parametrize("name", ["accent", "edge"])
def test_bars_and_keys_stand_out_from_the_paper(name):
    (fault, *_) = theme_faults(day(**{name: "#c9c9c0"}))

    assert fault.startswith(f"theme: day.{name} #c9c9c0 on day.paper #f6f3ec")
    assert fault.endswith("it needs 3:1.")


def test_both_halves_of_a_theme_are_checked_and_all_faults_told_together():
    theme = Theme(
        day=msgspec.structs.replace(DAY, edge="#f0f0f0"), dark=msgspec.structs.replace(DARK, accent="#14201b")
    )

    told = [fault.split()[1] for fault in theme_faults(theme)]

    assert told == ["day.edge", "dark.accent", "dark.accent"]


@pytest.mark.parametrize("colour", ["red", "#fff", "16211d", "#16211g", "#16211d00", "#16211d\n", ""])
def test_a_colour_is_written_in_one_way(colour):
    (fault,) = theme_faults(day(ink=colour))

    assert fault == f'theme: day.ink = {colour!r} should be written as "#rrggbb", e.g. "#ffffff".'


@pytest.mark.parametrize("colours", [DAY, DARK], ids=["day", "dark"])
@pytest.mark.parametrize("face", FACES)
def test_every_face_stands_out_from_the_paper_by_its_own_colour_or_its_rim(face, colours):
    edge = rim(face, colours)

    assert contrast(edge, colours.paper) >= 3
    assert (edge == face) == (contrast(face, colours.paper) >= 3)


def test_words_on_a_filled_key_are_black_or_white_whatever_its_colour():
    middling = "#757575"

    assert [readable_on("#1c7a55"), readable_on("#ffd200")] == ["#ffffff", "#000000"]
    assert contrast(readable_on(middling), middling) >= 4.5
