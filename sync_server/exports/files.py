"""CSV, Excel and Parquet, written row by row in bounded memory, each with the dictionary of its columns.

Nothing that people wrote becomes a formula: a spreadsheet that opens the file shows it as text.
"""

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as arrow
from defusedcsv import csv
from pyarrow import parquet
from xlsxwriter import Workbook

from sync_server.exports.columns import Column, Holds

Row = Sequence[Any]
Out = BinaryIO | io.RawIOBase
CSV_ROWS, PARQUET_ROWS = 5_000, 100_000  # at a time
SHEET_ROWS = 1_048_575  # what a sheet of Excel holds below its heading
HEADING = ("column", "holds", "says")


class Unended(io.RawIOBase):
    """Takes nothing more once the rows have failed: what is left of a file lacks its end, and opens nowhere."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._has_failed = out, False

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        return len(data) if self._has_failed else self._out.write(data)

    def flush(self) -> None:
        self._out.flush()

    def guarded(self, rows: Iterable[Row]) -> Iterator[Row]:
        try:
            yield from rows
        except BaseException:
            self._has_failed = True
            raise


def write_csv(out: Out, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """A zip of <name>.csv and dictionary.csv, UTF-8. out: may be a pipe."""
    convert = _converted(columns, instant=_iso, local=lambda at: at.isoformat(" ", "seconds"), other=_plain)
    with zipfile.ZipFile(cast(BinaryIO, out), "w", zipfile.ZIP_DEFLATED, compresslevel=3) as file:
        for entry, heading, content in (
            ("dictionary.csv", HEADING, iter(_dictionary(columns))),
            (f"{name}.csv", [column.name for column in columns], map(convert, rows)),
        ):
            with file.open(entry, "w", force_zip64=True) as raw:
                text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
                writer = csv.writer(text)
                writer.writerow(heading)
                while some := list(islice(content, CSV_ROWS)):
                    writer.writerows(some)
                text.flush()
                text.detach()


def write_excel(out: Out, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """As many sheets as it takes, and one with the dictionary. It is made in a file of its own first."""
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as made:
        with Workbook(made.name, settings) as book:
            formats = {
                Holds.DATE: book.add_format({"num_format": "yyyy-mm-dd"}),
                Holds.LOCAL: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            }
            bold = book.add_format({"bold": True})
            convert = _converted(columns, instant=_iso, local=lambda at: at, other=lambda cell: cell)
            cells = [formats.get(column.holds) for column in columns]
            for number, part in enumerate(_by_sheet(map(convert, rows)), 1):
                sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
                sheet.freeze_panes(1, 0)
                sheet.write_row(0, 0, [column.name for column in columns], bold)
                for place, row in enumerate(part, 1):
                    for at, cell in enumerate(row):
                        if cell is not None:
                            sheet.write(place, at, cell, cells[at])
            sheet = book.add_worksheet("dictionary")
            for place, row in enumerate([HEADING, *_dictionary(columns)]):
                sheet.write_row(place, 0, row, None if place else bold)
        with Path(made.name).open("rb") as file:
            while block := file.read(1 << 16):
                out.write(block)


def write_parquet(out: Out, name: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Zstandard; the dictionary is each field's `description`."""
    types = {
        Holds.TEXT: arrow.string(),
        Holds.WHOLE: arrow.int64(),
        Holds.NUMBER: arrow.float64(),
        Holds.YES_NO: arrow.bool_(),
        Holds.DATE: arrow.date32(),
        Holds.LOCAL: arrow.timestamp("ms"),
        Holds.INSTANT: arrow.timestamp("ms", tz="UTC"),
    }
    schema = arrow.schema(
        [arrow.field(column.name, types[column.holds], metadata={"description": column.says}) for column in columns],
        metadata={"name": name},
    )
    content = iter(rows)
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while some := list(islice(content, PARQUET_ROWS)):
            arrays = [
                arrow.array(cells, type=field.type)
                for cells, field in zip(zip(*some, strict=True), schema, strict=True)
            ]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))


FILES: dict[str, tuple[str, Callable[[Out, str, Sequence[Column], Iterable[Row]], None]]] = {
    "csv": (".csv.zip", write_csv),
    "xlsx": (".xlsx", write_excel),
    "parquet": (".parquet", write_parquet),
}


def _by_sheet(rows: Iterable[Row]) -> Iterator[Iterator[Row]]:
    """At least one, which may be empty."""
    content = iter(rows)
    yield islice(content, SHEET_ROWS)
    for first in content:
        yield chain([first], islice(content, SHEET_ROWS - 1))


def _dictionary(columns: Sequence[Column]) -> list[tuple[str, str, str]]:
    return [(column.name, column.holds.value, column.says) for column in columns]


def _converted(
    columns: Sequence[Column],
    *,
    instant: Callable[[int], Any],
    local: Callable[[datetime], Any],
    other: Callable[[Any], Any],
) -> Callable[[Row], list[Any]]:
    by_kind: dict[Holds, Callable[[Any], Any]] = {Holds.INSTANT: instant, Holds.LOCAL: local}
    how = [by_kind.get(column.holds, other) for column in columns]

    def convert(row: Row) -> list[Any]:
        return [None if cell is None else act(cell) for act, cell in zip(how, row, strict=True)]

    return convert


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _plain(cell: Any) -> Any:
    return str(cell).lower() if isinstance(cell, bool) else cell
