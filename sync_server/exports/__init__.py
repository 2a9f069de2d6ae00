"""Answers and figures as files for other programs, with a dictionary of their columns in each."""
