"""A real store with the cast in it, terminals that stand there, and journals as terminals write them."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from survey.entries import Birth, Context, Entry, Head, chain
from survey.exchange import Boot, Closed, EnrolmentRequest, Request, decode_request, encode_request, to_columns
from survey.questions import Choice, Kind, Question, Survey, Value
from sync_server.exchange.handler import authenticate
from sync_server.exchange.incoming import Incoming, incoming, with_rows
from sync_server.exchange.ingest import Received, receive
from sync_server.fleet.enrolment import enrol, make_code
from sync_server.fleet.surveys import Questions
from sync_server.store import Row, Transaction, open_store
from sync_server.store.journals import Asking
from tests import cast

NOW = cast.at("2026-11-21 18:00")
OPENED = cast.at("2026-11-21 14:00")  # when the terminals of the tests were switched on, in Helsinki
BOOTS = [Boot(1, "5f0c", OPENED, "server")]
SURVEY = Survey(
    "shop",
    1,
    cast.SURVEY.languages,
    (
        *cast.SURVEY.questions,
        Question("which", Kind.MULTIPLE, cast.WHY.text, tuple(Choice(c, cast.WHY.text) for c in "abc")),
    ),
)


def about(question_id: str, *, kind: str = "answer", survey: str = "shop@1", boot: int = 1) -> Context:
    return Context(kind, question_id, survey, "fi", "touch", boot, OPENED + 7)  # type: ignore[arg-type]


OVERALL = about("overall")


class Journal:
    """The journal of one terminal, and the requests that bring it to the server."""

    def __init__(self, name: str = "00000000000002a", entries: Iterable[Entry] = ()) -> None:
        self.name = name
        self.entries = list(entries)

    def write(self, *values: Value, context: Context = OVERALL, born: str = "", uptime_ms: int = 0) -> "Journal":
        """An entry for each value, each a visit of its own, a minute after the other."""
        for value in values:
            seq = len(self.entries) + 1
            self.entries.append(Entry(seq, seq, uptime_ms or 60_000 * seq, value, context, born))
        return self

    def visit(self, *answers: tuple[str, Value]) -> "Journal":
        """One person's turn: question and value."""
        visit = len(self.entries) + 1
        for question_id, value in answers:
            seq = len(self.entries) + 1
            self.entries.append(Entry(seq, visit, 60_000 * seq, value, about(question_id)))
        return self

    def cloned(self) -> "Journal":
        return Journal(self.name, self.entries)

    def head(self, seq: int) -> Head:
        return Head(seq, chain(0, self.entries[:seq])[-1]) if seq else Head()

    def birth(self, seq: int) -> str:
        return Birth(self.name, seq, self.head(seq).chain).text

    def request(
        self,
        *,
        after: int = 0,
        upto: int | None = None,
        gap_after: int | None = None,
        boots: Sequence[Boot] = BOOTS,
        closed: Sequence[Closed] = (),
    ) -> Request:
        batch = to_columns(self.entries[after:upto])
        gap = None if gap_after is None else self.head(gap_after)
        return Request(self.name, self.head(after), batch, list(boots), closed=list(closed), gap_after=gap)


class Shop:
    """What a server holds, without HTTP: requests go in as bytes and come out as what was received."""

    def __init__(self, place: Path | str) -> None:
        self.place = place
        self.open()
        cast.settle(self.store, SURVEY)
        self.kamppi = self.terminal("kamppi-checkout")

    def open(self) -> None:
        self.store = open_store(self.place)
        self.ask = Questions(self.store)

    def token(self, touchpoint_id: str) -> str:
        return enrol(self.store, EnrolmentRequest(make_code(self.store, touchpoint_id, NOW)), NOW).token

    def terminal(self, touchpoint_id: str) -> Asking:
        return authenticate(self.store, f"Bearer {self.token(touchpoint_id)}")

    def incoming(self, request: Request, asking: Asking | None = None) -> Incoming:
        return with_rows(incoming(asking or self.kamppi, decode_request(encode_request(request))), self.ask)

    def receive(self, request: Request, asking: Asking | None = None) -> Received:
        come = self.incoming(request, asking)
        with self.store.write() as transaction:
            return receive(transaction, [come], ask=self.ask, now_ms=NOW)[0]

    def counts(self, question_id: str = "overall") -> dict[int, int]:
        """Answers per value, as the results see them."""
        return dict(
            self.store.read(
                "SELECT value, CAST(SUM(answers) AS BIGINT) FROM rollups WHERE question_id = ? GROUP BY value",
                (question_id,),
            )
        )

    def rows(self, columns: str, table: str) -> list[Row]:
        return self.store.read(f"SELECT {columns} FROM {table}")  # noqa: S608

    def hold_back(self, transaction: Transaction) -> None:
        """Every exchange waits until this transaction ends; of SQLite's there is only one at a time anyway."""
        if isinstance(self.place, str):
            transaction.execute("LOCK TABLE journals IN EXCLUSIVE MODE")

    def break_rollups(self, words: str, *, when: str = "1 = 1", how: str = "ABORT") -> None:
        """From now on adding one fails with these words. how: what SQLite undoes at once, the statement or all."""
        trigger = f"CREATE TRIGGER fault BEFORE INSERT ON rollups FOR EACH ROW WHEN ({when})"
        with self.store.write() as transaction:
            if isinstance(self.place, str):
                raised = f"BEGIN RAISE EXCEPTION '{words}'; END"
                transaction.execute(f"CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $${raised}$$")
                transaction.execute(f"{trigger} EXECUTE FUNCTION fault()")
            else:
                transaction.execute(f"{trigger} BEGIN SELECT RAISE({how}, '{words}'); END")

    def mend_rollups(self) -> None:
        with self.store.write() as transaction:
            transaction.execute(f"DROP TRIGGER fault{' ON rollups' if isinstance(self.place, str) else ''}")
