"""What 补贴资金 keeps, with the cubes in every key (see `caches.kept`)."""

import polars as pl

from data_sources import payments as lists
from data_sources.cubes import Cubes
from data_sources.payments import Asked
from data_sources.settings import settings
from indicators import payment_checks, subsidies
from indicators import transfer as transfers
from indicators.transfer import Terms
from pages.shared.caches import kept


@kept(maxsize=128)
def breakdown(cubes: Cubes, place_code: str, month: str, by: str) -> pl.DataFrame:
    """Payments told apart by one thing (see `subsidies.breakdown`)."""
    return subsidies.breakdown(cubes, place_code, month, by)


@kept(maxsize=128)
def funds(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """Each fund's plan, payments and balance (see `subsidies.by_fund`)."""
    return subsidies.by_fund(cubes, place_code, month)


@kept(maxsize=128)
def flows(cubes: Cubes, place_code: str, month: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """From fund to kind, and from kind to cluster."""
    return subsidies.flows(cubes, place_code, month), subsidies.onward(cubes, place_code, month)


@kept(maxsize=64)
def named(cubes: Cubes, allowed: tuple[tuple[str, int], ...], month: str) -> pl.DataFrame:
    """Payments of the year that the rules name (see `payment_checks.found`)."""
    return payment_checks.found(cubes, dict(allowed), f"{month[:4]}-01", month)


@kept(maxsize=128)
def named_places(
    cubes: Cubes, allowed: tuple[tuple[str, int], ...], month: str, codes: tuple[str, ...], unfiled: frozenset[str]
) -> pl.DataFrame:
    """How many of them there are in each place (see `payment_checks.by_place`)."""
    return payment_checks.by_place(named(cubes, allowed, month), codes, unfiled)


@kept(maxsize=64)
def payments(cubes: Cubes, asked: Asked, page: int) -> pl.DataFrame:
    """One page of single payments (see `data_sources.payments`)."""
    return lists.payments(settings().url, asked, page=page)


@kept(maxsize=64)
def scores(cubes: Cubes, codes: tuple[str, ...], month: str) -> pl.DataFrame:
    """What the factors score at each place (see `transfer.scores`)."""
    return transfers.scores(cubes, codes, month)


@kept(maxsize=32)
def untold(cubes: Cubes, codes: tuple[str, ...], month: str) -> frozenset[str]:
    """The places that lack a factor that is not told (see `transfer.untold`)."""
    return transfers.untold(cubes, codes, month)


@kept(maxsize=128)
def spread(
    cubes: Cubes,
    codes: tuple[str, ...],
    month: str,
    pool: int,
    weights: tuple[tuple[str, int], ...],
    floor: int,
    cap: int,
) -> pl.DataFrame:
    """The pool spread over the places (see `transfer.spread`)."""
    return transfers.spread(scores(cubes, codes, month), Terms(pool, dict(weights), floor, cap))
