"""A place on a small map of its own, with its training bases and enterprises as points; and who is beside it."""

from collections.abc import Iterable
from typing import Any, Final

import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.theme import TOKENS, Theme
from data_sources.vocabulary import BASE_KINDS, ORGANISATION_KINDS
from geo import boundaries, places
from geo.marks import Point

BASES: Final = "实训基地（点越大工位越多）"
BODIES: Final = "企业和机构"
SMALL: Final = 2.2
ROLE_NAMES: Final = {
    "chain_leader": "链主",
    "integration_enterprise": "产教融合型",
    "evaluation_body": "社会评价机构",
    "dual_certificate_pilot": "一试双证试点",
}


def beside(place_code: str) -> tuple[str, ...]:
    """The counties that a county borders on; a prefecture's counties, the province's prefectures."""
    if places.place(place_code).level == "county":
        return boundaries.neighbours(place_code)
    return tuple(p.code for p in places.children(place_code))


def picture(place_code: str, bases: pl.DataFrame, bodies: pl.DataFrame, theme: Theme, *, title: str,
            caption: tuple[str, ...], simulated: bool) -> MapPicture:  # fmt: skip
    """`bases` as in `reading.bases`, `bodies` as in `reading.organisations`; who has no position is left out."""
    t, codes = TOKENS[theme], tuple(p.code for p in places.children(place_code)) or (place_code,)
    short = [places.place(code).short_name for code in codes]
    frame = pl.DataFrame({"place_code": codes, "short_name": short}).with_columns(
        value=pl.lit(None, pl.Float64), wording=pl.lit(""), class_index=pl.lit(None, pl.Int64)
    )
    located = bodies.filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null())
    keys = [(t.primary, BODIES)] * bool(located.height) + [(t.accent, BASES)] * bool(bases.height)
    return MapPicture(
        title=title,
        subtitle="",
        frame=frame,
        level="county" if places.place(codes[0]).level == "county" else "prefecture",
        kind="plain",
        breaks=(),
        class_labels=(),
        colours=(),
        chosen=place_code,
        caption=caption,
        simulated=simulated,
        points=(*_bodies(located.to_dicts(), t.primary), *_bases(bases, t.accent)),
        keys=tuple(keys),
    )


def roles(row: dict[str, Any]) -> str:
    """The roles of an enterprise or body in words; empty when it has none."""
    return "、".join(name for role, name in ROLE_NAMES.items() if row[role])


def _bodies(rows: Iterable[dict[str, Any]], colour: str) -> Iterable[Point]:
    for row in rows:
        what = "　".join(filter(None, (ORGANISATION_KINDS.get(row["kind"], row["kind"]), roles(row))))
        yield Point(row["lon"], row["lat"], SMALL, _tooltip(row["name"], what), colour)


def _bases(bases: pl.DataFrame, colour: str) -> Iterable[Point]:
    most = max((seats for seats in bases["seats"] if seats), default=1)
    for row in bases.iter_rows(named=True):
        what = f"{BASE_KINDS.get(row['kind'], row['kind'])}　{words.number(row['seats'], 0)} 个工位"
        yield Point(row["lon"], row["lat"], 3 + 5 * (row["seats"] / most) ** 0.5, _tooltip(row["name"], what), colour)


def _tooltip(name: str, wording: str) -> dict[str, str]:
    return {"name": name, "wording": wording, "rank": "", "change": "", "note": ""}
