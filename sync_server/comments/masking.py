"""Personal data in what people write: telephone numbers, e-mail addresses, Finnish and Swedish identity numbers. Pure.

A neutral mark takes the place of each; pages say it in the reader's language. Prices, times and dates stay.
"""

import re

from phonenumbers import Leniency, PhoneNumberMatcher
from stdnum import luhn
from stdnum.fi import hetu
from stdnum.se import personnummer

RULE = 1  # a newer one looks at all texts again
MARKS = {kind: f"⟦{kind}⟧" for kind in ("phone", "email", "id")}
REGIONS = ("FI", "SE")  # whose numbers are known without their country code
MANY_DIGITS = 60  # nobody's comment: looking each of its numbers up would hold up whoever writes after it
MOST_TRIES = 100

_WORTH_A_LOOK = re.compile(r"[@＠]|\d(?:\D{0,3}\d){5}")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64} ?[@＠] ?(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)")
_HETU = re.compile(r"(?<!\w)(\d{6}) ?([-–−+A-FU-Ya-fu-y]) ?(\d{3}[0-9A-Za-z])(?!\w)")
_PERSONNUMMER = re.compile(r"(?<![\w.,-])((?:\d\d)?\d{6}) ?([-–−+]?) ?(\d{4})(?![\w-]|[.,]\d)")
_DIGITS = r"(\d(?:[ -]?\d){5,14})(?!\w|[.,:]\d)"
_LED_NUMBER = re.compile(  # as people write numbers of the same town: only the word before them tells
    r"\b(?:puh|puhelin|puhelinnumeroni|numeroni(?: on)?|gsm|soita|soittakaa"
    r"|tel|tfn|telefon|mobil|mitt nummer(?: är)?|ring(?: mig)?(?: på)?"
    r"|phone|my number(?: is)?|call(?: me)?(?: on| at)?)\b[.:]? ?(?!\d{4}-\d\d-\d\d(?!\d))" + _DIGITS,
    re.IGNORECASE,
)
_TIME = re.compile(r"(?<!\d)\d{1,2}[.:]\d\d(?!\d)|^[01]\d[0-5]\d ?[-–] ?[012]\d[0-5]\d$")
_LONG_NUMBER = re.compile(r"\d(?:\W{0,2}\d){5,}")


def masked(text: str) -> str:
    """The text with a mark for each piece of personal data; one without any comes back as it is."""
    if not _WORTH_A_LOOK.search(text):
        return text
    text = _EMAIL.sub(MARKS["email"], text)
    if sum(map(str.isdigit, text)) > MANY_DIGITS:
        return _LONG_NUMBER.sub(MARKS["phone"], text)
    text = _HETU.sub(_mark_if_hetu, text)
    text = _PERSONNUMMER.sub(_mark_if_personnummer, text)
    for region in REGIONS:
        text = _without_phones(text, region)
    return _LED_NUMBER.sub(lambda found: found[0].removesuffix(found[1]) + MARKS["phone"], text)


def _mark_if_hetu(found: re.Match[str]) -> str:
    day, separator, rest = found.groups()
    is_one = hetu.is_valid(f"{day}{_plain(separator)}{rest}", allow_temporary=True)
    return MARKS["id"] if is_one else found[0]


def _mark_if_personnummer(found: re.Match[str]) -> str:
    """Also a coordination number, whose day of birth is 60 too high."""
    birth, separator, rest = found.groups()
    digits = birth[-6:] + rest
    if not luhn.is_valid(digits):
        return found[0]
    day = int(birth[-2:]) - (60 if int(birth[-2:]) > 60 else 0)
    born = f"{birth[:-2]}{day:02}"
    number = f"{born}{_plain(separator or '-')}{rest[:3]}"
    return MARKS["id"] if personnummer.is_valid(number + luhn.calc_check_digit(born[-6:] + rest[:3])) else found[0]


def _plain(separator: str) -> str:
    return "-" if separator in "–−" else separator


def _without_phones(text: str, region: str) -> str:
    matches = list(PhoneNumberMatcher(text, region, leniency=Leniency.VALID, max_tries=MOST_TRIES))
    for match in reversed(matches):
        if match.raw_string.startswith("+") or not _TIME.search(match.raw_string):
            text = text[: match.start] + MARKS["phone"] + text[match.end :]
    return text
