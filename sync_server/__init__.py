"""Brings every location's answers together and shows them to the people who can act on them (design.md 4)."""
