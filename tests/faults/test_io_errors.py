"""A card that fails, is read-only or full: nobody is thanked for what is not kept; all goes on once it is mended."""

import errno
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from queue import SimpleQueue
from random import Random

import httpx
import pytest

from hardware.buttons.simulated import SimulatedBox
from kiosk.clock import Clock
from kiosk.drafts import Draft
from kiosk.journal import Records
from kiosk.writer import Writer
from survey.exchange import PATH, decode_reply
from tests.faults import servers, stores, terminals
from tests.faults.card import Card, why_not
from tests.faults.lives import LIMIT_S, Life
from tests.together.shop import wait_until

WRITES = 16  # more than a commit takes
UNKEPT_S = 1.0  # so long nobody is thanked
FAULTS = {
    "I/O error": lambda card: card.fail(errno.EIO),
    "read-only": lambda card: card.fail(errno.EROFS),
    "full": lambda card: card.fill(0),
}

pytestmark = [pytest.mark.skipif(bool(why_not()), reason=why_not()), pytest.mark.timeout(600)]
faults = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    with Card(tmp_path / "card") as card:
        yield card


@faults
def test_rule_1_a_terminal_thanks_for_nothing_unkept_and_recovers_by_itself(
    card: Card, tmp_path: Path, fault: Callable[[Card], None]
) -> None:
    random = Random(1)
    terminals.configure(card.folder)
    with SimulatedBox(tmp_path / "box") as box, Life(terminals.live, card.folder, box.link, tmp_path / "log"):
        terminals.press_on(box, random)
        assert box.wait_until_acknowledged(LIMIT_S)

        before = terminals.acknowledged(box)
        fault(card)
        for _ in range(20):
            box.press(random.randint(1, 5))
        box.wait_until_acknowledged(UNKEPT_S)
        thanked = terminals.acknowledged(box)
        assert thanked == before or fault is FAULTS["full"]  # there the ballast makes room
        assert len(terminals.kept(card.folder, tmp_path / "while it fails")) >= thanked

        card.heal()
        assert box.wait_until_acknowledged(LIMIT_S)
        card.cut("drop")
        assert terminals.kept(card.folder, tmp_path / "after") == terminals.pressed(box)


@pytest.mark.parametrize("code", [errno.EIO, errno.EROFS], ids=errno.errorcode.get)
def test_rule_1_an_error_at_any_write_of_a_commit_is_told_and_the_answer_kept_once_later(card: Card, code: int) -> None:
    told: SimpleQueue[Draft | str] = SimpleQueue()
    writer = Writer(card.folder, Clock(), retry_s=0.02)
    writer.start(when_kept=lambda draft: told.put(draft) if draft.kind == "answer" else None, when_not_kept=told.put)
    answers = [Draft("answer", "overall", n, 1000 * n, "shop@1", "fi", "touch", n) for n in range(1, WRITES + 1)]

    told_of_a_fault = []
    for number, answer in enumerate(answers):
        card.fail(code, after=number)
        writer.append(answer)
        first = told.get(timeout=LIMIT_S)
        card.heal()
        told_of_a_fault.append(isinstance(first, str))
        assert (first if isinstance(first, Draft) else told.get(timeout=LIMIT_S)) == answer

    writer.stop()
    with closing(Records.open(card.folder)) as records:
        kept = [entry.value for entry in records.entries_after(0) if entry.context.kind == "answer"]
    assert kept == [answer.value for answer in answers]
    assert told_of_a_fault[0] and not told_of_a_fault[-1], "All, or none, of the errors hit a commit."


@faults
def test_a_server_says_that_it_cant_write_and_goes_on_when_it_can(
    card: Card, tmp_path: Path, fault: Callable[[Card], None]
) -> None:
    (sender, *_) = senders = stores.senders(Random(1))
    token, listen = stores.begin(card.folder), servers.address()
    with (
        Life(servers.live, card.folder, listen, tmp_path / "log"),
        httpx.Client(base_url=f"http://{listen}", headers={"Authorization": f"Bearer {token}"}, timeout=30) as client,
    ):

        def exchange() -> httpx.Response:
            answer = client.post(PATH, content=sender.request())
            if answer.is_success:
                sender.follow(decode_reply(answer.content).head)
            return answer

        wait_until(lambda: is_listening(client))
        for _ in range(3):
            assert exchange().is_success

        fault(card)
        answer = exchange()
        assert answer.is_server_error
        assert answer.json()["hint"]

        card.heal()
        for _ in range(3):
            assert exchange().is_success
        card.cut("drop")
    with closing(stores.copied(card.folder, tmp_path / "copy")) as store:
        assert stores.lost(store, senders) == 0
        stores.check(store, senders)


def is_listening(client: httpx.Client) -> bool:
    try:
        return client.get("/sign-in").is_success
    except httpx.TransportError:
        return False
