"""The twin of a display."""

from hardware.faults import Fault


class SimulatedDisplay:
    """brightness and is_on: how it looks now. record: every order it got."""

    def __init__(self) -> None:
        self.fault = Fault("simulated display")
        self.brightness = 1.0
        self.is_on = True
        self.record: list[str] = []

    def set_brightness(self, share: float) -> None:
        self.brightness = share
        self.record.append(f"brightness {share:.2f}")

    def switch_off(self) -> None:
        self.is_on = False
        self.record.append("off")

    def switch_on(self) -> None:
        self.is_on = True
        self.record.append("on")
