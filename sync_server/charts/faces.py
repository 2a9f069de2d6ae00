"""The distribution: one bar, a part for each face, worst at the left."""

from collections.abc import Callable, Sequence

from sync_server.charts import drawing as draw
from sync_server.charts.chart import Chart, Table
from sync_server.results.shared import Face
from sync_server.texts.say import Say, whole

WIDTH, HEIGHT, GAP = 740.0, 34.0, 2.0


def faces(say: Say, found: Sequence[Face], *, words: Callable[[int], str]) -> Chart:
    """words: what the page calls a face."""
    rows = [(words(face.face), whole(face.answers), f"{round(100 * face.share)} %") for face in found]
    title = say("charts.faces")
    description = ", ".join(f"{name} {share}" for name, _, share in rows)
    return Chart(
        title,
        description,
        draw.svg(WIDTH, HEIGHT, _parts(found), label=f"{title}. {description}"),
        Table((say("charts.face"), say("charts.answers"), say("charts.share")), rows),
    )


def _parts(found: Sequence[Face]) -> list[draw.Part]:
    """Between two parts is a gap, so that neighbours are told apart without their colours."""
    shown = [face for face in found if face.answers]
    unit = WIDTH - GAP * (len(shown) - 1)
    parts, x = [], 0.0
    for face in shown:
        parts.append(draw.bar(x, 0, unit * face.share, HEIGHT, f"c{face.face}", rounded=5))
        x += unit * face.share + GAP
    return parts
