"""Presses that cannot be of different visitors: which answers figures leave out. Pure; docs/figures.md, "Set aside".

Looked at is what begins a visit, as one terminal kept it, in order. Raw answers stay; another rule is another number.
"""

from collections.abc import Sequence

RULE = 1  # one more at each change: servers then look at all answers again
GAP_MS = 2_500  # nobody walks up, reads and presses so soon after the one before
RUN = 4  # so many in a row are play: none of them counts. Of fewer the last does: somebody changed their mind


def set_aside(ats_ms: Sequence[int]) -> list[bool]:
    """For each answer whether it is left out. ats_ms: when they were given, in the order of the journal."""
    aside: list[bool] = []
    for length in run_lengths(ats_ms):
        aside += [True] * (length - 1) + [length >= RUN]
    return aside


def run_lengths(ats_ms: Sequence[int]) -> list[int]:
    """Of each run: answers with no more than GAP_MS from one to the next."""
    lengths: list[int] = []
    for number, at in enumerate(ats_ms):
        if number and 0 <= at - ats_ms[number - 1] <= GAP_MS:
            lengths[-1] += 1
        else:
            lengths.append(1)
    return lengths
