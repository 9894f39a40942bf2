"""What 评价激励 keeps: ladders, issuers, contests and institutions of a place, with the cubes in the key."""

import polars as pl

from data_sources.cubes import Cubes
from indicators import evaluation
from pages.shared.caches import kept


@kept(maxsize=128)
def ladder(cubes: Cubes, place_code: str, span: tuple[str, str], which: str, stock: bool) -> pl.DataFrame:
    """One ladder (see `evaluation.ladder`)."""
    return evaluation.ladder(cubes, place_code, span, which, stock=stock)


@kept(maxsize=64)
def issuers(cubes: Cubes, place_code: str, span: tuple[str, str]) -> pl.DataFrame:
    """Who issued certificates (see `evaluation.issuers`)."""
    return evaluation.issuers(cubes, place_code, span)


@kept(maxsize=64)
def contests(cubes: Cubes, place_code: str, span: tuple[str, str]) -> pl.DataFrame:
    """Contests and awards (see `evaluation.contests`)."""
    return evaluation.contests(cubes, place_code, span)


@kept(maxsize=32)
def institutions(cubes: Cubes, place_codes: tuple[str, ...], month: str) -> pl.DataFrame:
    """Institutions by place (see `evaluation.institutions`)."""
    return evaluation.institutions(cubes, place_codes, month)
