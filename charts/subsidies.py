"""Pictures of subsidy money: plan and payments by fund, from fund to kind to cluster, by payee, month by month."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.figures import crossed
from charts.theme import TOKENS, Theme, figure, layout
from data_sources.reference import clusters
from data_sources.vocabulary import BASE_KINDS, FUNDS, ORGANISATION_KINDS, SUBSIDY_KINDS
from geo import colours

PER_10K = 1_000_000
"""Fen in 万元."""


def wan(fen: int | float | None) -> str:
    """An amount in 万元 with one decimal: `1,234.5 万元`; “—” when there is none."""
    return words.NO_VALUE if fen is None else f"{words.number(fen / PER_10K, 1)} 万元"


def balance(fen: int | float | None) -> tuple[str, str]:
    """What is left of a plan, and its size: 结余 or, below zero as it is printed, 超支."""
    below = fen is not None and words.rounded(fen / PER_10K, 1) < 0
    return ("超支" if below else "结余", wan(None if fen is None else abs(fen)))


def execution(funds: pl.DataFrame, theme: Theme, *, pace: float) -> go.Figure:
    """Each fund's share of its plan that is paid, against the share of the year that has passed (`pace`, percent)."""
    t = TOKENS[theme]
    rows = funds.filter(pl.col("execution").is_not_null()).to_dicts()[::-1]
    most = max([*(r["execution"] for r in rows), pace, 1])
    bars = {
        "type": "bar", "orientation": "h", "y": [FUNDS[r["fund"]] for r in rows], "x": [r["execution"] for r in rows],
        "marker": {"color": t.primary}, "text": [f"{words.number(r['execution'], 1)}%" for r in rows],
        "textposition": ["inside" if crossed(r["execution"], pace, most / 5) else "outside" for r in rows],
        "insidetextfont": {"size": 12, "color": colours.ink(t.primary)}, "textangle": 0, "constraintext": "none",
        "outsidetextfont": {"size": 12, "color": t.muted}, "cliponaxis": False,
        "customdata": [f"预算 {wan(r['budget'])}<br>已支出 {wan(r['paid'])}<br>{' '.join(balance(r['balance']))}" for r in rows],
        "hovertemplate": "%{y}<br>%{customdata}<extra></extra>",
    }  # fmt: skip
    line = {"type": "line", "x0": pace, "x1": pace, "y0": 0, "y1": 1, "yref": "y domain",
            "line": {"color": t.accent, "width": 1.5, "dash": "dot"}}  # fmt: skip
    note = {"x": pace, "y": 1, "yref": "y domain", "yanchor": "bottom", "text": f"时间进度 {words.number(pace, 1)}%",
            "showarrow": False, "font": {"size": 11, "color": t.accent}}  # fmt: skip
    looks = layout(
        theme, height=max(140, 34 * len(rows) + 50), bargap=0.35, margin={"l": 8, "r": 8, "t": 24, "b": 8},
        xaxis={"visible": False, "range": [0, most * 1.2], "fixedrange": True}, shapes=[line], annotations=[note],
        yaxis={"fixedrange": True, "showgrid": False, "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([bars], looks)


def names(by: str) -> Mapping[str, str]:
    """What the codes of a breakdown are called; '' is where the payments do not say."""
    return {
        "fund": FUNDS,
        "kind": SUBSIDY_KINDS,
        "cluster": {**clusters(), "": "未填产业集群"},
        "payee": {"person": "个人", **ORGANISATION_KINDS, "": "未登记机构"},
        "base": {**BASE_KINDS, "": "不在基地"},
    }[by]


def sankey(flows: pl.DataFrame, onward: pl.DataFrame, theme: Theme, *, narrow: bool = False) -> go.Figure:
    """From fund to kind of subsidy to cluster; the width is the amount. On a `narrow` screen there is room for names."""
    t = TOKENS[theme]
    steps = (("fund", "kind", flows.rename({"fund": "from", "kind": "to"})),
             ("kind", "cluster", onward.rename({"kind": "from", "cluster_code": "to"})))  # fmt: skip
    sums = {**_sums("fund", flows["fund"], flows), **_sums("kind", flows["kind"], flows),
            **_sums("cluster", onward["cluster_code"], onward)}  # fmt: skip
    at = {node: i for i, node in enumerate(sums)}
    funds = [code for by, code in sums if by == "fund"]
    shades = dict(zip(funds, colours.sequential(len(funds) + 1, theme)[1:], strict=True))  # the lightest would be lost
    rows = [(one, other, row) for one, other, frame in steps for row in frame.to_dicts()]
    links: dict[str, Any] = {
        "source": [at[one, r["from"]] for one, _, r in rows],
        "target": [at[other, r["to"]] for _, other, r in rows],
        "value": [r["amount"] / PER_10K for _, _, r in rows],
        "color": [_faded(shades.get(r["from"], t.muted), 0.45 if one == "fund" else 0.22) for one, _, r in rows],
        "customdata": [
            f"{names(one)[r['from']]} → {names(other)[r['to']]}<br>{wan(r['amount'])}　{r['payments']:,} 笔"
            for one, other, r in rows
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }
    nodes: dict[str, Any] = {
        "label": [names(by)[code] if narrow else f"{names(by)[code]} {wan(amount)}" for (by, code), amount in sums.items()],
        "color": [shades[code] if by == "fund" else t.muted for by, code in sums],
        "pad": 16, "thickness": 14, "line": {"color": t.line, "width": 0.5},
        "customdata": [f"{names(by)[code]}<br>{wan(amount)}" for (by, code), amount in sums.items()],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    picture = {
        "type": "sankey",
        "node": nodes,
        "link": links,
        "textfont": {"size": 10 if narrow else 12, "color": t.ink},
    }
    return figure([picture], layout(theme, height=640))


def breakdown(found: pl.DataFrame, by: str, theme: Theme, *, narrow: bool = False) -> go.Figure:
    """What is paid, told apart by one thing, most first, as bars with amount and share."""
    rows = found.to_dicts()[::-1]
    labels = [f"{wan(r['amount'])}　{words.number(r['share'], 1)}%" for r in rows]
    values = [r["amount"] / PER_10K for r in rows]
    t = TOKENS[theme]
    bars = {
        "type": "bar", "orientation": "h", "y": [names(by)[r["code"]] for r in rows], "x": values,
        "marker": {"color": t.primary}, "text": labels, "textposition": "outside", "cliponaxis": False,
        "textfont": {"size": 12, "color": t.muted}, "customdata": [_paid(r["payments"], r["person_times"]) for r in rows],
        "hovertemplate": "%{y}<br>%{text}<br>%{customdata}<extra></extra>",
    }  # fmt: skip
    looks = layout(
        theme, height=max(140, 28 * len(rows) + 30), bargap=0.35, margin={"l": 8, "r": 8, "t": 8, "b": 8},
        xaxis={"visible": False, "range": [0, max([*values, 1]) * (2.3 if narrow else 1.45)], "fixedrange": True},
        yaxis={"fixedrange": True, "showgrid": False, "automargin": True, "tickfont": {"size": 12, "color": t.ink}},
    )  # fmt: skip
    return figure([bars], looks)


def rhythm(history: pl.DataFrame, month: str, theme: Theme, *, narrow: bool = False) -> go.Figure:
    """Payments by month (`month`, `value` in 万元), this year as bars and last year as a line; a missing month is a gap.

    On a narrow screen every other month is named.
    """
    t = TOKENS[theme]
    held = dict(history.select("month", "value").iter_rows())
    year = int(month[:4])
    labels = [f"{n}月" for n in range(1, 13)]
    now = [held.get(f"{year}-{n:02d}") if f"{year}-{n:02d}" <= month else None for n in range(1, 13)]
    then = [held.get(f"{year - 1}-{n:02d}") for n in range(1, 13)]
    told = "%{fullData.name}%{x}　%{y:,.1f} 万元<extra></extra>"
    bars = {
        "type": "bar",
        "x": labels,
        "y": now,
        "name": f"{year}年",
        "marker": {"color": t.primary},
        "hovertemplate": told,
    }
    line = {"type": "scatter", "mode": "lines+markers", "x": labels, "y": then, "name": f"{year - 1}年",
            "line": {"color": t.accent, "width": 2}, "hovertemplate": told}  # fmt: skip
    looks = layout(
        theme, height=260, showlegend=True, legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"},
        margin={"l": 8, "r": 8, "t": 30, "b": 24},
        xaxis={"showgrid": False, "fixedrange": True, "type": "category", "tickangle": 0, "dtick": 2 if narrow else 1},
        yaxis={"rangemode": "tozero", "fixedrange": True, "nticks": 5, "automargin": True, "tickformat": ","},
    )  # fmt: skip
    return figure([bars, line], looks)


def _sums(by: str, codes: pl.Series, frame: pl.DataFrame) -> dict[tuple[str, str], int]:
    """Money through each node of one column of the picture, in the order of the names."""
    known = dict(zip(codes, [0] * len(codes), strict=True))
    for code, amount in zip(codes, frame["amount"], strict=True):
        known[code] += amount
    return {(by, code): known[code] for code in names(by) if code in known}


def _faded(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def _paid(payments: int, person_times: int | None) -> str:
    people = f"{words.number(person_times, 0)} 人次" if person_times is not None else f"人次{words.WITHHELD}"
    return f"{payments:,} 笔　{people}"
