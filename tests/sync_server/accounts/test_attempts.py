"""Who may try to sign in again, and when: counted in the store, whichever process is asked."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from sync_server.accounts.attempts import (
    MOST_A_NAME,
    MOST_AN_ADDRESS,
    MOST_EVERYWHERE,
    WINDOW_MS,
    Attempts,
    TooManyAttempts,
    network,
)
from sync_server.store import Store
from sync_server.upkeep.tidy import DAY_MS, HOME_DAYS, tidy

NOW_MS = 1_795_000_000_000


class Guard:
    """Attempts whose clock is set by hand."""

    def __init__(self, store: Store) -> None:
        self.now_ms = NOW_MS
        self.attempts = Attempts(store, lambda: self.now_ms)

    def waits(self, address: str, name: str) -> int:
        """Tries, in vain; or how long it has to wait."""
        try:
            self.attempts.begin(address, name)
        except TooManyAttempts as error:
            return error.wait_ms
        return 0


@pytest.fixture
def guard(store: Store) -> Guard:
    return Guard(store)


def test_one_name_from_one_address_waits_after_its_failures(guard: Guard) -> None:
    tried = [guard.waits("here", "aino") for _ in range(MOST_A_NAME)]

    assert tried == [0] * MOST_A_NAME
    assert guard.waits("here", "aino") == WINDOW_MS
    assert guard.waits("there", "aino") == 0
    assert guard.waits("here", "bo") == 0


def test_the_wait_ends_five_minutes_after_the_first_failure_however_often_it_is_tried(guard: Guard) -> None:
    for _ in range(MOST_A_NAME):
        guard.waits("here", "aino")
    guard.now_ms += WINDOW_MS - 1
    almost = [guard.waits("here", "aino") for _ in range(3)]
    guard.now_ms += 1

    assert almost == [1, 1, 1]
    assert [guard.waits("here", "aino") for _ in range(MOST_A_NAME + 1)] == [0] * MOST_A_NAME + [WINDOW_MS]


def test_one_address_waits_whatever_names_it_tries(guard: Guard) -> None:
    for number in range(MOST_AN_ADDRESS):
        guard.waits("here", f"name {number}")

    assert guard.waits("here", "yet another") == WINDOW_MS


def test_many_people_who_sign_in_behind_one_proxy_are_not_stopped(guard: Guard) -> None:
    for number in range(MOST_AN_ADDRESS + 2):
        assert guard.waits("proxy", f"name {number}") == 0
        guard.attempts.succeeded("proxy", f"name {number}")

    assert guard.waits("proxy", "yet another") == 0


def test_one_name_waits_from_however_many_addresses_it_is_guessed_at(guard: Guard) -> None:
    tried = [guard.waits(f"10.0.0.{number}", "aino") for number in range(MOST_EVERYWHERE)]

    assert tried == [0] * MOST_EVERYWHERE
    assert guard.waits("10.0.1.1", "aino") == WINDOW_MS
    assert guard.waits("10.0.1.1", "bo") == 0


def test_who_has_to_wait_makes_nobody_else_wait(guard: Guard) -> None:
    """Tried on and on from one address, a name is still let in from all others."""
    for _ in range(MOST_EVERYWHERE + 5):
        guard.waits("here", "aino")

    assert guard.waits("there", "aino") == 0


def test_who_signed_in_somewhere_before_is_not_kept_out_there_by_strangers(guard: Guard) -> None:
    guard.waits("shop", "aino")
    guard.attempts.succeeded("shop", "aino")
    for number in range(MOST_EVERYWHERE):
        guard.waits(f"10.0.0.{number}", "aino")

    assert guard.waits("shop", "aino") == 0
    assert guard.waits("elsewhere", "aino") == WINDOW_MS


def test_processes_side_by_side_count_together_also_at_the_same_moment(store: Store) -> None:
    processes = [Guard(store) for _ in range(4)]

    with ThreadPoolExecutor(8) as at_once:
        tried = list(at_once.map(lambda number: processes[number % 4].waits("here", "aino"), range(40)))

    assert (tried.count(0), tried.count(WINDOW_MS)) == (MOST_A_NAME, 40 - MOST_A_NAME)


def test_what_was_typed_and_from_where_is_not_to_be_read_in_the_store(store: Store, guard: Guard) -> None:
    guard.waits("192.0.2.7", "hunter2")
    guard.attempts.succeeded("192.0.2.7", "aino")

    kept = str([store.read(f"SELECT * FROM {table}") for table in ("sign_in_failures", "sign_in_homes")])  # noqa: S608

    assert not any(word in kept for word in ("192.0.2.7", "hunter2", "aino"))


def test_what_is_over_is_tidied_away(store: Store, guard: Guard) -> None:
    guard.waits("here", "aino")
    guard.attempts.succeeded("there", "aino")

    def left_after(days: int) -> list[int]:
        tidy(store, keep_texts_days=0, now_ms=NOW_MS + days * DAY_MS + 1)
        tables = ("sign_in_failures", "sign_in_homes")
        return [len(store.read(f"SELECT * FROM {table}")) for table in tables]  # noqa: S608

    assert (left_after(1), left_after(HOME_DAYS)) == ([0, 1], [0, 0])


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
