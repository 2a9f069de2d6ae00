"""From a terminal's settings to its devices: the only place that picks drivers, and imports those that were picked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

from hardware import wiring
from hardware.buttons.interface import ButtonDevice
from hardware.counters.interface import CounterDevice
from hardware.display.interface import Display
from hardware.errors import UnknownDevice
from hardware.health.interface import Board as Computer
from hardware.lights.interface import LightDevice
from hardware.pins import Board
from hardware.speech.headphones import HeadphoneSocket
from hardware.speech.interface import Speech

# How each kind of device is written, by setting and kind.
WRITTEN = {
    "buttons": {
        "serial": "serial:PATH (a button box on a serial line, as in serial:/dev/serial/by-id/usb-box)",
        "gpio": "gpio:17,27,22,23,24 (pins, worst face first)",
        "usb": "usb:VENDOR:PRODUCT:KEY_1,KEY_2 (a keypad)",
    },
    "lights": {"gpio": "gpio:5,6,13,19,26 (pins)", "box": "box (those in the button box)"},
    "buzzer": {"gpio": "gpio:12 (a pin)"},
    "counter": {
        "beam": "beam:16 (a light beam on a pin)",
        "pir": "pir:16 (a motion sensor on a pin)",
        "serial": "serial:PATH (a counter on a serial line)",
    },
    "display": {
        "backlight": "backlight:FOLDER (as in backlight:/sys/class/backlight/10-0045)",
        "dpms": "dpms (a display on HDMI)",
    },
    "headphones": {"auto": "auto (the first sound card that tells)", "input": "input:PATH (below /dev/input)"},
}
ALONE = ("box", "dpms", "auto")  # kinds that nothing follows
AND = " + "  # between several devices with buttons


@dataclass(frozen=True, slots=True)
class Devices:
    """What a terminal has, by name where there can be several of a kind.

    Nothing is opened before it is started, and all may be plugged in at any time.
    """

    buttons: Mapping[str, ButtonDevice] = field(default_factory=lambda: MappingProxyType({}))
    lights: LightDevice | None = None
    counters: Mapping[str, CounterDevice] = field(default_factory=lambda: MappingProxyType({}))
    display: Display | None = None
    voice: Speech | None = None
    headphones: HeadphoneSocket | None = None


def faults(settings: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the settings named in WRITTEN, a sentence each."""
    named = {key: setting for key, setting in settings.items() if key in WRITTEN and setting}
    buttons = _apart(named.pop("buttons", ""))
    devices = [*named.items(), *(("buttons", one) for one in dict.fromkeys(buttons))]
    for key, setting in devices:
        yield from _faults(key, setting)
    yield from wiring.faults(devices)
    if twice := [one for one in dict.fromkeys(buttons) if buttons.count(one) > 1]:
        yield f"buttons: {', '.join(twice)} is named twice."
    if named.get("lights") == "box":
        if not any(one.startswith("serial:") for one in buttons):
            yield 'lights "box": buttons name no button box that they could be in, e.g. buttons = "serial:PATH".'
        if "buzzer" in named:
            yield f'buzzer "{named["buzzer"]}": with lights "box" the button box sounds; leave out one of the two.'


def choose(
    settings: Mapping[str, str], board: Board, *, has_voice: bool = False, recordings: Path | None = None
) -> Devices:
    """The devices that settings without faults name, those on pins on this board; recordings: see EspeakSpeech."""
    buttons = [_buttons(one, board) for one in _apart(settings.get("buttons", ""))]
    counter = _counter(settings.get("counter", ""), board)
    return Devices(
        buttons={"buttons" if number == 1 else f"buttons {number}": one for number, one in enumerate(buttons, start=1)},
        lights=_lights(settings.get("lights", ""), settings.get("buzzer", ""), buttons, board),
        counters={"counter": counter} if counter else {},
        display=_display(settings.get("display", "")),
        voice=_voice(recordings) if has_voice else None,
        headphones=_headphones(settings.get("headphones", "")),
    )


def computer(folder: Path) -> Computer:
    """What this computer tells of itself, and of the disk that the folder is on."""
    from hardware.health.linux import read_health

    return partial(read_health, folder)


def _faults(key: str, setting: str) -> Iterator[str]:
    kind, _, where = setting.partition(":")
    is_on_pins = (key, kind) in wiring.EXPECTED  # wiring says what is wrong with those
    if kind not in WRITTEN[key] or (not is_on_pins and bool(where) == (kind in ALONE)):
        yield f'{key} "{setting}" is not known. Known are: {"; ".join(WRITTEN[key].values())}.'
    elif kind == "usb":
        from hardware.buttons import usb

        try:
            usb.parse(where)
        except UnknownDevice as error:
            yield f'{key} "{setting}": {error}'


def _apart(buttons: str) -> list[str]:
    """Each device that the setting names, written by itself."""
    return [one.strip() for one in buttons.split(AND)] if buttons else []


def _buttons(setting: str, board: Board) -> ButtonDevice:
    kind, _, where = setting.partition(":")
    match kind:
        case "serial":
            from hardware.buttons.serial import SerialButtons  # only a terminal with a serial line needs pyserial

            return SerialButtons(where)
        case "gpio":
            from hardware.buttons.gpio import GpioButtons

            return GpioButtons(wiring.lines("buttons", setting), board)
        case "usb":
            from hardware.buttons.usb import UsbButtons, parse

            return UsbButtons(*parse(where))
        case _:
            raise UnknownDevice(f'buttons "{setting}"')


def _lights(lights: str, buzzer: str, buttons: Sequence[ButtonDevice], board: Board) -> LightDevice | None:
    if lights == "box":
        from hardware.buttons.serial import SerialButtons
        from hardware.lights.serial import BoxLights

        return BoxLights([box for box in buttons if isinstance(box, SerialButtons)])
    if not lights and not buzzer:
        return None
    from hardware.lights.gpio import GpioLights

    lamps = wiring.lines("lights", lights) if lights else None
    return GpioLights(lamps, wiring.lines("buzzer", buzzer) if buzzer else None, board)


def _counter(setting: str, board: Board) -> CounterDevice | None:
    kind, _, where = setting.partition(":")
    if kind == "serial":
        from hardware.counters.serial import SerialCounter

        return SerialCounter(where)
    if not kind:
        return None
    from hardware.counters.gpio import GpioCounter
    from hardware.counters.passages import BEAM, PIR

    return GpioCounter(BEAM if kind == "beam" else PIR, wiring.lines("counter", setting), board)


def _display(setting: str) -> Display | None:
    kind, _, where = setting.partition(":")
    match kind:
        case "backlight":
            from hardware.display.backlight import BacklightDisplay

            return BacklightDisplay(Path(where))
        case "dpms":
            from hardware.display.dpms import DpmsDisplay

            return DpmsDisplay()
        case _:
            return None


def _voice(recordings: Path | None) -> Speech:
    from hardware.speech.espeak import EspeakSpeech

    return EspeakSpeech(recordings=recordings)


def _headphones(setting: str) -> HeadphoneSocket | None:
    return HeadphoneSocket(setting.partition(":")[2]) if setting else None
