"""What can go wrong on the server; over the wire each becomes an ErrorReply with its code.

ServerError                 code        server.error
├── Refused                 exchange.refused        no token, an unknown or a revoked one
├── Malformed               exchange.malformed      a body that is not what the API describes
├── TooLarge                exchange.too_large      a body or a batch over the limit
├── WrongMethod             request.method          an address that takes POST alone
├── ForeignOrigin           request.foreign_origin  a form that another site has sent
├── TooSlow                 exchange.too_slow       a body that did not come in time
├── Busy                    server.busy             more waits already than can be served soon
├── StoreAway               store.away              the database is away, failing over, or lost to another: try again
├── CodeRefused             enrolment.code_...      a one-time code that is unknown, used or expired
├── NotFound                not_found               a place, terminal or person that is not there
├── Unexplained             fleet.unexplained       a decision without the reason that it needs
├── UnfitPin                fleet.pin_unfit         a PIN that is none, or that anybody would try first
├── StoreMissing            store.missing           a command was sent to a folder that holds no store
├── reports.press.NotPrinted report.not_printed    a page that could not be made into a PDF
├── reports.content.StillReading report.still_reading  a report of several places, just after the start
├── BackupFailed            backup.failed           no backup was made, or none of that name is there
├── NotRestored             restore.failed          a backup that can't be used, or a store that is in the way
├── RebuildStopped          rebuild.stopped         another recount began, or answers name a survey that is not there
├── mail.letter.LetterUnfit mail.letter_unfit       a letter to no address, or with a header that is none
├── beginning.UnfitShop     shop.unfit              a first shop without a name, or where there are shops already
├── alerts.rules.RulesChanged   alerts.rules_changed   rules that somebody else has changed meanwhile
├── alerts.webhooks.WebhookUnfit  alerts.webhook_unfit  an address that can't be called
├── CannotDistribute        store.on_one_machine    a store that can't be spread over several
├── ChainFileFaults         chain.faults            a chain file: all of its faults together
└── SettingsFaults          settings.faults         settings: all of their faults together
"""

from collections.abc import Sequence


class ServerError(Exception):
    """Base of all errors of this part. hint: what the person who reads it can do."""

    code = "server.error"
    status = 500
    retry_after_s: int | None = None

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Refused(ServerError):
    code = "exchange.refused"
    status = 401


class Malformed(ServerError, ValueError):
    code = "exchange.malformed"
    status = 400


class TooLarge(ServerError):
    code = "exchange.too_large"
    status = 413


class WrongMethod(ServerError):
    code = "request.method"
    status = 405


class ForeignOrigin(ServerError, ValueError):
    code = "request.foreign_origin"
    status = 403

    def __init__(self, origin: str) -> None:
        hint = "Behind a proxy, pass the Host header on, or set HYMY_ADDRESS to the address that people use."
        super().__init__(f"This form came from {origin!r}, which is not this server.", hint)


class TooSlow(ServerError, TimeoutError):
    code = "exchange.too_slow"
    status = 408


class Busy(ServerError):
    code = "server.busy"
    status = 503

    def __init__(self, retry_after_s: int) -> None:
        super().__init__("The server is busy.", f"Try again in {retry_after_s} s.")
        self.retry_after_s = retry_after_s


class StoreAway(ServerError, ConnectionError):
    """What was being written may be kept or not: the whole transaction is tried again; that is safe (design.md 3.2)."""

    code = "store.away"
    status = 503
    retry_after_s = 5

    def __init__(self, message: str) -> None:
        super().__init__(message, "Nothing is lost: try again soon. IT looks whether the database runs.")


class CodeRefused(ServerError, ValueError):
    status = 400

    def __init__(self, why: str, message: str, hint: str) -> None:
        super().__init__(message, hint)
        self.code = f"enrolment.code_{why}"


class NotFound(ServerError, LookupError):
    code = "not_found"
    status = 404


class Unexplained(ServerError, ValueError):
    code = "fleet.unexplained"
    status = 400


class UnfitPin(ServerError, ValueError):
    code = "fleet.pin_unfit"


class StoreMissing(ServerError, LookupError):
    code = "store.missing"


class BackupFailed(ServerError):
    code = "backup.failed"


class NotRestored(ServerError):
    code = "restore.failed"


class RebuildStopped(ServerError):
    code = "rebuild.stopped"


class CannotDistribute(ServerError):
    code = "store.on_one_machine"


class Faults(ServerError, ValueError):
    """faults: one sentence each, told together so that they are mended in one round."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{name}: {len(self.faults)} to mend\n" + "\n".join(f"  - {fault}" for fault in self.faults))


class ChainFileFaults(Faults):
    code = "chain.faults"


class SettingsFaults(Faults):
    code = "settings.faults"
