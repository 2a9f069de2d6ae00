"""Generated bodies of the exchange: from nearly right to absurd, as bytes."""

import gzip
import json
import zlib
from typing import Any

from hypothesis import strategies as st

from survey.entries import Context, Entry, chain

GIGABYTE = 1_000_000_000
NUMBERS = [0, 1, -1, 5, 11, 2**31, 2**53, -(2**53), 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 1e15, 0.5]
TEXTS = [
    *("", "overall", "checkout@1", "checkout@2", "checkout", "tell_more", "nothing", "fi", "touch", "answer", "event"),
    *(
        "\0",
        "a\0b",
        "\ufeff",
        "\u202e reversed",
        "🙂" * 50,
        "x" * 3000,
        "'; DROP TABLE answers; --",
        "<script>x</script>",
    ),
    *("=1+1", "../../etc/passwd", "%s%n{0}", "\x1b[31m", "\ud7ff", "\U0010ffff", "00000000000002a/1/5", "2026-02-30"),
    *("9999-12-31", "0000-00-00", "2026-11-22", "new_journal", "NaN", "null"),
]
JOURNALS = ["00000000000000b", "fffffffffffffff", "000000000000000", "00000000000002A", "", "../x", "\0" * 15]

numbers = st.one_of(st.sampled_from(NUMBERS), st.integers(-(2**70), 2**70), st.integers(0, 20))
texts = st.one_of(st.sampled_from(TEXTS), st.text(max_size=60).filter(lambda text: _is_utf8(text)))
names = texts.map(lambda text: text[:100])
states = texts.map(lambda text: text[:200])
journals = st.one_of(st.sampled_from(JOURNALS), st.integers(0, 2**60 - 1).map("{:015x}".format))
anything: st.SearchStrategy[Any] = st.recursive(
    st.one_of(numbers, texts, st.none(), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=12,
)
small = st.integers(-3, 30)
exact = st.one_of(st.sampled_from([2**53, -(2**53), 0, -1]), st.integers(-(2**53), 2**53))
dates = st.one_of(
    st.sampled_from(["2026-11-22", "2026-02-30", "0000-00-00", "9999-12-31", "2026-13-01"]), st.dates().map(str)
)
hows = st.sampled_from(["server", "ntp", "estimated", "unknown"])
births = st.one_of(
    st.just(""),
    st.builds("{:015x}/{}/{}".format, st.integers(0, 2**60 - 1), numbers, numbers),
    texts,
)
contexts = st.tuples(
    st.sampled_from(["answer", "answer", "answer", "event", "count"]),
    st.one_of(st.sampled_from(["overall", "checkout_wrong", "tell_more"]), texts),
    st.one_of(st.just("checkout@1"), texts),
    *(texts, texts),
    st.one_of(st.just(1), numbers.filter(lambda number: isinstance(number, int) and abs(number) <= 2**53)),
    st.one_of(
        st.just(1_790_000_000_000), numbers.filter(lambda number: isinstance(number, int) and abs(number) <= 2**53)
    ),
)
values = st.one_of(st.integers(-2, 12), texts, numbers.filter(lambda number: isinstance(number, int)))
boots = st.lists(
    st.tuples(
        numbers, texts, st.one_of(st.none(), numbers), st.sampled_from(["server", "ntp", "estimated", "unknown"])
    ),
    max_size=3,
)
days = st.lists(st.tuples(texts, numbers, numbers), max_size=5)
closed = st.lists(st.tuples(journals, st.tuples(numbers, numbers)), max_size=5)
health = st.fixed_dictionaries(
    {}, optional={"version": texts, "pressed": numbers, "stored": numbers, "devices": st.dictionaries(texts, texts)}
)


def _is_utf8(text: str) -> bool:
    return not any(0xD800 <= ord(letter) <= 0xDFFF for letter in text)


@st.composite
def batches(draw: st.DrawFn) -> dict[str, Any]:
    """Columns that fit each other, whatever they say."""
    count = draw(st.integers(0, 6))
    those = draw(st.lists(contexts, min_size=1, max_size=3))

    def column(of: st.SearchStrategy[Any]) -> list[Any]:
        return draw(st.lists(of, min_size=count, max_size=count))

    return {
        "contexts": those,
        "context": column(st.integers(0, len(those) - 1)),
        "visit": column(st.one_of(small, st.integers(-(2**50), 2**50))),
        "uptime_ms": column(st.one_of(small, st.integers(-(2**50), 2**50))),
        "value": column(values),
        "born": draw(st.one_of(st.just([]), st.just(None).map(lambda _: column(births)))),
    }


@st.composite
def acceptable(draw: st.DrawFn) -> dict[str, Any]:
    """A request of the right shape, whose contents are anything that the shape allows."""
    batch = draw(batches())
    seq = draw(st.one_of(st.just(0), st.integers(0, 2**53 - len(batch.get("value", []))), small.map(abs)))
    return {
        "journal": draw(st.integers(0, 2**60 - 1).map("{:015x}".format)),
        "after": [seq, 0 if seq == 0 else draw(st.integers(-(2**63), 2**63 - 1))],
        "gap_after": draw(
            st.one_of(st.none(), st.just((0, 0)), st.tuples(st.integers(0, seq), st.integers(-(2**63), 2**63 - 1)))
        ),
        "batch": batch,
        "boots": draw(st.lists(st.tuples(exact, names, st.one_of(st.none(), exact), hows))),
        "health": {"version": draw(names), "devices": draw(st.dictionaries(names, states, max_size=3))},
        "configuration": draw(names),
        "days": draw(st.lists(st.tuples(dates, exact, exact), max_size=4)),
        "closed": draw(
            st.lists(
                st.tuples(
                    st.integers(0, 2**60 - 1).map("{:015x}".format),
                    st.tuples(st.integers(0, 2**53), st.integers(-(2**63), 2**63 - 1)),
                ),
                max_size=4,
            )
        ),
    }


crooked = st.fixed_dictionaries(
    {"journal": journals, "after": st.one_of(st.tuples(numbers, numbers), anything)},
    optional={
        "gap_after": st.one_of(st.tuples(numbers, numbers), anything),
        "batch": st.one_of(batches(), anything),
        "boots": st.one_of(boots, anything),
        "health": st.one_of(health, anything),
        "configuration": st.one_of(texts, anything),
        "days": st.one_of(days, anything),
        "closed": st.one_of(closed, anything),
    },
)


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A body cut, stretched or garbled on its way."""
    body = bytearray(packed(draw(acceptable())))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(0, len(body) - 1)))
        kind = draw(st.sampled_from(["cut", "flip", "insert", "append"]))
        if kind == "cut":
            del body[place:]
        elif kind == "append":
            body += draw(st.binary(max_size=30))
        elif kind == "insert":
            body[place:place] = draw(st.binary(max_size=30))
        elif body:
            body[place] ^= draw(st.integers(1, 255))
    return bytes(body)


def packed(content: Any) -> bytes:
    return gzip.compress(json.dumps(content).encode(), 1)


def bomb(size: int) -> bytes:
    """So many spaces, gzipped."""
    packer, block = zlib.compressobj(9, wbits=31), b" " * 1_000_000
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()


def request(*, batch: str = "{}", **other: str) -> str:
    """A request as JSON text, any part of it written out by hand."""
    parts = {"journal": '"00000000000000c"', "after": "[0, 0]", "batch": batch} | other
    return "{" + ", ".join(f'"{key}": {value}' for key, value in parts.items()) + "}"


def entries(*values: Any, **changed: Any) -> list[Entry]:
    """Answers as a terminal writes them, but for what is changed in their context."""
    told = {"kind": "answer", "about": "overall", "survey": "checkout@1", "language": "fi", "source": "touch"}
    context = Context(**(told | {"boot": 1, "clock_ms": 1_790_000_000_000} | changed))
    return [Entry(seq, seq, 1_000 * seq, value, context) for seq, value in enumerate(values, 1)]


def link(those: list[Entry]) -> int:
    return chain(0, those)[-1]
