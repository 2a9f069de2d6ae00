from sync_server.accounts import attempts
from sync_server.accounts.attempts import MOST_A_NAME, MOST_AN_ADDRESS, WINDOW_MS, Attempts


def test_one_name_from_one_address_waits_after_its_failures() -> None:
    guard = Attempts(lambda: 1000)
    for _ in range(MOST_A_NAME):
        assert guard.wait_ms("here", "aino") == 0
        guard.began("here", "aino")

    assert guard.wait_ms("here", "aino") == WINDOW_MS
    assert guard.wait_ms("there", "aino") == 0
    assert guard.wait_ms("here", "bo") == 0


def test_one_address_waits_whatever_names_it_tries() -> None:
    guard = Attempts(lambda: 1000)
    for number in range(MOST_AN_ADDRESS):
        guard.began("here", f"name {number}")

    assert guard.wait_ms("here", "yet another") == WINDOW_MS


def test_many_people_who_sign_in_behind_one_proxy_are_not_stopped() -> None:
    guard = Attempts(lambda: 1000)
    for number in range(MOST_AN_ADDRESS * 2):
        guard.began("proxy", f"name {number}")
        guard.succeeded("proxy", f"name {number}")

    assert guard.wait_ms("proxy", "yet another") == 0


def test_what_is_remembered_stays_bounded() -> None:
    guard = Attempts(lambda: 1000)
    for number in range(attempts.MOST_KEPT):
        guard.began(f"address {number}", "aino")

    assert len(guard._failed) == attempts.MOST_KEPT
