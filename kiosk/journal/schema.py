"""The journal's tables. A migration is never edited once it is released."""

from sqlite_utils import Database, Migrations

from survey.entries import START

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


migrations()(_begin)
