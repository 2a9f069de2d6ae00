"""From a sensor's edges to people who passed, and whether so many can have passed: pure, from levels and times."""

from dataclasses import dataclass

DOUBT_S = 180.0


@dataclass(frozen=True, slots=True)
class Sensor:
    """least_s: what sees somebody for less saw nobody. apart_s: who comes this soon after somebody is the same person.

    stuck_after_s: nobody is seen for so long.
    """

    least_s: float
    apart_s: float
    stuck_after_s: float


BEAM = Sensor(least_s=0.02, apart_s=0.3, stuck_after_s=600.0)  # arms and legs break it several times within 0.2 s
PIR = Sensor(least_s=0.0, apart_s=2.0, stuck_after_s=3600.0)  # goes off and on again while somebody moves on


class Passages:
    """One line; somebody has passed when it goes idle again. `at` is in seconds of a clock that never steps."""

    def __init__(self, sensor: Sensor, *, is_active: bool, at: float) -> None:
        self.is_active = is_active
        self._sensor = sensor
        self._active_at = at
        self._passed_at = float("-inf")

    def edge(self, *, is_active: bool, at: float) -> bool:
        """Whether somebody has passed. A level that it has already is no edge."""
        if is_active == self.is_active:
            return False
        self.is_active = is_active
        if is_active:
            self._active_at = at
            return False
        if at - self._active_at < self._sensor.least_s:
            return False
        is_somebody_else = self._active_at - self._passed_at >= self._sensor.apart_s
        self._passed_at = at
        return is_somebody_else

    def is_stuck(self, at: float) -> bool:
        return self.is_active and at - self._active_at >= self._sensor.stuck_after_s


class Plausible:
    """Doubts what comes more often than `per_s` for minutes; three minutes' worth may come at once.

    doubted_at: when something was too much the last time.
    """

    def __init__(self, per_s: float) -> None:
        self._per_s = per_s
        self._room = per_s * DOUBT_S
        self._at = float("-inf")
        self.doubted_at = float("-inf")

    def take(self, number: int, at: float) -> int:
        """How many of them to believe: all or none."""
        self._room = min(self._per_s * DOUBT_S, self._room + self._per_s * (at - self._at))
        self._at = at
        if number > self._room:
            self.doubted_at = at
        else:
            self._room -= number
        return 0 if self.is_in_doubt(at) else number

    def is_in_doubt(self, at: float) -> bool:
        """Until nothing was too much for three minutes."""
        return at - self.doubted_at < DOUBT_S
