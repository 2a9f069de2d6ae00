"""`hymy simulate`: many terminals with their people and their mishaps, before a real server, and what became of it all.

A terminal here keeps its journal in memory and makes real requests (survey/exchange.py) over real HTTP. Beside it, and
knowing nothing of journals, a record of every press is kept: that is what the store is compared with in the end.
"""
