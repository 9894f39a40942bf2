"""Knows the people: one number each, and the 32-digit key that stands for it in every table."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from data_sources.demo.arrays import Integers

_HEX = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype=np.uint16)


@dataclass(frozen=True)
class Learners:
    """People outside digital employment who train or earn certificates: a block of numbers for each leaf."""

    first: Integers
    """The first number of each leaf's block."""
    size: Integers

    @property
    def end(self) -> int:
        """The number after the last."""
        return int(self.first[-1] + self.size[-1])

    def numbered(self, leaf: Integers, rank: Integers) -> Integers:
        """The person of that rank in the leaf's block."""
        return self.first[leaf] + rank

    def drawn(self, leaf: Integers, rng: np.random.Generator) -> Integers:
        """Anyone of the leaf's block for each row; blocks are never empty."""
        return self.first[leaf] + (rng.random(len(leaf)) * self.size[leaf]).astype(np.int64)


def learners(employed: int, size: Integers) -> Learners:
    """Blocks of the given sizes (at least 1), numbered after the employed."""
    size = np.maximum(size, 1)
    return Learners(first=employed + np.cumsum(size) - size, size=size)


def keys(n: int, rng: np.random.Generator) -> pl.Series:
    """`n` different keys of 32 hexadecimal digits."""
    digits = _HEX[np.frombuffer(rng.bytes(16 * n), dtype=np.uint8)]
    offsets = np.arange(n + 1, dtype=np.int64) * 32
    text = pa.LargeStringArray.from_buffers(n, pa.py_buffer(offsets), pa.py_buffer(digits))
    series = pl.from_arrow(text)
    assert isinstance(series, pl.Series)
    return series
