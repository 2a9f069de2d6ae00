"""Which answers come after their day was over at the location, so that a past day changes. Pure."""

from collections import Counter

from survey.opening_hours import QUARTER_MS, local_hour
from sync_server.store.late import LateKey
from sync_server.store.rows import Answers

GRACE_MS = 60 * 60_000  # after midnight: what was given just before it is still on its way


def came_late(answers: Answers, time_zone: str, now_ms: int) -> Counter[LateKey]:
    """answers: of one location, one or more. Nothing where all of them came in time, which is seen at a glance."""
    since = _date(now_ms - GRACE_MS, time_zone)
    if _date(min(answers.at), time_zone) >= since:
        return Counter()
    dated = zip(answers.question_id, (_date(at, time_zone) for at in answers.at), strict=True)
    return Counter(LateKey(answers.location_id, question_id, date) for question_id, date in dated if date < since)


def _date(at_ms: int, time_zone: str) -> str:
    return local_hour(at_ms // QUARTER_MS, time_zone)[0]
