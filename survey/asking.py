"""Which question begins a visit and which follows an answer: by share, weekday, time, date and opening hours. Pure.

A rule is in force at its times and in its share of the visits; the first that is decides. The lot by which a visit
falls into a share is drawn from its own name and number: it can be told beforehand, and drawn again afterwards.
"""

from collections.abc import Callable
from hashlib import sha256

from survey.questions import DAILY, FollowUp, Opening, Question, Survey, Value
from survey.schedule import LocalTime

Lot = Callable[[str], float]  # the name of a rule -> at least 0, less than 1


def lot_of(name: str, visit: int) -> Lot:
    """The lots of one visit, a rule each. name: of the terminal; visit: its number there."""
    begun = sha256(f"{name}/{visit}/".encode())

    def lot(rule: str) -> float:
        drawn = begun.copy()
        drawn.update(rule.encode())
        return int.from_bytes(drawn.digest()[:6], "big") / 2**48

    return lot


def opening(survey: Survey, at: LocalTime, *, is_open: bool, lot: Lot) -> Question:
    """The question that begins a visit: the first opening in force, else the shared one."""
    for place, rule in enumerate(survey.openings):
        if _is_in_force(rule, f"opening {place}", at, is_open=is_open, lot=lot):
            return _asked(survey, rule, at)
    return survey.shared_question


def following(
    survey: Survey, question_id: str, value: Value, at: LocalTime, *, is_open: bool, lot: Lot
) -> Question | None:
    """What comes after this answer: the first follow-up that fits it and is in force; None where the visit ends."""
    for place, rule in enumerate(survey.follow_ups):
        fits = rule.after == question_id and (not rule.values or value in rule.values)
        if fits and _is_in_force(rule, f"follow-up {place}", at, is_open=is_open, lot=lot):
            return _asked(survey, rule, at)
    return None


def changes_by_itself(survey: Survey) -> bool:
    """Whether time alone can change the question that begins a visit."""
    return any(rule.when or rule.ask == DAILY for rule in survey.openings)


def _is_in_force(rule: Opening | FollowUp, name: str, at: LocalTime, *, is_open: bool, lot: Lot) -> bool:
    return (rule.when is None or rule.when.holds(at, is_open=is_open)) and (rule.share >= 1 or lot(name) < rule.share)


def _asked(survey: Survey, rule: Opening | FollowUp, at: LocalTime) -> Question:
    """Of the daily questions each date has the next one."""
    asked = survey.asked_by(rule)
    return survey.question(asked[at.on.toordinal() % len(asked)])
