"""Pictures of a 调剂测算: how much each place gets, on the map, and what each factor did for it."""

from collections.abc import Collection
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.subsidies import PER_10K
from charts.theme import TOKENS, Theme, figure, layout
from geo import colours, places
from indicators.transfer import FACTORS
from indicators.view import View

MOST: Final = 20
"""Places whose parts are drawn; the table has them all."""
ADJUSTMENT: Final = "保底、封顶与取整"


def amounts(
    found: pl.DataFrame, view: View, title: str, *, caption: tuple[str, ...], simulated: bool,
    untold: Collection[str] = (),
) -> MapPicture:  # fmt: skip
    """Each place's amount as a circle; a place left out is hatched, or grey where what it rests on is `untold`."""
    shown = found.sort("place_code").select(
        "place_code",
        pl.Series([places.place(c).short_name for c in sorted(found["place_code"])], dtype=pl.String).alias(
            "short_name"
        ),
        value=pl.col("amount") / PER_10K,
        class_index=pl.lit(None, pl.Int64),
    )
    rows = shown.select("place_code", "value").rows()
    bare = {code: words.WITHHELD if code in untold else words.MISSING for code, _ in rows}
    wording = [bare[code] if v is None else f"{words.number(v, 1)} 万元" for code, v in rows]
    label = [bare[code] if v is None else words.number(v, 0) for code, v in rows]
    return MapPicture(
        title=title,
        subtitle="调剂测算",
        frame=shown.with_columns(wording=pl.Series(wording, dtype=pl.String), label=pl.Series(label, dtype=pl.String)),
        level=view.drawn_level,
        kind="circles",
        breaks=(),
        class_labels=(),
        colours=(),
        chosen=view.place,
        caption=caption,
        simulated=simulated,
        unit="万元",
        missing_label="缺数，未参与",
    )


def parts(found: pl.DataFrame, theme: Theme) -> go.Figure:
    """What each factor gave to those who get most, and what floor and cap changed, in 万元."""
    rows = _largest(found).to_dicts()[::-1]
    names = [places.place(r["place_code"]).name for r in rows]
    t = TOKENS[theme]
    shades = (*colours.sequential(len(FACTORS) + 1, theme)[1:], t.accent)
    titles = {**{key: factor.title for key, factor in FACTORS.items()}, "adjustment": ADJUSTMENT}
    bars: list[dict[str, Any]] = [
        {
            "type": "bar", "orientation": "h", "name": title, "y": names, "x": [r[key] / PER_10K for r in rows],
            "marker": {"color": shade}, "hovertemplate": "%{y}<br>" + title + " %{x:,.2f} 万元<extra></extra>",
        }
        for (key, title), shade in zip(titles.items(), shades, strict=True)
    ]  # fmt: skip
    looks = layout(
        theme, height=max(180, 24 * len(rows) + 80), barmode="relative", bargap=0.3, showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 8, "r": 16, "t": 44, "b": 28}, xaxis={"fixedrange": True, "nticks": 6, "tickformat": ","},
        yaxis={"fixedrange": True, "showgrid": False, "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure(bars, looks)


def _largest(found: pl.DataFrame) -> pl.DataFrame:
    given = found.filter(pl.col("amount").is_not_null())
    return given.sort("amount", "place_code", descending=[True, False]).head(MOST)
