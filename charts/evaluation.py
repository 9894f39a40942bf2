"""Pictures of evaluation: a ladder's pyramid beside the province's, contests by cluster, institutions by place."""

from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.matrix import lettered
from charts.theme import TOKENS, Theme, figure, layout
from data_sources.reference import clusters
from data_sources.vocabulary import CONTEST_LEVELS, LEVELS, MILESTONE_KINDS
from geo import colours, places
from indicators.evaluation import BEFORE_PLAN

ROW: Final = 24


def pyramid(steps: pl.DataFrame, unit: str, theme: Theme, *, outlined: str = "全省") -> go.Figure:
    """A ladder, highest level on top, each bar as wide as the level's share; the outline is the province's share.

    `steps` as `indicators.evaluation.ladder` gives them, with somebody on the ladder.
    """
    t, rows = TOKENS[theme], steps.to_dicts()
    names = [LEVELS[row["level"]] for row in rows]
    told = [_step_told(row, unit, outlined) for row in rows]
    widest = max(max(row["share"], row["province"] or 0) for row in rows)
    bars = [_centred(names, [row["share"] for row in rows], told, {"color": t.primary})]
    if rows[0]["province"] is not None:
        outline = {"color": "rgba(0,0,0,0)", "line": {"color": t.accent, "width": 1.5}}
        bars.append(_centred(names, [row["province"] for row in rows], told, outline))
    numbers = {
        "type": "scatter", "mode": "text", "y": names, "x": [widest * 0.56] * len(rows),
        "text": [f"{row['value']:,}（{words.number(100 * row['share'], 1)}%）" for row in rows],
        "textposition": "middle right", "textfont": {"size": 12, "color": t.ink}, "hoverinfo": "skip",
        "cliponaxis": False,
    }  # fmt: skip
    looks = layout(
        theme, height=30 * len(rows) + 30, barmode="overlay", bargap=0.25, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"visible": False, "range": [-widest * 0.55, widest * 1.15], "fixedrange": True},
        yaxis={"fixedrange": True, "showgrid": False, "automargin": True, "type": "category", "categoryarray": names,
               "categoryorder": "array", "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([*bars, numbers], looks)


def awards(held: pl.DataFrame, theme: Theme) -> go.Figure:
    """Awards by cluster, most on top, each bar in parts by the contests' level."""
    t = TOKENS[theme]
    totals = held.group_by("cluster_code").agg(pl.col("awards").sum()).sort("awards", "cluster_code")
    codes, names = totals["cluster_code"].to_list(), clusters()
    at = {(row["cluster_code"], row["level"]): row for row in held.to_dicts()}
    shades = dict(zip(CONTEST_LEVELS, colours.sequential(5, theme)[:0:-1], strict=True))
    bars = [
        {
            "type": "bar", "orientation": "h", "name": label, "y": [names[code] for code in codes],
            "x": [at.get((code, level), {"awards": 0})["awards"] for code in codes], "marker": {"color": shades[level]},
            "customdata": [_contest_told(at.get((code, level))) for code in codes],
            "hovertemplate": "%{y}　%{fullData.name}<br>%{customdata}<extra></extra>",
        }
        for level, label in CONTEST_LEVELS.items()
        if level in set(held["level"])
    ]  # fmt: skip
    whole = {
        "type": "scatter", "mode": "text", "showlegend": False, "y": [names[code] for code in codes],
        "x": totals["awards"].to_list(), "text": [f" {n:,}" for n in totals["awards"]], "textposition": "middle right",
        "textfont": {"size": 12, "color": t.muted}, "hoverinfo": "skip", "cliponaxis": False,
    }  # fmt: skip
    most = max(*totals["awards"], 1)
    looks = layout(
        theme, height=26 * len(codes) + 60, barmode="stack", bargap=0.3, showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.0, "yanchor": "bottom", "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 36, "b": 8}, xaxis={"visible": False, "range": [0, most * 1.15], "fixedrange": True},
        yaxis={"fixedrange": True, "showgrid": False, "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([*bars, whole], looks)


def institutions(cells: pl.DataFrame, theme: Theme, *, narrow: bool = False) -> go.Figure:
    """Places by kinds of milestone: how many there are, the darker the more among the places; nothing yet is empty ground."""
    t = TOKENS[theme]
    rows, kinds = cells["place_code"].unique(maintain_order=True).to_list(), list(MILESTONE_KINDS)
    held = {(row["place_code"], row["kind"]): row for row in cells.to_dicts()}
    most = {kind: max(held[place, kind]["quantity"] for place in rows) for kind in kinds}
    strength = [
        [(held[p, k]["quantity"] / most[k]) ** 0.5 if held[p, k]["quantity"] else None for k in kinds] for p in rows
    ]
    text = [[words.number(held[p, k]["quantity"], 0) for k in kinds] for p in rows]
    told = [[_milestone_told(held[p, k]) for k in kinds] for p in rows]
    labels, names = [MILESTONE_KINDS[k] for k in kinds], [places.place(p).short_name for p in rows]
    scale = colours.sequential(5, theme)[:3]
    common: dict[str, Any] = {
        "type": "heatmap", "x": labels, "y": names, "customdata": told, "hovertemplate": "%{customdata}<extra></extra>",
        "xgap": 1, "ygap": 1, "showscale": False, "text": text,
    }  # fmt: skip
    bare = {
        **common,
        "z": [[1.0] * len(kinds) for _ in rows],
        "colorscale": [[0, t.second_ground], [1, t.second_ground]],
    }
    drawn = {**common, "z": strength, "zmin": 0, "zmax": 1, "hoverongaps": False,
             "colorscale": [[i / 2, colour] for i, colour in enumerate(scale)]}  # fmt: skip
    looks = layout(
        theme, height=ROW * len(rows) + 130, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"range": [-0.5, len(kinds) - 0.5], "side": "top", "tickangle": -90 if narrow else -45, "fixedrange": True,
               "showgrid": False, "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
        yaxis={"range": [len(rows) - 0.5, -0.5], "fixedrange": True, "showgrid": False, "type": "category",
               "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([bare, drawn] if narrow else [bare, drawn, lettered(drawn, t.ink)], looks)


def first_reached(month: str | None) -> str:
    """When the first of a kind was there: `2024年3月`, 2023年以前, 尚无."""
    if month is None:
        return "尚无"
    return "2023年以前" if month == BEFORE_PLAN else words.month_name(month)


def _centred(names: list[str], shares: list[float], told: list[str], marker: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "bar", "orientation": "h", "y": names, "x": shares, "base": [-share / 2 for share in shares],
        "marker": marker, "customdata": told, "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip


def _step_told(row: dict[str, Any], unit: str, outlined: str) -> str:
    whole = "" if row["province"] is None else f"<br>{outlined} {words.number(100 * row['province'], 1)}%"
    share = words.number(100 * row["share"], 1)
    return f"<b>{LEVELS[row['level']]}</b><br>{row['value']:,} {unit}　占本序列 {share}%{whole}"


def _contest_told(row: dict[str, Any] | None) -> str:
    if row is None:
        return "没有竞赛"
    return f"{row['contests']:,} 场　参赛 {row['participants']:,} 人次　获奖 {row['awards']:,} 人次"


def _milestone_told(row: dict[str, Any]) -> str:
    name = f"<b>{places.place(row['place_code']).name}　{MILESTONE_KINDS[row['kind']]}</b>"
    if not row["quantity"]:
        return f"{name}<br>尚无（0）"
    return f"{name}<br>累计 {row['quantity']:,}<br>最早 {first_reached(row['first'])}"
