"""Who may ask for what: the guards of all routes. Which places are whose is page.py's visible_location's part."""

from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler

from sync_server.accounts.people import Person
from sync_server.errors import ForeignOrigin

Connection = ASGIConnection[BaseRouteHandler, Person, object, State]


SAFE = {"GET", "HEAD", "OPTIONS"}


async def from_own_pages(connection: Connection, handler: BaseRouteHandler) -> None:
    """Of every route: what changes something comes from this server's own pages, as the browser itself says.

    Beside the mark in each form. A program that is no browser says nothing of that, and has no cookies to misuse.
    """
    if connection.scope.get("method") in SAFE or handler.opt.get("exclude_from_csrf"):
        return
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site in ("same-origin", "none") or (site is None and (origin is None or _is_own(origin, connection))):
        return
    raise ForeignOrigin(origin or site or "")


def _is_own(origin: str, connection: Connection) -> bool:
    """By the address that was asked, or, behind a proxy that asks by another, by the setting's."""
    setting = urlsplit(connection.app.state.mail.address)
    is_asked = urlsplit(origin).netloc == connection.headers.get("host")
    return is_asked or origin == f"{setting.scheme}://{setting.netloc}"


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
