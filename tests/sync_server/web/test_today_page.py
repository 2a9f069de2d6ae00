import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from survey.schedule import OpeningHours, Span
from sync_server.alerts.alert import Negative, new_row
from sync_server.store import Transaction, alerts, late, places, terminals
from sync_server.store.settled import ASIDE
from sync_server.web.today import moving
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
    assert "<p>412 answers so far. Too few Saturdays before it to compare with. Target 90: not there yet.</p>" in page
    assert '<p class="more">Smiley index' in page


def test_under_ten_answers_no_share_stands_anywhere_on_the_page(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 7})])

    page = read(house)

    assert "<h1>7 answers today: too few to say.</h1>" in page
    assert " %" not in page
    assert " satisfied" not in page.lower()


def test_up_to_thirty_answers_it_says_preliminary(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 12})])

    page = read(house)

    assert "12 answers so far. Preliminary: fewer than 30 answers." in page
    rows = re.findall(r'<th scope="row">(?:Checkout|9–10)</th>.*?</tr>', page)
    assert len(rows) == 2 and all("preliminary" in row for row in rows)


def test_an_empty_day_says_when_the_last_answers_came(house: House) -> None:
    cast.add_counts(house.store, "2026-11-19", [(CHECKOUT, "overall", 9, {5: 12})])

    page = read(house)

    assert "<h1>No answers yet today.</h1>" in page
    assert "The last day with answers was Thursday 19 November 2026." in page


def test_a_day_of_presses_in_play_alone_is_not_said_to_be_empty(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {ASIDE: 7})])

    page = read(house)

    assert "<h1>No answer that counts yet today.</h1>" in page
    assert "7 presses set aside" in page
    assert "before." not in page and "/start" not in page


def test_a_day_before_all_answers_is_said_to_have_none_and_nothing_more(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 12})])

    with house.client("Cilla") as client:
        page = client.get("/today/kamppi?day=1999-01-01").text

    assert "<h1>No answers that day.</h1>" in page
    assert "before." not in page and "/start" not in page


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


def test_it_says_how_many_of_those_who_came_by_answered(house: House) -> None:
    hours = [(CHECKOUT, "count:door", hour, {0: 20, 1: 4}) for hour in (*range(8), 10)]
    cast.add_counts(house.store, TODAY, [*hours, (CHECKOUT, "overall", 7, {5: 24})])

    page = read(house)

    assert "180 came by until 11:00, 24 answered: 13 % (9 to 19). The counter was silent 8–10;" in page


def test_what_staff_say_stands_beside_the_customers_in_a_block_of_its_own(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "staff:overall", 9, {5: 8, 1: 4})])
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "overall", 9, {5: 36, 1: 4})])

    block = read(house).partition('<h2 id="staff">')[2].partition("</section>")[0]

    assert block.index("Staff</th>") < block.index("<b>67 %</b>") < block.index("Customers</th>")
    assert "<b>90 %</b>" in block and "it counts nowhere else" in block


def test_of_few_staff_only_the_number_is_said(house: House) -> None:
    cast.add_counts(house.store, TODAY, [(CHECKOUT, "staff:overall", 9, {5: 8})])

    page = read(house)

    assert "8 answers of the staff: too few to say." in page
    assert "No answers yet today." in page


@pytest.mark.parametrize(
    ("of_100", "said"),
    [
        (86, "As usual for a Thursday. Target 90: too close to tell."),
        (60, "Worse than usual for a Thursday: usually 70 to 98. Target 90: not there yet."),
        (100, "Better than usual for a Thursday: usually 70 to 98. Target 90: reached."),
    ],
)
def test_a_day_is_compared_with_its_weekday_and_the_target(house: House, of_100: int, said: str) -> None:
    house.now_ms = cast.at("2026-11-19 12:00")
    for back in range(1, 13):  # 83 and 89 of 100, worked out in insight/test_days.py
        good = 83 if back % 2 else 89
        day = date(2026, 11, 19) - timedelta(weeks=back)
        cast.add_counts(house.store, day.isoformat(), [(CHECKOUT, "overall", 9, {5: good, 1: 100 - good})])
    cast.add_counts(house.store, "2026-11-19", [(CHECKOUT, "overall", 9, {5: of_100, 1: 100 - of_100})])

    page = read(house)

    assert f"<p>100 answers so far. {said}</p>" in page
    assert "Thursday, week by week" in page


def test_a_day_gone_by_has_a_page_with_the_days_around_it(house: House) -> None:
    cast.add_counts(house.store, "2026-11-20", [(CHECKOUT, "overall", 9, {5: 40})])
    with house.store.write() as transaction:
        late.add(transaction, {late.LateKey("kamppi", "overall", "2026-11-20"): 12}, 0)

    page = read(house, "/today/kamppi?day=2026-11-20")

    assert "<title>Kamppi, Friday 20 November 2026 · Hymy</title>" in page
    assert "<em>100 % satisfied</em> that day, between 91 and 100.</h1> <p>40 answers." in page
    assert "12 answers came later, after the day was over." in page
    assert 'href="/today/kamppi?day=2026-11-19" rel="prev"' in page
    assert 'href="/today/kamppi?day=2026-11-21" rel="next"' in page
    assert "data-changes" not in page and "data-changes" in read(house)


@pytest.mark.parametrize("day", ["2026-11-22", "tomorrow", "2026-02-30", "9999-12-31", "0001-01-01", "20261120'--"])
def test_an_impossible_day_is_refused_with_what_to_do(house: House, day: str) -> None:
    with house.client("Aino") as client:
        answer = client.get("/today/kamppi", params={"day": day})

    assert answer.status_code == 400
    hints = ("Choose a day up to", "Choose a day nearer to today", "Write year, month and day")
    assert any(hint in answer.text for hint in hints)


def test_a_closed_day_says_so(house: House) -> None:
    saturdays_closed = OpeningHours(((Span(540, 1080),),) * 5 + ((), ()))
    with house.store.write() as transaction:
        places.put_locations(transaction, [cast.KAMPPI._replace(opening_hours=saturdays_closed)])

    page = read(house)

    assert "<h1>Closed today.</h1>" in page
    assert "As soon as somebody answers" not in page


def test_a_silent_terminal_is_told_at_its_touchpoint(house: House) -> None:
    with house.store.write() as transaction:
        _stand(transaction, "<b>Till</b>", cast.at("2026-11-21 09:40"))

    page = read(house)

    assert "&lt;b&gt;Till&lt;/b&gt; has been silent since 09:40; its answers will come later." in page
    assert "silent since" not in read(house, "/today/kamppi?day=2026-11-20")


def test_an_open_alert_stands_first_under_the_sentence(house: House) -> None:
    alert_id = open_alert(house)

    page, foreign = read(house), read(house, "/today/tapiola", "Bo")

    link = f'<a href="/alerts?location=kamppi#{alert_id}">'
    assert page.index("<h1>") < page.index(link) < page.index('class="grid today"')
    assert alert_id not in foreign and alert_id not in read(house, "/today/kamppi?day=2026-11-20")


def test_what_moves_without_an_answer_is_noticed(house: House) -> None:
    """A terminal that falls silent, an hour that begins, an alert: the open page is told of each."""
    seen = [moving(house.app.state, cast.KAMPPI)]
    with house.store.write() as transaction:
        _stand(transaction, "Till", house.now_ms)

    for happens in (
        lambda: setattr(house, "now_ms", house.now_ms + 5 * 60_000),
        lambda: setattr(house, "now_ms", house.now_ms + 6 * 60_000),  # silent for more than ten
        lambda: setattr(house, "now_ms", house.now_ms + 49 * 60_000),  # the next hour
        lambda: open_alert(house),
    ):
        happens()
        seen.append(moving(house.app.state, cast.KAMPPI))

    assert [now != before for before, now in pairwise(seen)] == [False, True, True, True]


def open_alert(house: House) -> str:
    row = new_row(("kamppi", "negative", "checkout"), Negative(5, 6, 15), house.now_ms)
    with house.store.write() as transaction:
        alerts.add(transaction, row)
    return row.alert_id


def test_a_day_that_is_none_is_told_in_the_readers_language(house: House) -> None:
    with house.store.write() as transaction:
        transaction.execute("UPDATE people SET language = 'fi' WHERE person_id = 'aino'")

    with house.client("Aino") as client:
        answer = client.get("/today/kamppi", params={"day": "<eilen>"})

    assert (answer.status_code, "&lt;eilen&gt; ei ole päivämäärä" in answer.text) == (400, True)


def _stand(transaction: Transaction, name: str, now_ms: int) -> None:
    """A terminal at Kamppi's checkout, enrolled then and never heard of."""
    terminals.add_terminal(
        transaction, terminal_id="t", touchpoint_id="kamppi-checkout", name=name, token_hash="t", now_ms=now_ms
    )
