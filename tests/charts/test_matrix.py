"""Letters on a matrix can be read on every shade of both themes."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl
import pytest

from charts import evaluation, quality
from charts.matrix import lettered
from data_sources.vocabulary import MILESTONE_KINDS
from geo import colours, places

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


def institutions(theme: colours.Theme) -> go.Figure:
    """Eleven places by all kinds, from none to a hundred: shaded by their root."""
    rows = [
        (place.code, kind, at * at, "2024-03" if at else None)
        for kind in MILESTONE_KINDS
        for at, place in enumerate(places.prefectures())
    ]
    columns = {"place_code": pl.String, "kind": pl.String, "quantity": pl.Int64, "first": pl.String}
    return evaluation.institutions(pl.DataFrame(rows, schema=columns, orient="row"), theme)


def filed(theme: colours.Theme) -> go.Figure:
    """Eleven places, each of which lacks more than the one before."""
    rows = [(place.code, "training", 100.0 - at) for at, place in enumerate(places.prefectures())]
    columns = {"place_code": pl.String, "table_name": pl.String, "completeness": pl.Float64}
    sums = pl.DataFrame(rows, schema=columns, orient="row")
    return quality.matrix(sums, "table_name", {"training": "培训"}, "completeness", theme)


@pytest.mark.parametrize("drawn", [institutions, filed])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_number_of_a_matrix_can_be_read_on_its_cell(
    drawn: Callable[[colours.Theme], go.Figure], theme: colours.Theme
) -> None:
    bare, shaded, letters = drawn(theme).data
    assert bare.texttemplate is shaded.texttemplate is None  # Plotly would write in a grey of its own
    scale, most = [shade for _, shade in shaded.colorscale], shaded.zmax
    assert [len(scale), max(z for row in shaded.z for z in row if z)] == [3, most]
    inks = dict(zip(zip(letters.x, letters.y, strict=True), letters.textfont.color, strict=True))
    pairs = [
        (inks[x, y], bare.colorscale[0][1] if z is None else scale[round(2 * z / most)])
        for y, row in zip(shaded.y, shaded.z, strict=True)
        for x, z in zip(shaded.x, row, strict=True)
        if z is None or (2 * z / most).is_integer()
    ]
    assert len({fill for _, fill in pairs}) >= 3
    assert min(colours.contrast(ink, fill) for ink, fill in pairs) >= colours.READABLE
    assert min(colours.contrast(colours.grey(ink), colours.grey(fill)) for ink, fill in pairs) >= colours.READABLE
