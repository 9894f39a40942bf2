"""One palette: what Streamlit's theme says is what the charts and maps are drawn with."""

import json
import tomllib
from pathlib import Path

import plotly.graph_objects as go
import plotly.io as pio
import pytest

from charts.theme import TOKENS, Theme, figure, layout
from geo.colours import READABLE, contrast

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_theme_has_the_tokens_of_the_pictures(theme: Theme) -> None:
    page, tokens = CONFIG["theme"][theme], TOKENS[theme]
    assert page["backgroundColor"] == tokens.ground
    assert page["secondaryBackgroundColor"] == tokens.second_ground
    assert page["textColor"] == tokens.ink
    assert page["borderColor"] == tokens.line
    assert page["primaryColor"] == page["linkColor"] == tokens.primary


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_tooltips_words_can_be_read_on_its_ground(theme: Theme) -> None:
    tooltip = layout(theme, height=100)["hoverlabel"]
    assert contrast(tooltip["font"]["color"], tooltip["bgcolor"]) >= READABLE


def test_a_change_of_an_axis_keeps_the_rest_of_it() -> None:
    looks = layout("dark", height=100, xaxis={"visible": False})
    assert looks["xaxis"]["visible"] is False
    assert looks["xaxis"]["gridcolor"] == looks["yaxis"]["gridcolor"] == TOKENS["dark"].line
    assert "visible" not in looks["yaxis"]


def test_a_figure_is_sent_as_it_was_drawn_and_is_what_plotly_makes_of_it() -> None:
    bars = {"type": "bar", "x": [1.5, None, 3], "y": ["a", "b", "c"], "customdata": [["a", 1], ["b", None], ["c", 3]]}
    looks = layout("light", height=40, shapes=[{"type": "line", "x0": 1}])
    drawn, made = figure([bars], looks), go.Figure({"data": [bars], "layout": {**looks, "template": None}})
    assert drawn.to_dict()["layout"] is looks
    for _ in range(2):
        assert json.loads(pio.to_json(drawn, validate=False)) == json.loads(pio.to_json(made))
        assert (drawn.layout.height, drawn.data[0].x) == (made.layout.height, made.data[0].x)
