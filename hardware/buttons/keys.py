"""The keys that keypads, arcade encoders and foot switches send, by the kernel's names (input-event-codes.h)."""


def _row(prefix: str, names: str, first: int) -> dict[str, int]:
    return {f"{prefix}{name}": first + place for place, name in enumerate(names.split())}


CODES = {
    **_row("KEY_", "ESC 1 2 3 4 5 6 7 8 9 0 MINUS EQUAL BACKSPACE TAB", 1),
    **_row("KEY_", "Q W E R T Y U I O P LEFTBRACE RIGHTBRACE ENTER LEFTCTRL", 16),
    **_row("KEY_", "A S D F G H J K L SEMICOLON APOSTROPHE GRAVE LEFTSHIFT BACKSLASH", 30),
    **_row("KEY_", "Z X C V B N M COMMA DOT SLASH RIGHTSHIFT KPASTERISK LEFTALT SPACE CAPSLOCK", 44),
    **_row("KEY_", "F1 F2 F3 F4 F5 F6 F7 F8 F9 F10 NUMLOCK SCROLLLOCK", 59),
    **_row("KEY_", "KP7 KP8 KP9 KPMINUS KP4 KP5 KP6 KPPLUS KP1 KP2 KP3 KP0 KPDOT", 71),
    **_row("KEY_", "F11 F12", 87),
    **_row("KEY_", "KPENTER RIGHTCTRL KPSLASH", 96),
    **_row("KEY_", "HOME UP PAGEUP LEFT RIGHT END DOWN PAGEDOWN INSERT DELETE", 102),
    **_row("KEY_", "MUTE VOLUMEDOWN VOLUMEUP", 113),
    **_row("KEY_", "KPEQUAL", 117),
    **_row("KEY_", "F13 F14 F15 F16 F17 F18 F19 F20 F21 F22 F23 F24", 183),
    **_row("BTN_", "0 1 2 3 4 5 6 7 8 9", 0x100),
    **_row("BTN_", "TRIGGER THUMB THUMB2 TOP TOP2 PINKIE BASE BASE2 BASE3 BASE4 BASE5 BASE6", 0x120),
    **_row("BTN_", "SOUTH EAST C NORTH WEST Z TL TR TL2 TR2 SELECT START MODE THUMBL THUMBR", 0x130),
}
NAMES = {code: name for name, code in CODES.items()}
