"""Everything that can happen to a server, its backups, terminals, cards and the network between, one rule each.

The world keeps its own record of who pressed what, and of what was destroyed; judge.py compares it with what the real
parts hold. A rule picks its objects by the random numbers that it is handed, so that a history can be run again.
"""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from kiosk.exchange import UNTIL_NEWS
from kiosk.forgetting import DAY_MS
from survey.exchange import decode_request
from sync_server.errors import ServerError
from sync_server.fleet import enrolment, missing
from sync_server.fleet.terminals import move, revoke
from tests.model.server import TOUCHPOINTS, Saved, Server
from tests.model.terminals import Card, Line, Terminal

BEGIN_MS = 1_800_000_000_000
MINUTE_MS = 60_000
MOST_TERMINALS, MOST_IMAGES = 4, 4
MOST_STEPS = 120  # of one terminal in one go
MOST_ROUNDS = 25  # until all is at rest
OUT_OF_RANGE = 9


class Press(NamedTuple):
    value: int | str
    question: str
    at_ms: int

    @property
    def counted_as(self) -> int:
        return len(self.value) if isinstance(self.value, str) else self.value


class Renamed(NamedTuple):
    """Entries that were forgotten, and so not carried over: those after `after` are 1 to `count` in the new journal."""

    journal: str
    after: int
    in_journal: str
    count: int


class World:
    """seen: how often each branch was met, over all histories."""

    def __init__(self, folder: Path, seen: Counter[str]) -> None:
        self.folder, self.seen = folder, seen
        self.now_ms = BEGIN_MS
        self.server = Server(lambda: self.now_ms)
        self.presses: dict[int, Press] = {}
        self.thanked: Counter[int] = Counter()
        self.torn: set[int] = set()  # some card that held it was destroyed
        self.torn_journals: set[str] = set()
        self.copied: set[str] = set()  # journals that stand on more than one card, or did
        self.safe: set[int] = set()  # torn after the server held it, and not restored to before that
        self.forgotten: dict[int, set[tuple[str, int]]] = {}  # by a terminal, rightly: journal and seq
        self.renamed: list[Renamed] = []
        self.accepted: list[tuple[str, int, int]] = []
        self.faults: list[str] = []  # found along the way
        self.images: list[Card] = []
        self.old_requests: list[tuple[str, bytes]] = []
        self.terminals: list[Terminal] = []
        self.touchpoints: dict[str, str] = {}
        self.was_moved = False
        self._cards = 0
        for _ in range(2):
            self.add_terminal(self.new_card())

    def close(self) -> None:
        for terminal in self.terminals:
            terminal.switch_off()
        self.server.store.close()

    # What rules are made of

    def new_card(self) -> Card:
        self._cards += 1
        folder = self.folder / f"card{self._cards}"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return Card(folder)

    def add_terminal(self, card: Card, touchpoint: str = TOUCHPOINTS[0]) -> Terminal:
        name = f"terminal {len(self.terminals) + 1}"
        self.touchpoints[name] = touchpoint
        self.was_moved |= touchpoint != TOUCHPOINTS[0]
        terminal = Terminal(
            name,
            card,
            Line(self.server, self.old_requests),
            now_ms=lambda: self.now_ms,
            when_thanked=lambda number: self.thanked.update([number]),
            code="" if (card.folder / "identity.json").exists() else self.code_for(name),
        )
        self.terminals.append(terminal)
        return terminal

    def code_for(self, name: str) -> str:
        return enrolment.make_code(self.server.store, self.touchpoints[name], self.now_ms)

    def refuse(self, terminal: Terminal) -> None:
        """Its token is revoked, and it gets a code for where it is to stand now; a clone has to get its own."""
        with suppress(ServerError):  # not known there since a restore, or revoked already
            revoke(self.server.store, terminal.terminal_id, self.now_ms)
        terminal.step()
        terminal.give_code(self.code_for(terminal.name))

    def move(self, terminal: Terminal, touchpoint: str) -> None:
        """Raises ServerError."""
        move(self.server.store, terminal.terminal_id, touchpoint, self.now_ms)
        self.touchpoints[terminal.name] = touchpoint
        self.was_moved = True

    def press(self, terminal: Terminal, value: int | str = 5) -> int:
        """Returns its number; 0 from a terminal that asks nothing yet."""
        if not terminal.is_configured:
            return 0
        number = len(self.presses) + 1
        question = "words" if isinstance(value, str) else "overall"
        self.presses[number] = Press(value, question, self.now_ms)
        terminal.press(number, value, question)
        return number

    def pass_ms(self, ms: int) -> None:
        self.now_ms += ms

    def destroy(self, terminal: Terminal, change: Callable[[Card], object]) -> None:
        """change: what happens to its card."""
        terminal.switch_off()
        card = terminal.card
        presses, journals = card.presses(), card.journals()
        change(card)
        torn = presses - card.presses()
        self.torn |= torn
        self.torn_journals |= journals
        self.safe |= torn & set(self.server.presses())
        terminal.switch_on()

    def image(self, card: Card) -> Card:
        self.copied |= card.journals()
        return card.copy_to(self.new_card().folder)

    def restore(self, saved: Saved) -> None:
        self.server.restore(saved)
        self.safe &= saved.holds

    def clone(self, card: Card, touchpoint: str) -> Terminal:
        return self.add_terminal(self.image(card), touchpoint)

    def put_back(self, terminal: Terminal, image: Card) -> None:
        self.destroy(terminal, lambda card: image.copy_to(card.folder))

    def wipe(self, terminal: Terminal) -> None:
        terminal.code = self.code_for(terminal.name)
        self.destroy(terminal, Card.wipe)

    def age(self) -> None:
        """All is in every backup, and old; then everybody forgets."""
        for _ in range(2):
            self.server.back_up()
        self.server.forget_vanished()
        self.pass_ms(91 * DAY_MS)
        for terminal in self.terminals:
            terminal.settle(MOST_STEPS)
            terminal.tidy()

    def settle(self) -> None:
        """All terminals are online, IT gives codes to those that are refused, until nothing happens any more."""
        for terminal in self.terminals:
            terminal.batch_size = 0
            terminal.exchange._patience.size = 500
            terminal.line.fault = ""
        for _ in range(MOST_ROUNDS):
            appended, is_quiet = self.server.appended, True
            for terminal in self.terminals:
                if terminal.is_refused:
                    terminal.give_code(self.code_for(terminal.name))
                    is_quiet = False
                wait = terminal.step()
                if wait != UNTIL_NEWS:
                    is_quiet = False
                    terminal.settle(MOST_STEPS)
            self.pass_ms(11 * MINUTE_MS)
            if is_quiet and appended == self.server.appended:
                return
        raise AssertionError("The exchange never comes to rest.")


Rule = Callable[[World, Random], None]
RULES: list[tuple[Rule, int]] = []


def rule(weight: int) -> Callable[[Rule], Rule]:
    def add(function: Rule) -> Rule:
        RULES.append((function, weight))
        return function

    return add


@rule(20)
def people_press(world: World, random: Random) -> None:
    terminal = random.choice(world.terminals)
    for _ in range(random.randint(1, 4)):
        value = random.choices([random.randint(1, 5), "x" * random.randint(1, 9), OUT_OF_RANGE], [8, 1, 1])[0]
        world.press(terminal, value)
        world.pass_ms(random.choice([10, 1000, 60_000]))


@rule(14)
def one_exchange(world: World, random: Random) -> None:
    random.choice(world.terminals).step()


@rule(14)
def exchange_until_quiet(world: World, random: Random) -> None:
    random.choice(world.terminals).settle(MOST_STEPS)


@rule(5)
def small_batches(world: World, random: Random) -> None:
    terminal = random.choice(world.terminals)
    terminal.batch_size = random.choice([0, 1, 2, 3])
    terminal.step()


@rule(10)
def the_network_fails(world: World, random: Random) -> None:
    terminal = random.choice(world.terminals)
    fault = random.choice(["request lost", "reply lost", "reply lost", "login page", "busy", "too large"])
    world.seen[fault] += 1
    terminal.line.fault = fault
    terminal.step()


@rule(8)
def old_requests_come_again(world: World, random: Random) -> None:
    if not world.old_requests:
        return
    again = random.choices(world.old_requests, k=random.choice([1, 1, 2, 3]))
    for _, body in again:
        request = decode_request(body)
        kind = "carried over" if request.batch.born else "batch" if request.batch.value else "heartbeat"
        world.seen[f"late {kind}"] += 1
        in_use = {terminal.writer.journal_id for terminal in world.terminals}
        if request.journal not in in_use and request.batch.value:
            world.seen["late batch of a closed journal"] += 1
    with suppress(ServerError):  # refused by now
        world.server.exchange(again)


@rule(4)
def a_backup(world: World, random: Random) -> None:
    world.server.back_up()


@rule(2)
def an_old_backup_is_restored(world: World, random: Random) -> None:
    if world.server.kept:
        world.restore(random.choice(world.server.kept))
        world.seen["restored, old"] += 1


@rule(2)
def a_backup_that_was_thrown_away_is_restored(world: World, random: Random) -> None:
    if world.server.thrown_away:
        world.restore(random.choice(world.server.thrown_away))
        world.seen["restored, ancient"] += 1


@rule(1)
def vanished_backups_are_forgotten(world: World, random: Random) -> None:
    world.server.forget_vanished()


@rule(2)
def a_card_is_cloned(world: World, random: Random) -> None:
    if len(world.terminals) >= MOST_TERMINALS:
        return
    original = random.choice(world.terminals)
    world.clone(original.card, world.touchpoints[original.name])
    world.seen["cloned"] += 1


@rule(1)
def clones_part_ways(world: World, random: Random) -> None:
    """With histories so long that the server can't tell of every entry."""
    a_card_is_cloned(world, random)
    for terminal in random.choices(world.terminals, k=3):
        for value in (1, 2, 3, 4, 5) * 2:
            world.press(terminal, value)
        terminal.step()


@rule(4)
def an_image_is_taken(world: World, random: Random) -> None:
    world.images.append(world.image(random.choice(world.terminals).card))
    del world.images[:-MOST_IMAGES]


@rule(3)
def a_card_comes_back_from_an_image(world: World, random: Random) -> None:
    if world.images:
        world.put_back(random.choice(world.terminals), random.choice(world.images))
        world.seen["rolled back"] += 1


@rule(2)
def an_image_becomes_another_terminal(world: World, random: Random) -> None:
    if world.images and len(world.terminals) < MOST_TERMINALS:
        world.clone(random.choice(world.images), TOUCHPOINTS[0])
        world.seen["cloned from an image"] += 1


@rule(1)
def a_card_is_wiped(world: World, random: Random) -> None:
    world.wipe(random.choice(world.terminals))
    world.seen["wiped"] += 1


@rule(2)
def a_terminal_is_enrolled_anew(world: World, random: Random) -> None:
    """At its place, or elsewhere."""
    terminal = random.choice(world.terminals)
    if not terminal.terminal_id:
        return
    if random.random() < 0.5:
        world.touchpoints[terminal.name] = random.choice(TOUCHPOINTS)
        world.was_moved = True
        world.seen["enrolled elsewhere"] += 1
    world.refuse(terminal)
    world.seen["enrolled anew"] += 1


@rule(3)
def a_terminal_is_moved(world: World, random: Random) -> None:
    terminal, touchpoint = random.choice(world.terminals), random.choice(TOUCHPOINTS)
    with suppress(ServerError):  # stands there, or is not known
        world.move(terminal, touchpoint)
        world.seen["moved"] += 1


@rule(5)
def time_passes(world: World, random: Random) -> None:
    world.pass_ms(random.choice([MINUTE_MS, 11 * MINUTE_MS, DAY_MS, 30 * DAY_MS, 91 * DAY_MS]))


@rule(2)
def a_clock_is_set(world: World, random: Random) -> None:
    days = random.choice([-365, -1, 0, 1, 3650])
    random.choice(world.terminals).wall_error_ms = days * DAY_MS
    world.seen["clock changed"] += 1


@rule(4)
def the_power_goes(world: World, random: Random) -> None:
    terminal = random.choice(world.terminals)
    with terminal.off():
        world.pass_ms(random.choice([1000, DAY_MS]))
    world.seen["switched off and on"] += 1


@rule(3)
def the_old_is_forgotten(world: World, random: Random) -> None:
    random.choice(world.terminals).tidy()


@rule(5)
def a_quarter_of_a_year_goes_by(world: World, random: Random) -> None:
    world.age()


@rule(3)
def what_was_forgotten_comes_back(world: World, random: Random) -> None:
    """An ancient backup, and the card as it was before it forgot."""
    terminal = random.choice(world.terminals)
    image = world.image(terminal.card)
    world.age()
    if world.server.thrown_away:
        world.restore(random.choice(world.server.thrown_away))
        world.seen["restored, ancient"] += 1
    terminal.settle(MOST_STEPS)
    world.put_back(terminal, image)
    world.seen["rolled back"] += 1
    terminal.batch_size = random.choice([0, 1, 2, 3])
    terminal.settle(MOST_STEPS)


@rule(3)
def a_loss_is_accepted(world: World, random: Random) -> None:
    lost = [row for row in missing.missing(world.server.store) if row.accepted_at is None]
    if lost:
        one = random.choice(lost)
        missing.accept(
            world.server.store, one.journal, one.first_seq, who="Cilla", why="the card broke", now_ms=world.now_ms
        )
        world.accepted.append((one.journal, one.first_seq, one.last_seq))
        world.seen["loss accepted"] += 1
