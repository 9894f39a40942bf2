"""岗位供需: what a place asks for and how many certificates answer it, by occupation, and who around it is most short."""

from typing import Any, Final

import polars as pl

from briefings import market, narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts, Measure, apart
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, on
from charts import words
from data_sources.reference import occupations
from geo import places
from indicators import supply
from indicators.catalogue import Window

SHOWN: Final = 12
TABLES: Final = frozenset({"vacancy", "certificate", "employment"})
NOTE: Final = (
    "缺口＝岗位需求人数−同期发放的该职业证书数；供需比＝证书数÷需求人数，没有需求的不计算。"
    "只含两表均已报送的地区和月份；月末在岗是存量，不计入供给。"
)
COLUMNS: Final[tuple[tuple[str, str, Style], ...]] = (
    ("岗位需求（人）", "demand", "count"),
    ("同期发证（本）", "supply", "count"),
    ("缺口", "gap", "count"),
    ("供需比", "ratio", "ratio"),
    ("月末在岗（人）", "stock", "count"),
)
MORE: Final[tuple[tuple[str, str, Style], ...]] = (
    ("其中紧缺（人）", "short", "count"),
    ("平均月薪（元）", "wage", "count"),
)
Cell = dict[str, Any]


def findings(facts: Facts, at: Scope) -> list[Text]:
    """Demand against certificates, and the occupations that are most short."""
    said = (_whole(facts, at), _short_of(facts, at))
    return [narrative.joined(*said)] if said[0] else []


def watch(facts: Facts, at: Scope) -> list[Text]:
    """Occupations that are asked for and for which nobody was certified."""
    codes = _short(facts, at).filter(pl.col("supply") == 0)["occupation_code"]
    told = [(occupations()[code], number(facts, "demand", "value", at, code)) for code in codes]
    return [narrative.listed("有岗位需求而同期没有发放证书的职业有", told)] if told else []


def section(facts: Facts, at: Scope) -> Section | None:
    """In words, the occupations most short as chart and table, and the places beside each other; nothing where unknown."""
    whole = _whole(facts, at)
    if not whole:
        return None
    short = [_chart(facts, at)] if _short(facts, at).height else []
    blocks: list[Block] = [narrative.joined(whole, _short_of(facts, at)), *short, _beside(facts, at)]
    return Section("岗位供需", whole, tuple(blocks))


def number(facts: Facts, what: str, style: Style, at: Scope, occupation: str = "", place: str = "") -> Number:
    """One number of one occupation, or of all, in the scope's place or another."""
    return facts.number(
        f"occupation_{what}", style, key="certificates" if what == "supply" else "vacancies", place=place or at.place,
        window=at.window, month=at.month, cluster=at.cluster, detail=occupation,
    )  # fmt: skip


def _whole(facts: Facts, at: Scope) -> Text:
    styles: tuple[tuple[str, Style], ...] = (
        ("demand", "grand"),
        ("supply", "grand"),
        ("gap", "apart"),
        ("ratio", "ratio"),
    )
    numbers = (number(facts, what, style, at) for what, style in styles)
    return market.supply(places.place(at.place).name, words.period(at.month, at.window), *numbers)


def _short_of(facts: Facts, at: Scope) -> Text:
    codes = _short(facts, at).filter(pl.col("gap") > 0)["occupation_code"]
    told = [(occupations()[code], number(facts, "gap", "count", at, code)) for code in codes]
    return narrative.listed("缺口较大的职业是", told) if told else ()


def _chart(facts: Facts, at: Scope) -> Chart:
    codes = _short(facts, at)["occupation_code"][:SHOWN].to_list()
    names = tuple(occupations()[code] for code in codes)
    columns = (*COLUMNS, *MORE)
    held = {what: tuple(number(facts, what, style, at, code) for code in codes) for _, what, style in columns}
    rows: tuple[Row, ...] = tuple(zip(names, *held.values(), strict=True))
    title = f"{places.place(at.place).name}缺口最大的 {len(codes)} 个职业（{words.period(at.month, at.window)}）"
    table = Table(f"{title}（数据）", ("职业", *(head for head, _, _ in columns)), rows, NOTE)
    series = (Series("岗位需求（人）", held["demand"]), Series("同期发证（本）", held["supply"]))
    return Chart(title, "bar", "人、本", names, series, table)


def _beside(facts: Facts, at: Scope) -> Table:
    """The drawn places, the most short first, and the place itself."""
    gaps = {code: number(facts, "gap", "count", at, place=code).value for code in at.drawn}
    order = sorted(gaps, key=lambda code: (gaps[code] is None, -(gaps[code] or 0), code))
    rows: tuple[Row, ...] = tuple(
        (places.place(code).name, *(number(facts, what, style, at, place=code) for _, what, style in COLUMNS))
        for code in (*order, *at.compared[len(order) :])
    )
    title = f"各地岗位供需（{words.period(at.month, at.window)}）"
    note = "最后一行为合计，含市本级和功能区。" if len(at.compared) > len(order) else ""
    return Table(title, ("地区", *(head for head, _, _ in COLUMNS)), rows, f"{note}有月份缺报的县没有数。")


def _cells(facts: Facts, fact: Fact) -> dict[str, dict[str, Cell]]:
    """Every place's occupations of the period (see `supply.cells`), and under '' all of them together."""
    codes = tuple(each.code for each in places.places())
    window: Window = fact.window  # type: ignore[assignment]

    def made() -> dict[str, dict[str, Cell]]:
        found = supply.cells(facts.cubes, window, fact.month, codes, cluster=fact.cluster or None)
        held: dict[str, dict[str, Cell]] = {code: {} for code in codes}
        for row in found.iter_rows(named=True):
            held[row["place_code"]][row["occupation_code"]] = row
        for inside in held.values():
            inside[""] = _together(list(inside.values()))
        return held

    kept: dict[str, dict[str, Cell]] = facts.kept(("occupations", window, fact.month, fact.cluster), made)
    return kept


def _together(cells: list[Cell]) -> Cell:
    """The sums of one place's occupations; what no occupation has is not known."""
    sums: Cell = {}
    for column in ("demand", "supply", "gap", "stock"):
        known = [cell[column] for cell in cells if cell[column] is not None]
        sums[column] = sum(known) if known else None
    return {**sums, "ratio": sums["supply"] / sums["demand"] if sums["demand"] else None}


def _short(facts: Facts, at: Scope) -> pl.DataFrame:
    """What the place is short of (see `supply.shortage`)."""
    frame: pl.DataFrame = facts.kept(
        ("shortage", at.place, at.window, at.month, at.cluster),
        lambda: supply.shortage(facts.cubes, at.window, at.month, at.place, cluster=at.cluster or None),
    )
    return frame


def _cell(column: str) -> Measure:
    labels = {what: head.partition("（")[0] for head, what, _ in COLUMNS}

    def measured(facts: Facts, fact: Fact) -> float | None:
        value = _cells(facts, fact)[fact.place].get(fact.detail, {}).get(column)
        return None if value is None else float(value)

    return Measure(labels[column], measured, apart(*supply.BOTH))


def _listed(column: str, label: str) -> Measure:
    def measured(facts: Facts, fact: Fact) -> float | None:
        window: Window = fact.window  # type: ignore[assignment]
        found = _short(facts, Scope(fact.place, fact.month, "county", window, fact.cluster))
        value = found.filter(pl.col("occupation_code") == fact.detail)[column].to_list()
        return float(value[0]) if value and value[0] is not None else None

    return Measure(label, measured, apart(*supply.BOTH))


def part(at: Scope | None = None) -> Part:
    """The part about a scope, or about the place of the document."""
    return Part(
        "岗位供需",
        on(at, section),
        TABLES,
        on(at, findings),
        on(at, watch),
        {**{f"occupation_{what}": _cell(what) for _, what, _ in COLUMNS},
         **{f"occupation_{what}": _listed(what, head.partition("（")[0]) for head, what, _ in MORE}},
        apart=frozenset(supply.BOTH),
        indicators=("vacancies", "certificates", "supply_gap", "talent_stock", "shortage_vacancies", "average_wage"),
    )  # fmt: skip


SUPPLY: Final = part()
