"""The chain's pictures on this terminal: a file each, named by the SHA-256 of what it holds, and how they come here.

None of them holds anything up: answers are sent first, and a question without its pictures is asked in words.
"""

import logging
from collections.abc import Callable, Container, Mapping
from hashlib import sha256 as digest
from pathlib import Path
from random import Random

import msgspec

from kiosk import enrolment, small_file
from kiosk.clock import Clock
from kiosk.errors import StrangeReply, TooSlow, Unreachable
from kiosk.patience import Patience
from kiosk.transport import Transport
from survey.exchange import MAX_PICTURE_BYTES, PICTURE_PATH, Configuration, PictureReply, PictureRequest

FOLDER = "pictures"
YOUNG_S = 24 * 3600  # may belong to a configuration that is still on its way

log = logging.getLogger(__name__)


def picture_file(folder: Path, sha256: str) -> Path:
    """Where a picture lies, or would."""
    return folder / FOLDER / f"{sha256}.png"


def on_shelf(folder: Path, pictures: Mapping[str, str]) -> dict[str, Path]:
    """Of a configuration's pictures (name -> SHA-256) those that are here and whole, by name."""
    return {name: picture_file(folder, sha256) for name, sha256 in pictures.items() if _is_whole(folder, sha256)}


def clear_shelf(folder: Path, named: Container[str], *, wall_s: float) -> int:
    """Drop the pictures whose SHA-256 nothing names; returns how many. wall_s: the system's clock. Raises OSError."""
    unnamed = [file for file in (folder / FOLDER).glob("*") if file.stem not in named]
    old = [file for file in unnamed if file.stat().st_mtime < wall_s - YOUNG_S]
    for file in old:
        file.unlink()
    return len(old)


class Fetching:
    """Fetches what a configuration names and the shelf lacks, a picture a step.

    when_come: called from the thread that steps, when something has come and nothing more comes at once.
    """

    def __init__(
        self,
        folder: Path,
        transport: Transport,
        clock: Clock,
        random: Random,
        *,
        when_come: Callable[[Configuration], None],
    ) -> None:
        self._folder = folder
        self._transport = transport
        self._clock = clock
        self._patience = Patience(random)
        self._when_come = when_come
        self._wanted: Configuration | None = None
        self._looked_for: Configuration | None = None
        self._missing: list[str] = []  # SHA-256 of each
        self._has_come = False
        self._not_before_ms = 0
        self._problem = ""

    def want(self, configuration: Configuration) -> None:
        """The one in force from now on. From any thread."""
        self._wanted = configuration

    def step(self) -> bool:
        """Whether there is more to fetch at once."""
        wanted = self._wanted
        if wanted is not self._looked_for and wanted:
            self._looked_for, self._not_before_ms = wanted, 0
            self._missing = [sha for sha in sorted(set(wanted.pictures.values())) if not _is_whole(self._folder, sha)]
        if wanted is None or not self._missing or self._clock.uptime_ms() < self._not_before_ms:
            return False
        self._take(self._missing.pop(0))
        is_more = bool(self._missing) and not self._problem
        if self._has_come and not is_more:
            self._has_come = False
            self._when_come(wanted)
        return is_more

    def _take(self, sha256: str) -> None:
        try:
            content = self._fetch(sha256)
            picture_file(self._folder, sha256).parent.mkdir(exist_ok=True)
            small_file.write(picture_file(self._folder, sha256), content)
        except (Unreachable, TooSlow, StrangeReply, OSError) as error:
            self._missing.append(sha256)
            self._not_before_ms = self._clock.uptime_ms() + round(self._patience.back_off_s() * 1000)
            if str(error) != self._problem:
                log.warning("A picture is missing, and is tried again later: %s", error)
            self._problem = str(error)
        else:
            self._has_come, self._problem, self._patience.failures = True, "", 0

    def _fetch(self, sha256: str) -> bytes:
        """Raises StrangeReply if what comes is another than was asked for, and whatever the transport raises."""
        identity = enrolment.load(self._folder)
        token = identity.token if identity else ""
        answer = self._transport.post(PICTURE_PATH, msgspec.json.encode(PictureRequest(sha256)), token=token)
        if answer.status != 200:
            raise StrangeReply(f"The server answers {answer.status} to the picture {sha256}.")
        try:
            content = msgspec.json.decode(answer.body, type=PictureReply).content
        except msgspec.DecodeError as error:
            raise StrangeReply(f"What came for the picture {sha256} is no picture: {error}.") from error
        if len(content) > MAX_PICTURE_BYTES or digest(content).hexdigest() != sha256:
            raise StrangeReply(
                f"What came for the picture {sha256} is another, or larger than {MAX_PICTURE_BYTES} bytes."
            )
        return content


def _is_whole(folder: Path, sha256: str) -> bool:
    try:
        return digest(picture_file(folder, sha256).read_bytes()).hexdigest() == sha256
    except OSError:
        return False
