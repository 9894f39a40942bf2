"""Statistical neighbours: the counties most like one, by population, workforce and industry mix of the 2020 census."""

from typing import Final

import numpy as np
import polars as pl

from data_sources.cubes import Cubes

NEAREST: Final = 10
METHOD: Final = "常住人口和就业人口取对数，信息技术服务业、制造业就业占比取原值，各自标准化后计算欧氏距离；距离越小越相似（2020年普查）。"


def nearest(cubes: Cubes, place_code: str, most: int = NEAREST) -> pl.DataFrame:
    """The counties most like this one, nearest first: `place_code`, `distance` (in standard deviations).

    Empty for a place that is no county or has no census figures. Ties go by code.
    """
    census = cubes.frames["census"].sort("place_code").drop_nulls()
    codes = census["place_code"].cast(pl.String)
    here = codes.index_of(place_code)
    if here is None:
        return pl.DataFrame(schema={"place_code": pl.String, "distance": pl.Float64})
    employed = census["employed"]
    traits = np.column_stack(
        [
            np.log(census["residents"].to_numpy()),
            np.log(employed.to_numpy()),
            (census["it_services_employed"] / employed).to_numpy(),
            (census["manufacturing_employed"] / employed).to_numpy(),
        ]
    )
    standard = (traits - traits.mean(axis=0)) / traits.std(axis=0)
    distance = np.sqrt(((standard - standard[here]) ** 2).sum(axis=1))
    found = pl.DataFrame({"place_code": codes, "distance": distance})
    return found.filter(pl.col("place_code") != place_code).sort("distance", "place_code").head(most)
