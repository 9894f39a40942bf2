"""One palette: what Streamlit's theme says is what the charts and maps are drawn with."""

import tomllib
from pathlib import Path

import pytest

from charts.theme import TOKENS, Theme, layout

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_theme_has_the_tokens_of_the_pictures(theme: Theme) -> None:
    page, tokens = CONFIG["theme"][theme], TOKENS[theme]
    assert page["backgroundColor"] == tokens.ground
    assert page["secondaryBackgroundColor"] == tokens.second_ground
    assert page["textColor"] == tokens.ink
    assert page["borderColor"] == tokens.line
    assert page["primaryColor"] == page["linkColor"] == tokens.primary


def test_a_change_of_an_axis_keeps_the_rest_of_it() -> None:
    looks = layout("dark", height=100, xaxis={"visible": False})
    assert looks["xaxis"]["visible"] is False
    assert looks["xaxis"]["gridcolor"] == looks["yaxis"]["gridcolor"] == TOKENS["dark"].line
    assert "visible" not in looks["yaxis"]
