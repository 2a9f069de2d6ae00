"""A voice by espeak-ng, or a person's own where there is a recording, through ALSA's player.

The programs run in a thread of their own, which only ever says the newest sentence.
"""

import logging
import subprocess
import threading
import wave
from array import array
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from hardware.errors import CannotSpeak
from hardware.faults import Fault

PLAYER = ("aplay", "--quiet", "-")
WORDS_PER_MINUTE = 150
PACKAGES = {"aplay": "alsa-utils"}  # of programs whose package has another name

log = logging.getLogger(__name__)


class Sentence(NamedTuple):
    """turn: which order it was."""

    text: str
    language: str
    key: str
    volume: float
    turn: int


class EspeakSpeech:
    """recordings: folder with LANGUAGE/KEY.wav (16 bit). player: a program that plays the WAV on its standard input."""

    def __init__(self, *, recordings: Path | None = None, player: Sequence[str] = PLAYER) -> None:
        self.fault = Fault("speech")
        self._recordings = recordings
        self._player = player
        self._volume = 1.0
        self._changed = threading.Condition()  # over what follows
        self._turn = 0
        self._wanted: Sentence | None = None
        self._program: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self._thread: threading.Thread | None = None  # there from the first sentence on

    def say(self, text: str, *, language: str, key: str = "") -> None:
        with self._changed:
            self._interrupt()
            self._wanted = Sentence(text, language, key, self._volume, self._turn)
            if not self._thread and not self._is_closed:
                self._thread = threading.Thread(target=self._run, name="speech", daemon=True)
                self._thread.start()

    def be_quiet(self) -> None:
        with self._changed:
            self._interrupt()

    def set_volume(self, share: float) -> None:
        self._volume = share

    def close(self) -> None:
        with self._changed:
            self._is_closed = True
            self._interrupt()
        if self._thread:
            self._thread.join()

    def _interrupt(self) -> None:
        """What was ordered before is over, said or not."""
        self._turn += 1
        self._wanted = None
        if self._program:
            self._program.kill()
        self._changed.notify()

    def _run(self) -> None:
        while sentence := self._next():
            try:
                self._say(sentence)
                self.fault.note("")
            except _Interrupted:
                pass
            except (CannotSpeak, OSError, EOFError, wave.Error) as error:
                self.fault.note(str(error))
            except Exception:  # a fault of ours must not silence the terminal for ever
                log.exception("Speech: %r could not be said", sentence.text)

    def _next(self) -> Sentence | None:
        with self._changed:
            self._changed.wait_for(lambda: self._wanted or self._is_closed)
            sentence, self._wanted = self._wanted, None
            return None if self._is_closed else sentence

    def _say(self, sentence: Sentence) -> None:
        recording = self._recordings and self._recordings / sentence.language / f"{sentence.key}.wav"
        if recording and sentence.key and recording.is_file():
            sound = recorded(recording, sentence.volume)
        else:
            amplitude = str(round(100 * sentence.volume))  # 100 is espeak-ng's own
            voice = ["-v", sentence.language, "-s", str(WORDS_PER_MINUTE), "-a", amplitude]
            command = ["espeak-ng", *voice, "--stdin", "--stdout"]
            sound = self._run_program(command, sentence.text.encode(), sentence.turn)
        self._run_program(self._player, sound, sentence.turn)

    def _run_program(self, command: Sequence[str], data: bytes, turn: int) -> bytes:
        """What it puts out. Raises _Interrupted if something else is to be said by now."""
        pipe = subprocess.PIPE
        try:
            program = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe)
        except FileNotFoundError as error:
            package = PACKAGES.get(command[0], command[0])
            raise CannotSpeak(f"{command[0]} is missing: apt-get install {package}") from error
        with self._changed:
            self._program = program
            if turn != self._turn:
                program.kill()
        told, complaint = program.communicate(data)
        with self._changed:
            self._program = None
            if turn != self._turn:
                raise _Interrupted
        if program.returncode:
            *_, why = ["no reason given", *complaint.decode(errors="replace").splitlines()]
            raise CannotSpeak(f"{' '.join(command)}: {why}")
        return told


class _Interrupted(Exception):
    pass


def recorded(file: Path, volume: float) -> bytes:
    """The recording as a WAV of that volume. Raises CannotSpeak, OSError, EOFError or wave.Error."""
    with wave.open(str(file)) as recording:
        if recording.getsampwidth() != 2:
            raise CannotSpeak(f"{file} has {8 * recording.getsampwidth()} bits a sample; 16 are needed")
        samples = array("h", recording.readframes(recording.getnframes()))
        written = BytesIO()
        with wave.open(written, "wb") as sound:
            sound.setparams(recording.getparams())
            sound.writeframes(array("h", (round(volume * sample) for sample in samples)).tobytes())
    return written.getvalue()
