"""What can be wrong with what is asked or exchanged.

SurveyError
├── SurveyFileFaults   a survey file: all of its faults together
├── UnfitValue         a value that its question does not take
├── MalformedExchange  bytes that are no request or reply of ours
│   └── ExchangeTooLarge   they may be, but are more than is taken at once
├── NoAnswers          a figure of nothing
└── UnfitCounts        a part that is more than its whole
"""

from collections.abc import Sequence


class SurveyError(Exception):
    """Base of all errors of this part."""


class SurveyFileFaults(SurveyError, ValueError):
    """faults: one sentence each, all that were found, so that they are mended in one round."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        super().__init__(f"{name}: {len(self.faults)} to mend\n{lines}")


class UnfitValue(SurveyError, ValueError):
    """The question exists, the value is none that it takes."""


class MalformedExchange(SurveyError, ValueError):
    """Not a request or a reply as survey/exchange.py describes them."""


class ExchangeTooLarge(MalformedExchange):
    """The sender halves its batch (design.md 3.6)."""


class NoAnswers(SurveyError, ValueError):
    """A figure needs at least one answer."""


class UnfitCounts(SurveyError, ValueError):
    """Two counts that cannot be a part and its whole."""
