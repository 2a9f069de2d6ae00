"""The one request between terminal and server, and its reply, as data, to and from bytes (design.md 3).

Entries travel as columns: contexts once each, counters as differences. That is a fifth of the bytes of one object each.
"""

import zlib
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from itertools import accumulate
from typing import Annotated, Literal, NamedTuple, TypeVar

import msgspec

from survey.entries import MOST, Context, Entry, Head, Number, chain
from survey.errors import ExchangeTooLarge, MalformedExchange
from survey.opening_hours import zone
from survey.questions import Survey, Value, survey_faults
from survey.schedule import EVERY_DAY, OpeningHours
from survey.theme import Theme

PATH = "/api/exchange"
ENROLMENT_PATH = "/api/enrol"
PICTURE_PATH = "/api/picture"
MAX_PICTURE_BYTES = 200_000
MAX_BODY_BYTES = 1_000_000  # compressed, as it comes
MAX_PLAIN_BYTES = 8_000_000  # after decompression
MAX_BATCH = 5_000  # entries
MAX_DAYS = 400  # days in one request
MAX_CLOSED = 200  # closed journals in one request
MAX_BOOTS = MAX_BATCH + 1  # one for each entry, and the running one
MAX_DEVICES = 50
MAX_READINGS = 50
MAX_NAME = 100  # characters of a version, a boot's id, a device
MAX_STATE = 200  # characters that say how a device is
MAX_CODE = 100  # characters of an enrolment code, with whatever was typed around it
CLAIM = "[0-9A-Za-z_-]{32,100}"  # long enough that nobody guesses it
NEW_JOURNAL = "new_journal"

T = TypeVar("T")
Difference = Annotated[int, msgspec.Meta(ge=-(2**50), le=2**50)]  # a whole batch of them adds up within 64 bits
Name = Annotated[str, msgspec.Meta(max_length=MAX_NAME)]
State = Annotated[str, msgspec.Meta(max_length=MAX_STATE)]
ClockSource = Literal["server", "ntp", "estimated", "unknown"]


class Columns(msgspec.Struct, frozen=True):
    """A batch of entries, one list a column; context is an index into contexts, visit and uptime_ms are differences.

    born is empty unless some entry was carried over; else one text for each entry.
    """

    contexts: list[Context] = []
    context: list[int] = []
    visit: list[Difference] = []
    uptime_ms: list[Difference] = []
    value: list[Value] = []
    born: list[str] = []


class Boot(msgspec.Struct, frozen=True, array_like=True):
    """One run of the terminal's computer. offset_ms + an entry's uptime_ms is its true time (UTC, epoch).

    how: where the offset comes from. `unknown`: none yet, the entry's own clock_ms is all there is.
    """

    number: Number
    boot_id: Name
    offset_ms: Number | None
    how: ClockSource


class Health(msgspec.Struct, frozen=True):
    """How the terminal is. pressed, stored, waiting count answers since its journal began.

    devices: how each is, in a word. readings: what is measured, e.g. `temperature_c`; names with their unit.
    """

    version: Name = ""
    pressed: Number = 0
    stored: Number = 0
    waiting: Number = 0
    devices: Annotated[dict[Name, State], msgspec.Meta(max_length=MAX_DEVICES)] = {}
    readings: Annotated[dict[Name, float], msgspec.Meta(max_length=MAX_READINGS)] = {}


class Day(msgspec.Struct, frozen=True, array_like=True):
    """Answers of one local date, since the journal began: taken from people, and durable on the terminal.

    The date is the one at the location by the terminal's own clock when the answer was given (opening_hours.told_date):
    an entry never changes it, so that both sides count the same, however wrong that clock was.
    """

    local_date: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    pressed: Number
    stored: Number


class Closed(msgspec.Struct, frozen=True, array_like=True):
    """A journal that was closed, and is kept on the terminal until it may be forgotten (design.md 3.4).

    end: the last entry that was not carried over into another journal; the newest one if none was.
    """

    journal: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{15}$")]
    end: Head


class Request(msgspec.Struct, frozen=True):
    """*Here is what is new here; what is new there?* An empty batch is the heartbeat.

    after: the entry that the batch follows.
    configuration: version of the one in force on the terminal, empty for none.
    days: those with entries that are new to the server, and the newest. closed: with a heartbeat, the closed journals.
    gap_after: the server's head, where all that lies between it and `after` is forgotten.
    """

    journal: str
    after: Head
    batch: Columns = Columns()
    boots: Annotated[list[Boot], msgspec.Meta(max_length=MAX_BOOTS)] = []
    health: Health = Health()
    configuration: Name = ""
    days: Annotated[list[Day], msgspec.Meta(max_length=MAX_DAYS)] = []
    closed: Annotated[list[Closed], msgspec.Meta(max_length=MAX_CLOSED)] = []
    gap_after: Head | None = None


class Goal(msgspec.Struct, frozen=True):
    """Shown on the terminal: where the location wants to be and where it stands (both 0..100), as of a local date."""

    target: int
    current: int | None = None
    as_of: str = ""


class Configuration(msgspec.Struct, frozen=True):
    """What the server tells a terminal to ask, and where it stands.

    opening_hours: None where the location's are not told: open always. pictures: name -> SHA-256 (hex) of a PNG, which
    the terminal asks for by that hash (PICTURE_PATH). staff_pin: as survey.pins.hashed gives it; empty: no staff mode.
    """

    version: Name
    terminal_name: str
    location_name: str
    touchpoint_name: str
    time_zone: str
    survey: Survey
    goal: Goal | None = None
    opening_hours: OpeningHours | None = None
    theme: Theme = Theme()
    pictures: dict[str, str] = {}
    staff_pin: str = ""


class Standing(msgspec.Struct, frozen=True):
    """Where the server stands with a closed journal; the fields are those of Reply."""

    journal: str
    head: Head
    missing: list[tuple[int, int]] = []
    may_forget: Head | None = None


class Reply(msgspec.Struct, frozen=True):
    """Where the server stands with the request's journal, by its name: another's reply is none of ours.

    head: the newest entry that it holds of the journal, whatever became of the batch.
    known: some older heads, newest first, for finding the last common entry when histories differ.
    missing: (first, last) seqs that the server lacks; whoever still holds them hands them over, up to the last one.
    may_forget: up to where every backup holds the journal. closed: one for each closed journal of the request.
    commands: `NEW_JOURNAL` when the terminal was moved: close this journal once all of it is here.
    """

    journal: str
    head: Head
    server_time_ms: int
    known: list[Head] = []
    missing: list[tuple[int, int]] = []
    may_forget: Head | None = None
    configuration: Configuration | None = None
    commands: list[str] = []
    closed: list[Standing] = []


class EnrolmentRequest(msgspec.Struct, frozen=True):
    """A one-time code goes in. claim: a secret of the terminal's; with it the same code gives the same token again."""

    code: Annotated[str, msgspec.Meta(max_length=MAX_CODE)]
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""
    claim: Annotated[str, msgspec.Meta(pattern=f"^({CLAIM})?$")] = ""


class EnrolmentReply(msgspec.Struct, frozen=True):
    """A token comes out; the server keeps only its hash."""

    token: str
    terminal_id: str


class PictureRequest(msgspec.Struct, frozen=True):
    """sha256: as Configuration.pictures names it, which is also how the terminal knows that it got the right one."""

    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class PictureReply(msgspec.Struct, frozen=True):
    """A PNG, in base64 on the wire."""

    content: bytes


class ErrorReply(msgspec.Struct, frozen=True):
    """What went wrong, for a program (error), for people (message) and what to do about it (hint)."""

    error: str
    message: str
    hint: str = ""


def to_columns(entries: Sequence[Entry]) -> Columns:
    """Entries in the order of their seqs, without holes."""
    places: dict[Context, int] = {}
    context = [places.setdefault(entry.context, len(places)) for entry in entries]
    carried = any(entry.born for entry in entries)
    return Columns(
        contexts=list(places),
        context=context,
        visit=_differences([entry.visit for entry in entries]),
        uptime_ms=_differences([entry.uptime_ms for entry in entries]),
        value=[entry.value for entry in entries],
        born=[entry.born for entry in entries] if carried else [],
    )


class Lines(NamedTuple):
    """A batch unfolded, still column by column: whole columns are handled in one go where the server has no time."""

    seqs: Sequence[int]
    visits: Sequence[int]
    uptimes_ms: Sequence[int]
    values: Sequence[Value]
    contexts: Sequence[Context]  # the different ones
    context: Sequence[int]  # which of them each entry has
    born: Sequence[str]

    def entry(self, place: int) -> Entry:
        """The entry at this place of the batch, from 0."""
        context = self.contexts[self.context[place]]
        parts = (self.seqs[place], self.visits[place], self.uptimes_ms[place], self.values[place])
        return Entry(*parts, context, self.born[place])

    def part(self, begin: int, end: int) -> "Lines":
        """Those at the places begin to end - 1."""
        return self._replace(
            seqs=self.seqs[begin:end],
            visits=self.visits[begin:end],
            uptimes_ms=self.uptimes_ms[begin:end],
            values=self.values[begin:end],
            context=self.context[begin:end],
            born=self.born[begin:end],
        )

    def chain(self, previous: int) -> Sequence[int]:
        """The chain value of each entry (survey.entries.chain), each context encoded once."""
        encoded = [msgspec.Raw(msgspec.json.encode(context)) for context in self.contexts]
        contexts = map(encoded.__getitem__, self.context)
        return chain(previous, list(zip(*self[:4], contexts, self.born, strict=True)))


def unfold(columns: Columns, after_seq: int) -> Lines:
    """The entries that follow entry `after_seq`.

    Raises ExchangeTooLarge, and MalformedExchange if the columns don't fit each other.
    """
    count = len(columns.value)
    if count > MAX_BATCH:
        raise ExchangeTooLarge(f"A batch holds at most {MAX_BATCH} entries; this one has {count}.")
    if after_seq + count > MOST:
        raise MalformedExchange(f"No journal has as many entries as {after_seq + count}.")
    if len(columns.contexts) > MAX_BATCH:
        raise MalformedExchange(f"A batch has at most {MAX_BATCH} contexts; this one has {len(columns.contexts)}.")
    born = columns.born or [""] * count
    if not len(columns.context) == len(columns.visit) == len(columns.uptime_ms) == len(born) == count:
        raise MalformedExchange("The columns of the batch are not of the same length.")
    if columns.context and not 0 <= min(columns.context) <= max(columns.context) < len(columns.contexts):
        raise MalformedExchange("The batch names a context that it does not hold.")
    visits, uptimes_ms = list(accumulate(columns.visit)), list(accumulate(columns.uptime_ms))
    seqs = range(after_seq + 1, after_seq + 1 + count)
    return Lines(seqs, visits, uptimes_ms, columns.value, columns.contexts, columns.context, born)


def from_columns(columns: Columns, after_seq: int) -> list[Entry]:
    """The same one by one, for whoever has the time."""
    lines = unfold(columns, after_seq)
    return [lines.entry(place) for place in range(len(lines.seqs))]


_request_decoder = msgspec.json.Decoder(Request)
_reply_decoder = msgspec.json.Decoder(Reply)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])


def encode_request(request: Request) -> bytes:
    """Gzipped JSON."""
    packer = zlib.compressobj(level=6, wbits=31)
    return packer.compress(msgspec.json.encode(request)) + packer.flush()


def decode_request(body: bytes) -> Request:
    """Raises MalformedExchange for anything else than an encoded request, ExchangeTooLarge before it can grow large."""
    return _decode(unpack(body), _request_decoder)


def decode_reply(body: bytes) -> Reply:
    """Raises MalformedExchange, e.g. for a Wi-Fi login page that came with status 200."""
    return _decode(body, _reply_decoder)


def without_configuration(reply: bytes) -> bytes:
    """What else it says: a server of another release may tell to ask what is not known here.

    Raises MalformedExchange for what is no object.
    """
    fields = _decode(reply, _fields_decoder)
    fields.pop("configuration", None)
    return msgspec.json.encode(fields)


def configuration_faults(configuration: Configuration) -> Iterator[str]:
    """What keeps a terminal from asking so, a sentence each."""
    yield from survey_faults(configuration.survey)
    try:
        zone(configuration.time_zone)
    except ValueError as error:
        yield str(error)
    hours = configuration.opening_hours
    if hours and len(hours.week) != len(EVERY_DAY):
        yield f"The opening hours are those of {len(hours.week)} weekdays; there are {len(EVERY_DAY)}."


def wait_asked_s(retry_after: str, date: str) -> float | None:
    """How long the two headers of a reply ask to wait, None if they don't.

    As seconds, or as a date: less the date of the reply, since our own clock may be wrong.
    """
    if retry_after.isdecimal():
        return float(retry_after)
    try:
        return (parsedate_to_datetime(retry_after) - parsedate_to_datetime(date)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None


def unpack(body: bytes) -> bytes:
    """Decompress at most MAX_PLAIN_BYTES. Raises ExchangeTooLarge for more, MalformedExchange for what is no gzip."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, MAX_PLAIN_BYTES + 1)
    except zlib.error as error:
        raise MalformedExchange(f"The body is not gzipped JSON: {error}.") from error
    if len(plain) > MAX_PLAIN_BYTES:
        raise ExchangeTooLarge(f"The body unpacks to more than {MAX_PLAIN_BYTES} bytes; send smaller batches.")
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedExchange("The body is cut short, or something follows its end.")
    return plain


def _decode(plain: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    try:
        return decoder.decode(plain)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedExchange(f"Not understood: {error}.") from error


def _differences(numbers: list[int]) -> list[int]:
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]
