"""The power cuts of tests/faults on a real ext4: what was thanked for is there after ext4 has replayed its journal.

With the power goes what the kernel had not written yet, and what the disk had not made safe at the kernel's order: the
disk's cache is the card of tests/faults. drop: all of that is gone, torn: some sectors are there.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import cast, get_args

import pytest

from hardware.buttons.simulated import SimulatedBox
from sync_server.store import Store
from tests.faults import card, stores, terminals
from tests.faults.card import Card, Mode
from tests.faults.lives import guarded
from tests.soak import seeds
from tests.uml import inside, lives
from tests.uml.machine import LIMIT_S, Machine, make_disk, why_not

CUTS = 3
SEEDS = seeds(67)  # 201 cuts of each part
MODES = get_args(Mode)

no_way = why_not() or card.why_not()
pytestmark = [pytest.mark.skipif(bool(no_way), reason=no_way), pytest.mark.timeout(300), pytest.mark.soak]


class Disk:
    """An ext4 on a disk with a cache, which the power cuts empty."""

    def __init__(self, card: Card) -> None:
        self._card = card
        make_disk(self.path)

    @property
    def path(self) -> Path:
        return self._card.folder / "disk"

    def cut(self, random: Random) -> None:
        self._card.cut(random.choice(MODES), random.randrange(1_000_000))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with Card(tmp_path / "card") as card:
        yield Disk(card)


class Terminal:
    """A real terminal, pressed fast. lost: presses that it had thanked for, and had no more after a cut."""

    def __init__(self, disk: Disk, folder: Path, box: SimulatedBox, seed: int) -> None:
        self._disk, self._folder, self._box, self._random = disk, folder, box, Random(seed)
        self.lost = 0

    def live_until_cut(self, guards: Callable[[], None] = guarded) -> None:
        with self._boot() as machine:
            machine.call(terminals.configure, lives.DATA)
            self._begin(machine, guards)
            terminals.press_on(self._box, self._random)
            machine.cut()
        self._disk.cut(self._random)
        self._box.unplug()

    def live_on(self) -> list[object]:
        """The answers in the journal when the box has nothing left to send."""
        with self._boot() as machine:
            self._begin(machine)
            assert self._box.wait_until_acknowledged(LIMIT_S)
            return machine.call(lives.kept)

    def look(self) -> None:
        """Once more without a life."""
        self._boot().cut()

    def _boot(self) -> Machine:
        machine = boot(self._disk, self._folder, self._box)
        self.lost += max(0, terminals.acknowledged(self._box) - self.lost - len(machine.call(lives.kept)))
        return machine

    def _begin(self, machine: Machine, guards: Callable[[], None] = guarded) -> None:
        self._box.plug()
        machine.begin(lives.terminal, guards)


def boot(disk: Disk, folder: Path, box: SimulatedBox | None = None) -> Machine:
    machine = Machine(folder / "console", box=box.link if box else None)
    machine.call(inside.attach, disk.path)
    machine.call(inside.mount)
    return machine


@pytest.mark.parametrize("seed", SEEDS)
def test_a_power_cut_on_ext4_loses_no_press_that_was_thanked_for(disk: Disk, tmp_path: Path, seed: int) -> None:
    with SimulatedBox(tmp_path / "box") as box:
        terminal = Terminal(disk, tmp_path, box, seed)

        for _ in range(CUTS):
            terminal.live_until_cut()
        assert terminals.acknowledged(box), "The cuts came before anything was kept."

        assert terminal.live_on() == terminals.pressed(box)
        assert terminal.lost == 0


@pytest.mark.soak
def test_on_ext4_a_terminal_that_does_not_sync_loses_presses(disk: Disk, tmp_path: Path) -> None:
    with SimulatedBox(tmp_path / "box") as box:
        terminal = Terminal(disk, tmp_path, box, 1)

        terminal.live_until_cut(terminals.trust_the_card)
        terminal.look()

        assert terminal.lost > 0


def store_in(machine: Machine) -> Store:
    """As far as it is read from outside."""
    return cast(Store, SimpleNamespace(read=partial(machine.call, lives.read)))


class Server:
    """A server's store, and four terminals that send to it. lost: what was acknowledged, and not there after a cut."""

    def __init__(self, disk: Disk, folder: Path, seed: int) -> None:
        self._disk, self._folder, self._random = disk, folder, Random(seed)
        self._senders = stores.senders(self._random)
        self._token = ""
        self.lost = self.acknowledged = 0

    def live_until_cut(self, guards: Callable[[], None] = guarded) -> None:
        with self._boot() as machine:
            before = stores.acknowledged(self._senders)
            machine.begin(lives.server, self._token, guards)
            stores.send_on(machine.line, self._senders, self._random)
            machine.cut()
            stores.take_the_rest(machine.line, self._senders)
        self.acknowledged += stores.acknowledged(self._senders) - before
        self._disk.cut(self._random)

    def check(self) -> None:
        with self._boot() as machine:
            stores.check(store_in(machine), self._senders)

    def look(self) -> None:
        """Once more without a life."""
        self._boot().cut()

    def _boot(self) -> Machine:
        machine = boot(self._disk, self._folder)
        if self._token:
            self.lost += stores.lost(store_in(machine), self._senders)
        else:
            self._token = machine.call(stores.begin, lives.DATA)
            machine.call(inside.run, "sync")
        return machine


@pytest.mark.parametrize("seed", SEEDS)
def test_a_power_cut_of_the_server_on_ext4_loses_nothing_that_was_acknowledged(
    disk: Disk, tmp_path: Path, seed: int
) -> None:
    server = Server(disk, tmp_path, seed)

    for _ in range(CUTS):
        server.live_until_cut()
    server.check()

    assert server.acknowledged, "The cuts came before anything was kept."
    assert server.lost == 0


@pytest.mark.soak
def test_on_ext4_a_server_that_does_not_sync_loses_what_it_acknowledged(disk: Disk, tmp_path: Path) -> None:
    server = Server(disk, tmp_path, 1)

    server.live_until_cut(stores.trust_the_disk)
    server.look()

    assert server.lost > 0
