"""All pictures of a document in one ZIP: PNG at 300 dpi, SVG and PDF of every chart and map."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import Final

import plotly.graph_objects as go

from briefings import native
from briefings.document import Chart, Document, Picture, printed
from briefings.pictures import Format
from charts import plain, words
from charts.printed_chart import printed_chart

FORMATS: Final[tuple[Format, ...]] = ("png", "svg", "pdf")
_UNSAFE = re.compile(r'[\\/:*?"<>|\s]+')


def zipped(
    document: Document, rendered: Callable[[go.Figure, Format], bytes], cancelled: Callable[[], bool] = lambda: False
) -> bytes:
    """The ZIP of what `rendered` draws, raising what it raises. Stops early, with what there is, when cancelled."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for number, (title, figure) in enumerate(figures(document), 1):
            for format in FORMATS:
                if cancelled():
                    return buffer.getvalue()
                name = f"图{number:02d}_{_UNSAFE.sub('', title)[:40]}.{format}"
                archive.writestr(name, rendered(figure, format))
    return buffer.getvalue()


def figures(document: Document) -> Iterator[tuple[str, go.Figure]]:
    """Title and figure of every chart and map, in the order of the document."""
    for block in document.blocks(Chart, Picture):
        if isinstance(block, Picture):
            yield printed(block.title), block.figure()
        elif isinstance(block, Chart):
            yield printed(block.title), _drawn(block, document)


def _drawn(chart: Chart, document: Document) -> go.Figure:
    origin = document.origin
    series = [(each.name, [number.cell for number in each.numbers], each.dashed) for each in chart.series]
    decimals = len(native.pattern(chart).partition(".")[2])
    lines = (
        f"单位：{chart.unit}　{origin.filter}",
        "　".join((f"数据版本 {words.data_version(origin.version)}", *([origin.marks] if origin.marks else []))),
    )
    return printed_chart(plain.chart(chart.form, chart.categories, series, decimals), printed(chart.title), lines)
