"""What goes wrong: each fault by its name, with the share of exchanges, visits or terminals that it strikes."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple


class Fault(NamedTuple):
    """share: of every `of`; of the run itself, whether it happens at all."""

    of: Literal["exchange", "visit", "terminal", "run"]
    share: float
    text: str


FAULTS: Mapping[str, Fault] = {
    "reply_lost": Fault("exchange", 0.05, "the connection is cut after the request went out"),
    "cut": Fault("exchange", 0.05, "the request is cut in the middle"),
    "repeated": Fault("exchange", 0.05, "the same batch comes twice"),
    "crossing": Fault("exchange", 0.05, "two batches at once, on two connections"),
    "not_ours": Fault("exchange", 0.05, "a login page with status 200 instead of a reply"),
    "garbage": Fault("exchange", 0.05, "what no terminal would send comes first; the server has to refuse it"),
    "slow": Fault("exchange", 0.02, "the body takes two seconds"),
    "poison": Fault("visit", 0.05, "an unknown question, or a value out of range: into quarantine"),
    "late": Fault("terminal", 0.2, "was cut off for days; its answers come now"),
    "clock_wrong": Fault("terminal", 0.2, "switched on in 1970 or ten years ahead, set right later"),
    "clones": Fault("terminal", 0.1, "its card is cloned: two go on with one journal and token"),
    "card_restored": Fault("terminal", 0.1, "its card is put back to an older image"),
    "wiped": Fault("terminal", 0.1, "its card is wiped; it is enrolled anew"),
    "outage": Fault("run", 1, "the network is away for a while, for all of them"),
    "server_killed": Fault("run", 1, "kill -9 of the server, started again (only of one that was started here)"),
    "server_restored": Fault("run", 1, "an older copy of the store is put back (the same)"),
}
NEED_OWN_SERVER = {"server_killed", "server_restored"}


def read_faults(text: str) -> dict[str, float]:
    """Name -> share, of `clones,reply_lost=0.2` or `all`. Raises ValueError."""
    shares: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, _, share = part.partition("=")
        if name == "all":
            shares |= {each: fault.share for each, fault in FAULTS.items()}
        elif name in FAULTS:
            shares[name] = _share(share, name) if share else FAULTS[name].share
        else:
            raise ValueError(f"There is no fault {name!r}; there are {', '.join(FAULTS)}, or all.")
    return shares


def _share(text: str, name: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise ValueError(f"The share of {name} is {text!r}; write a number from 0 to 1, as in {name}=0.1.")
    return share


class Faults:
    """Which are switched on, and how often each has struck."""

    def __init__(self, shares: Mapping[str, float]) -> None:
        self.shares = shares
        self.struck: Counter[str] = Counter()

    def strike(self, name: str, choose: random.Random) -> bool:
        """Whether it strikes this once."""
        is_hit = name in self.shares and choose.random() < self.shares[name]
        self.struck[name] += is_hit
        return is_hit

    def of_exchange(self, choose: random.Random) -> str:
        """The one that strikes the next exchange; empty for none."""
        names = [name for name in self.shares if FAULTS[name].of == "exchange"]
        return next((name for name in names if self.strike(name, choose)), "")
