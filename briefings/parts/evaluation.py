"""评价激励: both ladders, never mixed; 一试双证 place by place; contests; what institutions there are."""

from typing import Final

import polars as pl

from briefings import cells, narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts, Measure, apart
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope
from charts import words
from data_sources.policy import NotPermitted
from data_sources.vocabulary import CONTEST_LEVELS, LADDERS, LEVELS, MILESTONE_KINDS
from geo import places
from indicators import evaluation

APART: Final = "两个等级序列分开统计，不相加、不比较；没有等级的不在内。"
DUAL: Final = "一试双证：一次考试、学历和技能双证。数量为证书（本），人数为首次取得的人，每人只计一次。"


def part(at: Scope, *, stock: bool) -> Part:
    """The part about a place; `stock` shows people at work on the ladders, else certificates issued in the scope's window."""
    return Part(
        "评价激励",
        lambda facts, *_: section(facts, at, stock=stock),
        frozenset({"employment" if stock else "certificate", "certificate", "contest", "milestone"}),
        lambda facts, *_: _said(facts, at, stock=stock),
        indicators=(
            *(("talent_stock",) if stock else ()),
            "certificates",
            "dual_certified",
            "dual_share",
            "contests",
            "contest_participants",
            "contest_awards",
        ),
    )


def section(facts: Facts, at: Scope, *, stock: bool) -> Section:
    """Both ladders, 一试双证, contests, institutions."""
    said = _said(facts, at, stock=stock)
    ladders = [_ladder(facts, at, which, stock=stock) for which in LADDERS]
    blocks: list[Block] = [*said, *ladders, _dual(facts, at), _contests(facts, at), _institutions(facts, at)]
    message = said[0] if said else (f"{places.place(at.place).name}评价激励",)
    return Section("评价激励", message, tuple(blocks))


def _said(facts: Facts, at: Scope, *, stock: bool) -> list[Text]:
    name = places.place(at.place).name
    unit, period = ("人", words.period(at.month, "month_end")) if stock else ("本", words.period(at.month, at.window))
    said: list[Text] = []
    if _filed(facts, at, stock=stock):
        for which, ladder in LADDERS.items():
            total = _step(facts, at, which, "", stock=stock)
            what = "在岗人才" if stock else "新发证书"
            said += [(f"{period}，{name}{ladder}{what} ", total, f" {unit}。")] if total.value else []
    held = [_contest(facts, at, what, "") for what in ("contests", "participants", "awards")]
    if held[0].value:
        said.append(
            (
                f"{words.period(at.month, at.window)}，{name}举办数字技能竞赛 ",
                held[0],
                " 场，参赛 ",
                held[1],
                " 人次，获奖 ",
                held[2],
                " 人次。",
            )
        )
    return [narrative.joined(*said)] if said else []


def _filed(facts: Facts, at: Scope, *, stock: bool) -> bool:
    """Whether the place has filed what the ladders are counted from."""
    key, window = ("talent_stock", "month_end") if stock else ("certificates", at.window)
    return facts.row(Fact("", key, at.place, window, at.month))["value"] is not None


def _step(
    facts: Facts, at: Scope, which: str, level: str, *, stock: bool, column: str = "value", style: Style = "count"
) -> Number:
    detail = cells.detail(level or "all", f"{which}:{'stock' if stock else 'new'}")
    return facts.number(f"ladder.{column}", style, place=at.place, window=at.window, month=at.month, detail=detail)


def _ladder(facts: Facts, at: Scope, which: str, *, stock: bool) -> Chart:
    levels, unit = evaluation.LADDERS[which], "人" if stock else "本"
    known = _filed(facts, at, stock=stock)
    columns: tuple[tuple[str, Style], ...] = (("value", "count"), ("share", "percent"), ("province", "percent"))
    rows: tuple[Row, ...] = tuple(
        (LEVELS[level], *(_step(facts, at, which, level, stock=stock, column=c, style=s) for c, s in columns))
        for level in levels[::-1]
        if known
    )
    numbers = tuple(_step(facts, at, which, level, stock=stock) for level in levels[::-1] if known)
    what = "在岗人才" if stock else "新发证书"
    period = words.period(at.month, "month_end" if stock else at.window)
    title = f"{places.place(at.place).name}{LADDERS[which]}{what}（{period}）"
    table = Table(f"{title}（数据）", ("等级", f"{what}（{unit}）", "占本序列", "全省占比"), rows, APART)
    names = tuple(LEVELS[level] for level in levels[::-1] if known)
    return Chart(title, "bar", unit, names, (Series(what, numbers),), table)


def _dual(facts: Facts, at: Scope) -> Table:
    of = {"window": at.window, "month": at.month}
    held = {
        code: (
            facts.number("filed_numerator", "count", key="dual_share", place=code, **of),
            facts.number("value", "plain", key="dual_certified", place=code, **of),
            facts.number("value", "plain", key="dual_share", place=code, **of),
        )
        for code in at.drawn
    }
    order = sorted(held, key=lambda code: (not held[code][0].known, -(held[code][0].value or 0), code))
    rows: tuple[Row, ...] = tuple((places.place(code).name, *held[code]) for code in order)
    header = ("地区", "一试双证（本）", "首次取得（人）", "占全部证书（%）")
    return Table(f"各地一试双证（{words.period(at.month, at.window)}）", header, rows, DUAL)


def _contest(facts: Facts, at: Scope, column: str, level: str) -> Number:
    detail = cells.detail(level or "all")
    return facts.number(f"contest.{column}", "count", place=at.place, window=at.window, month=at.month, detail=detail)


def _contests(facts: Facts, at: Scope) -> Table:
    columns = {"contests": "竞赛（场）", "participants": "参赛（人次）", "awards": "获奖（人次）"}
    rows: tuple[Row, ...] = tuple(
        (label, *(_contest(facts, at, column, level) for column in columns))
        for level, label in {**CONTEST_LEVELS, "all": "合计"}.items()
    )
    title = f"{places.place(at.place).name}数字技能竞赛（{words.period(at.month, at.window)}）"
    return Table(title, ("级别", *columns.values()), rows, "没有举办的为0，不是缺报；一人多次计多次。")


def _institutions(facts: Facts, at: Scope) -> Table:
    def quantity(code: str, kind: str) -> Number:
        return facts.number("institution.quantity", "count", place=code, month=at.month, detail=cells.detail(kind))

    rows: tuple[Row, ...] = tuple(
        (label, *(quantity(code, kind) for code in at.drawn[:_PLACES])) for kind, label in MILESTONE_KINDS.items()
    )
    few = f"（前 {_PLACES} 个地区）" if len(at.drawn) > _PLACES else ""
    title = f"各地制度建设事项{few}（截至{words.period(at.month, 'month_end')}，个）"
    header = ("事项", *(places.place(code).short_name for code in at.drawn[:_PLACES]))
    return Table(title, header, rows, "自始至该月的累计数量；没有发生的为0，不是缺报。")


_PLACES: Final = 13


def _ladder_frame(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    which, _, what = depends.partition(":")
    span = evaluation.span_of(fact.month, fact.window)
    try:
        found = evaluation.ladder(facts.cubes, fact.place, span, which, stock=what == "stock")
    except NotPermitted:  # no number of it is known to who asks
        none = pl.lit(None, pl.Float64)
        return pl.DataFrame({"row": [*evaluation.LADDERS[which], "all"]}).with_columns(
            value=none, share=none, province=none
        )
    steps = found.select(row="level", value="value", share=100 * pl.col("share"), province=100 * pl.col("province"))
    whole = pl.DataFrame({"row": ["all"], "value": [steps["value"].sum()]})
    return pl.concat([steps, whole], how="diagonal_relaxed")


def _contest_frame(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    held = evaluation.contests(facts.cubes, fact.place, evaluation.span_of(fact.month, fact.window))
    sums = [pl.col(column).sum().cast(pl.Int64) for column in ("contests", "participants", "awards")]
    known = held.group_by(row=pl.col("level")).agg(sums)
    every = pl.DataFrame({"row": list(CONTEST_LEVELS)}, schema={"row": pl.String})
    levels = every.join(known, on="row", how="left").fill_null(0)
    return pl.concat([levels, levels.select(pl.lit("all").alias("row"), *sums)])


def _institution_frame(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    return evaluation.institutions(facts.cubes, (fact.place,), fact.month).select("quantity", row="kind")


def _filed_numerator(facts: Facts, fact: Fact) -> float | None:
    """The numerator of a share, null where nothing of it was filed."""
    row = facts.row(fact)
    return float(row["numerator"]) if row["filed"] and row["numerator"] is not None else None


MEASURES: Final = {
    **cells.measures(
        "ladder",
        _ladder_frame,
        {"value": "数量", "share": "占本序列", "province": "全省占比"},
        withheld=apart("employment", "certificate"),
    ),
    **cells.measures("contest", _contest_frame, {"contests": "竞赛场次", "participants": "参赛", "awards": "获奖"}),
    **cells.measures("institution", _institution_frame, {"quantity": "制度建设事项"}),
    "filed_numerator": Measure("数量", _filed_numerator),
}
