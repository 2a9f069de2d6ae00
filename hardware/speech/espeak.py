"""A voice by espeak-ng, or a person's own where there is a recording, through ALSA's player.

The programs run in a thread of their own, which leaves off what it says as soon as something newer is to be said.
Where something could not be said it tries, without a sound, whether anything can be, and again until it can.
"""

import logging
import re
import subprocess
import threading
import wave
from array import array
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from hardware.errors import CannotSpeak
from hardware.faults import Fault
from hardware.speech.interface import Utterance

PLAYER = ("aplay", "--quiet", "-")
WORDS_PER_MINUTE = 150
TRY_AGAIN_S = 30.0
PACKAGES = {"aplay": "alsa-utils"}  # of programs whose package has another name

log = logging.getLogger(__name__)


class _Order(NamedTuple):
    utterances: Sequence[Utterance]
    number: int


class EspeakSpeech:
    """recordings: a folder with LANGUAGE/WORDS.wav, see `file_name`. player: plays the WAV on its standard input."""

    def __init__(
        self, *, recordings: Path | None = None, player: Sequence[str] = PLAYER, try_again_s: float = TRY_AGAIN_S
    ) -> None:
        self.fault = Fault("speech")
        self._recordings = recordings
        self._player = player
        self._percent = 100
        self._when_changed: Callable[[bool], None] = lambda works: None
        self._works = True
        self._try_again_s = try_again_s
        self._try_in_s: float | None = None  # if nothing is to be said meanwhile
        self._changed = threading.Condition()  # over what follows
        self._newest = _Order((), number=0)
        self._is_begun = True
        self._program: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._thread: threading.Thread | None = None

    def start(self, *, when_changed: Callable[[bool], None]) -> None:
        self._when_changed = when_changed
        self._try_in_s = 0
        with self._changed:
            self._begin()

    def say(self, utterances: Sequence[Utterance]) -> None:
        with self._changed:
            self._newest = _Order(tuple(utterances), self._newest.number + 1)
            self._is_begun = False
            if self._program:
                self._program.kill()
            self._changed.notify()
            if utterances and not self._is_closed:
                self._begin()

    def set_volume(self, percent: int) -> None:
        self._percent = percent

    def close(self) -> None:
        self._is_closed = True
        self.say(())
        if self._thread:
            self._thread.join()

    def _begin(self) -> None:
        if not self._thread:
            self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while not self._is_closed:
            order = self._next()
            try:
                if order is None:
                    self._try()
                    continue
                for text, language in order.utterances:
                    self._say(text, language, order.number)
                    self.fault.note("")
            except _Interrupted:
                pass
            except (CannotSpeak, OSError, EOFError, wave.Error) as error:
                self.fault.note(str(error))
                self._try_in_s = 0
            except Exception:  # a fault of ours must not silence the terminal for ever
                log.exception("Speech: %r could not be said", order and order.utterances)

    def _next(self) -> _Order | None:
        """None: try the voice."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._is_begun, self._try_in_s):
                return None
            self._is_begun = True
            return self._newest

    def _try(self) -> None:
        """Whether anything can be heard: one sentence or language that can't be said does not make a voice useless."""
        number, fault = self._newest.number, ""
        try:
            silence = RECORDED_SILENCE if self._recordings else self._spoken("a", "en", number, percent=0)
            self._run_program(self._player, silence, number)
        except (CannotSpeak, OSError) as error:
            fault = str(error)
        works, worked, self._works = not fault, self._works, not fault
        self._try_in_s = None if works else self._try_again_s
        if not (works and worked):
            self.fault.note(fault)
        if works != worked:
            self._when_changed(works)

    def _say(self, text: str, language: str, order: int) -> None:
        if recording := self._recording(text, language):
            sound = recorded(recording, self._percent)
        else:
            sound = self._spoken(text, language, order, self._percent)
        self._run_program(self._player, sound, order)

    def _spoken(self, text: str, language: str, order: int, percent: int) -> bytes:
        voice = ["-v", language, "-s", str(WORDS_PER_MINUTE), "-a", str(percent)]  # its own loudness is 100 too
        return self._run_program(["espeak-ng", *voice, "--stdin", "--stdout"], text.encode(), order)

    def _recording(self, text: str, language: str) -> Path | None:
        if self._recordings:
            with suppress(OSError):  # too long for the name of a file: nobody has recorded it
                if (file := self._recordings / language / file_name(text)).is_file():
                    return file
        return None

    def _run_program(self, command: Sequence[str], data: bytes, order: int) -> bytes:
        """What it puts out. Raises _Interrupted if something else is to be said by now."""
        pipe = subprocess.PIPE
        try:
            program = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        except FileNotFoundError as error:
            package = PACKAGES.get(command[0], command[0])
            raise CannotSpeak(f"{command[0]} is missing: apt-get install {package}") from error
        with self._changed:
            self._program = program
            if order != self._newest.number:
                program.kill()
        told, complaint = program.communicate(data)
        with self._changed:
            self._program = None
            if order != self._newest.number:
                raise _Interrupted
        if program.returncode:
            *_, why = ["no reason given", *complaint.decode(errors="replace").splitlines()]
            raise CannotSpeak(f"{' '.join(command)}: {why}")
        return told


class _Interrupted(Exception):
    pass


def file_name(text: str) -> str:
    """Its words in small letters: miten-asiointi-sujui.wav for "Miten asiointi sujui?"."""
    return "-".join(re.findall(r"\w+", text.lower())) + ".wav"


def recorded(file: Path, percent: int) -> bytes:
    """The recording as a WAV of that volume. Raises CannotSpeak, OSError, EOFError or wave.Error."""
    with wave.open(str(file)) as recording:
        if recording.getsampwidth() != 2:
            raise CannotSpeak(f"{file} has {8 * recording.getsampwidth()} bits a sample; 16 are needed")
        samples = array("h", recording.readframes(recording.getnframes()))
        return _wav(recording.getparams(), array("h", (sample * percent // 100 for sample in samples)))


def _wav(params: Any, samples: "array[int]") -> bytes:
    written = BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setparams(params)
        sound.writeframes(samples.tobytes())
    return written.getvalue()


RECORDED_SILENCE = _wav((1, 2, 22_050, 0, "NONE", ""), array("h", bytes(4_410)))  # a tenth of a second
