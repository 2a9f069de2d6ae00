"""`hymy journal DIR`: what a terminal's journal holds, read beside the running terminal."""

import argparse
import logging
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from kiosk.clock import estimate
from kiosk.errors import NoJournal
from kiosk.journal import Records, Tallies
from survey.entries import Entry, Head
from survey.exchange import Boot
from survey.opening_hours import on_calendar

NEWEST = 10

log = logging.getLogger(__name__)


class Report(msgspec.Struct, frozen=True):
    """newest: the last entries, newest last. standing: how the last exchange went."""

    journal: str
    pressed: int
    stored: int
    sent: int
    waiting: int
    standing: str
    head: Head
    end: Head
    configuration: str
    boots: list[Boot]
    newest: list[Entry]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="the terminal's data folder")
    parser.add_argument("--json", action="store_true", help="for programs")


def main(args: argparse.Namespace) -> int:
    try:
        with closing(Records.open(args.folder)) as records:
            report = read(records)
    except NoJournal as error:
        log.error("%s", error)
        return 1
    except sqlite3.Error as error:
        log.error(
            "The journal in %s can't be read: %s. A terminal mends a damaged one itself when it starts.",
            args.folder,
            error,
        )
        return 1
    text = msgspec.json.format(msgspec.json.encode(report)).decode() if args.json else as_text(report)
    sys.stdout.write(text + "\n")
    return 0


def read(records: Records) -> Report:
    tallies, end = records.tallies(), records.newest()
    configuration = records.configuration()
    return Report(
        journal=records.journal_id,
        pressed=tallies.pressed,
        stored=tallies.stored,
        sent=tallies.sent,
        waiting=tallies.waiting,
        standing=records.standing(),
        head=records.head(),
        end=end,
        configuration=configuration.version if configuration else "",
        boots=estimate(records.boots()),
        newest=records.entries_after(end.seq - NEWEST),
    )


def as_text(report: Report) -> str:
    boots = {boot.number: boot for boot in report.boots}
    tallies = Tallies(report.pressed, report.stored, report.sent)
    all_there = tallies.pressed == tallies.stored == tallies.sent
    lines = [
        f"journal {report.journal}",
        f"pressed {tallies.pressed} / stored {tallies.stored} / sent {tallies.sent}, waiting {tallies.waiting}"
        + (": pressed = stored = sent" if all_there else ""),
        f"exchange {report.standing or 'none yet'}, configuration {report.configuration or 'none yet'}",
        f"head {report.head.seq} of {report.end.seq} entries",
        *(_boot_line(boot) for boot in report.boots[-NEWEST:]),
        *(_entry_line(entry, boots[entry.context.boot]) for entry in report.newest),
    ]
    return "\n".join(lines)


def _boot_line(boot: Boot) -> str:
    began = "at an unknown time" if boot.offset_ms is None else _shown(boot.offset_ms)
    return f"boot {boot.number} began {began} ({boot.how})"


def _entry_line(entry: Entry, boot: Boot) -> str:
    context = entry.context
    at = _shown((context.clock_ms if boot.offset_ms is None else boot.offset_ms) + entry.uptime_ms)
    return f"{entry.seq:>8} {at} {context.kind} {context.about} = {entry.value!r} ({context.source})"


def _shown(at_ms: int) -> str:
    return datetime.fromtimestamp(on_calendar(at_ms) / 1000, UTC).isoformat(" ", "seconds")
