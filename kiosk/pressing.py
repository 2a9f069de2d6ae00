"""What a press of a button does, as pure steps beside those of visit.py.

A press begins a visit, for a box by the door can't know whose finger it was; while somebody hears a visit it is theirs.
Which of the two is decided by when it was made, not by when it came. Each is written, also one that answers nothing.
"""

from typing import Literal

import msgspec

from hardware.buttons.interface import Press
from kiosk.clock import Moment
from kiosk.drafts import Draft
from kiosk.keyboards import spelled
from kiosk.numbering import Group, Meaning, Sign
from kiosk.views import Marked
from kiosk.visit_state import (
    SAME_FINGER_MS,
    Append,
    Heard,
    Show,
    Step,
    Visit,
    ask,
    draft_of,
    farewell,
    give,
    home,
    meanings_of,
    thank,
    under_buttons,
    wait,
)
from survey.questions import Kind, Question, Value

STALE_MS = 10_000  # who pressed this long ago waits for no thanks any more


def press(visit: Visit, pressed: Press, now: Moment) -> Step:
    """Button 1 is the worst value of the question that a visit begins with.

    It is kept whatever is shown, also a value beyond the scale: the server quarantines that, and IT sees it there.
    """
    made_ms = now.uptime_ms - pressed.age_ms
    if visit.heard and visit.heard.holds(made_ms):
        return _hear(visit, pressed, made_ms, now)
    number = visit.last_number + 1
    is_fresh = pressed.age_ms <= STALE_MS and not visit.broken and not visit.hearer
    seen = under_buttons(visit) if is_fresh else None
    is_asked_on = visit.listens or bool(seen) or not visit.upcoming
    is_at_screen = is_fresh and visit.stage == "first" and not visit.keeping and is_asked_on
    person = visit if is_at_screen else _somebody_else(visit, seen, now)
    question = seen or person.configuration.survey.shared_question
    person = msgspec.structs.replace(person, number=number, last_number=number, question=question)
    value = question.values.start + pressed.button - 1
    draft = draft_of(person, value, made_ms, pressed.source, press=(pressed.source, pressed.seq))
    if not is_fresh or value not in question.values:
        return msgspec.structs.replace(visit, last_number=number), [Append(draft)]
    person, effects = give(person, draft)
    return person, [*farewell(visit, "left", now), *effects]


def _somebody_else(visit: Visit, seen: Question | None, now: Moment) -> Visit:
    """Who begins a visit; what is seen belongs to the survey that asks it, also where another one waits."""
    if seen is None:
        return home(visit, now)[0]
    return msgspec.structs.replace(home(msgspec.structs.replace(visit, upcoming=None), now)[0], upcoming=visit.upcoming)


def _hear(visit: Visit, pressed: Press, made_ms: int, now: Moment) -> Step:
    """By somebody who hears the visit, or did when it was made: an answer, or an event that says it was none."""
    name, meaning = (pressed.source, pressed.seq), _meaning(visit, pressed.button, made_ms)
    value = _answer(visit, meaning)
    if value is not None:
        return give(visit, draft_of(visit, value, made_ms, pressed.source, press=name))
    number = visit.number if visit.hearer else 0
    is_spelt = visit.question.kind is Kind.TEXT and isinstance(meaning, Group | Sign)
    button = 0 if is_spelt else pressed.button  # words that are not sent must not be read out of the journal
    event = Draft("event", "pressed_while_heard", button, made_ms, "", "", pressed.source, number, name)
    if visit.hearer is None or meaning is None:
        return visit, [Append(event)]
    visit, effects = _go_on(visit, visit.hearer, meaning, event, now)
    return visit, [Append(event), *effects]


def _meaning(visit: Visit, button: int, made_ms: int) -> Meaning | Literal["more time"]:
    """None where it means nothing; also of one that is the same finger once more, or a choice's."""
    hearer, meant = visit.hearer, meanings_of(visit)
    if hearer is None or visit.keeping or visit.broken or made_ms < hearer.since_ms + SAME_FINGER_MS:
        return None
    if visit.is_asked:
        return "more time"
    meaning = meant[button - 1] if 0 < button <= len(meant) else None
    is_twice = hearer.struck and hearer.struck[0] == meaning and made_ms < hearer.struck[1] + SAME_FINGER_MS
    return None if is_twice else meaning


def _answer(visit: Visit, meaning: Meaning | Literal["more time"]) -> Value | None:
    """The value that it gives, if it gives one."""
    if meaning == "done":
        return visit.written.strip() or visit.marks or None
    return meaning if isinstance(meaning, int) and visit.question.kind is not Kind.MULTIPLE else None


def _go_on(visit: Visit, hearer: Heard, meaning: Meaning | Literal["more time"], event: Draft, now: Moment) -> Step:
    """What else it can mean: the way out, a mark, a letter, another page or group."""
    struck: Value | None = None
    match meaning:
        case "skip" | "done":
            return thank(visit, "ended", now)
        case int():
            struck = meaning
            visit = _marked(visit, visit.marks ^ 1 << meaning - 1, event)
            hearer = msgspec.structs.replace(hearer, struck=(meaning, event.uptime_ms))
        case Sign(struck):
            visit = _marked(visit, spelled(visit.written, struck), event)
            hearer = msgspec.structs.replace(hearer, group=None, since_ms=now.uptime_ms)
        case _:
            page = hearer.page + (meaning == "more")
            group = hearer.group if meaning == "more time" else meaning if isinstance(meaning, Group) else None
            hearer = msgspec.structs.replace(hearer, page=page, group=group, since_ms=now.uptime_ms)
    visit = wait(msgspec.structs.replace(visit, heard=hearer), now)
    return visit, [Show(ask(visit, struck=struck))]


def _marked(visit: Visit, value: Value, event: Draft) -> Visit:
    marked = Marked(visit.question.question_id, value, event.uptime_ms, event.source) if value else None
    return msgspec.structs.replace(visit, marked=marked)
