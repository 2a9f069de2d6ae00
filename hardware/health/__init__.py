"""How the computer itself is: warm, short of power or room, its card worn."""
