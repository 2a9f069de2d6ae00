"""What was answered at a location in a period: of each question at each touchpoint the answers day by day."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from survey.questions import Question
from sync_server.results.periods import Period
from sync_server.store import Store
from sync_server.store import period as stored
from sync_server.store.settled import ASIDE

Counts = np.ndarray[Any, np.dtype[np.int64]]  # days x steps of a scale, worst first


class Given:
    """by_touchpoint: by question and touchpoint. set_aside: answers that count nowhere, by question."""

    def __init__(self, store: Store, location_id: str, questions: Sequence[Question], period: Period) -> None:
        self.period = period
        self.by_touchpoint: dict[tuple[str, str], Counts] = {}
        self.set_aside: dict[str, int] = {}
        asked = {question.question_id: question.values for question in questions}
        days = [10_000 * day.year + 100 * day.month + day.day for day in period]
        for found in stored.series(store, location_id, list(asked), *period.dates):
            values = asked[found.question_id]
            if found.value in values:
                key = found.question_id, found.touchpoint_id
                counts = self.by_touchpoint.setdefault(key, np.zeros((len(days), len(values)), np.int64))
                counts[np.searchsorted(days, found.days), values.index(found.value)] = found.answers
            elif found.value == ASIDE:
                aside = self.set_aside.get(found.question_id, 0)
                self.set_aside[found.question_id] = aside + sum(found.answers)

    def together(self, question: Question) -> Counts:
        """All touchpoints."""
        nothing = np.zeros((self.period.days, len(question.values)), np.int64)
        of_each = (counts for (asked, _), counts in self.by_touchpoint.items() if asked == question.question_id)
        return sum(of_each, start=nothing)
