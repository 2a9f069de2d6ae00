"""What the server does by itself goes on, whatever becomes of a round."""

from collections.abc import Callable
from threading import Event

import pytest

from sync_server.errors import StoreAway
from sync_server.repeating import Job, repeating

LIMIT_S = 60
SOON_S = 0.001


def failing_at_first(error: Exception, then: Callable[[], object]) -> Callable[[], object]:
    errors = iter([error])

    def step() -> None:
        for one in errors:
            raise one
        then()

    return step


@pytest.mark.parametrize("error", [StoreAway("The database is away."), RuntimeError("a fault of ours")])
def test_a_round_that_fails_is_told_and_is_not_the_last_one(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    again = Event()

    with repeating([Job(failing_at_first(error, again.set), SOON_S)]):
        assert again.wait(LIMIT_S)

    assert str(error) in caplog.text


def test_a_long_round_holds_up_no_other_and_is_told_to_end_and_waited_for() -> None:
    begun, told, others = Event(), Event(), Event()
    ended: list[bool] = []

    def long() -> None:
        begun.set()
        ended.append(told.wait(LIMIT_S))

    with repeating([Job(long, SOON_S, told.set), Job(others.set, SOON_S)]):
        assert begun.wait(LIMIT_S)
        others.clear()
        assert others.wait(LIMIT_S)
        assert not ended

    assert ended == [True]
