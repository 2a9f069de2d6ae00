"""Simulated customers: they touch the screen and press the button box; nothing of theirs goes past either."""

import os
import random
import threading
from collections.abc import Callable
from pathlib import Path

VALUES, WEIGHTS = (1, 2, 3, 4, 5), (4, 6, 8, 36, 46)
WORDS = {  # of people who were not satisfied: only they are asked for more
    "fi": [
        "Vain yksi kassa auki",
        "Jono hyllyille asti",
        "En saanut apua mistään",
        "Kauramaito oli loppu, taas",
        "Hintalappu ja kassan hinta eivät täsmänneet",
        "Palautusautomaatti ei toiminut",
        "Soittakaa minulle 040 123 4567, niin kerron lisää",
        "Myyjä oli ystävällinen, mutta odotin vartin",
        "Käytävällä oli rullakoita tiellä, rattailla ei päässyt ohi",
    ],
    "sv": [
        "Hittade inte returautomaten",
        "Bara en kassa öppen",
        "Priset stämde inte",
        "Ingen kunde svara på om varan är slut",
        "Trångt mellan hyllorna med barnvagn",
        "Självscanningen hängde sig två gånger",
    ],
    "en": [
        "Only one till was open",
        "Could not find the oat milk",
        "Nobody to ask",
        "Waited ten minutes for somebody to open the locker",
        "The offer on the shelf did not work at the till",
        "Nice people, too few of them",
        "Please write to me about the parking: mary@post.example",
    ],
}
READ_S = (0.5, 1.4)  # how long a person looks at a question
APART_S = (2.6, 4.5)  # from one person to the next: who comes sooner is taken for the same one (survey/mashing.py)


Wait = Callable[[float], bool]  # seconds -> whether to leave now
Serve = Callable[[random.Random, Wait], None]


class Customers:
    """A thread of people, one after the other, until stop(); each is one call of `serve`."""

    def __init__(self, serve: Serve, *, seed: int) -> None:
        self._serve, self._random = serve, random.Random(seed)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="customers", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._serve(self._random, self._stopping.wait)


def at_the_screen(pipe: Path) -> Serve:
    """One customer at the touch screen of the demo's checkout: a face, mostly a reason, now and then some words."""

    def touch(line: str) -> None:
        descriptor = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
        with os.fdopen(descriptor, "w", encoding="utf-8") as lines:
            lines.write(f"{line}\n")

    def serve(choose: random.Random, wait: Wait) -> None:
        language, value = choose.choice(list(WORDS)), choose.choices(VALUES, WEIGHTS)[0]
        steps = [f"language {language}", f"value {value}"]
        if choose.random() < 0.7:
            steps.append(f"choice {choose.randint(1, 4)}")
            if value <= 3:
                words = choose.choice(WORDS[language])
                steps += [f"type {words}", "done"] if choose.random() < 0.6 else ["skip"]
        else:
            steps.append("skip")
        try:
            for step in steps:
                if wait(choose.uniform(*READ_S)):
                    return
                touch(step)
        except OSError:  # the terminal is away just now
            wait(1.0)
        wait(choose.uniform(*APART_S))  # thanks, and the next person steps up

    return serve


def at_the_box(press: Callable[[int], None]) -> Serve:
    """One customer at the button box: one press."""

    def serve(choose: random.Random, wait: Wait) -> None:
        if not wait(choose.uniform(*APART_S)):
            press(choose.choices(VALUES, WEIGHTS)[0])

    return serve
