"""How often the statistics are wrong, on drawn answers whose truth is known: make truth [SEED=1]. A report."""

import statistics
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np

from benchmarks.report import Measured
from survey.figures import SHOW_FROM, Days, Measure, days_of, difference, rho
from sync_server.insight.comparing import compare, compare_periods
from sync_server.insight.days import LEAST_DAYS, SLIDE_DAYS, WEEKS, Verdict, slide, usual_day, usual_day_by, verdicts

Drawn = np.ndarray[Any, np.dtype[Any]]
Shares = Sequence[float] | Drawn

FACES = (0.065, 0.052, 0.098, 0.26, 0.525)  # of a usual crowd, worst first
TENS = (0.01, 0.01, 0.01, 0.02, 0.02, 0.05, 0.05, 0.11, 0.24, 0.2, 0.28)  # an airport's 0 to 10
ALIKE = 0.01  # rho: with a hundred answers, half of what makes a day differ is the day
CHAINS, PLACES, PERIOD = 2_400, 40, 28
SHOPS = 30
BEFORE, YEAR = 7 * WEEKS + SLIDE_DAYS, 365  # days of history, and days that are judged


def coverage(random: np.random.Generator, *, rounds: int = 6_000) -> Iterator[Measured]:
    """Crowds of all kinds, of whom n answer: does the interval hold what the crowd thinks?"""
    for measure in (Measure.SATISFIED, Measure.INDEX, Measure.NPS):
        usual = np.array(TENS if measure is Measure.NPS else FACES)
        for n in (10, 30, 300):
            held = [_holds(random, measure, random.dirichlet(15 * usual, size=2), n) for _ in range(rounds)]
            of_one, of_two = (100 * statistics.mean(kind) for kind in zip(*held, strict=True))
            yield _near_95(f"{measure.value} of {n}: the truth is within", of_one)
            yield _near_95(f"{measure.value} of {n} and {n}: the difference is within", of_two)


def _holds(random: np.random.Generator, measure: Measure, crowds: Drawn, n: int) -> tuple[bool, bool]:
    first, second = (measure.figure(random.multinomial(n, crowd).tolist()) for crowd in crowds)
    truth, other = (_truth(measure, crowd) for crowd in crowds)
    apart = difference(first, second)
    return first.low <= truth <= first.high, apart.low <= truth - other <= apart.high


def _near_95(what: str, percent: float) -> Measured:
    return Measured(what, percent, "%", limit=97 if percent > 95 else 93, at_least=percent <= 95)


def _truth(measure: Measure, crowd: Shares) -> float:
    return measure.in_unit(float(np.dot(crowd, measure.scores(len(crowd)))))


def comparisons(random: np.random.Generator) -> Iterator[Measured]:
    """Chains of places whose truth is known: of the places that are marked, how many are in vain?"""
    for what, apart in (("all the same", 0.0), ("two in five 4 points off", 0.04)):
        chains = [_compared(random, apart) for _ in range(CHAINS)]
        yield Measured(f"{what}: marked in vain", 100 * _average(chains, "in_vain"), "% of marked", limit=10)
        yield _near_95(f"{what}: the difference is within", 100 * _average(chains, "held"))
    yield Measured("places 4 points off: marked", 100 * _average(chains, "found"), "%")
    for what, apart in (("nothing changed since", 0.0), ("two in five changed by 4 points", 0.04)):
        chains = [_changed(random, apart) for _ in range(CHAINS)]
        yield Measured(f"{what}: marked in vain", 100 * _average(chains, "in_vain"), "% of marked", limit=10)
        yield _near_95(f"{what}: the change is within", 100 * _average(chains, "held"))
    yield Measured("places changed by 4 points: marked", 100 * _average(chains, "found"), "%")
    mornings = [_is_one_named(random) for _ in range(CHAINS // 6)]
    what = "all the same, a single day: one is named as below"
    yield Measured(what, 100 * statistics.mean(mornings), "% of mornings", limit=10)


class Chain(NamedTuple):
    """Shares, 0..1. in_vain: of the marked. held: of the intervals. found: of the places that differ."""

    in_vain: float
    held: float
    found: float


def _compared(random: np.random.Generator, apart: float) -> Chain:
    """As many better as worse, so that the others of a place that does not differ lie where it lies."""
    shifts = [apart, -apart, 0, 0, 0] * (PLACES // 5)
    level = random.uniform(0.7, 0.92)
    places = {str(place): _period(random, level + shift) for place, shift in enumerate(shifts)}
    total = sum(days.n for days in places.values())
    mean = sum(days.n * (level + shift) for days, shift in zip(places.values(), shifts, strict=True)) / total
    marked = in_vain = held = found = 0
    for shift, days, place in zip(shifts, places.values(), compare(Measure.SATISFIED, places).values(), strict=True):
        assert place.difference
        others = (total * mean - days.n * (level + shift)) / (total - days.n)
        held += place.difference.low <= level + shift - others <= place.difference.high
        is_right = shift * place.difference.value > 0
        marked += place.side != "same"
        in_vain += place.side != "same" and not is_right
        found += place.side != "same" and is_right
    return Chain(in_vain / max(1, marked), held / PLACES, found / max(1, sum(map(bool, shifts))))


def _changed(random: np.random.Generator, apart: float) -> Chain:
    """As many better as worse than in the period before."""
    shifts = [apart, -apart, 0, 0, 0] * (PLACES // 5)
    level = random.uniform(0.7, 0.92)
    places = {str(at): (_period(random, level + shift), _period(random, level)) for at, shift in enumerate(shifts)}
    marked = in_vain = held = found = 0
    for shift, place in zip(shifts, compare_periods(Measure.SATISFIED, places).values(), strict=True):
        assert place.difference
        held += place.difference.low <= shift <= place.difference.high
        is_right = shift * place.difference.value > 0
        marked += place.side != "same"
        in_vain += place.side != "same" and not is_right
        found += place.side != "same" and is_right
    return Chain(in_vain / max(1, marked), held / PLACES, found / max(1, sum(map(bool, shifts))))


def _is_one_named(random: np.random.Generator) -> bool:
    """Of places that are all the same, by what their last day was beside those of the others."""
    level = random.uniform(0.7, 0.92)
    drawn = {str(place): _days(random, level) for place in range(PLACES)}
    alike = rho(Measure.SATISFIED, [days_of(Measure.SATISFIED, days) for days in drawn.values()])
    today = {place: days_of(Measure.SATISFIED, days[-1:]) for place, days in drawn.items() if any(days[-1])}
    return any(place.side == "below" for place in compare(Measure.SATISFIED, today, alike=alike).values())


def _period(random: np.random.Generator, level: float) -> Days:
    return days_of(Measure.SATISFIED, _days(random, level))


def _days(random: np.random.Generator, level: float) -> list[tuple[int, int, int]]:
    """Of a place with some 10 to 200 answers a day."""
    n = random.poisson(np.exp(random.uniform(np.log(10), np.log(200))), size=PERIOD)
    good = random.binomial(n, random.beta(level * (1 / ALIKE - 1), (1 - level) * (1 / ALIKE - 1), size=PERIOD))
    return [(int(bad), 0, int(fine)) for bad, fine in zip(n - good, good, strict=True)]


def _average(chains: Sequence[Chain], field: str) -> float:
    return statistics.mean(getattr(chain, field) for chain in chains)


class Shop(NamedTuple):
    """answers: a day, on average. alike: rho. days_a_week: closed on the last ones."""

    what: str
    measure: Measure
    answers: int
    alike: float
    days_a_week: int = 7


KINDS = (
    Shop("satisfied, 20 answers a day", Measure.SATISFIED, 20, ALIKE),
    Shop("satisfied, 60 a day, closed on Sundays", Measure.SATISFIED, 60, ALIKE, 6),
    Shop("satisfied, 400 a day, days alike", Measure.SATISFIED, 400, 0.0005),
    Shop("satisfied, 400 a day, days differ much", Measure.SATISFIED, 400, 0.03),
    Shop("NPS, 60 a day", Measure.NPS, 60, ALIKE),
)


def alarms(random: np.random.Generator) -> Iterator[Measured]:
    """Shops whose truth never changes but by weekday: unusual days and slides that are told in vain."""
    for kind in KINDS:
        told = [
            _told(kind.measure, _drawn(random, kind, BEFORE + YEAR), range(BEFORE, BEFORE + YEAR)) for _ in range(SHOPS)
        ]
        yield _a_year(kind.what, told, YEAR)
    new = KINDS[1]
    first = range(7 * LEAST_DAYS, BEFORE)
    told = [_told(new.measure, _drawn(random, new, BEFORE), first) for _ in range(3 * SHOPS)]
    yield _a_year(f"{new.what}, first months", told, len(first))


def _a_year(what: str, told: Sequence[tuple[int, int]], days: int) -> Measured:
    unusual, slides = (statistics.mean(kind) * YEAR / days for kind in zip(*told, strict=True))
    return Measured(what, unusual + slides, "false a year", limit=2)


def mornings(random: np.random.Generator) -> Iterator[Measured]:
    """Chains where nothing changes: mornings on which a daily report names a place as worse than is usual for it."""
    for places, drawn in ((100, 240), (500, 60)):
        named = [_is_one_worse(random, places) for _ in range(drawn)]
        yield Measured(f"{places} places: one is named", 100 * statistics.mean(named), "% of mornings", limit=10)


def _is_one_worse(random: np.random.Generator, places: int) -> bool:
    judged = {}
    today = FIRST_ON + timedelta(weeks=WEEKS)
    for place in range(places):
        drawn = _drawn(random, Shop("", Measure.SATISFIED, int(random.integers(20, 200)), ALIKE), 7 * WEEKS + 1)
        by_weekday: dict[int, list[list[int]]] = defaultdict(list)
        for day, counts in drawn.items():
            if day != today and sum(counts) >= SHOW_FROM:
                by_weekday[day.weekday()].append(counts)
        before = {weekday: days_of(Measure.SATISFIED, counts) for weekday, counts in by_weekday.items()}
        judged[str(place)] = usual_day_by(Measure.SATISFIED, today, drawn[today], before, is_holiday=_never)
    return Verdict.WORSE in verdicts(judged).values()


FIRST_ON = date(2026, 1, 5)  # a Monday


def _drawn(
    random: np.random.Generator, shop: Shop, days: int, changed: Callable[[int, Drawn], Drawn] = lambda _, crowd: crowd
) -> dict[date, list[int]]:
    """Its days, each weekday with a crowd of its own. changed: the crowd of a day, by its number."""
    usual = np.array(TENS if shop.measure is Measure.NPS else FACES)
    weekdays = random.dirichlet(200 * random.dirichlet(50 * usual), size=7)
    drawn = {}
    for number in range(days):
        if number % 7 < shop.days_a_week:
            crowd = changed(number, weekdays[number % 7])
            n = random.poisson(random.gamma(10, shop.answers / 10))
            of_the_day = random.dirichlet(crowd * (1 / shop.alike - 1) + 1e-9)
            drawn[FIRST_ON + timedelta(days=number)] = random.multinomial(n, of_the_day).tolist()
    return drawn


def _told(measure: Measure, drawn: dict[date, list[int]], judged: range) -> tuple[int, int]:
    """Unusual days, and slides that began."""
    unusual = slides = 0
    before = Verdict.USUAL
    for day in (FIRST_ON + timedelta(days=number) for number in judged):
        if day in drawn:
            unusual += usual_day(measure, day, drawn[day], drawn, is_holiday=_never).verdict in TOLD
            sliding = slide(measure, day, drawn, is_holiday=_never).verdict
            slides += sliding in TOLD and sliding != before
            before = sliding
    return unusual, slides


TOLD = (Verdict.WORSE, Verdict.BETTER)


def _never(_: date) -> bool:
    return False


def noticing(random: np.random.Generator) -> Iterator[Measured]:
    """What the caution costs: how soon a shop with 100 answers a day is told what is really worse."""
    shop = Shop("satisfied, 100 a day", Measure.SATISFIED, 100, ALIKE)
    days = [
        _drawn(random, shop, BEFORE, lambda day, crowd: _worse(crowd, 0.15 * (day == BEFORE - 1))) for _ in range(400)
    ]
    bad_on = FIRST_ON + timedelta(days=BEFORE - 1)
    told = [usual_day(shop.measure, bad_on, drawn[bad_on], drawn, is_holiday=_never).verdict for drawn in days]
    yield Measured("a day 15 points worse: told", 100 * told.count(Verdict.WORSE) / len(told), "%")
    yield Measured("5 points worse from a day on: told after", _days_until_told(random, shop), "days (median)")


def _days_until_told(random: np.random.Generator, shop: Shop) -> float:
    waits = []
    for _ in range(100):
        drawn = _drawn(random, shop, BEFORE + 60, lambda day, crowd: _worse(crowd, 0.05 * (day >= BEFORE)))
        days = (FIRST_ON + timedelta(days=BEFORE + number) for number in range(60))
        told = (slide(shop.measure, day, drawn, is_holiday=_never).verdict is Verdict.WORSE for day in days)
        waits.append(next((number for number, is_told in enumerate(told, start=1) if is_told), 60))
    return statistics.median(waits)


def _worse(crowd: Drawn, points: float) -> Drawn:
    """So many of the best face now choose the worst."""
    moved = min(points, crowd[-1])
    return crowd + np.array([moved, 0, 0, 0, -moved])


def main(seed: int) -> None:
    print(f"Drawn with seed {seed}; every run with this seed is the same.")
    missed = []
    for part in (coverage, comparisons, alarms, mornings, noticing):
        print(f"\n{(part.__doc__ or '').splitlines()[0]}", flush=True)
        for measured in part(np.random.default_rng(seed)):
            print(f"  {measured}", flush=True)
            missed += [] if measured.is_reached else [measured]
    print(f"\nNot reached: {len(missed)}." if missed else "\nEverything is reached.")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
