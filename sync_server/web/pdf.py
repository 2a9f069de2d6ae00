"""The very page that a person sees, as a PDF. A page has one when its handler says `opt=PRINTED`."""

import re
from collections.abc import Sequence
from functools import wraps
from html import unescape
from typing import Any, Final
from urllib.parse import quote

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Template
from litestar.types import ControllerRouterHandler

from survey.opening_hours import on_clock
from sync_server.reports.brand import brand_of
from sync_server.reports.press import Press, Sheet
from sync_server.texts import dates
from sync_server.web.page import PersonRequest, visible_locations

PRINTED: Final = {"is_printed": True}
_TITLE = re.compile(r"(?<=<title>).*?(?=</title>)", re.DOTALL)


def printed(handlers: Sequence[ControllerRouterHandler]) -> list[ControllerRouterHandler]:
    """For each page that is to have one its PDF: at /pdf and the page's own address, for the same people."""
    return [_printed(page) for page in handlers if isinstance(page, HTTPRouteHandler) and page.opt.get("is_printed")]


def _printed(page: HTTPRouteHandler) -> HTTPRouteHandler:
    show = page.fn
    (path,) = page.paths

    @wraps(show)
    def paper(*args: Any, **kwargs: Any) -> Any:
        shown = show(*args, **kwargs)
        return (
            _response(kwargs["request"], shown) if isinstance(shown, Template) and shown.status_code == 200 else shown
        )

    paper.__annotations__ = show.__annotations__ | {"return": Response[bytes]}
    return get(f"/pdf{path}", guards=page.guards, include_in_schema=False, sync_to_thread=True)(paper)


def _response(request: PersonRequest, shown: Template) -> Response[bytes]:
    html = _html(request, shown)
    press: Press = request.app.state.press
    pdf = press.make(Sheet(html, request.app.state.address))
    title = unescape("".join(_TITLE.findall(html)[:1])).removesuffix(" · Hymy")
    return as_file(pdf, f"{title}.pdf")


def as_file(pdf: bytes, name: str) -> Response[bytes]:
    """To be kept under this name."""
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(pdf, media_type="application/pdf", headers=headers)


def _html(request: PersonRequest, shown: Template) -> str:
    """As the page itself is rendered, with what stands at the foot of a sheet."""
    location = shown.context["location"] or next(iter(visible_locations(request.app.state.store, request.user)), None)
    time_zone = location.time_zone if location else "UTC"
    made = on_clock(request.app.state.clock(), time_zone)
    day = dates.with_year(shown.context["say"], made.date())
    told = {"date": day, "time": f"{made:%H:%M}", "time_zone": time_zone}
    paper = {"made": told, "brand": brand_of(request.app.state.store)}
    engine = request.app.template_engine
    assert engine is not None and shown.template_name is not None  # noqa: S101  as for every page
    template = engine.get_template(shown.template_name)
    return str(template.render(shown.context | {"request": request, "csrf_input": "", "paper": paper}))
