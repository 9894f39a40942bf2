"""What 产业集群 works out, kept with the cubes in the key (see `pages.shared.caches.kept`)."""

import polars as pl

from data_sources.cubes import Cubes
from indicators import clusters, evaluation
from pages.shared.cached import series
from pages.shared.caches import kept

Codes = tuple[str, ...]


@kept(maxsize=64)
def matrix(cubes: Cubes, key: str, month: str, place_codes: Codes) -> pl.DataFrame:
    """Places by clusters (see `clusters.matrix`)."""
    return clusters.matrix(cubes, key, clusters.WINDOWS[key], month, place_codes, series)


@kept(maxsize=64)
def added(cubes: Cubes, key: str, codes: Codes) -> pl.DataFrame:
    """Several clusters by place and month (see `clusters.added`)."""
    return clusters.added(cubes, key, clusters.WINDOWS[key], codes, series)


@kept(maxsize=64)
def registered(cubes: Cubes, place_codes: Codes, codes: Codes) -> pl.DataFrame:
    """Organisations by place (see `clusters.registered`)."""
    return clusters.registered(cubes, place_codes, codes)


@kept(maxsize=64)
def occupations(cubes: Cubes, place_code: str, month: str, codes: Codes) -> pl.DataFrame:
    """One place's occupations (see `clusters.occupations`)."""
    return clusters.occupations(cubes, place_code, month, codes)


@kept(maxsize=64)
def counted(cubes: Cubes, place_code: str, month: str, codes: Codes, *, stock: bool) -> pl.DataFrame:
    """Both ladders, counted once (see `clusters.counted`)."""
    return clusters.counted(cubes, place_code, month, codes, stock=stock)


@kept(maxsize=128)
def levels(cubes: Cubes, place_code: str, month: str, which: str, codes: Codes, *, stock: bool) -> pl.DataFrame:
    """One ladder (see `clusters.levels`)."""
    return evaluation.compared(counted(cubes, place_code, month, codes, stock=stock), which)
