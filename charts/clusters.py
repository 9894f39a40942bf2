"""Pictures of industry clusters: where they are, the matrix of places and clusters, occupations, concentration by month."""

from collections.abc import Collection
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.matrix import lettered
from charts.theme import TOKENS, Theme, figure, layout
from data_sources.reference import clusters, occupations
from geo import colours, places
from indicators.catalogue import Indicator
from indicators.view import View

ROW: Final = 24
STEPS: Final = (0.5, 0.8, 1.25, 2.0)
"""Where the classes of quotients on the map begin, as far below 1 as above it."""
MOST: Final = 2.0
"""The quotient that has the strongest colour: what is beyond is as strong."""


def where(
    found: pl.DataFrame, indicator: Indicator, view: View, theme: Theme, *, quotient: bool, title: str,
    caption: tuple[str, ...], simulated: bool,
) -> MapPicture:  # fmt: skip
    """Clusters by place (as `clusters.together` gives them): quotients in classes around 1, or counts as circles."""
    value = pl.col("quotient") if quotient else pl.col("value")
    frame = found.select(
        "place_code",
        short_name=pl.Series([places.place(code).short_name for code in found["place_code"]], dtype=pl.String),
        value=value,
        wording=pl.Series([_at(row, indicator) for row in found.to_dicts()], dtype=pl.String),
        label=pl.Series([_label(row, indicator, quotient) for row in found.to_dicts()], dtype=pl.String),
        class_index=_classed() if quotient else pl.lit(None, dtype=pl.Int64),
    )
    labels = ("低于 0.5", "0.5～0.8", "0.8～1.25", "1.25～2", "2 及以上")
    return MapPicture(
        title=title, subtitle="", frame=frame, level=view.drawn_level, kind="choropleth" if quotient else "circles",
        breaks=(), class_labels=labels if quotient else (), colours=colours.diverging(5, theme) if quotient else (),
        chosen=view.place, caption=caption, simulated=simulated, unit="区位商" if quotient else indicator.unit,
        missing_label=_bare(bool(found["total_withheld"].any())) if quotient else words.MISSING,
        keys=() if quotient else ((TOKENS[theme].primary, "圆越大，数量越多"),),
    )  # fmt: skip


def heatmap(
    cells: pl.DataFrame,
    indicator: Indicator,
    theme: Theme,
    *,
    quotient: bool,
    narrow: bool = False,
    marked: Collection[str] = (),
) -> go.Figure:
    """Places by clusters; `customdata` is place and cluster. Quotients are coloured around 1, counts by their root.

    The names of `marked` clusters are bold. On a narrow screen the cells have no numbers: they would lie over each other.
    """
    t = TOKENS[theme]
    rows = cells["place_code"].unique(maintain_order=True).to_list()
    codes = list(clusters())
    held = {(r["place_code"], r["cluster_code"]): r for r in cells.to_dicts()}
    scale = colours.diverging(5, theme) if quotient else colours.sequential(5, theme)
    drawn = [[_strength(held[p, c], quotient) for c in codes] for p in rows]
    told = [[[p, c, _told(held[p, c], indicator)] for c in codes] for p in rows]
    names = [places.place(p).short_name for p in rows]
    labels = [f"<b>{name}</b>" if code in marked else name for code, name in clusters().items()]
    text = [[_short(held[p, c], indicator, quotient) for c in codes] for p in rows]
    bars: dict[str, Any] = {
        "type": "heatmap", "z": drawn, "x": labels, "y": names, "customdata": told, "text": text,
        "xgap": 1, "ygap": 1, "hoverongaps": False,
        "colorscale": [[i / 4, colour] for i, colour in enumerate(scale)], "showscale": False,
        "hovertemplate": "%{customdata[2]}<extra></extra>",
        **({"zmin": 0, "zmax": MOST} if quotient else {}),
    }  # fmt: skip
    looks = layout(
        theme,
        height=ROW * len(rows) + 130,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"range": [-0.5, len(codes) - 0.5], "side": "top", "tickangle": -90 if narrow else -45, "fixedrange": True, "showgrid": False,
               "tickfont": {"size": 12, "color": t.ink}, "automargin": True},
        yaxis={"range": [len(rows) - 0.5, -0.5], "fixedrange": True, "showgrid": False, "type": "category", "automargin": True,
               "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([bars] if narrow else [bars, lettered(bars, t.ink)], looks)


def occupied(
    found: pl.DataFrame, column: str, unit: str, theme: Theme, *, most: int = 12, narrow: bool = False
) -> go.Figure:
    """The occupations that have most of `column`, most on top, with their share of all of it.

    On a narrow screen the names and figures leave the longest bar less of the width.
    """
    t = TOKENS[theme]
    total = found[column].sum()
    rows = (
        found.filter(pl.col(column) > 0).sort(column, "occupation_code", descending=[True, False]).head(most).to_dicts()
    )
    names = [occupations()[row["occupation_code"]] for row in rows]
    shares = [words.number(100 * row[column] / total, 1) for row in rows]
    bars = {
        "type": "bar", "orientation": "h", "y": names, "x": [row[column] for row in rows], "marker": {"color": t.primary},
        "text": [f"{row[column]:,}（{share}%）" for row, share in zip(rows, shares, strict=True)],
        "textposition": "outside", "cliponaxis": False, "textfont": {"size": 12, "color": t.ink},
        "hovertemplate": f"%{{y}}<br>%{{x:,}} {unit}<extra></extra>",
    }  # fmt: skip
    looks = layout(
        theme, height=26 * len(rows) + 24, bargap=0.3, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"visible": False, "fixedrange": True, "range": [0, (2.2 if narrow else 1.5) * rows[0][column]]},
        yaxis={"autorange": "reversed", "fixedrange": True, "showgrid": False, "automargin": True, "type": "category",
               "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([bars], looks)


def concentration(found: pl.DataFrame, theme: Theme) -> go.Figure:
    """The share of the five largest places by month."""
    t = TOKENS[theme]
    told = [
        f"{words.month_name(r['month'])}<br>前五位占 {words.number(100 * r['top'], 1)}%<br>HHI {words.number(r['hhi'], 3)}"
        for r in found.to_dicts()
    ]
    line = {
        "type": "scatter", "mode": "lines+markers" if found.height < 3 else "lines",
        "x": [f"{m}-01" for m in found["month"]], "y": [100 * v for v in found["top"]], "customdata": told,
        "line": {"color": t.primary, "width": 2}, "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    axis = {"type": "date", "tickformat": "%Y-%m", "nticks": 6, "showgrid": False, "fixedrange": True}
    values = {"range": [0, 100], "ticksuffix": "%", "nticks": 5, "fixedrange": True, "automargin": True}
    looks = layout(theme, height=220, margin={"l": 8, "r": 16, "t": 12, "b": 26}, xaxis=axis, yaxis=values)
    return figure([line], looks)


def _bare(withheld: bool) -> str:
    """Why a place has no quotient."""
    return f"{words.gaps(withheld=withheld)}、总量不足" if withheld else f"{words.MISSING}或总量不足"


def _classed() -> pl.Expr:
    """The class of a quotient; null without one."""
    above = pl.sum_horizontal([(pl.col("quotient") >= step).cast(pl.Int64) for step in STEPS])
    return pl.when(pl.col("quotient").is_not_null()).then(above)


def _at(row: dict[str, Any], indicator: Indicator) -> str:
    """What the tooltip says of a place."""
    if row["value"] is None:
        return words.value(None, indicator, withheld=row["withheld"])
    share = "" if row["share"] is None else f"　占本地 {words.number(100 * row['share'], 1)}%"
    quotient = words.NO_VALUE if row["quotient"] is None else words.number(row["quotient"], 2)
    return f"{words.value(row['value'], indicator)}{share}　区位商 {quotient}"


def _label(row: dict[str, Any], indicator: Indicator, quotient: bool) -> str:
    if row["value"] is None:
        return words.value(None, indicator, withheld=row["withheld"])
    if quotient:
        return words.NO_VALUE if row["quotient"] is None else words.number(row["quotient"], 2)
    return words.short(row["value"], indicator)


def _strength(cell: dict[str, Any], quotient: bool) -> float | None:
    if quotient:
        return None if cell["quotient"] is None else min(float(cell["quotient"]), MOST)
    return None if cell["value"] is None else float(max(cell["value"], 0)) ** 0.5


def _short(cell: dict[str, Any], indicator: Indicator, quotient: bool) -> str:
    if quotient:
        bare = words.WITHHELD if cell["value"] is None and cell["withheld"] else words.NO_VALUE
        return bare if cell["quotient"] is None else words.number(cell["quotient"], 2)
    return words.short(cell["value"], indicator, withheld=cell["withheld"]) or words.NO_VALUE


def _told(cell: dict[str, Any], indicator: Indicator) -> str:
    name = f"<b>{places.place(cell['place_code']).name}　{clusters()[cell['cluster_code']]}</b>"
    share = "" if cell["share"] is None else f"<br>占本地 {words.number(100 * cell['share'], 1)}%"
    quotient = words.NO_VALUE if cell["quotient"] is None else words.number(cell["quotient"], 2)
    return f"{name}<br>{indicator.short} {words.value(cell['value'], indicator, withheld=cell['withheld'])}{share}<br>区位商 {quotient}"
