"""One person's turn as pure steps: a visit and what happens to it give the next visit and the effects to carry out.

Nothing is thanked for before it is kept (design.md 3.1): an answer is appended, the visit waits in `keeping`, and only
`kept` leads on. A press of a button always answers the shared question, in a visit of its own.
"""

from datetime import date
from typing import Literal

import msgspec

from hardware.buttons.interface import Press
from kiosk.drafts import Draft, event
from kiosk.views import Answered, Ask, Ended, LanguageChosen, OutOfOrder, Stirred, Thanks, Touch, View
from survey.asking import following, lot_of
from survey.exchange import Configuration
from survey.questions import Kind, Question, Value
from survey.schedule import LocalTime

THANKS_MS = 2_500
IDLE_MS = 20_000  # a question left alone this long: the person has gone
TYPING_MS = 60_000  # the same for open text
STALE_MS = 10_000  # who pressed this long ago waits for no thanks any more


class Append(msgspec.Struct, frozen=True):
    """Write it into the journal."""

    draft: Draft


class Show(msgspec.Struct, frozen=True):
    view: View


Effect = Append | Show


class Visit(msgspec.Struct, frozen=True):
    """The state of the turn. All times are times since boot.

    number: this turn's, 0 while nobody has answered; last_number: the highest given so far.
    keeping: the answer that is on its way into the journal. until_ms: when `tick` has something to do.
    broken: the journal can't keep answers just now. upcoming: takes effect when this person has gone.
    """

    configuration: Configuration
    stage: Literal["first", "follow_up", "thanks"]
    question: Question
    language: str
    last_number: int
    number: int = 0
    keeping: Draft | None = None
    until_ms: int | None = None
    broken: bool = False
    upcoming: Configuration | None = None


Step = tuple[Visit, list[Effect]]


def begin(configuration: Configuration, last_number: int) -> Step:
    """The shared question, in the survey's first language, waiting for somebody."""
    survey = configuration.survey
    visit = Visit(configuration, "first", survey.shared_question, survey.languages[0], last_number)
    return visit, [Show(_ask(visit))]


def touch(visit: Visit, touched: Touch, now_ms: int) -> Step:
    """A touch on what is shown. One that comes while an answer is being kept is the same finger once more."""
    if visit.broken or visit.keeping:
        return visit, []
    match touched:
        case LanguageChosen(language):
            return _speak(visit, language, now_ms)
        case Ended():
            return _end(visit, now_ms)
        case Stirred():
            return _stir(visit, now_ms)
        case Answered():
            return _answer(visit, touched)
    return visit, []


def press(visit: Visit, pressed: Press, now_ms: int) -> Step:
    """A press of the button box: button 1 is the worst value of the shared question.

    It is kept whatever is shown, also a value beyond the scale: the server quarantines that, and IT sees it there.
    """
    number = visit.last_number + 1
    fresh = msgspec.structs.replace(_fresh(visit), number=number, last_number=number)
    question = fresh.question
    value = question.values.start + pressed.button - 1
    draft = _draft(fresh, value, now_ms - pressed.age_ms, pressed.source, press=(pressed.source, pressed.seq))
    if visit.broken or pressed.age_ms > STALE_MS or value not in question.values:
        return msgspec.structs.replace(visit, last_number=number), [Append(draft)]
    shown = Show(_ask(fresh, pressed=value))
    return msgspec.structs.replace(fresh, keeping=draft), [*_farewell(visit, "left", now_ms), Append(draft), shown]


def kept(visit: Visit, draft: Draft, now_ms: int) -> Step:
    """The draft is durable. Leads on if it is what this visit waits for; shows that a broken journal works again."""
    if visit.broken:
        return _home(visit)
    if draft != visit.keeping:
        return visit, []
    lot = lot_of(visit.configuration.terminal_name, visit.number)
    asked = (visit.question.question_id, draft.value, LocalTime(date.min, 0))
    question = following(visit.configuration.survey, *asked, is_open=True, lot=lot)
    if question is None:
        return _thank(visit, "done", now_ms)
    until_ms = now_ms + _patience(question)
    visit = msgspec.structs.replace(visit, stage="follow_up", question=question, keeping=None, until_ms=until_ms)
    return visit, [Show(_ask(visit))]


def tick(visit: Visit, now_ms: int) -> Step:
    """Time passes: a question left alone, thanks long enough read."""
    if visit.until_ms is None or visit.keeping or now_ms < visit.until_ms:
        return visit, []
    visit_home, shown = _home(visit)
    return visit_home, [*_farewell(visit, "left", now_ms), *shown]


def fail(visit: Visit) -> Step:
    """The journal can't keep answers: say so instead of thanks, until something is kept again."""
    shown = OutOfOrder(visit.language, visit.configuration.location_name)
    return msgspec.structs.replace(visit, broken=True, keeping=None, until_ms=None), [Show(shown)]


def configure(visit: Visit, configuration: Configuration) -> Step:
    """At once if nobody is there, else when this person has gone."""
    visit = msgspec.structs.replace(visit, upcoming=configuration)
    if visit.stage == "first" and not visit.keeping and not visit.broken:
        return _home(visit)
    return visit, []


def _answer(visit: Visit, answered: Answered) -> Step:
    if visit.stage == "thanks" or answered.question_id != visit.question.question_id:
        return visit, []  # the finger met a question that had just gone
    visit.question.check(answered.value)
    if visit.stage == "first":
        number = visit.last_number + 1
        visit = msgspec.structs.replace(visit, number=number, last_number=number)
    draft = _draft(visit, answered.value, answered.uptime_ms, "touch")
    shown = Show(_ask(visit, pressed=answered.value))
    return msgspec.structs.replace(visit, keeping=draft), [Append(draft), shown]


def _speak(visit: Visit, language: str, now_ms: int) -> Step:
    if visit.stage == "thanks" or language not in visit.configuration.survey.languages:
        return visit, []
    visit, _ = _stir(msgspec.structs.replace(visit, language=language), now_ms)
    return visit, [Show(_ask(visit))]


def _stir(visit: Visit, now_ms: int) -> Step:
    if visit.stage == "thanks":
        return visit, []
    return msgspec.structs.replace(visit, until_ms=now_ms + _patience(visit.question)), []


def _end(visit: Visit, now_ms: int) -> Step:
    if visit.stage == "follow_up":
        return _thank(visit, "ended", now_ms)
    return _home(visit) if visit.stage == "thanks" else (visit, [])


def _thank(visit: Visit, how: str, now_ms: int) -> Step:
    thanked = msgspec.structs.replace(visit, stage="thanks", keeping=None, until_ms=now_ms + THANKS_MS)
    shown = Show(Thanks(visit.language, visit.configuration.location_name, goal=visit.configuration.goal))
    return thanked, [*_farewell(visit, how, now_ms), shown]


def _home(visit: Visit) -> Step:
    return begin(visit.upcoming or visit.configuration, visit.last_number)


def _fresh(visit: Visit) -> Visit:
    return _home(visit)[0]


def _farewell(visit: Visit, how: str, now_ms: int) -> list[Effect]:
    # How a visit ended is news only where more than the shared question was asked.
    if visit.stage != "follow_up":
        return []
    return [Append(event("visit_ended", how, now_ms, visit=visit.number))]


def _draft(visit: Visit, value: Value, uptime_ms: int, source: str, press: tuple[str, int] | None = None) -> Draft:
    survey = visit.configuration.survey.label
    about = visit.question.question_id
    return Draft("answer", about, value, uptime_ms, survey, visit.language, source, visit.number, press)


def _ask(visit: Visit, pressed: Value | None = None) -> Ask:
    configuration = visit.configuration
    return Ask(
        question=visit.question,
        language=visit.language,
        languages=configuration.survey.languages,
        place=configuration.location_name,
        first=visit.stage == "first",
        goal=configuration.goal,
        pressed=pressed,
    )


def _patience(question: Question) -> int:
    return TYPING_MS if question.kind is Kind.TEXT else IDLE_MS
