"""Pictures of filing: places by tables or months as a matrix, and one aspect of it on the map."""

from typing import Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.matrix import lettered
from charts.theme import TOKENS, Theme, figure, layout
from geo import classes, colours, places
from indicators.quality import ASPECTS, UNITS
from indicators.view import View

ROW: Final = 24
BETTER_HIGH: Final = ("completeness", "timeliness")


def wording(value: float | None, aspect: str) -> str:
    """`98.5%`, `12 处`; “—” where nothing was due or nothing came."""
    if value is None:
        return words.NO_VALUE
    return f"{_shown(value)}%" if UNITS[aspect] == "%" else f"{words.number(value, 0)} {UNITS[aspect]}"


def matrix(sums: pl.DataFrame, across: str, labels: dict[str, str], aspect: str, theme: Theme) -> go.Figure:
    """Places by tables or months; the darker the more is amiss, what is in order is empty ground."""
    t = TOKENS[theme]
    rows, columns = sums["place_code"].unique(maintain_order=True).to_list(), list(labels)
    held = {(row["place_code"], row[across]): row[aspect] for row in sums.to_dicts()}
    values = [[held.get((place, column)) for column in columns] for place in rows]
    amiss = [[_amiss(value, aspect) for value in line] for line in values]
    most = max((each for line in amiss for each in line if each), default=1.0)
    text = [[_short(value, aspect) for value in line] for line in values]
    names, heads = [places.place(code).short_name for code in rows], list(labels.values())
    told = [[f"{place}　{head}<br>{ASPECTS[aspect]}：{wording(value, aspect)}" for head, value in zip(heads, line, strict=True)]
            for place, line in zip(names, values, strict=True)]  # fmt: skip
    common = {"type": "heatmap", "x": heads, "y": names, "text": text, "customdata": told, "xgap": 1, "ygap": 1,
              "hovertemplate": "%{customdata}<extra></extra>", "showscale": False}  # fmt: skip
    shades = [[at / 2, colour] for at, colour in enumerate(colours.sequential(5, theme)[:3])]
    bare = {
        **common,
        "z": [[1.0] * len(columns) for _ in rows],
        "colorscale": [[0, t.second_ground], [1, t.second_ground]],
    }
    drawn = {**common, "z": [[each or None for each in line] for line in amiss], "zmin": 0, "zmax": most,
             "hoverongaps": False, "colorscale": shades}  # fmt: skip
    looks = layout(
        theme, height=ROW * len(rows) + 90, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"range": [-0.5, len(columns) - 0.5], "side": "top", "type": "category", "fixedrange": True, "showgrid": False,
               "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
        yaxis={"range": [len(rows) - 0.5, -0.5], "type": "category", "fixedrange": True, "showgrid": False,
               "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([bare, drawn, lettered(drawn, t.ink)], looks)


def on_map(
    sums: pl.DataFrame, view: View, aspect: str, theme: Theme, *, title: str, caption: tuple[str, ...], simulated: bool
) -> MapPicture:
    """One aspect of each drawn place: shares in classes, open problems as circles."""
    share = UNITS[aspect] == "%"
    values = sums[aspect].cast(pl.Float64).to_list()
    cuts = classes.breaks(values) if share else ()
    labels = classes.class_labels(cuts, words.exact) if share else ()
    frame = sums.select(
        "place_code",
        pl.Series("short_name", [places.place(c).short_name for c in sums["place_code"]], dtype=pl.String),
        pl.Series("value", values, dtype=pl.Float64),
        pl.Series("class_index", classes.classify(values, cuts) if share else [None] * len(values), dtype=pl.Int64),
        pl.Series("wording", [wording(v, aspect) for v in values], dtype=pl.String),
        pl.Series("label", [_short(v, aspect) for v in values], dtype=pl.String),
    )
    return MapPicture(
        title=title, subtitle=ASPECTS[aspect], frame=frame, level=view.drawn_level,
        kind="choropleth" if share else "circles", breaks=cuts, class_labels=labels,
        colours=colours.sequential(len(labels), theme) if share else (), chosen=view.place, caption=caption,
        simulated=simulated, unit=f"{ASPECTS[aspect]}（{UNITS[aspect]}）", missing_label="没有收到文件",
    )  # fmt: skip


def _amiss(value: float | None, aspect: str) -> float:
    if value is None:
        return 0.0
    return 100 - value if aspect in BETTER_HIGH else value


def _short(value: float | None, aspect: str) -> str:
    if value is None:
        return words.NO_VALUE
    return words.number(value, 0) if UNITS[aspect] != "%" or value in (0, 100) else _shown(value)


def _shown(share: float) -> str:
    """One decimal; what lacks a little never reads as 100, and what has a little never as 0."""
    return words.number(share if share in (0, 100) else min(max(share, 0.1), 99.9), 1)
