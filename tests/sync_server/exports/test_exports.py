"""Exports of a small shop on both stores, read back by what people open them with."""

import csv
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from pyarrow import parquet

from survey.questions import STAFF
from survey.schedule import OpeningHours, Span
from sync_server.exports import files
from sync_server.exports.columns import ANSWERS, FIGURES
from sync_server.exports.command import write
from sync_server.exports.rows import Wanted
from sync_server.results.periods import Period
from sync_server.store import Store
from tests import cast

SATURDAY = date(2026, 11, 21)
HOSTILE = '=HYPERLINK("http://evil.example","pay")'
Exported = Callable[..., bytes]


@pytest.fixture
def exported(store: Store) -> Exported:
    """The bytes of an export of Kamppi's Saturday."""
    cast.settle(store)

    def make(content: str, form: str, **other: Any) -> bytes:
        out = io.BytesIO()
        wanted = Wanted(**{"locations": [cast.KAMPPI], "period": Period(SATURDAY, SATURDAY), **other})
        write(out, store, content, form, wanted)
        return out.getvalue()

    return make


def test_each_answer_is_a_row_with_its_place_time_and_words(store: Store, exported: Exported) -> None:
    _add_answer(store, 1, "2026-11-21 14:12", "overall", 2)
    _add_answer(store, 2, "2026-11-21 14:13", "why", 3)
    _add_answer(store, 3, "2026-11-21 14:14", "words", 5, text="Slow.")

    overall, why, words = _rows_of(exported("answers", "csv", language="fi"), "answers")

    assert (overall["location"], overall["touchpoint"], overall["phase"]) == ("Kamppi", "Checkout", "checkout")
    assert (overall["answered_at"], overall["local_time"]) == ("2026-11-21T12:12:00.000Z", "2026-11-21 14:12:00")
    assert (overall["question"], overall["kind"], overall["value"]) == ("Miten tänään meni?", "smiley5", "2")
    assert (why["value"], why["choices"]) == ("3", "Palvelu")
    assert (words["value"], words["text"], words["set_aside"]) == ("", "Slow.", "false")
    assert {row["visit"] for row in (overall, why, words)} == {"000000000000007-1"}


def test_a_location_with_opening_hours_is_exported_like_any_other(store: Store, exported: Exported) -> None:
    _add_answer(store, 1, "2026-11-21 14:12", "overall", 2)
    hours = OpeningHours(((Span(9 * 60, 18 * 60),),) * 7, {"2026-12-25": ()})

    rows = _rows_of(exported("answers", "csv", locations=[cast.KAMPPI._replace(opening_hours=hours)]), "answers")

    assert len(rows) == 1


def test_the_day_is_the_locations_own_also_when_clocks_change(store: Store, exported: Exported) -> None:
    given = ["2026-10-24 23:59", "2026-10-25 00:00", "2026-10-25 23:59", "2026-10-26 00:00"]  # 25 hours long
    for seq, local in enumerate(given, 1):
        _add_answer(store, seq, local, "overall", 4)

    day = Period(date(2026, 10, 25), date(2026, 10, 25))
    rows = _rows_of(exported("answers", "csv", period=day), "answers")

    assert [row["local_time"] for row in rows] == ["2026-10-25 00:00:00", "2026-10-25 23:59:00"]


def test_what_staff_said_is_in_no_export(store: Store, exported: Exported) -> None:
    _add_answer(store, 1, "2026-11-21 14:12", STAFF + "overall", 1)
    cast.add_counts(store, "2026-11-21", [(cast.CHECKOUT, STAFF + "overall", 14, {1: 3})])

    assert _rows_of(exported("answers", "csv"), "answers") == []
    assert _rows_of(exported("figures", "csv"), "figures") == []


def test_figures_stand_with_their_interval_and_not_under_ten_answers(store: Store, exported: Exported) -> None:
    cast.add_counts(
        store,
        "2026-11-21",
        [(cast.CHECKOUT, "overall", 14, {5: 6, 4: 2, 1: 2}), (cast.ENTRANCE, "overall", 14, {5: 9, -1: 4})],
    )

    checkout, entrance = _rows_of(exported("figures", "csv"), "figures")

    assert [checkout[name] for name in ("answers", "measure", "value")] == ["10", "satisfied", "80.0"]
    assert (checkout["low"], checkout["high"]) == ("49.02", "94.33")  # Wilson, by hand
    assert [entrance[name] for name in ("answers", "set_aside", "value", "low")] == ["9", "4", "", ""]


def test_each_choice_has_its_number_of_times(store: Store, exported: Exported) -> None:
    cast.add_counts(store, "2026-11-21", [(cast.CHECKOUT, "why", 14, {1: 7, 3: 2})])

    rows = _rows_of(exported("figures", "csv"), "figures")

    chosen = {row["choice"]: row["answers"] for row in rows}
    assert chosen == {"Waiting at the checkout": "7", "Could not find it": "0", "Service": "2"}


def test_no_words_of_people_become_a_formula(store: Store, exported: Exported) -> None:
    _add_answer(store, 1, "2026-11-21 14:12", "words", 5, text=HOSTILE)

    (row,) = _rows_of(exported("answers", "csv"), "answers")
    book = zipfile.ZipFile(io.BytesIO(exported("answers", "xlsx")))

    assert row["text"] == "'" + HOSTILE
    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    assert HOSTILE in "".join(ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml")).itertext())  # noqa: S314


def test_excel_goes_on_in_a_new_sheet_when_one_is_full(
    store: Store, exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "SHEET_ROWS", 2)
    for seq in range(1, 6):
        _add_answer(store, seq, "2026-11-21 14:12", "overall", 4)

    book = zipfile.ZipFile(io.BytesIO(exported("answers", "xlsx")))

    assert [book.read(f"xl/worksheets/sheet{number}.xml").count(b"<row ") for number in (1, 2, 3)] == [3, 3, 2]
    assert b"dictionary" in book.read("xl/workbook.xml")


def test_parquet_keeps_kinds_and_tells_what_its_columns_are(store: Store, exported: Exported) -> None:
    _add_answer(store, 1, "2026-11-21 14:12", "overall", 2)

    table = parquet.read_table(io.BytesIO(exported("answers", "parquet")))

    (row,) = table.to_pylist()
    assert (row["value"], row["local_time"], row["set_aside"]) == (2, datetime(2026, 11, 21, 14, 12), False)  # noqa: DTZ001
    told = {field.name: field.metadata[b"description"].decode() for field in table.schema}
    assert told == {column.name: column.says for column in ANSWERS}


@pytest.mark.parametrize("form", ["csv", "xlsx", "parquet"])
def test_an_export_of_nothing_is_a_file_with_a_heading(exported: Exported, form: str) -> None:
    assert len(exported("figures", form)) > 500


def test_the_dictionary_names_every_column(exported: Exported) -> None:
    told = _rows_of(exported("figures", "csv"), "dictionary")

    assert [(row["column"], row["says"]) for row in told] == [(column.name, column.says) for column in FIGURES]


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx"])
def test_what_broke_off_is_no_file(form: str) -> None:
    out = io.BytesIO()
    unended = files.Unended(out)

    def rows() -> Iterator[tuple[Any, ...]]:
        yield (None,) * len(FIGURES)
        raise OSError("the store is away")

    with pytest.raises(OSError, match="away"):
        files.FILES[form][1](unended, "figures", FIGURES, unended.guarded(rows()))

    assert not zipfile.is_zipfile(out)
    assert not out.getvalue().endswith(b"PAR1") or len(out.getvalue()) == 4


def test_the_command_leaves_a_whole_file_or_none(tmp_path: Path, store: Store, place: Path | str) -> None:
    if not isinstance(place, Path):
        pytest.skip("once is enough")
    cast.settle(store)
    where = ("--data", str(place))

    done = _hymy("export", "figures", "--format", "parquet", "--out", str(tmp_path / "all.parquet"), *where)
    wrong = _hymy("export", "answers", "--location", "kampi", *where)
    unasked = _hymy("export", "answers", "--language", "sw", *where)
    full = _hymy("export", "answers", "--out", "/dev/full/all.zip", *where)
    misnamed = _hymy("export", "answers", "--out", str(tmp_path / "all.xlsx"), *where)

    assert done.returncode == 0
    assert parquet.read_table(tmp_path / "all.parquet").num_rows == 0
    assert (wrong.returncode, "There is no location 'kampi'. Known are kamppi, tapiola, vasa." in wrong.stderr) == (
        1,
        True,
    )
    assert (unasked.returncode, "in the language 'sw'. Known are en, fi, sv." in unasked.stderr) == (1, True)
    assert (full.returncode, "Name another with --out FILE." in full.stderr) == (1, True)
    assert (misnamed.returncode, "Name it all.csv.zip, or choose another --format" in misnamed.stderr) == (1, True)


def _hymy(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", "hymy.main", *arguments], text=True, capture_output=True, check=False)


def _rows_of(content: bytes, name: str) -> list[dict[str, str]]:
    text = zipfile.ZipFile(io.BytesIO(content)).read(f"{name}.csv").decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _add_answer(store: Store, seq: int, local: str, question_id: str, value: int, text: str = "") -> None:
    at = cast.at(local)
    with store.write() as transaction:
        transaction.execute(
            "INSERT INTO answers (location_id, journal_id, seq, chain, at, clock, touchpoint_id, survey, question_id,"
            " visit, value, language, source) VALUES ('kamppi', 7, ?, 0, ?, 'ntp',"
            " 'kamppi-checkout', 'shop@1', ?, 1, ?, 'fi', 'screen')",
            (seq, at, question_id, value),
        )
        if text:
            transaction.execute(
                "INSERT INTO texts (location_id, at, journal_id, seq, touchpoint_id, question_id, language, text)"
                " VALUES ('kamppi', ?, 7, ?, 'kamppi-checkout', 'words', 'fi', ?)",
                (at, seq, text),
            )
