"""The words around a picture."""

from charts import subject, words
from indicators.catalogue import catalogue
from tests.charts import pictured


def test_the_caption_has_unit_period_source_version_and_the_mark() -> None:
    view, source = pictured.view("talent_stock"), catalogue()["talent_stock"].source
    shown = subject.of_view(view, "标题", period=words.period("2026-10", "month_end"))
    assert subject.caption(shown, version=46, simulated=True) == (
        "单位：人　时期：2026年10月末",
        f"来源：{source}　数据版本 v46　演示数据（模拟）",
    )
    assert subject.caption(shown, version=46, simulated=False)[1] == f"来源：{source}　数据版本 v46"


def test_the_caption_says_how_many_submissions_await_review() -> None:
    shown = subject.of_view(pictured.view("talent_stock"), "标题")
    assert subject.caption(shown, version=46, simulated=False, unreviewed=3)[1].endswith("v46　待审核（3 批）")
    assert subject.caption(shown, version=46, simulated=True, unreviewed=1200)[1].endswith(
        "演示数据（模拟）　待审核（1,200 批）"
    )


def test_the_caption_names_the_cluster_and_under_a_map_the_approval() -> None:
    view = pictured.view("talent_stock", cluster="C06")
    shown = subject.of_view(view, "标题", approval="未取得审图号 仅供内部使用")
    lines = subject.caption(shown, version=46, simulated=False)
    assert lines[0].endswith("产业集群：人工智能")
    assert lines[2] == "边界：天地图（CGCS2000）　未取得审图号 仅供内部使用"
