"""Which presses of one box session were handed to the terminal, and up to where all of them are durable."""


class Sequence:
    """`handed` is the newest press handed over; a press up to there that is not `waiting` is durable."""

    def __init__(self, last_seq: int) -> None:
        self.handed = last_seq
        self._waiting: set[int] = set()  # at most the box's window

    @property
    def kept(self) -> int:
        """The newest press up to which all are durable: what may be acknowledged."""
        return min(self._waiting) - 1 if self._waiting else self.handed

    def is_next(self, seq: int) -> bool:
        return seq == self.handed + 1

    def hand_over(self, seq: int) -> None:
        self.handed = seq
        self._waiting.add(seq)

    def take_back(self, seq: int) -> None:
        """The terminal refused it: it has to come again."""
        self._waiting.discard(seq)
        self.handed = seq - 1

    def keep(self, seq: int) -> None:
        self._waiting.discard(seq)

    def jump_to(self, lowest: int) -> int:
        """The box holds nothing before `lowest`: expect that next. Returns how many presses are passed over."""
        missed = max(0, lowest - 1 - self.handed)
        self.handed += missed
        return missed
