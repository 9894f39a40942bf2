"""The province has no equals: in place of its position, how far its prefectures lie apart and who stands at the ends."""

from typing import Final

import polars as pl

from briefings.tables import ColumnForm
from charts import profile as figures
from charts import words
from charts.subject import Subject
from geo import places
from indicators import profile
from indicators.catalogue import catalogue
from indicators.small_numbers import RULE
from pages.overview.parts import month
from pages.place_profile import cached
from pages.shared import draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

APART: Final = {
    "title": ColumnForm("指标", None, 28),
    "best": ColumnForm("最好（中性为最高）", None, 18),
    "best_place": ColumnForm("最好的地区", None, 18),
    "median": ColumnForm("中位数", None, 16),
    "province": ColumnForm("全省", None, 16),
    "worst": ColumnForm("最差（中性为最低）", None, 18),
    "worst_place": ColumnForm("最差的地区", None, 18),
}


def prefectures_apart(screen: Screen) -> None:
    """Each comparable indicator from the worst to the best prefecture, both named."""
    found = cached.apart(state.run().cubes, month())
    tables = frozenset(name for key in found["key"] for name in catalogue()[key].tables)
    definition = f"比率和占比类指标各取第一种时期口径；缺报的市不参与。{RULE}，不列入。"
    subject = Subject(
        _title(found), "设区市差距", definition, "见各指标", f"截至{words.month_name(month())}", "地区：浙江省；范围：11 个设区市",
        "各指标来源见指标目录", tables,
    )  # fmt: skip
    narrow = screen.narrow
    draw.chart(
        "设区市差距",
        subject,
        screen,
        figure=lambda theme: figures.apart(found, theme, narrow=narrow),
        table=lambda: _table(found),
    )


def _title(found: pl.DataFrame) -> str:
    """Who is most often first and last; nobody where nothing is judged."""
    ends = profile.ends(found)
    told = [
        f"{'、'.join(places.place(code).name for code in most['place_code'])}{name}最多（{most[column][0]} 项）"
        for column, name in (("first", "居首"), ("last", "居末"))
        if (most := ends.filter(pl.col(column) == pl.col(column).max())).height
    ]
    return f"11 个设区市的差距{'：' * bool(told)}{'，'.join(told)}"


def _table(found: pl.DataFrame) -> Table:
    rows = []
    for row in found.to_dicts():
        indicator = catalogue()[row["key"]]
        (best, best_place), (worst, worst_place) = (figures.end(row, better=way) for way in (True, False))
        told = [words.value(value, indicator) for value in (best, row["median"], worst)]
        province = words.value(row["province"], indicator, withheld=row["province_withheld"])
        rows.append((indicator.title, told[0], best_place, told[1], province, told[2], worst_place))
    return pl.DataFrame(rows, schema=dict.fromkeys(APART, pl.String), orient="row"), APART
