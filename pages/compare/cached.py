"""What 对比 keeps between runs."""

import polars as pl

from data_sources.cubes import Cubes
from indicators import compare
from indicators.catalogue import Window, catalogue
from pages.shared.cached import series
from pages.shared.caches import kept


@kept(maxsize=128)
def averages(cubes: Cubes, key: str, window: Window, place_codes: tuple[str, ...]) -> pl.DataFrame:
    """The average of these places by month (see `compare.averages`)."""
    return compare.averages(series(cubes, key, window), place_codes, catalogue()[key])
