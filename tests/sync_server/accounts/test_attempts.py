import pytest

from sync_server.accounts import attempts
from sync_server.accounts.attempts import MOST_A_NAME, MOST_AN_ADDRESS, MOST_EVERYWHERE, WINDOW_MS, Attempts, network


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


def test_one_name_waits_from_however_many_addresses_it_is_guessed_at() -> None:
    guard = Attempts(lambda: 1000)
    for number in range(MOST_EVERYWHERE):
        assert guard.wait_ms(f"10.0.0.{number}", "aino") == 0
        guard.began(f"10.0.0.{number}", "aino")

    assert guard.wait_ms("10.0.1.1", "aino") == WINDOW_MS
    assert guard.wait_ms("10.0.1.1", "bo") == 0


def test_who_signed_in_somewhere_before_is_not_kept_out_there_by_strangers() -> None:
    guard = Attempts(lambda: 1000)
    guard.began("shop", "aino")
    guard.succeeded("shop", "aino")
    for number in range(MOST_EVERYWHERE):
        guard.began(f"10.0.0.{number}", "aino")

    assert guard.wait_ms("shop", "aino") == 0
    assert guard.wait_ms("elsewhere", "aino") == WINDOW_MS


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::7", "2001:0db8:0001:0002"),
        ("2001:db8:1:2:ffff::9", "2001:0db8:0001:0002"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
    ],
)
def test_the_addresses_that_one_person_has_count_as_one(address: str, whose: str) -> None:
    assert network(address) == whose


def test_what_is_remembered_stays_bounded() -> None:
    guard = Attempts(lambda: 1000)
    for number in range(attempts.MOST_KEPT):
        guard.began(f"address {number}", "aino")
        guard.succeeded(f"place {number}", "aino")
    guard.succeeded("yet another", "aino")

    assert (len(guard._failed), len(guard._at_home)) == (attempts.MOST_KEPT, attempts.MOST_KEPT)
