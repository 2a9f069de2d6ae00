"""`hymy export`: answers or figures of a period as CSV, Excel or Parquet, beside the running server."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sync_server.accounts.people import LANGUAGES
from sync_server.clock import now_ms
from sync_server.command import add_data_argument, say, with_store
from sync_server.errors import NotFound, ServerError
from sync_server.exports import rows
from sync_server.exports.columns import ANSWERS, FIGURES
from sync_server.exports.files import FILES, Unended
from sync_server.results.periods import read_period
from sync_server.store import Store, exports, places
from sync_server.store.places import LocationRow
from sync_server.upkeep.progress import Progress

CONTENTS = {"answers": (ANSWERS, rows.answer_rows), "figures": (FIGURES, rows.figure_rows)}
STANDARD_OUTPUT = "-"


class CannotWrite(ServerError):
    """The file of an export cannot be written."""

    code = "export.cannot_write"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("content", choices=CONTENTS, help="every answer, or the figures of each day")
    parser.add_argument("--format", choices=FILES, default="csv", help="csv is a zip with a dictionary (default)")
    parser.add_argument("--first", default="", metavar="DATE", help="first day (default: four weeks ago)")
    parser.add_argument("--last", default="", metavar="DATE", help="last day (default: today)")
    parser.add_argument("--location", action="append", metavar="ID", help="may be repeated (default: all)")
    parser.add_argument("--language", default="en", help="of questions and choices (default: en)")
    parser.add_argument("--out", metavar="FILE", help="- for standard output (default: a name that tells what it is)")
    add_data_argument(parser)


def main(arguments: argparse.Namespace) -> int:
    return with_store(arguments, _export)


def _export(store: Store, arguments: argparse.Namespace) -> int:
    today = datetime.fromtimestamp(now_ms() / 1000, UTC).date()
    period = read_period(arguments.first, arguments.last, today)
    _check_language(store, arguments.language)
    wanted = rows.Wanted(_chosen(store, arguments.location), period, arguments.language)
    ending, _ = FILES[arguments.format]
    name = arguments.out or f"{arguments.content}-{period.first}-{period.last}{ending}"
    if name == STANDARD_OUTPUT:
        write(sys.stdout.buffer, store, arguments.content, arguments.format, wanted)
        return 0
    _refuse_misleading(Path(name), arguments.format)
    _write_file(Path(name), store, arguments, wanted)
    say(f"{name}: {Path(name).stat().st_size:,} bytes.")
    return 0


def _refuse_misleading(file: Path, form: str) -> None:
    """A spreadsheet calls a zip that is named .xlsx broken."""
    ending, _ = FILES[form]
    if file.suffix in (".csv", ".xlsx", ".parquet") and not file.name.endswith(ending):
        hint = f"Name it {file.stem}{ending}, or choose another --format: csv, xlsx or parquet."
        raise CannotWrite(f"{file.name} is no name for what --format {form} makes.", hint)


def _write_file(file: Path, store: Store, arguments: argparse.Namespace, wanted: rows.Wanted) -> None:
    """Under its name only when it is whole."""
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("wb") as out:
            write(out, store, arguments.content, arguments.format, wanted)
        part.replace(file)
    except OSError as error:
        raise CannotWrite(f"{file} cannot be written: {error.strerror}.", "Name another with --out FILE.") from error
    finally:
        part.unlink(missing_ok=True)


def write(out: BinaryIO, store: Store, content: str, form: str, wanted: rows.Wanted) -> None:
    """All of it, of one instant. content: of CONTENTS, form: of FILES."""
    columns, find = CONTENTS[content]
    _, write_rows = FILES[form]
    with store.snapshot() as snapshot:
        found = find(store, snapshot, wanted, Progress(f"Exporting {content}"))
        unended = Unended(out)
        write_rows(unended, content, columns, unended.guarded(found))


def _chosen(store: Store, location_ids: Sequence[str] | None) -> list[LocationRow]:
    known = {location.location_id: location for location in places.locations(store)}
    if strange := [name for name in location_ids or () if name not in known]:
        raise NotFound(f"There is no location {', '.join(map(repr, strange))}.", f"Known are {', '.join(known)}.")
    return [known[name] for name in location_ids or known]


def _check_language(store: Store, language: str) -> None:
    """What a survey lacks of the pages' own languages stands in its first one. Raises NotFound for any other."""
    known = {*LANGUAGES, *(asked for survey in exports.surveys(store) for asked in survey.languages)}
    if language not in known:
        raise NotFound(f"Nothing is asked in the language {language!r}.", f"Known are {', '.join(sorted(known))}.")
