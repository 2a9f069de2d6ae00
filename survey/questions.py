"""Surveys, their questions and scales, and everything that can be wrong with them (design.md 2).

Which question is asked when is decided in survey.asking; survey.survey_file reads them from TOML.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from survey.errors import UnfitValue
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
        """Also the shared question as staff are asked it. Raises LookupError if the survey has no such question."""
        if question_id == STAFF + self.shared_question.question_id:
            return msgspec.structs.replace(self.shared_question, question_id=question_id)
        for question in self.questions:
            if question.question_id == question_id:
                return question
        raise LookupError(f"Survey {self.label} has no question {question_id!r}.")

    def asked_by(self, rule: FollowUp | Opening) -> tuple[str, ...]:
        """The ids that a rule can lead to: the one it names, or all of the daily ones."""
        return self.daily if rule.ask == DAILY else (rule.ask,)


def choices_in(value: int) -> Iterator[int]:
    """The numbers of the choices in a set, e.g. 5 -> 1, 3."""
    return (number + 1 for number in range(value.bit_length()) if value >> number & 1)


def survey_faults(survey: Survey, *, is_whole: bool = True, unread: Collection[str] | None = ()) -> Iterator[str]:
    """Every fault of a survey as a sentence that says what to mend; nothing for a sound one.

    is_whole: False if parts of it could not be read; what may lie in them alone is then no fault.
    unread: the ids of the questions among them; None if not even those are known.
    """
    if not survey.survey_id or "@" in survey.survey_id:
        yield "id: give the survey a short name without @."
    if survey.version < 1:
        yield f"version: {survey.version} should be 1 or more, and one more at each change."
    if not survey.languages:
        yield 'languages: name at least one, e.g. ["fi", "en"].'
    for twice in sorted({language for language in survey.languages if survey.languages.count(language) > 1}):
        yield f"languages: {twice!r} stands twice; name it once."
    if is_whole and not survey.questions:
        yield "It asks no question."
        return
    if is_whole and survey.shared_question.kind not in SHARED_KINDS:
        yield f"The shared question is {survey.shared_question.kind}; it has to be one of {', '.join(SHARED_KINDS)}."
    known = [*(question.question_id for question in survey.questions), *(unread or ())]
    for twice in sorted({question_id for question_id in known if known.count(question_id) > 1}):
        yield f"Question {twice!r} stands twice; give one of them another id."
    for question in survey.questions:
        yield from _question_faults(question, survey.languages)
    if unread is not None:
        yield from _unknown_names(survey, known)
    for rule in survey.follow_ups:
        yield from _follow_up_faults(rule, survey)
    for place, opening in enumerate(survey.openings, 1):
        yield from _opening_faults(f"Opening {place}", opening, survey, is_whole=is_whole)
    yield from _cycles(survey)


def _question_faults(question: Question, languages: tuple[str, ...]) -> Iterator[str]:
    name = f"Question {question.question_id!r}"
    if not question.question_id:
        yield "A question has an empty id."
    if question.question_id.startswith("@") or ":" in question.question_id:
        yield f"{name}: an id must not begin with @, nor hold a colon; these have a meaning of their own."
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


def _unknown_names(survey: Survey, known: Sequence[str]) -> Iterator[str]:
    names = f"known are {', '.join(known)}."
    for unknown in sorted({*survey.daily} - {*known}):
        yield f"daily: there is no question {unknown!r}; {names}"
    for rule in survey.follow_ups:
        if rule.after not in known:
            yield f"A follow-up names the question {rule.after!r}; {names}"
        if rule.ask not in (*known, DAILY):
            yield f"The follow-up after {rule.after!r} names the question {rule.ask!r}; {names}"
    for place, opening in enumerate(survey.openings, 1):
        if opening.ask not in (*known, DAILY):
            yield f"Opening {place} names the question {opening.ask!r}; {names}"


def _follow_up_faults(rule: FollowUp, survey: Survey) -> Iterator[str]:
    name = f"The follow-up after {rule.after!r}"
    for question in survey.questions:
        if question.question_id == rule.after and (
            strange := [one for one in rule.values if one not in question.values]
        ):
            allowed = question.values
            takes = f"{allowed[0]} to {allowed[-1]}" if allowed else "text, so leave values out"
            yield f"{name} waits for {strange}, but the question takes {takes}."
    yield from _rule_faults(name, rule, survey)


def _opening_faults(name: str, rule: Opening, survey: Survey, *, is_whole: bool) -> Iterator[str]:
    yield from _rule_faults(name, rule, survey)
    kinds = {question.question_id: question.kind for question in survey.questions}
    for question_id in survey.asked_by(rule):
        if (kind := kinds.get(question_id)) in (Kind.MULTIPLE, Kind.TEXT):
            yield f"{name} asks {question_id!r}, which is {kind}; a visit begins with what one touch answers."
    if is_whole and rule.share >= 1 and rule.when is None:
        shared_id = survey.shared_question.question_id
        if shared_id not in {rule.ask, *(follow_up.ask for follow_up in survey.follow_ups)}:
            yield f"{name} begins every visit, so {shared_id!r} would never be asked; give it a share or a time."


def _rule_faults(name: str, rule: FollowUp | Opening, survey: Survey) -> Iterator[str]:
    if rule.ask == DAILY and not survey.daily:
        yield f'{name} asks the daily question; name some: daily = ["...", "..."].'
    if not 0 <= rule.share <= 1:
        yield f"{name} has the share {rule.share:g}; it should be 0 to 1, e.g. 0.3 for three visits of ten."
    if rule.when and rule.when.last_on and rule.when.first_on > rule.when.last_on:
        yield f"{name} is in force from {rule.when.first_on} to {rule.when.last_on}, which is before."


def _cycles(survey: Survey) -> Iterator[str]:
    asks: dict[str, set[str]] = {}
    for rule in survey.follow_ups:
        asks.setdefault(rule.after, set()).update(survey.asked_by(rule))
    for start in asks:
        reached: set[str] = set()
        front = set(asks[start])
        while front:
            reached |= front
            front = {ask for question_id in front for ask in asks.get(question_id, ())} - reached
        if start in reached:
            yield f"The follow-ups lead from {start!r} back to itself; a visit would never end."
