"""The letters on a matrix: each in the ink that reads on its own cell."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from geo import colours


def lettered(cells: Mapping[str, Any], ground: str) -> dict[str, Any]:
    """A trace of words over a heatmap (its `x`, `y`, `z`, `text`, `colorscale` and, where fixed, `zmin` and `zmax`).

    Plotly writes in one grey and white by itself, which cannot be read on middle shades. `ground` is the ink of a cell
    without a value.
    """
    known = [value for row in cells["z"] for value in row if value is not None]
    low, high = cells.get("zmin", min(known, default=0)), cells.get("zmax", max(known, default=1))
    shades = [colour for _, colour in cells["colorscale"]]
    at = [(x, y, i, j) for i, y in enumerate(cells["y"]) for j, x in enumerate(cells["x"])]

    def ink(value: float | None) -> str:
        return ground if value is None else colours.ink(_shade(shades, (value - low) / ((high - low) or 1)))

    return {
        "type": "scatter", "mode": "text", "x": [x for x, *_ in at], "y": [y for _, y, *_ in at], "hoverinfo": "skip",
        "text": [cells["text"][i][j] for *_, i, j in at],
        "textfont": {"size": 11, "color": [ink(cells["z"][i][j]) for *_, i, j in at]}, "cliponaxis": False,
    }  # fmt: skip


def _shade(shades: list[str], share: float) -> str:
    """The colour at this share of a scale of evenly spaced shades."""
    place = min(max(share, 0), 1) * (len(shades) - 1)
    below = min(int(place), len(shades) - 2)
    one, other = (_parts(each) for each in shades[below : below + 2])
    return "#" + "".join(f"{round(a + (b - a) * (place - below)):02x}" for a, b in zip(one, other, strict=True))


@lru_cache(maxsize=64)
def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[i : i + 2], 16) for i in (1, 3, 5))
