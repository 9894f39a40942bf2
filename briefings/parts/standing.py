"""在全省的位置: every comparable indicator of a place among its equals, what stands out, what clearly moves."""

import polars as pl

from briefings import narrative
from briefings.document import Block, Chart, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.narrative import Standing
from briefings.parts import Part
from charts import profile as moves
from charts import words
from geo import places
from indicators import profile, trends
from indicators.catalogue import catalogue

EQUALS = {"county": "全省 90 个县（市、区）", "prefecture": "全省 11 个设区市"}


def findings(facts: Facts, place: str, month: str) -> list[Text]:
    """What stands out, and what clearly rises or falls."""
    found = facts.positions(place, month)
    said: list[Text] = [(sentence,) for sentence in moves.moves(found)]
    return [*_front_and_back(facts, place, month), *said]


def watch(facts: Facts, place: str, month: str) -> list[Text]:
    """Indicators that move the wrong way."""
    worse = {"higher": "falling", "lower": "rising"}
    found = facts.positions(place, month)
    titles = [r["title"] for r in found.to_dicts() if worse.get(r["polarity"]) == r["trend"]]
    return [(f"近12个月持续变差的指标：{'、'.join(titles)}。",)] if titles else []


def section(facts: Facts, place: str, month: str) -> Section | None:
    """In words, as a table, and how many equals the place stands before. The province has no equals."""
    here = places.place(place)
    if here.level == "province":
        return None
    said = _front_and_back(facts, place, month)
    blocks: list[Block] = [*said, _table(facts, place, month)]
    chart = _chart(facts, place, month)
    return Section(
        "在全省的位置",
        narrative.extremes(here.name, _standings(facts, place, month)),
        (*blocks, *([chart] if chart.categories else [])),
    )


def _front_and_back(facts: Facts, place: str, month: str) -> list[Text]:
    here = places.place(place)
    if here.level == "province":
        return []
    return narrative.front_and_back(here.name, _standings(facts, place, month), EQUALS[here.level])


def _standings(facts: Facts, place: str, month: str) -> list[Standing]:
    return [
        Standing(
            row["title"],
            facts.number("value", "value", **_of(row, place)),
            facts.number("rank", "rank", **_of(row, place)),
            facts.number("standing", "percent", **_of(row, place)),
        )
        for row in profile.ahead(facts.positions(place, month)).to_dicts()
    ]


def _of(row: dict[str, str], place: str) -> dict[str, str]:
    return {"key": row["key"], "place": place, "window": row["window"], "month": row["month"]}


def _table(facts: Facts, place: str, month: str) -> Table:
    here = places.place(place)
    found = facts.positions(place, month)
    rows = []
    for row in found.to_dicts():
        of = _of(row, place)
        indicator = catalogue()[row["key"]]
        yoy = facts.number("yoy", "signed", **of) if indicator.compared else words.NO_VALUE
        rows.append(
            (
                f"{indicator.short}（{indicator.unit}）",
                facts.number("value", "plain", **of),
                facts.number("rank", "rank", **of),
                facts.number("value", "plain", **{**of, "place": places.PROVINCE}),
                facts.number("median", "plain", **of),
                yoy,
                moves.TREND_WORDS[row["trend"]],
            )
        )
    header = ("指标", here.name, "位次", "全省", "同级中位数", "同比", "近12个月")
    note = f"位次在{EQUALS[here.level]}中比较，缺报的地区不参与；升降按{trends.METHOD}。"
    return Table(f"{here.name}可比指标（截至{words.month_name(month)}）", header, tuple(rows), note)


def _chart(facts: Facts, place: str, month: str) -> Chart:
    here = places.place(place)
    kept = profile.ahead(facts.positions(place, month)).sort("standing", "key", descending=[True, False])
    rows = kept.filter(pl.col("standing").is_not_null()).to_dicts()
    names = tuple(catalogue()[r["key"]].short for r in rows)
    numbers = tuple(facts.number("standing", "percent", **_of(r, place)) for r in rows)
    title = f"{here.name}各项指标领先同级地区的比重"
    table = Table(f"{title}（数据）", ("指标", "领先的地区占比（%）"), tuple(zip(names, numbers, strict=True)))
    return Chart(title, "bar", "%", names, (Series("领先的地区占比", numbers),), table)


STANDING = Part(
    "在全省的位置",
    section,
    frozenset({"training", "certificate", "employment", "vacancy", "subsidy", "base", "census"}),
    findings,
    watch,
    indicators=tuple(key for key, each in catalogue().items() if profile.comparable(each)),
    picks=True,
)
