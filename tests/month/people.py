"""Who comes to the shop: customers at the screen and at the buttons, children, staff, and those who just pass by."""

from random import Random

from survey.questions import Kind
from tests.month import surveys
from tests.month.boot import Boot
from tests.month.record import NEAR_MS, Made
from tests.month.shop import Shop
from tests.month.terminal import Told

HOME_LEAPS_MS = {"Thanks": 2_600, "StillThere": 20_500}
IDLE_MS = 20_500  # visit.IDLE_MS is over
MOST_QUESTIONS = 8
QUICK_S = 2.0
SLOW_S = 10.0  # what comes later than a touch is waited for is in no record, so that it looks doubled
WORDS = ("jono", "ei kassaa", "dyrt", "milk")
SCALE_KINDS = {Kind.SMILEY4: (1, 4), Kind.SMILEY5: (1, 5), Kind.NPS: (0, 10), Kind.CES: (1, 7), Kind.YES_NO: (0, 1)}
VALUES, WEIGHTS = (1, 2, 3, 4, 5), (6, 8, 12, 30, 44)


def is_resting(view: Told) -> bool:
    return view.view == "Closed" or (view.view == "Ask" and view.is_first and view.pressed is None)


class People:
    """Each method is one person's turn. They leave before the next one comes."""

    def __init__(self, shop: Shop, random: Random) -> None:
        self._shop, self._random = shop, random

    def customer(self) -> None:
        """At the screen, with all that is asked; one in ten leaves in the middle."""
        boot = self._shop.boot
        if boot is None or not self._step_up(boot):
            return
        if self._random.random() < 0.15:
            self._choose_language(boot)
        for _ in range(MOST_QUESTIONS):
            if boot.view.view != "Ask" or not self._answer(boot):
                break
            if self._random.random() < 0.1:
                break
        self._leave(boot)

    def presser(self) -> None:
        """At the buttons alone."""
        self._shop.press(self._random.choices(VALUES, WEIGHTS)[0])
        self._shop.settle_presses()
        if boot := self._shop.boot:
            self._leave(boot)

    def child(self) -> None:
        """Plays on the buttons: what figures must leave out."""
        for _ in range(self._random.randint(4, 12)):
            self._shop.press(self._random.choice(VALUES))
            self._shop.settle_presses()
            self._shop.leap(self._random.randint(200, 2_000))
        if boot := self._shop.boot:
            self._leave(boot)

    def staff(self) -> None:
        """One says how the day was, after a wrong PIN now and then."""
        boot = self._shop.boot
        if boot is None:
            return
        self._leave(boot)
        boot.hold_the_corner()
        if not boot.until(lambda view: view.view == "PinPad", QUICK_S):
            return
        if self._random.random() < 0.5:
            self._type_pin(boot, "1234")
            assert boot.until(lambda view: view.state in ("wrong", "locked")), boot.view
        self._type_pin(boot, surveys.PIN)
        assert boot.until(lambda view: view.view == "StaffMenu"), boot.view
        assert boot.touch("own_day")
        assert boot.until(lambda view: view.is_staff), boot.view
        self._touch(boot, f"value {self._random.choice(VALUES)}")
        self._leave(boot)

    def _type_pin(self, boot: Boot, pin: str) -> None:
        for name in (*(f"digit {digit}" for digit in pin), "enter"):
            assert boot.touch(name), f"There is no {name}: {boot.view}"

    def _step_up(self, boot: Boot) -> bool:
        """Whether a question is there; the quiet screen of closed hours shows one at a touch."""
        self._leave(boot)
        if boot.view.view == "Closed":
            boot.touch("at 500 300")
        return boot.until(lambda view: view.view == "Ask", QUICK_S)

    def _choose_language(self, boot: Boot) -> None:
        language = self._random.choice(boot.view.languages)
        if language != boot.view.language and boot.touch(f"language {language}"):
            assert boot.until(lambda view: view.language == language or is_resting(view))

    def _answer(self, boot: Boot) -> bool:
        """The question on the screen, after reading it. Whether the answer was taken."""
        self._shop.leap(self._random.randint(700, 2_500))
        view = boot.view
        if view.view != "Ask":  # closed meanwhile
            return False
        if not view.is_first and self._random.random() < 0.15:
            boot.touch("skip")
            return False
        if view.kind == Kind.MULTIPLE:
            some = self._random.sample(range(1, view.choices + 1), self._random.randint(1, view.choices))
            return all(boot.touch(f"choice {number}") for number in some) and self._touch(boot, "done")
        if view.kind == Kind.TEXT:
            return boot.touch(f"type {self._random.choice(WORDS)}") and self._touch(boot, "done")
        if view.kind == Kind.SINGLE:
            return self._touch(boot, f"choice {self._random.randint(1, view.choices)}")
        return self._touch(boot, f"value {self._random.randint(*SCALE_KINDS[Kind(view.kind)])}")

    def _touch(self, boot: Boot, name: str) -> bool:
        """What the screen shows as given goes into the record, with the time of the touch."""
        boot.pressed.clear()
        before, at_ms = boot.view, self._shop.true.ms()
        if not boot.touch(name) or not boot.until(lambda view: view != before, SLOW_S):
            return False
        until_ms = self._shop.true.ms()
        assert boot.until(lambda view: view.pressed is None), f"{name} is not kept"
        for told in boot.pressed:
            value = len(told.pressed) if isinstance(told.pressed, str) else int(told.pressed or 0)
            self._shop.record.touches.append(Made(told.question, value, at_ms - NEAR_MS, until_ms + NEAR_MS))
        return bool(boot.pressed)

    def _leave(self, boot: Boot) -> None:
        """Until nobody is there any more."""
        for _ in range(MOST_QUESTIONS):
            if is_resting(boot.view):
                return
            before = boot.view
            self._shop.leap(HOME_LEAPS_MS.get(before.view, IDLE_MS if before.view == "Ask" else 61_000))
            boot.until(lambda view, before=before: view != before, QUICK_S)  # type: ignore[misc]
