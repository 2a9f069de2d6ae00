"""Where the picture lies while nobody comes: it wanders a few pixels, so that nothing burns into the display. Pure."""

AFTER_S = 300.0  # without a new view, and from one step to the next
STEP_PX = 2
SIDE = 7  # places in a row: 6 px to either side of where it is meant to be
_PLACES = SIDE * SIDE
_TURN = 2 * (_PLACES - 1)  # there and back


def drift(step: int) -> tuple[int, int]:
    """Pixels to the right and up after so many steps: from the middle row by row over all places, and back."""
    along = (step + _PLACES // 2) % _TURN
    row, column = divmod(min(along, _TURN - along), SIDE)
    column = SIDE - 1 - column if row % 2 else column
    return (column - SIDE // 2) * STEP_PX, (row - SIDE // 2) * STEP_PX
