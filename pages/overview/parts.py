"""The parts of 总览: targets, headline figures, what changed, published figures."""

import html

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import cards, words
from charts.drawing import name_of
from charts.subject import Subject
from charts.theme import Theme
from data_sources.tables import MONTHLY_TABLES, TABLES
from data_sources.vocabulary import PROVENANCES, SUBMISSION_STATUSES
from geo import places
from indicators import measures, plan
from indicators.catalogue import Indicator, Window, catalogue
from pages.shared import cached, draw, state

SPARK_MONTHS = 24
BROUGHT = {
    "table_name": ColumnForm("数据", None, 14),
    "submissions": ColumnForm("批次（批）", 0, 12),
    "rows": ColumnForm("行数（行）", 0, 14),
    "status": ColumnForm("状态", None, 12),
    "provenance": ColumnForm("性质", None, 18),
}
PUBLISHED = {
    "place": ColumnForm("地区", None, 14),
    "metric": ColumnForm("指标", None, 28),
    "period": ColumnForm("时期", None, 12),
    "value": ColumnForm("数值", None, 14),
    "unit": ColumnForm("单位", None, 10),
    "source": ColumnForm("来源", None, 40),
}
REFERENCE = "来自政府网站和媒体公开报道，口径与本平台不尽相同，仅作参照，不参与计算。"


def month() -> str:
    """The month that headline figures stand at: the view's, or the latest one when the view shows the census."""
    run = state.run()
    return run.view.month if run.view.month in run.cubes.months else run.cubes.months[-1]


def targets() -> None:
    """Both targets of the plan for the chosen place, against pace."""
    here = places.place(state.current().place)
    shown = []
    for done_key, share_key in plan.TARGETS.items():
        done = _row(catalogue()[done_key], "since_2023")
        share = _row(catalogue()[share_key], "since_2023")
        whose = "全省目标" if here.code == places.PROVINCE else f"{here.name}分解目标"
        shown.append(
            cards.target_card(
                f"{whose}：{plan.TARGET_TITLES[done_key]}",
                catalogue()[done_key],
                month(),
                _value(done),
                _target(share),
                withheld=bool(done.get("withheld")),
            )
        )
    st.html(f'<div class="cards wide">{"".join(shown)}</div>')


def headlines(theme: Theme) -> None:
    """The headline figures of the chosen place, with year on year and sparkline."""
    shown, incomplete = [], False
    for indicator in catalogue().values():
        if indicator.headline is None:
            continue
        history = _history(indicator, "month" if "month" in indicator.windows else indicator.headline)
        recent = history.filter(pl.col("month") <= month()).tail(SPARK_MONTHS)["value"].to_list()
        row = _row(indicator, indicator.headline)
        incomplete |= row.get("value") is not None and row.get("filed") != row.get("expected")
        shown.append(cards.figure_card(indicator, indicator.headline, month(), row, recent, theme))
    note = '<p class="note">* 部分填报单位缺报，合计只含已报数据；同比按两期均已报送的地区计算（可比口径）。</p>'
    st.html(f'<div class="cards">{"".join(shown)}</div>{note if incomplete else ""}')


def latest_data() -> None:
    """What the last data version brought, and who has not filed the latest month."""
    cubes = state.run().cubes
    brought = cached.changes(cubes)
    version = words.data_version(cubes.version)
    labels = {name: str(model.label) for name, model in TABLES.items()}  # type: ignore[attr-defined]
    codes = {"table_name": labels, "status": SUBMISSION_STATUSES, "provenance": PROVENANCES}
    named = brought.with_columns(pl.col(c).replace_strict(texts, default=pl.col(c)) for c, texts in codes.items())
    about = Subject(
        f"本次数据更新（{version}）", "本次数据更新", "当前数据版本接收的批次和行数。", "见表头", words.month_name(cubes.months[-1]),
        f"数据版本：{version}", "报送批次记录", frozenset(brought["table_name"]),
    )  # fmt: skip
    draw.data("本次数据更新", about, lambda: (named.select(list(BROUGHT)), BROUGHT))
    latest = cubes.months[-1]
    late = _late(cubes.filing, latest)
    lines = [f"{label}：{'、'.join(name_of(c) for c in codes)}" for label, codes in late.items()] or ["各地均已报送。"]
    written = "<br>".join(html.escape(line) for line in lines)
    st.html(f'<p class="note"><b>{words.month_name(latest)}未报送</b><br>{written}</p>')


def published() -> None:
    """What officials published, as reference marks with their source; never mixed with the figures above."""
    figures = cached.published(state.run().cubes)
    codes = [p.code for p in places.path(state.current().place)]
    here = figures.filter(pl.col("place_code").is_in([*codes, places.PROVINCE]))
    named = here.with_columns(place=pl.col("place_code").replace_strict({code: name_of(code) for code in codes}))
    about = Subject(
        "公开统计参照", "公开统计参照", REFERENCE, "见各行", "见各行", f"地区：{places.place(state.current().place).name}及上级",
        "见各行", frozenset(),
    )  # fmt: skip
    draw.data("公开统计参照", about, lambda: (named.select(list(PUBLISHED)), PUBLISHED), height=320)
    st.caption(REFERENCE)


def _late(filing: pl.DataFrame, latest: str) -> dict[str, list[str]]:
    leaves = set(measures.LEAVES)
    late = {}
    for table in MONTHLY_TABLES:
        filed = set(filing.filter((pl.col("table_name") == table) & (pl.col("month") == latest))["place_code"])
        if leaves - filed:
            late[str(TABLES[table].label)] = sorted(leaves - filed)  # type: ignore[attr-defined]
    return late


def _history(indicator: Indicator, window: Window) -> pl.DataFrame:
    values = cached.series(state.run().cubes, indicator.key, window)
    return measures.history(values, state.current().place)


def _row(indicator: Indicator, window: Window) -> dict[str, object]:
    found = _history(indicator, window).filter(pl.col("month") == month())
    return found.row(0, named=True) if found.height else {}


def _value(row: dict[str, object]) -> float | None:
    value = row.get("value")
    return value if isinstance(value, float) else None


def _target(row: dict[str, object]) -> float | None:
    target = row.get("denominator")
    return target if isinstance(target, float) else None
