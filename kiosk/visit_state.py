"""A visit as a value, and what its steps are made of: ask, wait, give an answer, thank, go home. Pure."""

from datetime import date
from typing import Literal

import msgspec

from kiosk.clock import Moment
from kiosk.drafts import Draft, event
from kiosk.keyboards import layout_for
from kiosk.numbering import Group, Meaning, meanings
from kiosk.preferences import VOLUME, Preferences
from kiosk.views import (
    Ask,
    Closed,
    Marked,
    Thanks,
    View,
)
from survey.asking import changes_by_itself, lot_of, opening
from survey.exchange import Configuration
from survey.questions import SCALES, Kind, Question, Value
from survey.schedule import LocalTime, local_time

THANKS_MS = 2_500
SPOKEN_THANKS_MS = 6_000
IDLE_MS = 20_000  # a question left alone this long: has the person gone?
TYPING_MS = 60_000  # the same for open text, and where the question is spoken
REPEAT_MS = TYPING_MS // 2  # whoever hears a question and does nothing for so long hears it once more
STILL_THERE_MS = 20_000  # then nobody has said that they are still there
AGAIN_MS = 20_000  # headphones that are pulled out and come back so soon ask for more of the same
SAME_FINGER_MS = 1_000  # who hears a question has not even begun to, so soon after it came
MINUTE_MS = 60_000


class Append(msgspec.Struct, frozen=True):
    """Write it into the journal."""

    draft: Draft


class Show(msgspec.Struct, frozen=True):
    view: View


Effect = Append | Show


class Heard(msgspec.Struct, frozen=True):
    """Somebody hears a visit and answers it by buttons: whatever is pressed meanwhile is theirs, whenever it comes.

    from_ms, until_ms: when the first answer was given, and when it ended; None while it goes on.
    since_ms: when the question came, or what buttons mean at it: a page of its choices, a group of steps or letters.
    struck: the choice marked last, and when.
    """

    from_ms: int
    until_ms: int | None = None
    since_ms: int = 0
    page: int = 0
    group: Group | None = None
    struck: tuple[int, int] | None = None

    def holds(self, made_ms: int) -> bool:
        return self.from_ms <= made_ms and (self.until_ms is None or made_ms < self.until_ms)


class Visit(msgspec.Struct, frozen=True):
    """The state of the turn.

    number: this turn's, 0 while nobody has answered; last_number: the highest given so far.
    is_closed: outside the opening hours. is_here: somebody has touched the question that begins a visit.
    is_repeated: the question has been said once more. is_asked: whether they are still there.
    keeping: the answer that is on its way into the journal.
    marked: of several choices those that are marked, which count if the person leaves now; or the text so far, which
    does not.
    until_ms: time since boot when `tick` has something to do. broken: the journal can't keep answers just now.
    upcoming: takes effect when this person has gone. aloud: the question is spoken; None without a voice.
    listens: somebody chose so in this visit, and there are buttons; headphones that stay plugged may be forgotten ones.
    volume: of the voice, 0..100. unplugged_ms: when headphones were pulled out in this visit.
    heard: since when they answer by buttons; what was so before, while nobody does.
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
    is_repeated: bool = False
    low_reach: bool = False
    larger: bool = False
    aloud: bool | None = None
    volume: int = VOLUME
    has_headphones: bool = False
    unplugged_ms: int | None = None
    has_buttons: bool = False
    listens: bool = False
    heard: Heard | None = None
    keeping: Draft | None = None
    marked: Marked | None = None
    until_ms: int | None = None
    broken: bool = False
    upcoming: Configuration | None = None
    today: date | None = None

    @property
    def hearer(self) -> Heard | None:
        """Whoever answers by buttons now."""
        return self.heard if self.heard and self.heard.until_ms is None else None

    @property
    def marks(self) -> int:
        """Of several choices, as they are now."""
        return self.marked.value if self.marked and isinstance(self.marked.value, int) else 0

    @property
    def written(self) -> str:
        """Of open text, as it is now."""
        return self.marked.value if self.marked and isinstance(self.marked.value, str) else ""


Step = tuple[Visit, list[Effect]]


def ask(visit: Visit, pressed: Value | None = None, struck: Value | None = None, volume: int | None = None) -> Ask:
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
        larger=visit.larger,
        aloud=visit.aloud,
        today=visit.today,
        buttons=meanings_of(visit),
        marked=visit.marked.value if visit.marked else 0,
        struck=struck,
        volume=volume,
        steady=visit.preferences.steady,
    )


def meanings_of(visit: Visit) -> tuple[Meaning, ...]:
    """Of the buttons, where they answer a follow-up; there are as many as the shared question has answers."""
    if visit.hearer is None or visit.stage != "follow_up":
        return ()
    return meanings(
        visit.question,
        len(visit.configuration.survey.shared_question.values),
        visit.hearer.page,
        visit.hearer.group,
        alphabet=layout_for(visit.language).alphabet,
    )


def draft_of(visit: Visit, value: Value, uptime_ms: int, source: str, press: tuple[str, int] | None = None) -> Draft:
    survey = visit.configuration.survey.label
    about = visit.question.question_id
    return Draft("answer", about, value, uptime_ms, survey, visit.language, source, visit.number, press)


def give(visit: Visit, draft: Draft) -> Step:
    """An answer to what is asked: it shows at once. Who listens answers by buttons from the first one on."""
    effects: list[Effect] = [Append(draft), Show(ask(visit, pressed=draft.value))]
    if visit.listens and visit.stage == "first":
        visit = msgspec.structs.replace(visit, heard=Heard(draft.uptime_ms))
        effects.insert(0, hearing(visit, draft.uptime_ms))
    return msgspec.structs.replace(visit, is_here=True, is_asked=False, keeping=draft, marked=None), effects


def hearing(visit: Visit, uptime_ms: int) -> Append:
    """Written before what it is about: a terminal that starts again knows what it can't know (`was_heard`)."""
    return Append(event("heard", visit.question.question_id, uptime_ms, visit=visit.number))


def wait(visit: Visit, now: Moment) -> Visit:
    """Somebody is there: for so long nothing goes by itself."""
    patience_ms = REPEAT_MS if visit.aloud else TYPING_MS if visit.question.kind is Kind.TEXT else IDLE_MS
    until_ms = now.uptime_ms + patience_ms
    return msgspec.structs.replace(visit, is_here=True, is_asked=False, is_repeated=False, until_ms=until_ms)


def thank(visit: Visit, how: str, now: Moment) -> Step:
    until_ms = now.uptime_ms + (SPOKEN_THANKS_MS if visit.aloud else THANKS_MS)
    heard = until(visit.heard, now.uptime_ms + SAME_FINGER_MS)
    thanked = msgspec.structs.replace(visit, stage="thanks", keeping=None, heard=heard, until_ms=until_ms)
    configuration = visit.configuration
    thanks = Thanks(visit.language, configuration.location_name, visit.aloud, configuration.goal, visit.larger)
    return thanked, [*farewell(visit, how, now), Show(thanks)]


def farewell(visit: Visit, how: str, now: Moment) -> list[Effect]:
    # How a visit ended is news only where more than its first question was asked, or somebody heard it.
    if visit.stage != "follow_up" and not visit.hearer:
        return []
    effects: list[Effect] = [Append(event("visit_ended", how, now.uptime_ms, visit=visit.number))]
    if how == "left" and visit.marked and not visit.written:  # what they had chosen by then is an answer all the same
        effects.insert(0, Append(draft_of(visit, visit.marked.value, visit.marked.uptime_ms, visit.marked.source)))
    return effects


def until(heard: Heard | None, until_ms: int) -> Heard | None:
    return msgspec.structs.replace(heard, until_ms=until_ms) if heard and heard.until_ms is None else heard


def home(visit: Visit, now: Moment) -> Step:
    """As it is when nobody is there."""
    configuration, preferences = visit.upcoming or visit.configuration, visit.preferences
    survey = configuration.survey
    at, is_open = local(configuration, now)
    lot = lot_of(configuration.terminal_name, visit.last_number + 1)
    fresh = Visit(
        configuration=configuration,
        stage="first",
        question=opening(survey, at, is_open=is_open, lot=lot),
        language=preferences.language if preferences.language in survey.languages else survey.languages[0],
        last_number=visit.last_number,
        preferences=preferences,
        is_closed=not is_open,
        low_reach=preferences.low_reach,
        larger=preferences.larger,
        aloud=None if visit.aloud is None else visit.has_headphones,
        volume=preferences.volume,
        has_headphones=visit.has_headphones,
        has_buttons=visit.has_buttons,
        heard=until(visit.heard, now.uptime_ms),
        today=at.on if configuration.goal else None,
    )
    if configuration.opening_hours or configuration.goal or changes_by_itself(survey):
        until_ms = now.uptime_ms + MINUTE_MS - now.wall_ms % MINUTE_MS
        fresh = msgspec.structs.replace(fresh, until_ms=until_ms)
    return fresh, [Show(first_view(fresh))]


def first_view(visit: Visit) -> View:
    if visit.is_closed:
        return Closed(visit.language, visit.configuration.location_name)
    return ask(visit)


def under_buttons(visit: Visit) -> Question | None:
    """The question on the screen, if a visit begins with it and the buttons' labels fit it."""
    question, shared = visit.question, visit.configuration.survey.shared_question
    is_seen = visit.stage == "first" and (visit.is_here or not visit.is_closed)
    return question if is_seen and question.kind in SCALES and len(question.values) == len(shared.values) else None


def local(configuration: Configuration, now: Moment) -> tuple[LocalTime, bool]:
    """What the clock on the wall says, and whether the location is open."""
    at = local_time(now.wall_ms, configuration.time_zone)
    return at, configuration.opening_hours is None or configuration.opening_hours.is_open(at)
