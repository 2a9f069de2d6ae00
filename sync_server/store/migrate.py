"""Bring a database up to date: numbered SQL files, each carried out once, all in the caller's transaction.

Of several processes that begin at once the one that first writes a migration's name carries it out; the others wait
for the end of its transaction.
"""

from importlib.resources import files
from typing import NamedTuple

from sync_server.store.interface import Transaction


class Migration(NamedTuple):
    name: str
    statements: list[str]


def migrations() -> list[Migration]:
    """In the order of their numbers."""
    found = [file for file in files("sync_server.store.migrations").iterdir() if file.name.endswith(".sql")]
    return [Migration(file.name, _statements(file.read_text())) for file in sorted(found, key=lambda file: file.name)]


def migrate(transaction: Transaction) -> None:
    """Carry out what the database has not seen yet."""
    transaction.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY)")
    for migration in migrations():
        transaction.execute("INSERT INTO migrations (name) VALUES (?) ON CONFLICT DO NOTHING", (migration.name,))
        if transaction.changes():
            for statement in migration.statements:
                transaction.execute(statement)


def _statements(text: str) -> list[str]:
    """The migrations hold no semicolon but at the end of a statement."""
    plain = "\n".join(line.partition("--")[0] for line in text.splitlines())
    return [statement.strip() for statement in plain.split(";") if statement.strip()]
