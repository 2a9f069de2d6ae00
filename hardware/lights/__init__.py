"""Lamps in the buttons and a buzzer: what a terminal sees of them, their drivers, and their twin."""
