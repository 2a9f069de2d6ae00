"""What is looked for is found, newest first, the same in every store; what somebody else sees is not."""

from collections.abc import Sequence

import msgspec
import pytest

from survey.questions import Kind
from sync_server.comments import handling, reading
from sync_server.comments.reading import Asked, Found
from sync_server.errors import NotFound
from sync_server.store import Store, comments, places
from sync_server.store.places import LocationRow
from tests import cast
from tests.cast import CHECKOUT, ENTRANCE, KAMPPI, TAPIOLA, TOUCHPOINTS, VASA

NOW = cast.at("2026-11-21 12:00")
MINUTE = 60_000
AT_VASA = TOUCHPOINTS[3]


@pytest.fixture
def store(store: Store) -> Store:
    cast.settle(store)
    return store


def say(store: Store, *texts: str, at: cast.TouchpointRow = CHECKOUT, language: str = "fi", score: int = 1) -> None:
    """One a minute, the last one now."""
    for number, text in enumerate(texts, start=1):
        cast.add_text(store, at, NOW - (len(texts) - number) * MINUTE, text, language=language, score=score)


def find(store: Store, locations: Sequence[LocationRow] = (KAMPPI,), **asked: str) -> Found:
    return reading.find(store, locations, cast.LOCATIONS, Asked(**asked), me="aino", now_ms=NOW)


def texts(found: Found) -> list[str]:
    return [comment.text for comment in found.comments]


SAID = ["Äiti", "hei!", 'it\'s "so" \\ nice', "100 % a_b", "ÄITI sanoi: hyvä", "Jono oli pitkä"]
LOOKED_FOR = {
    "jono": ["Jono oli pitkä"],
    "JONO pitkä": ["Jono oli pitkä"],
    "äiti": ["ÄITI sanoi: hyvä", "Äiti"],
    "ÄITI": ["ÄITI sanoi: hyvä", "Äiti"],
    "100 %": ["100 % a_b"],
    "a_b": ["100 % a_b"],
    "_": ["100 % a_b"],
    "%": ["100 % a_b"],
    "!": ["hei!"],
    "it's": ['it\'s "so" \\ nice'],
    '"so" \\': ['it\'s "so" \\ nice'],
    "?": [],
    "jono äiti": [],
    "\0": [],
}


def test_all_words_are_looked_for_as_they_are_written_whatever_their_capitals(store: Store) -> None:
    say(store, *SAID)

    found = {q: find(store, q=q) for q in LOOKED_FOR}

    assert {q: texts(fit) for q, fit in found.items()} == LOOKED_FOR
    assert {q: fit.count for q, fit in found.items()} == {q: len(fit) for q, fit in LOOKED_FOR.items()}


def test_each_filter_leaves_out_what_does_not_fit(store: Store) -> None:
    cast.add_text(store, CHECKOUT, NOW - 2, "a", language="fi", score=1)
    cast.add_text(store, ENTRANCE, NOW - 1, "b", language="sv", score=5)
    cast.add_text(store, AT_VASA, NOW, "c", language="fi", score=1)

    assert texts(find(store, cast.LOCATIONS)) == ["c", "b", "a"]
    assert texts(find(store, touchpoint=ENTRANCE.touchpoint_id)) == ["b"]
    assert texts(find(store, language="sv")) == ["b"]
    assert texts(find(store, face="1")) == ["a"]
    assert texts(find(store, face="9")) == []
    assert texts(find(store, state="nonsense", language="\0")) == []


def test_a_day_is_the_locations_own(store: Store) -> None:
    """At half past eleven in Vasa, by Stockholm's clock, it is half past twelve in Kamppi: the next day."""
    late = cast.at("2026-11-19 23:30", "Europe/Stockholm")
    cast.add_text(store, AT_VASA, late, "Vasa", language="sv", score=1)
    cast.add_text(store, CHECKOUT, late, "Kamppi", language="fi", score=1)

    assert texts(find(store, cast.LOCATIONS, first="2026-11-19", last="2026-11-19")) == ["Vasa"]
    assert texts(find(store, cast.LOCATIONS, first="2026-11-20", last="2026-11-20")) == ["Kamppi"]


def test_pages_go_on_where_the_last_one_ended_whatever_comes_meanwhile(store: Store) -> None:
    said = [f"{number:03}" for number in range(70)]
    say(store, *said)
    seen, before = [], ""
    while True:
        found = find(store, before=before)
        seen += texts(found)
        cast.add_text(store, CHECKOUT, NOW + len(seen), "new", language="fi", score=1)
        if not (before := found.older):
            break

    assert seen == said[::-1]


def test_of_the_same_instant_none_is_left_out_between_two_pages(store: Store) -> None:
    with store.write() as transaction:
        transaction.execute_many(
            "INSERT INTO texts (location_id, at, journal_id, seq, touchpoint_id, question_id, language, text)"
            " VALUES (?, ?, ?, ?, '', 'words', 'fi', '')",
            [(place, NOW, journal, seq) for place in ("kamppi", "vasa") for journal in (1, 2) for seq in range(20)],
        )
    first = find(store, (KAMPPI, VASA))
    second = find(store, (KAMPPI, VASA), before=first.older)
    third = find(store, (KAMPPI, VASA), before=second.older)

    ids = [comment.comment_id for found in (first, second, third) for comment in found.comments]
    assert len(ids) == len(set(ids)) == 80
    assert third.older == ""


def test_what_is_rare_is_looked_for_a_part_at_a_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comments, "LOOK_THROUGH", 10)
    say(store, "rare", *["often"] * 15)

    first = find(store, q="rare")
    second = find(store, q="rare", before=first.older)

    assert (texts(first), first.count, f"{first.looked_to:%H:%M}") == ([], 0, "11:51")
    assert (texts(second), second.older, second.looked_to) == (["rare"], "", None)


@pytest.mark.parametrize("state", ["", "new", "mine", "handled"])
def test_many_places_are_looked_at_by_time_with_the_same_result(
    store: Store, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    say(store, "a", "b", "c", "d")
    say(store, "e", at=AT_VASA)
    cast.add_text(store, CHECKOUT, cast.at("2026-01-01 12:00"), "old", language="fi", score=1)
    one, two, three, *_ = find(store).comments
    for comment, deed in ((one, "handled"), (two, "assigned"), (three, "noted")):
        act(store, comment.comment_id, deed, assignee="aino")
    few = texts(find(store, (KAMPPI, TAPIOLA), state=state))

    monkeypatch.setattr(comments, "MOST_ARMS", 1)

    assert texts(find(store, (KAMPPI, TAPIOLA), state=state)) == few
    assert few == {"": ["d", "c", "b", "a"], "new": ["b", "a"], "mine": ["c"], "handled": ["d"]}[state]


def test_an_id_that_names_no_comment_is_not_found(store: Store) -> None:
    ids = ("", "1", "1-2-3", f"{2**63}-1-1-kamppi", "1-1-1-kamppi", "١-1-1-kamppi", "1-1-1-\0", "x" * 5000)

    for comment_id in ids:
        with pytest.raises(NotFound):
            reading.one(store, comment_id, cast.LOCATIONS)


def test_a_comment_of_another_place_is_not_found(store: Store) -> None:
    say(store, "a")
    (comment,) = find(store).comments

    with pytest.raises(NotFound):
        reading.one(store, comment.comment_id, [TAPIOLA])


def test_a_face_stands_for_the_answer_on_the_chains_own_scale(store: Store) -> None:
    overall = msgspec.structs.replace(cast.HOW_WAS_IT, kind=Kind.SMILEY4)
    with store.write() as transaction:
        places.put_survey(
            transaction,
            msgspec.structs.replace(cast.SURVEY, version=2, questions=(overall, *cast.SURVEY.questions[1:])),
        )
    say(store, "a", score=3)

    assert texts(find(store, face="4")) == ["a"]
    assert find(store).comments[0].face == 4


def act(store: Store, comment_id: str, deed: handling.Deed, *, seen: int = 0, who: str = "Aino", **more: str) -> bool:
    key = reading.read_id(comment_id)
    return handling.act(store, key, deed, seen=seen, who=cast.person(who), now_ms=NOW, **more)  # type: ignore[arg-type]


def one(store: Store) -> reading.Comment:
    return reading.one(store, find(store).comments[0].comment_id, cast.LOCATIONS).comment


def test_what_is_done_is_kept_with_who_and_when(store: Store) -> None:
    say(store, "a")
    name = one(store).comment_id

    assert act(store, name, "assigned", assignee="bo")
    assert act(store, name, "noted", words="Soitan 040 123 4567", who="Bo")
    assert act(store, name, "handled", seen=2, who="Bo")
    handled = one(store)
    assert act(store, name, "reopened", seen=3)

    assert (handled.assignee_name, handled.is_handled, handled.seen) == ("Bo", True, 3)
    assert not one(store).is_handled
    assert [(done.who, done.act, done.assignee, done.words) for done in one(store).history] == [
        ("Aino", "assigned", "Bo", ""),
        ("Bo", "noted", "", "Soitan ⟦phone⟧"),
        ("Bo", "handled", "", ""),
        ("Aino", "reopened", "", ""),
    ]
    assert one(store).history[0].local_time.isoformat() == "2026-11-21T12:00:00+02:00"


def test_of_two_at_once_the_second_changes_nothing_but_notes_are_all_kept(store: Store) -> None:
    say(store, "a")
    name = one(store).comment_id

    assert act(store, name, "assigned", assignee="bo", who="Bo")
    assert not act(store, name, "handled", seen=0)
    assert act(store, name, "noted", seen=0, words="mine, too")

    assert (one(store).assignee, one(store).is_handled) == ("bo", False)
    assert [done.act for done in one(store).history] == ["assigned", "noted"]


def test_nothing_is_done_about_words_that_have_gone(store: Store) -> None:
    say(store, "a")
    name = one(store).comment_id
    with store.write() as transaction:
        transaction.execute("DELETE FROM texts")

    assert not act(store, name, "noted", words="x")
    assert store.read("SELECT * FROM comment_acts") == []
