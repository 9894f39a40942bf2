"""Whether a series rises or falls: the Mann–Kendall test, so that two points make no trend."""

import math
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

Trend = Literal["rising", "falling", "flat", "unknown"]
MONTHS: Final = 12
FEWEST: Final = 8
CRITICAL: Final = 1.96
METHOD: Final = f"近 {MONTHS} 个月的 Mann–Kendall 检验，5% 显著性水平；有数据的月份少于 {FEWEST} 个不判断"


def trend(values: Sequence[float | None]) -> Trend:
    """The direction of the last twelve months; `unknown` with fewer than eight values. Ties are corrected for."""
    known = [v for v in values[-MONTHS:] if v is not None]
    n = len(known)
    if n < FEWEST:
        return "unknown"
    score = sum((later > earlier) - (later < earlier) for earlier, later in combinations(known, 2))
    ties = sum(t * (t - 1) * (2 * t + 5) for t in Counter(known).values())
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    if variance <= 0 or abs(score) <= 1:
        return "flat"
    z = (score - math.copysign(1, score)) / math.sqrt(variance)
    if abs(z) < CRITICAL:
        return "flat"
    return "rising" if z > 0 else "falling"


def trends(matrix: npt.NDArray[np.float64]) -> list[Trend]:
    """`trend` of each row of a matrix with a column a month, NaN where it is missing; all at once."""
    last = matrix[:, -MONTHS:]
    if not last.shape[1]:
        return ["unknown"] * len(matrix)
    known = ~np.isnan(last)
    n = known.sum(axis=1)
    pairs = last[:, None, :] - last[:, :, None]
    score = np.triu(np.sign(np.nan_to_num(pairs))).sum(axis=(1, 2))  # a later month less an earlier one
    alike = (last[:, :, None] == last[:, None, :]).sum(axis=2)
    ties = np.where(known, (alike - 1) * (2 * alike + 5), 0).sum(axis=1)
    variance = (n * (n - 1) * (2 * n + 5) - ties) / 18
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where((variance > 0) & (np.abs(score) > 1), (score - np.sign(score)) / np.sqrt(variance), 0.0)
    moved = np.select([n < FEWEST, z >= CRITICAL, z <= -CRITICAL], [0, 1, 2], default=3)
    words: tuple[Trend, ...] = ("unknown", "rising", "falling", "flat")
    return [words[i] for i in moved]
