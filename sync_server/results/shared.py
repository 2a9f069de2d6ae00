"""The chain's shared question as figures: one measure whichever of its kinds the chain has chosen."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from survey import figures
from survey.figures import Figure
from survey.questions import SCALES, Kind

Measure = Literal["satisfied", "nps"]

# Which of the five faces stands for each step, worst first: 4 smileys leave out the middle one,
# of 0..10 detractors, passives and promoters have one each.
FACES: dict[Kind, tuple[int, ...]] = {
    Kind.SMILEY4: (1, 2, 4, 5),
    Kind.SMILEY5: (1, 2, 3, 4, 5),
    Kind.NPS: (1,) * 7 + (3,) * 2 + (5,) * 2,
}


class Face(msgspec.Struct, frozen=True):
    """A part of the distribution. face: 1 (worst) to 5 (best). share: 0..1.

    figure: the same of 100, with its range; None without answers.
    """

    face: int
    answers: int
    share: float
    figure: Figure | None = None


def measure_of(kind: Kind) -> Measure:
    return "nps" if kind is Kind.NPS else "satisfied"


def figure(kind: Kind, counts: Sequence[int]) -> Figure | None:
    """Satisfied of 100, or the NPS (-100..100); None under figures.SHOW_FROM answers."""
    if sum(counts) < figures.SHOW_FROM:
        return None
    if kind is Kind.NPS:
        return figures.nps(counts)
    return of_hundred(figures.satisfied(counts))


def of_hundred(share: Figure) -> Figure:
    """A share of 1 as one of 100."""
    return Figure(100 * share.value, 100 * share.low, 100 * share.high, share.n)


def index(kind: Kind, counts: Sequence[int]) -> Figure | None:
    """The smiley index, 0..100; None for NPS and under figures.SHOW_FROM answers."""
    if kind is Kind.NPS or sum(counts) < figures.SHOW_FROM:
        return None
    return figures.smiley_index(counts)


def target_of(kind: Kind, target: int | None) -> int | None:
    """A location's target is of the share of satisfied: the NPS has none."""
    return None if kind is Kind.NPS else target


def good_answers(counts: Sequence[int]) -> int:
    """How many were satisfied (the two best faces), or promoters."""
    return sum(counts[-2:])


def faces(kind: Kind, counts: Sequence[int], *, design_effect: float = 1.0) -> list[Face]:
    """The distribution, worst first. design_effect: by how much days that differ widen its ranges."""
    by_face = dict.fromkeys(FACES[kind], 0)
    for face, count in zip(FACES[kind], counts, strict=True):
        by_face[face] += count
    n = sum(counts)
    if not n:
        return [Face(face, 0, 0.0) for face in by_face]
    shares = {face: figures.share(count, n, design_effect=design_effect) for face, count in by_face.items()}
    return [Face(face, by_face[face], share.value, of_hundred(share)) for face, share in shares.items()]


def face_of(kind: Kind, value: int) -> int | None:
    """The face of one answer, 1 to 5; None for a value that the question does not take."""
    scale = SCALES[kind]
    return FACES[kind][scale.index(value)] if value in scale else None
