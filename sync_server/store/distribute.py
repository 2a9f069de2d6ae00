"""Spread a PostgreSQL store over several machines with Citus: the same schema and the same queries, unchanged.

What grows is spread by its location, all tables alike, so that an exchange or a page concerns one machine. What is
small is copied to every machine.
"""

from collections.abc import Callable

from sync_server.errors import CannotDistribute
from sync_server.store.interface import Store

SMALL = {
    *("regions", "locations", "touchpoints", "surveys", "touchpoint_surveys", "themes", "pictures"),
    *("terminals", "terminal_places", "enrolment_codes"),
    *("people", "person_places", "person_regions", "sessions", "secrets", "invitations"),
    *("sign_in_failures", "sign_in_homes"),
    *("wallboards", "audit", "audit_heads", "backups", "chores", "migrations"),
    *("outbox", "report_wishes", "alert_rules", "alert_choices", "webhooks"),
}
FIRST = "journals"  # the others that grow lie where it does


def distribute(store: Store, tell: Callable[[str], None]) -> None:
    """What is not distributed yet; so it can be broken off, and is done again after an upgrade.

    tell: a sentence for each table. Raises CannotDistribute.
    """
    if store.read("SELECT to_regproc('create_distributed_table')") == [(None,)]:
        raise CannotDistribute(
            "This database has not the extension Citus.",
            "Install Citus on every machine, add it to shared_preload_libraries, and in the store's database: "
            "CREATE EXTENSION citus.",
        )
    done = {name for (name,) in store.read("SELECT CAST(logicalrelid AS TEXT) FROM pg_dist_partition")}
    for table in sorted(tables(store) - done, key=lambda table: (table not in SMALL, table != FIRST, table)):
        with store.write() as transaction:
            if table in SMALL:
                transaction.execute("SELECT create_reference_table(?)", (table,))
            else:
                beside = "default" if table == FIRST else FIRST
                call = "SELECT create_distributed_table(?, 'location_id', colocate_with => ?)"
                transaction.execute(call, (table, beside))
        tell(f"{table}: {'copied to every machine' if table in SMALL else 'spread by location'}")


def tables(store: Store) -> set[str]:
    return {name for (name,) in store.read("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}
