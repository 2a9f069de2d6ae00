"""One person's turn as pure steps: a visit and what happens to it give the next visit and the effects to carry out.

Nothing is thanked for before it is kept (design.md 3.1): an answer is appended, the visit waits in `keeping`, and only
`kept` leads on. Nobody is sent away without being asked: a question left alone goes only after "Are you still there?"
has stood over it for a while, as often as somebody touches that (WCAG 2.2.1).

A press of a button is a step of its own: pressing.py.
"""

import msgspec

from kiosk.clock import Moment
from kiosk.drafts import Draft
from kiosk.preferences import VOLUME_STEP, Preferences
from kiosk.views import (
    Answered,
    Ended,
    LanguageChosen,
    LargerChosen,
    LouderChosen,
    LowReachChosen,
    Marked,
    OutOfOrder,
    SpeechChosen,
    StillThere,
    Stirred,
    VisitTouch,
)
from kiosk.visit_state import (
    AGAIN_MS,
    REPEAT_MS,
    SAME_FINGER_MS,
    STILL_THERE_MS,
    TYPING_MS,
    Append,
    Effect,
    Heard,
    Show,
    Step,
    Visit,
    ask,
    draft_of,
    farewell,
    first_view,
    give,
    hearing,
    home,
    local,
    thank,
    under_buttons,
    until,
    wait,
)
from survey.asking import following, lot_of
from survey.exchange import Configuration
from survey.questions import STAFF

LOUDEST = 100


def begin(
    configuration: Configuration,
    last_number: int,
    now: Moment,
    *,
    preferences: Preferences = Preferences(),  # noqa: B008  frozen
    has_voice: bool = False,
    has_buttons: bool = False,
    was_heard: range | None = None,
) -> Step:
    """The question that the survey begins with just now, in the terminal's first language, waiting for somebody.

    was_heard: when somebody was answering by buttons as the program ended: who knows what they pressed after that.
    """
    survey = configuration.survey
    visit = Visit(configuration, "first", survey.shared_question, survey.languages[0], last_number, preferences)
    visit = msgspec.structs.replace(visit, aloud=False if has_voice else None, has_buttons=has_buttons)
    if was_heard is not None:  # their first answer, if its box sends it again, is one all the same
        heard = Heard(was_heard.start + SAME_FINGER_MS, min(now.uptime_ms, was_heard.stop + TYPING_MS + STILL_THERE_MS))
        visit = msgspec.structs.replace(visit, heard=heard)
    return home(visit, now)


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


def kept(visit: Visit, draft: Draft, now: Moment) -> Step:
    """The draft is durable. Leads on if it is what this visit waits for; shows that a broken journal works again."""
    if visit.broken:
        return home(visit, now)
    if draft != visit.keeping:
        return visit, []
    configuration, answered = visit.configuration, visit.question.question_id
    at, is_open = local(configuration, now)
    lot = lot_of(configuration.terminal_name, visit.number)
    question = following(configuration.survey, answered, draft.value, at, is_open=is_open, lot=lot)
    if question is None:
        return thank(visit, "done", now)
    heard = visit.hearer and Heard(visit.hearer.from_ms, since_ms=now.uptime_ms)
    visit = msgspec.structs.replace(
        visit, stage="follow_up", question=question, keeping=None, marked=None, heard=heard or visit.heard
    )
    return wait(visit, now), [Show(ask(visit))]


def tick(visit: Visit, now: Moment) -> Step:
    """Time passes: another question's time has come, a question was left alone, thanks were long enough to read."""
    if visit.until_ms is None or visit.keeping or now.uptime_ms < visit.until_ms:
        return visit, []
    if visit.stage == "first" and not visit.is_here:
        return look(visit, now)
    if visit.stage != "thanks" and visit.aloud and not (visit.is_repeated or visit.is_asked):
        visit = msgspec.structs.replace(visit, is_repeated=True, until_ms=now.uptime_ms + REPEAT_MS)
        return visit, [Show(ask(visit))]
    if visit.stage != "thanks" and not visit.is_asked:
        until_ms = now.uptime_ms + STILL_THERE_MS
        visit = msgspec.structs.replace(visit, is_asked=True, until_ms=until_ms)
        return visit, [Show(StillThere(ask(visit)))]
    visit_home, shown = home(visit, now)
    return visit_home, [*farewell(visit, "left", now), *shown]


def look(visit: Visit, now: Moment) -> Step:
    """What begins a visit just now, where nobody is: the minute has passed, or the clock was set."""
    if visit.stage != "first" or visit.is_here or visit.keeping or visit.broken:
        return visit, []
    looked, shown = home(visit, now)
    return looked, [] if first_view(looked) == first_view(visit) else shown


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
    """Headphones were plugged in or out: whoever does that wants to hear the question, or has heard enough.

    Who pulls them out and plugs them in again wants to hear it louder.
    """
    out_ms = visit.unplugged_ms
    is_again = has_headphones and out_ms is not None and now.uptime_ms < out_ms + AGAIN_MS
    out_ms = None if has_headphones else now.uptime_ms
    visit = msgspec.structs.replace(visit, has_headphones=has_headphones, unplugged_ms=out_ms)
    if visit.aloud is None or visit.aloud == has_headphones:
        return visit, []
    if visit.keeping and not has_headphones:
        return _speak(visit, now)  # what comes next is another's to answer
    return touch(visit, LouderChosen() if is_again else SpeechChosen(), now)


def change_voice(visit: Visit, now: Moment, *, has_voice: bool) -> Step:
    """The voice is known to be of no use, as if there were none, or is of use again."""
    effects: list[Effect] = []
    if visit.aloud and not has_voice:
        visit, effects = _speak(visit, now)
    visit = msgspec.structs.replace(visit, aloud=False if has_voice else None)
    if visit.broken or visit.keeping or visit.is_asked or visit.stage == "thanks":
        return visit, effects  # what is shown next shows it
    if visit.stage == "first" and not visit.is_here:
        return home(visit, now)
    return visit, [*effects, Show(ask(visit))]


def answer_as_staff(visit: Visit, answered: Answered) -> Step:
    """The shared question about their own day: in a visit of its own, beside the one that is under way."""
    if visit.broken:
        return visit, []
    survey = visit.configuration.survey
    question = survey.question(STAFF + survey.shared_question.question_id)
    question.check(answered.value)
    number = visit.last_number + 1
    staff = msgspec.structs.replace(visit, question=question, number=number)
    draft = draft_of(staff, answered.value, answered.uptime_ms, "touch")
    return msgspec.structs.replace(visit, last_number=number), [Append(draft)]


def _answer(visit: Visit, answered: Answered) -> Step:
    if visit.stage == "thanks" or answered.question_id != visit.question.question_id:
        return visit, []  # the finger met a question that had just gone
    visit.question.check(answered.value)
    if visit.stage == "first":
        number = visit.last_number + 1
        visit = msgspec.structs.replace(visit, number=number, last_number=number)
    return give(visit, draft_of(visit, answered.value, answered.uptime_ms, "touch"))


def _suit(
    visit: Visit, touched: LanguageChosen | LowReachChosen | LargerChosen | SpeechChosen | LouderChosen, now: Moment
) -> Step:
    """The same question in another way."""
    effects: list[Effect] = []
    volume = None
    match touched:
        case LanguageChosen(language) if language in visit.configuration.survey.languages:
            heard = visit.hearer and msgspec.structs.replace(visit.hearer, group=None, since_ms=now.uptime_ms)
            visit = msgspec.structs.replace(visit, language=language, heard=heard or visit.heard)
        case LowReachChosen():
            visit = msgspec.structs.replace(visit, low_reach=not visit.low_reach, larger=False)
        case LargerChosen():
            visit = msgspec.structs.replace(visit, low_reach=False, larger=not visit.larger)
        case SpeechChosen() if visit.aloud is not None:
            visit, effects = _speak(visit, now)
        case LouderChosen() if visit.aloud is not None:
            visit, effects = (visit, []) if visit.aloud else _speak(visit, now)
            volume = VOLUME_STEP if visit.volume >= LOUDEST else min(visit.volume + VOLUME_STEP, LOUDEST)
            visit = msgspec.structs.replace(visit, volume=volume)
        case _:
            return visit, []
    if visit.stage == "thanks":
        return visit, effects
    return wait(visit, now), [*effects, Show(ask(visit, volume=volume))]


def _speak(visit: Visit, now: Moment) -> Step:
    """Turns the voice on or off. Whoever hears a question answers it by buttons, so it is one that they answer."""
    listens = visit.has_buttons and not visit.aloud and visit.stage != "thanks"
    visit = msgspec.structs.replace(visit, aloud=not visit.aloud, listens=listens)
    if visit.stage == "first" and listens:
        question = under_buttons(visit) or visit.configuration.survey.shared_question
        return msgspec.structs.replace(visit, question=question), []
    if visit.stage == "follow_up" and listens:
        heard = Heard(now.uptime_ms, since_ms=now.uptime_ms)
        return msgspec.structs.replace(visit, heard=heard), [hearing(visit, now.uptime_ms)]
    return msgspec.structs.replace(visit, heard=until(visit.heard, now.uptime_ms)), []


def _stir(visit: Visit, now: Moment) -> Step:
    if visit.stage == "thanks":
        return visit, []
    is_hidden = visit.is_asked or (visit.is_closed and not visit.is_here)
    return wait(visit, now), [Show(ask(visit))] if is_hidden else []


def _mark(visit: Visit, marked: Marked, now: Moment) -> Step:
    if visit.stage == "thanks" or marked.question_id != visit.question.question_id:
        return visit, []
    return _stir(msgspec.structs.replace(visit, marked=marked if marked.value else None), now)


def _end(visit: Visit, now: Moment) -> Step:
    if visit.stage == "follow_up":
        return thank(visit, "ended", now)
    return home(visit, now) if visit.stage == "thanks" else (visit, [])
