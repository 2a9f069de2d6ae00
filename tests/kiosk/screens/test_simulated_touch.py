"""The touch screen's twin goes the way of a finger."""

import threading

import pytest

from kiosk.screens.picture import sample, sample_ask
from kiosk.views import Answered, Ended, LanguageChosen
from survey.questions import Kind

LEFT_OUT = "left out: the screen is somebody else's just now."


@pytest.fixture
def pipe(glass, tmp_path):
    from kiosk.screens.simulated_touch import SimulatedTouch

    path = tmp_path / "touches"
    twin = SimulatedTouch(path, stage=glass.window.stage, sdl=glass.window.sdl)
    yield path
    twin.close()


def write(pipe, *lines):
    with pipe.open("w", encoding="utf-8") as writer:
        writer.writelines(f"{line}\n" for line in lines)


@pytest.mark.parametrize(
    ("kind", "lines", "touched"),
    [
        (Kind.SMILEY5, ["value 4"], "smiley5=4"),
        (Kind.SMILEY5, ["at 512 372"], "smiley5=3"),
        (Kind.SINGLE, ["choice 2"], "single=2"),
        (Kind.MULTIPLE, ["choice 1", "choice 3", "done"], "multiple=5"),
        (Kind.TEXT, ["type Hej 24/7, ÅÄÖ!", "done"], "text=Hej 24/7, ÅÄÖ!"),
    ],
)
def test_a_line_touches_what_it_names(glass, pipe, kind, lines, touched):
    glass.show(sample_ask(kind))

    write(pipe, *lines)
    glass.until(lambda: any(isinstance(touch, Answered) for touch in glass.touches))

    answered = glass.touches[-1]
    assert f"{answered.question_id}={answered.value}" == touched


def test_language_and_skip_are_touched_by_writers_that_come_and_go(glass, pipe):
    glass.show(sample_ask(Kind.SINGLE))

    write(pipe, "language en")
    glass.until(lambda: glass.touches)
    write(pipe, "skip")
    glass.until(lambda: len(glass.touches) == 2)

    assert glass.touches == [LanguageChosen("en"), Ended()]


def test_what_is_not_on_the_screen_is_told_in_the_log_and_touches_nothing(glass, pipe, caplog):
    caplog.set_level("INFO", "kiosk.screens.simulated_touch")
    glass.show(sample_ask(Kind.SMILEY5))

    write(pipe, "choice 2", "value 1")
    glass.until(lambda: glass.touches)

    (told,) = (record for record in caplog.records if "choice 2" in record.getMessage())
    assert told.levelname == "INFO"
    assert "value 1, value 2, value 3" in told.getMessage()
    assert [touch.value for touch in glass.touches] == [1]


@pytest.mark.parametrize("name", ["pin", "staff", "diagnostics", "own_day"])
def test_customers_leave_the_staffs_part_alone(glass, pipe, caplog, name):
    caplog.set_level("INFO", "kiosk.screens.simulated_touch")
    glass.show(sample(name))

    write(pipe, "language sv", "value 4", "at 512 372")
    glass.until(lambda: len(caplog.records) == 3)

    assert {record.getMessage().partition("is ")[2] for record in caplog.records} == {LEFT_OUT}
    assert glass.touches == []


def test_customers_step_aside_for_the_finger_that_is_on_the_screen(glass, pipe, caplog):
    caplog.set_level("INFO", "kiosk.screens.simulated_touch")
    glass.show(sample_ask(Kind.SMILEY5))

    glass.finger_down(3, 3)
    write(pipe, "value 4")
    glass.until(lambda: caplog.records)
    glass.finger_up(3, 3)
    write(pipe, "value 2")
    glass.until(lambda: glass.touches)

    assert LEFT_OUT in caplog.text
    assert [touch.value for touch in glass.touches] == [2]


def test_a_path_that_is_no_pipe_is_refused(glass, tmp_path):
    from kiosk.screens.simulated_touch import SimulatedTouch

    path = tmp_path / "notes"
    path.write_text("keep me")

    with pytest.raises(FileExistsError, match="no named pipe"):
        SimulatedTouch(path, stage=glass.window.stage, sdl=glass.window.sdl)
    assert path.read_text() == "keep me"


def test_closing_ends_the_thread(glass, tmp_path):
    from kiosk.screens.simulated_touch import SimulatedTouch

    twin = SimulatedTouch(tmp_path / "touches", stage=glass.window.stage, sdl=glass.window.sdl)
    before = threading.active_count()

    twin.close()

    assert threading.active_count() == before - 1
    assert (tmp_path / "touches").exists()
