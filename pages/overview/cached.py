"""What 总览 keeps between runs."""

import polars as pl

from data_sources.cubes import Cubes
from indicators import oversight
from indicators.catalogue import catalogue
from pages.shared.cached import series
from pages.shared.caches import kept


@kept(maxsize=64)
def judged(cubes: Cubes, level: oversight.Level, month: str) -> pl.DataFrame:
    """Every place of a level on everything that can be judged (see `oversight.judged`)."""
    return oversight.judged(cubes, catalogue(), level, month, series)
