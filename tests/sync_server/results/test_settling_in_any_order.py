"""Whatever order presses arrive in, what figures leave out is what the rule says of the whole journal."""

from collections.abc import Sequence
from itertools import count, groupby, pairwise
from operator import itemgetter
from typing import NamedTuple

import msgspec
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from survey.mashing import set_aside
from survey.questions import STAFF
from sync_server.fleet.quarantine import release
from sync_server.results.settling import Settling
from sync_server.store import places
from sync_server.upkeep.rebuild import check
from tests.sync_server.exchange.shop import NOW, SURVEY, Journal, Shop, about

NEW, AGAIN, STAFFS, HELD_BACK, EVENT = "new", "again", "staff's", "held back", "event"
QUICK, JUST, SLOW, BACK = 400, 2_500, 60_000, -59_600
IN_ORDER, NOT_COPIED = (16, 16), 20
names = count(1)


class Press(NamedTuple):
    """what: the visit's first answer, its next one, staff's, one that waits in quarantine, or none at all."""

    gap_ms: int
    what: str


class Way(NamedTuple):
    """How a journal comes: cut into batches; without what lies from..to, which is handed over later, in two parts.

    carried: from which entry on another journal holds it, too. is_released_late: after the range was handed over.
    """

    cuts: Sequence[int] = ()
    missing: tuple[int, int] = IN_ORDER
    part: int = 0
    carried: int = NOT_COPIED
    is_released_late: bool = False


presses = st.builds(
    Press,
    st.sampled_from([QUICK, QUICK, QUICK, JUST, SLOW, BACK]),
    st.sampled_from([NEW, NEW, NEW, AGAIN, STAFFS, HELD_BACK, EVENT]),
)
ways = st.builds(
    Way,
    st.lists(st.integers(0, 16), max_size=3),
    st.tuples(st.integers(0, 16), st.integers(0, 16)),
    st.integers(0, 16),
    st.integers(0, 20),
    st.booleans(),
)
FOUR = [Press(QUICK, NEW)] * 4
OUT_OF_TIME = [*FOUR[:2], Press(SLOW, NEW), Press(BACK, NEW), *FOUR[:2]]  # the third: the clock was wrong


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(presses, min_size=1, max_size=16), ways)
@example(FOUR, Way(missing=(1, 3), part=2))  # what was one run begins as two
@example(OUT_OF_TIME, Way(missing=(2, 3)))  # what was one run ends as two
@example([FOUR[0], Press(QUICK, AGAIN), FOUR[0]], Way(cuts=[1]))  # a visit cut in two
@example([Press(QUICK, HELD_BACK), Press(QUICK, AGAIN), FOUR[0]], Way())  # begins earlier
@example([*FOUR[:3], Press(QUICK, HELD_BACK)], Way())  # released: now four
@example([*FOUR, *FOUR], Way(cuts=[1, 5], carried=3))  # a copied card
def test_whatever_order_presses_arrive_in_what_is_set_aside_is_the_same(
    shop: Shop, pressed: list[Press], way: Way
) -> None:
    number = next(names)
    settling = Settling(shop.store, ask=shop.ask, tell=lambda location_ids: None)
    journal = written(Journal(f"{2 * number:015x}"), pressed, held_back=f"shop@{number + 1}")
    clone = Journal(f"{2 * number + 1:015x}")
    for entry in journal.entries[way.carried :]:
        clone.write(entry.value, context=entry.context, born=journal.birth(entry.seq), uptime_ms=entry.uptime_ms)

    begin, end = sorted(min(place, len(pressed)) for place in way.missing)
    bring(shop, settling, journal, 0, begin, way.cuts)
    shop.receive(journal.request(after=end, gap_after=begin if end > begin else None))
    settling.settle()
    if clone.entries:
        shop.receive(clone.request())
        settling.settle()
    if not way.is_released_late:
        let_out(shop, number + 1)
        settling.settle()
    middle = min(max(way.part, begin), end)
    for after, upto in ((middle, end), (begin, middle)):
        if after < upto:
            shop.receive(journal.request(after=after, upto=upto))
            settling.settle()
    if way.is_released_late:
        let_out(shop, number + 1)
    settling.settle()

    for name in (journal.name, clone.name):
        assert marked(shop, name) == to_leave_out(shop, name)
    assert list(check(shop.store, lambda done, of: None)) == []


def written(journal: Journal, pressed: Sequence[Press], *, held_back: str) -> Journal:
    """held_back: a survey that is not loaded yet."""
    at = 3_600_000
    for press in pressed:
        at += press.gap_ms
        visit = journal.entries[-1].visit if journal.entries else 1
        visit += press.what != AGAIN
        question_id = {AGAIN: "why", STAFFS: f"{STAFF}overall", EVENT: "clock_set"}.get(press.what, "overall")
        survey = held_back if press.what == HELD_BACK else "shop@1"
        context = about(question_id, kind="event" if press.what == EVENT else "answer", survey=survey)
        journal.write(1, context=context, uptime_ms=at)
        journal.entries[-1] = msgspec.structs.replace(journal.entries[-1], visit=visit)
    return journal


def bring(shop: Shop, settling: Settling, journal: Journal, after: int, upto: int, cuts: Sequence[int]) -> None:
    stops = [after, *sorted(cut for cut in cuts if after < cut < upto), upto]
    for begin, end in pairwise(stops):
        shop.receive(journal.request(after=begin, upto=end))
        settling.settle()


def let_out(shop: Shop, version: int) -> None:
    with shop.store.write() as transaction:
        places.put_survey(transaction, msgspec.structs.replace(SURVEY, version=version))
    if shop.rows("seq", "quarantine"):
        release(shop.store, shop.ask, who="Cilla", now_ms=NOW)


def marked(shop: Shop, name: str) -> list[int]:
    return sorted(seq for (seq,) in shop.rows("seq", f"set_aside WHERE journal_id = {int(name, 16)}"))


def to_leave_out(shop: Shop, name: str) -> list[int]:
    """By the rule, over all that there is of the journal."""
    answers = shop.rows("seq, visit, at, question_id", f"answers WHERE journal_id = {int(name, 16)} ORDER BY seq")
    first = [next(turn) for _, turn in groupby(answers, key=itemgetter(1))]
    begun = [(seq, at) for seq, _, at, question_id in first if not question_id.startswith(STAFF)]
    asides = set_aside([at for _, at in begun])
    return [seq for (seq, _), is_aside in zip(begun, asides, strict=True) if is_aside]
