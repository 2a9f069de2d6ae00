"""What the results are read from: rollups, and the few rows behind them that people read."""

from collections.abc import Sequence

import msgspec

from survey.questions import STAFF
from sync_server.store.interface import Store


class Count(msgspec.Struct, frozen=True, array_like=True):
    """So many answers with this value."""

    question_id: str
    touchpoint_id: str
    hour: int
    value: int
    answers: int


class Touchpoint(msgspec.Struct, frozen=True):
    """survey: JSON of the newest version of what it asks."""

    touchpoint_id: str
    name: str
    survey: str
    phase: str


class Text(msgspec.Struct, frozen=True):
    """score: the shared question's answer of the same visit, if there was one."""

    at: int
    touchpoint_id: str
    question_id: str
    language: str
    text: str
    score: int | None


def day_counts(store: Store, location_id: str, local_date: str) -> list[Count]:
    rows = store.read(
        "SELECT question_id, touchpoint_id, local_hour, value, answers FROM rollups"
        " WHERE location_id = ? AND local_date = ? ORDER BY question_id, touchpoint_id, local_hour, value",
        (location_id, local_date),
    )
    return [Count(*row) for row in rows]


def hourly_counts(
    store: Store, location_id: str, question_id: str, local_dates: Sequence[str]
) -> dict[tuple[str, int], dict[int, int]]:
    """Local date and hour -> answers per value, of these days' hours that have answers, all touchpoints together."""
    hours: dict[tuple[str, int], dict[int, int]] = {}
    for local_date, hour, value, answers in store.read(
        "SELECT local_date, local_hour, value, CAST(SUM(answers) AS BIGINT) FROM rollups"  # noqa: S608
        f" WHERE location_id = ? AND local_date IN ({', '.join('?' * len(local_dates))}) AND question_id = ?"
        " GROUP BY local_date, local_hour, value",
        (location_id, *local_dates, question_id),
    ):
        hours.setdefault((local_date, hour), {})[value] = answers
    return hours


def counts_of_days(
    store: Store, location_id: str, question_id: str, local_dates: Sequence[str]
) -> list[tuple[str, Count]]:
    """Local date and count, for each of these days' hours."""
    rows = store.read(
        "SELECT local_date, question_id, touchpoint_id, local_hour, value, answers FROM rollups"  # noqa: S608
        f" WHERE location_id = ? AND local_date IN ({', '.join('?' * len(local_dates))}) AND question_id = ?",
        (location_id, *local_dates, question_id),
    )
    return [(local_date, Count(*row)) for local_date, *row in rows]


def period_counts(store: Store, location_id: str, question_id: str, first_on: str, last_on: str) -> dict[int, int]:
    """Answers per value in a period, both of its days included."""
    rows = store.read(
        "SELECT value, CAST(SUM(answers) AS BIGINT) FROM daily_rollups"
        " WHERE location_id = ? AND question_id = ? AND local_date BETWEEN ? AND ? GROUP BY value ORDER BY value",
        (location_id, question_id, first_on, last_on),
    )
    return dict(rows)


def daily_counts(
    store: Store, location_id: str, question_id: str, first_on: str, last_on: str
) -> dict[str, dict[int, int]]:
    """Local date -> answers per value, for the days of a period that have answers."""
    days: dict[str, dict[int, int]] = {}
    for local_date, value, answers in store.read(
        "SELECT local_date, value, CAST(SUM(answers) AS BIGINT) FROM daily_rollups"
        " WHERE location_id = ? AND question_id = ? AND local_date BETWEEN ? AND ?"
        " GROUP BY local_date, value ORDER BY local_date, value",
        (location_id, question_id, first_on, last_on),
    ):
        days.setdefault(local_date, {})[value] = answers
    return days


def counts_by_location(store: Store, question_id: str, first_on: str, last_on: str) -> dict[str, dict[int, int]]:
    """Location -> answers per value in a period: what comparisons are made from."""
    found: dict[str, dict[int, int]] = {}
    for location_id, value, answers in store.read(
        "SELECT l.location_id, d.value, CAST(SUM(d.answers) AS BIGINT) FROM locations l"
        " JOIN daily_rollups d ON d.location_id = l.location_id AND d.question_id = ?"
        " AND d.local_date BETWEEN ? AND ? GROUP BY l.location_id, d.value ORDER BY l.location_id, d.value",
        (question_id, first_on, last_on),
    ):
        found.setdefault(location_id, {})[value] = answers
    return found


def last_date_before(store: Store, location_id: str, question_id: str, local_date: str) -> str | None:
    """The newest local date with answers to this question before this one."""
    ((found,),) = store.read(
        "SELECT MAX(local_date) FROM daily_rollups WHERE location_id = ? AND question_id = ? AND local_date < ?",
        (location_id, question_id, local_date),
    )
    return found if found is None else str(found)


def touchpoints(store: Store, location_id: str) -> list[Touchpoint]:
    """In the order of the customer's path."""
    rows = store.read(
        "SELECT t.touchpoint_id, t.name, s.survey, t.phase FROM touchpoints t"
        " JOIN surveys s ON s.survey_id = t.survey_id"
        " WHERE t.location_id = ? AND s.version = (SELECT MAX(version) FROM surveys WHERE survey_id = t.survey_id)"
        " ORDER BY t.turn, t.name, t.touchpoint_id",
        (location_id,),
    )
    return [Touchpoint(*row) for row in rows]


def newest_texts(store: Store, location_id: str, since_ms: int, until_ms: int, most: int) -> list[Text]:
    rows = store.read(
        "SELECT at, touchpoint_id, question_id, language, text, score FROM texts"
        " WHERE location_id = ? AND at >= ? AND at < ? ORDER BY at DESC, journal_id DESC, seq DESC LIMIT ?",
        (location_id, since_ms, until_ms, most),
    )
    return [Text(*row) for row in rows]


def count_texts(store: Store, location_id: str, since_ms: int, until_ms: int) -> int:
    # As a stretch of the key: else PostgreSQL would now and then walk through what all locations said meanwhile.
    ((count,),) = store.read(
        "SELECT COUNT(*) FROM texts WHERE (location_id, at) >= (?, ?) AND (location_id, at) < (?, ?)",
        (location_id, since_ms, location_id, until_ms),
    )
    return int(count)


def last_answer_at(store: Store, location_id: str) -> int | None:
    """Of a customer; from the end of each journal, so that it costs the same however many answers there are."""
    rows = store.read(
        "SELECT (SELECT a.at FROM answers a WHERE a.location_id = j.location_id AND a.journal_id = j.journal_id"  # noqa: S608
        f" AND a.question_id NOT LIKE '{STAFF}%' ORDER BY a.seq DESC LIMIT 1) FROM journals j WHERE j.location_id = ?",
        (location_id,),
    )
    return max((int(at) for (at,) in rows if at is not None), default=None)


def entries_counted(store: Store, location_id: str) -> int:
    """Moves whenever something new counts at the location; costs the same however many answers there are."""
    ((count,),) = store.read(
        "SELECT CAST(COALESCE(SUM(head_seq), 0) AS BIGINT)"
        " - (SELECT COUNT(*) FROM quarantine WHERE location_id = ?) FROM journals WHERE location_id = ?",
        (location_id, location_id),
    )
    return int(count)
