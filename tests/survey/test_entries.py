"""The chain that ties each entry to the one before it (design.md 3.2)."""

import re
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from survey.entries import START, Birth, Context, Entry, Head, chain

CONTEXT = Context("answer", "overall", "shop@1", "fi", "touch", 3, 1_790_000_000_000)
ENTRIES = [
    Entry(1, 1, 1000, 5, CONTEXT),
    Entry(2, 1, 2500, "Hyvä palvelu 🙂\n\x85\u2028loppu", CONTEXT),
    Entry(3, 2, 4000, 1, CONTEXT, "00000000000002a/7/-5"),
]


def test_the_chain_of_these_entries_is_the_one_recorded_at_release() -> None:
    """Rule 3.2: a terminal of any version and the server compute the same. Never renew these numbers."""
    assert list(chain(START, ENTRIES)) == [4144272158567827695, -7230894497265909433, -3421734558926530479]


def test_the_chain_is_what_the_manual_tells_an_integrator_to_compute() -> None:
    """docs/exchange.md holds a worked example; it is run as it stands there, and then on other entries."""
    manual = (Path(__file__).parents[2] / "docs" / "exchange.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    told: dict[str, Any] = {}
    exec(compile(example, "docs/exchange.md", "exec"), told)  # noqa: S102

    @given(st.lists(st.text(st.characters(codec="utf-8")) | st.integers(-(2**63), 2**63), max_size=5))
    def same(values: list[str | int]) -> None:
        entries = [Entry(seq, seq, -seq, value, CONTEXT) for seq, value in enumerate(values, start=1)]
        as_arrays = msgspec.json.decode(msgspec.json.encode(entries))
        assert list(told["chain"](START, as_arrays)) == list(chain(START, entries))

    same()


def test_the_chain_goes_on_where_it_stopped() -> None:
    """Rule 3.2: in whatever batches the entries are hashed."""
    whole = list(chain(START, ENTRIES))
    first = list(chain(START, ENTRIES[:1]))
    assert first + list(chain(first[-1], ENTRIES[1:])) == whole


def test_no_entries_have_no_chain() -> None:
    assert list(chain(START, [])) == []


@given(st.integers(0, 2), st.sampled_from(["visit", "uptime_ms", "value"]), st.integers(-(2**53), 2**53))
def test_another_content_anywhere_gives_another_chain_from_there_on(place: int, field: str, value: int) -> None:
    """Rule 3.2: what differs in one entry shows in every later one."""
    entry = ENTRIES[place]
    changed = Entry(**{**{name: getattr(entry, name) for name in Entry.__struct_fields__}, field: value})
    others = [*ENTRIES[:place], changed, *ENTRIES[place + 1 :]]
    differs = [mine != other for mine, other in zip(chain(START, ENTRIES), chain(START, others), strict=True)]
    assert differs == [False] * place + [changed != entry] * (3 - place)


@given(st.text("0123456789abcdef", min_size=15, max_size=15), st.integers(1, 2**53), st.integers(-(2**63), 2**63 - 1))
def test_a_birth_is_read_back_as_it_was_written(journal: str, seq: int, link: int) -> None:
    """Rule 3.4: a carried-over entry keeps its identity."""
    assert Birth.from_text(Birth(journal, seq, link).text) == Birth(journal, seq, link)


def test_a_journal_begins_before_its_first_entry() -> None:
    assert Head() == Head(0, START)
