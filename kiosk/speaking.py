"""What is said aloud of a view: the question, then each choice with its number and what it is called. Pure."""

from collections.abc import Iterator

from hardware.speech.interface import Utterance
from kiosk.texts import in_language, text
from kiosk.views import Ask, StillThere, Thanks, View
from survey.questions import SCALES, Kind, Question


def spoken(view: View) -> list[Utterance]:
    """Nothing for what is not to be heard, or is just being answered."""
    match view:
        case Ask(aloud=True, pressed=None):
            return [(said, view.language) for said in _of_question(view.question, view.language)]
        case StillThere(ask) if ask.aloud:
            return [(text(ask.language, "still_there.spoken"), ask.language)]
        case Thanks(aloud=True):
            return [(text(view.language, "thanks.title"), view.language)]
    return []


def _of_question(question: Question, language: str) -> Iterator[str]:
    yield in_language(question.text, language)
    for number, choice in enumerate(question.choices, 1):
        yield f"{number}: {in_language(choice.text, language)}."
    match question.kind:
        case Kind.NPS | Kind.CES:
            ends = (SCALES[question.kind][0], "worst"), (SCALES[question.kind][-1], "best")
            for value, end in ends:
                yield f"{value}: {text(language, f'{question.kind}.{end}')}."
        case Kind.YES_NO:
            yield f"{text(language, 'yes_no.1')}. {text(language, 'yes_no.0')}."
        case Kind.SMILEY4 | Kind.SMILEY5:
            for value in SCALES[question.kind]:
                yield f"{value}: {text(language, f'{question.kind}.{value}')}."
        case Kind.MULTIPLE | Kind.TEXT:
            yield text(language, f"spoken.{question.kind}")
