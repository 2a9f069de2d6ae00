"""Which edges of one button's line are presses: pure, from levels and times.

Contacts bounce for a few milliseconds when they close and when they open, and a kernel may lose the last edge of a
burst (joan2937/lg #18). So edges with less than QUIET_S between them are one run; a run counts once, at its first edge
down, if the line was up before it; and while it is down the level itself is looked at too.
"""

QUIET_S = 0.03


class Debounce:
    """One line. `at` is in seconds of a clock that never steps."""

    def __init__(self, *, is_down: bool, at: float) -> None:
        self.is_down = is_down
        self._down_since = at
        self._edge_at = at - QUIET_S
        self._may_count = False  # the present run began with the line up, and has not counted yet
        self._up_since: float | None = None  # seen up without an edge that says so

    def edge(self, *, is_down: bool, at: float) -> bool:
        """Whether this edge is a press."""
        if at - self._edge_at >= QUIET_S:
            self._may_count = not self.is_down
        is_press = is_down and self._may_count
        if is_press:
            self._may_count = False
            self._down_since = at
        self.is_down, self._edge_at, self._up_since = is_down, at, None
        return is_press

    def look(self, *, is_down: bool, at: float) -> None:
        """The level as it is read now. Up twice, and no edge has said so: that edge was lost."""
        if is_down or not self.is_down:
            self._up_since = None
        elif self._up_since is None:
            self._up_since = at  # or it is still on its way
        elif at - self._up_since >= QUIET_S:
            self.is_down = False

    def held_s(self, at: float) -> float:
        """For how long it has been down; 0 if it is up."""
        return at - self._down_since if self.is_down else 0.0
