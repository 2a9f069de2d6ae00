"""Who may sign in, in which role and where: what IT and owners do on the page, and what it refuses them."""

import re
from pathlib import Path

import httpx
import pytest

import sync_server
from sync_server.store import audit, people
from sync_server.store.audit import Note
from sync_server.texts.say import say_in
from sync_server.web.audit import about, done
from tests import cast
from tests.sync_server.web.house import House, post

DAY_MS = 86_400_000
HOSTILE = '<script>alert(1)</script> O\'Hara & "Co"'


def invite(client: httpx.Client, **form: str | list[str]) -> httpx.Response:
    return post(client, "/people/invitations", **({"name": "Gun", "role": "viewer", "location": "kamppi"} | form))


def waiting(client: httpx.Client) -> list[str]:
    """The words of each row of those who are not here yet."""
    rows = client.get("/people").text.partition("Invited, not here yet")[2].partition("</section>")[0].split("<tr>")[2:]
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in rows]


def id_of(house: House, name: str) -> str:
    person = people.find_by_name(house.store, name)
    assert person
    return person.person_id


def noted(house: House) -> list[tuple[str, str, str]]:
    return [(note.who, note.what, note.about) for note in audit.notes(house.store, most=9)]


def test_a_form_s_address_asked_for_as_a_page_is_no_page(house: House) -> None:
    with house.client("Cilla") as cilla:
        answer = cilla.get("/people/invitations")

    assert (answer.status_code, "There is no such page" in answer.text) == (405, True)


def test_a_new_person_gets_the_role_and_the_places_that_were_ticked(house: House) -> None:
    with house.client("Cilla") as cilla:
        answer = invite(
            cilla, role="area", region="uusimaa", location=["kamppi", "vasa"], email="gun@shop.example", language="sv"
        )

    gun = people.find_by_name(house.store, "gun")
    assert answer.status_code == 200
    assert gun is not None
    assert (gun.role, gun.places, gun.regions) == ("area", {"kamppi", "vasa"}, {"uusimaa"})
    assert (gun.email, gun.language) == ("gun@shop.example", "sv")
    assert noted(house) == [("Cilla", "person invited", "Gun (area: uusimaa, kamppi, vasa) gun@shop.example")]


def test_places_that_do_not_exist_are_left_out_and_who_is_everywhere_needs_none(house: House) -> None:
    with house.client("Cilla") as cilla:
        invite(cilla, location=["kamppi", "nowhere"])
        invite(cilla, name="Ivar", role="it", location="kamppi")

    gun, ivar = people.find_by_name(house.store, "gun"), people.find_by_name(house.store, "ivar")
    assert gun and ivar
    assert (gun.places, ivar.places) == ({"kamppi"}, frozenset())


def test_what_does_not_fit_is_said_and_the_form_keeps_what_was_typed(house: House) -> None:
    cases: list[tuple[dict[str, str], str]] = [
        ({"name": " "}, "A name has 1 to 100 characters."),
        ({"name": "x" * 101}, "A name has 1 to 100 characters."),
        ({"name": "Gun\x07"}, "A name has 1 to 100 characters."),
        ({"name": "AINO"}, "There is, or was, somebody of that name."),
        ({"role": "king"}, "Choose one of the roles."),
        ({"role": "owner"}, "Choose one of the roles."),  # IT makes none
        ({"location": "nowhere"}, "Choose at least one location or region."),
        ({"email": "nobody"}, "That is no e-mail address."),
        ({"email": "gun@shop"}, "That is no e-mail address."),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "That is no e-mail address."),
        ({"language": "xx"}, "Choose one of the languages."),
    ]

    with house.client("Cilla") as cilla:
        answers = [invite(cilla, **({"email": "gun@shop.example"} | form)) for form, _ in cases]

    assert [answer.status_code for answer in answers] == [400] * len(cases)
    assert [said for answer, (_, said) in zip(answers, cases, strict=True) if said not in answer.text] == []
    assert ["gun@shop.example" in answer.text for answer in answers] == ["email" not in form for form, _ in cases]
    assert len(people.all_people(house.store)) == len(cast.ROLES)


def test_a_changed_role_holds_at_once_where_the_person_is_signed_in(house: House) -> None:
    with house.client("Eeva") as eeva, house.client("Aino") as aino:
        before = [aino.get(path).status_code for path in ("/today/kamppi", "/today/vasa", "/fleet")]
        answer = post(eeva, "/people/aino/changes", role="viewer", location="vasa")
        after = [aino.get(path).status_code for path in ("/today/kamppi", "/today/vasa", "/fleet")]
        post(eeva, "/people/aino/changes", role="it")
        as_it = [aino.get(path).status_code for path in ("/today/kamppi", "/today/vasa", "/fleet")]

    assert answer.headers["location"] == "/people/aino?said=saved"
    assert (before, after, as_it) == ([200, 404, 403], [404, 200, 403], [200, 200, 200])
    assert noted(house) == [
        ("Eeva", "person changed", "Aino (viewer: vasa) → Aino (it)"),
        ("Eeva", "person changed", "Aino (manager: kamppi) → Aino (viewer: vasa)"),
    ]


def test_an_ended_account_is_signed_out_at_once_and_its_name_stays_taken(house: House) -> None:
    with house.client("Cilla") as cilla, house.client("Aino") as aino:
        before = aino.get("/today/kamppi").status_code
        answer = post(cilla, "/people/aino/end")
        left = house.store.read("SELECT * FROM sessions WHERE person_id = 'aino'")
        after = aino.get("/today/kamppi")
        gone = cilla.get("/people/aino").status_code
        again = invite(cilla, name="Aino")

    assert (before, after.status_code, gone, again.status_code) == (200, 303, 404, 400)
    assert answer.headers["location"] == "/people?said=Aino"
    assert left == []
    assert noted(house) == [("Cilla", "account ended", "Aino (manager: kamppi)")]


def test_it_does_not_touch_owners_and_nobody_their_own_account(house: House) -> None:
    before = people.all_people(house.store)
    statuses = set()

    for keeper, whose in (("Cilla", "eeva"), ("Cilla", "cilla"), ("Eeva", "eeva")):
        with house.client(keeper) as client:
            for path in ("changes", "invitation", "end"):
                statuses.add(post(client, f"/people/{whose}/{path}", role="viewer", location="kamppi").status_code)

    assert statuses == {403}
    assert people.all_people(house.store) == before
    assert noted(house) == []


def test_it_makes_nobody_an_owner_and_an_owner_does(house: House) -> None:
    with house.client("Cilla") as cilla, house.client("Eeva") as eeva:
        refused = post(cilla, "/people/aino/changes", role="owner")
        done = post(eeva, "/people/aino/changes", role="owner")
        offered = ["owner" in client.get("/people/new").text for client in (cilla, eeva)]

    aino = people.find_person(house.store, "aino")
    assert (refused.status_code, done.status_code, offered) == (400, 303, [False, True])
    assert aino and (aino.role, aino.places) == ("owner", frozenset())


def test_the_list_finds_people_by_parts_of_name_and_address(house: House) -> None:
    with house.client("Cilla") as cilla:
        invite(cilla, name="Heikki Korhonen", email="heikki@shop.example")
        found = [cilla.get("/people", params={"search": search}).text for search in ("korh heik", "SHOP", "xyz")]
        beyond = cilla.get("/people?number=99").status_code

    assert ["Heikki Korhonen" in text for text in found] == [True, True, False]
    assert ["Aino" in text for text in found] == [False, False, False]
    assert beyond == 200


def test_who_was_invited_and_is_not_here_yet_stands_on_top_with_how_old_it_is(house: House) -> None:
    with house.client("Cilla") as cilla:
        invite(cilla, name="Gun")
        house.now_ms += 5 * DAY_MS
        invite(cilla, name="Ivar")
        some = waiting(cilla)
        house.now_ms += 2 * DAY_MS
        one_is_over = waiting(cilla)
        post(cilla, f"/people/{id_of(house, 'gun')}/invitation")
        sent_anew = waiting(cilla)
        post(cilla, f"/people/{id_of(house, 'gun')}/end")
        post(cilla, f"/people/{id_of(house, 'ivar')}/end")
        withdrawn = cilla.get("/people").text

    assert some == [
        "Gun 5 days ago for 2 more days New link Withdraw",
        "Ivar just now for 7 more days New link Withdraw",
    ]
    assert one_is_over[0] == "Gun 7 days ago link is over New link Withdraw"
    assert sent_anew[1] == "Gun just now for 7 more days New link Withdraw"
    assert "Invited, not here yet" not in withdrawn


def test_it_makes_no_link_for_an_owner_who_is_not_here_yet(house: House) -> None:
    with house.client("Eeva") as eeva, house.client("Cilla") as cilla:
        invite(eeva, name="Gun", role="owner")
        seen = waiting(eeva), waiting(cilla)

    assert seen == (["Gun just now for 7 more days New link Withdraw"], ["Gun just now for 7 more days"])


def test_hostile_names_are_shown_as_they_are_written(house: House) -> None:
    with house.client("Cilla") as cilla:
        handed = invite(cilla, name=HOSTILE)
        person_id = people.find_by_name(house.store, HOSTILE.casefold())
        assert person_id is not None
        pages = [cilla.get(path).text for path in ("/people", f"/people/{person_id.person_id}", "/audit")]
        ended = post(cilla, f"/people/{person_id.person_id}/end")
        pages.append(cilla.get(ended.headers["location"]).text)

    for text in (handed.text, *pages):
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; O&#39;Hara &amp;" in text


def test_the_audit_log_is_paged_newest_first(house: House) -> None:
    with house.store.write() as transaction:
        for number in range(1, 106):
            audit.note(transaction, who="Cilla", what="loss accepted", about=f"entry no. {number}.", at_ms=number)

    with house.client("Eeva") as eeva:
        newest = eeva.get("/audit").text
        older = eeva.get("/audit?up_to=5").text
        beyond = eeva.get(f"/audit?up_to={10**30}").text

    assert newest.index("entry no. 105.") < newest.index("entry no. 6.")
    assert ("entry no. 5." in newest, 'href="/audit?up_to=5"' in newest) == (False, True)
    assert "entry no. 105." in beyond
    assert older.count("entry no.") == 5
    assert "<b>Loss accepted</b>" in older


def test_what_is_noted_has_words_in_the_reader_s_language() -> None:
    sources = "".join(path.read_text() for path in Path(sync_server.__file__).parent.rglob("*.py"))
    put_together = {"alert rules set", "alert rules removed", "exported answers", "exported figures"}
    noted_as = put_together | set(re.findall(r'what="([^"]+)"', sources))

    assert len(noted_as) > 10
    assert {what for what in noted_as if done(say_in("fi"), what) == what} == set()


@pytest.mark.parametrize(
    ("what", "noted", "read"),
    [
        ("person changed", "Aino (manager: kamppi) → Aino (it)", "Aino (Myymäläpäällikkö: kamppi) → Aino (IT)"),
        (
            "alert rules set",
            "location:kamppi: negative 50 % / 15 min / n ≥ 4, day",
            "kamppi: tyytymättömät 50 % / 15 min / n ≥ 4, heikko päivä",
        ),
        ("alert rules set", "chain: –", "Koko ketju: –"),
        ("alert rules removed", "region:day", "Alue day"),
        ("wallboard made", "The owner (it) is in", "The owner (it) is in"),
    ],
)
def test_roles_and_rules_in_the_audit_log_are_said_in_the_reader_s_language(what: str, noted: str, read: str) -> None:
    assert about(say_in("fi"), Note(1, 0, "Cilla", what, noted, "")) == read
