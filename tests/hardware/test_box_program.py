"""The box's own program, with the time handed in."""

from hardware.buttons.box import HELLO_S, RESEND_S, WINDOW, Box
from hardware.buttons.protocol import Acknowledged, Asked, Hello, Pressed


def presses(box: Box, now: float) -> list[tuple[int, int]]:
    return [(message.seq, message.age_ms) for message in box.due(now) if isinstance(message, Pressed)]


def hellos(box: Box, now: float) -> list[Hello]:
    return [message for message in box.due(now) if isinstance(message, Hello)]


def make_box(*, presses: int, capacity: int = 1000) -> Box:
    box = Box("door1", buttons=5, capacity=capacity)
    for _ in range(presses):
        box.press(3, now=0.0)
    return box


def test_a_press_is_sent_at_once_and_again_with_its_age_until_it_is_acknowledged() -> None:
    box = make_box(presses=1)

    first, too_early, again = presses(box, 0.0), presses(box, 0.1), presses(box, RESEND_S)
    box.take(Acknowledged(box.session, 1), now=0.4)

    assert (first, too_early, again) == ([(1, 0)], [], [(1, 300)])
    assert presses(box, 10.0) == []


def test_no_more_than_a_window_is_under_way_and_the_oldest_go_first() -> None:
    box = make_box(presses=20)

    first = [seq for seq, _ in presses(box, 0.0)]
    box.take(Acknowledged(box.session, 3), now=0.1)
    then = [seq for seq, _ in presses(box, 0.1)]
    again = [seq for seq, _ in presses(box, 0.5)]

    assert first == list(range(1, WINDOW + 1))
    assert then == [9, 10, 11]
    assert again == list(range(4, WINDOW + 4))


def test_an_acknowledgement_of_another_session_or_of_the_future_is_ignored() -> None:
    box = make_box(presses=2)

    box.take(Acknowledged("00000000", 2), now=0.0)
    box.take(Acknowledged(box.session, 3), now=0.0)

    assert len(box) == 2


def test_an_old_acknowledgement_changes_nothing() -> None:
    box = make_box(presses=5)
    box.take(Acknowledged(box.session, 4), now=0.0)

    box.take(Acknowledged(box.session, 2), now=0.0)

    assert (box.lowest, len(box)) == (5, 1)


def test_a_full_box_drops_the_oldest_and_says_so() -> None:
    box = make_box(presses=12, capacity=10)

    hello = hellos(box, 0.0)

    assert hello == [Hello(1, "door1", box.session, buttons=5, last=12, lowest=3, dropped=2)]


def test_a_hello_comes_every_two_seconds_and_when_asked_for() -> None:
    box = make_box(presses=0)

    said = [len(hellos(box, now)) for now in (0.0, 1.0, HELLO_S, HELLO_S + 0.1)]
    box.take(Asked(), now=2.2)
    said.append(len(hellos(box, 2.2)))

    assert said == [1, 0, 1, 0, 1]


def test_whoever_asks_gets_the_held_presses_at_once() -> None:
    box = make_box(presses=2)
    presses(box, 0.0)

    box.take(Asked(), now=0.1)

    assert presses(box, 0.1) == [(1, 100), (2, 100)]


def test_each_power_on_draws_a_new_session() -> None:
    assert make_box(presses=0).session != make_box(presses=0).session
