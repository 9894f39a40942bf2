"""What 区域画像 keeps between runs."""

import polars as pl

from data_sources import reading
from data_sources.cubes import Cubes
from data_sources.settings import settings
from geo import places
from indicators import profile
from indicators.catalogue import catalogue
from pages.shared.cached import series
from pages.shared.caches import kept


@kept(maxsize=64)
def organisations(cubes: Cubes, place_codes: tuple[str, ...]) -> pl.DataFrame:
    """The enterprises and other bodies of these places (see `reading.organisations`)."""
    return reading.organisations(settings().url, place_codes)


@kept(maxsize=16)
def apart(cubes: Cubes, month: str) -> pl.DataFrame:
    """How far the prefectures lie apart (see `profile.apart`)."""
    codes = tuple(p.code for p in places.prefectures())
    return profile.apart(cubes, catalogue(), codes, month, series)
