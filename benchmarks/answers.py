"""What people answer, made up with a seed: for the benchmarks of wire and store."""

import random
from collections.abc import Sequence

from survey.entries import Context, Entry, Head, chain
from survey.exchange import Boot, Request, encode_request, to_columns
from survey.questions import Value

BOOTED_AT = 1_790_000_000_000
WORDS = ["Vain yksi kassa auki", "Jono oli pitkä", "Hittade inte returautomaten", "Kind people at the till"]


def answers(number: int, *, seed: int = 1) -> list[Entry]:
    """Visits of a face and mostly a reason, five in a hundred with words, as a terminal keeps them."""
    choose = random.Random(seed)
    entries: list[Entry] = []
    visit = uptime_ms = 0
    while len(entries) < number:
        visit += 1
        uptime_ms += int(choose.expovariate(1 / 45_000))
        language = choose.choices(["fi", "sv", "en"], [80, 10, 10])[0]
        for about, value in _visit(choose):
            context = Context("answer", about, "checkout@1", language, "touch", 1, BOOTED_AT)
            entries.append(Entry(len(entries) + 1, visit, uptime_ms, value, context))
            uptime_ms += choose.randint(900, 6_000)
    return entries[:number]


def bodies(entries: Sequence[Entry], *, journal: int, size: int) -> list[bytes]:
    """The requests that carry them, in batches."""
    head, made = Head(), []
    for first in range(0, len(entries), size):
        batch = entries[first : first + size]
        boots = [Boot(1, "5c2a7e1b9d3f4b06", BOOTED_AT, "server")]
        made.append(encode_request(Request(f"{journal:015x}", head, 1, to_columns(batch), boots)))
        head = Head(batch[-1].seq, chain(head.chain, batch)[-1])
    return made


def _visit(choose: random.Random) -> list[tuple[str, Value]]:
    face = choose.choices(range(1, 6), [4, 5, 5, 38, 48])[0]
    visit: list[tuple[str, Value]] = [("overall", face)]
    if choose.random() < 0.7:
        visit.append(("checkout_wrong" if face <= 3 else "checkout_right", choose.randint(1, 4)))
    if choose.random() < 0.1:
        visit.append(("tell_more", choose.choice(WORDS)))
    return visit
