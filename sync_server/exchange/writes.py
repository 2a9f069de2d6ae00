"""What several exchanges add to the store, gathered and written together, always in the same order."""

from collections import Counter

from sync_server.exchange.arrival import Arrival
from sync_server.exchange.late import came_late
from sync_server.store import Row, Transaction, journals, late
from sync_server.store.journals import JournalRow, Move
from sync_server.store.late import LateKey
from sync_server.store.rows import Answers, DayTally, Place, RollupKey, Words


class Writes:
    """Filled by the exchanges of one transaction, then carried out."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.answers: list[Answers] = []
        self.texts: list[tuple[JournalRow, Words]] = []
        self.rollups: Counter[RollupKey] = Counter()
        self.late: Counter[LateKey] = Counter()
        self.days: dict[tuple[str, int, str], DayTally] = {}
        self.states: list[Row] = []
        self.moves: list[Move] = []

    def add(self, journal: JournalRow, arrival: Arrival) -> None:
        for answers in arrival.answers:
            self.add_answers(answers, journal.place)
        self.texts += [(journal, words) for words in arrival.texts]
        self.rollups.update(arrival.rollups)
        for local_date, count in arrival.days.items():
            self.add_day(journal.place.location_id, journal.journal_id, local_date, DayTally(received=count))

    def add_answers(self, answers: Answers, place: Place) -> None:
        self.answers.append(answers)
        self.late.update(came_late(answers, place.time_zone, self.now_ms))

    def add_day(self, location_id: str, journal_id: int, local_date: str, tally: DayTally) -> None:
        key = location_id, journal_id, local_date
        known = self.days.get(key)
        self.days[key] = DayTally(*map(sum, zip(known, tally, strict=True))) if known else tally

    def carry_out(self, transaction: Transaction) -> None:
        if not journals.move_heads(transaction, self.moves):
            raise RuntimeError("A head moved although this transaction holds its row.")
        journals.add_answers(transaction, self.answers)
        journals.add_texts(transaction, self.texts)
        journals.add_days(transaction, self.days)
        journals.add_rollups(transaction, self.rollups)
        late.add(transaction, self.late, self.now_ms)
        journals.note_states(transaction, sorted(self.states))
