"""A disk that fails under a real ext4: nobody is thanked for what is not kept, and all goes on once it is well."""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from hardware.buttons.simulated import SimulatedBox
from tests.faults import terminals
from tests.faults.lives import guarded
from tests.together.shop import wait_until
from tests.uml import inside, lives
from tests.uml.machine import LIMIT_S, Machine, make_disk, why_not

OUT_OF_ORDER = "can't be written"
UNKEPT_S = 1.0  # so long nobody is thanked
COMMITS = 300  # until SQLite writes its log over from the start: from then on a commit changes nothing but data

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(300), pytest.mark.soak]


@pytest.fixture
def box(tmp_path: Path) -> Iterator[SimulatedBox]:
    with SimulatedBox(tmp_path / "box") as box:
        box.unplug()
        yield box


@pytest.fixture
def shop(tmp_path: Path, box: SimulatedBox) -> "Shop":
    return Shop(tmp_path, box)


class Shop:
    """A real terminal, whose disk can be made to fail."""

    def __init__(self, folder: Path, box: SimulatedBox) -> None:
        self._disk, self._console, self._box = make_disk(folder / "disk"), folder / "console", box

    def open(self, guards: Callable[[], None] = guarded) -> Machine:
        machine = Machine(self._console, box=self._box.link)
        machine.call(inside.attach, self._disk)
        machine.call(inside.put_flaky)
        machine.call(inside.mount, inside.FLAKY)
        machine.call(terminals.configure, lives.DATA)
        self._box.plug()
        machine.begin(lives.terminal, guards)
        return machine

    def close(self, machine: Machine) -> None:
        machine.cut()
        self._box.unplug()


def press(box: SimulatedBox, times: int) -> None:
    random = Random(1)
    for _ in range(times):
        box.press(random.randint(1, box.buttons))


@pytest.mark.soak
def test_an_ext4_that_turned_read_only_thanks_nobody_and_a_new_start_keeps_all(shop: Shop, box: SimulatedBox) -> None:
    with shop.open() as machine:
        press(box, 20)
        assert box.wait_until_acknowledged(LIMIT_S)

        machine.call(inside.fail_writes)
        press(box, 20)
        box.wait_until_acknowledged(UNKEPT_S)
        assert machine.call(inside.is_read_only)
        wait_until(lambda: OUT_OF_ORDER in machine.console(), LIMIT_S)
        assert terminals.acknowledged(box) == 20
        shop.close(machine)

    with shop.open() as machine:
        assert box.wait_until_acknowledged(LIMIT_S)
        shop.close(machine)
    with shop.open() as machine:
        assert machine.call(lives.kept) == terminals.pressed(box)


def test_what_is_thanked_for_after_an_error_that_passed_is_there_after_a_power_cut(
    shop: Shop, box: SimulatedBox
) -> None:
    with shop.open() as machine:
        for _ in range(COMMITS):
            press(box, 1)
            assert box.wait_until_acknowledged(LIMIT_S)

        machine.call(inside.fail_writes)
        press(box, 20)
        wait_until(lambda: OUT_OF_ORDER in machine.console(), LIMIT_S)
        machine.call(inside.heal)
        assert not machine.call(inside.is_read_only)
        assert box.wait_until_acknowledged(LIMIT_S)
        shop.close(machine)

    with shop.open() as machine:
        assert machine.call(lives.kept) == terminals.pressed(box)


@pytest.mark.soak
def test_a_terminal_that_does_not_sync_thanks_for_what_a_failing_disk_loses(shop: Shop, box: SimulatedBox) -> None:
    with shop.open(terminals.trust_the_card) as machine:
        press(box, 1)
        assert box.wait_until_acknowledged(LIMIT_S)
        machine.call(inside.fail_writes)
        press(box, 20)
        assert box.wait_until_acknowledged(LIMIT_S)
        shop.close(machine)

    with shop.open() as machine:
        assert len(machine.call(lives.kept)) < 20
