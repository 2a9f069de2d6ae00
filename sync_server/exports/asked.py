"""What was asked and chosen, in the words of one language."""

from collections.abc import Iterable

from survey.questions import Kind, Question, Survey, choices_in
from sync_server.results.asked import said_in
from sync_server.store.places import TouchpointRow


class Asked:
    """surveys: every version that was ever loaded, older ones first. language: of whoever reads it."""

    def __init__(self, surveys: Iterable[Survey], language: str) -> None:
        self._language = language
        self._by_label: dict[tuple[str, str], Question] = {}
        self._newest: dict[tuple[str, str], Question] = {}
        self._anywhere: dict[str, Question] = {}
        for survey in surveys:
            for question in survey.questions:
                self._by_label[survey.label, question.question_id] = question
                self._newest[survey.survey_id, question.question_id] = question
                self._anywhere[question.question_id] = question

    def at(self, label: str, question_id: str) -> Question | None:
        """As that version of a survey asked it."""
        return self._by_label.get((label, question_id))

    def now(self, touchpoint: TouchpointRow | None, question_id: str) -> Question | None:
        """As the touchpoint's survey asks it now, or any other did."""
        survey_id = touchpoint.survey_id if touchpoint else ""
        return self._newest.get((survey_id, question_id)) or self._anywhere.get(question_id)

    def text(self, question: Question | None) -> str | None:
        return said_in(question.text, self._language) if question else None

    def choice(self, question: Question, number: int) -> str:
        """In words; its number, where the question has no such choice any more."""
        choices = question.choices
        return said_in(choices[number - 1].text, self._language) if 1 <= number <= len(choices) else str(number)

    def chosen(self, question: Question, value: int) -> str | None:
        """The words of what one answer chose."""
        if question.kind is Kind.SINGLE:
            return self.choice(question, value)
        if question.kind is Kind.MULTIPLE:
            return "; ".join(self.choice(question, number) for number in choices_in(value))
        return None
