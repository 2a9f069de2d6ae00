from pathlib import Path

import pytest

from kiosk.config import Config, load
from kiosk.errors import SettingsFaults


def settings(tmp_path: Path, content: str) -> str:
    file = tmp_path / "kiosk.toml"
    file.write_text(content)
    return str(file)


def test_the_command_line_wins_over_the_environment_over_the_file_over_the_defaults(tmp_path: Path) -> None:
    file = settings(
        tmp_path,
        'data = "/from/file"\nserver = "http://file"\ncode = "FILE"\nheadless = true\nbuttons = "serial:/dev/f"',
    )
    environment = {"HYMY_SERVER": "http://environment", "HYMY_CODE": "ENVIRONMENT", "HOME": "/"}

    config = load({"settings": file, "code": "LINE", "server": None, "headless": None}, environment)

    assert config == Config(
        Path("/from/file"), server="http://environment", code="LINE", buttons="serial:/dev/f", headless=True
    )


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "with Windows' mark"])
def test_the_settings_file_may_be_named_by_the_environment(tmp_path: Path, mark: str) -> None:
    file = settings(tmp_path, f'{mark}data = "/from/file"')

    assert load({}, {"HYMY_SETTINGS": file}) == Config(Path("/from/file"))


@pytest.mark.parametrize(
    ("content", "command_line", "environment"),
    [
        ("plain_loop = true", {}, {}),
        ("", {"plain_loop": True}, {}),
        ("", {}, {"HYMY_PLAIN_LOOP": "1"}),
        ("plain_loop = false", {}, {"HYMY_PLAIN_LOOP": "yes"}),
    ],
    ids=["file", "command line", "environment", "environment over file"],
)
def test_the_plain_loop_can_be_switched_on_everywhere(
    tmp_path: Path, content: str, command_line: dict[str, bool], environment: dict[str, str]
) -> None:
    file = settings(tmp_path, f'data = "/d"\n{content}')

    assert load({"settings": file, **command_line}, environment) == Config(Path("/d"), plain_loop=True)


def test_all_faults_are_told_together_with_the_nearest_known_key(tmp_path: Path) -> None:
    file = settings(
        tmp_path, 'sever = "http://x"\nheadless = "perhaps"\ncode = 17\nbuttons = "usb"\nserver = "x"\nca = "/none"'
    )

    with pytest.raises(SettingsFaults) as caught:
        load({"settings": file}, {})

    assert [fault.removeprefix(f"{file}: ") for fault in caught.value.faults[:3]] == [
        "sever is no setting; did you mean server?",
        "headless = 'perhaps' should be true or false.",
        "code = *** should be a text in quotes.",
    ]
    told = " ".join(caught.value.faults[3:])
    for part in ("data is missing", "server = 'x' should be an address", 'buttons "usb" is not', "ca = '/none'"):
        assert part in told


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("data = 5", "data = 5 should be a text in quotes."),
        ('dta = "/d"', "dta is no setting; did you mean data?"),
        ('data = "/d"\nheadless = true\nbuttons = 5', "buttons = 5 should be a text in quotes."),
        ("data = ", "is no TOML"),
        ('data = "/d"\nbuttons = 5\nlights = "box"', "buttons = 5 should be a text in quotes."),
        ('data = "/d"\nspeech = 5\nheadphones = "auto"', "speech = 5 should be true or false."),
    ],
    ids=[
        "another type",
        "a slip of the pen",
        "of what another setting needs",
        "a file that can't be read",
        "lamps",
        "plug",
    ],
)
def test_each_fault_is_told_once(tmp_path: Path, content: str, fault: str) -> None:
    file = settings(tmp_path, content)

    with pytest.raises(SettingsFaults) as caught:
        load({"settings": file}, {})

    (told,) = caught.value.faults
    assert fault in told


def test_what_is_wrong_with_devices_is_told_with_the_rest(tmp_path: Path) -> None:
    file = settings(
        tmp_path, 'sever = "x"\nbuttons = "gpio:17,99"\ncounter = "beam:17"\ndisplay = "crt"\nheadphones = "auto"'
    )

    with pytest.raises(SettingsFaults) as caught:
        load({"settings": file, "data": "/d"}, {})

    told = "\n".join(caught.value.faults)
    for part in (
        "did you mean server?",
        '"99" is no BCM number',
        'display "crt" is not known. Known are: backlight:FOLDER',
        "headphones = 'auto', but nothing is spoken",
    ):
        assert part in told


def test_devices_are_handed_on_as_they_are_named(tmp_path: Path) -> None:
    file = settings(tmp_path, f'data = "/d"\nlights = "gpio:5"\nspeech = true\nrecordings = "{tmp_path}"')

    config = load({"settings": file}, {"HYMY_COUNTER": "pir:16", "HYMY_HEADPHONES": "auto"})

    assert (config.speech, config.recordings) == (True, tmp_path)
    assert {key: setting for key, setting in config.devices.items() if setting} == {
        "lights": "gpio:5",
        "counter": "pir:16",
        "headphones": "auto",
    }


@pytest.mark.parametrize("given", [{}, {"data": ""}], ids=["not named", "empty"])
def test_data_must_be_named(given: dict[str, str]) -> None:
    with pytest.raises(SettingsFaults, match="data is missing"):
        load(given, {})


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"data": "/d", "headless": True}, "headless, but no buttons"),
        ({"data": "/d", "settings": "/none.toml"}, "/none.toml can't be read: No such file or directory."),
        ({"data": "/d", "server": "ftp://x"}, "should be an address"),
        ({"data": "/d", "server": "https://[::1"}, "should be an address"),
        ({"data": "/d", "server": "https://x:80800"}, "should be an address"),
        ({"data": "/d", "speech": True, "recordings": "/none"}, "recordings = '/none' should be a folder"),
    ],
    ids=["nobody could answer", "no such file", "another protocol", "half an IPv6", "no port", "no recordings"],
)
def test_what_cannot_work_is_refused(given: dict[str, str], fault: str) -> None:
    with pytest.raises(SettingsFaults, match=fault):
        load(given, {})


def test_secrets_are_masked() -> None:
    assert "SECRET" not in repr(Config(Path("/d"), code="SECRET"))
