"""How this box is wired: the one file to change for a box of your own. Numbers are those of the pins GP0 to GP28."""

BUTTONS = (2, 3, 4, 5, 6)  # worst face first; each closes its pin to ground
LAMPS = (8, 9, 10, 11, 12)  # of the same buttons, at most 16; () for none
BUZZERS = (13,)  # a piezo buzzer; () for none
SERVICE = 22  # closed to ground while the box is plugged in: it stays off, and its files can be changed
CAPACITY = 1000  # presses held for the terminal
