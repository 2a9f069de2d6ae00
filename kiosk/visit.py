"""One person's turn as pure steps: a visit and what happens to it give the next visit and the effects to carry out.

Nothing is thanked for before it is kept (design.md 3.1): an answer is appended, the visit waits in `keeping`, and only
`kept` leads on. Nobody is sent away without being asked: a question left alone goes only after "Are you still there?"
has stood over it for a while, as often as somebody touches that (WCAG 2.2.1).
"""

from datetime import date
from typing import Literal

import msgspec

from hardware.buttons.interface import Press
from kiosk.clock import Moment
from kiosk.drafts import Draft, event
from kiosk.preferences import Preferences
from kiosk.views import (
    Answered,
    Ask,
    Closed,
    Ended,
    LanguageChosen,
    LowReachChosen,
    Marked,
    OutOfOrder,
    SpeechChosen,
    StillThere,
    Stirred,
    Thanks,
    View,
    VisitTouch,
)
from survey.asking import changes_by_itself, following, lot_of, opening
from survey.exchange import Configuration
from survey.questions import SCALES, STAFF, Kind, Question, Value
from survey.schedule import LocalTime, local_time

THANKS_MS = 2_500
SPOKEN_THANKS_MS = 6_000
IDLE_MS = 20_000  # a question left alone this long: has the person gone?
TYPING_MS = 60_000  # the same for open text, and where the question is spoken
STILL_THERE_MS = 20_000  # then nobody has said that they are still there
STALE_MS = 10_000  # who pressed this long ago waits for no thanks any more
MINUTE_MS = 60_000


class Append(msgspec.Struct, frozen=True):
    """Write it into the journal."""

    draft: Draft


class Show(msgspec.Struct, frozen=True):
    view: View


Effect = Append | Show


class Visit(msgspec.Struct, frozen=True):
    """The state of the turn.

    number: this turn's, 0 while nobody has answered; last_number: the highest given so far.
    is_closed: outside the opening hours. is_here: somebody has touched the question that begins a visit.
    is_asked: whether they are still there. keeping: the answer that is on its way into the journal.
    marked: of several choices those that are marked: what counts if the person leaves now.
    until_ms: time since boot when `tick` has something to do. broken: the journal can't keep answers just now.
    upcoming: takes effect when this person has gone. aloud: the question is spoken; None without a voice.
    today: at the location, when this turn began; told where there is a goal, whose figure has a date.
    """

    configuration: Configuration
    stage: Literal["first", "follow_up", "thanks"]
    question: Question
    language: str
    last_number: int
    preferences: Preferences = Preferences()
    number: int = 0
    is_closed: bool = False
    is_here: bool = False
    is_asked: bool = False
    low_reach: bool = False
    aloud: bool | None = None
    has_headphones: bool = False
    keeping: Draft | None = None
    marked: Marked | None = None
    until_ms: int | None = None
    broken: bool = False
    upcoming: Configuration | None = None
    today: date | None = None


Step = tuple[Visit, list[Effect]]


def begin(
    configuration: Configuration,
    last_number: int,
    now: Moment,
    *,
    preferences: Preferences = Preferences(),  # noqa: B008  frozen
    has_voice: bool = False,
) -> Step:
    """The question that the survey begins with just now, in the terminal's first language, waiting for somebody."""
    survey = configuration.survey
    visit = Visit(configuration, "first", survey.shared_question, survey.languages[0], last_number, preferences)
    return _home(msgspec.structs.replace(visit, aloud=False if has_voice else None), now)


def touch(visit: Visit, touched: VisitTouch, now: Moment) -> Step:
    """A touch on what is shown. One that comes while an answer is being kept is the same finger once more."""
    if visit.broken or visit.keeping:
        return visit, []
    match touched:
        case Answered():
            return _answer(visit, touched)
        case Ended():
            return _end(visit, now)
        case Stirred():
            return _stir(visit, now)
        case Marked():
            return _mark(visit, touched, now)
        case _:
            return _suit(visit, touched, now)


def press(visit: Visit, pressed: Press, now: Moment) -> Step:
    """A press of a button: button 1 is the worst value of the question that it answers.

    It is kept whatever is shown, also a value beyond the scale: the server quarantines that, and IT sees it there.
    """
    number = visit.last_number + 1
    is_fresh = pressed.age_ms <= STALE_MS and not visit.broken
    is_at_screen = is_fresh and visit.stage == "first" and not visit.keeping and not visit.upcoming
    person = visit if is_at_screen else _home(visit, now)[0]
    question = _under_buttons(visit) if is_fresh else None
    question = question or person.configuration.survey.shared_question
    person = msgspec.structs.replace(
        person, number=number, last_number=number, question=question, is_here=True, is_asked=False
    )
    value = question.values.start + pressed.button - 1
    draft = _draft(person, value, now.uptime_ms - pressed.age_ms, pressed.source, press=(pressed.source, pressed.seq))
    if not is_fresh or value not in question.values:
        return msgspec.structs.replace(visit, last_number=number), [Append(draft)]
    shown = Show(_ask(person, pressed=value))
    return msgspec.structs.replace(person, keeping=draft), [*_farewell(visit, "left", now), Append(draft), shown]


def kept(visit: Visit, draft: Draft, now: Moment) -> Step:
    """The draft is durable. Leads on if it is what this visit waits for; shows that a broken journal works again."""
    if visit.broken:
        return _home(visit, now)
    if draft != visit.keeping:
        return visit, []
    configuration, answered = visit.configuration, visit.question.question_id
    at, is_open = local(configuration, now)
    lot = lot_of(configuration.terminal_name, visit.number)
    question = following(configuration.survey, answered, draft.value, at, is_open=is_open, lot=lot)
    if question is None:
        return _thank(visit, "done", now)
    visit = msgspec.structs.replace(visit, stage="follow_up", question=question, keeping=None, marked=None)
    return _wait(visit, now), [Show(_ask(visit))]


def tick(visit: Visit, now: Moment) -> Step:
    """Time passes: another question's time has come, a question was left alone, thanks were long enough to read."""
    if visit.until_ms is None or visit.keeping or now.uptime_ms < visit.until_ms:
        return visit, []
    if visit.stage == "first" and not visit.is_here:
        return look(visit, now)
    if visit.stage != "thanks" and not visit.is_asked:
        until_ms = now.uptime_ms + STILL_THERE_MS
        visit = msgspec.structs.replace(visit, is_asked=True, until_ms=until_ms)
        return visit, [Show(StillThere(_ask(visit)))]
    visit_home, shown = _home(visit, now)
    return visit_home, [*_farewell(visit, "left", now), *shown]


def look(visit: Visit, now: Moment) -> Step:
    """What begins a visit just now, where nobody is: the minute has passed, or the clock was set."""
    if visit.stage != "first" or visit.is_here or visit.keeping or visit.broken:
        return visit, []
    looked, shown = _home(visit, now)
    return looked, [] if _first_view(looked) == _first_view(visit) else shown


def fail(visit: Visit) -> Step:
    """The journal can't keep answers: say so instead of thanks, until something is kept again."""
    shown = OutOfOrder(visit.language, visit.configuration.location_name)
    return msgspec.structs.replace(visit, broken=True, keeping=None, until_ms=None), [Show(shown)]


def configure(visit: Visit, configuration: Configuration, now: Moment) -> Step:
    """At once if nobody is there, else when this person has gone."""
    return look(msgspec.structs.replace(visit, upcoming=configuration), now)


def prefer(visit: Visit, preferences: Preferences, now: Moment) -> Step:
    """The same with what the staff have set."""
    return look(msgspec.structs.replace(visit, preferences=preferences), now)


def listen(visit: Visit, now: Moment, *, has_headphones: bool) -> Step:
    """Headphones were plugged in or out: whoever does that wants to hear the question, or has heard enough."""
    visit = msgspec.structs.replace(visit, has_headphones=has_headphones)
    if visit.aloud is None or visit.aloud == has_headphones:
        return visit, []
    return touch(visit, SpeechChosen(), now)


def answer_as_staff(visit: Visit, answered: Answered) -> Step:
    """The shared question about their own day: in a visit of its own, beside the one that is under way."""
    if visit.broken:
        return visit, []
    survey = visit.configuration.survey
    question = survey.question(STAFF + survey.shared_question.question_id)
    question.check(answered.value)
    number = visit.last_number + 1
    staff = msgspec.structs.replace(visit, question=question, number=number)
    draft = _draft(staff, answered.value, answered.uptime_ms, "touch")
    return msgspec.structs.replace(visit, last_number=number), [Append(draft)]


def local(configuration: Configuration, now: Moment) -> tuple[LocalTime, bool]:
    """What the clock on the wall says, and whether the location is open."""
    at = local_time(now.wall_ms, configuration.time_zone)
    return at, configuration.opening_hours is None or configuration.opening_hours.is_open(at)


def _answer(visit: Visit, answered: Answered) -> Step:
    if visit.stage == "thanks" or answered.question_id != visit.question.question_id:
        return visit, []  # the finger met a question that had just gone
    visit.question.check(answered.value)
    if visit.stage == "first":
        number = visit.last_number + 1
        visit = msgspec.structs.replace(visit, number=number, last_number=number)
    draft = _draft(visit, answered.value, answered.uptime_ms, "touch")
    shown = Show(_ask(visit, pressed=answered.value))
    visit = msgspec.structs.replace(visit, is_here=True, is_asked=False, keeping=draft, marked=None)
    return visit, [Append(draft), shown]


def _suit(visit: Visit, touched: LanguageChosen | LowReachChosen | SpeechChosen, now: Moment) -> Step:
    """The same question in another way."""
    match touched:
        case LanguageChosen(language) if language in visit.configuration.survey.languages:
            visit = msgspec.structs.replace(visit, language=language)
        case LowReachChosen():
            visit = msgspec.structs.replace(visit, low_reach=not visit.low_reach)
        case SpeechChosen() if visit.aloud is not None:
            visit = msgspec.structs.replace(visit, aloud=not visit.aloud)
        case _:
            return visit, []
    return (visit, []) if visit.stage == "thanks" else (_wait(visit, now), [Show(_ask(visit))])


def _stir(visit: Visit, now: Moment) -> Step:
    if visit.stage == "thanks":
        return visit, []
    is_hidden = visit.is_asked or (visit.is_closed and not visit.is_here)
    return _wait(visit, now), [Show(_ask(visit))] if is_hidden else []


def _mark(visit: Visit, marked: Marked, now: Moment) -> Step:
    if visit.stage == "thanks" or marked.question_id != visit.question.question_id:
        return visit, []
    return _stir(msgspec.structs.replace(visit, marked=marked if marked.value else None), now)


def _end(visit: Visit, now: Moment) -> Step:
    if visit.stage == "follow_up":
        return _thank(visit, "ended", now)
    return _home(visit, now) if visit.stage == "thanks" else (visit, [])


def _thank(visit: Visit, how: str, now: Moment) -> Step:
    until_ms = now.uptime_ms + (SPOKEN_THANKS_MS if visit.aloud else THANKS_MS)
    thanked = msgspec.structs.replace(visit, stage="thanks", keeping=None, until_ms=until_ms)
    shown = Show(Thanks(visit.language, visit.configuration.location_name, visit.aloud, visit.configuration.goal))
    return thanked, [*_farewell(visit, how, now), shown]


def _home(visit: Visit, now: Moment) -> Step:
    """As it is when nobody is there."""
    configuration, preferences = visit.upcoming or visit.configuration, visit.preferences
    survey = configuration.survey
    at, is_open = local(configuration, now)
    lot = lot_of(configuration.terminal_name, visit.last_number + 1)
    home = Visit(
        configuration=configuration,
        stage="first",
        question=opening(survey, at, is_open=is_open, lot=lot),
        language=preferences.language if preferences.language in survey.languages else survey.languages[0],
        last_number=visit.last_number,
        preferences=preferences,
        is_closed=not is_open,
        low_reach=preferences.low_reach,
        aloud=None if visit.aloud is None else visit.has_headphones,
        has_headphones=visit.has_headphones,
        today=at.on if configuration.goal else None,
    )
    if configuration.opening_hours or configuration.goal or changes_by_itself(survey):
        until_ms = now.uptime_ms + MINUTE_MS - now.wall_ms % MINUTE_MS
        home = msgspec.structs.replace(home, until_ms=until_ms)
    return home, [Show(_first_view(home))]


def _first_view(visit: Visit) -> View:
    if visit.is_closed:
        return Closed(visit.language, visit.configuration.location_name)
    return _ask(visit)


def _wait(visit: Visit, now: Moment) -> Visit:
    """Somebody is there: for so long nothing goes by itself."""
    patience_ms = TYPING_MS if visit.aloud or visit.question.kind is Kind.TEXT else IDLE_MS
    return msgspec.structs.replace(visit, is_here=True, is_asked=False, until_ms=now.uptime_ms + patience_ms)


def _under_buttons(visit: Visit) -> Question | None:
    """The question on the screen, if a visit begins with it and the buttons' labels fit it."""
    question, shared = visit.question, visit.configuration.survey.shared_question
    is_seen = visit.stage == "first" and (visit.is_here or not visit.is_closed)
    return question if is_seen and question.kind in SCALES and len(question.values) == len(shared.values) else None


def _farewell(visit: Visit, how: str, now: Moment) -> list[Effect]:
    # How a visit ended is news only where more than its first question was asked.
    if visit.stage != "follow_up":
        return []
    effects: list[Effect] = [Append(event("visit_ended", how, now.uptime_ms, visit=visit.number))]
    if how == "left" and visit.marked:  # what they had chosen by then is an answer all the same
        effects.insert(0, Append(_draft(visit, visit.marked.value, visit.marked.uptime_ms, "touch")))
    return effects


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
        low_reach=visit.low_reach,
        aloud=visit.aloud,
        today=visit.today,
    )
