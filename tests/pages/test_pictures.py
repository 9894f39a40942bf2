"""Every picture of every page has its title and its downloads before it and its caption right below it."""

import json
from collections.abc import Iterator
from typing import Any

import plotly.graph_objects as go
import pytest

from tests.pages import reading
from tests.pages.conftest import Opened
from tests.pages.test_bad_input import VIEWS


def pieces(node: Any) -> Iterator[str]:
    """What a page consists of, from the top: title, export, chart, caption; all else left out."""
    if getattr(node, "children", None):
        for child in node.children.values():
            if child.type == "popover":
                yield "export"
            yield from pieces(child)
    elif node.type in ("plotly_chart", "deck_gl_json_chart"):
        yield "chart"
    elif node.type == "html":
        yield from (each for each in ("title", "caption") if f"picture-{each}" in node.value)


@pytest.mark.parametrize(("name", "query"), VIEWS, ids=lambda v: v if isinstance(v, str) else "-".join(v.values()))
def test_every_chart_has_title_downloads_and_caption_and_is_one_that_plotly_knows(
    opened: Opened, name: str, query: dict[str, str]
) -> None:
    app = reading.whole(opened(name, **query))
    found = list(pieces(app.main))
    charts = [at for at, piece in enumerate(found) if piece == "chart"]
    assert charts or name in ("briefing", "about_data", "intake", "subsidies")
    for at in charts:
        assert found[at - 2 : at + 2] == ["title", "export", "chart", "caption"], found
    for chart in app.get("plotly_chart"):
        go.Figure(json.loads(chart.proto.spec))  # it was sent without having been checked
