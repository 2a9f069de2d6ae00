"""The nightly upkeep: once a night, whichever process does it; words go by age, results stay."""

from datetime import datetime
from pathlib import Path

import msgspec

from survey.entries import Entry
from sync_server.mail.letter import Letter
from sync_server.mail.outbox import MAIL, put
from sync_server.store import alerts, outbox, upkeep
from sync_server.store.alerts import AlertRow
from sync_server.store.people import keep_session
from sync_server.upkeep.nightly import Nightly
from sync_server.upkeep.rebuild import check
from sync_server.upkeep.tidy import Tidied, tidy
from tests import cast
from tests.sync_server.exchange.shop import NOW, Journal, Shop, about
from tests.sync_server.upkeep.commands import at, run

DAY_MS = 86_400_000
NOON = cast.at("2026-11-22 12:00")


def test_of_two_processes_one_makes_the_nights_backup(shop: Shop, tmp_path: Path) -> None:
    now = [NOON]
    processes = [
        Nightly(shop.store, lambda: now[0], backups=tmp_path / name, keep_texts_days=0) for name in ("one", "two")
    ]

    for _ in range(3):
        for process in processes:
            process.step()
    first_night = len(upkeep.backups(shop.store))
    now[0] += DAY_MS
    for process in processes:
        process.step()

    assert first_night == 1
    assert len(upkeep.backups(shop.store)) == 2


def test_a_clock_that_was_years_ahead_keeps_no_night_from_its_backup(shop: Shop, tmp_path: Path) -> None:
    now = [NOON + 1000 * DAY_MS]
    nightly = Nightly(shop.store, lambda: now[0], backups=tmp_path / "b", keep_texts_days=0)

    nightly.step()
    now[0] = NOON
    nightly.step()
    nightly.step()

    assert len(upkeep.backups(shop.store)) == 2


def test_a_backup_during_which_the_server_stops_is_made_by_whoever_runs_next(shop: Shop, tmp_path: Path) -> None:
    stopping = Nightly(shop.store, lambda: NOON, backups=tmp_path / "b", keep_texts_days=0)
    stopping.stop()

    stopping.step()
    after_the_stop = upkeep.backups(shop.store)
    Nightly(shop.store, lambda: NOON, backups=tmp_path / "b", keep_texts_days=0).step()

    assert after_the_stop == []
    assert len(upkeep.backups(shop.store)) == 1


def test_nothing_is_done_before_the_night_has_come(shop: Shop, tmp_path: Path) -> None:
    one_o_clock = datetime.fromtimestamp(NOON / 1000).astimezone().replace(hour=1)

    Nightly(shop.store, lambda: int(one_o_clock.timestamp() * 1000), backups=tmp_path / "b", keep_texts_days=0).step()

    assert upkeep.backups(shop.store) == []


def test_a_backup_that_fails_does_not_keep_the_rest_from_being_done(shop: Shop, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    keep_session(shop.store, "s", "{}", NOON - 1, NOON - 2)

    Nightly(shop.store, lambda: NOON, backups=tmp_path / "file", keep_texts_days=0).step()

    assert upkeep.backups(shop.store) == []
    assert shop.rows("*", "sessions") == []


def test_words_go_by_age_and_every_answer_and_result_stays(shop: Shop, journal: Journal) -> None:
    journal.visit(("overall", 2), ("words", "Jono"))
    journal.write("words where a face belongs")  # goes into quarantine
    journal.write("Young", context=about("words"), uptime_ms=20 * DAY_MS)
    shop.receive(journal.request())
    results = (shop.rows("*", "rollups"), shop.rows("*", "answers"))

    kept = tidy(shop.store, keep_texts_days=0, now_ms=NOW + 40 * DAY_MS)
    gone = tidy(shop.store, keep_texts_days=30, now_ms=NOW + 40 * DAY_MS)
    again = tidy(shop.store, keep_texts_days=30, now_ms=NOW + 40 * DAY_MS)

    assert (kept.texts, kept.quarantined) == (0, 0)
    assert (gone.texts, gone.quarantined) == (1, 1)
    assert (again.texts, again.quarantined) == (0, 0)
    assert shop.rows("text", "texts") == [("Young",)]
    ((entry, reason, seq),) = shop.rows("entry, reason, seq", "quarantine")
    assert (msgspec.json.decode(entry, type=Entry).value, "where a face" in reason, seq) == ("", False, 3)
    assert (shop.rows("*", "rollups"), shop.rows("*", "answers")) == results
    assert list(check(shop.store, lambda done, of: None)) == []


def test_words_wait_in_no_letter_for_longer_than_they_are_kept(shop: Shop) -> None:
    """A report tells what was said; one that the mail server refused is kept for 30 days, for IT to try again."""
    with shop.store.write() as transaction:
        for cause, made_at in (("old", NOW), ("young", NOW + 2 * DAY_MS)):
            put(transaction, cause, Letter("aino@shop.example", "Yesterday", "“Jono”"), made_at)
    refused = outbox.take(shop.store, MAIL, now_ms=NOW, until_ms=NOW + DAY_MS)
    assert refused
    outbox.note_failure(shop.store, refused, "550 no", due_at=NOW, failed_at=NOW + DAY_MS)

    for_ever = tidy(shop.store, keep_texts_days=0, now_ms=NOW + 8 * DAY_MS)
    a_week = tidy(shop.store, keep_texts_days=7, now_ms=NOW + 8 * DAY_MS)

    assert (for_ever.letters, a_week.letters) == (0, 1)
    assert shop.rows("cause", "outbox") == [("young",)]


def test_words_whose_time_is_not_known_stay_while_their_journal_is_heard_of(shop: Shop, journal: Journal) -> None:
    """Rule 3.8: a terminal without a clock says 1970."""
    shop.receive(journal.write("1970?", context=about("words")).request(boots=[]))

    heard_of = tidy(shop.store, keep_texts_days=1, now_ms=NOW + DAY_MS)
    silent = tidy(shop.store, keep_texts_days=1, now_ms=NOW + 3 * DAY_MS)

    assert (heard_of.texts, silent.texts) == (0, 1)


def test_sessions_and_codes_go_when_they_are_over(shop: Shop) -> None:
    keep_session(shop.store, "over", "{}", NOW + 1, NOW)
    keep_session(shop.store, "in force", "{}", NOW + 100 * DAY_MS, NOW)

    soon = tidy(shop.store, keep_texts_days=0, now_ms=NOW + DAY_MS)
    later = tidy(shop.store, keep_texts_days=0, now_ms=NOW + 99 * DAY_MS)

    assert (soon, later) == (Tidied(0, 0, 1, 0, 0, 0), Tidied(0, 0, 0, 1, 0, 0))
    assert shop.rows("session_hash", "sessions") == [("in force",)]


def test_the_command_tells_what_it_removed(shop: Shop, journal: Journal) -> None:
    shop.receive(journal.visit(("overall", 2), ("words", "Jono")).request())

    done = run("tidy", "--keep-texts-days", "0", "--json", *at(shop.place))
    mistyped = run("tidy", "--keep-texts-days=-1", *at(shop.place))

    assert '"texts": 0, "quarantined": 0' in done.stdout
    assert (mistyped.returncode, "'-1' should be a number of days" in mistyped.stderr) == (1, True)
    assert shop.rows("text", "texts") == [("Jono",)]


def test_alerts_that_were_over_two_years_ago_go_with_what_was_said_of_them(shop: Shop) -> None:
    over, open_still = (
        AlertRow("kamppi", name, "negative", name, NOW, NOW, gone_at, "{}", closed_at=gone_at)
        for name, gone_at in (("over", NOW), ("open", None))
    )
    with shop.store.write() as transaction:
        for one in (over, open_still):
            alerts.add(transaction, one)
            alerts.comment(transaction, one, "Aino", "The queue.", NOW)

    soon = tidy(shop.store, keep_texts_days=0, now_ms=NOW + 730 * DAY_MS)
    later = tidy(shop.store, keep_texts_days=0, now_ms=NOW + 731 * DAY_MS)

    assert (soon.alerts, later.alerts) == (0, 1)
    assert shop.rows("alert_id", "alerts") == shop.rows("alert_id", "alert_comments") == [("open",)]
