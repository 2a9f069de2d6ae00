"""One's own account: what a person changes of themselves, and where they are signed in."""

from hashlib import sha256

import pytest

from sync_server.accounts.sessions import SEEN_EVERY_MS
from sync_server.store import audit, people
from tests.cast import PASSWORD
from tests.sync_server.web.house import House, post

NEW = "seven blue doors"
FIREFOX = {"user-agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}
HOUR_MS = 3_600_000


def test_name_language_and_address_are_theirs_to_change(house: House) -> None:
    with house.client("Aino") as aino, house.client() as client:
        answer = post(aino, "/account/details", name=" Aino  Salo ", email="aino@shop.example", language="fi")
        page = aino.get("/account?said=saved")
        signed_in = post(client, "/sign-in", name="aino salo", password=PASSWORD).status_code

    assert answer.headers["location"] == "/account?said=saved"
    assert "<h1>Aino Salo</h1>" in page.text and '<html lang="fi">' in page.text and "Tallennettu." in page.text
    assert signed_in == 303
    (note,) = audit.notes(house.store, most=9)
    assert (note.who, note.what) == ("Aino", "own account changed")
    assert note.about == "Aino → Aino Salo; – → aino@shop.example"


@pytest.mark.parametrize("path", ["/no-such-page", "/people/invitations", "/sign-in"])
def test_where_nobody_is_asked_who_they_are_their_browser_still_knows_their_language(house: House, path: str) -> None:
    """Such as an address that there is not, or that takes a form alone."""
    with house.client("Cilla") as cilla:
        before = cilla.get(path)
        post(cilla, "/account/details", name="Cilla", email="", language="fi")
        cilla.get("/account")
        after = cilla.get(path)

    assert ('<html lang="en">' in before.text, '<html lang="fi">' in after.text) == (True, True)


def test_a_language_that_there_is_not_is_not_believed(house: House) -> None:
    with house.client() as client:
        client.cookies.set("hymy_language", "../../etc")
        page = client.get("/no-such-page", headers={"accept-language": "sv"})

    assert (page.status_code, '<html lang="sv">' in page.text) == (404, True)


def test_what_does_not_fit_is_said_and_nothing_is_changed(house: House) -> None:
    before = people.find_person(house.store, "aino")
    cases = [
        ({"name": "bo"}, "There is, or was, somebody of that name."),
        ({"name": ""}, "A name has 1 to 100 characters."),
        ({"email": "x"}, "That is no e-mail address."),
        ({"language": "xx"}, "Choose one of the languages."),
    ]

    with house.client("Aino") as aino:
        typed = {"name": "Aino", "email": "", "language": "en"}
        answers = [post(aino, "/account/details", **(typed | form)) for form, _ in cases]

    assert [answer.status_code for answer in answers] == [400] * len(cases)
    assert [said for answer, (_, said) in zip(answers, cases, strict=True) if said not in answer.text] == []
    assert people.find_person(house.store, "aino") == before


def test_role_and_places_are_not_theirs_to_change(house: House) -> None:
    with house.client("Aino") as aino:
        post(aino, "/account/details", name="Aino", language="en", role="owner", location="vasa")

    aino_now = people.find_person(house.store, "aino")
    assert aino_now and (aino_now.role, aino_now.places) == ("manager", {"kamppi"})


def test_a_new_password_asks_for_the_old_one_and_ends_all_other_sessions(house: House) -> None:
    with house.client("Aino") as aino, house.client() as elsewhere:
        post(elsewhere, "/sign-in", name="aino", password=PASSWORD)
        wrong = post(aino, "/account/password", old="no", new=NEW)
        right = post(aino, "/account/password", old=PASSWORD, new=NEW)
        statuses = [client.get("/account").status_code for client in (aino, elsewhere)]
        signed_in = [post(elsewhere, "/sign-in", name="aino", password=one).status_code for one in (PASSWORD, NEW)]

    assert (wrong.status_code, "The present password is not right." in wrong.text) == (400, True)
    assert right.headers["location"] == "/account?said=password"
    assert (statuses, signed_in) == ([200, 303], [401, 303])
    assert sha256(b"session-of-Aino").hexdigest() not in str(house.store.read("SELECT session_hash FROM sessions"))


def test_nobody_guesses_the_old_password_on_and_on_from_an_open_browser(house: House) -> None:
    with house.client("Aino") as aino:
        for _ in range(5):
            post(aino, "/account/password", old="wrong", new=NEW)
        answer = post(aino, "/account/password", old=PASSWORD, new=NEW)

    assert answer.status_code == 400
    assert "Too many attempts." in answer.text


def test_a_common_new_password_is_refused(house: House) -> None:
    with house.client("Aino") as aino:
        answer = post(aino, "/account/password", old=PASSWORD, new="Qwertyuiop12")

    assert "would be tried first" in answer.text
    assert audit.notes(house.store, most=9) == []


def test_sessions_are_listed_with_browser_and_time_and_ended_one_by_one_or_all(house: House) -> None:
    with house.client("Aino") as aino, house.client() as firefox, house.client() as third:
        for client in (firefox, third):
            post(client, "/sign-in", headers=FIREFOX, name="aino", password=PASSWORD)
        house.now_ms += 3 * HOUR_MS
        page = aino.get("/account").text
        of_firefox = sha256(firefox.cookies["hymy_session"].encode()).hexdigest()
        post(aino, "/account/sessions/end", session=of_firefox)
        after_one = [client.get("/account").status_code for client in (aino, firefox, third)]
        post(aino, "/account/sessions/end-others")
        after_all = [client.get("/account").status_code for client in (aino, third)]

    assert page.count("Firefox, Windows</th>") == 2
    assert page.count("Signed in 3 h ago") == 2 and page.count("last seen 3 h ago") == 2
    assert (after_one, after_all) == ([200, 303, 200], [200, 303])


def test_a_session_of_another_is_not_theirs_to_end(house: House) -> None:
    with house.client("Aino") as aino, house.client("Bo") as bo:
        post(aino, "/account/sessions/end", session=sha256(b"session-of-Bo").hexdigest())
        post(aino, "/account/sessions/end-others")
        status = bo.get("/account").status_code

    assert status == 200


def test_a_session_s_last_sight_is_written_once_an_hour_and_not_at_each_page(house: House) -> None:
    def seen() -> int:
        ((at,),) = house.store.read("SELECT seen_at FROM sessions")
        return int(at)

    with house.client("Aino") as aino:
        begun = house.now_ms
        house.now_ms += SEEN_EVERY_MS - 1
        aino.get("/account")
        within = seen()
        house.now_ms += 1
        aino.get("/account")
        after = seen()

    assert (within, after) == (begun, begun + SEEN_EVERY_MS)
