"""Charts that stay editable: one specification, the same chart part for Word and PowerPoint, with its data inside."""

import math
import re
from functools import lru_cache
from typing import Any, Final

from lxml import etree
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_MARKER_STYLE, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_LINE
from pptx.oxml.ns import qn
from pptx.parts.chart import ChartPart
from pptx.util import Pt

from briefings.document import Chart
from charts.theme import TOKENS
from geo import colours

TYPES: Final = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "line": XL_CHART_TYPE.LINE,
}
FONT: Final = "微软雅黑"
_YEAR: Final = re.compile(r"(?<=^\d{4})年(?=\d+月$)")
"""Where a label of an axis of months, as wide as one of them, breaks."""
FEW: Final = 30
"""So many points can each have a label."""


def data(chart: Chart) -> CategoryChartData:
    """The chart's categories and rounded values; a missing value is a gap."""
    made = CategoryChartData(number_format=pattern(chart))
    made.categories = [_YEAR.sub("\n", each) for each in chart.categories]
    for each in chart.series:
        made.add_series(each.name, [number.cell for number in each.numbers])
    return made


def pattern(chart: Chart) -> str:
    """The number format of the chart's values."""
    decimals = max((_decimals(number.text) for each in chart.series for number in each.numbers), default=0)
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _decimals(text: str) -> int:
    digits = text.rstrip("%").rpartition(".")
    return len(digits[2]) if digits[1] else 0


def parts(chart: Chart) -> tuple[bytes, bytes]:
    """The chart as the bytes of a chart part and of the workbook that it is edited with, related as `rId1`."""
    part = ChartPart.new(TYPES[chart.form], data(chart), _package())
    dressed(part.chart, chart, size=9)
    return part.blob, part.chart_workbook.xlsx_part.blob


@lru_cache(maxsize=1)
def _package() -> Any:
    return Presentation().part.package


def dressed(made: Any, chart: Chart, *, size: float) -> None:
    """Our looks: quiet axes, our colours, values at the bars, a legend where there is more than one series."""
    made.font.size, made.font.name = Pt(size), FONT
    made.font.color.rgb = _colour(TOKENS["light"].ink)
    _east_asian(made)
    made.has_title = False
    made.has_legend = len(chart.series) > 1
    if made.has_legend:
        made.legend.position, made.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    _axes(made, chart)
    for each, colour, spec in zip(made.plots[0].series, _palette(len(chart.series)), chart.series, strict=True):
        _series(each, colour, chart, dashed=spec.dashed)
    if chart.form != "line":
        made.plots[0].gap_width, made.plots[0].overlap = 45, 0


def _axes(made: Any, chart: Chart) -> None:
    line = _colour(TOKENS["light"].line)
    names, values = made.category_axis, made.value_axis
    names.format.line.color.rgb = line
    names.major_tick_mark = XL_TICK_MARK.NONE
    names.has_major_gridlines = False
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    values.has_major_gridlines = chart.form != "bar"
    values.format.line.fill.background()
    values.major_tick_mark = XL_TICK_MARK.NONE
    if chart.form == "bar":
        names.reverse_order = True
        values.visible = False
        known = [n.cell for each in chart.series for n in each.numbers if n.cell is not None]
        values.minimum_scale = min(0.0, *known) if known else 0.0
    else:
        values.major_gridlines.format.line.color.rgb = line
        if chart.form == "line":
            values.minimum_scale, values.maximum_scale = bounds(chart)
        values.tick_labels.number_format, values.tick_labels.number_format_is_linked = pattern(chart), False


def bounds(chart: Chart) -> tuple[float, float]:
    """Round limits below and above all values of a line chart, so that its lines fill it."""
    known = [n.cell for each in chart.series for n in each.numbers if n.cell is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    step = 10.0 ** math.floor(math.log10(max(high - low, 0.1) * 2))
    return math.floor(low / step) * step, math.ceil(high / step + 0.01) * step


def _series(made: Any, colour: str, chart: Chart, *, dashed: bool) -> None:
    if chart.form == "line":
        made.smooth = False
        made.format.line.color.rgb, made.format.line.width = _colour(colour), Pt(2)
        made.marker.style = XL_MARKER_STYLE.NONE
        if dashed:
            made.format.line.color.rgb, made.format.line.dash_style = _colour(TOKENS["light"].muted), MSO_LINE.DASH
        return
    made.format.fill.solid()
    made.format.fill.fore_color.rgb = _colour(colour)
    made.invert_if_negative = False
    if len(chart.categories) * len(chart.series) <= FEW and chart.form == "bar":
        labels = made.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, pattern(chart), False


def _palette(count: int) -> list[str]:
    t = TOKENS["light"]
    return [t.primary, t.accent, t.muted, *colours.sequential(5, "light")][:count]


def _colour(text: str) -> RGBColor:
    return RGBColor.from_string(text.lstrip("#").upper())


def _east_asian(made: Any) -> None:
    """The typeface of Chinese text as well: python-pptx sets only the Latin one."""
    for latin in made._chartSpace.iter(qn("a:latin")):
        following = etree.SubElement(latin.getparent(), qn("a:ea"))
        following.set("typeface", FONT)
        latin.addnext(following)
