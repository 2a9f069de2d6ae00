"""People counters: what a terminal sees of them, their drivers, and their twin."""
