"""培训留存: the share of the trained that work in the place of their course 6 and 12 months later."""

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import supply_demand as figures
from charts import words
from charts.sentences import scope
from data_sources import retention
from indicators import measures
from indicators.catalogue import catalogue
from pages.shared import cached, draw, state
from pages.shared.screen import Screen
from pages.supply_demand import common

KEYS = {after: f"retention_{after}" for after in retention.AFTER}
TABLES = frozenset({"training", "employment"})
SOURCE = "各地培训报送、就业报送"


def shown(screen: Screen) -> None:
    """The chosen place by month, and every drawn place."""
    _by_month(screen)
    _by_place()


def _by_month(screen: Screen) -> None:
    cubes, place = state.run().cubes, state.current().place
    histories = {
        f"结业{after}个月后": measures.history(cached.series(cubes, key, "month"), place) for after, key in KEYS.items()
    }
    known = [h for h in histories.values() if h["value"].drop_nulls().len()]
    if not known:
        st.info(f"{common.here()}还没有可以判断的培训人次：结业未满6个月，或没有报送当月就业。")
        return
    title = f"{common.here()}结业后在本地就业的培训人次占比：{_rates()}"
    one, other = histories.values()
    table = one.select("month", six="value", of_six="denominator", six_withheld="withheld").join(
        other.select("month", twelve="value", of_twelve="denominator", twelve_withheld="withheld"),
        on="month",
        how="left",
        maintain_order="left",
    )
    forms = {
        "month": ColumnForm("结业月份", None, 10),
        "six": ColumnForm("6个月后（%）", 1, 14),
        "of_six": ColumnForm("可判断（人次）", 0, 14),
        "twelve": ColumnForm("12个月后（%）", 1, 14),
        "of_twelve": ColumnForm("12个月可判断（人次）", 0, 18),
    }
    months = cubes.months
    subject = common.subject(
        title, "留存走势", catalogue()[KEYS[6]].definition, "%", TABLES, source=SOURCE,
        period=words.span(months[0], months[-1]),
    )  # fmt: skip
    draw.chart(
        "留存走势",
        subject,
        screen,
        figure=lambda theme: figures.retained(histories, theme),
        table=lambda: remarked(table, forms, {"six": "six_withheld", "twelve": "twelve_withheld"}),
    )
    st.caption("按培训人次计，不按人计；未满期限或当地没有报送当月就业的人次不计入分母。")


def _by_place() -> None:
    codes = tuple(dict.fromkeys((state.current().place, *state.current().drawn)))
    table = pl.DataFrame({"place_code": list(codes)}, schema={"place_code": pl.String})
    for after, key in KEYS.items():
        now = cached.series(state.run().cubes, key, "since_2023").filter(pl.col("month") == common.month())
        named = now.select(
            "place_code",
            pl.col("value").alias(f"rate_{after}"),
            pl.col("denominator").alias(f"of_{after}"),
            pl.col("withheld").alias(f"withheld_{after}"),
        )
        table = table.join(named, on="place_code", how="left", maintain_order="left")
    forms = {
        "name": ColumnForm("地区", None, 16),
        "rate_6": ColumnForm("6个月后（%）", 1, 14),
        "of_6": ColumnForm("6个月可判断（人次）", 0, 18),
        "rate_12": ColumnForm("12个月后（%）", 1, 14),
        "of_12": ColumnForm("12个月可判断（人次）", 0, 18),
    }
    shown_table = common.named(table).sort("rate_6", descending=True, nulls_last=True)
    untold = {f"rate_{after}": f"withheld_{after}" for after in KEYS}
    subject = common.subject(
        f"{scope(state.current())}2023年以来结业的培训人次：6个月和12个月后在本地就业的占比", "各地留存",
        catalogue()[KEYS[6]].definition, "%", TABLES, source=SOURCE, period=words.period(common.month(), "since_2023"),
    )  # fmt: skip
    draw.data("各地留存", subject, lambda: remarked(shown_table, forms, untold))


def _rates() -> str:
    """Both rates of the chosen place since 2023."""
    told = []
    for after, key in KEYS.items():
        now = measures.history(cached.series(state.run().cubes, key, "since_2023"), state.current().place)
        row = now.row(by_predicate=pl.col("month") == common.month(), named=True)
        told.append(f"{after}个月后 {words.value(row['value'], catalogue()[key], withheld=row['withheld'])}")
    return "、".join(told) + f"（2023年以来，截至{words.month_name(common.month())}）"
