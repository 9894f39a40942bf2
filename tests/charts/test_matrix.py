"""Letters on a matrix can be read on every shade of both themes."""

import pytest

from charts.matrix import lettered
from geo import colours

STEPS = 40


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_letters_can_be_read_on_every_shade(theme: colours.Theme) -> None:
    scale = colours.diverging(5, theme)
    shades = [[at / 4, shade] for at, shade in enumerate(scale)]
    values = [[at / STEPS for at in range(STEPS + 1)]]
    cells = {"x": [str(at) for at in range(STEPS + 1)], "y": ["一"], "z": values, "text": [["1"] * (STEPS + 1)]}
    inks = lettered({**cells, "colorscale": shades, "zmin": 0, "zmax": 1}, "#123456")["textfont"]["color"]
    stops = [inks[at * STEPS // 4] for at in range(5)]
    assert min(colours.contrast(ink, shade) for ink, shade in zip(stops, scale, strict=True)) >= colours.READABLE


def test_a_cell_without_a_value_has_the_pages_ink() -> None:
    cells = {
        "x": ["甲", "乙"],
        "y": ["一"],
        "z": [[None, 1.0]],
        "text": [["—", "1"]],
        "colorscale": [[0, "#000000"], [1, "#ffffff"]],
    }
    letters = lettered(cells, "#123456")
    assert (letters["text"], letters["textfont"]["color"][0]) == (["—", "1"], "#123456")
