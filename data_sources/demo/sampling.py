"""Knows how to draw: a random stream per subject, totals spread over cells, categories drawn from rows of weights."""

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl

from data_sources.demo.arrays import Floats, Integers


def stream(seed: int, subject: str) -> np.random.Generator:
    """A random stream of its own for each subject, so that a change to one leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode())])


def spread(total: int, weights: Floats, rng: np.random.Generator) -> Integers:
    """The flat index of the cell of each of `total` rows, ascending; every cell gets its share, give or take one."""
    edges = np.cumsum(weights, dtype=np.float64).ravel()
    at = (np.arange(total) + rng.random()) * (edges[-1] / max(total, 1))
    return np.asarray(np.minimum(np.searchsorted(edges, at, side="right"), edges.size - 1))


def apportion(total: int, weights: Floats) -> Integers:
    """Whole numbers proportional to `weights` that add up to `total` exactly (largest remainders, ties to the first)."""
    exact = weights / weights.sum() * total
    whole: Integers = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[: total - int(whole.sum())]] += 1
    return whole


class Wheel:
    """Categories to be drawn by row: `weights[row]` are the relative chances of its categories."""

    def __init__(self, weights: Floats) -> None:
        """`weights` has two dimensions; a row whose weights are all zero must not be drawn from."""
        edges = np.cumsum(weights, axis=1, dtype=np.float64)
        total = edges[:, -1:]
        edges = np.divide(edges, total, out=np.ones_like(edges), where=total > 0)
        self.categories = weights.shape[1]
        self._edges = (edges + np.arange(len(weights))[:, None]).ravel()

    def draw(self, rows: Integers, rng: np.random.Generator) -> Integers:
        """One category for each of `rows`."""
        at = rows + np.minimum(rng.random(len(rows)), 1 - 1e-9)
        return np.asarray(np.searchsorted(self._edges, at, side="right") - rows * self.categories)


def choose(n: int, weights: Sequence[float], rng: np.random.Generator) -> Integers:
    """`n` categories with the same relative chances."""
    return Wheel(np.array([weights], dtype=np.float64)).draw(np.zeros(n, dtype=np.int64), rng)


def rank_within(group: Integers) -> Integers:
    """The position of each row in its group, from 0, for `group` in ascending order."""
    n = len(group)
    first = np.searchsorted(group, group, side="left") if n else np.zeros(0, dtype=np.int64)
    return np.arange(n) - first


def texts(values: Sequence[str | None], index: Integers) -> pl.Series:
    """The text at each index; an index of -1 gives null."""
    table = pl.Series([*values, None], dtype=pl.String)
    return table.gather(pl.Series(np.where(index < 0, len(values), index).astype(np.uint32)))
