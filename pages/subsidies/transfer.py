"""调剂测算: a provincial pool spread over the drawn places; weights, floor and cap on sliders, all in the URL."""

import polars as pl
import streamlit as st

from briefings.tables import ColumnForm
from charts import sentences, words
from charts import transfer as figures
from charts.subject import Subject
from charts.subsidies import PER_10K, wan
from data_sources.settings import settings
from geo import places
from indicators.options import CAP, FLOOR, POOL, WEIGHT
from indicators.transfer import FACTORS, Impossible
from pages.overview.parts import month
from pages.shared import controls, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen
from pages.subsidies import cached
from pages.subsidies.subjects import subject

TABLES = frozenset({"training", "subsidy", "budget", "vacancy", "target"})
METHOD = (
    "每个因素按权重分得一份资金，再按各地得分占得分之和的比例分到各地；设了保底、封顶的，先按同一倍数放大或缩小再截到界内，"
    "合计与调剂资金分毫不差。所选因素缺数的地区不参与测算，没有数也没有保底，补报后再算；数不公开的地区同样不参与。市本级不参与。"
)


def terms() -> None:
    """Pool, weights, floor and cap."""
    st.number_input(
        f"{POOL.label}（{POOL.unit}）",
        POOL.least,
        POOL.most,
        step=POOL.step,
        **state.widget(f"option-{POOL.name}", int(state.option(POOL)), lambda n: state.choose(POOL, str(n))),
    )
    for number in (*WEIGHT.values(), FLOOR, CAP):
        controls.option(number)


def all_of_it(screen: Screen) -> None:
    """The sum in one sentence, the map, what each factor did, the table."""
    codes, cubes = state.current().drawn, state.run().cubes
    pool, floor, cap = (int(state.option(option)) * PER_10K for option in (POOL, FLOOR, CAP))
    weights = tuple((key, int(state.option(option))) for key, option in WEIGHT.items())
    try:
        found = cached.spread(cubes, codes, month(), pool, weights, floor, cap)
    except Impossible as told:
        draw.titled(f"{sentences.scope(state.current())}调剂测算")
        st.warning(str(told))
        return
    _sentence(found, pool)
    left, right = st.columns([0.55, 0.45], gap="medium")
    with left:
        _map(found, screen)
    with right:
        _parts(found, screen)
    scores, untold = cached.scores(cubes, codes, month()), _untold()

    about = _subject(f"{sentences.scope(state.current())}调剂测算：各因素给每地的资金", "调剂测算", "见表头")
    draw.data("调剂测算", about, lambda: _table(found, scores, pool, untold), height=460)
    st.caption(METHOD)
    st.caption("；".join(f"{factor.title}：{factor.definition}" for factor in FACTORS.values()) + "。")


def _sentence(found: pl.DataFrame, pool: int) -> None:
    given = found.filter(pl.col("amount").is_not_null()).sort("amount", "place_code", descending=[True, False])
    most, least = given.row(0, named=True), given.row(-1, named=True)
    draw.titled(f"{sentences.scope(state.current())}调剂测算　{words.period(month(), 'year_to_date')}")
    said = f"{wan(pool)}分给 {given.height} 个地区"
    if given.height > 1:
        said += f"：最多{places.place(most['place_code']).name} {wan(most['amount'])}，"
        said += f"最少{places.place(least['place_code']).name} {wan(least['amount'])}"
    left_out = found.filter(pl.col("amount").is_null())
    missing = "；".join(f"{places.place(r['place_code']).name}（{_lacking(r)}）" for r in left_out.to_dicts())
    draw.said(f"{said}。", "spread", note=f"未参与测算：{missing}。" if missing else "")


def _lacking(row: dict[str, str]) -> str:
    """Which factors a place lacks, and whether because they are not told."""
    return f"{row['missing']}{words.WITHHELD}" if row["place_code"] in _untold() else f"缺{row['missing']}"


def _untold() -> frozenset[str]:
    return cached.untold(state.run().cubes, state.current().drawn, month())


def _map(found: pl.DataFrame, screen: Screen) -> None:
    view, cubes = state.current(), state.run().cubes
    about = _subject(f"{sentences.scope(view)}各得多少", "调剂地图", "万元", approval=settings().approval_line)
    lines, marked = draw.caption(about), cubes.simulated(TABLES)
    scores, pool = cached.scores(cubes, view.drawn, month()), int(state.option(POOL)) * PER_10K
    untold = _untold()
    draw.topic(
        "调剂地图",
        about,
        screen,
        picture=lambda _: figures.amounts(found, view, about.title, caption=lines, simulated=marked, untold=untold),
        table=lambda: _table(found, scores, pool, untold),
        share=0.55,
    )


def _parts(found: pl.DataFrame, screen: Screen) -> None:
    number = found["amount"].count()
    title = "各因素给每地的资金" if number <= figures.MOST else f"分得最多的 {figures.MOST} 个地区，各因素给了多少"
    draw.chart(
        "调剂构成",
        _subject(title, "调剂构成", "万元"),
        screen,
        figure=lambda theme: figures.parts(found, theme),
        table=lambda: _part_table(found),
    )


def _subject(title: str, short: str, unit: str, *, approval: str = "") -> Subject:
    weights = "、".join(f"{FACTORS[key].title} {state.option(option)}" for key, option in WEIGHT.items())
    chosen = f"调剂资金 {state.option(POOL)} 万元；权重：{weights}；保底 {state.option(FLOOR)} 万元；封顶 {state.option(CAP)} 万元"
    return subject(
        title, short, unit, definition=METHOD, chosen=chosen, tables=TABLES, approval=approval,
        source="各地培训、补贴发放、资金预算、岗位需求报送，目标分解",
    )  # fmt: skip


def _part_table(found: pl.DataFrame) -> Table:
    titles = {key: factor.title for key, factor in FACTORS.items()} | {"adjustment": figures.ADJUSTMENT}
    forms = {
        "name": ColumnForm("地区", None, 16),
        "amount": ColumnForm("分得（元）", 2, 18),
        **{key: ColumnForm(f"{title}（元）", 2, 18) for key, title in titles.items()},
    }
    named = _named(found).with_columns(pl.col("amount", *titles) / 100)
    return named.sort("amount", "place_code", descending=[True, False], nulls_last=True).select(list(forms)), forms


def _table(found: pl.DataFrame, scores: pl.DataFrame, pool: int, untold: frozenset[str]) -> Table:
    frame, forms = _part_table(found.with_columns(share=pl.col("amount") * 100 / pool))
    scored = _named(scores).with_columns(pl.col("shortfall") / PER_10K).rename({key: f"{key}_score" for key in FACTORS})
    shares = _named(found).select(
        "name",
        share=pl.col("amount") * 100 / pool,
        missing=pl.col("missing")
        + pl.when(pl.col("place_code").is_in(sorted(untold)) & (pl.col("missing") != ""))
        .then(pl.lit(f"（{words.WITHHELD}）"))
        .otherwise(pl.lit("")),
    )
    whole = frame.join(shares, on="name", how="left", maintain_order="left")
    whole = whole.join(scored, on="name", how="left", maintain_order="left")
    more = {
        "share": ColumnForm("占比（%）", 2, 10),
        **{f"{key}_score": ColumnForm(f"{f.title}得分（{f.unit}）", 0, 22) for key, f in FACTORS.items()},
        "missing": ColumnForm("缺数", None, 26),
    }
    return whole.select([*forms, *more]), {**forms, **more}


def _named(frame: pl.DataFrame) -> pl.DataFrame:
    names = pl.Series([places.place(code).name for code in frame["place_code"]], dtype=pl.String)
    return frame.with_columns(name=names)
