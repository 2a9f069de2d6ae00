"""Terminals as the server hears of them: enrolled, and exchanging, straight into a store."""

from survey.entries import Context, Entry, Head
from survey.exchange import Boot, Day, EnrolmentReply, EnrolmentRequest, Health, Request, to_columns
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import incoming
from sync_server.exchange.ingest import receive
from sync_server.fleet import enrolment
from sync_server.fleet.surveys import Questions
from sync_server.fleet.terminals import TerminalRow
from sync_server.store import Store

ANSWER = Context("answer", "overall", "shop@1", "fi", "touch", 1, 0)
BOOTS = [Boot(1, "b", 1_795_000_000_000, "ntp")]

WELL = TerminalRow(
    terminal_id="t1",
    name="Checkout 1",
    location_id="kamppi",
    location_name="Kamppi",
    touchpoint_name="Checkout",
    enrolled_at=0,
    revoked_at=None,
    last_exchange_at=1_000_000,
    version="0.1.0",
    pressed=40,
    stored=40,
    sent=40,
    counted=40,
    waiting=0,
    quarantined=0,
    journal="1",
    journals=1,
    missing=0,
    devices={},
)


def enrol(store: Store, name: str, now_ms: int, touchpoint_id: str = "kamppi-checkout") -> EnrolmentReply:
    code = enrolment.make_code(store, touchpoint_id, now_ms)
    return enrolment.enrol(store, EnrolmentRequest(code, name), now_ms)


def hear(
    store: Store,
    terminal: EnrolmentReply,
    answers: int,
    now_ms: int,
    *,
    journal: int = 42,
    devices: dict[str, str] | None = None,
    readings: dict[str, float] | None = None,
) -> None:
    """One exchange with the whole journal of a terminal that holds this many answers and no other."""
    entries = [Entry(seq, seq, 1000 * seq, 5, ANSWER) for seq in range(1, answers + 1)]
    health = Health("0.1.0", answers, answers, answers, devices or {}, readings or {})
    days = [Day("1970-01-01", answers, answers)]
    request = Request(f"{journal:015x}", Head(), to_columns(entries), BOOTS, health, days=days)
    come = incoming(authenticate(store, f"Bearer {terminal.token}"), request)
    with store.write() as transaction:
        receive(transaction, [come], ask=Questions(store), now_ms=now_ms)
