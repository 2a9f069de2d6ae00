"""The real driver on a pipe with the kernel's own records, some of them recorded."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.buttons import keys, usb
from hardware.buttons.simulated_keypad import SimulatedKeypad
from hardware.buttons.usb import UsbButtons
from hardware.errors import DeviceUnplugged, UnknownDevice
from hardware.evdev import Device
from hardware.simulated_evdev import SimulatedInput
from tests.hardware import uinput
from tests.hardware.button_desk import Desk
from tests.hardware.uinput import KernelKeypad

RECORDED = Path(__file__).parent / "recorded"
needs_uinput = pytest.mark.skipif(uinput.why_not() != "", reason=uinput.why_not())
CODES = [keys.CODES[f"KEY_{digit}"] for digit in range(1, 6)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "event0"


@pytest.fixture(params=[SimulatedKeypad, pytest.param(KernelKeypad, marks=needs_uinput)], ids=["twin", "kernel"])
def make_keypad(request: pytest.FixtureRequest) -> type[SimulatedKeypad]:
    kind: type[SimulatedKeypad] = request.param
    return kind


@pytest.fixture
def keypad(make_keypad: type[SimulatedKeypad], path: Path) -> Iterator[SimulatedKeypad]:
    with make_keypad(path, [*CODES, keys.CODES["KEY_KPENTER"]]) as keypad:
        yield keypad


@pytest.fixture
def desk(path: Path) -> Iterator[Desk]:
    desk = Desk(path, make_buttons=lambda: UsbButtons(str(path), CODES))
    yield desk
    desk.buttons.stop()


def start(desk: Desk) -> None:
    """And wait until the keypad is open: what is pressed before reaches nobody."""
    desk.start()
    desk.wait_for(lambda: desk.changes == ["plugged"])


def handed(desk: Desk, count: int) -> list[tuple[int, int]]:
    desk.wait_for(lambda: len(desk.handed) >= count)
    return [(press.seq, press.button) for press in desk.handed]


def test_each_key_down_is_one_press_of_its_button(keypad: SimulatedKeypad, desk: Desk) -> None:
    start(desk)

    keypad.press_button(4)
    keypad.press_button(1)

    assert handed(desk, 2) == [(1, 4), (2, 1)]
    assert {press.source for press in desk.handed} == {f"usb:{keypad.path}"}
    assert desk.changes == ["plugged"]


def test_a_key_held_down_is_one_press(keypad: SimulatedKeypad, desk: Desk) -> None:
    start(desk)

    keypad.press_button(2, repeats=10)
    keypad.press_button(3)

    assert handed(desk, 2) == [(1, 2), (2, 3)]


def test_a_recorded_keyboard_means_what_was_pressed(desk: Desk, path: Path) -> None:
    recorded = (RECORDED / "usb_keyboard.bin").read_bytes()  # Linux 6.1, a USB keyboard: 4, then 1 held for 0.6 s
    with SimulatedInput(path) as keyboard:
        desk.start()

        keyboard.send_bytes(recorded)
        keyboard.press(CODES[4])

        assert handed(desk, 3) == [(1, 4), (2, 1), (3, 5)]


def test_a_key_that_is_no_button_is_named_in_the_log(
    keypad: SimulatedKeypad, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    start(desk)

    keypad.press(keys.CODES["KEY_KPENTER"])
    keypad.press_button(5)

    assert handed(desk, 1) == [(1, 5)]
    assert f"Key KEY_KPENTER of {keypad.path} is no button" in caplog.messages


def test_a_press_the_terminal_refuses_is_handed_over_again(
    keypad: SimulatedKeypad, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(usb, "RETRY_S", 0.01)
    desk.refuses = True
    start(desk)

    keypad.press_button(5)
    keypad.press_button(1)

    assert handed(desk, 2) == [(1, 5), (2, 1)]


def test_a_keypad_pulled_out_is_told_and_found_again(keypad: SimulatedKeypad, desk: Desk) -> None:
    start(desk)
    keypad.press_button(1)
    handed(desk, 1)

    keypad.unplug()
    desk.wait_for(lambda: desk.changes[-1] == "unplugged")
    keypad.plug()
    desk.wait_for(lambda: desk.changes[-1] == "plugged")
    keypad.press_button(2)

    assert handed(desk, 2) == [(1, 1), (2, 2)]
    assert desk.changes == ["plugged", "unplugged", "plugged"]


def test_a_keypad_that_is_not_there_yet_is_waited_for(
    make_keypad: type[SimulatedKeypad], path: Path, desk: Desk
) -> None:
    desk.start()
    desk.wait_for(lambda: desk.changes == ["unplugged"])

    with make_keypad(path, CODES) as keypad:
        desk.wait_for(lambda: desk.changes[-1] == "plugged")
        keypad.press_button(3)

        assert handed(desk, 1) == [(1, 3)]


def test_numbers_go_on_where_the_journal_stands(keypad: SimulatedKeypad, desk: Desk) -> None:
    start(desk)
    keypad.press_button(1)
    handed(desk, 1)

    desk.restart()
    desk.wait_for(lambda: desk.changes == ["plugged", "plugged"])
    keypad.press_button(2)

    assert handed(desk, 2) == [(1, 1), (2, 2)]


def test_what_is_no_input_device_is_as_good_as_unplugged(path: Path, desk: Desk) -> None:
    path.write_bytes(b"hello")

    desk.start()

    desk.wait_for(lambda: desk.changes == ["plugged", "unplugged"])


def test_events_that_the_kernel_threw_away_are_not_guessed(path: Path, desk: Desk) -> None:
    with SimulatedKeypad(path, CODES) as keypad:
        desk.start()

        keypad.overrun()
        keypad.press_button(1)  # its beginning was thrown away, up to the next report
        keypad.press_button(2)

        assert handed(desk, 1) == [(1, 2)]


@needs_uinput
def test_nobody_else_hears_the_keypad(path: Path, desk: Desk) -> None:
    with KernelKeypad(path, CODES) as keypad, path.open("rb", buffering=0) as elsewhere:
        os.set_blocking(elsewhere.fileno(), False)
        start(desk)

        keypad.press_button(1)

        assert handed(desk, 1) == [(1, 1)]
        assert elsewhere.read() is None
        with pytest.raises(DeviceUnplugged, match="busy"):
            Device(str(path), alone=True)


@needs_uinput
def test_the_kernels_own_list_finds_a_keypad_by_vendor_and_product(path: Path) -> None:
    desk = Desk(path, make_buttons=lambda: UsbButtons("1a2c:2124", CODES))

    with KernelKeypad(path, CODES) as keypad:
        start(desk)
        keypad.press_button(3)

        assert handed(desk, 1) == [(1, 3)]
        desk.buttons.stop()


VENDOR, PRODUCT = "1a2c", "2124"
KEYBOARD = "10000 7 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe"  # as a real keyboard has it
POWER_KEYS = "10000000000000 0"


def system_with(folder: Path, **inputs: tuple[str, str, str]) -> Path:
    """What the kernel says of its input devices: vendor, product, keys."""
    for name, (vendor, product, capabilities) in inputs.items():
        device = folder / name / "device"
        (device / "id").mkdir(parents=True)
        (device / "capabilities").mkdir()
        (device / "id/vendor").write_text(f"{vendor}\n")
        (device / "id/product").write_text(f"{product}\n")
        (device / "capabilities/key").write_text(f"{capabilities}\n")
    return folder


def test_vendor_and_product_find_the_part_of_a_keypad_that_has_the_keys(tmp_path: Path) -> None:
    system = system_with(
        tmp_path / "input",
        event0=("046d", "c31c", KEYBOARD),
        event1=(VENDOR, PRODUCT, POWER_KEYS),
        event2=(VENDOR, PRODUCT, KEYBOARD),
    )
    where, codes = usb.parse("1A2C:2124:KEY_1,KEY_2")
    desk = Desk(tmp_path, make_buttons=lambda: UsbButtons(where, codes, system=system, devices=tmp_path))

    with SimulatedInput(tmp_path / "event2") as keypad:
        desk.start()
        keypad.press(codes[1])

        assert handed(desk, 1) == [(1, 2)]
        desk.buttons.stop()


def test_a_keypad_without_the_keys_is_not_there(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    system = system_with(tmp_path / "input", event1=(VENDOR, PRODUCT, POWER_KEYS))
    (system / "event0/device").mkdir(parents=True)  # pulled out between two looks
    desk = Desk(tmp_path, make_buttons=lambda: UsbButtons(f"{VENDOR}:{PRODUCT}", CODES[:2], system=system))

    desk.start()
    desk.wait_for(lambda: desk.changes == ["unplugged"])
    desk.buttons.stop()

    assert "no input device 1a2c:2124 has all the keys KEY_1, KEY_2" in caplog.text


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("/dev/input/by-id/usb-pad:KEY_1,KEY_2", ("/dev/input/by-id/usb-pad", [2, 3])),
        (
            "/dev/input/by-path/pci-0000:01:00.0-usb:KEY_1,key_kp2, 288",
            ("/dev/input/by-path/pci-0000:01:00.0-usb", [2, 80, 288]),
        ),
        ("1a2c:2124:BTN_TRIGGER,BTN_THUMB", ("1a2c:2124", [0x120, 0x121])),
    ],
    ids=["by id", "colons in the path, a key's number", "vendor and product"],
)
def test_a_setting_names_a_device_and_its_keys(setting: str, expected: tuple[str, list[int]]) -> None:
    assert usb.parse(setting) == expected


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("", '"" is neither the path'),
        ("event0:KEY_1,KEY_2", '"event0" is neither the path'),
        ("/dev/input/event0:", '"" is no key'),
        ("/dev/input/event0:KEY_1,KEY_ONE", '"KEY_ONE" is no key. Write it like KEY_1'),
        ("/dev/input/event0:KEY_1,KEY_1", "two or more different keys"),
        ("/dev/input/event0:KEY_1", "two or more different keys"),
    ],
)
def test_a_setting_with_a_fault_is_told_what_is_wrong(setting: str, said: str) -> None:
    with pytest.raises(UnknownDevice, match=said.replace(".", r"\.")):
        usb.parse(setting)
