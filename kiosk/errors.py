"""What can go wrong on a terminal.

KioskError
├── SettingsFaults (ValueError)   settings: all of their faults together
├── NoJournal (LookupError)       a folder without a journal
├── JournalTaken                  another process writes this journal
├── NotKept                       entries that could not be made durable (yet)
├── Unreachable                   no answer from the server
│   └── TooSlow (TimeoutError)    ... within the time-out
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


class JournalTaken(KioskError):
    pass


class NotKept(KioskError):
    """count, last_seq, last_chain: how many, and where the journal ends if they were kept after all."""

    def __init__(self, reason: str, *, count: int, last_seq: int, last_chain: int) -> None:
        super().__init__(reason)
        self.count = count
        self.last_seq = last_seq
        self.last_chain = last_chain


class Unreachable(KioskError):
    pass


class TooSlow(Unreachable, TimeoutError):
    pass


class StrangeReply(KioskError):
    pass


class CodeRefused(KioskError):
    pass
