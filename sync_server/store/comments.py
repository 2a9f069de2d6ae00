"""The queries about what was said in words: what people look for, what they do with it, and what was masked in it."""

from collections.abc import Sequence
from typing import NamedTuple

from sync_server.store.interface import Bindable, Row, Store, Transaction

MOST_ARMS = 40  # places that are looked at one beside the other; with more, those of all are, by time
LOOK_THROUGH = 2_000  # texts in one go, so that what is rare does not take long
ACTED = ("mine", "handled")  # states that only what somebody acted upon can have
_IS_IT = "location_id = ? AND at = ? AND journal_id = ? AND seq = ?"
_OF_TEXT = ("unmasked", "comment_acts")  # tables whose rows go with their text
_KEY = "location_id, at, journal_id, seq"
_NEWEST_FIRST = "at DESC, location_id DESC, journal_id DESC, seq DESC"
_STATE = "touchpoint_id, language, text, score, acts, assignee, is_handled"

Query = tuple[str, list[Bindable]]  # with what stands in place of its marks


class Key(NamedTuple):
    """Names a text."""

    location_id: str
    at: int
    journal_id: int
    seq: int


class Words(NamedTuple):
    key: Key
    text: str


class Span(NamedTuple):
    """From an instant until before another, at places of one time zone."""

    first_ms: int
    end_ms: int
    location_ids: Sequence[str]


class Wanted(NamedTuple):
    """words: all of them stand in the text. scores: None for any. state: new, mine, handled; empty for any.

    person_id: whose comments are mine. before: only older ones than this.
    """

    spans: Sequence[Span]
    words: Sequence[str] = ()
    touchpoint_id: str = ""
    scores: Sequence[int] | None = None
    language: str = ""
    state: str = ""
    person_id: str = ""
    before: Key | None = None


class CommentRow(NamedTuple):
    """acts: how many were done about it. assignee: a person's id, empty where nobody has it."""

    key: Key
    touchpoint_name: str
    language: str
    text: str
    score: int | None
    acts: int
    assignee: str
    assignee_name: str
    is_handled: bool
    is_masked: bool


class ActRow(NamedTuple):
    """act: assigned, handled, reopened, noted. assignee_name: to whom; empty: to nobody. words: of a note."""

    key: Key
    done_at: int
    who: str
    act: str
    assignee_name: str
    words: str


def newest(store: Store, wanted: Wanted, most: int) -> list[CommentRow]:
    """Newest first, among the newest LOOK_THROUGH of those places."""
    found, parameters = _found(wanted, f"{_KEY}, {_STATE}")
    return _comments(store, (f"{found} ORDER BY {_NEWEST_FIRST} LIMIT ?", [*parameters, most]))


def count(store: Store, wanted: Wanted) -> int:
    """Among the newest LOOK_THROUGH of those places."""
    found, parameters = _found(wanted, "1")
    return int(store.read(f"SELECT COUNT(*) FROM ({found}) f", parameters)[0][0])  # noqa: S608


def looked_to(store: Store, wanted: Wanted) -> Key | None:
    """The oldest of the newest LOOK_THROUGH; None where they are all."""
    looked_at, parameters = _looked_at(wanted, _KEY)
    rows = store.read(f"{looked_at} LIMIT 1 OFFSET ?", (*parameters, LOOK_THROUGH - 1))
    return Key(*rows[0]) if rows else None


def comment(store: Store, key: Key) -> CommentRow | None:
    found = _comments(store, (f"SELECT {_KEY}, {_STATE} FROM texts WHERE {_IS_IT}", [*key]))  # noqa: S608
    return found[0] if found else None


def acts(store: Store, keys: Sequence[Key]) -> list[ActRow]:
    """What was done about these, in order."""
    if not keys:
        return []
    among = ", ".join(["(?, ?, ?, ?)"] * len(keys))
    rows = store.read(
        "SELECT a.location_id, a.at, a.journal_id, a.seq, a.done_at, COALESCE(w.name, ''), a.act,"  # noqa: S608
        " COALESCE(p.name, ''), a.words FROM comment_acts a"
        " LEFT JOIN people w ON w.person_id = a.who LEFT JOIN people p ON p.person_id = a.assignee"
        f" WHERE (a.location_id, a.at, a.journal_id, a.seq) IN (VALUES {among})"
        " ORDER BY a.location_id, a.at, a.journal_id, a.seq, a.number",
        [value for key in keys for value in key],
    )
    return [ActRow(Key(*row[:4]), *row[4:]) for row in rows]


def original(transaction: Transaction, key: Key) -> str | None:
    """The words before anything was masked in them; None where nothing was."""
    rows = transaction.execute(f"SELECT text FROM unmasked WHERE {_IS_IT}", key)  # noqa: S608
    return str(rows[0][0]) if rows else None


def begin_act(transaction: Transaction, key: Key, seen: int | None = None) -> int | None:
    """Its number; None if more were done about it than were seen, or the text has gone.

    Nobody else acts upon it before the transaction has ended.
    """
    rows = transaction.execute(
        f"UPDATE texts SET acts = acts + 1 WHERE {_IS_IT} AND acts = COALESCE(?, acts) RETURNING acts",  # noqa: S608
        (*key, seen),
    )
    return int(rows[0][0]) if rows else None


def assign(transaction: Transaction, key: Key, assignee: str) -> None:
    transaction.execute(f"UPDATE texts SET assignee = ? WHERE {_IS_IT}", (assignee, *key))  # noqa: S608


def put_handled(transaction: Transaction, key: Key, *, is_handled: bool) -> None:
    transaction.execute(f"UPDATE texts SET is_handled = ? WHERE {_IS_IT}", (int(is_handled), *key))  # noqa: S608


def add_act(
    transaction: Transaction, key: Key, number: int, *, at_ms: int, who: str, act: str, assignee: str, words: str
) -> None:
    """who, assignee: people's ids."""
    columns = (*_KEY.split(", "), "number", "done_at", "who", "act", "assignee", "words")
    transaction.insert("comment_acts", columns, [(*key, number, at_ms, who, act, assignee, words)])


def remove_with_texts(transaction: Transaction, keys: Sequence[Row]) -> None:
    """All that is kept beside texts that are removed: keys of theirs."""
    for table in _OF_TEXT:
        transaction.execute_many(f"DELETE FROM {table} WHERE {_IS_IT}", keys)  # noqa: S608


def texts_after(store: Store, location_id: str, after: Key | None, most: int) -> list[Words]:
    """In the order of their keys, of one location."""
    last = after[1:] if after else (-(2**62), 0, 0)
    rows = store.read(
        f"SELECT {_KEY}, text FROM texts"  # noqa: S608
        " WHERE location_id = ? AND (at, journal_id, seq) > (?, ?, ?) ORDER BY at, journal_id, seq LIMIT ?",
        (location_id, *last, most),
    )
    return [Words(Key(*key), text) for *key, text in rows]


def mask(transaction: Transaction, was: Words, text: str) -> None:
    """Put a masked text in its place, unless somebody did; the first original is the one that is kept."""
    transaction.execute(f"UPDATE texts SET text = ? WHERE {_IS_IT} AND text = ?", (text, *was.key, was.text))  # noqa: S608
    if transaction.changes():
        transaction.execute(
            f"INSERT INTO unmasked ({_KEY}, text) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",  # noqa: S608
            (*was.key, was.text),
        )


def _comments(store: Store, found: Query) -> list[CommentRow]:
    """found: keys and states; what stands beside them is looked up for these alone."""
    sql, parameters = found
    rows = store.read(
        "SELECT t.location_id, t.at, t.journal_id, t.seq, COALESCE(d.name, t.touchpoint_id), t.language, t.text,"  # noqa: S608
        " t.score, t.acts, t.assignee, COALESCE(p.name, ''), t.is_handled, u.seq IS NOT NULL"
        f" FROM ({sql}) t LEFT JOIN touchpoints d ON d.touchpoint_id = t.touchpoint_id"
        " LEFT JOIN people p ON p.person_id = t.assignee"
        " LEFT JOIN unmasked u ON u.location_id = t.location_id AND u.at = t.at"
        " AND u.journal_id = t.journal_id AND u.seq = t.seq"
        " ORDER BY t.at DESC, t.location_id DESC, t.journal_id DESC, t.seq DESC",
        parameters,
    )
    return [CommentRow._make((Key(*row[:4]), *row[4:11], bool(row[11]), bool(row[12]))) for row in rows]


def _found(wanted: Wanted, columns: str) -> Query:
    """The texts that are looked at, as far as they are wanted."""
    looked_at, parameters = _looked_at(wanted, f"{_KEY}, {_STATE}")
    conditions, more = _conditions(wanted)
    return (
        f"SELECT {columns} FROM ({looked_at} LIMIT {LOOK_THROUGH}) t WHERE {' AND '.join(conditions)}",  # noqa: S608
        [*parameters, *more],
    )


def _looked_at(wanted: Wanted, columns: str) -> Query:
    """All texts of these places and times, newest first; where it matters, those alone that are handled, or mine.

    Place beside place in the order of their keys, which both stores merge as they read; with many places by time.
    """
    before = [] if wanted.before is None else [wanted.before.at + 1]
    if wanted.state in ACTED or _are_many(wanted):
        first, end = min(span.first_ms for span in wanted.spans), max(span.end_ms for span in wanted.spans)
        chosen, values = _acted(wanted) if wanted.state in ACTED else ("", [])
        arms: list[Query] = [(f"{chosen}at >= ? AND at < ?", [*values, first, min([end, *before])])]
    else:
        where = "location_id = ? AND at >= ? AND at < ?"
        arms = [
            (where, [location_id, span.first_ms, min([span.end_ms, *before])])
            for span in wanted.spans
            for location_id in span.location_ids
        ]
    selects = [f"SELECT {columns} FROM texts WHERE {where}" for where, _ in arms]  # noqa: S608
    return f"{' UNION ALL '.join(selects)} ORDER BY {_NEWEST_FIRST}", [value for _, arm in arms for value in arm]


def _acted(wanted: Wanted) -> Query:
    """Of few among very many texts, which have indexes of their own; at these places, lest others' fill the window."""
    places, values = _within(wanted.spans)
    if wanted.state == "handled":
        return f"is_handled = 1 AND {places} AND ", values
    return f"is_handled = 0 AND assignee <> '' AND assignee = ? AND {places} AND ", [wanted.person_id, *values]


def _are_many(wanted: Wanted) -> bool:
    return sum(len(span.location_ids) for span in wanted.spans) > MOST_ARMS


def _conditions(wanted: Wanted) -> tuple[list[str], list[Bindable]]:
    parts: list[Query] = [("1 = 1", [])]
    if wanted.before:
        parts.append(("(at, location_id, journal_id, seq) < (?, ?, ?, ?)", _in_order(wanted.before)))
    if _are_many(wanted) and wanted.state not in ACTED:
        parts.append(_within(wanted.spans))
    if wanted.touchpoint_id:
        parts.append(("touchpoint_id = ?", [wanted.touchpoint_id]))
    if wanted.scores is not None:
        parts.append((f"score IN ({_marks(wanted.scores)})", [*wanted.scores]) if wanted.scores else ("1 = 0", []))
    if wanted.language:
        parts.append(("language = ?", [wanted.language]))
    if wanted.state == "new":
        parts.append(("is_handled = 0 AND assignee = ''", []))
    parts += [_holds(word) for word in wanted.words]
    return [condition for condition, _ in parts], [value for _, values in parts for value in values]


def _in_order(key: Key) -> list[Bindable]:
    return [key.at, key.location_id, key.journal_id, key.seq]


def _within(spans: Sequence[Span]) -> Query:
    """As an expression, lest a store look at each place instead of going by time."""
    values: list[Bindable] = []
    for span in spans:
        values += [span.first_ms, span.end_ms, *span.location_ids]
    each = [f"(at >= ? AND at < ? AND location_id || '' IN ({_marks(span.location_ids)}))" for span in spans]
    return f"({' OR '.join(each)})", values


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))


def _holds(word: str) -> Query:
    """Whatever its capitals: stores lower A to Z alone everywhere, so ä and Ä are both looked for."""
    forms = {_ascii_lower(form) for form in (word.lower(), word.upper(), word.capitalize())}
    patterns = [f"%{form.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%" for form in sorted(forms)]
    return f"({' OR '.join(['LOWER(text) LIKE ? ESCAPE ' + repr('!')] * len(patterns))})", [*patterns]


def _ascii_lower(text: str) -> str:
    return "".join(letter.lower() if letter.isascii() else letter for letter in text)
