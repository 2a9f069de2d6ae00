"""All SQL of the server. interface.py says what a store can do; sqlite.py does it; the others hold the queries."""

from sync_server.store.interface import Row, Store, Transaction
from sync_server.store.sqlite import has_store, open_store

__all__ = ["Row", "Store", "Transaction", "has_store", "open_store"]
