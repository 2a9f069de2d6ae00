"""The journal's tables. A migration is never edited once it is released."""

import msgspec

from kiosk.journal.seals import add_seals
from kiosk.journal.slim import Database, Migrations
from survey.entries import START
from survey.exchange import Configuration
from survey.opening_hours import told_date, zone

migrations = Migrations("journal")


def _begin(database: Database) -> None:
    number, text, anything = int, str, bytes  # a column for bytes leaves every value as it is
    database["entries"].create(
        {
            "seq": number,
            "visit": number,
            "uptime_ms": number,
            "value": anything,
            "context": number,
            "born": text,
            "chain": number,
            "answers": number,  # how many of the entries up to this one are answers
        },
        pk="seq",
    )
    database["contexts"].create(
        {
            "id": number,
            "kind": text,
            "about": text,
            "survey": text,
            "language": text,
            "source": text,
            "boot": number,
            "clock_ms": number,
        },
        pk="id",
    )
    database["boots"].create(
        {
            "number": number,
            "boot_id": text,
            "offset_ms": number,
            "how": text,
            "clock_ms": number,
            "last_uptime_ms": number,
        },
        pk="number",
    )
    database["sources"].create({"source": text, "last_seq": number}, pk="source")
    state = {
        "journal": "",
        "pressed": 0,
        "sent": 0,
        "last_visit": 0,
        "head_seq": 0,
        "head_chain": START,
        "base_seq": 0,
        "base_chain": START,
        "base_answers": 0,
        "may_forget_seq": 0,
        "standing": "",
        "configuration": b"",
    }
    database["state"].insert(state)


def _copy_contexts(database: Database) -> None:
    """Thousands of entries share a context: in the index it stands a second time, should the first be damaged."""
    database["contexts"].create_index(
        ["kind", "about", "survey", "language", "source", "boot", "clock_ms"], index_name="contexts_copy", unique=True
    )


def _count_days(database: Database) -> None:
    """Answers by the date that the terminal's clock told; those forgotten by now are left out."""
    database["days"].create({"local_date": str, "pressed": int, "stored": int, "last_seq": int}, pk="local_date")
    (encoded,) = database.execute("SELECT configuration FROM state").fetchone()
    time_zone = known_time_zone(encoded)
    answers = database.execute(
        "SELECT seq, clock_ms, uptime_ms FROM entries JOIN contexts ON id = context WHERE kind = 'answer' ORDER BY seq"
    )
    days: dict[str, tuple[int, int]] = {}
    for seq, clock_ms, uptime_ms in answers:
        local_date = told_date(clock_ms, uptime_ms, time_zone)
        days[local_date] = (days.get(local_date, (0, 0))[0] + 1, seq)
    rows = [(local_date, count, count, last_seq) for local_date, (count, last_seq) in days.items()]
    database.conn.executemany("INSERT INTO days VALUES (?, ?, ?, ?)", rows)


def _seal(database: Database) -> None:
    """What the chain does not guard."""
    add_seals(database.conn)


def _note_carried(database: Database) -> None:
    """In a closed journal: the entry after which all was carried over; below 0 where that is not known."""
    database["state"].add_column("carried_after", int, not_null_default=-1)


def _keep_chains(database: Database) -> None:
    """Of what is forgotten: they tell from where on a server has another history in its place."""
    database["forgotten"].create({"seq": int, "chain": int}, pk="seq")
    database.conn.execute("INSERT INTO forgotten SELECT base_seq, base_chain FROM state")


def known_time_zone(configuration: bytes | str) -> str:
    """The one that a configuration as JSON names; UTC without one, and where this computer does not know it."""
    try:
        name = msgspec.json.decode(configuration, type=Configuration).time_zone
        zone(name)
    except ValueError:
        return "UTC"
    return name


migrations()(_begin)
migrations()(_copy_contexts)
migrations()(_count_days)
migrations()(_note_carried)
migrations()(_seal)
migrations()(_keep_chains)
