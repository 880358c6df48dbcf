"""Charts as options of ECharts: plain values of JSON, no functions, no address from outside.

Numbers are written as JSON numbers, which ECharts draws; exact figures stand in the certificate.

Source: Apache ECharts 5 and 6, option manual, https://echarts.apache.org/en/option.html,
read 2026-11-21.
"""

from __future__ import annotations

from collections.abc import Sequence

from entrepot.adapters.documents.pictures.marks import DOTS_ON_A_LINE_MAX
from entrepot.adapters.documents.pictures.palette import Palette, palette
from entrepot.adapters.documents.pictures.plot import from_zero, series_colours, y_values
from entrepot.adapters.documents.pictures.ticks import exactly, scale
from entrepot.services.charts import Axis, Chart, Heat, Level, Mark, Number, Paper, Plot, Series

Plain = dict[str, object]
_KINDS = {Mark.LINE: "line", Mark.STEP: "line", Mark.BARS: "bar", Mark.POINTS: "scatter"}
LARGE = 2_000
"""From so many points on a line is thinned by ECharts while it is drawn."""


def option(chart: Chart, paper: Paper) -> Plain:
    """Return a chart as an option.

    Args:
        chart: what to draw.
        paper: its ground; the page says how large it is.
    """
    colours = palette(paper.dark)
    body = _heat(chart, colours) if isinstance(chart, Heat) else _plot(chart, colours)
    return {**_frame(chart, colours), **body}


def _frame(chart: Chart, colours: Palette) -> Plain:
    # Beside the scale of colours there is no room for what it counts.
    told = (chart.subtitle, chart.label) if isinstance(chart, Heat) else (chart.subtitle,)
    subtitle = " · ".join(text for text in told if text)
    foot: Plain = {
        "type": "text",
        "left": 16,
        "bottom": 8,
        "style": {"text": chart.note, "fill": colours.faint, "fontSize": 11},
    }
    return {
        "backgroundColor": colours.ground,
        "textStyle": {"color": colours.ink},
        "title": {
            "text": chart.title,
            "subtext": subtitle,
            "left": 16,
            "textStyle": {"color": colours.ink, "fontWeight": "normal"},
            "subtextStyle": {"color": colours.faint},
        },
        "aria": {"enabled": True, "label": {"description": f"{chart.title}. {subtitle}"}},
        "graphic": [foot] if chart.note else [],
        "animation": False,
    }


def _plot(plot: Plot, colours: Palette) -> Plain:
    tints = series_colours(plot.series, colours)
    drawn = [
        _series(series, tint, bool(plot.x.categories))
        for series, tint in zip(plot.series, tints, strict=True)
    ]
    if plot.levels and drawn:
        drawn[0]["markLine"] = _levels(plot.levels, colours)
    points = all(series.mark is Mark.POINTS for series in plot.series)
    return {
        "color": tints,
        "legend": {
            "data": [series.name for series in plot.series if series.name],
            "top": 68,
            "left": 16,
            "textStyle": {"color": colours.ink},
        },
        "tooltip": {"trigger": "item" if points else "axis"},
        "grid": {"top": 124, "left": 24, "right": 32, "bottom": 64, "containLabel": True},
        "xAxis": _axis(plot.x, colours, upright=False),
        "yAxis": {**_axis(plot.y, colours, upright=True), **_span(plot)},
        "series": drawn,
    }


def _axis(axis: Axis, colours: Palette, *, upright: bool) -> Plain:
    kind = "category" if axis.categories else "log" if axis.log else "value"
    found: Plain = {
        "type": kind,
        "name": axis.label,
        "nameLocation": "end" if upright else "middle",
        "nameGap": 16 if upright else 30,
        "nameTextStyle": {"color": colours.faint, "align": "left" if upright else "center"},
        "axisLabel": {"color": colours.faint},
        "splitLine": {"show": upright, "lineStyle": {"color": colours.grid}},
        "scale": True,
    }
    if axis.categories:
        found["data"] = list(axis.categories)
    if axis.least is not None and not axis.log:
        found["min"] = plain_number(axis.least)
    if axis.most is not None:
        found["max"] = plain_number(axis.most)
    return found


def _span(plot: Plot) -> Plain:
    """Return the ends of the upright axis: round, and wide enough for every level too."""
    laid = scale(from_zero(plot), list(y_values(plot)), (0, 1), 6)
    return {"min": plain_number(laid.least), "max": plain_number(laid.most)}


def _series(series: Series, tint: str, places: bool) -> Plain:
    line = series.mark in (Mark.LINE, Mark.STEP)
    found: Plain = {
        "name": series.name,
        "type": _KINDS[series.mark],
        "data": [
            [int(x) if places else plain_number(x), None if y is None else plain_number(y)]
            for x, y in series.points
        ],
        "itemStyle": {"color": tint},
    }
    if series.mark is Mark.STEP:
        found["step"] = "end"
    if line:
        found["lineStyle"] = {"width": 2, "type": "dashed" if series.dashed else "solid"}
        if series.mark is Mark.STEP or len(series.points) > DOTS_ON_A_LINE_MAX:
            found["symbol"] = "none"
    if line and len(series.points) >= LARGE:
        found["sampling"] = "minmax"
    return found


def _levels(levels: Sequence[Level], colours: Palette) -> Plain:
    return {
        "symbol": "none",
        "precision": 9,
        "lineStyle": {"color": colours.ink, "type": "dashed", "width": 1},
        "data": [
            {
                "name": level.label,
                "xAxis" if level.on_x else "yAxis": plain_number(level.at),
                "label": {"formatter": "{b}", "color": colours.ink, "position": "insideEndTop"},
            }
            for level in levels
        ],
    }


def _heat(heat: Heat, colours: Palette) -> Plain:
    cells = [
        [x, y, plain_number(value)]
        for y, row in enumerate(heat.rows)
        for x, value in enumerate(row)
        if value is not None
    ]
    values = [value for row in heat.rows for value in row if value is not None]
    rim = {"borderColor": colours.ground, "borderWidth": 1}
    return {
        "tooltip": {"position": "top"},
        "grid": {"top": 108, "left": 24, "right": 110, "bottom": 64, "containLabel": True},
        "xAxis": _axis(heat.x, colours, upright=False),
        "yAxis": {**_axis(heat.y, colours, upright=True), "inverse": True, "nameLocation": "start"},
        "visualMap": {
            "min": plain_number(min(values, default=0)),
            "max": plain_number(max(values, default=1)),
            "calculable": True,
            "orient": "vertical",
            "right": 12,
            "top": "middle",
            "textStyle": {"color": colours.faint},
            "inRange": {"color": list(colours.heat)},
        },
        "series": [{"name": heat.label, "type": "heatmap", "data": cells, "itemStyle": rim}],
    }


def plain_number(value: Number) -> int | float:  # not money: a number that JSON can hold
    """Return a number of JSON.

    >>> from fractions import Fraction
    >>> plain_number(Fraction(6, 3)), plain_number(Fraction(1, 4))
    (2, 0.25)
    """
    exact = exactly(value)
    return int(exact) if exact.denominator == 1 else float(exact)  # not money: a drawn number
