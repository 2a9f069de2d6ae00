"""Webhooks, for IT: where alerts are sent, with which secret."""

import msgspec
from litestar.datastructures import State
from litestar.params import FromPath
from litestar.response import Redirect, Template

from sync_server.alerts import webhooks, words
from sync_server.alerts.webhooks import WebhookUnfit
from sync_server.store import alerts as stored
from sync_server.store.alerts import Webhook
from sync_server.texts.say import say_in
from sync_server.web.guards import for_fleet
from sync_server.web.page import PersonRequest, Sent, form_at, page, page_at


class Hook(msgspec.Struct, frozen=True):
    url: str = ""


@page_at("/alerts/webhooks", guards=[for_fleet])
def show(request: PersonRequest, state: State) -> Template:
    return _webhooks(request, state)


@form_at("/alerts/webhooks/new", guards=[for_fleet], status_code=200)
def add(request: PersonRequest, state: State, data: Sent[Hook]) -> Template:
    """Its secret is on this answer alone."""
    try:
        made = webhooks.add(state.store, data.url.strip(), who=request.user.name, now_ms=state.clock())
    except WebhookUnfit:
        return _webhooks(request, state, status_code=400, unfit=data.url)
    return _webhooks(request, state, made=made)


@form_at("/alerts/webhooks/{webhook_id:str}/removal", guards=[for_fleet])
def end(request: PersonRequest, state: State, webhook_id: FromPath[str]) -> Redirect:
    webhooks.end(state.store, webhook_id, who=request.user.name, now_ms=state.clock())
    return Redirect("/alerts/webhooks", status_code=303)


def _webhooks(
    request: PersonRequest, state: State, *, made: Webhook | None = None, unfit: str = "", status_code: int = 200
) -> Template:
    say = say_in(request.user.language)
    return page(
        request,
        "alerts_webhooks.html",
        section="alerts",
        status_code=status_code,
        webhooks=stored.webhooks(state.store),
        made=made,
        unfit=unfit,
        utc=lambda at_ms: f"{words.local_time(say, at_ms, 'UTC')} UTC",
    )
