"""The spine of a place's profile: each indicator as a line from worst to best, with quartiles, province and the place."""

from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.theme import TOKENS, Theme, figure, layout
from geo import places
from indicators.catalogue import catalogue
from indicators.profile import ahead
from indicators.trends import Trend

ROW: Final = 26
TREND_WORDS: Final[dict[Trend, str]] = {"rising": "上升", "falling": "下降", "flat": "平稳", "unknown": words.NO_VALUE}


def spine(found: pl.DataFrame, theme: Theme, *, name: str) -> go.Figure:
    """One row an indicator that has a spread: worst at the left, best at the right (for none better: low and high).

    The band holds the middle half of the places; the bar is the province, the diamond the prefecture, the dot `name`.
    """
    t, rows = TOKENS[theme], _rows(found)
    looks = _looks(rows, theme, ends=0.02)
    traces = [
        _lines(rows, ("worst", "best"), "最低到最高", t.line, 4),
        _lines(rows, ("q1", "q3"), "中间一半地区", t.muted, 10),
        _points(rows, "province", "全省", {"symbol": "line-ns", "size": 16, "line": {"color": t.ink, "width": 2}}),
        _points(rows, "prefecture", "所在设区市", {"symbol": "diamond-open", "size": 10, "color": t.primary}),
        _points(rows, "value", name, {"symbol": "circle", "size": 12, "color": t.accent}),
    ]
    return figure(traces, looks)


def apart(found: pl.DataFrame, theme: Theme, *, narrow: bool = False) -> go.Figure:
    """`indicators.profile.apart` as in `spine`: who stands at each end, with the value where the screen is wide enough;
    the bar is the province."""
    t, rows = TOKENS[theme], _rows(found)
    traces = [
        _lines(rows, ("worst", "best"), "最低到最高", t.line, 4),
        _lines(rows, ("q1", "q3"), "中间一半地区", t.muted, 10),
        _points(rows, "province", "全省", {"symbol": "line-ns", "size": 16, "line": {"color": t.accent, "width": 3}}),
        _ends(rows, 0.0, "middle left", t.ink, narrow=narrow),
        _ends(rows, 1.0, "middle right", t.ink, narrow=narrow),
    ]
    return figure(traces, _looks(rows, theme, ends=0.42))


def end(row: dict[str, Any], *, better: bool) -> tuple[float, str]:
    """The value at the better or worse end of a row of `apart` (for none better: highest and lowest), and who has it."""
    high = better != (row["polarity"] == "lower")
    codes = row["highest" if high else "lowest"]
    name = places.place(codes[0]).short_name + (f"等{len(codes)}地" if len(codes) > 1 else "")
    return row["best" if high else "worst"], name


def _rows(found: pl.DataFrame) -> list[dict[str, Any]]:
    """The rows that have a spread, from the bottom, each by its short name."""
    rows = [r for r in found.to_dicts() if r["best"] is not None and r["best"] > r["worst"]][::-1]
    for row in rows:
        row["title"] = catalogue()[row["key"]].short + "（中性）" * (row["polarity"] == "none")
    return rows


def _looks(rows: list[dict[str, Any]], theme: Theme, *, ends: float) -> dict[str, Any]:
    """The axes from worse to better, with room for what stands at the `ends`."""
    labels = [r["title"] for r in rows]
    return layout(
        theme,
        height=max(154, ROW * len(rows) + 84),
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"size": 12}, "traceorder": "normal"},
        margin={"l": 8, "r": 8, "t": 34, "b": 42},
        xaxis={"range": [-ends, 1 + ends], "tickvals": [0.16, 0.84], "fixedrange": True, "showgrid": False,
               "ticktext": ["较差<br>（中性为低）", "较好<br>（中性为高）"]},
        yaxis={"type": "category", "fixedrange": True, "automargin": True, "showgrid": False, "categoryarray": labels,
               "tickfont": {"size": 12, "color": TOKENS[theme].ink}, "range": [-0.6, len(rows) - 0.4]},
    )  # fmt: skip


def _ends(rows: list[dict[str, Any]], at: float, position: str, colour: str, *, narrow: bool) -> dict[str, Any]:
    told = [(*end(row, better=at > 0), catalogue()[row["key"]]) for row in rows]
    return {
        "type": "scatter", "mode": "text", "x": [at] * len(rows), "y": [row["title"] for row in rows],
        "text": [
            f"\u00a0{name if narrow else f'{name} {words.short(value, known)}'}\u00a0" for value, name, known in told
        ],
        "textposition": position, "textfont": {"size": 11, "color": colour}, "showlegend": False, "cliponaxis": False,
        "customdata": [f"{name} {words.value(value, known)}" for value, name, known in told],
        "hovertemplate": "%{y}<br>%{customdata}<extra></extra>",
    }  # fmt: skip


def scaled(row: dict[str, Any], value: float | None) -> float | None:
    """Where a value stands between the worst (0) and the best (1) of the places; lower is better where polarity says so."""
    if value is None:
        return None
    share = float((value - row["worst"]) / (row["best"] - row["worst"]))
    return min(1.0, max(0.0, 1 - share if row["polarity"] == "lower" else share))


def _lines(rows: list[dict[str, Any]], ends: tuple[str, str], name: str, colour: str, width: int) -> dict[str, Any]:
    xs: list[float | None] = []
    ys: list[str | None] = []
    for row in rows:
        xs += [scaled(row, row[ends[0]]), scaled(row, row[ends[1]]), None]
        ys += [row["title"], row["title"], None]
    line = {"color": colour, "width": width}
    return {"type": "scatter", "mode": "lines", "x": xs, "y": ys, "line": line, "name": name, "hoverinfo": "skip",
            "opacity": 0.55 if width > 4 else 1}  # fmt: skip


def _points(rows: list[dict[str, Any]], column: str, name: str, marker: dict[str, Any]) -> dict[str, Any]:
    known = [r for r in rows if r[column] is not None]
    ranks = [f"　{words.rank(r['rank'], r['ranked_of'])}" if column == "value" else "" for r in known]
    told = [
        f"{name} {words.value(r[column], catalogue()[r['key']])}{rank}" for r, rank in zip(known, ranks, strict=True)
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [scaled(r, r[column]) for r in known],
        "y": [r["title"] for r in known],
        "marker": marker,
        "name": name,
        "customdata": told,
        "hovertemplate": "%{y}<br>%{customdata}<extra></extra>",
        "cliponaxis": False,
    }


def sentences(found: pl.DataFrame, name: str) -> list[str]:
    """What stands out, each number as the map shows it: best and weakest rank, what clearly rises and falls."""
    ranked = ahead(found)
    said = []
    if ranked.height >= 2:
        best, weakest = ranked.row(0, named=True), ranked.row(-1, named=True)
        said.append(f"{name}相对最好的是{_stated(best)}；相对最弱的是{_stated(weakest)}。")
    said += moves(found)
    return said or [f"{name}可比指标的数据不足，暂不作判断。"]


def moves(found: pl.DataFrame) -> list[str]:
    """What clearly rises and what falls over twelve months; nothing when nothing does."""
    said = []
    for word, verb in (("rising", "呈上升趋势"), ("falling", "呈下降趋势")):
        moved = found.filter(pl.col("trend") == word)["title"].to_list()
        if moved:
            said.append(f"近12个月{verb}的有{'、'.join(moved)}。")
    return said


def _stated(row: dict[str, Any]) -> str:
    value = words.value(row["value"], catalogue()[row["key"]])
    return f"{row['title']}（{value}，{words.rank(row['rank'], row['ranked_of'])}）"
