"""Organisations on a map and in a list: points coloured by role or kind, the same on screen and on paper."""

from collections.abc import Mapping
from typing import Any, Final

import polars as pl

from charts import words
from charts.map_picture import MapPicture
from charts.theme import TOKENS, Theme
from data_sources.reference import clusters
from data_sources.vocabulary import ORGANISATION_KINDS, ORGANISATION_ROLES
from geo import colours, places
from geo.marks import Point
from indicators.view import View

NO_ROLE: Final = ""
SMALL, LARGE = 2.2, 3.6


def picture(
    found: pl.DataFrame, view: View, theme: Theme, *, by: str, title: str, caption: tuple[str, ...], simulated: bool
) -> MapPicture:
    """The organisations that have a position over the places of the view; `by` is role or kind, which gives the colour.

    A column `certificates`, where there is one, makes the point's size.
    """
    rows = _grouped(found, by)
    shades = palette(by, theme)
    used = {row["group"] for row in rows}
    frame = pl.DataFrame(
        [(code, places.place(code).short_name, None, "", None) for code in view.drawn],
        schema={"place_code": pl.String, "short_name": pl.String, "value": pl.Float64, "wording": pl.String}
        | {"class_index": pl.Int64},
        orient="row",
    )
    most = max((row.get("certificates") or 0 for row in rows), default=0)
    return MapPicture(
        title=title, subtitle="", frame=frame, level=view.drawn_level, kind="plain", breaks=(), class_labels=(),
        colours=(), chosen=view.place, caption=caption, simulated=simulated,
        points=tuple(_point(row, shades[row["group"]], most) for row in rows[::-1]),
        keys=tuple((shade, _named(by, group)) for group, shade in shades.items() if group in used),
    )  # fmt: skip


def palette(by: str, theme: Theme) -> Mapping[str, str]:
    """A colour for each role or kind; who has no role is pale."""
    t, across = TOKENS[theme], colours.diverging(5, theme)
    if by == "kind":
        strong = (t.primary, across[0], t.accent, across[4])
        return dict(zip(("enterprise", "school", "training_provider", "evaluation_body"), strong, strict=True))
    return {**dict(zip(ORGANISATION_ROLES, (t.accent, t.primary, across[4], across[0]), strict=True)), NO_ROLE: t.muted}


def role(row: Mapping[str, Any]) -> str:
    """The weightiest role of an organisation; empty for none."""
    return next((name for name in ORGANISATION_ROLES if row[name]), NO_ROLE)


def listed(found: pl.DataFrame) -> pl.DataFrame:
    """`found` in words: `name`, `where`, `sort` (its kind), `cluster`, `roles` (null for none), other columns as they are."""
    rows = found.to_dicts()
    texts: dict[str, list[str | None]] = {
        "where": [filed_at(row["place_code"]) for row in rows],
        "sort": [ORGANISATION_KINDS[row["kind"]] for row in rows],
        "cluster": [clusters().get(row["cluster_code"] or "") for row in rows],
        "roles": ["、".join(label for name, label in ORGANISATION_ROLES.items() if row[name]) or None for row in rows],
    }
    return found.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in texts.items())


def filed_at(code: str) -> str:
    """The place under which something is filed; a prefecture's own are at its 市本级."""
    found = places.place(code)
    return f"{found.name}本级" if found.level == "prefecture" else found.name


def _grouped(found: pl.DataFrame, by: str) -> list[dict[str, Any]]:
    rows = found.filter(pl.col("lon").is_not_null() & pl.col("lat").is_not_null()).to_dicts()
    return [row | {"group": row["kind"] if by == "kind" else role(row)} for row in rows]


def _point(row: dict[str, Any], fill: str, most: int) -> Point:
    roles = "、".join(label for name, label in ORGANISATION_ROLES.items() if row[name])
    issued = row.get("certificates")
    told = [ORGANISATION_KINDS[row["kind"]], filed_at(row["place_code"])]
    if issued is not None:
        told.append(f"发证 {words.number(issued, 0)} 本")
    size = SMALL + 4 * (issued / most) ** 0.5 if issued is not None and most else LARGE if row["group"] else SMALL
    tooltip = {"name": row["name"], "wording": "　".join(told), "rank": roles, "change": "", "note": ""}
    return Point(lon=row["lon"], lat=row["lat"], radius=size, tooltip=tooltip, fill=fill)


def _named(by: str, group: str) -> str:
    return ORGANISATION_KINDS[group] if by == "kind" else ORGANISATION_ROLES.get(group, "其他企业和机构")
