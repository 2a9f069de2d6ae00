"""Takes the pictures of README.md from a run of the demo: make pictures (2 minutes).

The demo runs as anybody runs it, and one more terminal stands at Kamppi's entrance, with a screen and a button box. It
is photographed as its screen shows it; the pages as a browser does that signed in by the form.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.page import browser_page, sign_in
from benchmarks.shop import begin, new_screen, wait_until
from hardware.buttons.simulated import SimulatedBox
from hymy.customers import Customers, at_the_box
from hymy.demo import WHO
from hymy.programs import Program, free_port, hymy, run_hymy

FOLDER = Path("docs/pictures")
ANSWERS, COMMENTS = 60, 2  # on the page before it is photographed
LIMIT_S = 420.0
THANKS_S = 4.0  # then the first question is back
DRAWN_S = 1.0


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-", dir=Path.cwd())))
        url = f"http://127.0.0.1:{free_port(8095)}"
        print("The demo starts ...", flush=True)
        password = _start_demo(stack, data, url)
        page = stack.enter_context(browser_page(height=560))
        sign_in(page, url, WHO, password)
        _entrance(stack, data, url, page)
        _photograph(page, f"{url}/fleet", "fleet.png")
    return 0


def _start_demo(stack: ExitStack, data: Path, url: str) -> str:
    """Returns the password that it made."""
    env = new_screen(stack, data) | {"PYTHONUNBUFFERED": "1"}
    argv = hymy("demo", "--data", data / "demo", "--port", url.rpartition(":")[2])
    demo = begin(stack, Program("demo", argv, log=data / "demo.log", env=env))
    said = rf"sign in as {WHO} with password (\S+)"
    wait_until(lambda: bool(re.search(said, demo.log.read_text())), demo, limit_s=60)
    found = re.search(said, demo.log.read_text())
    assert found
    return found.group(1)


def _entrance(stack: ExitStack, data: Path, url: str, page: Page) -> None:
    """People press at the entrance until there is something to see; then the page and the terminal are photographed."""
    env, touches = new_screen(stack, data), data / "touches"
    box = stack.enter_context(SimulatedBox(data / "box"))
    code = run_hymy("terminals", "code", "--touchpoint", "kamppi-entrance", "--data", data / "demo" / "server")
    place = ("--data", data / "entrance", "--server", url, "--code", code)
    argv = hymy("kiosk", *place, "--buttons", f"serial:{box.link}", "--touches", touches)
    terminal = begin(stack, Program("entrance", argv, log=data / "entrance.log", env=env))
    people = Customers(at_the_box(_pressing(box)), seed=3)
    print(f"Waiting for {ANSWERS} answers and {COMMENTS} comments at Kamppi ...", flush=True)
    page.goto(f"{url}/today/kamppi")
    wait_until(lambda: _is_worth_seeing(page), terminal, limit_s=LIMIT_S)
    people.stop()
    touches.write_text("skip\n")  # what the last one was asked besides
    time.sleep(THANKS_S)
    _photograph(page, f"{url}/today/kamppi", "today.png")
    touches.write_text("language en\n")
    time.sleep(DRAWN_S)
    picture = FOLDER / "terminal.png"
    subprocess.run(["import", "-window", "root", str(picture)], env={**os.environ, **env}, check=True)
    print(picture)


def _pressing(box: SimulatedBox) -> Callable[[int], None]:
    def press(button: int) -> None:
        box.press(button)

    return press


def _is_worth_seeing(page: Page) -> bool:
    page.wait_for_timeout(500)
    answers = page.locator("#chosen span").inner_text().strip()
    return int(answers or 0) > ANSWERS and page.locator("blockquote").count() >= COMMENTS


def _photograph(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.screenshot(path=FOLDER / name, full_page=True)
    print(FOLDER / name)


if __name__ == "__main__":
    sys.exit(main())
