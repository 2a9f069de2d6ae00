"""A link with which a person chooses a password: once, in time, by whoever has it; and what is left of it."""

import re
from hashlib import sha256

import httpx
import msgspec

from sync_server.accounts import keeping
from sync_server.accounts.invitations import VALID_MS
from sync_server.mail.letter import Letter
from sync_server.mail.settings import Mail, MailServer
from sync_server.store import people
from tests.cast import PASSWORD
from tests.sync_server.web.house import House, post

NEW = "seven blue doors"


def link_to(house: House, client: httpx.Client, person_id: str) -> str:
    """A new one, as the page shows it to be handed over."""
    text = post(client, f"/people/{person_id}/invitation").text
    (link,) = re.findall(rf"<code>{house.address}(/invitation/[\w-]+)</code>", text)
    return str(link)


def test_an_invited_person_chooses_a_password_and_is_signed_in(house: House) -> None:
    with house.client("Cilla") as cilla, house.client() as gun, house.client() as elsewhere:
        answer = post(cilla, "/people/invitations", name="Gun", role="manager", location="tapiola", language="sv")
        (link,) = re.findall(rf"<code>{house.address}(/invitation/[\w-]+)</code>", answer.text)
        form = gun.get(link)
        chosen = post(gun, f"{link}/password", new=NEW)
        page = gun.get("/today/tapiola")
        again = post(elsewhere, "/sign-in", name="gun", password=NEW)

    assert "Hej, Gun" in form.text and '<html lang="sv">' in form.text
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/")
    assert (page.status_code, again.status_code) == (200, 303)
    assert "It was not mailed: there is no e-mail address." in answer.text


def test_a_link_works_once_and_looking_at_it_is_not_using_it(house: House) -> None:
    with house.client("Cilla") as cilla, house.client() as first, house.client() as second:
        link = link_to(house, cilla, "aino")
        looked = [first.get(link).status_code for _ in range(3)]
        used = post(first, f"{link}/password", new=NEW)
        after = second.get(link)
        reused = post(second, f"{link}/password", new="eight red doors")
        signed_in = post(second, "/sign-in", name="aino", password=NEW)

    assert looked == [200, 200, 200]
    assert (used.status_code, after.status_code, reused.status_code, signed_in.status_code) == (303, 404, 404, 303)
    assert "This link does not work any more" in after.text
    assert house.store.read("SELECT * FROM invitations") == []


def test_a_link_ends_after_a_week_with_a_newer_one_and_with_the_account(house: House) -> None:
    with house.client("Cilla") as cilla, house.client() as client:
        replaced, newer = link_to(house, cilla, "aino"), link_to(house, cilla, "aino")
        of_ended = link_to(house, cilla, "bo")
        post(cilla, "/people/bo/end")
        statuses = [client.get(link).status_code for link in (replaced, newer, of_ended, "/invitation/guessed")]
        house.now_ms += VALID_MS
        late = client.get(newer).status_code, post(client, f"{newer}/password", new=NEW).status_code

    assert statuses == [404, 200, 404, 404]
    assert late == (404, 404)


def test_who_has_forgotten_the_password_keeps_it_until_the_link_is_used_and_is_then_signed_out(house: House) -> None:
    with house.client("Cilla") as cilla, house.client("Aino") as aino, house.client() as client:
        link = link_to(house, cilla, "aino")
        before = post(client, "/sign-in", name="aino", password=PASSWORD).status_code, aino.get("/account").status_code
        post(client, f"{link}/password", new=NEW)
        after = aino.get("/account").status_code, client.get("/account").status_code
        old = post(aino, "/sign-in", name="aino", password=PASSWORD).status_code

    assert (before, after, old) == ((303, 200), (303, 200), 401)


def test_a_password_that_will_not_do_is_refused_and_the_link_stays(house: House) -> None:
    cases = {"short": "too short: at least 10", "password1234": "would be tried first", "Aino 123456": "own name"}

    with house.client("Cilla") as cilla, house.client() as client:
        link = link_to(house, cilla, "aino")
        answers = {password: post(client, f"{link}/password", new=password) for password in cases}
        after = client.get(link).status_code

    assert {answer.status_code for answer in answers.values()} == {400}
    assert all(said in answers[password].text for password, said in cases.items())
    assert after == 200


def test_a_session_that_was_planted_in_the_browser_is_not_the_one_that_begins(house: House) -> None:
    with house.client("Cilla") as cilla, house.client() as client:
        link = link_to(house, cilla, "aino")
        client.cookies.set("hymy_session", "planted")
        post(client, f"{link}/password", new=NEW)

    planted = sha256(b"planted").hexdigest()
    hashes = [session_hash for (session_hash,) in house.store.read("SELECT session_hash FROM sessions")]
    assert len(hashes) == 2 and planted not in hashes


def test_a_form_without_its_mark_uses_nothing_up(house: House) -> None:
    with house.client("Cilla") as cilla, house.client() as client:
        link = link_to(house, cilla, "aino")
        forged = client.post(f"{link}/password", data={"new": NEW})
        foreign = post(client, f"{link}/password", headers={"origin": "https://elsewhere.example"}, new=NEW)
        after = client.get(link).status_code

    assert (forged.status_code, foreign.status_code, after) == (403, 403, 200)


def test_a_link_is_mailed_in_the_person_s_language_and_then_not_shown(house: House) -> None:
    house.app.state.mail = Mail(MailServer("mail.example", 25), "hymy@shop.example", "https://hymy.example")

    with house.client("Cilla") as cilla:
        answer = post(
            cilla,
            "/people/invitations",
            name="Gun",
            role="viewer",
            location="vasa",
            email="gun@shop.example",
            language="fi",
        )

    ((receiver, content),) = house.store.read("SELECT receiver, content FROM outbox")
    letter = msgspec.json.decode(content, type=Letter)
    (link,) = re.findall(r"https://hymy\.example/invitation/[\w-]+", letter.text)
    token = link.rpartition("/")[2]
    assert receiver == letter.to == "gun@shop.example"
    assert letter.subject == "Linkkisi Hymyyn"
    assert token not in answer.text and "Gun is invited" in answer.text
    assert people.find_invited(house.store, sha256(token.encode()).hexdigest(), house.now_ms) is not None
    assert token not in str(house.store.read("SELECT * FROM invitations"))


def test_of_two_who_use_a_link_at_the_same_moment_one_chooses_the_password(house: House) -> None:
    """Both have seen that it is open."""
    with house.client("Cilla") as cilla:
        token = link_to(house, cilla, "aino").rpartition("/")[2]

    first, second = (keeping.accept(house.store, token, hashed, now_ms=house.now_ms) for hashed in ("one", "two"))

    aino = people.find_person(house.store, "aino")
    assert first == aino and second is None
    assert aino and aino.password_hash == "one"
