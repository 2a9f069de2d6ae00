"""Which question an answer names, and whether it was ever asked where the answer was given (design.md 3.5)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync_server.fleet.surveys import Questions
from sync_server.store import Store, open_store, places
from tests import cast


@pytest.fixture
def store(place: Path | str) -> Iterator[Store]:
    store = open_store(place)
    cast.settle(store)
    with store.write() as transaction:
        places.put_survey(transaction, DELIVERY)
    yield store
    store.close()


DELIVERY = cast.SURVEY.__class__("delivery", 1, cast.SURVEY.languages, cast.SURVEY.questions)


def test_a_question_is_found_where_it_was_asked(store: Store) -> None:
    assert Questions(store)("shop@1", "overall", "kamppi-checkout") == cast.HOW_WAS_IT


@pytest.mark.parametrize(
    ("label", "question_id", "told"),
    [
        ("shop@2", "overall", "Survey 'shop@2' was never loaded on this server."),
        ("shop@1", "weather", "weather"),
        ("delivery@1", "overall", "Survey 'delivery' was never asked at touchpoint 'kamppi-checkout'."),
    ],
    ids=["survey", "question", "touchpoint"],
)
def test_what_was_never_set_up_there_is_told_in_words(store: Store, label: str, question_id: str, told: str) -> None:
    with pytest.raises(LookupError, match=told):
        Questions(store)(label, question_id, "kamppi-checkout")


def test_a_survey_that_is_assigned_later_is_noticed_and_the_earlier_one_stays_asked(store: Store) -> None:
    ask = Questions(store)
    with pytest.raises(LookupError):
        ask("delivery@1", "overall", "kamppi-checkout")

    with store.write() as transaction:
        places.put_touchpoints(transaction, [cast.CHECKOUT._replace(survey_id="delivery")])

    assert ask("delivery@1", "overall", "kamppi-checkout") == cast.HOW_WAS_IT
    assert Questions(store)("shop@1", "overall", "kamppi-checkout") == cast.HOW_WAS_IT
