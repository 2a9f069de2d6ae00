"""What simulated people answer, as entries and as requests: for the benchmarks of wire and store."""

import random
from collections.abc import Sequence
from functools import cache

from hymy.demo import CHAIN
from hymy.simulate import people
from survey.entries import Context, Entry, Head, chain
from survey.exchange import Boot, Request, encode_request, to_columns
from survey.questions import Survey
from sync_server.fleet.chain import read_chain

BOOTED_AT = 1_790_000_000_000
WRITES = 1.0  # of those who are asked for words: ten visits in a hundred have some, more than terminals see


def answers(number: int, *, seed: int = 1) -> list[Entry]:
    """Visits of a face and mostly a reason, ten in a hundred with words, as a terminal keeps them."""
    choose = random.Random(seed)
    entries: list[Entry] = []
    visit = uptime_ms = 0
    while len(entries) < number:
        visit += 1
        uptime_ms += int(choose.expovariate(1 / 45_000))
        language = people.language(choose, _survey().languages)
        for about, value in people.visit(choose, _survey(), writes=WRITES):
            context = Context("answer", about, _survey().label, language, "touch", 1, BOOTED_AT)
            entries.append(Entry(len(entries) + 1, visit, uptime_ms, value, context))
            uptime_ms += choose.randint(900, 6_000)
    return entries[:number]


def bodies(entries: Sequence[Entry], *, journal: int, size: int) -> list[bytes]:
    """The requests that carry them, in batches."""
    head, made = Head(), []
    for first in range(0, len(entries), size):
        batch = entries[first : first + size]
        boots = [Boot(1, "5c2a7e1b9d3f4b06", BOOTED_AT, "server")]
        made.append(encode_request(Request(f"{journal:015x}", head, to_columns(batch), boots)))
        head = Head(batch[-1].seq, chain(head.chain, batch)[-1])
    return made


@cache
def _survey() -> Survey:
    """What the demo's tills ask."""
    return next(survey for survey in read_chain(CHAIN).surveys if survey.label == "checkout@1")
