"""Whatever happens, every press counts once: the real parts in thousands of generated histories (faults.md 1.1)."""

from collections import Counter

import pytest

from tests.model.history import failures
from tests.model.mutants import MUTANTS, mutated
from tests.model.run import progress, run
from tests.model.watching import BRANCHES
from tests.soak import share_of

HISTORIES = 400  # every branch occurs in them; the soak has a hundred thousand
SOAK_HISTORIES = share_of(100_000)
SOAK_TIMES = 1_000  # for each branch, with 100,000 histories
MUTANT_HISTORIES = 600


@pytest.mark.timeout(900)
def test_every_press_counts_once_whatever_happens() -> None:
    outcome = run(HISTORIES, 60)

    print(outcome.told)  # noqa: T201
    assert outcome.shortest is None, outcome.shortest.told
    assert [branch for branch in BRANCHES if not outcome.seen[branch]] == []


@pytest.mark.soak
@pytest.mark.timeout(0)
def test_every_press_counts_once_in_a_hundred_thousand_histories() -> None:
    outcome = run(SOAK_HISTORIES, 70, tell=progress(SOAK_HISTORIES))

    print(outcome.told)  # noqa: T201
    assert outcome.shortest is None, outcome.shortest.told
    seldom = SOAK_TIMES * SOAK_HISTORIES // 100_000
    assert [branch for branch in BRANCHES if outcome.seen[branch] < seldom] == []


@pytest.mark.parametrize("name", MUTANTS)
def test_the_model_notices_a_design_that_loses_answers(name: str) -> None:
    with mutated(name):
        failed = next(failures(range(MUTANT_HISTORIES), 60, Counter()), None)

    assert failed
    print(f"noticed in history {failed.seed}: {failed.faults[0].splitlines()[-1]}")  # noqa: T201
