"""What can go wrong on a terminal.

KioskError
├── SettingsFaults (ValueError)   settings: all of their faults together
├── NoJournal (LookupError)       a folder without a journal
├── DamagedJournal                a journal's file that does not hold what was written
├── JournalTaken                  another process writes this journal
├── NotKept                       entries that could not be made durable (yet)
├── Unreachable                   no answer from the server
│   └── TooSlow (TimeoutError)    ... within the time-out
├── TurnedAway                    an answer of the server other than a reply
├── StrangeReply                  an answer that is none of ours, e.g. a Wi-Fi login page
└── CodeRefused                   an enrolment code that the server does not take
"""

from collections.abc import Sequence


class KioskError(Exception):
    """Base of all errors of this part."""


class SettingsFaults(KioskError, ValueError):
    """faults: one sentence each, all that were found."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"Settings: {len(self.faults)} to mend\n" + "\n".join(f"  - {fault}" for fault in self.faults))


class NoJournal(KioskError, LookupError):
    pass


class DamagedJournal(KioskError):
    pass


class JournalTaken(KioskError):
    pass


class NotKept(KioskError):
    """cause: the store's error. births: where the entries stand (`Birth.text`) if they were kept after all."""

    def __init__(self, cause: Exception, *, births: Sequence[str]) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.births = tuple(births)


class Unreachable(KioskError):
    pass


class TooSlow(Unreachable, TimeoutError):
    pass


class TurnedAway(KioskError):
    """status: of HTTP. retry_after_s: how long the server asks to wait. sent: entries in the batch. said: in words."""

    def __init__(self, status: int, retry_after_s: float | None, *, sent: int, said: str) -> None:
        super().__init__(f"The server answered with status {status}. {said}".rstrip())
        self.status, self.retry_after_s, self.sent = status, retry_after_s, sent


class StrangeReply(KioskError):
    pass


class CodeRefused(KioskError):
    pass
