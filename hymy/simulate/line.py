"""A terminal's line to the server: requests go out, and now and then something happens to them on the way."""

import asyncio
import random
import secrets
import time
from collections import Counter

import msgspec

from hymy.simulate.client import Address, Answer, Connection
from hymy.simulate.faults import Faults
from hymy.simulate.terminal import Sent, Terminal
from survey.errors import MalformedExchange
from survey.exchange import PATH, EnrolmentReply, EnrolmentRequest, decode_reply, encode_request

SLOW_S = 2.0
LOGIN_PAGE = b"<!DOCTYPE html><title>Welcome to our Wi-Fi</title><form>Room number <input name=room></form>"
GARBAGE = (b"", b"\x1f\x8b\x08\x00 cut short", b"GET me out of here", b'{"journal":"x"}')
FAILED = (OSError, asyncio.IncompleteReadError, ValueError)  # TimeoutError is an OSError


class Lost(Exception):
    """No reply, and a fault of ours is why."""


class CodeRefused(Exception):
    """The server does not take it, and says why."""


class Tally:
    """What went over the lines. took_s: of every exchange that was answered; errors: what nobody asked for."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.took_s: list[float] = []
        self.errors: Counter[str] = Counter()
        self.busy = 0  # turned away with Retry-After, as the rules have it
        self.exchanges = self.sent = self.acknowledged = 0


class Line:
    """is_up: cleared while the network is away."""

    def __init__(
        self, address: Address, faults: Faults, tally: Tally, choose: random.Random, *, keep: bool, is_up: asyncio.Event
    ) -> None:
        self._address, self._keep = address, keep
        self._connection = Connection(address, keep=keep)
        self._faults, self._tally, self._choose, self._is_up = faults, tally, choose, is_up
        self._claim = secrets.token_urlsafe(32)

    async def enrol(self, code: str) -> str:
        """The token. Raises CodeRefused, and as Connection does."""
        answer = await self._connection.post(
            "/api/enrol", msgspec.json.encode(EnrolmentRequest(code, claim=self._claim))
        )
        if answer.status == 400:
            raise CodeRefused(answer.body.decode(errors="replace"))
        if answer.status != 200:
            raise ValueError(f"status {answer.status}")
        return msgspec.json.decode(answer.body, type=EnrolmentReply).token

    async def exchange(self, terminal: Terminal) -> float | None:
        """One round. Returns the seconds until the next one, None when there is nothing to do until there is news."""
        sent = terminal.next_request()
        if not self._is_up.is_set():
            return terminal.failed()
        self._tally.exchanges += 1
        self._tally.sent += len(sent.entries)
        fault = self._faults.of_exchange(self._choose)
        try:
            if fault == "crossing" and len(sent.entries) > 1:
                return await self._cross(terminal, sent)
            return await self._one(terminal, sent, fault)
        except Lost:
            return terminal.failed()
        except TimeoutError:
            self._tally.errors["no reply in time"] += self._is_up.is_set()
            return terminal.too_slow(sent)
        except FAILED as error:
            self._tally.errors[type(error).__name__] += self._is_up.is_set()
            return terminal.failed()

    def close(self) -> None:
        self._connection.close()

    async def _one(self, terminal: Terminal, sent: Sent, fault: str) -> float | None:
        body = encode_request(sent.request)
        began = time.monotonic()
        answer = await self._post(body, terminal.token, fault)
        return self._understand(terminal, sent, answer, began)

    async def _post(self, body: bytes, token: str, fault: str) -> Answer:
        if fault in ("reply_lost", "cut"):
            share = 1.0 if fault == "reply_lost" else self._choose.random()
            await self._connection.post_without_reply(PATH, body, token=token, share=share)
            raise Lost
        if fault == "not_ours":
            return Answer(200, LOGIN_PAGE, None)
        if fault == "slow":
            return await self._connection.post_slowly(PATH, body, token=token, takes_s=SLOW_S)
        if fault == "repeated":
            await self._connection.post(PATH, body, token=token, is_gzipped=True)
        if fault == "garbage":
            refused = await self._connection.post(PATH, self._choose.choice(GARBAGE), token=token, is_gzipped=True)
            self._tally.errors[f"status {refused.status} for garbage"] += refused.status not in (400, 413, 429, 503)
        return await self._connection.post(PATH, body, token=token, is_gzipped=True)

    async def _cross(self, terminal: Terminal, sent: Sent) -> float | None:
        """Half of the batch and all of it at once; the replies are heard in whatever order."""
        other = Connection(self._address, keep=False)
        half, began = terminal.parted(sent), time.monotonic()
        try:
            answers = await asyncio.gather(
                *(
                    connection.post(PATH, encode_request(each.request), token=terminal.token, is_gzipped=True)
                    for connection, each in ((self._connection, sent), (other, half))
                )
            )
        finally:
            other.close()
        waits = [
            self._understand(terminal, each, answer, began) for each, answer in zip((sent, half), answers, strict=True)
        ]
        return None if terminal.is_in_step else max(wait or 0.0 for wait in waits)

    def _understand(self, terminal: Terminal, sent: Sent, answer: Answer, began: float) -> float | None:
        took_s = time.monotonic() - began
        if answer.status != 200:
            is_told = answer.status in (429, 503) and answer.retry_after_s is not None
            self._tally.busy += is_told
            self._tally.errors[f"status {answer.status}"] += not is_told
            return terminal.turned_away(sent, answer.status, answer.retry_after_s)
        try:
            reply = decode_reply(answer.body)
        except MalformedExchange as error:
            self._tally.errors["strange reply"] += answer.body != LOGIN_PAGE
            raise Lost from error
        if reply.journal != sent.journal.name:
            self._tally.errors["another's reply"] += 1
            raise Lost
        self._tally.took_s.append(took_s)
        before = sum(journal.after.seq for journal in terminal.journals)
        wait_s = terminal.follow(sent, reply, took_ms=int(took_s * 1000), now_ms=time.time_ns() // 1_000_000)
        self._tally.acknowledged += max(0, sum(journal.after.seq for journal in terminal.journals) - before)
        return wait_s
