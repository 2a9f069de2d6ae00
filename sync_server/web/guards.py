"""Who may ask for what: the guards of all routes. Which places are whose is page.py's visible_location's part."""

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from sync_server.accounts.people import Person

Connection = ASGIConnection[BaseRouteHandler, Person, object, State]


async def for_fleet(connection: Connection, _: BaseRouteHandler) -> None:
    """IT and the owner."""
    if not connection.user.runs_fleet:
        raise PermissionDeniedException("The fleet is for IT.")


async def for_people(connection: Connection, _: BaseRouteHandler) -> None:
    """IT and the owner: accounts and the audit log."""
    if not connection.user.keeps_accounts:
        raise PermissionDeniedException("Accounts are for IT and the owner.")


async def for_acting(connection: Connection, _: BaseRouteHandler) -> None:
    """Who handles what comes in: managers, area managers and the owner."""
    if not connection.user.may_act:
        raise PermissionDeniedException("Your role reads here, and changes nothing.")
