"""The signs beside choices: all that a survey may name are drawn, each in its square, no two alike."""

from itertools import combinations

from kiosk.screens.picture import sample_ask
from survey.questions import Kind
from survey.signs import SIGNS


def test_every_sign_that_a_survey_may_name_is_drawn(glass):
    from kiosk.screens.signs import DRAWINGS

    assert [name for name in SIGNS if name not in DRAWINGS] == []


def test_each_sign_fills_its_square_and_stays_in_it_with_the_width_of_its_lines(glass):
    from kiosk.screens.signs import DRAWINGS, GRID, STROKE

    half = STROKE / 2
    for name, lines in DRAWINGS.items():
        across = [x for line in lines for x, _ in line]
        down = [y for line in lines for _, y in line]

        assert half <= min(across) <= max(across) <= GRID - half, name
        assert half <= min(down) <= max(down) <= GRID - half, name
        assert max(max(across) - min(across), max(down) - min(down)) >= 0.7 * GRID, name


def test_no_two_signs_have_the_same_shape(glass):
    from kiosk.screens.signs import DRAWINGS

    assert [pair for pair in combinations(DRAWINGS, 2) if DRAWINGS[pair[0]] == DRAWINGS[pair[1]]] == []


def test_a_choice_that_is_marked_shows_a_tick_and_not_a_colour_alone(glass):
    from kiosk.screens.signs import MARKED, UNMARKED, Sign

    glass.show(sample_ask(Kind.MULTIPLE))
    glass.press("choice 2")

    marks = [
        widget.sign
        for number in (1, 2, 3)
        for widget in glass.find(f"choice {number}").walk(restrict=True)
        if isinstance(widget, Sign) and widget.sign
    ]
    assert marks == [UNMARKED, MARKED, UNMARKED]
