import pytest

from hardware.buttons.debounce import QUIET_S, Debounce

DOWN, UP = True, False
MS = 0.001


def presses(edges: list[tuple[int, bool]], *, is_down: bool = False) -> list[int]:
    """The times in milliseconds at which edges, given likewise, are presses."""
    line = Debounce(is_down=is_down, at=0.0)
    return [at for at, level in edges if line.edge(is_down=level, at=at * MS)]


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        pytest.param([(100, DOWN)], [100], id="first edge, at once"),
        pytest.param([(100, DOWN), (101, UP), (102, DOWN), (104, UP), (105, DOWN)], [100], id="closing bounces"),
        pytest.param([(100, DOWN), (300, UP), (301, DOWN), (303, UP)], [100], id="opening bounces"),
        pytest.param([(100, DOWN), (104, UP)], [100], id="a tap too short for any sampling"),
        pytest.param([(100, DOWN), (180, UP), (240, DOWN), (320, UP)], [100, 240], id="two quick presses"),
        pytest.param([(100, DOWN), (180, UP), (200, DOWN), (280, UP)], [100], id="released for less than quiet"),
        pytest.param([(100, DOWN), (400, UP), (401, DOWN), (700, UP)], [100], id="a spike while held"),
        pytest.param([(at, bool(at % 2)) for at in range(101, 151)], [101], id="50 ms of chatter"),
        pytest.param([(100, UP), (101, DOWN)], [101], id="first edge of a run is lost"),
        pytest.param([(100, UP)], [], id="an edge up alone"),
    ],
)
def test_a_run_of_edges_from_a_released_line_is_one_press(edges: list[tuple[int, bool]], expected: list[int]) -> None:
    assert presses(edges) == expected


def test_a_line_that_is_down_from_the_start_is_no_press_until_released() -> None:
    assert presses([(100, UP), (200, DOWN)], is_down=True) == [200]


def test_a_release_whose_edge_was_lost_is_seen_by_looking() -> None:
    line = Debounce(is_down=False, at=0.0)
    line.edge(is_down=True, at=1.0)

    line.look(is_down=False, at=1.1)
    line.look(is_down=False, at=1.1 + QUIET_S)

    assert not line.is_down
    assert line.edge(is_down=True, at=1.2)


def test_looking_before_the_edge_of_a_release_arrives_makes_no_press_of_its_bounce() -> None:
    line = Debounce(is_down=False, at=0.0)
    line.edge(is_down=True, at=1.0)

    line.look(is_down=False, at=2.0005)
    bounces = [line.edge(is_down=level, at=2.0 + at * MS) for at, level in [(0, UP), (1, DOWN), (2, UP)]]

    assert bounces == [False, False, False]


def test_how_long_a_button_is_held_is_counted_from_its_press_until_it_is_released() -> None:
    line = Debounce(is_down=False, at=0.0)

    line.edge(is_down=True, at=1.0)
    line.edge(is_down=False, at=1.001)
    line.edge(is_down=True, at=1.002)
    held_s = line.held_s(5.0)
    line.edge(is_down=False, at=6.0)

    assert held_s == 4.0
    assert line.held_s(7.0) == 0.0


def test_a_button_that_was_never_seen_up_is_held_from_the_start() -> None:
    line = Debounce(is_down=True, at=1.0)

    assert line.held_s(5.0) == 4.0
