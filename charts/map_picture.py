"""What a map says, on paper or on screen, and what follows from it: how many places are in each class, how large a circle is."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import polars as pl

from charts import words
from charts.drawing import Drawing
from charts.theme import TOKENS
from geo.marks import Arc, Point, Shape
from indicators.catalogue import catalogue
from indicators.view import View

FEW: Final = 30
"""So many places leave room for larger circles and names."""
LARGEST_CIRCLE: Final = (25.0, 16.5)
"""Radius of the largest circle in pixels, among few places and among many."""


@dataclass(frozen=True)
class MapPicture:
    """What a map says.

    `frame` has one row a drawn place: `place_code`, `short_name`, `value` (null: no data, hatched, or not told where
    `wording` says so), `wording` (stands under the name; a shorter column `label` goes before it), `class_index` (null: no
    class). A choropleth needs `colours` and `class_labels`; circles take them as the classes of their fill, and are all of
    one colour without. `largest` is the value of the largest circle (0: the largest in the frame), so that months can be
    compared. A plain map has no values of places: it is the ground for `points` and `arcs`, whose colours `keys` explain
    (colour, label) and whose shapes `shapes` (shape, label). `caption` are the lines at the foot: unit, source, period,
    data version, 审图号.
    """

    title: str
    subtitle: str
    frame: pl.DataFrame
    level: Literal["county", "prefecture"]
    kind: Literal["choropleth", "circles", "plain"]
    breaks: tuple[float, ...]
    class_labels: tuple[str, ...]
    colours: tuple[str, ...]
    chosen: str | None
    caption: tuple[str, ...]
    simulated: bool
    unit: str = ""
    largest: float = 0.0
    missing_label: str = words.MISSING
    points: tuple[Point, ...] = ()
    arcs: tuple[Arc, ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    shapes: tuple[tuple[Shape, str], ...] = ()

    @property
    def class_counts(self) -> tuple[int, ...]:
        """How many places are in each class."""
        indices = self.frame["class_index"].to_list()
        return tuple(indices.count(i) for i in range(len(self.class_labels)))

    @property
    def withheld(self) -> frozenset[str]:
        """The places whose value is not told."""
        return frozenset(self.frame.filter(pl.col("wording") == words.WITHHELD)["place_code"])

    @property
    def missing(self) -> frozenset[str]:
        """The places that have no value; none on a plain map."""
        bare = self.frame.filter(pl.col("value").is_null())["place_code"] if self.kind != "plain" else ()
        return frozenset(bare) - self.withheld

    @property
    def greatest(self) -> float:
        """The value whose circle is largest; 0 when there is none."""
        most = self.frame["value"].abs().max()
        return self.largest or (float(most) if isinstance(most, int | float) else 0.0)

    def radius(self, value: float | None) -> float | None:
        """Pixels of a circle whose area is proportional to the value, at least 1.2; None when nothing is to be drawn."""
        if value is None or self.greatest <= 0 or value == 0:
            return None
        return max(1.2, LARGEST_CIRCLE[self.frame.height > FEW] * math.sqrt(abs(value) / self.greatest))

    def circle_fill(self, row: Mapping[str, Any]) -> str:
        """The colour of a place's circle: its class's when there are classes, else the accent for the chosen place."""
        if self.class_labels and row["class_index"] is not None:
            return self.colours[int(row["class_index"])]
        return TOKENS["light"].accent if row["place_code"] == self.chosen else TOKENS["light"].primary


def pictured(drawn: Drawing, view: View, title: str, lines: tuple[str, ...], *, simulated: bool) -> MapPicture:
    """The printed form of the map on screen: same classes, colours and words, in the light theme, above its caption."""
    indicator = catalogue()[view.indicator]
    frame = drawn.frame.filter("peer").select("place_code", "short_name", "value", "class_index", "label", "wording")
    plain = drawn.kind == "circles" and indicator.middle is None
    return MapPicture(
        title=title,
        subtitle=f"{indicator.title}　{words.period(view.month, view.window)}",
        frame=frame,
        level=view.drawn_level,
        kind=drawn.kind,
        breaks=drawn.breaks,
        class_labels=() if plain else drawn.class_labels,
        colours=() if plain else drawn.colours,
        chosen=view.place,
        caption=lines,
        simulated=simulated,
        unit=indicator.unit,
        largest=drawn.largest,
    )
