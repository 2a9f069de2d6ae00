"""The terminals as IT sees them: where they stand, when they were last heard of, and whether every press counted."""

from collections import Counter
from collections.abc import Mapping

import msgspec

from sync_server.errors import NotFound
from sync_server.fleet.enrolment import check_touchpoint, free_name, is_made_from
from sync_server.store import Row, Store, amiss
from sync_server.store import terminals as queries
from sync_server.store.amiss import JournalRow


class TerminalRow(msgspec.Struct, frozen=True):
    """pressed, stored, sent, counted: answers of the journal in use; all four are equal when all is well.

    journals: how many it has had. succeeded_by: the terminal whose journal that one is now, it was enrolled anew; there
    it counts, and here nothing does. quarantined, missing: entries, of all its journals; missing ones are held by no
    one any more, and nobody has accepted that yet. readings: as in survey.exchange.Health. Instants are epoch ms.
    """

    terminal_id: str
    name: str
    location_id: str
    location_name: str
    touchpoint_name: str
    enrolled_at: int
    revoked_at: int | None
    last_exchange_at: int | None
    version: str
    pressed: int
    stored: int
    sent: int
    counted: int
    waiting: int
    quarantined: int
    journal: str
    journals: int
    missing: int
    devices: dict[str, str]
    readings: dict[str, float] = {}
    succeeded_by: str = ""

    @property
    def uncounted(self) -> int:
        """Sent, and neither counted nor in quarantine."""
        return max(0, self.sent - self.counted - self.quarantined)


def terminals(store: Store, terminal_id: str | None = None) -> list[TerminalRow]:
    """All of them, or one, by location, touchpoint and name."""
    states = {state[0]: state[1:] for state in queries.states(store, terminal_id)}
    journals = amiss.journals(store, terminal_id)  # heard of last at the end: that is where it goes on
    in_use = {journal.journal_id: journal for journal in journals}
    if terminal_id in states:  # another terminal may go on with it
        for journal in amiss.journals(store, journal_id=states[terminal_id][-1]):
            in_use[journal.journal_id] = journal
    count = Counter(journal.terminal_id for journal in journals)
    owner = {(journal.location_id, journal.journal_id): journal.terminal_id for journal in journals}
    held_back = queries.quarantined(store)
    quarantined, lost = _by_terminal(held_back, owner), _by_terminal(queries.lost(store), owner)
    return [
        _terminal(store, row, states.get(row[0]), in_use, held_back, (count[row[0]], quarantined[row[0]], lost[row[0]]))
        for row in queries.terminals(store, terminal_id)
    ]


def _by_terminal(entries: Mapping[tuple[str, int], int], owner: Mapping[tuple[str, int], str]) -> Counter[str]:
    """entries: by journal, of all terminals; owner: of the journals that matter."""
    sums: Counter[str] = Counter()
    for key, number in entries.items():
        if key in owner:
            sums[owner[key]] += number
    return sums


def terminal(store: Store, terminal_id: str) -> TerminalRow:
    """Raises NotFound."""
    for row in terminals(store, terminal_id):
        return row
    raise NotFound(f"There is no terminal {terminal_id!r}.", "See hymy terminals list.")


def revoke(store: Store, terminal_id: str, now_ms: int) -> None:
    """Its token is worth nothing from now on; what it sent stays. Raises NotFound if it is not in force."""
    with store.write() as transaction:
        if not queries.revoke(transaction, terminal_id, now_ms):
            raise NotFound(f"There is no terminal {terminal_id} in force.", "See hymy terminals list.")


def move(store: Store, terminal_id: str, touchpoint_id: str, now_ms: int) -> str:
    """From now on it stands at this touchpoint; what it collected elsewhere stays there. Returns its name there.

    Raises NotFound for an unknown touchpoint, and for a terminal that is not in force or stands there already.
    """
    check_touchpoint(store, touchpoint_id)
    with store.write() as transaction:
        before, name = queries.place_and_name(transaction, terminal_id)
        wanted = touchpoint_id if is_made_from(before, name) else name
        name = free_name(transaction, touchpoint_id, wanted)
        if not queries.move(transaction, terminal_id, touchpoint_id, name, now_ms):
            text = f"There is no terminal {terminal_id} in force that stands elsewhere than at {touchpoint_id}."
            raise NotFound(text, "See hymy terminals list.")
    return name


def _terminal(
    store: Store,
    row: Row,
    state: Row | None,
    in_use: Mapping[int, JournalRow],
    held_back: Mapping[tuple[str, int], int],
    wrong: tuple[int, int, int],
) -> TerminalRow:
    """held_back: what lies in quarantine, by journal. wrong: how many journals, entries in quarantine and missing."""
    terminal_id, name, location_id, location_name, touchpoint_name, enrolled_at, revoked_at = row
    at, version, pressed, stored, waiting, devices, readings, journal_id = state or (
        None,
        "",
        0,
        0,
        0,
        "{}",
        "{}",
        None,
    )
    journal, succeeded_by = in_use.get(journal_id), ""
    if journal is not None and journal.terminal_id != terminal_id:
        succeeded_by = journal.terminal_id
        journal = None
    if journal is None:
        pressed = stored = waiting = 0
    sent, counted = stored - waiting, 0
    if journal is not None:
        counted = journal.answers - held_back.get((journal.location_id, journal.journal_id), 0)
        if journal.answers < sent:
            counted += amiss.repeated(store, journal.location_id, journal.journal_id)
    return TerminalRow(
        *(terminal_id, name, location_id, location_name, touchpoint_name, enrolled_at, revoked_at),
        last_exchange_at=at,
        version=version,
        pressed=pressed,
        stored=stored,
        sent=sent,
        counted=counted,
        waiting=waiting,
        quarantined=wrong[1],
        journal=journal_name(journal.journal_id) if journal else "",
        journals=wrong[0],
        missing=wrong[2],
        devices=msgspec.json.decode(devices, type=dict[str, str]),
        readings=msgspec.json.decode(readings, type=dict[str, float]),
        succeeded_by=succeeded_by,
    )


def journal_name(journal_id: int) -> str:
    """As terminals and people know it."""
    return f"{journal_id:015x}"
