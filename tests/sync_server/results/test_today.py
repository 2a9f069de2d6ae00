from datetime import date, timedelta
from pathlib import Path
from random import Random

import msgspec
import pytest

from survey.figures import nps, smiley_index
from survey.questions import STAFF, Choice, Kind, Question
from survey.schedule import OpeningHours
from sync_server.results.asked import Reason, Reasons
from sync_server.results.periods import PeriodFaults, day_began_ms
from sync_server.results.today import Comment, Staff, Today, today
from sync_server.store import Store, late, open_store
from sync_server.store.rows import PASSAGES, QUARTERS
from sync_server.store.settled import ASIDE
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI

TODAY = "2026-11-21"
NOW = cast.at("2026-11-21 17:55")


def of(store: Store, language: str = "en") -> Today:
    return today(store, KAMPPI, NOW, language)


def test_a_day_is_the_sum_of_its_touchpoints_and_hours(store: Store) -> None:
    cast.add_counts(
        store,
        TODAY,
        [
            (CHECKOUT, "overall", 9, {5: 51, 4: 23, 3: 12, 2: 2, 1: 4}),
            (ENTRANCE, "overall", 10, {5: 8}),
        ],
    )

    day = of(store)

    assert (day.answers, day.measure, day.question) == (100, "satisfied", "How did it go today?")
    assert day.figure and (day.figure.value, day.figure.n) == (82.0, 100)
    assert (round(day.figure.low, 1), round(day.figure.high, 1)) == (73.3, 88.3)  # Wilson's, of 82 in 100
    assert day.index == smiley_index([4, 2, 12, 23, 59])
    (worst, *_) = day.faces
    assert (worst.face, worst.answers, worst.share) == (1, 4, 0.04)
    assert worst.figure and [round(worst.figure.low, 1), round(worst.figure.high, 1)] == [1.6, 9.8]
    assert [(hour.hour, hour.answers, hour.good) for hour in day.hours[:2]] == [(9, 92, 74), (10, 8, 8)]
    assert [(row.name, row.answers) for row in day.touchpoints] == [("Checkout", 92), ("Entrance", 8)]


def test_what_was_set_aside_is_said_and_not_counted(store: Store) -> None:
    cast.add_counts(store, TODAY, [(CHECKOUT, "overall", 9, {5: 12, ASIDE: 23})])

    day = of(store)

    assert (day.answers, day.set_aside, day.hours[0].answers) == (12, 23, 12)


def test_under_ten_answers_only_their_number_is_said(store: Store) -> None:
    cast.add_counts(store, TODAY, [(CHECKOUT, "overall", 9, {5: 9})])

    day = of(store)

    assert (day.answers, day.figure, day.index, day.hours[0].figure, day.touchpoints[0].figure) == (9, *[None] * 4)


@pytest.mark.parametrize(("n", "standing"), [(10, "preliminary"), (29, "preliminary"), (30, "sound")])
def test_how_sure_it_is_follows_the_number(store: Store, n: int, standing: str) -> None:
    cast.add_counts(store, TODAY, [(CHECKOUT, "overall", 9, {5: n})])

    figure = of(store).figure

    assert figure and figure.standing == standing


def test_on_days_whose_hours_are_alike_hardly_any_hour_is_below(store: Store) -> None:
    """Of twelve hours that are looked at alone, one in three days has one that seems so."""
    chance = Random(1)
    days = [(date(2026, 7, 1) + timedelta(days=number)).isoformat() for number in range(50)]
    for day in days:
        good = [sum(chance.random() < 0.86 for _ in range(18)) for _ in range(12)]
        cast.add_counts(store, day, [(CHECKOUT, "overall", 8 + at, {5: n, 1: 18 - n}) for at, n in enumerate(good)])

    looked = [today(store, KAMPPI, NOW, "en", date.fromisoformat(day)) for day in days]

    assert sum(any(hour.below for hour in day.hours) for day in looked) <= 5


def test_an_hour_is_below_only_when_it_is_more_than_noise(store: Store) -> None:
    hours = [(CHECKOUT, "overall", hour, {5: 45, 1: 5}) for hour in (9, 10, 11)]
    bad = (CHECKOUT, "overall", 12, {5: 12, 1: 12})
    noise = (CHECKOUT, "overall", 13, {5: 8, 1: 2})
    cast.add_counts(store, TODAY, [*hours, bad, noise])

    below = [hour.hour for hour in of(store).hours if hour.below]

    assert below == [12]


def test_reasons_are_counted_in_the_readers_language_most_first(store: Store) -> None:
    cast.add_counts(store, TODAY, [(CHECKOUT, "why", 9, {1: 3, 2: 5}), (ENTRANCE, "why", 9, {1: 4, 99: 7})])

    assert of(store, "sv").reasons == [
        Reasons("Vad gick fel?", [Reason("Kön till kassan", 7), Reason("Hittade inte varan", 5)])
    ]


def test_the_same_choice_of_two_questions_stands_under_each_in_the_surveys_order(place: Path | str) -> None:
    price = Choice("price", {"en": "Price"})
    wrong = Question("wrong", Kind.SINGLE, {"en": "What went wrong?"}, (price, Choice("service", {"en": "Service"})))
    good = Question("good", Kind.SINGLE, {"en": "What made it good?"}, (Choice("speed", {"en": "It was fast"}), price))
    easy = Question("easy", Kind.CES, {"en": "It was easy"})
    store = open_store(place)
    cast.settle(store, msgspec.structs.replace(cast.SURVEY, questions=(cast.HOW_WAS_IT, wrong, easy, good)))
    counts = [("overall", {5: 9}), ("good", {1: 2, 2: 40}), ("easy", {1: 5}), ("wrong", {1: 3})]
    cast.add_counts(store, TODAY, [(CHECKOUT, question_id, 9, by_value) for question_id, by_value in counts])

    reasons = of(store).reasons
    store.close()

    assert reasons == [
        Reasons("What went wrong?", [Reason("Price", 3)]),
        Reasons("What made it good?", [Reason("Price", 40), Reason("It was fast", 2)]),
    ]


def test_comments_are_todays_newest_first_with_the_face_of_their_visit(store: Store) -> None:
    cast.add_text(store, CHECKOUT, cast.at("2026-11-20 23:59"), "Yesterday", language="en", score=1)
    cast.add_text(store, CHECKOUT, cast.at("2026-11-21 00:01"), "Jono", language="fi", score=1)
    cast.add_text(store, ENTRANCE, cast.at("2026-11-21 14:12"), "Fish", language="en", score=None)

    day = of(store)

    assert day.comments == [
        Comment("Fish", "Entrance", "14:12", "en", None),
        Comment("Jono", "Checkout", "00:01", "fi", 1),
    ]
    assert day.comment_count == 2


def test_an_empty_day_names_the_last_one_with_answers(store: Store) -> None:
    cast.add_counts(store, "2026-11-19", [(CHECKOUT, "overall", 9, {5: 1})])
    cast.add_counts(store, "2026-11-22", [(CHECKOUT, "overall", 9, {5: 1})])

    day = of(store)

    assert (day.answers, day.hours, day.last_date) == (0, [], "2026-11-19")


def test_a_day_gone_by_is_whole_and_only_itself(store: Store) -> None:
    day = date(2026, 11, 20)
    cast.add_counts(store, "2026-11-20", [(CHECKOUT, "overall", 9, {5: 12}), (CHECKOUT, "overall", 20, {5: 3})])
    cast.add_counts(store, TODAY, [(CHECKOUT, "overall", 9, {1: 99})])
    cast.add_text(store, CHECKOUT, cast.at("2026-11-20 23:59"), "Late", language="en", score=1)
    cast.add_text(store, CHECKOUT, cast.at("2026-11-21 00:00"), "Next day", language="en", score=1)
    with store.write() as transaction:
        late.add(transaction, {late.LateKey("kamppi", "overall", "2026-11-20"): 3}, 0)

    found = today(store, KAMPPI, NOW, "en", day)

    assert (found.local_date, found.is_over, found.answers, found.late) == ("2026-11-20", True, 15, 3)
    assert [hour.hour for hour in found.hours] == list(range(9, 21))
    assert ([comment.text for comment in found.comments], found.comment_count) == (["Late"], 1)
    assert (found.last_answer, found.last_date) == (None, None)


def test_todays_date_is_the_day_so_far(store: Store) -> None:
    assert today(store, KAMPPI, NOW, "en", date(2026, 11, 21)) == of(store)


def test_a_day_to_come_is_refused_with_what_to_do(store: Store) -> None:
    with pytest.raises(PeriodFaults, match="2026-11-22 is yet to come"):
        today(store, KAMPPI, NOW, "en", date(2026, 11, 22))


def test_a_day_without_hours_is_closed(store: Store) -> None:
    closed = KAMPPI._replace(opening_hours=OpeningHours(((),) * 7))

    assert today(store, closed, NOW, "en").is_closed
    assert not of(store).is_closed  # its hours are not told


def test_the_response_rate_of_a_day_gone_by_holds_all_of_its_hours(store: Store) -> None:
    cast.add_counts(store, "2026-11-20", [(CHECKOUT, "count:door", hour, {0: 10, 1: 4}) for hour in range(24)])
    cast.add_counts(store, "2026-11-20", [(CHECKOUT, "overall", 23, {5: 24})])

    response = today(store, KAMPPI, NOW, "en", date(2026, 11, 20)).touchpoints[0].response

    assert response and (response.came, response.answered, response.until, response.silent) == (240, 24, 24, [])


def test_the_day_is_the_locations_own(store: Store) -> None:
    shortly_after_midnight = cast.at("2026-11-22 00:30")  # still the 21st in UTC

    assert today(store, KAMPPI, shortly_after_midnight, "en").local_date == "2026-11-22"


@pytest.mark.parametrize(
    ("date", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-21", 24)], ids=["spring", "autumn", "usual"]
)
def test_a_day_begins_at_local_midnight_when_clocks_change_too(date: str, hours: int) -> None:
    year_month, _, day = date.rpartition("-")
    next_date = f"{year_month}-{int(day) + 1:02}"

    assert day_began_ms(next_date, "Europe/Helsinki") - day_began_ms(date, "Europe/Helsinki") == hours * 3_600_000


def test_nps_is_shown_with_its_three_groups(place: Path | str) -> None:
    recommend = Question("recommend", Kind.NPS, {"en": "Would you recommend us?"})
    store = open_store(place)
    cast.settle(store, msgspec.structs.replace(cast.SURVEY, questions=(recommend,), follow_ups=()))
    cast.add_counts(store, TODAY, [(CHECKOUT, "recommend", 9, {0: 5, 8: 20, 10: 25})])

    day = of(store)
    store.close()

    assert (day.measure, day.index, day.target) == ("nps", None, None)  # it is set for the share of satisfied
    assert day.figure == nps([5, 0, 0, 0, 0, 0, 0, 0, 20, 0, 25])
    assert [(face.face, face.answers) for face in day.faces] == [(1, 5), (3, 20), (5, 25)]


def test_the_last_answer_is_the_newest_of_all_journals(store: Store) -> None:
    with store.write() as transaction:
        for journal_id, at in ((1, "14:12"), (2, "15:40")):
            transaction.execute(
                "INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain,"
                " answers, first_seen_at, last_seen_at) VALUES ('kamppi', ?, 't', 'kamppi-checkout', 1, 1, 1, 0, 0)",
                (journal_id,),
            )
            transaction.execute(
                "INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey,"
                " question_id, visit, value, language, source)"
                " VALUES ('kamppi', ?, 1, 1, ?, 'server', 'kamppi-checkout', 'shop@1', 'overall', 1, 5, 'fi', 'touch')",
                (journal_id, cast.at(f"2026-11-21 {at}")),
            )

    assert of(store).last_answer == "15:40"


def test_staffs_own_day_is_told_apart_and_is_part_of_nothing_else(store: Store) -> None:
    cast.add_counts(store, TODAY, [(CHECKOUT, f"{STAFF}overall", 9, {5: 12, 1: 3})])
    cast.add_counts(store, "2026-11-20", [(CHECKOUT, f"{STAFF}overall", 9, {5: 12})])

    day = of(store)

    assert (day.staff.answers, day.staff.figure and day.staff.figure.value) == (15, 80.0)
    assert (day.answers, day.hours, day.last_answer, day.last_date) == (0, [], None, None)
    assert [(row.answers, row.response) for row in day.touchpoints] == [(0, None), (0, None)]


def test_under_ten_answers_of_staff_only_their_number_is_said(store: Store) -> None:
    cast.add_counts(store, TODAY, [(CHECKOUT, f"{STAFF}overall", 9, {5: 9})])

    assert of(store).staff == Staff(9, None)


def test_the_response_rate_stands_at_the_touchpoint_that_has_a_counter(store: Store) -> None:
    quarters = {hour: {PASSAGES: 20, QUARTERS: 4} for hour in range(17)}
    cast.add_counts(store, TODAY, [(CHECKOUT, "count:door", hour, told) for hour, told in quarters.items()])
    cast.add_counts(store, TODAY, [(point, "overall", 9, {5: 34, ASIDE: 9}) for point in (CHECKOUT, ENTRANCE)])

    checkout, entrance = of(store).touchpoints

    assert checkout.response and (checkout.response.came, checkout.response.answered) == (340, 34)
    assert (checkout.answers, entrance.response) == (34, None)
