import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

import sync_server
from survey.figures import Difference, Figure
from survey.questions import Kind
from sync_server.accounts.people import LANGUAGES
from sync_server.results.shared import FACES
from sync_server.texts.say import preferred, say_in, signed, sure, texts, whole
from sync_server.web.navigation import LINKS

SERVER = Path(sync_server.__file__).parent
TERMINAL = Path(__file__).parents[3] / "kiosk" / "texts"
COMPOSED = (  # keys that the code puts together
    r"alerts\.(over|subject)_(some|many)$|alerts\.(day|kind|slide)_|alerts\.(percent|minutes|least|silent_minutes)$",
    r"compare\.(below|above|none|only|together|change|unchanged|points|kind|side|then|place)_",
    r"comments\.(act|found|mark|state)_",
    r"compare\.(locations|regions|touchpoints|periods)$",
    r"compare\.(satisfied|nps)",
    r"charts\.(satisfied|nps)",
    r"dates\.(weekday|month|short_month)_",
    r"definitions\.",
    r"audit\.(what|rule)_",
    r"faces\.",
    r"me\.(said|wrong)_",
    r"people\.(role|does|fault)_",
    r"fleet\.(pressed|stored|sent|counted)$",
    r"fleet\.(reading|device)_",
    r"languages\.",
    rf"page\.({'|'.join(link.section for link in LINKS)})$",
    r"heat\.weekday_",
    r"location\.(satisfied|nps|own_|better|worse|same|reached|close|not_yet|slide_)",
    r"reports\.(daily|weekly|monthly|when_|day_|state_|side_|why_you_|end_|place$|figure$|answers$|stands$|subject)",
    r"period\.",
    r"terminal\.(gap|event)_",
    r"today\.(answers|aside|closed|few|filled|none|nps|of_staff|customers|range|satisfied|target|usual)(_|$)",
    r"trend\.(worse|better)$",
    r"wallboard\.(dark|light|nps|satisfied)$",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_with_the_same_values(language: str) -> None:
    assert {key: _values(text) for key, text in texts(language).items()} == {
        key: _values(text) for key, text in texts("en").items()
    }


def test_every_text_is_used_and_every_text_that_is_used_is_there() -> None:
    sources = [*SERVER.rglob("*.py"), *SERVER.rglob("*.html"), *SERVER.rglob("*.txt")]
    content = re.sub(r"\bcode = .*", "", "\n".join(source.read_text() for source in sources))  # those of errors
    parts = "|".join({key.partition(".")[0] for key in texts("en")})
    used = set(re.findall(rf"[\"']((?:{parts})\.(?!html|css|txt)[a-z_0-9]*[a-z0-9])[\"']", content))
    composed = re.compile("|".join(COMPOSED))

    assert {key for key in texts("en") if not composed.match(key)} <= used
    assert used <= set(texts("en"))


@pytest.mark.parametrize("kind", [Kind.SMILEY4, Kind.SMILEY5])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_face_has_the_same_words_on_the_page_as_on_the_terminal(language: str, kind: Kind) -> None:
    terminal = tomllib.loads((TERMINAL / f"{language}.toml").read_text(encoding="utf-8"))[kind]

    page = [texts(language)[f"faces.{face}"] for face in FACES[kind]]

    assert page == list(terminal.values())


def test_long_numbers_are_in_groups_of_three() -> None:
    say = say_in("en")

    assert [whole(n) for n in (9999, 11110.4, -1234567)] == ["9999", "11\u202f110", "−1\u202f234\u202f567"]
    assert say("location.answers", n=11110) == "11\u202f110 answers."


def test_every_count_in_a_template_is_written_like_that() -> None:
    count = re.compile(r"\{\{ [a-z_.]*\b(answers|counted|entries|head_seq|waiting) |\{\{ [a-z]+\|attr")
    templates = [*SERVER.rglob("*.html"), *SERVER.rglob("*.txt")]

    assert {path.name: found[0] for path in templates if (found := count.search(path.read_text()))} == {}


def test_one_is_said_otherwise_than_many() -> None:
    say = say_in("en")

    assert (say("today.answers", n=1), say("today.answers", n=2)) == ("1 answer so far.", "2 answers so far.")


def test_a_sentence_that_ends_with_a_date_has_one_full_stop() -> None:
    late = say_in("fi")("reports.late", days="2 vastausta päivälle 20.11.")

    assert late == "Tuli myöhemmin: 2 vastausta päivälle 20.11."


@pytest.mark.parametrize(
    ("low", "high", "said"), [("−5", "−1", "−5…−1"), ("−0,1", "3", "−0,1…3"), ("29", "58", "29–58")]
)
def test_a_sign_does_not_stand_beside_a_dash(low: str, high: str, said: str) -> None:
    assert say_in("sv")("compare.sure", n=30, low=low, high=high) == f"{said}, 30 svar"


@pytest.mark.parametrize(
    ("n", "said"), [(29, "60–80, 29 vastausta, alustava"), (30, "60–80, 30 vastausta")], ids=["preliminary", "sure"]
)
def test_how_sure_a_figure_is_says_what_is_preliminary(n: int, said: str) -> None:
    assert sure(say_in("fi"), Figure(71.2, 60.4, 80.1, n)) == said


@pytest.mark.parametrize(
    ("wishes", "language"),
    [("sv-FI,sv;q=0.9,en;q=0.8", "sv"), ("de,fi;q=0.5", "fi"), ("de", "en"), ("", "en")],
)
def test_a_stranger_reads_the_first_language_of_their_wishes_that_there_is(wishes: str, language: str) -> None:
    assert preferred(wishes) == language


@pytest.mark.parametrize(("value", "said"), [(-12.4, "−12"), (-0.3, "0"), (85.5, "86"), (0.0, "0")])
def test_a_number_is_rounded_with_a_real_minus(value: float, said: str) -> None:
    assert whole(value) == said


def _values(text: str | dict[str, str]) -> set[str]:
    parts = text.values() if isinstance(text, dict) else [text]
    return {field for part in parts for _, field, _, _ in Formatter().parse(part) if field}


def test_an_end_of_a_difference_beside_nought_keeps_its_side() -> None:
    found = (
        signed(say_in("fi"), Difference(2.9, 0.31, 5.5, 0.01)),
        signed(say_in("en"), Difference(-3.2, -6.4, -0.02, 0.02)),
    )

    assert [tuple(one.values()) for one in found] == [("+3", "+0,4", "+6"), ("−3", "−6", "−0.1")]


def test_no_page_writes_its_dates_as_a_machine_does() -> None:
    sources = [path for path in (SERVER / "web").glob("*.py") if "%Y-%m-%d" in path.read_text()]

    assert [path.name for path in sources] == ["comments.py"]  # which says it to the audit log
