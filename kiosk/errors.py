"""What can go wrong on a terminal.

KioskError
├── SettingsFaults (ValueError)   settings: all of their faults together
├── NoJournal (LookupError)       a folder without a journal
├── DamagedJournal                a journal's file that does not hold what was written
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


class StrangeReply(KioskError):
    pass


class CodeRefused(KioskError):
    pass
