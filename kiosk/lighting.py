"""What the lamps in the buttons show beside a view: whether a press is welcome. Pure."""

from hardware.buttons.interface import Press
from hardware.lights.interface import Light
from kiosk.views import Closed, NotReady, OutOfOrder, Paused, View

INVITE, OFF, OUT_OF_ORDER = Light("invite"), Light("off"), Light("out_of_order")


def light(view: View) -> Light:
    """Thanks for a press come on top of it, once that is kept."""
    match view:
        case Closed():
            return OFF
        case OutOfOrder() | NotReady() | Paused():
            return OUT_OF_ORDER
        case _:
            return INVITE


def thanks(press: Press) -> Light:
    return Light("thanks", press.button, beep=True, source=press.source)
