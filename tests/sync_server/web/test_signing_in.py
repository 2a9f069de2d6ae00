from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Event
from typing import Any

import pytest
from litestar.testing import TestClient

from sync_server.accounts import attempts, passwords
from sync_server.accounts.attempts import Attempts
from sync_server.accounts.sessions import SESSION_DAYS
from sync_server.mail.settings import Mail
from sync_server.store import people
from sync_server.web.app import create_app
from tests.cast import PASSWORD
from tests.sync_server.web.house import House, post

DAY_MS = 86_400_000


def test_name_and_password_lead_to_the_page_that_was_asked_for(house: House) -> None:
    with house.client() as client:
        door = client.get("/today/kamppi")
        answer = post(client, door.headers["location"], name=" aino", password=PASSWORD, next="/today/kamppi")
        page = client.get(answer.headers["location"])

    assert door.headers["location"] == "/sign-in?next=%2Ftoday%2Fkamppi"
    assert (answer.status_code, page.status_code) == (303, 200)
    assert "Kamppi" in page.text


@pytest.mark.parametrize(
    ("name", "password"), [("Aino", "wrong"), ("Nobody", PASSWORD), ("", "")], ids=["password", "name", "nothing"]
)
def test_what_does_not_fit_is_told_the_same_way(house: House, name: str, password: str) -> None:
    with house.client() as client:
        answer = post(client, "/sign-in", name=name, password=password)

    assert answer.status_code == 401
    assert "Name and password do not fit." in answer.text
    assert "hymy_session" not in client.cookies


def test_guessing_is_stopped_and_begins_anew_after_a_while(house: House) -> None:
    with house.client() as client:
        for _ in range(attempts.MOST_A_NAME):
            post(client, "/sign-in", name="Aino", password="wrong")
        stopped = post(client, "/sign-in", name="Aino", password=PASSWORD)
        other = post(client, "/sign-in", name="Bo", password=PASSWORD)
        house.now_ms += attempts.WINDOW_MS
        later = post(client, "/sign-in", name="Aino", password=PASSWORD)

    assert (stopped.status_code, other.status_code, later.status_code) == (429, 303, 303)
    assert "Try again in 5 minutes" in stopped.text


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "x"])
def test_signing_in_never_leads_elsewhere(house: House, path: str) -> None:
    with house.client() as client:
        answer = post(client, "/sign-in", name="Aino", password=PASSWORD, next=path)

    assert answer.headers["location"] == "/"


def test_a_session_has_a_new_name_is_stored_hashed_and_hidden_from_scripts(house: House) -> None:
    with house.client() as client:
        client.cookies.set("hymy_session", "planted")
        answer = post(client, "/sign-in", name="Aino", password=PASSWORD)
        cookie = answer.headers["set-cookie"]
        session_id = cookie.partition("hymy_session=")[2].partition(";")[0]

    stored = house.store.read("SELECT session_hash FROM sessions")
    assert stored == [(sha256(session_id.encode()).hexdigest(),)]
    assert session_id != "planted"
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "Secure" not in cookie


def test_reading_pages_writes_nothing(house: House) -> None:
    with house.client("Aino") as client, house.client() as stranger:
        before = house.store.read("PRAGMA data_version"), house.store.read("SELECT * FROM sessions")
        headers = [client.get("/today/kamppi").headers, stranger.get("/sign-in").headers]
        after = house.store.read("PRAGMA data_version"), house.store.read("SELECT * FROM sessions")

    assert before == after
    assert not any("hymy_session" in header.get("set-cookie", "") for header in headers)


@pytest.mark.parametrize(("owner", "step"), [(Attempts, "begin"), (people, "keep_session")])
def test_who_waits_for_the_store_to_sign_in_holds_up_nobody_else(
    house: House, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str
) -> None:
    """A terminal's exchange goes through the same loop."""
    do, is_reached, is_held = getattr(owner, step), Event(), Event()

    def told_of(*told: Any, **more: Any) -> Any:
        is_reached.set()
        assert is_held.wait(60)
        return do(*told, **more)

    monkeypatch.setattr(owner, step, told_of)

    with house.client() as client, house.client() as other, ThreadPoolExecutor(1) as beside:
        other.get("/sign-in")
        signing_in = beside.submit(post, client, "/sign-in", name="Aino", password=PASSWORD)
        assert is_reached.wait(60)
        with house.store.write():
            is_held.set()
            meanwhile = other.get("/static/page.css", timeout=10)
            is_waiting = not signing_in.done()

    assert (meanwhile.status_code, is_waiting, signing_in.result().status_code) == (200, True, 303)


def test_signing_out_ends_the_session_on_the_server(house: House) -> None:
    with house.client("Aino") as client:
        post(client, "/sign-out")
    with house.client() as thief:
        thief.cookies.set("hymy_session", "session-of-Aino")
        answer = thief.get("/today/kamppi")

    assert answer.status_code == 303
    assert house.store.read("SELECT * FROM sessions") == []


def test_a_session_ends_by_itself_with_a_new_password_and_with_the_account(house: House) -> None:
    with house.client("Aino") as aino, house.client("Bo") as bo, house.client("Dag") as dag:
        before = [client.get("/").headers["location"] for client in (aino, bo, dag)]
        people.change_password(house.store, "aino", passwords.hashed("another-long-one"))
        people.end_person(house.store, "bo", house.now_ms)
        changed, ended = aino.get("/").headers["location"], bo.get("/").headers["location"]
        house.now_ms += SESSION_DAYS * DAY_MS
        expired = dag.get("/").headers["location"]

    assert before == ["/today/kamppi", "/today/kamppi", "/today/vasa"]
    assert {changed, ended, expired} == {"/sign-in?next=%2F"}


def test_a_form_from_another_site_is_refused(house: House) -> None:
    with house.client("Cilla") as client:
        without = client.post("/fleet/codes", data={"touchpoint_id": "kamppi-checkout"})
        forged = client.post("/fleet/codes", data={"touchpoint_id": "kamppi-checkout", "_csrf_token": "x" * 128})

    assert (without.status_code, forged.status_code) == (403, 403)
    assert "The form was too old" in without.text
    assert house.store.read("SELECT * FROM enrolment_codes") == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "none"}, 303),
        ({"origin": "http://here"}, 303),
        ({"origin": "https://hymy.example"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site", "origin": "http://here"}, 403),
        ({"origin": "https://elsewhere.example"}, 403),
        ({"origin": "https://hymy.example.elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
    ],
)
def test_a_form_counts_only_from_this_server_s_own_pages(house: House, headers: dict[str, str], status: int) -> None:
    house.app.state.mail = Mail(address="https://hymy.example")
    headers = {name: value.replace("http://here", house.address) for name, value in headers.items()}

    with house.client("Cilla") as client:
        answer = post(client, "/sign-out", headers=headers)

    assert answer.status_code == status
    assert ("came from another site" in answer.text) == (status == 403)
    assert bool(house.store.read("SELECT * FROM sessions")) == (status == 403)


def test_a_link_in_a_mail_opens_the_page_though_the_browser_keeps_the_cookie_back_at_first(house: House) -> None:
    """With strict cookies: not sent with the first request, and sent with the one that its page makes."""
    from_mail, from_here = {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-origin"}
    with house.client() as without, house.client("Aino") as signed_in:
        first = without.get("/today/kamppi?day=2026-11-20", headers=from_mail)
        then = signed_in.get("/today/kamppi?day=2026-11-20", headers=from_here)
        stranger = without.get("/today/kamppi?day=2026-11-20", headers=from_here)

    assert '<meta http-equiv="refresh" content="0">' in first.text
    assert (first.status_code, then.status_code) == (200, 200)
    assert stranger.headers["location"] == "/sign-in?next=%2Ftoday%2Fkamppi%3Fday%3D2026-11-20"


def test_cookies_are_for_https_alone_where_the_server_is_found_there(house: House) -> None:
    app = create_app(
        *(house.store, lambda: house.now_ms, house.changes),
        chain_days=house.chain_days,
        press=house.press,
        mail=Mail(address="https://hymy.example"),
    )

    with TestClient(app, base_url="https://hymy.example") as client:
        form = client.get("/sign-in").headers["set-cookie"]
        data = {"_csrf_token": client.cookies["hymy_form"], "name": "Aino", "password": PASSWORD}
        session = client.post("/sign-in", data=data, follow_redirects=False).headers["set-cookie"]

    assert [("Secure" in cookie, "SameSite=strict" in cookie) for cookie in (form, session)] == [(True, True)] * 2


def test_behind_a_proxy_each_browser_has_attempts_of_its_own(house: House) -> None:
    with house.client() as client:
        for _ in range(attempts.MOST_A_NAME):
            post(client, "/sign-in", headers={"x-forwarded-for": "192.0.2.1"}, name="Aino", password="wrong")
        again = {"x-forwarded-for": "198.51.100.9, 192.0.2.1"}  # what the browser itself claims comes first
        stopped = post(client, "/sign-in", headers=again, name="Aino", password=PASSWORD)
        other = post(client, "/sign-in", headers={"x-forwarded-for": "192.0.2.2"}, name="Aino", password=PASSWORD)

    assert (stopped.status_code, other.status_code) == (429, 303)


def test_what_a_browser_claims_in_a_line_of_its_own_is_not_what_the_proxy_says(house: House) -> None:
    """HAProxy adds a line below the browser's."""
    with house.client() as client:
        client.get("/sign-in")
        data = {"_csrf_token": client.cookies["hymy_form"], "name": "Aino", "password": "wrong"}
        lines = [[("x-forwarded-for", f"198.51.100.{n}"), ("x-forwarded-for", "192.0.2.1")] for n in range(6)]
        answers = [client.post("/sign-in", data=data, headers=headers) for headers in lines]

    assert [answer.status_code for answer in answers] == [401] * attempts.MOST_A_NAME + [429]


def test_a_form_still_works_after_the_server_was_started_again(house: House) -> None:
    first = people.secret_for(house.store, "forms")

    assert people.secret_for(house.store, "forms") == first
    assert len(first) == 64


@pytest.mark.parametrize("path", ["/sign-in", "/today/nowhere", "/no-such-page", "/static/page.css", "/api/nothing"])
def test_every_answer_carries_the_safety_headers(house: House, path: str) -> None:
    with house.client("Aino") as client:
        headers = client.get(path).headers

    assert "script-src 'self'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert ("immutable" if "static" in path else "no-store") in headers["cache-control"]


def test_programs_get_errors_in_their_own_form(house: House) -> None:
    with house.client() as stranger, house.client("Dag") as dag:
        answers = [stranger.get("/api/locations/kamppi/today"), dag.get("/api/locations/kamppi/today")]

    assert [answer.status_code for answer in answers] == [401, 404]
    assert [answer.json()["error"] for answer in answers] == ["account.signed_out", "not_found"]
