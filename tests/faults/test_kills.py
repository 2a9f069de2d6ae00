"""kill -9, over and over: what the button box recorded is held against what the journal and the store hold."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from random import Random

import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.faults import servers, stores, terminals
from tests.faults.lives import LIMIT_S, Life, Moment, guarded
from tests.soak import seeds
from tests.together.shop import wait_until

KILLS = 500
ROUNDS = 10
SEEDS = seeds(20)  # 10,000 kills in all
ROUND_SEEDS = seeds(25)  # 2 x 250 rounds

pytestmark = pytest.mark.timeout(1200)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SimulatedBox]:
    with SimulatedBox(tmp_path / "box") as box:
        yield box


@pytest.mark.parametrize("seed", SEEDS)
def test_a_terminal_that_is_killed_over_and_over_keeps_each_press_once(
    tmp_path: Path, box: SimulatedBox, seed: int
) -> None:
    data, log, random = tmp_path / "data", tmp_path / "log", Random(seed)
    terminals.configure(data)

    for _ in range(KILLS):
        with Life(terminals.live, data, box.link, log):
            terminals.press_on(box, random)
    with Life(terminals.live, data, box.link, log):
        assert box.wait_until_acknowledged(LIMIT_S)

    assert terminals.kept(data, tmp_path / "aside") == terminals.pressed(box)


def test_a_terminal_that_thanks_first_and_keeps_later_loses_presses(tmp_path: Path, box: SimulatedBox) -> None:
    data, log, random = tmp_path / "data", tmp_path / "log", Random(1)
    terminals.configure(data)

    for _ in range(KILLS // 25):
        with Life(terminals.live, data, box.link, log, terminals.thank_first):
            terminals.press_on(box, random)
    with Life(terminals.live, data, box.link, log):
        assert box.wait_until_acknowledged(LIMIT_S)

    assert len(terminals.kept(data, tmp_path / "aside")) < len(terminals.pressed(box))


@pytest.mark.parametrize("seed", ROUND_SEEDS)
@pytest.mark.parametrize("victims", ["server", "both"])
def test_a_server_that_is_killed_over_and_over_counts_each_press_once(
    tmp_path: Path, box: SimulatedBox, victims: str, seed: int
) -> None:
    log, listen, random = tmp_path / "log", servers.address(), Random(seed)
    store, code = servers.begin(tmp_path / "store")
    server = (servers.live, tmp_path / "store", listen, log)
    terminal = (terminals.live, tmp_path / "data", box.link, log, guarded, f"http://{listen}", code)
    (tmp_path / "data").mkdir()

    with closing(store), ExitStack() as at_the_end:
        life = at_the_end.enter_context(Life(*terminal))
        for _ in range(ROUNDS):
            with Life(*server):
                terminals.press_on(box, random, Moment(random, servers.is_counting(store)))
            if victims == "both":
                life.kill()
                life = at_the_end.enter_context(Life(*terminal))
        with Life(*server):
            wait_until(lambda: servers.count(store) >= len(box.record))

        assert servers.values(store) == terminals.pressed(box)
        assert stores.counted(store) == Counter(terminals.pressed(box))
