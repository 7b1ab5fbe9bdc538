"""A bar chart as SVG for a page: horizontal bars from zero, each labelled with its number.

The SVG keeps its words as text, so the reader's browser draws them in its own font, and every size is
fixed, so that the same figures give the same bytes on a server with or without Chinese fonts.
"""

from collections.abc import Sequence
from typing import Any

import vl_convert

BAR, GAP = 20, 10  # px
LABELS, BARS, NUMBERS = 72, 210, 78  # px: room for the names, the bars, the numbers
FONT = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','PingFang SC',sans-serif"
INK, FILL = "#1b1b1b", "#1f5a96"


def bars(rows: Sequence[tuple[str, int]]) -> str:
    """The SVG of one bar for each (name, number), in their order; numbers are whole and not negative."""
    height = len(rows) * (BAR + GAP)
    names: dict[str, Any] = {
        "sort": None,
        "title": None,
        "scale": {"paddingInner": GAP / (BAR + GAP), "paddingOuter": GAP / (BAR + GAP) / 2},
        "axis": {"domain": False, "ticks": False, "labelLimit": 0, "labelPadding": 8, "labelFontSize": 13},
    }
    longest = max((number for _, number in rows), default=0) or 1
    chart: dict[str, Any] = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": BARS,
        "height": height,
        "padding": {"left": LABELS, "right": NUMBERS, "top": 4, "bottom": 4},
        "autosize": {"type": "none"},
        "data": {"values": [{"name": name, "number": number} for name, number in rows]},
        "encoding": {
            "y": {"field": "name", "type": "nominal"} | names,
            "x": {
                "field": "number",
                "type": "quantitative",
                "axis": None,
                "scale": {"domain": [0, longest], "nice": False, "zero": True},
            },
        },
        "layer": [
            {"mark": {"type": "bar", "color": FILL}},
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13, "color": INK},
                "encoding": {"text": {"field": "number", "type": "quantitative", "format": ","}},
            },
        ],
        "config": {"font": FONT, "view": {"stroke": None}, "axis": {"labelColor": INK}, "background": "transparent"},
    }
    svg: str = vl_convert.vegalite_to_svg(chart)
    return svg
