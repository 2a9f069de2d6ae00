"""What must be true once a history has come to rest; returned as sentences, none when all is well."""

from collections import Counter
from collections.abc import Iterator

from sync_server.fleet import days, missing
from sync_server.fleet.terminals import journal_name
from sync_server.store import amiss, places
from sync_server.upkeep.rebuild import differences
from tests.model.server import TOUCHPOINTS
from tests.model.terminals import Held
from tests.model.world import OUT_OF_RANGE, World

CLOCK_MS = 1_000


def faults(world: World) -> list[str]:
    return [*world.faults, *_counted(world), *_rollups(world), *_days(world)]


def _counted(world: World) -> Iterator[str]:
    """Everything that was thanked for once, nothing twice, and nothing that nobody pressed."""
    there = Counter(world.server.presses())
    held: dict[int, list[Held]] = {}
    for terminal in world.terminals:
        for one in terminal.card.held():
            held.setdefault(one.press, []).append(one)
    lost = missing.missing(world.server.store)
    ranges = [(row.journal, row.first_seq, row.last_seq) for row in lost]
    for press in world.presses:
        if not world.thanked[press]:
            yield f"Press {press} was never thanked for."
        elif there[press] > 1:
            yield f"Press {press} counts {there[press]} times."
        elif not there[press]:
            yield from _lost(world, press, held.get(press, []), ranges)
    if strange := there.keys() - world.presses.keys():
        yield f"Nobody pressed {strange}."
    yield from _as_pressed(world)


def _lost(world: World, press: int, held: list[Held], ranges: list[tuple[str, int, int]]) -> Iterator[str]:
    """Not there: is that known, and could it be avoided?"""
    forgotten = _all_names(world, world.forgotten.get(press, set()))
    names = {name for name, _ in forgotten}
    is_shown = any(is_in(ranges, *place) for place in forgotten)
    for one in held:
        if is_shown:
            world.seen["lost: shown, though the closed half of a fork has it"] += 1
        elif is_in(world.accepted, one.journal, one.seq):
            world.seen["lost: accepted, though some card holds it"] += 1
        elif any(name == one.journal and first <= one.seq <= last > one.newest for name, first, last in ranges):
            world.seen["lost: held by a card that can't prove it"] += 1
        else:
            yield f"Press {press} does not count, and {one} has it."
    if held:
        return
    if press in world.safe:
        yield f"Press {press} was on the server when its card was destroyed, and is gone."
    elif is_shown:
        world.seen["lost: forgotten everywhere, and shown"] += 1
    elif names & world.torn_journals:
        world.seen["lost: forgotten, and the card that could tell destroyed"] += 1
    elif names:
        yield f"Press {press}, {forgotten}, was forgotten everywhere, and is not shown as missing."
    elif press in world.torn:
        world.seen["lost: with its card"] += 1
    else:
        yield f"Press {press} is gone, and nobody destroyed it."


def _all_names(world: World, places: set[tuple[str, int]]) -> set[tuple[str, int]]:
    """Where these entries are missing, too, since the journal was forked after they were forgotten."""
    found = set(places)
    for one in world.renamed:  # in the order of time
        found |= {
            (one.in_journal, seq - one.after)
            for name, seq in found
            if name == one.journal and one.after < seq <= one.after + one.count
        }
    return found


def is_in(ranges: list[tuple[str, int, int]], journal: str, seq: int) -> bool:
    return any(name == journal and first <= seq <= last for name, first, last in ranges)


def _as_pressed(world: World) -> Iterator[str]:
    """The right value, to the right question, at the right time and place."""
    sql = "SELECT visit, value, question_id, at, clock, touchpoint_id FROM answers"
    for press, value, question, at, clock, touchpoint in world.server.store.read(sql):
        pressed = world.presses.get(press)
        if pressed is None:
            continue
        if (value, question) != (pressed.counted_as, pressed.question):
            yield f"Press {press} counts as {question} {value}."
        if clock == "server" and abs(at - pressed.at_ms) > CLOCK_MS:
            yield f"Press {press} counts at {at}, and was given at {pressed.at_ms}."
        if not world.was_moved and touchpoint != TOUCHPOINTS[0]:
            yield f"Press {press} counts at {touchpoint}."
        if pressed.value == OUT_OF_RANGE:
            yield f"Press {press} counts and can't."


def _rollups(world: World) -> Iterator[str]:
    """Hours and days equal a recount of the rows, by the server's own recount and by a plain one."""
    store = world.server.store
    with store.snapshot() as snapshot:
        for location in places.locations(store):
            yield from map(str, differences(snapshot, location))
    rows = store.read("SELECT touchpoint_id, question_id, COUNT(*) FROM answers GROUP BY 1, 2 ORDER BY 1, 2")
    hours = store.read("SELECT touchpoint_id, question_id, SUM(answers) FROM rollups GROUP BY 1, 2 ORDER BY 1, 2")
    dates = store.read("SELECT touchpoint_id, question_id, SUM(answers) FROM daily_rollups GROUP BY 1, 2 ORDER BY 1, 2")
    if not rows == hours == dates:
        yield f"The answers are {rows}, the rollups by hour {hours}, by day {dates}."


def _days(world: World) -> Iterator[str]:
    """pressed = stored = received for each journal in use that lacks nothing, and tallies that match the rows.

    Of a journal that was copied both terminals tell, until one of them finds out: there more may be told than comes.
    """
    store = world.server.store
    journals = amiss.journals(store)
    yield from days.disagreements(store, journals)
    in_use = {terminal.writer.journal_id for terminal in world.terminals}
    gone = {row.journal for row in missing.missing(store)}
    for journal in journals:
        name = journal_name(journal.journal_id)
        if name not in in_use or name in gone or name in world.copied:
            continue
        for day in amiss.days(store, journal.location_id, journal.journal_id):
            if not day.pressed == day.stored == day.received:
                yield f"Journal {name}: {day}."
