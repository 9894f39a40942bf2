"""Flows of people between places as arcs on a map: where they begin and end, how wide they are, what the places gained."""

from collections.abc import Iterable
from typing import Final

import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.theme import TOKENS, Theme
from data_sources.cubes import OWN_SUFFIX
from geo import boundaries, colours, edge, places
from geo.marks import Arc, Point

WIDEST: Final = 8.0
EDGE: Final = "外省和图外的市按所在方位排在图边，不表示实际位置；市本级不属于任何县，也排在图边"
_NAMES: Final = {each.code: each.short_name for each in places.origins()}


def name(node: str) -> str:
    """A node on screen: 余杭区, 安徽, 杭州市本级."""
    if node in _NAMES:
        return _NAMES[node]
    own = node.endswith(OWN_SUFFIX)
    return places.place(node.removesuffix(OWN_SUFFIX)).name + ("本级" if own else "")


def picture(
    pairs: pl.DataFrame, balance: pl.DataFrame, theme: Theme, *, most: int, chosen: str, title: str, caption: tuple[str, ...],
    simulated: bool,
) -> MapPicture:  # fmt: skip
    """The places by what they gained or lost, under the largest `most` flows; with only its own for a chosen place."""
    t = TOKENS[theme]
    codes = tuple(balance["place_code"])
    shown = of_place(pairs, chosen, codes).head(most)
    frame, labels = _classed(balance)
    spots = _spots(shown, codes)
    widest = shown["people"].max()
    largest = float(widest) if isinstance(widest, int) else 1.0
    arcs = [
        _arc(row, spots, largest, t.primary if row["origin"].startswith("33") else t.accent) for row in shown.to_dicts()
    ]
    ends = {end for row in shown.to_dicts() for end in (row["origin"], row["destination"])}
    return MapPicture(
        title=title, subtitle=EDGE, frame=frame,
        level="prefecture" if places.place(codes[0]).level == "prefecture" else "county",
        kind="choropleth", breaks=(), class_labels=labels, colours=colours.diverging(5, theme), chosen=chosen, caption=caption,
        simulated=simulated, unit="省内净流入（人次）", arcs=tuple(arcs[::-1]),
        points=tuple(_point(code, spots[code], t.muted) for code in sorted(ends - set(codes))),
        keys=((t.primary, "省内流动"), (t.accent, "外省流入")),
    )  # fmt: skip


def of_place(pairs: pl.DataFrame, chosen: str, codes: Iterable[str]) -> pl.DataFrame:
    """The pairs of a chosen place that is drawn; else all."""
    if chosen not in set(codes):
        return pairs
    return pairs.filter((pl.col("origin") == chosen) | (pl.col("destination") == chosen))


def _classed(balance: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The map's frame, and the labels of five classes around zero."""
    most = balance["net"].abs().max()
    step = max(2, _rounded(float(most) / 3)) if isinstance(most, int) else 2  # nothing lies below 1
    net = pl.col("net")
    index = (
        pl.when(net <= -step).then(0).when(net < 0).then(1).when(net == 0).then(2).when(net < step).then(3)
        .when(net >= step).then(4)
    )  # fmt: skip
    nets = balance.select("net", "onward_withheld").rows()
    frame = balance.select(
        "place_code",
        short_name=pl.Series([places.place(code).short_name for code in balance["place_code"]], dtype=pl.String),
        value=net.cast(pl.Float64),
        class_index=index.cast(pl.Int64),
        wording=pl.Series([_gained(*row) for row in nets], dtype=pl.String),
        label=pl.Series([_signed(*row) for row in nets], dtype=pl.String),
    )
    labels = (f"净流出 {step:,} 以上", f"净流出不足 {step:,}", "持平", f"净流入不足 {step:,}", f"净流入 {step:,} 以上")
    return frame, labels


def _rounded(value: float) -> int:
    """One leading digit."""
    size = int(10 ** (len(str(int(value))) - 1))
    return max(1, round(value / size) * size)


def _signed(net: int | None, withheld: bool) -> str:
    if net is None:
        return words.WITHHELD if withheld else ""
    return f"{'+' if net > 0 else '−' if net < 0 else ''}{abs(net):,}"


def _gained(net: int | None, withheld: bool) -> str:
    if net is None:
        return words.WITHHELD if withheld else words.MISSING
    return f"省内净流{'入' if net > 0 else '出'} {abs(net):,} 人次" if net else "省内流入流出相等"


def _spots(shown: pl.DataFrame, codes: tuple[str, ...]) -> dict[str, tuple[float, float]]:
    ends = sorted({*shown["origin"], *shown["destination"]})
    held = boundaries.label_spots(places.place(codes[0]).level)
    spots = {code: (held[code].lon, held[code].lat) for code in codes}
    beyond = {code.removesuffix(OWN_SUFFIX): code for code in ends if code not in spots}
    return spots | {beyond[code]: spot for code, spot in edge.spots(tuple(beyond), boundaries.bounds(codes)).items()}


def _arc(row: dict[str, object], spots: dict[str, tuple[float, float]], largest: float, colour: str) -> Arc:
    people, origin, destination = int(str(row["people"])), str(row["origin"]), str(row["destination"])
    tooltip = {"name": f"{name(origin)} → {name(destination)}", "wording": f"{people:,} 人次", "rank": "", "change": "",
               "note": ""}  # fmt: skip
    width = max(0.8, WIDEST * people / largest)
    return Arc(start=spots[origin], end=spots[destination], width=width, colour=colour, tooltip=tooltip)


def _point(code: str, spot: tuple[float, float], colour: str) -> Point:
    """What has no place on the map, with its name: another province, a prefecture beyond, 市本级."""
    tooltip = {"name": name(code), "wording": "", "rank": "", "change": "", "note": ""}
    own = code.endswith(OWN_SUFFIX)
    label = f"{places.place(code.removesuffix(OWN_SUFFIX)).short_name}本级" if own else name(code)
    return Point(lon=spot[0], lat=spot[1], radius=4, tooltip=tooltip, fill=colour, label=label)
