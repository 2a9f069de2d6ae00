"""The terminal's screen as a lamp: on, off, dimmed."""
