"""Training bases on the map, their circle, the seats within reach and the next sites; and one base month by month."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import plotly.graph_objects as go
import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.organisations import filed_at
from charts.theme import TOKENS, Theme, figure, layout
from data_sources.vocabulary import BASE_KINDS
from geo import classes, colours, places
from geo.marks import Point, Shape
from indicators.view import View

SHAPES: Final[Mapping[str, Shape]] = dict(
    zip(BASE_KINDS, ("circle", "square", "triangle", "diamond", "star"), strict=True)
)
UNKNOWN: Final[Mapping[Theme, str]] = {"light": "#c3ccd4", "dark": "#56646f"}
"""The colour of a base whose use is not known."""
FEW: Final = 60
SIZES: Final = ((2.6, 6.0), (4.0, 9.0))
"""Radius of a base without seats and what the most seats add, among many bases and among few."""
SITE: Final = 7.0
SHARES: Final = (0.5, 0.7, 0.9, 1.0)
SHARE_LABELS: Final = ("不足50%", "50%～70%", "70%～90%", "90%～100%", "全部")
NOBODY: Final = "没有人口数"

Told = tuple[str, tuple[str, ...], bool]
"""The title of a map, the lines of its caption, and whether it bears the mark of simulated data."""


def shades(theme: Theme) -> tuple[str, ...]:
    """Five colours of points, low to high: without the palest, which would be lost on land."""
    return colours.sequential(7, theme)[2:]


def picture(found: pl.DataFrame, view: View, theme: Theme, told: Told, *, chosen: str = "") -> MapPicture:
    """Bases in use (see `bases.listed`) inside the province: shape = kind, size = seats, colour = person-times a seat."""
    shown = found.filter(pl.col("spot") == "inside", ~pl.col("closed"))
    rows = shown.sort("seats", "base_code", descending=[True, False]).to_dicts()
    cuts = classes.breaks(shown["use"])
    palette = shades(theme)[-(len(cuts) + 1) :]
    fills = [UNKNOWN[theme] if i is None else palette[i] for i in classes.classify(shown["use"], cuts)]
    by_code = dict(zip(shown["base_code"], fills, strict=True))
    most = max((row["seats"] for row in rows), default=0)
    points = [_point(row, by_code[row["base_code"]], most, len(rows) <= FEW) for row in rows]
    kinds = [kind for kind in BASE_KINDS if kind in set(shown["kind"])]
    return _map(
        _plain(view.drawn), view, told, kind="plain", keys=_keys(shown, cuts, palette, theme),
        shapes=tuple((SHAPES[kind], BASE_KINDS[kind]) for kind in kinds),
        points=_with_chosen(points, chosen, TOKENS[theme].accent),
    )  # fmt: skip


def circle(found: pl.DataFrame, held: pl.DataFrame, view: View, theme: Theme, told: Told) -> MapPicture:
    """The share of each place's residents within reach (see `reach.rolled`), and the bases as small marks."""
    t = TOKENS[theme]
    small = [Point(row["lon"], row["lat"], 1.6, _tooltip("", ""), t.ink) for row in held.iter_rows(named=True)]
    wording = [_shared(row) for row in found.to_dicts()]
    frame = _classed(found, "residents_share", SHARES, wording, [_percent(v) for v in found["residents_share"]])
    return _map(
        frame, view, told, kind="choropleth", class_labels=SHARE_LABELS, colours=colours.sequential(5, theme),
        unit="圈内常住人口占比", points=tuple(small), keys=((t.ink, "在用实训基地"),), missing_label=NOBODY,
    )  # fmt: skip


def seats(found: pl.DataFrame, view: View, theme: Theme, told: Told) -> MapPicture:
    """Seats within reach per 1,000 digital workers (see `reach.rolled_access`)."""
    cuts = classes.breaks(found["access"])
    rows = found.to_dicts()
    wording = [_bare(r) if (v := r["access"]) is None else f"可达工位 {words.number(v, 1)} 个/千人" for r in rows]
    label = [_bare(r) if (v := r["access"]) is None else words.number(v, 1) for r in rows]
    frame = _classed(found, "access", cuts, wording, label)
    return _map(
        frame, view, told, kind="choropleth", class_labels=classes.class_labels(cuts, words.exact),
        colours=colours.sequential(len(cuts) + 1, theme), unit="可达工位（个/千名数字技能人才）",
    )  # fmt: skip


def planned(found: pl.DataFrame, sites: pl.DataFrame, view: View, theme: Theme, told: Told) -> MapPicture:
    """What is within reach now, and the next sites (see `siting.next_bases`) with their rank."""
    drawn = circle(found, sites.clear(), view, theme, told)
    stars = tuple(_site(row, TOKENS[theme].accent) for row in sites.to_dicts())
    return _map(
        drawn.frame, view, told, kind="choropleth", class_labels=SHARE_LABELS, colours=drawn.colours,
        unit="现在圈内常住人口占比", points=stars, shapes=(("star", "建议新建，数字为位次"),), missing_label=NOBODY,
    )  # fmt: skip


def months(history: pl.DataFrame, theme: Theme) -> go.Figure:
    """One base's person-times by month (see `bases.history`); a month that was not filed is a gap."""
    t = TOKENS[theme]
    bars = {
        "type": "bar", "x": [f"{m}-01" for m in history["month"]], "y": history["person_times"].to_list(),
        "marker": {"color": t.primary}, "hovertemplate": "%{x|%Y年%-m月}<br>%{y:,} 人次<extra></extra>",
    }  # fmt: skip
    looks = layout(
        theme, height=200, margin={"l": 8, "r": 8, "t": 8, "b": 24}, bargap=0.25,
        xaxis={"type": "date", "tickformat": "%Y-%m", "nticks": 6, "showgrid": False, "fixedrange": True},
        yaxis={"rangemode": "tozero", "nticks": 4, "automargin": True, "fixedrange": True, "tickformat": ",d"},
    )  # fmt: skip
    return figure([bars], looks)


def _map(frame: pl.DataFrame, view: View, told: Told, **given: Any) -> MapPicture:
    title, caption, simulated = told
    usual: dict[str, Any] = {"subtitle": "", "breaks": (), "class_labels": (), "colours": ()}
    return MapPicture(
        title=title, frame=frame, level=view.drawn_level, chosen=view.place, caption=caption, simulated=simulated,
        **{**usual, **given},
    )  # fmt: skip


def _plain(codes: Sequence[str]) -> pl.DataFrame:
    bare = pl.DataFrame({"place_code": list(codes)}).with_columns(value=pl.lit(None, pl.Float64))
    return _classed(bare, "value", (), [""] * len(codes), [""] * len(codes))


def _classed(
    found: pl.DataFrame, column: str, cuts: Sequence[float], wording: Sequence[str], label: Sequence[str]
) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "place_code": found["place_code"],
            "short_name": [places.place(code).short_name for code in found["place_code"]],
            "value": found[column],
            "wording": wording,
            "label": label,
            "class_index": classes.classify(found[column], cuts),
        },
        schema_overrides={"class_index": pl.Int64, "wording": pl.String, "label": pl.String},
    )


def _point(row: dict[str, Any], fill: str, most: int, few: bool) -> Point:
    least, more = SIZES[few]
    radius = least + more * (row["seats"] / most) ** 0.5 if most else least
    missing = "培训缺报" if row["open"] else "培训数不对您开放"
    use = missing if row["person_times"] is None else f"培训 {row['person_times']:,} 人次"
    use += f"，每工位 {words.number(row['use'], 2)} 人次" if row["use"] is not None else ""
    what = f"{BASE_KINDS[row['kind']]}　{filed_at(row['place_code'])}　{row['seats']:,} 个工位"
    tooltip = _tooltip(row["name"], what) | {"rank": use}
    return Point(row["lon"], row["lat"], radius, tooltip, fill, shape=SHAPES[row["kind"]], key=row["base_code"])


def _with_chosen(points: Sequence[Point], chosen: str, accent: str) -> tuple[Point, ...]:
    """The points, the chosen one last and on a disc of the accent's colour."""
    rest = [p for p in points if p.key != chosen]
    ours = [p for p in points if p.key == chosen]
    rings = [Point(p.lon, p.lat, p.radius + 4, p.tooltip, accent, key=p.key) for p in ours]
    return (*rest, *rings, *ours)


def _keys(
    shown: pl.DataFrame, cuts: Sequence[float], palette: Sequence[str], theme: Theme
) -> tuple[tuple[str, str], ...]:
    """What the colours of the points mean; nothing where no base has a use."""
    keys = []
    if shown["use"].drop_nulls().len():
        labels = classes.class_labels(cuts, words.exact)
        told = [f"{label} 人次/工位" for label in labels] if cuts else ["已报送使用人次"]
        keys = list(zip(palette, told, strict=True))
    if shown["use"].null_count():
        keys.append((UNKNOWN[theme], "缺报、不开放或没有工位"))
    return tuple(keys)


def _site(row: dict[str, Any], accent: str) -> Point:
    tooltip = _tooltip(
        f"建议 {row['rank']}：{places.place(row['place_code']).name}", f"新增 {words.number(row['gain'], 0)} 人"
    )
    return Point(
        row["lon"], row["lat"], SITE, tooltip, accent, label=str(row["rank"]), shape="star", key=str(row["rank"])
    )


def _shared(row: dict[str, Any]) -> str:
    if row["residents_share"] is None:
        return NOBODY
    workers = _bare(row) if row["workers_share"] is None else _percent(row["workers_share"])
    return f"圈内常住人口 {_percent(row['residents_share'])}，数字技能人才 {workers}"


def _bare(row: dict[str, Any]) -> str:
    """What stands for workers that are not there."""
    return words.WITHHELD if row.get("withheld") else words.MISSING


def _percent(share: float | None) -> str:
    """Not rounded up to all: 99.96 % is 99.9 %."""
    if share is None:
        return ""
    return "100%" if share == 1 else f"{words.number(min(100 * share, 99.9), 1)}%"


def _tooltip(name: str, wording: str) -> dict[str, str]:
    return {"name": name, "wording": wording, "rank": "", "change": "", "note": ""}
