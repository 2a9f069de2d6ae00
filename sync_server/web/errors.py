"""What a failed request answers: a page for people, an ErrorReply for programs, a log line for IT."""

import logging
from typing import Any

import msgspec
from litestar import MediaType, Request, Response
from litestar.exceptions import ClientException, HTTPException, NotAuthorizedException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from survey.exchange import ErrorReply
from sync_server.errors import ServerError
from sync_server.results.periods import PeriodFaults
from sync_server.web.page import page

log = logging.getLogger(__name__)

CODES = {
    400: "request.malformed",
    401: "account.signed_out",
    403: "account.not_yours",
    404: "not_found",
    405: "request.method",
    413: "exchange.too_large",
    429: "server.busy",
}
KEYS = ("secret", "token")  # in the path of wallboards, invitations, the end of a report
CUT_SHORT = "client disconnected prematurely"  # Litestar calls it an error of the server
SENTENCES = {403: "error.forbidden", 404: "error.not_found", 405: "error.not_found"}
SENTENCES_OF_CODES = {
    "request.foreign_origin": "error.foreign_origin",
    "server.busy": "reports.busy",
    "report.not_printed": "reports.not_printed",
    "report.still_reading": "reports.still_reading",
}

AnyRequest = Request[Any, Any, Any]


def exception_handlers() -> ExceptionHandlersMap:
    return {
        NotAuthorizedException: _signed_out,
        HTTPException: _http_error,
        ServerError: _server_error,
        Exception: _unexpected,
    }


def _signed_out(request: AnyRequest, error: NotAuthorizedException) -> Response[Any]:
    """Whoever follows a link from another site, a mail program's say, may be signed in all the same: browsers keep a
    strict cookie back until the page is asked for from here. A page that asks for it anew is the way.
    """
    if _for_programs(request):
        return _reply(401, ErrorReply(CODES[401], "Nobody is signed in.", "Sign in, or send the terminal's token."))
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        return page(request, "arriving.html", here=here)
    return Redirect("/sign-in", status_code=303, query_params={"next": here})


def _http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    if error.detail == CUT_SHORT:
        error = ClientException("The request was cut short.")
    if _for_programs(request):
        code = CODES.get(error.status_code, "request.refused")
        return _reply(error.status_code, ErrorReply(code, error.detail), dict(error.headers or {}))
    if error.status_code == 403 and "CSRF" in error.detail:
        return _page(request, 403, "error.form_expired")
    return _page(request, error.status_code, SENTENCES.get(error.status_code, ""), error.detail)


def _server_error(request: AnyRequest, error: ServerError) -> Response[Any]:
    if _for_programs(request):
        headers = {} if error.retry_after_s is None else {"Retry-After": str(error.retry_after_s)}
        return _reply(error.status, ErrorReply(error.code, error.message, error.hint), headers)
    if isinstance(error, PeriodFaults):
        return page(request, "error.html", status_code=400, key=f"period.{error.kind}", values=error.values)
    key = SENTENCES_OF_CODES.get(error.code) or SENTENCES.get(error.status, "")
    return _page(request, error.status, key, f"{error.message} {error.hint}")


def _unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    # Everything is caught here, so that one faulty request neither shows its inside nor stops the server.
    log.error("%s %s failed", request.method, _path(request), exc_info=error)
    if _for_programs(request):
        return _reply(500, ErrorReply(ServerError.code, "Something went wrong on the server.", "See the server's log."))
    return _page(request, 500, "error.internal")


def _path(request: AnyRequest) -> str:
    """Without what opens a door to whoever reads the log."""
    path = request.url.path
    for name in request.path_params.keys() & set(KEYS):
        path = path.replace(request.path_params[name], "***")
    return path


def _for_programs(request: AnyRequest) -> bool:
    return request.url.path.startswith("/api/")


def _reply(status_code: int, reply: ErrorReply, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(reply), status_code=status_code, headers=headers or {}, media_type=MediaType.JSON
    )


def _page(request: AnyRequest, status_code: int, key: str, detail: str = "") -> Response[Any]:
    return page(request, "error.html", status_code=status_code, key=key, detail=detail)
