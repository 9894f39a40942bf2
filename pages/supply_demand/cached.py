"""What 供需与流动 works out, kept with the cubes in the key (see `pages.shared.caches.kept`)."""

import plotly.graph_objects as go
import polars as pl

from charts import flows as flow_pictures
from charts import supply_demand as figures
from charts.map_picture import MapPicture
from charts.theme import Theme
from data_sources.cubes import Cubes
from indicators import flows, measures, projection, supply
from indicators.catalogue import Window, catalogue
from indicators.projection import Outlook
from pages.shared.cached import series
from pages.shared.caches import kept

Codes = tuple[str, ...]


@kept(maxsize=64)
def cells(cubes: Cubes, window: Window, month: str, codes: Codes, cluster: str | None) -> pl.DataFrame:
    """Supply and demand by place and occupation (see `supply.cells`)."""
    return supply.cells(cubes, window, month, codes, cluster=cluster)


@kept(maxsize=64)
def shortage(cubes: Cubes, window: Window, month: str, place_code: str, cluster: str | None) -> pl.DataFrame:
    """What one place is short of (see `supply.shortage`)."""
    return supply.shortage(cubes, window, month, place_code, cluster=cluster)


@kept(maxsize=64)
def in_training(cubes: Cubes, place_code: str, cluster: str | None) -> pl.DataFrame:
    """Courses under way (see `supply.in_training`)."""
    return supply.in_training(cubes, place_code, cluster=cluster)


@kept(maxsize=64)
def due(cubes: Cubes, month: str, codes: Codes, cluster: str | None) -> pl.DataFrame:
    """Certificates to come (see `supply.due`)."""
    return supply.due(cubes, month, codes, cluster=cluster)


@kept(maxsize=64)
def pairs(cubes: Cubes, window: Window, month: str, codes: Codes, cluster: str | None) -> pl.DataFrame:
    """Flows between places (see `flows.between`)."""
    return flows.between(cubes, window, month, codes, cluster=cluster)


@kept(maxsize=64)
def balance(cubes: Cubes, window: Window, month: str, codes: Codes, cluster: str | None) -> pl.DataFrame:
    """What the places gained and lost (see `flows.balance`)."""
    return flows.balance(cubes, window, month, codes, cluster=cluster)


Asked = tuple[Window, str, Codes, str | None]
"""Window, month, drawn places and cluster."""
Words = tuple[str, tuple[str, ...]]
"""A title and the lines of a caption."""


@kept(maxsize=64)
def arcs(cubes: Cubes, found: Asked, theme: Theme, most: int, chosen: str, words: Words) -> MapPicture:
    """The map of flows."""
    title, caption = words
    return flow_pictures.picture(
        pairs(cubes, *found), balance(cubes, *found), theme, most=most, chosen=chosen, title=title, caption=caption,
        simulated=cubes.simulated(frozenset({"employment"})),
    )  # fmt: skip


@kept(maxsize=64)
def outlook(cubes: Cubes, key: str, place_code: str, month: str) -> Outlook | None:
    """Where a monthly indicator of a place goes, as seen at the end of a month (see `projection.outlook`)."""
    return projection.outlook(history(cubes, key, place_code, month))


def history(cubes: Cubes, key: str, place_code: str, month: str) -> pl.DataFrame:
    """A place's months of an indicator up to one month: `month`, `value`."""
    known = measures.history(series(cubes, key, "month"), place_code).filter(pl.col("month") <= month)
    return known.select("month", "value")


@kept(maxsize=64)
def road(cubes: Cubes, key: str, place_code: str, month: str, target: float | None, theme: Theme) -> go.Figure:
    """The picture of the road to a target."""
    done = history(cubes, key, place_code, month).select("month", total=pl.col("value").cum_sum())
    return figures.road(done, outlook(cubes, key, place_code, month), target, catalogue()[key], theme)


@kept(maxsize=64)
def gap_figure(
    cubes: Cubes, asked: Asked, names: tuple[tuple[str, str], ...], theme: Theme, ratio: bool, narrow: bool
) -> go.Figure:
    """The picture of gaps for these occupations (code and name)."""
    window, month, codes, cluster = asked
    found = cells(cubes, window, month, codes, cluster)
    return figures.gaps(found, dict(names), theme, ratio=ratio, narrow=narrow)
