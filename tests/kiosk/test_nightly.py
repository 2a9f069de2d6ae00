import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import pictures
from kiosk.journal.files import find, log_of
from kiosk.nightly import DAY_MS, FILE, HOUR_MS, Nightly
from kiosk.writer import Writer
from survey.exchange import Configuration
from tests.kiosk.a_terminal import CONFIGURATION, HandClock, Kept, a_writer, answer, keep

EVENING_MS = 1_800_043_200_000  # 2027-01-15, 22:00 in Helsinki
UNTIL_QUIET_MS = 5 * HOUR_MS


class Night:
    def __init__(self, folder: Path, writer: Writer, kept: Kept, hand: HandClock) -> None:
        self.folder, self.writer, self.kept, self.hand = folder, writer, kept, hand
        self.nightly = self.anew()

    def anew(self) -> Nightly:
        """As after a start of the program."""
        return Nightly(self.folder, self.writer, self.hand.clock)

    def configure(self, configuration: Configuration = CONFIGURATION) -> None:
        self.writer.do(lambda journal: journal.configure(configuration)).result()

    def pass_ms(self, ms: int) -> bool:
        self.hand.pass_ms(ms)
        return self.nightly.step()


@pytest.fixture
def night(tmp_path: Path) -> Iterator[Night]:
    hand = HandClock(wall_ms=EVENING_MS)
    hand.is_synchronized = True
    with a_writer(tmp_path, hand) as (writer, kept):
        night = Night(tmp_path, writer, kept, hand)
        night.configure()
        assert night.nightly.step()  # the first night of all has been missed
        yield night


def test_each_night_has_its_turn_once_when_it_is_three_by_the_locations_clock(night: Night) -> None:
    assert not night.pass_ms(UNTIL_QUIET_MS - 1)
    assert night.pass_ms(1)
    assert not night.pass_ms(HOUR_MS)
    assert not night.pass_ms(DAY_MS - HOUR_MS - 1)
    assert night.pass_ms(1)


def test_a_night_without_power_is_made_up_for(night: Night) -> None:
    night.hand.pass_ms(12 * HOUR_MS)

    assert night.anew().step()


def test_a_restart_in_the_same_night_does_nothing_again(night: Night) -> None:
    assert night.pass_ms(UNTIL_QUIET_MS)

    assert not night.anew().step()


def test_while_the_time_is_not_known_a_night_is_a_day_after_the_start(night: Night) -> None:
    night.hand.is_synchronized = False
    night.nightly = night.anew()

    assert not night.pass_ms(DAY_MS - 1)
    assert night.pass_ms(1)
    assert not night.pass_ms(DAY_MS - 1)
    assert night.pass_ms(1)


def test_a_clock_that_was_years_ahead_holds_up_no_later_night(night: Night) -> None:
    night.hand.wall_ms += 4_000 * DAY_MS
    assert night.nightly.step()

    night.hand.wall_ms -= 4_000 * DAY_MS

    assert night.nightly.step()
    assert night.pass_ms(UNTIL_QUIET_MS)


def test_the_journals_log_gives_its_room_back(night: Night) -> None:
    keep(night.writer, night.kept, *[answer(5, visit=number) for number in range(20)])
    log = log_of(find(night.folder))
    assert log.stat().st_size > 0

    assert night.pass_ms(UNTIL_QUIET_MS)

    assert log.stat().st_size == 0


def test_pictures_that_nothing_names_go_once_they_are_a_day_old(night: Night) -> None:
    named, old, young = (pictures.picture_file(night.folder, name) for name in ("aa", "bb", "cc"))
    named.parent.mkdir()
    for file, age_ms in ((named, 9 * DAY_MS), (old, 2 * DAY_MS), (young, HOUR_MS)):
        file.touch()
        os.utime(file, (0, (EVENING_MS - age_ms) / 1000))
    night.configure(
        Configuration("c2", "T", "L", "P", "Europe/Helsinki", CONFIGURATION.survey, pictures={"logo": "aa"})
    )

    assert night.pass_ms(UNTIL_QUIET_MS)

    assert sorted(named.parent.iterdir()) == [named, young]


def test_the_log_tells_each_night_how_much_memory_is_held(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kiosk.nightly")

    assert night.pass_ms(UNTIL_QUIET_MS)

    assert "VmRSS" in caplog.messages[-1]
    assert "threads" in caplog.messages[-1]


def test_what_fails_keeps_nothing_else_from_its_turn(night: Night, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kiosk.nightly")
    folder = pictures.picture_file(night.folder, "aa")
    folder.mkdir(parents=True)  # where a file should be
    os.utime(folder, (0, 0))

    assert night.pass_ms(UNTIL_QUIET_MS)

    assert "Tidying the pictures failed" in caplog.text
    assert "VmRSS" in caplog.messages[-1]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b'{"night": "2026-1\xff"}', b'{"night": 5}'],
    ids=["empty", "noise", "one bit turned over", "of another kind"],
)
def test_a_spoilt_note_of_the_last_night_only_repeats_it(night: Night, content: bytes) -> None:
    (night.folder / FILE).write_bytes(content)

    assert night.anew().step()
