"""`hymy mail`: what could not be sent and why, a letter as a trial, and trying again."""

import argparse
import uuid
from contextlib import closing
from datetime import UTC, datetime
from importlib import metadata

import msgspec

from sync_server.clock import now_ms
from sync_server.command import add_data_argument, add_json_argument, say, say_error, say_rows, with_store
from sync_server.config import mail_settings
from sync_server.errors import ServerError
from sync_server.mail.letter import Letter
from sync_server.mail.outbox import GIVE_UP_MS, Postponed, RefusedForGood
from sync_server.mail.smtp import SmtpCarrier
from sync_server.store import Store, outbox
from sync_server.store.outbox import Parcel, Unsent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    listing = commands.add_parser("list", help="what has failed: letters, and calls to webhooks")
    trial = commands.add_parser("test", help="send a letter at once, and say what the mail server said")
    trial.add_argument("--to", required=True, metavar="ADDRESS", help="who gets it")
    again = commands.add_parser("again", help="try again what was given up, once its cause is mended")
    again.add_argument("--cause", metavar="TEXT", help="this one alone, as `hymy mail list` shows it")
    for command in (listing, trial, again):
        add_data_argument(command)
    for command in (listing, again):
        add_json_argument(command)


def main(arguments: argparse.Namespace) -> int:
    if arguments.action == "test":
        return _test(arguments.to)
    return with_store(arguments, {"list": _list, "again": _again}[arguments.action])


def _list(store: Store, arguments: argparse.Namespace) -> int:
    def in_words(row: Unsent) -> str:
        made = datetime.fromtimestamp(row.made_at / 1000, UTC)
        then = "given up" if row.is_given_up else f"next {datetime.fromtimestamp(row.due_at / 1000, UTC):%H:%M} UTC"
        what = f"{row.kind} to {row.receiver} of {made:%Y-%m-%d %H:%M} UTC, {row.tries} attempts, {then}"
        return f"{what}\n    {row.cause}\n    {row.reason}"

    return say_rows(outbox.unsent(store), in_words, arguments, nothing="Everything was sent, or is tried first.")


def _again(store: Store, arguments: argparse.Namespace) -> int:
    now = now_ms()
    due = outbox.try_again(store, arguments.cause, now_ms=now, give_up_at=now + GIVE_UP_MS)
    say(msgspec.json.encode({"due": due}).decode() if arguments.json else f"{due} are tried again within seconds.")
    return 0


def _test(to: str) -> int:
    try:
        mail = mail_settings()
        if mail.server is None:
            raise ServerError("No mail server is set.", "Set HYMY_SMTP, such as smtp://USER:PASSWORD@HOST:587.")
        letter = Letter(to, "Hymy can send mail", f"This is a trial, sent by Hymy {metadata.version('hymy')}.\n")
        content, now = msgspec.json.encode(letter).decode(), now_ms()
        with closing(SmtpCarrier(mail)) as carrier:
            carrier.carry(Parcel("trial", to, content, uuid.uuid4().hex, now, now, 1))
    except ServerError as error:
        say_error(error)
        return 1
    except (Postponed, RefusedForGood) as error:
        say_error(ServerError(f"The letter was not taken: {error}"))
        return 1
    say(f"The mail server took a letter to {to}. Whether it arrives shows in that mailbox.")
    return 0
