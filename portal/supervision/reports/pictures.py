"""Charts as pictures for a Word document, drawn by typst: bars that start at zero, lines with marks, figures written."""

import json
import threading
from functools import cache
from pathlib import Path

import typst

from portal.core.charts import Chart
from portal.core.documents.typesetting import FONTS

DRAWING = Path(__file__).parent / "chart.typ"
PIXELS_PER_INCH = 200
_lock = threading.Lock()


def png(chart: Chart) -> bytes:
    """The chart as PNG, 16 cm wide."""
    told = {
        "kind": "bars" if chart.horizontal else "line",
        "title": str(chart.title),
        "categories": [str(name) for name in chart.categories],
        "series": [{"name": str(one.name), "values": [value or 0 for value in one.values]} for one in chart.series],
    }
    data = json.dumps(told, ensure_ascii=False)
    with _lock:  # the compiler keeps its inputs between calls
        made = _compiler().compile(format="png", ppi=PIXELS_PER_INCH, sys_inputs={"data": data})
    if not isinstance(made, bytes):
        raise TypeError("a chart is one picture")
    return made


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
    return typst.Compiler(str(DRAWING), root=str(DRAWING.parent), font_paths=fonts, ignore_system_fonts=True)
