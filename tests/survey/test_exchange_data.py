"""The exchange as bytes: what comes out is what went in, and what is no exchange is refused in words."""

import gzip
import json
import zlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.entries import Context, Entry, Head
from survey.errors import ExchangeTooLarge, MalformedExchange
from survey.exchange import (
    MAX_BATCH,
    MAX_PLAIN_BYTES,
    Boot,
    Columns,
    Health,
    Reply,
    Request,
    decode_reply,
    decode_request,
    encode_request,
    from_columns,
    to_columns,
    unpack,
)
from survey.questions import Value

GOLDEN = Path(__file__).parents[1] / "golden"
JOURNAL = "00000000000002a"

numbers = st.integers(-(2**40), 2**40)
words = st.text(st.characters(codec="utf-8"), max_size=12)
contexts = st.builds(
    Context, st.sampled_from(["answer", "count", "event"]), words, words, words, words, numbers, numbers
)


@st.composite
def batches(draw: st.DrawFn) -> tuple[int, list[Entry]]:
    after = draw(st.integers(0, 2**53 - 12))
    shared = draw(st.lists(contexts, min_size=1, max_size=3))
    fields = st.tuples(numbers, numbers, st.integers(-(2**63), 2**63) | words, st.sampled_from(shared), words)
    return after, [Entry(after + 1 + place, *row) for place, row in enumerate(draw(st.lists(fields, max_size=12)))]


@given(batches())
def test_a_batch_comes_out_of_its_columns_as_it_went_in(batch: tuple[int, list[Entry]]) -> None:
    after, entries = batch
    request = Request(JOURNAL, Head(after, -(2**63)), batch=to_columns(entries))
    received = decode_request(encode_request(request))
    assert received == request
    assert from_columns(received.batch, received.after.seq) == entries


def test_a_context_travels_once_however_many_entries_have_it() -> None:
    context = Context("answer", "overall", "shop@1", "fi", "touch", 1, 0)
    columns = to_columns([Entry(seq, seq, 1000 * seq, 5, context) for seq in range(1, 4)])
    assert columns == Columns([context], [0, 0, 0], [1, 1, 1], [1000, 1000, 1000], [5, 5, 5], [])


def test_a_request_recorded_from_version_0_1_means_the_same() -> None:
    """The terminals in the shops are understood by every later server. Never renew this file; add a new one."""
    request = decode_request((GOLDEN / "exchange_request_0.1.json.gz").read_bytes())
    entries = from_columns(request.batch, request.after.seq)
    recorded = json.loads((GOLDEN / "exchange_request_0.1.entries.json").read_text())
    assert json.loads(msgspec.json.encode(entries)) == recorded
    assert request.after == Head(41, -6917529027641081857)
    assert request.boots == [Boot(1, "4f9e1c9a", None, "unknown"), Boot(2, "b0a55f37", 1_790_000_000_000, "server")]
    assert request.health == Health("0.1.0", pressed=45, stored=45, waiting=4, devices={"buttons": "open"})


VALID = {"journal": JOURNAL, "after": [0, 0]}


def body(**changes: object) -> bytes:
    return gzip.compress(json.dumps({**VALID, **changes}).encode())


def raw(text: str) -> bytes:
    return gzip.compress(
        b'{"journal": "00000000000002a", "after": [0, 0], "batch": {"value": [' + text.encode() + b"]}}"
    )


WRONG = [
    pytest.param(b"", "cut short", id="nothing"),
    pytest.param(b"<html>Welcome to our Wi-Fi</html>", "is not gzipped JSON", id="a page"),
    pytest.param(b'{"journal": "x"}', "is not gzipped JSON", id="JSON without gzip"),
    pytest.param(body()[:-9], "cut short", id="gzip cut short"),
    pytest.param(body() + b"more", "something follows", id="bytes after the end"),
    pytest.param(body() + body(), "something follows", id="two bodies"),
    pytest.param(body()[:-5] + b"\0" + body()[-4:], "is not gzipped JSON", id="wrong checksum"),
    pytest.param(gzip.compress(b"[]"), "Expected `object`", id="an array"),
    pytest.param(gzip.compress(b"\xff\xfe"), "Not understood", id="no UTF-8"),
    pytest.param(gzip.compress(b"{}"), "missing required field `journal`", id="empty object"),
    pytest.param(body(journal=7), "Expected `str`, got `int`", id="journal a number"),
    pytest.param(body(after=0), "Expected `array`", id="head a number"),
    pytest.param(body(after=[-1, 0]), "Expected `int` >= 0", id="head below 0"),
    pytest.param(body(after=[0, 2**63]), "Expected `int` <=", id="chain over 64 bits"),
    pytest.param(body(boots=[[1, "x", 2**60, "server"]]), "Expected `int` <=", id="offset out of range"),
    pytest.param(body(boots=[[1, "x", 0, "guess"]]), "Invalid enum value 'guess'", id="unknown clock source"),
    pytest.param(body(batch={"contexts": [["vote", "", "", "", "", 0, 0]]}), "Invalid enum value", id="unknown kind"),
    pytest.param(body(boots=[[1, "x" * 101, 0, "ntp"]]), "length <= 100", id="a boot's id too long"),
    pytest.param(body(boots=[[1, "x", 0, "ntp"]] * 5_002), "length <= 5001", id="too many boots"),
    pytest.param(body(gap_after=[2**53 + 1, 0]), "Expected `int` <=", id="a gap out of range"),
    pytest.param(body(health={"version": "x" * 101}), "length <= 100", id="a version too long"),
    pytest.param(body(health={"devices": {"x" * 101: ""}}), "length <= 100", id="a device's name too long"),
    pytest.param(body(health={"devices": {"x": "x" * 201}}), "length <= 200", id="a device's state too long"),
    pytest.param(body(health={"devices": dict.fromkeys(map(str, range(51)), "")}), "length <= 50", id="51 devices"),
    pytest.param(body(configuration="x" * 101), "length <= 100", id="a configuration's version too long"),
    pytest.param(raw("1.5"), "got `float`", id="a fraction"),
    pytest.param(raw("true"), "got `bool`", id="a yes"),
    pytest.param(raw("null"), "got `null`", id="a nothing"),
    pytest.param(raw("NaN"), "Not understood", id="not a number"),
    pytest.param(raw("1e999"), "Number out of range", id="more than a number"),
    pytest.param(raw("9" * 5000), "out of range", id="5000 digits"),
    pytest.param(raw('"\\ud800"'), "Not understood", id="half a surrogate pair"),
    pytest.param(body(batch={"visit": [2**51]}), "Expected `int` <=", id="visit that may add up to too much"),
    pytest.param(body(batch={"uptime_ms": [-(2**51)]}), "Expected `int` >=", id="time that may"),
    pytest.param(
        gzip.compress(b'{"later": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"), "Not understood", id="deep nesting"
    ),
]


@pytest.mark.parametrize(("content", "told"), WRONG)
def test_what_is_no_request_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(MalformedExchange, match=told):
        decode_request(content)


def test_a_key_of_a_later_version_is_left_alone() -> None:
    assert decode_request(body(later=1)) == Request(JOURNAL, Head())


def test_the_largest_differences_add_up_within_what_a_store_keeps() -> None:
    largest = 2**50
    decode_request(body(batch={"visit": [largest]}))
    assert MAX_BATCH * largest < 2**63


CONTEXTS = [Context("answer", "overall", "shop@1", "fi", "touch", 1, 0)]
UNFIT = [
    pytest.param(Columns(CONTEXTS, [0], [1], [1], [5, 5]), "same length", id="a value more"),
    pytest.param(Columns(CONTEXTS, [0], [1], [1, 1], [5]), "same length", id="a time more"),
    pytest.param(Columns(CONTEXTS, [0, 0], [1], [1], [5]), "same length", id="a context more"),
    pytest.param(Columns(CONTEXTS, [0], [], [1], [5]), "same length", id="a visit less"),
    pytest.param(Columns(CONTEXTS, [0], [1], [1], [5], ["", ""]), "same length", id="a birth more"),
    pytest.param(Columns(CONTEXTS, [1], [1], [1], [5]), "names a context", id="a context that is not there"),
    pytest.param(Columns(CONTEXTS, [-1], [1], [1], [5]), "names a context", id="a context before the first"),
    pytest.param(Columns([], [0], [1], [1], [5]), "names a context", id="no context at all"),
    pytest.param(Columns(CONTEXTS * 5_001), "at most 5000 contexts", id="too many contexts"),
]


@pytest.mark.parametrize(("columns", "told"), UNFIT)
def test_columns_that_do_not_fit_each_other_are_refused(columns: Columns, told: str) -> None:
    with pytest.raises(MalformedExchange, match=told):
        from_columns(columns, 0)


def test_a_head_beyond_what_every_reader_keeps_is_refused() -> None:
    with pytest.raises(MalformedExchange, match="No journal has as many entries"):
        from_columns(Columns(CONTEXTS, [0], [1], [1], [5]), 2**53)


def test_a_batch_of_too_many_entries_is_too_large() -> None:
    """Rule 3.6: the terminal halves it."""
    for count in (MAX_BATCH + 1, 100_000):
        ones, values = [1] * count, list[Value]([5] * count)
        with pytest.raises(ExchangeTooLarge, match=f"at most 5000 entries; this one has {count}"):
            from_columns(Columns(CONTEXTS, [0] * count, ones, ones, values), 0)


def test_a_body_that_unpacks_to_too_much_is_too_large_before_it_is_unpacked() -> None:
    """Rule 3.6: bounded while being decompressed."""
    bomb = zlib.compress(b" " * (4 * MAX_PLAIN_BYTES), wbits=31)
    with pytest.raises(ExchangeTooLarge, match="send smaller batches"):
        unpack(bomb)


def test_a_body_that_unpacks_to_just_the_limit_is_taken() -> None:
    """Rule 3.6."""
    assert len(unpack(gzip.compress(b" " * MAX_PLAIN_BYTES))) == MAX_PLAIN_BYTES
    with pytest.raises(ExchangeTooLarge):
        unpack(gzip.compress(b" " * (MAX_PLAIN_BYTES + 1)))


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><title>Free Wi-Fi</title><form action=/login>",
        b"",
        b"OK",
        b'{"status": "ok"}',
        b'{"head": [1, 0]}',
    ],
    ids=["login page", "nothing", "text", "other JSON", "no time"],
)
def test_a_wi_fi_login_page_with_status_200_is_no_reply(page: bytes) -> None:
    """Rule 3.2."""
    with pytest.raises(MalformedExchange):
        decode_reply(page)


def test_a_reply_comes_out_as_it_went_in() -> None:
    reply = Reply(JOURNAL, Head(7, -9), 1_790_000_000_000, known=[Head(7, -9), Head(6, 3)], missing=[(2, 3)])
    assert decode_reply(msgspec.json.encode(reply)) == reply
