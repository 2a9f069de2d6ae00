"""What is personal is masked, and what only looks like it stays: a comment without its price or time says nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_server.comments.masking import MANY_DIGITS, masked

PHONE, EMAIL, ID = "⟦phone⟧", "⟦email⟧", "⟦id⟧"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Soittakaa 040 123 4567!", f"Soittakaa {PHONE}!"),
        ("puh 0401234567.", f"puh {PHONE}."),
        ("Numeroni on +358 (0)40 1234567, kiitos", f"Numeroni on {PHONE}, kiitos"),
        ("Kaupan numero on 09 1234567", f"Kaupan numero on {PHONE}"),
        ("Ring mig 070-123 45 67 i kväll", f"Ring mig {PHONE} i kväll"),
        ("08-123 456 78 eller 0701234567", f"{PHONE} eller {PHONE}"),
        ("Call me: +44 20 7946 0958", f"Call me: {PHONE}"),
        ("phone 00 358 40 1234567", f"phone {PHONE}"),
        ("puh. 123 4567", f"puh. {PHONE}"),
        ("mitt nummer är 123456", f"mitt nummer är {PHONE}"),
        ("call me on 555 1234", f"call me on {PHONE}"),
        ("０４０ １２３ ４５６７", PHONE),
        ("aino.virtanen+kauppa@example.fi tai bo@mail.example.com.", f"{EMAIL} tai {EMAIL}."),
        ("åsa@exämple.se", EMAIL),
        ("0401234567@example.fi", EMAIL),
        ("Olen 131052-308T", f"Olen {ID}"),
        ("131052a308t, 131052Y308T ja 131052–308T", f"{ID}, {ID} ja {ID}"),
        ("Personnummer 880320-0016 eller 198803200016", f"Personnummer {ID} eller {ID}"),
        ("8803200016, 19880320-0016, 880320+0016", f"{ID}, {ID}, {ID}"),
        ("samordningsnummer 701063-2391", f"samordningsnummer {ID}"),
        ("131052-308T, 040 1234567, a@b.fi", f"{ID}, {PHONE}, {EMAIL}"),
    ],
)
def test_what_is_personal_is_masked(text: str, said: str) -> None:
    assert masked(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "waited 40 min",
        "Jonotin 12.30-13.15, 45 minuuttia",
        "19.95 e, ei 24,90 €",
        "2024-11-05 klo 14:30",
        "5.11.2024 kello 9.00-21.00",
        "ring 08.00-16.00",
        "open 0800-1600 and 0900 - 1700",
        "klo 09.15 09.45",
        "05.11.2024 08.30",
        "Öppet 08:00-20:00, men stängt 19:30",
        "Soitin 2024-11-05",
        "soita 2024-11-05",
        "order 123456789",
        "Tilausnumero 4512345678",
        "Beställning 100245-17",
        "I bought 2 x 10 and 3 x 20, paid 1 299,00 kr",
        "3 kpl 1,99 2 kpl 2,49 1 kpl 12,90",
        "Han är skyldig mig 187000 dollar",
        "300.000 euro",
        "call 999 10 mins later, rang 111 twice",
        "EAN 6410405082657",
        "00100 Helsinki, 02100 Espoo, 111 22 Stockholm",
        "311352-308T is nobody's, and 131052-308U neither",
        "880320-0018",
        "@kamppi is great, 5 @ 2 e",
        "Y-tunnus 1234567-8",
        "10/10, 100 %, 1-2-3-4-5-6",
        "",
    ],
)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert masked(text) == text


def test_a_text_full_of_numbers_is_masked_without_looking_each_of_them_up() -> None:
    assert masked("0401234567 " * (MANY_DIGITS // 10 + 1)).split() == [PHONE]


@given(st.text(st.sampled_from("0123456789 +-()@./a⟦⟧٣１\u200b\u202e🙂"), max_size=300) | st.text(max_size=300))
def test_any_text_can_be_masked_and_stays_short_and_the_same_when_masked_again(text: str) -> None:
    once = masked(text)

    assert len(once) <= 2 * len(text)
    assert masked(once) == once
