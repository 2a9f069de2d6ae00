"""Power cuts: what was thanked for is there afterwards, on a card that loses or tears whatever was not synced.

The card (card.py) is stricter than ext4. Each test has a twin that must lose: without the guard, a sync at each commit.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing import Pipe
from pathlib import Path
from random import Random
from typing import NamedTuple, get_args

import pytest

from hardware.buttons.simulated import SimulatedBox
from sync_server.store import Store
from tests.faults import lives, stores, terminals
from tests.faults.card import Card, Mode, why_not
from tests.faults.lives import LIMIT_S, Life
from tests.soak import seeds

CUTS = 50
SEEDS = seeds(50)  # 2,500 cuts in each mode
MODES = get_args(Mode)

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(1200)]


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with Card(tmp_path / "card") as card:
        yield card


class Cut(NamedTuple):
    """What had been acknowledged since the cut before, and how much of all that was acknowledged it lost."""

    acknowledged: int
    lost: int


class Terminal:
    """A real terminal on the card, pressed fast."""

    def __init__(self, card: Card, aside: Path, box: SimulatedBox, seed: int) -> None:
        self._card, self._aside, self._box, self._random = card, aside, box, Random(seed)
        self._lost = 0
        terminals.configure(self._data)

    @property
    def _data(self) -> Path:
        return self._card.folder

    def live_until_cut(self, mode: Mode, guards: Callable[[], None] = lives.guarded) -> Cut:
        before = terminals.acknowledged(self._box)
        with Life(terminals.live, self._data, self._box.link, self._aside / "log", guards):
            terminals.press_on(self._box, self._random)
            self._card.cut(mode, self._random.randrange(1_000_000))
        kept = len(terminals.kept(self._data, self._aside / "copy"))
        acknowledged = terminals.acknowledged(self._box)
        lost = max(0, acknowledged - self._lost - kept)
        self._lost += lost
        return Cut(acknowledged - before, lost)

    def live_on(self) -> list[object]:
        """The answers in the journal when the box has nothing left to send."""
        with Life(terminals.live, self._data, self._box.link, self._aside / "log"):
            assert self._box.wait_until_acknowledged(LIMIT_S)
        return terminals.kept(self._data, self._aside / "copy")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", MODES)
def test_rule_1_a_power_cut_loses_no_press_that_was_thanked_for(
    card: Card, tmp_path: Path, mode: Mode, seed: int
) -> None:
    with SimulatedBox(tmp_path / "box") as box:
        terminal = Terminal(card, tmp_path, box, seed)

        cuts = [terminal.live_until_cut(mode) for _ in range(CUTS)]

        assert sum(cut.lost for cut in cuts) == 0
        assert sum(cut.acknowledged > 0 for cut in cuts) > CUTS // 3, "The cuts came before anything was kept."
        assert terminal.live_on() == terminals.pressed(box)


@pytest.mark.parametrize(("mode", "share"), [("drop", 0.5), ("torn", 0.0)])  # of a torn log much can be salvaged
def test_a_terminal_that_does_not_sync_loses_presses(card: Card, tmp_path: Path, mode: Mode, share: float) -> None:
    with SimulatedBox(tmp_path / "box") as box:
        terminal = Terminal(card, tmp_path, box, 1)

        cuts = []
        for _ in range(CUTS // 3):
            terminals.configure(card.folder)  # torn, the journal may have lost even what to ask
            cuts.append(terminal.live_until_cut(mode, terminals.trust_the_card))

        assert sum(cut.lost > 0 for cut in cuts) > share * sum(cut.acknowledged > 0 for cut in cuts)


class Server:
    """A server's store on the card, and four terminals that send to it."""

    def __init__(self, card: Card, aside: Path, seed: int) -> None:
        self._card, self._aside, self._random = card, aside, Random(seed)
        self.senders = stores.senders(self._random)
        self._token = stores.begin(card.folder)

    def live_until_cut(self, mode: Mode, guards: Callable[[], None] = lives.guarded) -> Cut:
        before = stores.acknowledged(self.senders)
        line, theirs = Pipe()
        with line, Life(stores.live, self._card.folder, self._token, theirs, self._aside / "log", guards) as life:
            theirs.close()
            stores.send_on(line, self.senders, self._random)
            self._card.cut(mode, self._random.randrange(1_000_000))
            life.kill()
            stores.take_the_rest(line, self.senders)
        acknowledged = stores.acknowledged(self.senders) - before
        with closing(self.store()) as store:
            return Cut(acknowledged, stores.lost(store, self.senders))

    def store(self) -> Store:
        return stores.copied(self._card.folder, self._aside / "copy")


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("mode", MODES)
def test_a_power_cut_of_the_server_loses_nothing_that_was_acknowledged(
    card: Card, tmp_path: Path, mode: Mode, seed: int
) -> None:
    server = Server(card, tmp_path, seed)

    cuts = [server.live_until_cut(mode) for _ in range(CUTS)]

    assert sum(cut.lost for cut in cuts) == 0
    assert sum(cut.acknowledged > 0 for cut in cuts) > CUTS // 3, "The cuts came before anything was kept."
    with closing(server.store()) as store:
        stores.check(store, server.senders)


@pytest.mark.parametrize("mode", MODES)
def test_a_server_that_does_not_sync_loses_what_it_acknowledged(card: Card, tmp_path: Path, mode: Mode) -> None:
    server = Server(card, tmp_path, 1)

    cuts = [server.live_until_cut(mode, stores.trust_the_disk) for _ in range(CUTS // 3)]

    assert sum(cut.lost > 0 for cut in cuts) > sum(cut.acknowledged > 0 for cut in cuts) // 2
