"""How long to wait after a failure, and how much to send at once (design.md 3.6, 3.7, 3.10)."""

from random import Random

FIRST_BATCH, LARGEST_BATCH = 500, 2_000  # entries
QUICK_MS = 1_000  # a full batch that takes less may be followed by a larger one
BACK_OFF_S, LONGEST_BACK_OFF_S = 5, 15 * 60
SELDOM_S, LONGEST_SELDOM_S = 30, 60 * 60
SHORTEST_ASKED_S = 1.0  # a server that says to come back at once would be asked without end
MOST_DOUBLINGS = 16


class Patience:
    """Each wait that it gives counts as one more failure, until there is a success."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self.failures = 0
        self.size = FIRST_BATCH

    def succeeded(self, *, sent: int, took_ms: int) -> None:
        self.failures = 0
        if sent == self.size and took_ms < QUICK_MS:
            self.size = min(LARGEST_BATCH, 2 * self.size)

    def halve(self, sent: int) -> None:
        """That was too much at once."""
        self.size = max(1, sent // 2)

    def back_off_s(self) -> float:
        """Full jitter, so that terminals come back spread out after an outage."""
        return self._random.uniform(0, min(LONGEST_BACK_OFF_S, BACK_OFF_S * 2 ** self._failed()))

    def seldom_s(self) -> float:
        """Where only a person can help."""
        longest_s = min(LONGEST_SELDOM_S, SELDOM_S * 2 ** self._failed())
        return self._random.uniform(longest_s / 2, longest_s)

    def asked_s(self, retry_after_s: float) -> float:
        """What the server asks for, within reason."""
        return min(max(retry_after_s, SHORTEST_ASKED_S), LONGEST_SELDOM_S)

    def _failed(self) -> int:
        """Failures in a row before this one."""
        self.failures = min(self.failures + 1, MOST_DOUBLINGS)
        return self.failures - 1
