"""A terminal that enrols through a network that loses, cuts and repeats: it gets in with its one code, and stays in."""

from pathlib import Path

import pytest

from kiosk.enrolment import Identity, enrol
from kiosk.errors import StrangeReply, Unreachable
from kiosk.transport import HttpTransport
from survey.entries import Head
from survey.exchange import ENROLMENT_PATH, PATH, Request, encode_request
from sync_server.clock import now_ms
from sync_server.fleet.enrolment import make_code
from sync_server.fleet.terminals import terminals
from sync_server.store import Store
from tests.network.proxy import ChaosProxy
from tests.sync_server.program import Program

SEED = 20261122
ATTEMPTS = 50
HEARTBEAT = encode_request(Request("00000000000001a", Head()))


def attempts(transport: HttpTransport, folder: Path, code: str) -> tuple[Identity, int]:
    """Who it is in the end, and how often it failed before."""
    for failed in range(ATTEMPTS):
        try:
            found = enrol(transport, folder, code)
        except (Unreachable, StrangeReply):
            continue
        assert isinstance(found, Identity), found
        return found, failed
    raise AssertionError(f"not in after {ATTEMPTS} attempts")


@pytest.mark.parametrize("mischief", ["lose_reply", "cut_reply", "overtake"])
def test_a_terminal_whose_enrolment_was_not_answered_gets_in_with_the_same_code(
    tmp_path: Path, program: Program, store: Store, mischief: str
) -> None:
    before = len(terminals(store))
    code = make_code(store, "kamppi-checkout", now_ms())
    with ChaosProxy(program.client.base_url.port or 80, seed=SEED, mischief={"pass_on": 1, mischief: 4}) as proxy:
        transport = HttpTransport(proxy.url)

        identity, failed = attempts(transport, tmp_path, code)
        proxy.calm()
        transport.post(ENROLMENT_PATH, b"{}")  # lets what the proxy still holds through

        assert failed > 0
        assert transport.post(PATH, HEARTBEAT, token=identity.token, is_gzipped=True).status == 200
        transport.close()
    assert len(terminals(store)) == before + 1
