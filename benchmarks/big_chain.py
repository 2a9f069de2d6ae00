"""A chain of 500 locations with a year of answers, made inside the store: rows, journals, words and rollups.

Everything is a number's remainder, so that both stores hold the same, and answers lie evenly over days and hours.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from survey.mashing import RULE
from survey.questions import Choice, FollowUp, Kind, Question, Survey
from sync_server.store import Store, Transaction, places
from sync_server.store.interface import Bindable
from sync_server.store.places import LocationRow, TouchpointRow

LOCATIONS = 500
PHASES = ("arrive", "choose", "pay")
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
OPENS, OPEN_HOURS = 8, 12  # in UTC, where all of it lies
SURVEY = Survey(
    "visit",
    1,
    ("en", "fi", "sv"),
    (
        Question("overall", Kind.SMILEY5, dict.fromkeys(("en", "fi", "sv"), "How did it go?")),
        Question(
            "why",
            Kind.SINGLE,
            dict.fromkeys(("en", "fi", "sv"), "What went wrong?"),
            tuple(Choice(name, dict.fromkeys(("en", "fi", "sv"), name)) for name in ("waiting", "finding", "service")),
        ),
        Question("words", Kind.TEXT, dict.fromkeys(("en", "fi", "sv"), "Tell us more")),
    ),
    (FollowUp("overall", "why", (1, 2)), FollowUp("why", "words")),
)


class Plan(NamedTuple):
    """How many answers a touchpoint gets, evenly over the days up to today."""

    answers: int
    days: int


def fill(store: Store, plans: list[Plan], today: date) -> None:
    """plans: one for each of LOCATIONS."""
    with store.write() as transaction:
        _places(transaction)
    begun = time.monotonic()
    for number, plan in enumerate(plans):
        with store.write() as transaction:
            for place in range(len(PHASES)):
                _answers(transaction, number, place, plan, today)
            _words(transaction, number)
            _rollups(transaction, number, plan, today)
        if number % 50 == 49:
            print(f"  {number + 1} locations made in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)


def location_id(number: int) -> str:
    return f"l{number:03}"


def _places(transaction: Transaction) -> None:
    for region in range(10):
        places.put_region(transaction, f"r{region}", f"Region {region}")
    numbers = range(LOCATIONS)
    places.put_locations(
        transaction, [LocationRow(location_id(at), f"r{at % 10}", f"Location {at}", "UTC", 85) for at in numbers]
    )
    places.put_survey(transaction, SURVEY)
    places.put_touchpoints(
        transaction,
        [
            TouchpointRow(f"t{at:03}-{phase}", location_id(at), phase.title(), phase, "visit")
            for at in numbers
            for phase in PHASES
        ],
    )


def _answers(transaction: Transaction, number: int, place: int, plan: Plan, today: date) -> None:
    """Of a touchpoint, into a journal of its own: 84 or so of 100 good, at some locations more and at some fewer."""
    touchpoint, journal = f"t{number:03}-{PHASES[place]}", 10 * number + place + 1
    first_ms = _ms(today - timedelta(days=plan.days - 1)) + OPENS * HOUR_MS
    worse = (number * 7919) % 9  # of 100
    marks: tuple[Bindable, ...] = (plan.answers, plan.days * OPEN_HOURS * HOUR_MS, plan.answers)
    transaction.execute(
        "WITH RECURSIVE n (seq) AS"
        " (SELECT CAST(1 AS BIGINT) UNION ALL SELECT seq + 1 FROM n WHERE seq < CAST(? AS BIGINT)),"
        " t (seq, open, luck) AS (SELECT seq, (seq - 1) * CAST(? AS BIGINT) / CAST(? AS BIGINT),"
        " (seq * 7919 + seq * seq * 31 + CAST(? AS BIGINT) * 13) % 100 FROM n)"
        " INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id,"
        " visit, value, language, source)"
        " SELECT CAST(? AS TEXT), CAST(? AS BIGINT), seq, seq * 7919, CAST(? AS BIGINT)"
        " + open / CAST(? AS BIGINT) * CAST(? AS BIGINT) + open % CAST(? AS BIGINT), 'server', CAST(? AS TEXT),"
        " 'visit@1', 'overall', seq, CASE WHEN luck < 4 + CAST(? AS BIGINT) THEN 1 WHEN luck < 8 + CAST(? AS BIGINT)"
        " THEN 2 WHEN luck < 14 + CAST(? AS BIGINT) THEN 3 WHEN luck < 50 THEN 4 ELSE 5 END, 'fi', 'touch' FROM t",
        (
            *marks,
            *(journal, location_id(number), journal, first_ms),
            *(OPEN_HOURS * HOUR_MS, DAY_MS, OPEN_HOURS * HOUR_MS, touchpoint, worse, worse, worse),
        ),
    )
    transaction.execute(
        "INSERT INTO journals (location_id, journal_id, terminal_id, touchpoint_id, head_seq, head_chain, answers,"
        " first_seen_at, last_seen_at, missing, carried, settled_seq, settled_rule)"
        " VALUES (?, ?, ?, ?, ?, 0, ?, 0, 0, 0, 0, ?, ?)",
        (location_id(number), journal, touchpoint, touchpoint, *(plan.answers,) * 3, RULE),
    )


def _words(transaction: Transaction, number: int) -> None:
    """One in thirty says something."""
    transaction.execute(
        "INSERT INTO texts (location_id, at, journal_id, seq, touchpoint_id, question_id, language, text, score)"
        " SELECT location_id, at, journal_id, seq, touchpoint_id, 'words', 'fi',"
        " 'Pitkä jono kassalla, vain yksi kassa auki. Vuoro ' || CAST(seq AS TEXT), value"
        " FROM answers WHERE location_id = ? AND seq % 30 = 0",
        (location_id(number),),
    )


def _rollups(transaction: Transaction, number: int, plan: Plan, today: date) -> None:
    """By hour and by day, of the shared question and of why."""
    days = [today - timedelta(days=back) for back in range(plan.days)]
    dates = ", ".join("(CAST(? AS BIGINT), CAST(? AS TEXT))" for _ in days)
    named: list[Bindable] = [part for day in days for part in (_ms(day) // DAY_MS, day.isoformat())]
    transaction.execute(
        f"WITH days (number, local_date) AS (VALUES {dates}),"  # noqa: S608  marks alone
        " given (local_date, touchpoint_id, hour, value, seq) AS (SELECT d.local_date, a.touchpoint_id,"
        f" a.at / {HOUR_MS} % 24, a.value, a.seq FROM answers a JOIN days d ON d.number = a.at / {DAY_MS}"
        " WHERE a.location_id = ?)"
        " INSERT INTO rollups (location_id, local_date, question_id, touchpoint_id, local_hour, value, answers)"
        " SELECT CAST(? AS TEXT), local_date, 'overall', touchpoint_id, hour, value, COUNT(*) FROM given"
        " GROUP BY local_date, touchpoint_id, hour, value"
        " UNION ALL SELECT CAST(? AS TEXT), local_date, 'why', touchpoint_id, hour, 1 + seq % 3, COUNT(*) FROM given"
        " WHERE value <= 2 GROUP BY local_date, touchpoint_id, hour, 1 + seq % 3",
        (*named, *(location_id(number),) * 3),
    )
    transaction.execute(
        "INSERT INTO daily_rollups (location_id, question_id, local_date, touchpoint_id, value, answers)"
        " SELECT location_id, question_id, local_date, touchpoint_id, value, CAST(SUM(answers) AS BIGINT)"
        " FROM rollups WHERE location_id = ? GROUP BY location_id, question_id, local_date, touchpoint_id, value",
        (location_id(number),),
    )


def _ms(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000)
