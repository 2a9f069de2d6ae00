"""What was made before the terminal and under its counter, written down by whoever made it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from survey.opening_hours import local_date

ZONE = "Europe/Helsinki"
NEAR_MS = 2_000  # how far the terminal's clock may be from the server's: the way of a request, and half a second
HOUR_MS = 3_600_000
LOST_MS = 16 * 60_000  # a quarter of an hour that is not over, and a little more
LAST_SIGN_MS = 12 * HOUR_MS  # the last entry before a power cut may be so old
MOST_TOLD = 5


class Made(NamedTuple):
    """One answer. question: empty where the screen alone knows. value: of open text its length.

    earliest_ms, latest_ms: when, in true time, as exactly as anybody can know it. is_certain: it was seen to be taken.
    """

    question: str
    value: int
    earliest_ms: int
    latest_ms: int
    is_certain: bool = True

    def is_it(self, question: str, value: int, at_ms: int) -> bool:
        fits = self.question in ("", question) and self.value == value
        return fits and self.earliest_ms <= at_ms <= self.latest_ms


class Mark(NamedTuple):
    """A place in the record."""

    touches: int
    presses: int


class Blind(NamedTuple):
    """A boot that never met the true time: from when on it may be dated, and what was made in it."""

    earliest_ms: int
    begin: Mark
    end: Mark


@dataclass
class Record:
    """passed: people by local date, while the terminal ran. lost: of those, how many a power cut may have lost.

    unsure: the local dates on which something may be dated wrongly, as nobody knew the time.
    """

    touches: list[Made] = field(default_factory=list)
    presses: list[Made] = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    unsure: set[str] = field(default_factory=set)
    _recent: list[tuple[int, int]] = field(default_factory=list)  # when people passed, and how many
    _begun: tuple[int, Mark] = (0, Mark(0, 0))  # the boot that runs
    _known_ms: int = 0  # until when the time was known
    _blind: list[Blind] = field(default_factory=list)

    def pass_by(self, people: int, at_ms: int) -> None:
        self.passed[_date(at_ms)] += people
        self._recent = [one for one in self._recent if one[0] >= at_ms - LOST_MS] + [(at_ms, people)]

    def boot(self, at_ms: int, *, unsent: int) -> None:
        """unsent: presses that were made before it, and that it took over."""
        self._begun = at_ms, Mark(len(self.touches), len(self.presses) - unsent)

    def power_cut(self, at_ms: int, *, is_dated: bool) -> None:
        """People whose quarter of an hour was not over are lost."""
        for passed_ms, people in self._recent:
            if passed_ms >= at_ms - LOST_MS:
                self.lost[_date(passed_ms)] += people
        self._recent.clear()
        self._date(at_ms, is_dated=is_dated)

    def end(self, at_ms: int) -> None:
        self._date(at_ms, is_dated=True)

    def _date(self, at_ms: int, *, is_dated: bool) -> None:
        """A boot is over. One that never met the true time lies somewhere between those before and after it."""
        begun_ms, begin = self._begun
        if not is_dated:
            self._blind.append(Blind(self._known_ms - LAST_SIGN_MS, begin, Mark(len(self.touches), len(self.presses))))
            return
        for blind in self._blind:
            self._blur(blind, begun_ms)
        self._blind.clear()
        self._known_ms = at_ms

    def _blur(self, blind: Blind, latest_ms: int) -> None:
        for made, first, last in (
            (self.touches, blind.begin.touches, blind.end.touches),
            (self.presses, blind.begin.presses, blind.end.presses),
        ):
            made[first:last] = [
                one._replace(earliest_ms=min(blind.earliest_ms, one.earliest_ms), latest_ms=latest_ms + NEAR_MS)
                for one in made[first:last]
            ]
        self.unsure |= {_date(ms) for ms in range(blind.earliest_ms, latest_ms + HOUR_MS, HOUR_MS)}


class Stored(NamedTuple):
    question: str
    value: int
    at_ms: int


def differences(made: list[Made], stored: list[Stored]) -> list[str]:
    """Between what was made and what the server holds, both in the order of the journal; the first ones."""
    found: list[str] = []
    rest = iter(made)
    for number, answer in enumerate(stored):
        for one in rest:
            if one.is_it(*answer):
                break
            if one.is_certain:
                found.append(f"number {number}: made {one}, stored {answer}")
                break
        else:
            found.append(f"{len(stored) - number} more are stored, from number {number} on: {answer}")
            break
        if len(found) >= MOST_TOLD:
            break
    found += [f"made and not stored: {one}" for one in rest if one.is_certain][:MOST_TOLD]
    return found


def _date(at_ms: int) -> str:
    return str(local_date(at_ms, ZONE))
