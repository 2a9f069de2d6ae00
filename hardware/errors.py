"""What can go wrong with devices.

HardwareError
├── UnknownDevice (ValueError)      a setting that names no kind of device we know
├── UnfitPins (ValueError)          a setting with numbers that are no pins, or one pin twice
├── DeviceUnplugged                 a device that cannot be opened, read, or written just now
├── BadLine (ValueError)            bytes from a button box, or to it, that are no line of its protocol
├── LinkTaken                       a twin cannot put its link where it was told to
└── CannotSpeak                     a sentence that cannot be said: a program, a voice or a sound card is missing
"""


class HardwareError(Exception):
    pass


class UnknownDevice(HardwareError, ValueError):
    pass


class UnfitPins(HardwareError, ValueError):
    pass


class DeviceUnplugged(HardwareError):
    pass


class BadLine(HardwareError, ValueError):
    pass


class LinkTaken(HardwareError):
    pass


class CannotSpeak(HardwareError):
    pass
