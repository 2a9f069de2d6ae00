"""The web application: sessions, guards, headers, errors and templates around the routes."""

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.connection import ASGIConnection
from litestar.datastructures import CacheControlHeader, MutableScopeHeaders, State
from litestar.di import Provide
from litestar.middleware.session.server_side import ServerSideSessionBackend
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.security.session_auth import SessionAuth
from litestar.static_files import create_static_files_router
from litestar.stores.registry import StoreRegistry
from litestar.template import TemplateConfig
from litestar.types import Message, Scope

from sync_server.accounts.people import Person
from sync_server.accounts.sessions import ONE_DAY_S, SessionsConfig, StoredSessions, who
from sync_server.accounts.sign_in import Door
from sync_server.changes import Changes
from sync_server.insight.chain_days import ChainDays
from sync_server.mail.settings import Mail
from sync_server.reports.press import NOWHERE, Press
from sync_server.store import Store
from sync_server.store import people as stored
from sync_server.texts.say import between, in_words, masked, whole
from sync_server.web.errors import exception_handlers
from sync_server.web.guards import from_own_pages
from sync_server.web.page import visible_location
from sync_server.web.routes import page_routes

HERE = Path(__file__).parent
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
    " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}

GZIP = 4  # a tenth smaller at 6, for thirty times the CPU
AS_IT_IS = ["/changes$", "^/exports/file", "^/pdf/"]  # events must not wait for more; files are long, or compressed


def create_app(
    store: Store,
    clock: Callable[[], int],
    changes: Changes,
    *,
    chain_days: ChainDays,
    press: Press,
    mail: Mail,
) -> Litestar:
    """mail: whether letters go out, and where people find this server, as letters and PDFs say it."""
    is_https = mail.address.startswith("https:")
    return Litestar(
        route_handlers=[
            *page_routes(),
            create_static_files_router(
                path="/static",
                directories=[HERE / "static"],
                cache_control=CacheControlHeader(max_age=365 * ONE_DAY_S, immutable=True, public=True),
                opt={"exclude_from_auth": True},
            ),
        ],
        state=State(
            {
                "store": store,
                "clock": clock,
                "changes": changes,
                "chain_days": chain_days,
                "door": Door(store, clock),
                "press": press,
                "mail": mail,
                "address": mail.address or NOWHERE,
            }
        ),
        stores=StoreRegistry({"sessions": StoredSessions(store, clock)}),
        dependencies={"location": Provide(visible_location, sync_to_thread=True)},
        guards=[from_own_pages],
        on_app_init=[_session_auth(is_https=is_https).on_app_init],
        csrf_config=CSRFConfig(
            secret=stored.secret_for(store, "forms"),
            cookie_name="hymy_form",
            cookie_httponly=True,
            cookie_samesite="strict",
            cookie_secure=is_https,
        ),
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(_templates())),
        compression_config=CompressionConfig("gzip", gzip_compress_level=GZIP, exclude=AS_IT_IS),
        before_send=[_add_headers],
        logging_config=None,  # Litestar's own would take the place of what the program has set up
        exception_handlers=exception_handlers(),
        openapi_config=OpenAPIConfig(
            title="Hymy",
            version=version("hymy"),
            path="/api/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
    )


def _session_auth(*, is_https: bool) -> SessionAuth[Person, ServerSideSessionBackend]:
    """Every route asks for a session, unless it says `exclude_from_auth`."""
    sessions = SessionsConfig(samesite="strict", secure=is_https)
    return SessionAuth(retrieve_user_handler=_who, session_backend_config=sessions, exclude=["^/api/schema"])


def _who(session: dict[str, Any], connection: ASGIConnection[Any, Any, Any, Any]) -> Person | None:
    return who(connection.app.state.store, session)


async def _add_headers(message: Message, scope: Scope) -> None:
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers.setdefault(name, value)  # the preview of a letter has a policy of its own
        headers["x-hymy-look"] = _look()
        if "cache-control" not in headers:
            headers["cache-control"] = "no-store"


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals |= {"static": _static_addresses().__getitem__, "whole": whole, "in_words": in_words}
    environment.globals |= {"masked": masked, "between": between}
    return environment


@cache
def _look() -> str:
    """Changes when a release brings other styles or scripts: a page that is open loads itself anew then (live.js)."""
    return sha256("".join(sorted(_static_addresses().values())).encode()).hexdigest()[:12]


def _static_addresses() -> dict[str, str]:
    """Each file's address with a mark of its content, so that browsers keep it for as long as it is the same."""
    return {
        file.name: f"/static/{file.name}?v={sha256(file.read_bytes()).hexdigest()[:12]}"
        for file in (HERE / "static").iterdir()
    }
