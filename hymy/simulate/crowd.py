"""All terminals with their people: each lives in a task of its own, and the crowd knows when all is told."""

import asyncio
import random
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from hymy.simulate import people
from hymy.simulate.client import Address
from hymy.simulate.faults import Faults
from hymy.simulate.journal import Journal
from hymy.simulate.line import FAILED, CodeRefused, Line, Tally
from hymy.simulate.record import VISITS_EACH, Name, Press, Record
from hymy.simulate.terminal import Terminal
from survey.entries import Entry
from survey.questions import Survey, Value

DAY_MS = 24 * 3600 * 1000
LATE_DAYS = 20
BEGIN_TOGETHER = 50  # enrolments under way at once
MISHAPS = ("clones", "card_restored", "wiped", "clock_wrong")
SECONDS_KNOWN = (
    900_000  # a run's visit numbers begin at the second of its start: a press of an earlier run is none of ours
)


Answers = list[tuple[str, Value]]


class Plan(NamedTuple):
    """What is to happen. answers: of each terminal. over_s: while people come. spread_s: herd, see command.py."""

    terminals: int = 20
    answers: int = 20
    over_s: float = 10.0
    seed: int = 1
    heartbeat_s: float = 60.0
    back_off_s: float = 5.0
    keep_connections: bool = True
    herd: bool = False
    jitter: bool = True
    spread_s: float = 120.0
    drain_s: float = 900.0  # after the last person: as long as the longest back-off


class Place(NamedTuple):
    """Where a terminal is enrolled. location: counted from 0, -1 where it is not known."""

    code: str
    token: str
    location: int


class Stubborn(random.Random):
    """Waits as long as it may, always: no jitter."""

    def uniform(self, a: float, b: float) -> float:
        return b


class Player:
    """One terminal, its line and its people."""

    def __init__(self, crowd: "Crowd", number: int, place: Place) -> None:
        self._crowd, self._place = crowd, place
        self._choose = random.Random(f"{crowd.plan.seed}/{number}")
        self._line = crowd.new_line(self._choose)
        self._visits: list[tuple[float, Answers]] = []  # seconds after the start
        self._next = 0
        self._first_visit = crowd.first_visit + number * VISITS_EACH
        self._late_ms = self._choose.randrange(DAY_MS, LATE_DAYS * DAY_MS) if self._strikes("late") else 0
        self._mishaps = {name for name in MISHAPS if self._strikes(name)}
        self._image: Terminal | None = None
        self.terminal = self._new_terminal()
        self.heard_at = 0.0

    @property
    def is_told(self) -> bool:
        """Whether its people are gone and the server holds all of it."""
        return self._next == len(self._visits) > 0 and self.terminal.is_in_step

    async def begin(self) -> None:
        """Enrol, and hear what is to be asked. Raises CodeRefused where no code is left."""
        while self.terminal.configuration is None:
            await asyncio.sleep(await self._round() or 0)
        self._visits = self._visits or list(self._all_visits(self.terminal.configuration.survey))

    async def live(self) -> None:
        """Until it is cancelled."""
        plan = self._crowd.plan
        if plan.herd:
            self._meet(self._crowd.since_start_s)
            await asyncio.sleep(self._choose.uniform(0, plan.spread_s) if plan.jitter else 0)
        while True:
            if self.terminal.configuration is None:
                await self.begin()
            self._meet(self._crowd.since_start_s)
            wait_s = await self._round()
            if wait_s is None:
                self.heard_at = time.monotonic()
                wait_s = self._idle_s()
            await asyncio.sleep(wait_s)

    async def beat(self) -> None:
        """A heartbeat out of turn."""
        await self._line.exchange(self.terminal)

    def close(self) -> None:
        self._line.close()

    async def _round(self) -> float | None:
        """One exchange; before it the terminal is enrolled, if it is not."""
        if not self.terminal.token:
            await self._enrol()
        wait_s = await self._line.exchange(self.terminal)
        if self.terminal.is_refused and self._place.code:
            self.terminal.token = ""  # IT gives it a code: the one that it had is unused again in an older store
            return 0.0
        return wait_s

    async def _enrol(self) -> None:
        while not self.terminal.token:
            try:
                self.terminal.enrolled(self._place.token or await self._line.enrol(self._place.code))
            except CodeRefused:
                place = self._crowd.another_place(self._place)
                if place is None:
                    raise
                self._place = place
            except FAILED:
                await asyncio.sleep(self.terminal.failed())

    def _strikes(self, name: str) -> bool:
        return self._crowd.faults.strike(name, self._choose)

    def _new_terminal(self) -> Terminal:
        plan = self._crowd.plan
        choose = self._choose if plan.jitter else Stubborn(self._choose.random())
        on_ms = now_ms() - (LATE_DAYS + 1) * DAY_MS
        return self._crowd.make_terminal(choose, switched_on_ms=on_ms, back_off_s=plan.back_off_s)

    def _idle_s(self) -> float:
        """Until the next person comes, or it is time for the heartbeat."""
        coming_s = self._visits[self._next][0] - self._crowd.since_start_s if self._next < len(self._visits) else 3600
        return min(self._crowd.plan.heartbeat_s, max(0.0, coming_s))

    def _all_visits(self, survey: Survey) -> Iterator[tuple[float, Answers]]:
        plan, made = self._crowd.plan, list[Answers]()
        left = plan.answers
        while left > 0:
            made.append(people.visit(self._choose, survey)[:left])
            left -= len(made[-1])
        is_at_once = plan.herd or self._late_ms
        times = sorted(self._choose.uniform(0, 0 if is_at_once else plan.over_s) for _ in made)
        return zip(times, made, strict=True)

    def _meet(self, until_s: float) -> None:
        """The people who came by now, each at the time when they came; and what befell the terminal between them."""
        while self._next < len(self._visits) and self._visits[self._next][0] <= until_s:
            came_s, answers = self._visits[self._next]
            at_ms = (
                self._crowd.started_ms + int(came_s * 1000) + 10_000 * self._next * bool(self._late_ms) - self._late_ms
            )
            if self._mishaps:
                self._suffer(at_ms)
            if self.terminal.configuration is None:
                return
            self._press(answers, at_ms, self.terminal.configuration.survey)
            self._next += 1

    def _press(self, answers: Answers, at_ms: int, survey: Survey) -> None:
        visit = self._first_visit + self._next
        is_unfit = self._strikes("poison")
        if is_unfit:
            answers = [self._choose.choice([("no_such_question", 3), (answers[0][0], 99)])]
        times = [at_ms + 900 * number for number in range(len(answers))]
        for (about, value), at in zip(answers, times, strict=True):
            self._crowd.record.note(visit, about, Press(value, at, self._place.location, is_unfit))
        self.terminal.press(answers, visit=visit, language=people.language(self._choose, survey.languages), at_ms=times)

    def _suffer(self, at_ms: int) -> None:
        """What befalls this terminal alone, half-way through its visits; the image of its card is taken at a third."""
        done = self._next / len(self._visits)
        if "card_restored" in self._mishaps and self._image is None and done >= 1 / 3:
            self._image = self.terminal.copy(self._choose)
        if done < 1 / 2:
            return
        mishaps, self._mishaps = self._mishaps, set()
        if "clock_wrong" in mishaps:
            self.terminal.switch_on(at_ms - 1000, clock_ms=self._choose.choice([0, at_ms + 3653 * DAY_MS]))
        if "clones" in mishaps:
            self._crowd.join(self._clone())
        if self._image is not None:
            self._replace(self._image.copy(self._choose))
        if "wiped" in mishaps and (place := self._crowd.another_place(self._place)):
            self._place = place
            self._replace(self._new_terminal())

    def _clone(self) -> "Player":
        """With the same card, and people of its own, who come while those of this one do."""
        twin = Player(self._crowd, self._crowd.next_number(), self._place)
        twin._mishaps, twin._late_ms = set(), self._late_ms
        twin.terminal = self.terminal.copy(twin._choose)
        configuration = self.terminal.configuration
        assert configuration is not None  # noqa: S101
        ahead = self._visits[self._next :]
        twin._visits = [(came_s, people.visit(twin._choose, configuration.survey)) for came_s, _ in ahead]
        return twin

    def _replace(self, card: Terminal) -> None:
        """By a card that holds less."""
        old, self.terminal = self.terminal, card
        sent = {name for journal in old.journals for name in names(journal.entries[: journal.after.seq])}
        kept = {name for journal in card.journals for name in names(journal.entries)}
        all_of_it = {name for journal in old.journals for name in names(journal.entries)}
        self._crowd.record.note_gone(sent=sent, unsent=all_of_it - sent - kept)


class Crowd:
    """All players: how they begin, live at once, and when all is told."""

    def __init__(
        self,
        plan: Plan,
        faults: Faults,
        address: Address,
        places: list[Place],
        *,
        make_terminal: type[Terminal] = Terminal,
    ) -> None:
        self.plan, self.faults, self.record, self.tally = plan, faults, Record(), Tally()
        self.make_terminal = make_terminal
        self.first_visit = int(time.time()) % SECONDS_KNOWN * 10**9
        self.started_ms = now_ms()
        self._address = address
        self._is_up = asyncio.Event()
        self._is_up.set()
        self._spares = places[plan.terminals :]
        self.players = [Player(self, number, place) for number, place in enumerate(places[: plan.terminals])]
        self._lives: list[asyncio.Task[None]] = []

    @property
    def since_start_s(self) -> float:
        return now_ms() / 1000 - self.started_ms / 1000

    @property
    def progress(self) -> float:
        """Share of the answers that the server has acknowledged, roughly: events count with them."""
        return min(1.0, self.tally.acknowledged / max(1, self.plan.terminals * self.plan.answers))

    @property
    def journals(self) -> Iterator[Journal]:
        return (journal for player in self.players for journal in player.terminal.journals)

    async def begin(self) -> None:
        """All of them enrolled, and told what to ask."""
        together = asyncio.Semaphore(BEGIN_TOGETHER)

        async def begin(player: Player) -> None:
            async with together:
                await player.begin()

        await asyncio.gather(*map(begin, self.players))

    def start(self) -> None:
        """People come from now on."""
        self.started_ms = now_ms()
        self.tally.clear()
        for player in self.players:
            self._live(player)

    def join(self, player: Player) -> None:
        self.players.append(player)
        self._live(player)

    def is_told(self, heard_since: float) -> bool:
        """Whether the server holds every answer, and each terminal heard so after that instant."""
        return all(player.is_told and player.heard_at > heard_since for player in self.players)

    def told(self) -> int:
        return sum(player.is_told for player in self.players)

    def check(self) -> None:
        """Raises what ended a terminal's life: there is a fault in the simulation."""
        for life in self._lives:
            if life.done():
                life.result()

    async def cut_off(self, seconds: float) -> None:
        """The network is away for all of them."""
        self._is_up.clear()
        await asyncio.sleep(seconds)
        self._is_up.set()

    async def beat(self, per_s: float) -> list[float]:
        """One heartbeat of each, so many a second. Returns how long each took."""
        before = len(self.tally.took_s)
        beats = []
        for player in self.players:
            beats.append(asyncio.create_task(player.beat()))
            await asyncio.sleep(1 / per_s)
        await asyncio.gather(*beats)
        return self.tally.took_s[before:]

    async def end(self) -> None:
        for life in self._lives:
            life.cancel()
        await asyncio.gather(*self._lives, return_exceptions=True)

    def close(self) -> None:
        for player in self.players:
            player.close()

    def new_line(self, choose: random.Random) -> Line:
        plan = self.plan
        return Line(self._address, self.faults, self.tally, choose, keep=plan.keep_connections, is_up=self._is_up)

    def next_number(self) -> int:
        return len(self.players)

    def another_place(self, old: Place) -> Place | None:
        """For a terminal that is enrolled anew; None where there is no code left."""
        return old if old.token else (self._spares.pop() if self._spares else None)

    def _live(self, player: Player) -> None:
        self._lives.append(asyncio.create_task(player.live()))


def names(entries: Iterable[Entry]) -> set[Name]:
    """By what the record knows the presses in these entries."""
    return {(entry.visit, entry.context.about) for entry in entries if entry.context.kind == "answer"}


def now_ms() -> int:
    return time.time_ns() // 1_000_000
