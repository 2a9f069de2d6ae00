"""The real espeak-ng; what would play stands in for the sound card, which computers for tests lack."""

import logging
import os
import select
import wave
from array import array
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from queue import SimpleQueue

import pytest

from hardware.evdev import SWITCH
from hardware.simulated_evdev import SimulatedInput
from hardware.speech.espeak import EspeakSpeech
from hardware.speech.headphones import HEADPHONES, HeadphoneSocket
from hardware.speech.interface import Speech
from hardware.speech.simulated import SimulatedSpeech

LIMIT_S = 60
SENTENCES = {
    "fi": "Miten asiointi sujui tänään?",
    "sv": "Hur gick det i dag?",
    "en": "How did it go today?",
    "ru": "Как всё прошло сегодня?",
    "el": "Πώς πήγε σήμερα;",
    "ar": "كيف كانت زيارتك اليوم؟",
}


class Listener:
    """Players for EspeakSpeech: each hears a sentence out, and then does something."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._told = folder / "told"
        os.mkfifo(self._told)
        self._end = os.open(self._told, os.O_RDWR | os.O_NONBLOCK)

    def then(self, *command: str) -> tuple[str, ...]:
        script = self._folder / "player"
        script.write_text(f'#!/bin/sh\ncat > {self._folder}/$$.wav && echo $$ > {self._told} && exec "$@"\n')
        script.chmod(0o755)
        return (str(script), *command)

    def hear(self) -> bytes:
        """The next sentence that reached a player whole."""
        ready, _, _ = select.select([self._end], [], [], LIMIT_S)
        assert ready, "nothing was said"
        return (self._folder / f"{os.read(self._end, 100).decode().strip()}.wav").read_bytes()

    def close(self) -> None:
        os.close(self._end)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[Listener]:
    listener = Listener(tmp_path)
    yield listener
    listener.close()


class Log(logging.Handler):
    """What was logged, to wait for."""

    def __init__(self) -> None:
        super().__init__()
        self.queue: SimpleQueue[str] = SimpleQueue()

    def emit(self, record: logging.LogRecord) -> None:
        self.queue.put(record.getMessage())

    def next(self) -> str:
        return self.queue.get(timeout=LIMIT_S)


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    logging.getLogger("hardware.faults").addHandler(log)
    yield log
    logging.getLogger("hardware.faults").removeHandler(log)


def seconds(sound: bytes) -> float:
    return len(samples(sound)) / 22_050


def samples(sound: bytes) -> "array[int]":
    with wave.open(BytesIO(sound)) as opened:
        return array("h", opened.readframes(opened.getnframes()))


@pytest.mark.parametrize("language", SENTENCES)
def test_each_language_of_a_terminal_has_a_voice(listener: Listener, language: str) -> None:
    speech: Speech = EspeakSpeech(player=listener.then("true"))

    speech.say([(SENTENCES[language], language)])
    sound = listener.hear()
    speech.close()

    assert 0.8 < seconds(sound) < 6
    assert max(samples(sound)) > 3_000  # no silence
    assert speech.fault.text == ""


def test_utterances_follow_each_other_each_in_its_language(listener: Listener) -> None:
    speech = EspeakSpeech(player=listener.then("true"))

    speech.say([(SENTENCES["en"], "en"), ("Ja.", "fi")])
    question, choice = listener.hear(), listener.hear()
    speech.close()

    assert seconds(choice) < 0.8 < seconds(question)


def test_a_new_sentence_ends_the_one_before(listener: Listener) -> None:
    speech = EspeakSpeech(player=listener.then("sleep", "600"))

    speech.say([("Thank you very much indeed.", "en")])
    first = listener.hear()
    speech.say([("Yes.", "en")])
    second = listener.hear()
    speech.close()

    assert seconds(second) < seconds(first)
    assert speech.fault.text == ""


def test_of_many_sentences_at_once_the_newest_is_said(listener: Listener) -> None:
    speech = EspeakSpeech(player=listener.then("true"))

    for word in ("one", "two", "three", "four"):
        speech.say([(word, "en")])
    speech.say([(SENTENCES["en"], "en")])
    heard = [listener.hear()]
    while seconds(heard[-1]) < 0.8:  # the first may have begun
        heard.append(listener.hear())
    speech.close()

    assert len(heard) <= 2


def test_being_quiet_ends_what_is_said_and_what_waits(listener: Listener) -> None:
    speech = EspeakSpeech(player=listener.then("sleep", "600"))
    speech.say([(SENTENCES["en"], "en")])
    listener.hear()

    speech.say([])
    speech.say([("Yes.", "en")])
    after = listener.hear()
    speech.close()

    assert seconds(after) < 1.2


def test_the_volume_counts_from_the_next_sentence_on(listener: Listener) -> None:
    speech = EspeakSpeech(player=listener.then("true"))

    speech.say([(SENTENCES["fi"], "fi")])
    loud = listener.hear()
    speech.set_volume(25)
    speech.say([(SENTENCES["fi"], "fi")])
    soft = listener.hear()
    speech.close()

    assert max(samples(soft)) == pytest.approx(max(samples(loud)) / 4, rel=0.1)


def record(file: Path, *, width: int = 2) -> None:
    file.parent.mkdir()
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, width, 22_050, 0, "NONE", ""))
        sound.writeframes(array("h", [1000, -2000, 3000]).tobytes())


def test_a_recording_is_played_where_there_is_one(listener: Listener, tmp_path: Path) -> None:
    record(tmp_path / "fi/kiitos-ja-hyvää-päivää.wav")
    speech = EspeakSpeech(recordings=tmp_path, player=listener.then("true"))
    speech.set_volume(50)

    speech.say([("Kiitos ja hyvää päivää!", "fi")])
    recorded = listener.hear()
    speech.say([("Tack!", "sv")])
    spoken = listener.hear()
    speech.close()

    assert list(samples(recorded)) == [500, -1000, 1500]
    assert len(samples(spoken)) > 1_000


def test_a_sentence_too_long_for_the_name_of_a_file_is_said_all_the_same(listener: Listener, tmp_path: Path) -> None:
    (tmp_path / "ru").mkdir()
    voice = EspeakSpeech(recordings=tmp_path, player=listener.then("true"))

    voice.say([(f"{SENTENCES['ru']} " * 8, "ru")])

    assert seconds(listener.hear()) > 1
    voice.close()


def test_a_recording_that_cannot_be_played_is_told(listener: Listener, log: Log, tmp_path: Path) -> None:
    record(tmp_path / "fi/kiitos-ja-hyvää-päivää.wav", width=1)
    speech = EspeakSpeech(recordings=tmp_path, player=listener.then("true"))

    speech.say([("Kiitos ja hyvää päivää!", "fi")])

    assert "päivää.wav has 8 bits a sample; 16 are needed" in log.next()
    speech.close()


def test_a_missing_program_is_told_with_its_package(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    speech = EspeakSpeech()

    speech.say([("Kiitos!", "fi")])

    assert log.next() == "speech: espeak-ng is missing: apt-get install espeak-ng"
    speech.close()


@pytest.mark.parametrize(
    ("language", "then", "expected"),
    [
        ("tlh-none", "true", "voice does not exist"),
        ("fi", "echo ALSA lib >&2; echo audio open error >&2; exit 1", "audio open error"),
    ],
    ids=["no such voice", "no sound card"],
)
def test_what_cannot_be_said_is_told_and_the_next_sentence_is_said(
    listener: Listener, log: Log, language: str, then: str, expected: str
) -> None:
    speech = EspeakSpeech(player=listener.then("sh", "-c", then))

    speech.say([("Kiitos!", language)])
    told = log.next()
    speech.say([("Tack!", "sv")])

    assert expected in told
    assert listener.hear()
    speech.close()


def test_a_voice_tells_without_a_sound_whether_it_can_be_heard(listener: Listener, log: Log, tmp_path: Path) -> None:
    told: SimpleQueue[bool] = SimpleQueue()
    card = tmp_path / "card"
    player = listener.then("sh", "-c", f"test -e {card} || {{ echo audio open error >&2; exit 1; }}")
    speech = EspeakSpeech(player=player, try_again_s=0.01)

    speech.start(when_changed=told.put)
    was_heard, fault = told.get(timeout=LIMIT_S), log.next()
    card.touch()
    is_heard = told.get(timeout=LIMIT_S)
    speech.close()

    assert (was_heard, is_heard) == (False, True)
    assert "audio open error" in fault
    assert speech.fault.text == ""


def test_one_language_without_a_voice_takes_none_from_the_others(listener: Listener, log: Log) -> None:
    told: SimpleQueue[bool] = SimpleQueue()
    speech = EspeakSpeech(player=listener.then("true"))
    speech.start(when_changed=told.put)
    listener.hear()  # the try at the start

    speech.say([("Kiitos!", "tlh-none")])
    fault = log.next()
    silence = listener.hear()
    speech.close()

    assert "voice does not exist" in fault
    assert max(samples(silence)) == 0
    assert told.empty()
    assert speech.fault.text == fault.removeprefix("speech: ")


def test_recordings_alone_are_voice_enough(listener: Listener, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    for program in ("cat", "true"):  # and no espeak-ng
        (tmp_path / "bin" / program).symlink_to(f"/bin/{program}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    speech = EspeakSpeech(recordings=tmp_path, player=listener.then("true"))

    speech.start(when_changed=lambda _: None)

    assert max(samples(listener.hear())) == 0
    speech.close()


def test_the_twin_records_what_was_said() -> None:
    twin = SimulatedSpeech()
    speech: Speech = twin

    speech.set_volume(50)
    speech.say([("Kiitos!", "fi")])

    assert twin.record == [((("Kiitos!", "fi"),), 50)]


class Socket:
    """What a terminal does with a headphone socket: `changes` has whether headphones are plugged, and the socket."""

    def __init__(self, socket: HeadphoneSocket) -> None:
        self.told: SimpleQueue[bool | str] = SimpleQueue()
        self.socket = socket
        socket.start(when_plugged=self.told.put, when_changed=self.told.put)

    def next(self) -> bool | str:
        return self.told.get(timeout=LIMIT_S)


def test_headphones_are_told_of_when_plugged_and_unplugged(tmp_path: Path) -> None:
    with SimulatedInput(tmp_path / "event0") as jack:
        socket = Socket(HeadphoneSocket(str(jack.path)))
        told = [socket.next()]

        jack.switch(HEADPHONES, on=True)
        jack.switch(HEADPHONES, on=True)
        jack.send((SWITCH, 4, 1))  # another socket of the same sound card
        jack.switch(HEADPHONES, on=False)

        told += [socket.next(), socket.next()]
        socket.socket.stop()
    assert told == ["plugged", True, False]


def test_a_sound_card_pulled_out_takes_its_headphones_along(tmp_path: Path) -> None:
    jack = SimulatedInput(tmp_path / "event0")
    socket = Socket(HeadphoneSocket(str(jack.path)))
    jack.switch(HEADPHONES, on=True)
    told = [socket.next(), socket.next()]

    jack.unplug()

    assert [*told, socket.next(), socket.next()] == ["plugged", True, "unplugged", False]
    socket.socket.stop()


def test_the_first_device_with_such_a_socket_is_taken(tmp_path: Path) -> None:
    for name, switches in (("event0", "0"), ("event1", "10"), ("event2", "14")):
        (tmp_path / name / "device/capabilities").mkdir(parents=True)
        (tmp_path / name / "device/capabilities/sw").write_text(f"{switches}\n")
    devices = tmp_path / "dev"
    devices.mkdir()

    with SimulatedInput(devices / "event2") as jack:
        socket = Socket(HeadphoneSocket(system=tmp_path, devices=devices))
        jack.switch(HEADPHONES, on=True)

        assert [socket.next(), socket.next()] == ["plugged", True]
        socket.socket.stop()


def test_a_computer_without_such_a_socket_has_none(tmp_path: Path) -> None:
    socket = Socket(HeadphoneSocket(system=tmp_path))

    assert socket.next() == "unplugged"
    socket.socket.stop()
