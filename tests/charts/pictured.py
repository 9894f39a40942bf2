"""Views and series made by hand for pictures."""

import dataclasses
from collections.abc import Mapping, Sequence

import polars as pl

from charts.drawing import Drawing, drawing
from charts.theme import Theme
from geo import places
from indicators import measures
from indicators import view as views
from indicators.catalogue import catalogue
from indicators.view import View

KNOWN = catalogue()
MONTHS = ("2026-09", "2026-10")
PREFECTURES = tuple(p.code for p in places.prefectures())
COUNTIES = tuple(p.code for p in places.counties())
START = views.default(KNOWN, MONTHS)


def view(key: str, **given: object) -> View:
    """The start, looking at an indicator."""
    changed = dataclasses.replace(START, indicator=key, window=KNOWN[key].windows[0], **given)  # type: ignore[arg-type]
    return views.fitted(changed, KNOWN, MONTHS)


def series(values: Mapping[str, Sequence[float | None]], months: Sequence[str] = MONTHS) -> pl.DataFrame:
    """A series of these places, one value a month, each of many; every place has filed all."""
    rows = [(code, month, value) for code, given in values.items() for month, value in zip(months, given, strict=True)]
    frame = pl.DataFrame(rows, schema={"place_code": pl.String, "month": pl.String, "value": pl.Float64}, orient="row")
    return frame.with_columns(
        numerator=pl.lit(1000.0),
        denominator=pl.lit(1000.0),
        filed=pl.lit(1, dtype=pl.Int64),
        expected=pl.lit(1, dtype=pl.Int64),
        yoy=pl.lit(0.1),
        withheld=pl.lit(False),
    )


def of(key: str, values: Sequence[float | None], theme: Theme = "light", **given: object) -> tuple[Drawing, View]:
    """The drawing of these values, one a drawn place in code order, in the latest month."""
    looked = view(key, **given)
    months = (measures.CENSUS_MONTH,) if looked.window == "census" else MONTHS[1:]
    frame = series({code: [v] for code, v in zip(looked.drawn, values, strict=True)}, months)
    return drawing(frame, KNOWN[key], looked, theme), looked
