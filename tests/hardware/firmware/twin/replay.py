"""The firmware's box, driven from standard input: a line `[now, button, received]` a step, button 0 for none.

Writes what the box has to send then, a line a step. Bytes are hexadecimal.
"""

import json
import sys

from box import Box, LineReader, words_of

NAME, SESSION, BUTTONS, CAPACITY = sys.argv[1:]
box = Box(NAME.encode(), SESSION.encode(), int(BUTTONS), int(CAPACITY))
reader = LineReader()
for step in sys.stdin:
    now, button, received = json.loads(step)
    if button:
        box.press(button, now)
    for line in reader.feed(bytes.fromhex(received)):
        box.take(words_of(line), now)
    print(b"".join(box.due(now)).hex())  # noqa: T201
