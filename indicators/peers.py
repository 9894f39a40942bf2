"""Who is compared with whom: groups of counties, those of one prefecture, and the counties most like one.

Likeness goes by population, workforce and industry mix of the 2020 census, which is the project's own reference.
"""

from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from data_sources.reference import facts
from data_sources.vocabulary import PLACE_GROUPS
from geo import places

PEERS: Final = {"all": "全部地区", **PLACE_GROUPS, "prefecture": "同市", "alike": "相似地区"}
NEAREST: Final = 10
METHOD: Final = "常住人口和就业人口取对数，信息技术服务业、制造业就业占比取原值，各自标准化后计算欧氏距离；距离越小越相似（2020年普查）。"


def possible(peers: str, place_code: str) -> bool:
    """Whether a place has such peers: the province lies in no prefecture, only a county has others like it."""
    if peers == "alike":
        return not nearest(place_code).is_empty()
    return peers != "prefecture" or places.prefecture_of(place_code) is not None


@lru_cache(maxsize=512)
def among(peers: str, place_code: str) -> frozenset[str]:
    """The counties that are compared: all, a group, those of the place's prefecture, or the place and those like it."""
    if peers == "alike":
        return frozenset([place_code, *nearest(place_code)["place_code"]])
    prefecture = places.prefecture_of(place_code)
    if peers == "prefecture" and prefecture:
        return _of(prefecture.code)
    return _of(group=peers if peers in PLACE_GROUPS else "")


@cache
def _of(within: str = places.PROVINCE, group: str = "") -> frozenset[str]:
    """The counties within a place, in one group or in any; one set for all who are compared with them."""
    return frozenset(p.code for p in places.counties(within) if not group or p.group_code == group)


@lru_cache(maxsize=128)
def nearest(place_code: str, most: int = NEAREST) -> pl.DataFrame:
    """The counties most like this one, nearest first: `place_code`, `distance` (in standard deviations).

    Empty for a place that is no county or has no census figures. Ties go by code.
    """
    codes, standard = _traits()
    if place_code not in codes:
        return pl.DataFrame(schema={"place_code": pl.String, "distance": pl.Float64})
    distance = np.sqrt(((standard - standard[codes.index(place_code)]) ** 2).sum(axis=1))
    found = pl.DataFrame({"place_code": codes, "distance": distance})
    return found.filter(pl.col("place_code") != place_code).sort("distance", "place_code").head(most)


@cache
def _traits() -> tuple[list[str], npt.NDArray[Any]]:
    """The counties that have all figures, in the order of their codes, and their traits in standard deviations."""
    counties = [p.code for p in places.counties()]
    census = (
        pl.DataFrame(facts()["census"]).filter(pl.col("place_code").is_in(counties)).drop_nulls().sort("place_code")
    )
    employed = census["employed"]
    traits = np.column_stack(
        [
            np.log(census["residents"].to_numpy()),
            np.log(employed.to_numpy()),
            (census["it_services_employed"] / employed).to_numpy(),
            (census["manufacturing_employed"] / employed).to_numpy(),
        ]
    )
    return census["place_code"].to_list(), (traits - traits.mean(axis=0)) / traits.std(axis=0)
