"""What 数据报送 works out, kept while neither the cubes nor the submissions change."""

import datetime as dt

import polars as pl

from data_sources import foreign
from data_sources import quality as lineage
from data_sources.cubes import Cubes
from data_sources.settings import settings
from pages.shared.caches import kept


@kept(maxsize=2)
def writable(cubes: Cubes) -> bool:
    """Whether anything can be filed (see `foreign.writable`)."""
    return foreign.writable(settings().url)


@kept(maxsize=16)
def cells(cubes: Cubes, months: tuple[str, ...], today: dt.date, filed: tuple[int, int]) -> pl.DataFrame:
    """Every table, place and month (see `data_sources.quality.cells`); `filed` is `lineage.state`."""
    return lineage.cells(settings().url, months, today)
