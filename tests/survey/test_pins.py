import pytest

from survey.pins import COST, hashed, matches


def test_a_pin_is_known_by_its_hash_and_no_other_is() -> None:
    kept = hashed("0451")

    assert matches("0451", kept)
    assert not matches("0452", kept)
    assert "0451" not in kept


def test_the_same_pin_looks_different_at_each_location() -> None:
    assert hashed("0451") != hashed("0451")


@pytest.mark.parametrize("pin", ["", "123", "123456789", "12a4", "١٢٣٤", "12 34"])
def test_what_is_no_pin_is_refused(pin: str) -> None:
    with pytest.raises(ValueError, match="A PIN is 4 to 8 digits"):
        hashed(pin)
    assert not matches(pin, hashed("0451"))


@pytest.mark.parametrize(
    "damaged",
    [
        lambda kept: "",
        lambda kept: "0451",
        lambda kept: kept.replace(f"${COST}$", "$3$"),
        lambda kept: kept.replace(f"${COST}$", "$0$"),
        lambda kept: kept.replace(f"${COST}$", "$131072$"),
        lambda kept: kept[:-1],
        lambda kept: kept.replace("scrypt", "md5"),
    ],
    ids=["empty", "plain", "cost no power of 2", "no cost", "too dear", "cut short", "other kind"],
)
def test_a_hash_that_is_none_of_ours_lets_nobody_in(damaged) -> None:  # type: ignore[no-untyped-def]
    assert not matches("0451", damaged(hashed("0451")))
