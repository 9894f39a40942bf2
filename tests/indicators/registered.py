"""A register of training bases made by hand, as `reading.register` gives it."""

from typing import Any

import polars as pl

TYPES = {
    **dict.fromkeys(("base_code", "name", "kind", "cluster_code", "place_code"), pl.String),
    **dict.fromkeys(("lon", "lat"), pl.Float64),
    "seats": pl.Int64,
    **dict.fromkeys(("opened_month", "closed_month"), pl.String),
}
TONGLU_TOWN, CHUNAN_TOWN, SHANGHAI = (119.69, 29.80), (119.04, 29.61), (121.47, 31.23)
"""Spots in 桐庐县 and 淳安县, and one outside the province."""


def base(code: str, at: tuple[float, float] | None = TONGLU_TOWN, **given: Any) -> dict[str, Any]:
    """A base of 桐庐县 with 100 seats, in use since 2020."""
    lon, lat = at or (None, None)
    usual = {"base_code": code, "name": f"基地{code}", "kind": "public_training", "cluster_code": None,
             "place_code": "330122", "lon": lon, "lat": lat, "seats": 100, "opened_month": "2020-01",
             "closed_month": None}  # fmt: skip
    return usual | given


def register(*rows: dict[str, Any]) -> pl.DataFrame:
    """The rows as a register."""
    return pl.DataFrame(list(rows), schema=TYPES, orient="row")
