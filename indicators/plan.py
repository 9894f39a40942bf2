"""The 18 measures of the plan 浙人社发〔2023〕14号, and which indicators of the catalogue follow each."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from indicators.catalogue import Catalogue, Window

MEASURES: Final[Mapping[int, str]] = MappingProxyType(
    {
        1: "培训生态：多方式培训、龙头企业和产教融合型企业参与、学徒培养",
        2: "校企合作：订单班、冠名班、数字产业学院",
        3: "公共实训基地和高技能人才培训基地",
        4: "职业标准：评价规范、专项能力考核规范",
        5: "技能评价：社会评价机构、分级证书、一试双证",
        6: "技能竞赛",
        7: "培养联盟",
        8: "公共服务平台和数字人才地图：供需数据按时报送",
        9: "人才产业园区",
        10: "培训补贴和紧缺职业目录",
        11: "毕业年度学生一试双证补贴",
        12: "就业服务：岗位、薪酬、就业见习",
        13: "人才使用和晋升：首席数字官、首席技师、特级技师、技能大师工作室",
        14: "部门责任分工",
        15: "供给、需求和流动的动态监测",
        16: "目标分解和考核评价",
        17: "资金来源、省级统筹调剂和自筹",
        18: "典型示范和宣传",
    }
)
TARGETS: Final[Mapping[str, str]] = MappingProxyType(
    {"training_person_times": "training_completion", "high_skilled_trained": "high_skilled_completion"}
)
"""Both targets of the plan: what counts towards each, and its completion."""
TARGET_TITLES: Final = {"training_person_times": "数字技能培训", "high_skilled_trained": "新增数字高技能人才"}
WITHOUT_DATA: Final = "暂无数据：还没有记录这项举措的数据表"


def followed(catalogue: Catalogue, values: Mapping[str, tuple[Window, str, float | None]]) -> pl.DataFrame:
    """One row a measure and indicator, in the plan's order; a measure that no indicator follows has one row with nulls.

    `number`, `measure`, `key`, `title`, `window`, `month`, `value` (the province's), `unit`, `owner`. `values` holds
    window, month and value by the indicator's key.
    """
    rows: list[tuple[object, ...]] = []
    for number, measure in MEASURES.items():
        found = [i for i in catalogue.values() if number in i.plan_measures]
        rows += [(number, measure, i.key, i.title, *values[i.key], i.unit, i.owner) for i in found]
        rows += [] if found else [(number, measure, *(None,) * 7)]
    columns = {"number": pl.Int64, **dict.fromkeys(("measure", "key", "title", "window", "month"), pl.String)}
    kinds = {**columns, "value": pl.Float64, "unit": pl.String, "owner": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row")
