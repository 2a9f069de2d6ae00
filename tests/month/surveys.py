"""What the shop of the simulated month asks: every kind of question, follow-ups, openings, three languages."""

from survey.questions import DAILY, Choice, FollowUp, Kind, Opening, Question, Survey
from survey.schedule import Span, When, read_opening_hours
from tests import cast


def _words(text: str) -> dict[str, str]:
    return {language: f"{text} ({language})" for language in ("fi", "sv", "en")}


def _choices(*names: str) -> tuple[Choice, ...]:
    return tuple(Choice(name, _words(name)) for name in names)


MISSED = Question("missed", Kind.MULTIPLE, _words("What did you miss?"), _choices("bread", "milk", "cat food", "help"))
AGAIN = Question("again", Kind.NPS, _words("Would you tell a friend?"))
EASE = Question("ease", Kind.CES, _words("Was it easy?"))
FOUND = Question("found", Kind.YES_NO, _words("Did you find everything?"))
MOOD = Question("mood", Kind.SMILEY4, _words("And the music?"))
QUEUE = Question("queue", Kind.SMILEY5, _words("How was the queue?"))

SURVEY = Survey(
    "shop",
    1,
    ("fi", "sv", "en"),
    (cast.HOW_WAS_IT, cast.WHY, cast.WORDS, MISSED, AGAIN, EASE, FOUND, MOOD, QUEUE),
    (
        FollowUp("overall", "why", (1, 2)),
        FollowUp("overall", "missed", (3,)),
        FollowUp("overall", "again", (4,), share=0.5),
        FollowUp("overall", DAILY, (5,), share=0.4),
        FollowUp("why", "words", share=0.5),
        FollowUp("queue", "words", (1,)),
    ),
    (
        Opening("queue", when=When(times=(Span(16 * 60, 18 * 60),), during_opening=True), share=0.5),
        Opening("found", share=0.1),
    ),
    ("ease", "found", "mood"),
)
HOURS = read_opening_hours({"mon-fri": "8-21", "sat": "9-18", "sun": "12-18"}, [])
PIN = "4711"
