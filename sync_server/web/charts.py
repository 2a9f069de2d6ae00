"""Where the bars and whiskers of a page stand, in the units of their drawing. Pure."""

from collections.abc import Sequence
from math import ceil

import msgspec

from survey.figures import Figure
from sync_server.results.shared import Face
from sync_server.results.today import Hour

WIDTH = 430
TOP = 24  # room for the number above the tallest bar
BASE = 160  # the foot of the bars
WIDEST_BAR = 30
MOST_LABELS = 12
LINE = 240  # length of a line that whiskers stand on
DAY_FROM, DAY_TO = 9, 17  # hours always drawn, so that the day does not jump as it begins


class Bar(msgspec.Struct, frozen=True):
    """One hour: its answers as height, the satisfied ones as the filled part. hour: None where nothing was given."""

    x: float
    width: float
    middle: float
    top: float
    height: float
    good_top: float
    good_height: float
    label: str
    hour: Hour | None


class Part(msgspec.Struct, frozen=True):
    """One face's part of the distribution, in percent of the whole width."""

    face: int
    x: float
    width: float


class Whisker(msgspec.Struct, frozen=True):
    """A figure on a line of LINE units: where it is, and where its interval begins and ends."""

    x: float
    low: float
    high: float


def hour_bars(hours: Sequence[Hour]) -> list[Bar]:
    given = {hour.hour: hour for hour in hours}
    drawn = range(min([DAY_FROM, *given]), max([DAY_TO, *given]) + 1)
    most = max((hour.answers for hour in hours), default=0) or 1
    slot = WIDTH / len(drawn)
    label_every = ceil(len(drawn) / MOST_LABELS)
    return [
        _bar(given.get(number), place * slot, slot, (BASE - TOP) / most, str(number) if not place % label_every else "")
        for place, number in enumerate(drawn)
    ]


def stack(faces: Sequence[Face]) -> list[Part]:
    parts = []
    x = 0.0
    for face in faces:
        parts.append(Part(face.face, round(x, 2), round(100 * face.share, 2)))
        x += 100 * face.share
    return parts


def whisker(figure: Figure, *, worst: float) -> Whisker:
    """worst: the lower end of the line, 0 for a share and -100 for the NPS."""

    def place(value: float) -> float:
        return round(LINE * (value - worst) / (100 - worst), 1)

    return Whisker(place(figure.value), place(figure.low), place(figure.high))


def _bar(hour: Hour | None, left: float, slot: float, unit: float, label: str) -> Bar:
    width = min(WIDEST_BAR, slot * 0.72)
    height = max(2.0, hour.answers * unit) if hour and hour.answers else 0.0
    good = hour.good * unit if hour and hour.figure else 0.0
    return Bar(
        x=round(left + (slot - width) / 2, 1),
        width=round(width, 1),
        middle=round(left + slot / 2, 1),
        top=round(BASE - height, 1),
        height=round(height, 1),
        good_top=round(BASE - good, 1),
        good_height=round(good, 1),
        label=label,
        hour=hour if hour and hour.answers else None,
    )
