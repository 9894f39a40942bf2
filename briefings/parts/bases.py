"""实训基地: how many of which kind, how hard their seats are used, who lives within reach, which counties nobody reaches."""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from briefings import cells, market, narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts, apart
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, below
from charts import words
from data_sources.vocabulary import BASE_KINDS
from geo import places
from geo.reach import Travel
from indicators import bases, reach
from indicators.catalogue import Window, catalogue
from indicators.options import DETOUR, MINUTES, SPEED

SHOWN: Final = 12
HALF: Final = 50.0
"""Percent of the residents: a county of which less is within reach calls for attention."""
TABLES: Final = frozenset({"base", "training", "employment", "census"})
KEYS: Final = ("bases", "base_seats", "seats_per_1000_talent", "base_use")


@dataclass(frozen=True)
class Circle:
    """Within how many minutes, by which detour (percent) and speed, of which kinds of bases (all if none)."""

    minutes: int = int(MINUTES.default)
    detour: int = int(DETOUR.default)
    speed: int = int(SPEED.default)
    kinds: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it in the `detail` of a fact."""
        return f"{self.minutes}:{self.detour}:{self.speed}:{'~'.join(self.kinds)}"

    @property
    def way(self) -> reach.Way:
        """How a base is reached."""
        return reach.Way(self.minutes, Travel(self.detour / 100, self.speed))

    @property
    def told(self) -> str:
        """In words, with what is assumed."""
        return (
            f"{self.minutes}分钟圈按直线距离×{words.exact(self.detour / 100)}、时速{self.speed}公里估算，县内人口视为均匀分布；"
            "可达工位按增强两步移动搜索法，没有位置或不在省内的基地不计入。"
        )


def circle(text: str) -> Circle:
    """The circle that a `detail` holds."""
    minutes, detour, speed, kinds = text.split(":")
    return Circle(int(minutes), int(detour), int(speed), tuple(k for k in kinds.split("~") if k))


def part(at: Scope | None = None, around: Circle | None = None) -> Part:
    """The part about a scope, or about the place of the document, with this circle or the usual one."""
    chosen = around or Circle()
    return Part(
        "实训基地",
        lambda facts, place, month: section(facts, at or below(place, month), chosen),
        TABLES,
        lambda facts, place, month: findings(facts, at or below(place, month), chosen),
        lambda facts, place, month: watch(facts, at or below(place, month), chosen),
        MEASURES,
        indicators=(*KEYS, "residents", reach.STOCK),
    )


def findings(facts: Facts, at: Scope, around: Circle) -> list[Text]:
    """How many bases and seats, how hard they are used, and who is within reach."""
    name, use = places.place(at.place).name, catalogue()["base_use"]
    held = {key: _indicator(facts, key, "grand", at.place, at.month) for key in KEYS}
    if not held["bases"].known or not held["base_seats"].known:
        return []
    said: list[Text] = [
        (
            f"{words.period(at.month, 'month_end')}，{name}在用实训基地 ",
            held["bases"],
            "、工位 ",
            held["base_seats"],
            "。",
        )
    ]
    if held["base_use"].known:
        own, whole = (_indicator(facts, "base_use", "ratio", code, at.month) for code in (at.place, places.PROVINCE))
        above = narrative.compared(own, whole, "全省")
        period = words.period(at.month, use.windows[0])
        said.append((f"{period}每个工位承担 ", own, " 人次", *(above if at.place != places.PROVINCE else ()), "。"))
    shares = (_reached(facts, what, "percent", at.place, at.month, around) for what in ("residents", "workers"))
    said.append(market.reached(name, around.minutes, *shares))
    return [narrative.joined(*(text for text in said if text))]


def watch(facts: Facts, at: Scope, around: Circle) -> list[Text]:
    """The counties in which nobody is within reach, and those of which the least part is."""
    inside = [p for p in places.places() if p.level == "county" and at.place in {s.code for s in places.path(p.code)}]
    shares = [(p.name, _reached(facts, "residents", "percent", p.code, at.month, around)) for p in inside]
    short = sorted(
        (pair for pair in shares if pair[1].cell is not None and pair[1].cell < HALF), key=lambda p: p[1].value or 0
    )
    return [narrative.listed(f"{around.minutes}分钟培训圈覆盖常住人口不足一半的县（市、区）有", short)] if short else []


def section(facts: Facts, at: Scope, around: Circle) -> Section | None:
    """In words, by kind, place by place, and the largest bases; nothing where there is none."""
    said = findings(facts, at, around)
    if not said or not _listed(facts, Fact("", place=at.place, window=at.window, month=at.month), around.text).height:
        return None
    blocks: list[Block] = [said[0], _kinds(facts, at, around), _beside(facts, at, around), _largest(facts, at, around)]
    return Section("实训基地", said[0], tuple(blocks))


def _indicator(facts: Facts, key: str, style: Style, place: str, month: str) -> Number:
    return facts.number("value", style, key=key, place=place, window=catalogue()[key].windows[0], month=month)


def _reached(facts: Facts, what: str, style: Style, place: str, month: str, around: Circle) -> Number:
    key = "residents" if what == "residents" else reach.STOCK
    return facts.number(
        f"circle.{what}", style, key=key, place=place, month=month, detail=cells.detail("", around.text)
    )


def _cell(facts: Facts, what: str, style: Style, at: Scope, around: Circle, row: str) -> Number:
    of = {"place": at.place, "window": at.window, "month": at.month}
    return facts.number(what, style, detail=cells.detail(row, around.text), **of)


def _kinds(facts: Facts, at: Scope, around: Circle) -> Chart:
    shown = [kind for kind in BASE_KINDS if not around.kinds or kind in around.kinds]
    columns: tuple[tuple[str, str, Style], ...] = (
        ("基地（个）", "bases", "count"), ("工位（个）", "seats", "count"), ("培训（人次）", "person_times", "count"),
        ("每工位（人次）", "use", "ratio"),
    )  # fmt: skip
    held = {
        what: tuple(_cell(facts, f"base_kind.{what}", style, at, around, kind) for kind in shown)
        for _, what, style in columns
    }
    names = tuple(BASE_KINDS[kind] for kind in shown)
    title = f"{places.place(at.place).name}各类实训基地（{words.period(at.month, 'month_end')}）"
    rows: tuple[Row, ...] = tuple(zip(names, *held.values(), strict=True))
    note = f"培训人次为{words.period(at.month, at.window)}，只含当地已报齐月份的基地；工位不足的不计算使用强度。"
    table = Table(f"{title}（数据）", ("类型", *(head for head, _, _ in columns)), rows, note)
    return Chart(title, "bar", "个", names, (Series("工位（个）", held["seats"]),), table)


def _beside(facts: Facts, at: Scope, around: Circle) -> Table:
    rows: tuple[Row, ...] = tuple(
        (
            places.place(code).name,
            *(_indicator(facts, key, "plain", code, at.month) for key in KEYS),
            *(_reached(facts, what, "percent", code, at.month, around) for what in ("residents", "workers")),
            _reached(facts, "access", "ratio", code, at.month, around),
        )
        for code in at.compared
    )
    circle_of = f"{around.minutes}分钟圈内"
    header = (
        "地区", *(f"{catalogue()[key].short}（{catalogue()[key].unit}）" for key in KEYS), f"{circle_of}常住人口",
        f"{circle_of}数字人才", "每千名人才可达工位（个）",
    )  # fmt: skip
    return Table(f"各地实训基地（{words.month_name(at.month)}）", header, rows, around.told)


def _largest(facts: Facts, at: Scope, around: Circle) -> Table:
    found = _listed(facts, Fact("", place=at.place, window=at.window, month=at.month), around.text).filter(
        ~pl.col("closed")
    )
    columns: tuple[tuple[str, Style], ...] = (("seats", "count"), ("person_times", "count"), ("use", "ratio"))
    rows: tuple[Row, ...] = tuple(
        (row["name"], places.place(row["place_code"]).name, BASE_KINDS[row["kind"]],
         *(_cell(facts, f"base.{what}", style, at, around, row["base_code"]) for what, style in columns))
        for row in found.head(SHOWN).iter_rows(named=True)
    )  # fmt: skip
    title = f"{places.place(at.place).name}工位最多的 {min(SHOWN, found.height)} 个实训基地（{words.period(at.month, at.window)}）"
    return Table(title, ("基地", "地区", "类型", "工位（个）", "培训（人次）", "每工位（人次）"), rows)


def _listed(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    """The bases of a place in the fact's window (see `bases.listed`)."""
    window: Window = fact.window  # type: ignore[assignment]
    frame: pl.DataFrame = facts.kept(
        ("bases", fact.place, window, fact.month, depends),
        lambda: bases.listed(facts.cubes, facts.register, window, fact.month, fact.place, circle(depends).kinds),
    )
    return frame


def _bases(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    return _listed(facts, fact, depends).select("seats", "person_times", "use", row="base_code")


def _by_kind(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    held = _listed(facts, fact, depends)
    rows: list[dict[str, Any]] = [{"row": kind, **bases.totals(held.filter(kind=kind))} for kind in BASE_KINDS]
    return pl.DataFrame(rows, infer_schema_length=None)


def _circle(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    """Every place: shares of residents and workers within reach, in percent."""

    def covered() -> pl.DataFrame:
        chosen, codes = circle(depends), tuple(each.code for each in places.places())
        found = reach.rolled(reach.coverage(*_people_and_sites(facts, fact, chosen), chosen.way), codes)
        shares = {what: 100 * pl.col(f"{what}_share") for what in ("residents", "workers")}
        return found.select(row="place_code", **shares)

    frame: pl.DataFrame = facts.kept(("circle", fact.month, depends), covered)  # the same for both of its columns
    return frame


def _seats(facts: Facts, fact: Fact, depends: str) -> pl.DataFrame:
    """Every place: seats that 1,000 workers reach."""
    chosen, codes = circle(depends), tuple(each.code for each in places.places())
    found = reach.rolled_access(reach.accessible(*_people_and_sites(facts, fact, chosen), chosen.way), codes)
    return found.select("access", row="place_code")


def _people_and_sites(facts: Facts, fact: Fact, chosen: Circle) -> tuple[pl.DataFrame, pl.DataFrame]:
    stock = facts.series(facts.cubes, reach.STOCK, "month_end")
    return reach.people(facts.cubes, stock, fact.month), reach.sites(facts.register, fact.month, chosen.kinds)


USED: Final = apart("training")
MEASURES: Final = {
    **cells.measures("base", _bases, {"seats": "工位", "person_times": "培训人次", "use": "每工位人次"}, withheld=USED),
    **cells.measures(
        "base_kind",
        _by_kind,
        {"bases": "基地", "seats": "工位", "person_times": "培训人次", "use": "每工位人次"},
        withheld=USED,
    ),
    **cells.measures(
        "circle",
        _circle,
        {"residents": "圈内常住人口", "workers": "圈内数字技能人才"},
        of_places=True,
    ),
    **cells.measures("circle", _seats, {"access": "可达工位"}, of_places=True),
}
BASES: Final = part()
