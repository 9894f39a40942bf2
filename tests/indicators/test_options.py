"""What pages let their readers choose, read strictly from the URL."""

import pytest

from indicators import options
from indicators.options import OPTIONS


def test_every_default_can_be_used_and_is_left_out_of_the_url() -> None:
    chosen, notices = options.read({})
    assert notices == []
    assert options.written(chosen) == {}
    assert {name: option.refused(option.default) for name, option in OPTIONS.items()} == dict.fromkeys(OPTIONS, "")


@pytest.mark.parametrize(
    ("query", "notice"),
    [
        ({"aspect": "talent"}, "网址中的看什么“talent”不能使用（可选：人才、需求、培训、证书），已改为默认值。"),
        ({"matrix": "x"}, "网址中的地图和矩阵显示“x”不能使用（可选：区位商、数量），已改为默认值。"),
        ({"compared": "330110~999"}, "网址中的对比地区“330110~999”不能使用（没有“999”），已改为默认值。"),
        ({"audit_first": "2026-02-30"}, "网址中的从“2026-02-30”不能使用（应是日期，如 2026-10-31），已改为默认值。"),
        ({"audit_actor": "甲\n"}, "网址中的账号“甲\n”不能使用（应是一行不超过 200 个字的文字），已改为默认值。"),
    ],
)
def test_what_cannot_be_used_is_named(query: dict[str, str], notice: str) -> None:
    chosen, notices = options.read(query)
    assert notices == [notice]
    assert options.written(chosen) == {}


def test_what_was_chosen_comes_back_from_the_url() -> None:
    chosen, notices = options.read({"matrix": "count", "compared": "330110~330110~330108"})
    assert notices == []
    assert options.written(chosen) == {"matrix": "count", "compared": "330110~330110~330108"}
    assert options.listed(chosen["compared"]) == ("330110", "330108")
