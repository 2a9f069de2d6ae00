"""Every page and reading route, in one list."""

from litestar.types import ControllerRouterHandler

from sync_server.web import (
    account,
    alerts,
    api,
    audit,
    comments,
    compare,
    definitions,
    exports,
    fleet,
    invitation,
    location,
    people,
    sign_in,
    start,
    terminal,
    today,
)
from sync_server.web.pdf import printed


def page_routes() -> list[ControllerRouterHandler]:
    pages = _pages()
    return [*pages, *printed(pages)]


def _pages() -> list[ControllerRouterHandler]:
    return [
        sign_in.show,
        sign_in.sign_in,
        sign_in.sign_out,
        today.first_location,
        today.show,
        today.part,
        today.changes,
        location.first_location,
        location.show,
        definitions.show,
        compare.show,
        comments.show,
        comments.show_one,
        comments.act,
        comments.reveal,
        exports.show,
        exports.download,
        fleet.show,
        fleet.part,
        fleet.make_code,
        fleet.ask_revoke,
        fleet.revoke,
        start.show,
        start.part,
        start.make_shop,
        start.make_code,
        terminal.show,
        terminal.accept_loss,
        terminal.release,
        people.show,
        people.show_new,
        people.invite,
        people.show_person,
        people.change,
        people.invite_again,
        people.end,
        audit.show,
        account.show,
        account.describe,
        account.choose_password,
        account.end_session,
        account.end_others,
        invitation.show,
        invitation.accept,
        alerts.show,
        alerts.act,
        alerts.choose,
        alerts.show_rules,
        alerts.change_rules,
        alerts.show_webhooks,
        alerts.add_webhook,
        alerts.end_webhook,
        api.today_at,
    ]
