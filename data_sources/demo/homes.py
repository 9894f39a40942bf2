"""Knows where the industry clusters are at home and how they grow: the mix of clusters of each place and year.

Assumed: sizes of clusters and their growth are guesses in the order that the province publishes; homes follow the
province's well-known parks and towns (光伏小镇 of 秀洲, 集成电路 of 越城 and 钱塘, 数字安防 of 滨江, …).
"""

from typing import Final

import numpy as np

from data_sources.demo.arrays import Floats
from data_sources.demo.leaves import Leaves

CODES: Final = ("C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C12", "C13", "C99")

# Share of the province's digital talent in 2023.
_SHARE: Final = (0.155, 0.085, 0.115, 0.205, 0.100, 0.080, 0.020, 0.025, 0.018, 0.025, 0.050, 0.018, 0.012, 0.092)
# Growth of that share a year.
_GROWTH: Final = (1.00, 1.08, 0.92, 1.00, 1.08, 1.24, 1.15, 1.02, 0.90, 1.12, 1.10, 1.00, 0.80, 0.95)
# How strongly a cluster follows IT services (1) rather than manufacturing (-1).
_DIGITAL: Final = (0.3, 0.5, -0.6, 0.9, -0.2, 0.7, 0.0, 0.5, 0.8, -0.3, -0.6, 0.5, 0.7, 0.0)

# How many times its ordinary share a cluster has at its homes, before the shares of a place are made to add up.
HOMES: Final[dict[str, dict[str, float]]] = {
    "C01": {"滨江区": 12, "西湖区": 5, "桐庐县": 5, "富阳区": 3, "南湖区": 2, "鄞州区": 2, "萧山区": 2},
    "C02": {"余杭区": 6, "萧山区": 5, "镇海区": 3, "临平区": 3, "婺城区": 2},
    "C03": {
        "义乌市": 6, "秀洲区": 7, "海宁市": 6, "嘉善县": 4, "平湖市": 3, "海盐县": 3,
        "宁海县": 6, "慈溪市": 3, "长兴县": 3, "上虞区": 3, "衢江区": 5,
    },
    "C04": {"西湖区": 6, "滨江区": 6, "余杭区": 5, "上城区": 3, "拱墅区": 3, "鄞州区": 3, "海曙区": 2, "鹿城区": 2},
    "C05": {
        "越城区": 10, "滨江区": 14, "钱塘区": 8, "北仑区": 8, "柯城区": 9, "南湖区": 4,
        "海宁市": 3, "莲都区": 5, "嘉善县": 3, "余姚市": 2,
    },
    "C06": {"余杭区": 8, "西湖区": 5, "萧山区": 4, "滨江区": 5, "德清县": 5, "桐乡市": 3, "鄞州区": 2},
    "C07": {"南湖区": 4, "婺城区": 4, "鄞州区": 3, "温岭市": 2},
    "C08": {"桐乡市": 8, "滨江区": 6, "余杭区": 4, "萧山区": 3},
    "C09": {"西湖区": 5, "上城区": 4, "滨江区": 4, "萧山区": 3, "鹿城区": 3},
    "C10": {"柯城区": 6, "钱塘区": 5, "北仑区": 5, "越城区": 5, "莲都区": 4, "龙港市": 2},
    "C11": {"长兴县": 10, "龙湾区": 7, "柯城区": 5, "衢江区": 5, "乐清市": 5, "义乌市": 4, "江山市": 5, "余姚市": 3},
    "C12": {"余杭区": 4, "滨江区": 6, "上城区": 3, "南湖区": 2, "椒江区": 2},
    "C13": {"余杭区": 5, "上城区": 3, "滨江区": 4, "鄞州区": 3},
    "C99": {"义乌市": 3},
}  # fmt: skip


def mix(leaves: Leaves) -> Floats:
    """The share of each cluster by (leaf, year from 2023, cluster); each leaf and year adds up to 1."""
    structure = leaves.digital[:, None] ** (np.array(_DIGITAL) * 0.7)
    homes = np.array([[HOMES[cluster].get(name, 1.0) for cluster in CODES] for name in leaves.names])
    growth = np.array(_GROWTH) ** np.arange(4)[:, None]
    weights = (structure * homes * np.array(_SHARE))[:, None, :] * growth[None, :, :]
    weights = _with_prefectures(weights, leaves)
    return np.asarray(weights / weights.sum(axis=2, keepdims=True))


def _with_prefectures(weights: Floats, leaves: Leaves) -> Floats:
    """市本级 has the mean mix of its counties."""
    shares: Floats = weights / weights.sum(axis=2, keepdims=True)
    for leaf in np.flatnonzero(leaves.own):
        counties = (leaves.prefecture == leaves.prefecture[leaf]) & ~leaves.own
        shares[leaf] = shares[counties].mean(axis=0)
    return shares
