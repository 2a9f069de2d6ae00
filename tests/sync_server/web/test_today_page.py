import pytest

from survey.figures import Figure
from sync_server.results.today import Hour
from sync_server.web import charts
from sync_server.web.today import target_standing
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE
from tests.sync_server.web.house import House

TODAY = "2026-11-21"


def read(house: House, path: str = "/today/kamppi", name: str = "Aino") -> str:
    with house.client(name) as client:
        answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_the_finding_comes_first_with_its_interval_and_n(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 300, 4: 54, 3: 30, 2: 18, 1: 10})])

    page = read(house)

    assert "<h1><em>86 % satisfied</em> today, between 82 and 89.</h1>" in page
    assert "412 answers so far. Target 90: not there yet. Smiley index" in page


def test_under_ten_answers_no_share_stands_anywhere_on_the_page(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 7})])

    page = read(house)

    assert "<h1>7 answers today: too few to say.</h1>" in page
    assert " %" not in page
    assert "satisfied" not in page


def test_up_to_thirty_answers_it_says_preliminary(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 12})])

    assert "12 answers so far. Preliminary: fewer than 30 answers." in read(house)


def test_an_empty_day_says_when_the_last_answers_came(house: House) -> None:
    cast.add_counts(house.store, "2026-11-19", [(CHECKOUT, "overall", 9, {5: 12})])

    page = read(house)

    assert "<h1>No answers yet today.</h1>" in page
    assert "The last day with answers was 2026-11-19." in page


def test_a_reason_stands_under_the_question_it_answers(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "why", 9, {1: 3})])

    page = read(house)

    assert '<caption>What went wrong?</caption> <tr><th scope="row">Waiting at the checkout</th>' in page


def test_what_people_write_is_shown_as_text(house: House) -> None:
    words = "<script>alert('hello')</script> & <b>bold</b>"
    cast.add_text(house.store, ENTRANCE, house.now_ms - 60_000, words, language="fi", score=1)

    page = read(house)

    assert "&lt;script&gt;alert(&#39;hello&#39;)&lt;/script&gt; &amp; &lt;b&gt;bold&lt;/b&gt;" in page
    assert 'aria-label="Very poor"' in page
    assert "Entrance · 11:59 · Finnish" in page


def test_the_page_leads_only_to_the_readers_own_places(house: House) -> None:
    bo, aino = read(house, name="Bo"), read(house, name="Aino")

    assert "/today/tapiola" in bo and "/today/vasa" not in bo
    assert "/today/tapiola" not in aino
    assert "/fleet" not in bo


def test_the_part_is_what_stands_within_the_page(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 12})])

    assert read(house, "/today/kamppi/main") in read(house)


def test_a_program_reads_the_same_figures(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 30, 1: 10})])

    with house.client("Aino") as client:
        day = client.get("/api/locations/kamppi/today").json()
        described = client.get("/api/schema").json()

    assert (day["answers"], day["figure"]["value"], day["figure"]["n"]) == (40, 75.0, 40)
    assert set(day["figure"]) == {"value", "low", "high", "n"}
    assert described["info"]["title"] == "Hymy"
    assert "/api/locations/{location_id}/today" in described["paths"]


def test_nothing_on_a_page_comes_from_elsewhere_or_stands_inline(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 12})])

    page = read(house)

    assert "http://" not in page and "https://" not in page
    assert "style=" not in page and "<style" not in page
    assert "<script>" not in page and " onclick" not in page


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(90.0, 95.0, "target_reached"), (85.0, 90.0, "target_close"), (80.0, 89.9, "target_not_yet")],
)
def test_of_the_target_is_said_what_the_interval_allows(low: float, high: float, said: str) -> None:
    assert target_standing(Figure((low + high) / 2, low, high, 400), 90) == said


def test_bars_stand_on_one_foot_and_the_tallest_hour_fills_the_height() -> None:
    figure = Figure(75.0, 60.0, 85.0, 40)
    hours = [Hour(9, 40, 30, figure, below=False), Hour(10, 4, 4, None, below=False)]

    nine, ten, *later = charts.hour_bars(hours)

    assert (nine.top, nine.height, nine.good_height) == (charts.TOP, charts.BASE - charts.TOP, 102.0)
    assert (ten.top + ten.height, ten.good_height) == (charts.BASE, 0.0)
    assert all(bar.hour is None for bar in later)
    assert [bar.label for bar in (nine, ten, *later)] == [str(hour) for hour in range(9, 18)]


def test_the_parts_of_the_distribution_fill_the_whole() -> None:
    from sync_server.results.shared import Face

    parts = charts.stack([Face(1, 1, 0.25), Face(3, 0, 0.0), Face(5, 3, 0.75)])

    assert [(part.face, part.x, part.width) for part in parts] == [(1, 0.0, 25.0), (3, 25.0, 0.0), (5, 25.0, 75.0)]


def test_it_says_how_many_of_those_who_came_by_answered(house: House) -> None:
    hours = [(CHECKOUT, "count:door", hour, {0: 20, 1: 4}) for hour in (*range(8), 10)]
    cast.add_counts(house.store, TODAY, [*hours, (CHECKOUT, "overall", 7, {5: 24})])

    page = read(house)

    assert "180 came by until 11:00, 24 answered: 13 % (9 to 19). The counter was silent 8–10;" in page


def test_what_staff_say_is_one_quiet_line(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "staff:overall", 9, {5: 8})])

    page = read(house)

    assert "Staff on their own day: 8 answers, too few to say." in page
    assert "No answers yet today." in page
