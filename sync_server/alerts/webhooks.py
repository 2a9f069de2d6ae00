"""Alerts to other programs: a signed POST for each that opens or closes, tried again like letters are.

The signature is HMAC-SHA256 over timestamp, a dot, and the body, with the webhook's secret: docs/integrator.md.
"""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Literal
from urllib.parse import urlsplit

import msgspec
import requests

from survey import authorities
from sync_server.alerts.alert import Alert, Facts
from sync_server.alerts.bounded import BoundedAdapter
from sync_server.clock import Clock
from sync_server.errors import ServerError
from sync_server.mail.outbox import Postponed, RefusedForGood, put_parcel
from sync_server.store import Store, Transaction, alerts, audit
from sync_server.store.alerts import Webhook
from sync_server.store.outbox import Parcel
from sync_server.store.places import LocationRow

WEBHOOK = "webhook"
CONNECT_S, WHOLE_S = 5.0, 10.0  # until the answer is there
GONE = 410
Event = Literal["alert.opened", "alert.closed"]


class WebhookUnfit(ServerError, ValueError):
    """An address that nothing can be sent to."""

    code = "alerts.webhook_unfit"
    status = 400


class Told(msgspec.Struct, frozen=True):
    """The body. The instants are epoch ms, as everywhere."""

    event: Event
    alert_id: str
    kind: str
    location_id: str
    location_name: str
    region_id: str
    opened_at: int
    closed_at: int | None
    facts: Facts
    link: str


class Call(msgspec.Struct, frozen=True):
    """What waits in the outbox. The secret does not."""

    webhook_id: str
    body: str


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """As the header X-Hymy-Signature has it."""
    return "sha256=" + hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def add(store: Store, url: str, *, who: str, now_ms: int) -> Webhook:
    """Its secret is to be shown this once. Raises WebhookUnfit."""
    if not _is_web_address(url):
        raise WebhookUnfit(f"{url!r} is no address that can be called.", "Write it like https://example.com/hymy.")
    webhook = Webhook(secrets.token_hex(8), url, secrets.token_urlsafe(32), now_ms, who)
    with store.write() as transaction:
        alerts.add_webhook(transaction, webhook)
        audit.note(transaction, who=who, what="webhook added", about=url, at_ms=now_ms)
    return webhook


def end(store: Store, webhook_id: str, *, who: str, now_ms: int) -> None:
    """From now on nothing is sent there, nor what still waits."""
    with store.write() as transaction:
        if url := alerts.end_webhook(transaction, webhook_id, now_ms):
            audit.note(transaction, who=who, what="webhook removed", about=url, at_ms=now_ms)


def put_calls(
    transaction: Transaction,
    webhooks: Sequence[Webhook],
    event: Event,
    told: Sequence[Alert],
    locations: Mapping[str, LocationRow],
    *,
    address: str,
    now_ms: int,
) -> None:
    for webhook in webhooks:
        for one in told:
            body = msgspec.json.encode(_told(event, one, locations[one.row.location_id], address, now_ms)).decode()
            content = msgspec.json.encode(Call(webhook.webhook_id, body)).decode()
            cause = f"{event} {one.row.location_id} {one.row.alert_id} to {webhook.webhook_id} at {now_ms}"
            put_parcel(transaction, cause, WEBHOOK, webhook.url, content, now_ms)


class WebhookCarrier:
    """Calls to webhooks. Each is a receiver of its own: one that is away holds up no other."""

    kind = WEBHOOK

    def __init__(self, store: Store, clock: Clock, *, whole_s: float = WHOLE_S) -> None:
        self._store, self._clock, self._whole_s = store, clock, whole_s
        self._session: requests.Session | None = None
        self._line = BoundedAdapter()

    def carry(self, parcel: Parcel) -> None:
        call = msgspec.json.decode(parcel.content, type=Call)
        webhook = next((one for one in alerts.webhooks(self._store) if one.webhook_id == call.webhook_id), None)
        if webhook is None:
            raise RefusedForGood("The webhook was removed.")
        body, timestamp = call.body.encode(), str(self._clock() // 1000)
        headers = {
            "content-type": "application/json",
            "user-agent": "Hymy",
            "x-hymy-delivery": parcel.message_id,
            "x-hymy-timestamp": timestamp,
            "x-hymy-signature": signature(webhook.secret, timestamp, body),
        }
        self._line.until_s = time.monotonic() + self._whole_s
        timeout_s = min(CONNECT_S, self._whole_s), self._whole_s
        try:
            with self._connected().post(
                webhook.url, data=body, headers=headers, timeout=timeout_s, allow_redirects=False, stream=True
            ) as answer:
                status, words = answer.status_code, f"{answer.status_code} {answer.reason}"[:500]
        except requests.RequestException as error:
            raise Postponed(f"{type(error).__name__}: {error}"[:500]) from error
        if status == GONE:
            raise RefusedForGood(words)
        if not 200 <= status < 300:
            raise Postponed(words)

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def break_off(self) -> None:
        """Nothing hangs for longer than WHOLE_S."""

    def _connected(self) -> requests.Session:
        if self._session is None:
            self._session = requests.Session()
            self._session.trust_env = False  # no password from a .netrc goes along
            self._session.verify = authorities.of_the_system()
            for scheme in ("http://", "https://"):
                self._session.mount(scheme, self._line)
        return self._session


def _told(event: Event, alert: Alert, location: LocationRow, address: str, now_ms: int) -> Told:
    row = alert.row
    return Told(
        event=event,
        alert_id=row.alert_id,
        kind=row.kind,
        location_id=location.location_id,
        location_name=location.name,
        region_id=location.region_id,
        opened_at=row.opened_at,
        closed_at=now_ms if event == "alert.closed" else None,
        facts=alert.facts,
        link=f"{address}/alerts?location={location.location_id}#{row.alert_id}",
    )


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and url.isprintable() and " " not in url
    except ValueError:
        return False
