"""How a terminal gets its identity: a one-time code in, a token out. The server keeps only hashes of both.

Should the reply be lost, the same terminal asks again: its token follows from the code and a secret of its own.
"""

import hmac
import re
import secrets
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

from survey.exchange import EnrolmentReply, EnrolmentRequest
from sync_server.errors import CodeRefused, NotFound
from sync_server.store import Store, Transaction, places, terminals

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # nothing that looks like something else
CODE_LENGTH = 10  # 49 bits: a million guesses find one of a thousand open codes with p < 0.000002
VALID_MS = 72 * 3600 * 1000
MAX_NAME = 80
_ASK_ANEW = "Make a new one: Fleet > New terminal, or hymy terminals code --touchpoint NAME."


def make_code(store: Store, touchpoint_id: str, now_ms: int) -> str:
    """A code for one terminal at this touchpoint, valid for three days. Raises NotFound, naming those that exist."""
    check_touchpoint(store, touchpoint_id)
    return make_codes(store, [touchpoint_id], now_ms)[0]


def make_codes(store: Store, touchpoint_ids: Sequence[str], now_ms: int) -> list[str]:
    """One for each, all in one transaction; the touchpoints exist."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in touchpoint_ids]
    with store.write() as transaction:
        for code, touchpoint_id in zip(codes, touchpoint_ids, strict=True):
            terminals.add_code(transaction, _hash(code), touchpoint_id, now_ms, now_ms + VALID_MS)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def check_touchpoint(store: Store, touchpoint_id: str) -> None:
    """Raises NotFound, naming those that exist."""
    known = [touchpoint.touchpoint_id for touchpoint in places.touchpoints(store)]
    if touchpoint_id not in known:
        hint = f"Known are {', '.join(known)}." if known else "Load the chain file first: hymy chain load FILE."
        raise NotFound(f"There is no touchpoint {touchpoint_id!r}.", hint)


def enrol(store: Store, asked: EnrolmentRequest, now_ms: int) -> EnrolmentReply:
    """A new terminal at the code's touchpoint, or the one that the same request made before.

    Raises CodeRefused, saying why and what to do.
    """
    code_hash, token, terminal_id = _hash(asked.code), _token(asked), uuid.uuid4().hex[:12]
    token_hash = sha256(token.encode()).hexdigest()
    with store.write() as transaction:
        row = terminals.code(transaction, code_hash)
        if row is None:
            raise CodeRefused("unknown", f"Enrolment code {_shown(asked.code)} is not known here.", _ASK_ANEW)
        if row.terminal_id and row.token_hash == token_hash and row.revoked_at is None and row.expires_at >= now_ms:
            return EnrolmentReply(token, row.terminal_id)
        if row.used_at is not None:
            who = f' by terminal "{row.terminal_name}"' if row.terminal_name else ""
            text = f"Enrolment code {_shown(asked.code)} was used on {_day(row.used_at)}{who}."
            raise CodeRefused("used", text, _ASK_ANEW)
        if row.expires_at < now_ms:
            text = f"Enrolment code {_shown(asked.code)} was valid until {_day(row.expires_at)}."
            raise CodeRefused("expired", text, _ASK_ANEW)
        terminals.add_terminal(
            transaction,
            terminal_id=terminal_id,
            touchpoint_id=row.touchpoint_id,
            name=free_name(transaction, row.touchpoint_id, _printable(asked.name)[:MAX_NAME] or row.touchpoint_id),
            token_hash=token_hash,
            now_ms=now_ms,
        )
        if not terminals.use_code(transaction, code_hash, terminal_id, now_ms):
            raise CodeRefused("used", f"Enrolment code {_shown(asked.code)} was used just now.", _ASK_ANEW)
    return EnrolmentReply(token, terminal_id)


def free_name(transaction: Transaction, touchpoint_id: str, wanted: str) -> str:
    """The wanted name, with a number where another terminal at the touchpoint has it already."""
    taken = terminals.names_at(transaction, touchpoint_id)
    numbered = (f"{wanted} {number}" for number in range(2, len(taken) + 3))
    return next(name for name in (wanted, *numbered) if name not in taken)


def is_made_from(touchpoint_id: str, name: str) -> bool:
    """Whether a terminal there was named after its touchpoint, as those are that bring no name of their own."""
    return re.fullmatch(rf"{re.escape(touchpoint_id)}( \d+)?", name) is not None


def _token(asked: EnrolmentRequest) -> str:
    """The same for the same code and claim, however often and in whatever order they come; else one of its own."""
    if not asked.claim:
        return secrets.token_urlsafe(32)
    return urlsafe_b64encode(hmac.digest(asked.claim.encode(), _typed(asked.code), "sha256")).rstrip(b"=").decode()


def _hash(code: str) -> str:
    return sha256(_typed(code)).hexdigest()


def _typed(code: str) -> bytes:
    """What matters of a code: typed in small letters, or without its hyphen, it is the same."""
    return code.upper().replace("-", "").replace(" ", "").encode()


def _printable(name: str) -> str:
    return "".join(filter(str.isprintable, name)).strip()


def _shown(code: str) -> str:
    return repr(code[:20])


def _day(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%-d %B %Y}"
