"""The door to pictures, as the services ask for it."""

from __future__ import annotations

import json

from entrepot.services.charts import Chart, Form, Heat, Paper

PAPER = Paper()


class PictureMaker:
    """Draws charts; what each form needs is loaded when it is first asked."""

    def draw(self, chart: Chart, form: Form, paper: Paper = PAPER) -> bytes:
        """Return a chart as the bytes of a file.

        Args:
            chart: what to draw.
            form: as what.
            paper: size and ground.

        Raises:
            Fault: the typesetter failed.
        """
        if form is Form.ECHARTS:
            text = json.dumps(self.option(chart, paper), ensure_ascii=False, indent=1)
            return text.encode() + b"\n"
        drawing = _svg(chart, paper)
        if form is Form.SVG:
            return drawing
        from entrepot.adapters.documents.pictures.png import png

        return png(drawing, paper.width, paper.height)

    def option(self, chart: Chart, paper: Paper = PAPER) -> dict[str, object]:
        """Return a chart as an option of ECharts, in plain values."""
        from entrepot.adapters.documents.pictures.echarts import option

        return option(chart, paper)


def _svg(chart: Chart, paper: Paper) -> bytes:
    from entrepot.adapters.documents.pictures.heat import draw_heat
    from entrepot.adapters.documents.pictures.plot import draw_plot
    from entrepot.adapters.documents.pictures.svg import svg

    return svg(draw_heat(chart, paper) if isinstance(chart, Heat) else draw_plot(chart, paper))
