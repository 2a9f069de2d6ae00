"""The chain file: everything that is wrong is told together, and loading it again changes only what it says anew."""

import re
import shutil
from pathlib import Path

import pytest

from hymy.demo import CHAIN
from sync_server.errors import ChainFileFaults
from sync_server.fleet.chain import load_chain, read_chain
from sync_server.store import Store, places

NOW = 1_795_000_000_000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The demo's files, to be changed."""
    return Path(shutil.copytree(CHAIN.parent, tmp_path / "chain"))


def change(file: Path, old: str, new: str) -> None:
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new))


def faults_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ChainFileFaults) as caught:
        read_chain(folder / "chain.toml")
    return caught.value.faults


def held(store: Store) -> list[object]:
    tables = ("regions", "locations", "touchpoints", "surveys")
    return [store.read(f"SELECT * FROM {table} ORDER BY 1, 2") for table in tables]  # noqa: S608


def test_the_demo_s_chain_is_loaded_whole(folder: Path, store: Store) -> None:
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    assert [row.location_id for row in places.locations(store)] == ["kamppi", "london", "stockholm"]
    assert [row.touchpoint_id for row in places.touchpoints(store)] == [
        *("kamppi-checkout", "kamppi-entrance"),
        *("london-delivery", "stockholm-checkout"),
    ]
    survey = places.survey(store, "delivery")
    assert survey is not None
    assert (survey.label, survey.shared_question.question_id) == ("delivery@1", "overall")


def test_files_of_a_windows_editor_are_read_all_the_same(folder: Path) -> None:
    plain = read_chain(folder / "chain.toml")
    for file in folder.glob("*.toml"):
        file.write_text(file.read_text().replace("\n", "\r\n"), encoding="utf-8-sig", newline="")

    assert read_chain(folder / "chain.toml") == plain


def test_loading_twice_changes_nothing(folder: Path, store: Store) -> None:
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    before = held(store)
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    assert held(store) == before


def test_a_new_name_and_a_new_version_are_taken_over_and_the_old_version_stays(folder: Path, store: Store) -> None:
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    change(folder / "chain.toml", 'name = "Kamppi"', 'name = "Kamppi Centre"')
    change(folder / "delivery.toml", "version = 1", "version = 2")
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    location, newest = places.location(store, "kamppi"), places.survey(store, "delivery")
    assert location is not None
    assert newest is not None
    assert (location.name, newest.version) == ("Kamppi Centre", 2)
    assert places.survey(store, "delivery", 1) is not None


def test_a_survey_that_changed_without_a_new_version_is_refused_and_nothing_is_loaded(
    folder: Path, store: Store
) -> None:
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    before = held(store)
    change(folder / "delivery.toml", "It was easy", "It was quite easy")
    change(folder / "chain.toml", 'name = "Kamppi"', 'name = "Kamppi Centre"')
    with pytest.raises(ChainFileFaults, match="Survey delivery@1 is loaded already and says something else"):
        load_chain(store, read_chain(folder / "chain.toml"), NOW)
    assert held(store) == before


CHAIN_FAULTS = [
    pytest.param('region = "abroad"', 'region = "abraod"', "names the region 'abraod'; known are helsinki, abroad"),
    pytest.param('location = "london"', 'location = "paris"', "london-delivery names the location 'paris'"),
    pytest.param('survey = "delivery"', 'survey = "pickup"', "names the survey 'pickup'; known are checkout"),
    pytest.param('"Europe/Stockholm"', '"Stockholm"', "Time zone 'Stockholm' is not known; write it as in Europe"),
    pytest.param("target = 85", "target = 850", "Location kamppi: target 850 should be 1 to 100"),
    pytest.param("target = 85", "target = 0", "Location kamppi: target 0 should be 1 to 100"),
    pytest.param('id = "abroad"', 'id = "helsinki"', "The region 'helsinki' stands twice"),
    pytest.param('id = "london"', 'id = "kamppi"', "The location 'kamppi' stands twice"),
    pytest.param('id = "kamppi-entrance"', 'id = "kamppi-checkout"', "The touchpoint 'kamppi-checkout' stands twice"),
    pytest.param('"delivery.toml"]', '"delivery.toml", "pickup.toml"]', "surveys: pickup.toml can't be read: No such"),
    pytest.param('"delivery.toml"]', '"delivery.toml", "delivery.toml"]', "The survey 'delivery' stands twice"),
    pytest.param('kind = "smiley5"', 'kind = "stars"', "shared_question: kind: Invalid enum value 'stars'"),
    pytest.param('kind = "smiley5"', 'kind = "ces"', "The shared question is ces; it has to be one of"),
    pytest.param('phase = "Pääovi"\n', "", "Touchpoint 2: the key 'phase' is missing."),
    pytest.param('phase = "Pääovi"', 'fase = "Arriving"', "Touchpoint 2: the key 'fase' is not known; known are"),
    pytest.param("target = 85", 'target = "85"', "Location 1: target: this should be a whole number, not text."),
    pytest.param("surveys = [", "surveys = ", "See docs/surveys.md for what it holds"),
]


@pytest.mark.parametrize(("old", "new", "told"), CHAIN_FAULTS)
def test_each_fault_of_a_chain_file_is_told_with_what_to_mend(folder: Path, old: str, new: str, told: str) -> None:
    change(folder / "chain.toml", old, new)
    faults = faults_of(folder)
    assert any(told in fault for fault in faults), faults


def test_a_question_is_of_one_kind_in_all_surveys(folder: Path) -> None:
    change(folder / "delivery.toml", "delivery_effort", "entrance_found")
    assert faults_of(folder) == ("Question 'entrance_found' is yes_no in one survey and ces in another.",)


CHOICES = """
[[questions]]
id = "why"
kind = "single"
text = { fi = "Miksi?", sv = "Varför?", en = "Why?" }
choices = [CHOICES]
"""


def ask_why(file: Path, version: int, choices: str, kind: str = "single") -> None:
    """In the survey's next version, with these choices in this order."""
    content = re.sub(r"version = \d+", f"version = {version}", file.read_text().partition("# why")[0])
    told = ", ".join(f'{{ id = "{one}", text = {{ fi = "{one}", sv = "{one}", en = "{one}" }} }}' for one in choices)
    file.write_text(f"{content}# why{CHOICES.replace('CHOICES', told).replace('single', kind)}")


def test_a_choice_has_the_same_number_in_all_surveys(folder: Path) -> None:
    ask_why(folder / "delivery.toml", 1, "ab")
    ask_why(folder / "entrance.toml", 1, "ba")
    assert faults_of(folder) == (
        "Question 'why' has other choices, or in another order, in one survey than in another.",
    )


@pytest.mark.parametrize(
    ("choices", "kind", "is_fit"),
    [("abcd", "single", True), ("bac", "single", False), ("ab", "single", False), ("abc", "multiple", False)],
    ids=["one more at the end", "another order", "one less", "another kind"],
)
def test_what_was_answered_keeps_its_meaning_in_the_next_version(
    folder: Path, store: Store, choices: str, kind: str, is_fit: bool
) -> None:
    """Results of both versions are added up by question and number."""
    ask_why(folder / "delivery.toml", 1, "abc")
    load_chain(store, read_chain(folder / "chain.toml"), NOW)
    before = held(store)
    ask_why(folder / "delivery.toml", 2, choices, kind)
    chain = read_chain(folder / "chain.toml")

    if is_fit:
        load_chain(store, chain, NOW)
        return
    with pytest.raises(ChainFileFaults, match="delivery@2: question 'why' means something else than before"):
        load_chain(store, chain, NOW)
    assert held(store) == before


def test_faults_of_the_chain_and_of_its_surveys_are_told_together(folder: Path) -> None:
    change(folder / "chain.toml", 'region = "abroad"', 'region = "abraod"')
    change(folder / "chain.toml", "target = 85", "target = 0")
    change(folder / "entrance.toml", "version = 1", "version = 0")
    change(folder / "delivery.toml", 'kind = "ces"', 'kind = "single"')
    faults = faults_of(folder)
    assert len(faults) == 6
    assert [fault.partition(":")[0] for fault in faults[:2]] == ["entrance.toml", "delivery.toml"]


def test_one_table_that_cannot_be_read_hides_no_other_fault_and_makes_none(folder: Path) -> None:
    """What names the region, the location and the survey that could not be read may be right."""
    change(folder / "chain.toml", 'name = "Stockholm–London"', "name = 7")
    change(folder / "chain.toml", 'time_zone = "Europe/London"', 'timezone = "Europe/London"')
    change(folder / "chain.toml", 'phase = "Pääovi"', "phase = []")
    change(folder / "chain.toml", "target = 85", "target = 0")
    change(folder / "entrance.toml", "version = 1", 'version = "1"')

    assert faults_of(folder) == (
        "Region 2: name: this should be text, not a whole number.",
        "Location 3: the key 'timezone' is not known; known are id, name, region, time_zone, target, opening_hours.",
        "Location 3: the key 'time_zone' is missing.",
        "Touchpoint 2: phase: this should be text, not a list.",
        "entrance.toml: version: this should be a whole number, not text.",
        "Location kamppi: target 0 should be 1 to 100, satisfied of a hundred.",
    )


def test_a_faulty_shared_question_hides_no_fault_of_the_surveys(folder: Path) -> None:
    change(folder / "chain.toml", 'kind = "smiley5"', 'kind = "stars"')
    change(folder / "entrance.toml", "version = 1", 'version = "1"')

    faults = faults_of(folder)

    assert [fault.partition(":")[0] for fault in faults] == ["shared_question", "entrance.toml"]
    assert "Known are smiley4, smiley5" in faults[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", ["shared_question", "surveys", "regions", "locations", "touchpoints"]),
        ("surveys = [7]\nregions = [7]\ntheme = 7\nshared_question = 7\ntouchpoints = 7", ["locations"]),
    ],
    ids=["empty", "numbers alone"],
)
def test_a_file_of_anything_is_told_what_is_missing(folder: Path, content: str, told: list[str]) -> None:
    (folder / "chain.toml").write_text(content)

    faults = faults_of(folder)

    assert [fault for fault in faults if "is missing" in fault] == [f"the key {key!r} is missing." for key in told]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == ("It can't be read: No such file or directory.",)
