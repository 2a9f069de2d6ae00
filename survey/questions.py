"""Surveys, their questions and scales, and which question follows which answer (design.md 2).

A survey is read from TOML once, here, and trusted from then on; all faults of a file are told together.
"""

import tomllib
from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from survey.errors import SurveyFileFaults, UnfitValue
from survey.schedule import When

MAX_CHOICES = 20  # a screen shows no more, and a set of them stays a small integer
MAX_TEXT = 2000  # characters of open text
DAILY = "@daily"
STAFF = "staff:"  # before the shared question's id, where staff answer it about their own day

Value = int | str


class Kind(StrEnum):
    """What a question takes as its answer."""

    SMILEY4 = "smiley4"
    SMILEY5 = "smiley5"
    NPS = "nps"
    CES = "ces"
    YES_NO = "yes_no"
    SINGLE = "single"
    MULTIPLE = "multiple"
    TEXT = "text"


# The steps of each scale, worst first.
SCALES: Mapping[Kind, range] = {
    Kind.SMILEY4: range(1, 5),
    Kind.SMILEY5: range(1, 6),
    Kind.NPS: range(11),
    Kind.CES: range(1, 8),
    Kind.YES_NO: range(2),
}
SHARED_KINDS = (Kind.SMILEY4, Kind.SMILEY5, Kind.NPS)  # what can be compared across all phases


class Choice(msgspec.Struct, frozen=True):
    """One of the things to choose from; its number is its place in the question, from 1.

    picture: name of a sign that every terminal has (survey.signs) or of a picture of the chain's; empty for none.
    """

    choice_id: str
    text: dict[str, str]
    picture: str = ""


class Question(msgspec.Struct, frozen=True):
    """One thing asked. choices only for `single` and `multiple`."""

    question_id: str
    kind: Kind
    text: dict[str, str]
    choices: tuple[Choice, ...] = ()

    @property
    def values(self) -> range:
        """The integers it takes: its scale; the number of a choice; a set of choices as a sum of 2^(number - 1).

        Open text has none: the range is empty.
        """
        if self.kind is Kind.SINGLE:
            return range(1, len(self.choices) + 1)
        if self.kind is Kind.MULTIPLE:
            return range(1, 2 ** len(self.choices))
        return SCALES.get(self.kind, range(0))

    def check(self, value: Value) -> None:
        """Raises UnfitValue, saying what the question takes."""
        if self.kind is Kind.TEXT:
            if not isinstance(value, str) or not value.strip() or len(value) > MAX_TEXT or "\0" in value:
                raise UnfitValue(f"Question {self.question_id} takes a text of 1 to {MAX_TEXT} characters.")
        elif not isinstance(value, int) or value not in self.values:
            low, high = self.values[0], self.values[-1]
            raise UnfitValue(f"Question {self.question_id} ({self.kind}) takes {low} to {high}, not {value!r}.")


class FollowUp(msgspec.Struct, frozen=True):
    """After question `after` is answered with one of `values` (any value, if empty) comes question `ask`.

    share: of the visits that get so far, 0..1; the others go on to the next rule. when: at any time, if None.
    """

    after: str
    ask: str
    values: tuple[int, ...] = ()
    share: float = 1.0
    when: When | None = None


class Opening(msgspec.Struct, frozen=True):
    """Begins a visit with question `ask` in place of the shared one, in a share of the visits, at some times."""

    ask: str
    share: float = 1.0
    when: When | None = None


class Survey(msgspec.Struct, frozen=True):
    """What a touchpoint asks: the chain's shared question first, then what the follow-ups lead to.

    openings: the first that is in force begins the visit. daily: questions of which each day has one, in turn; a rule
    that asks DAILY asks today's.
    """

    survey_id: str
    version: int
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    follow_ups: tuple[FollowUp, ...] = ()
    openings: tuple[Opening, ...] = ()
    daily: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and version as every answer carries it, e.g. `checkout@3`."""
        return f"{self.survey_id}@{self.version}"

    @property
    def shared_question(self) -> Question:
        return self.questions[0]

    def question(self, question_id: str) -> Question:
        """Raises LookupError if the survey has no such question."""
        for question in self.questions:
            if question.question_id == question_id:
                return question
        raise LookupError(f"Survey {self.label} has no question {question_id!r}.")

    def next_question(self, question_id: str, value: Value) -> Question | None:
        """What comes after this answer: the first follow-up that fits, or None where the visit ends."""
        for rule in self.follow_ups:
            if rule.after == question_id and (not rule.values or value in rule.values):
                return self.question(rule.ask)
        return None


def choices_in(value: int) -> Iterator[int]:
    """The numbers of the choices in a set, e.g. 5 -> 1, 3."""
    return (number + 1 for number in range(value.bit_length()) if value >> number & 1)


class _ChoiceFile(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    text: dict[str, str]


class _QuestionFile(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    kind: Kind
    text: dict[str, str]
    choices: list[_ChoiceFile] = []


class _FollowUpFile(msgspec.Struct, forbid_unknown_fields=True):
    after: str
    ask: str
    values: list[int] = []


class _SurveyFile(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    version: int
    languages: list[str]
    questions: list[_QuestionFile] = []
    follow_ups: list[_FollowUpFile] = []


def read_question(content: object, name: str) -> Question:
    """One question of a file (as tomllib gives it). Raises SurveyFileFaults."""
    try:
        return _question(msgspec.convert(content, _QuestionFile))
    except msgspec.ValidationError as error:
        raise SurveyFileFaults(name, [_explain(error)]) from error


def read_survey(content: bytes, shared: Question, name: str = "survey") -> Survey:
    """A survey from the bytes of its TOML file; `shared` becomes its first question.

    Raises SurveyFileFaults with everything that is wrong; the format is in docs/surveys.md.
    """
    try:
        raw = msgspec.convert(tomllib.loads(content.decode()), _SurveyFile)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SurveyFileFaults(name, [f"It is no TOML in UTF-8: {error}"]) from error
    except msgspec.ValidationError as error:
        raise SurveyFileFaults(name, [_explain(error)]) from error
    survey = Survey(
        survey_id=raw.id,
        version=raw.version,
        languages=tuple(raw.languages),
        questions=(shared, *(_question(question) for question in raw.questions)),
        follow_ups=tuple(FollowUp(rule.after, rule.ask, tuple(rule.values)) for rule in raw.follow_ups),
    )
    if faults := list(survey_faults(survey)):
        raise SurveyFileFaults(name, faults)
    return survey


def survey_faults(survey: Survey) -> Iterator[str]:
    """Every fault of a survey as a sentence that says what to mend; nothing for a sound one."""
    if not survey.survey_id or "@" in survey.survey_id:
        yield "id: give the survey a short name without @."
    if survey.version < 1:
        yield f"version: {survey.version} should be 1 or more, and one more at each change."
    if not survey.languages:
        yield 'languages: name at least one, e.g. ["fi", "en"].'
    if survey.shared_question.kind not in SHARED_KINDS:
        yield f"The shared question is {survey.shared_question.kind}; it has to be one of {', '.join(SHARED_KINDS)}."
    known = [question.question_id for question in survey.questions]
    for twice in sorted({question_id for question_id in known if known.count(question_id) > 1}):
        yield f"Question {twice!r} stands twice; give one of them another id."
    for question in survey.questions:
        yield from _question_faults(question, survey.languages)
    for rule in survey.follow_ups:
        yield from _follow_up_faults(rule, survey, known)
    yield from _cycles(survey)


def _question(raw: _QuestionFile) -> Question:
    choices = tuple(Choice(choice.id, choice.text) for choice in raw.choices)
    return Question(raw.id, raw.kind, raw.text, choices)


def _question_faults(question: Question, languages: tuple[str, ...]) -> Iterator[str]:
    name = f"Question {question.question_id!r}"
    if not question.question_id:
        yield "A question has an empty id."
    if missing := [language for language in languages if not question.text.get(language)]:
        yield f"{name} has no text in {', '.join(missing)}."
    takes_choices = question.kind in (Kind.SINGLE, Kind.MULTIPLE)
    if takes_choices and not 2 <= len(question.choices) <= MAX_CHOICES:
        yield f"{name} needs 2 to {MAX_CHOICES} choices and has {len(question.choices)}."
    if not takes_choices and question.choices:
        yield f"{name} is {question.kind} and takes no choices."
    ids = [choice.choice_id for choice in question.choices]
    for twice in sorted({choice_id for choice_id in ids if ids.count(choice_id) > 1}):
        yield f"{name} has the choice {twice!r} twice."
    for choice in question.choices:
        if missing := [language for language in languages if not choice.text.get(language)]:
            yield f"{name}, choice {choice.choice_id!r} has no text in {', '.join(missing)}."


def _follow_up_faults(rule: FollowUp, survey: Survey, known: list[str]) -> Iterator[str]:
    for question_id in (rule.after, rule.ask):
        if question_id not in known:
            yield f"A follow-up names the question {question_id!r}; known are {', '.join(known)}."
    if rule.after in known:
        allowed = survey.question(rule.after).values
        if strange := [value for value in rule.values if value not in allowed]:
            takes = f"{allowed[0]} to {allowed[-1]}" if allowed else "text, so leave values out"
            yield f"The follow-up after {rule.after!r} waits for {strange}, but the question takes {takes}."


def _cycles(survey: Survey) -> Iterator[str]:
    asks: dict[str, set[str]] = {}
    for rule in survey.follow_ups:
        asks.setdefault(rule.after, set()).add(rule.ask)
    for start in asks:
        reached: set[str] = set()
        front = set(asks[start])
        while front:
            reached |= front
            front = {ask for question_id in front for ask in asks.get(question_id, ())} - reached
        if start in reached:
            yield f"The follow-ups lead from {start!r} back to itself; a visit would never end."


def _explain(error: msgspec.ValidationError) -> str:
    return f"{error}. See docs/surveys.md for what a survey file holds."
