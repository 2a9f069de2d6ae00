"""One drawing for page, mail and PDF: each chart is a function that gives a Chart, made here as SVG.

Its colours stand in web/static/charts.css alone. A page shows it by templates/charts.html, a mail as a picture
(charts/picture.py), a PDF as `standalone(chart)`. Primitives are in drawing.py; who needs a new kind adds a file.
"""

from sync_server.charts.chart import Chart, Table, standalone

__all__ = ["Chart", "Table", "standalone"]
