"""From figures to "worse or just noise"."""
