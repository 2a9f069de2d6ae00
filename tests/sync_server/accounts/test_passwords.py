import threading

import pytest

from sync_server.accounts import passwords

LIMIT_S = 60


def test_a_password_fits_its_own_hash_and_no_other() -> None:
    password_hash = passwords.hashed("violet-otter")

    assert passwords.is_right("violet-otter", password_hash)
    assert not passwords.is_right("violet-otters", password_hash)
    assert not passwords.is_right("violet-otter", "no hash at all")
    assert password_hash.startswith("$argon2id$")


def test_nobody_has_no_password_that_fits() -> None:
    assert not passwords.is_right("", None)


def test_a_generated_password_is_long_new_and_easy_to_read_out() -> None:
    made = {passwords.generated() for _ in range(50)}

    assert len(made) == 50
    assert all(len(password) == 19 and not set(password) & set("lo01i") for password in made)


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("seven-doors", None),
        ("kolme iloista majavaa", None),
        ("short-one", "short"),
        ("qwertyuiop", "common"),
        ("Password2026!", "common"),
        ("!iloveyou123", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("12345678910", "common"),
        ("ＰＡＳＳＷＯＲＤ１２３", "common"),
        ("Aino Salo 2026", "own"),
        ("aino.salo@shop.example", "own"),
        ("Kirsikkala1!", "own"),
        ("shop.example", "own"),
    ],
)
def test_a_password_that_is_tried_first_is_refused(password: str, fault: str | None) -> None:
    assert passwords.fault_of(password, ["Aino Salo", "Kirsikkala Oy", "aino.salo@shop.example"]) == fault


def test_a_password_that_was_made_is_never_refused() -> None:
    assert {passwords.fault_of(passwords.generated()) for _ in range(50)} == {None}


def test_a_third_comparison_waits_for_one_of_the_two_before() -> None:
    compared = threading.Event()

    def compare() -> None:
        passwords.is_right("violet-otter", None)
        compared.set()

    with passwords._two_at_once, passwords._two_at_once:
        thread = threading.Thread(target=compare)
        thread.start()
        came_through = compared.wait(0.3)

    assert not came_through
    assert compared.wait(LIMIT_S)
    thread.join(LIMIT_S)
