"""人员流动: who came and who left, from and to where, on a map, as the largest flows and place by place."""

from typing import Any, Final, cast

import plotly.graph_objects as go
import polars as pl

from briefings import market, narrative
from briefings.document import Block, Chart, Picture, Row, Section, Series, Table, Text
from briefings.facts import Facts, Measure, apart
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, on
from charts import flows as pictures
from charts import words
from charts.printed_map import printed_map
from charts.subject import Subject, caption
from data_sources.reference import clusters
from data_sources.settings import settings
from geo import places
from indicators import flows
from indicators.catalogue import Window, catalogue
from indicators.view import Level

KEY: Final = "talent_inflow"
SHOWN: Final = 12
ARCS: Final = 40
TABLES: Final = frozenset({"employment"})
COLUMNS: Final = (
    ("省内流入", "inside"),
    ("流向省内他地", "outflow"),
    ("省内净流入", "net"),
    ("外省流入", "outside"),
    ("首次就业", "first"),
    ("去向不明", "unknown"),
    ("在岗净增（人）", "change"),
)
LABELS: Final = {**{what: head.partition("（")[0] for head, what in COLUMNS}, "within": "省内流动"}
NOTE: Final = (
    "除注明外单位为人次：一段就业开始时上一段就业在另一地区，计一次流动。转往外省无人报送，净流入不含外省；"
    "去向不明为结束就业、此后没有新的就业报送。有月份缺报的县没有流入数。"
)


def findings(facts: Facts, at: Scope) -> list[Text]:
    """In, out and net, and where most came from and went to."""
    own = _own(at)
    numbers = (
        number(facts, what, "apart" if what == "net" else "count", own)
        for what in ("inside", "outflow", "net", "outside")
    )
    name, period = places.place(at.place).name, words.period(at.month, at.window)
    if at.place == places.PROVINCE:
        whole = market.moved_in_province(
            period, *(number(facts, w, "count", own) for w in ("outside", "first", "within"))
        )
    else:
        whole = market.moved(name, period, *numbers)
    return [narrative.joined(whole, *_ends(facts, at))] if whole else []


def section(facts: Facts, at: Scope) -> Section | None:
    """In words, the map of the largest flows, these as a chart, and all places; nothing where nobody moved."""
    pairs = _pairs(facts, at)
    own = pictures.of_place(pairs, at.place, at.drawn)
    shown = own if own.height else pairs
    if shown.is_empty():
        return None
    said = findings(facts, at)
    message = said[0] if said else (f"{places.place(at.place).name}人员流动",)
    blocks: list[Block] = [*said, _map(facts, at, shown), _chart(facts, at, shown), _balance(facts, at)]
    return Section("人员流动", message, tuple(blocks))


def number(facts: Facts, what: str, style: Style, at: Scope, place: str = "") -> Number:
    """What a place gained or lost among those of the scope."""
    return facts.number(
        f"flow_{what}", style, key=KEY, place=place or at.place, window=at.window, month=at.month, cluster=at.cluster,
        detail=at.level,
    )  # fmt: skip


def _own(at: Scope) -> Scope:
    """The scope in which the place itself stands among its equals."""
    return at if at.place in at.drawn else Scope(at.place, at.month, "prefecture", at.window, at.cluster)


def _pair(facts: Facts, at: Scope, origin: str, destination: str) -> Number:
    return facts.number(
        "flow_pair", "count", key=KEY, place=at.place, window=at.window, month=at.month, cluster=at.cluster,
        detail=f"{at.level}:{origin}>{destination}",
    )  # fmt: skip


def _ends(facts: Facts, at: Scope) -> list[Text]:
    """Where most came from, and where most went to."""
    if at.place not in at.drawn:
        return []
    pairs = _pairs(facts, at)
    said: list[Text] = []
    for lead, end, other in (
        ("流入较多的来源地是", "destination", "origin"),
        ("流向较多的目的地是", "origin", "destination"),
    ):
        rows = pairs.filter(pl.col(end) == at.place).head(narrative.MOST).to_dicts()
        told = [(pictures.name(r[other]), _pair(facts, at, r["origin"], r["destination"])) for r in rows]
        said += [narrative.listed(lead, told)] if told else []
    return said


def _map(facts: Facts, at: Scope, shown: pl.DataFrame) -> Picture:
    whose = places.place(at.place).name + ("" if at.place in at.drawn else "各地")
    title = f"{whose}人员流动：最大的流向（{words.period(at.month, at.window)}）"
    about = Subject(
        title, "流向图", NOTE, "人次", words.period(at.month, at.window), "", catalogue()[KEY].source, TABLES,
        cluster=clusters().get(at.cluster), approval=settings().approval_line,
    )  # fmt: skip
    simulated, waiting = facts.cubes.simulated(TABLES), facts.cubes.unreviewed(TABLES)
    lines = caption(about, version=facts.cubes.version, simulated=simulated, unreviewed=waiting)

    def figure() -> go.Figure:
        pairs, balance = _pairs(facts, at), _balances(facts, at, at.drawn)
        return printed_map(
            pictures.picture(
                pairs, balance, "light", most=ARCS, chosen=at.place, title=title, caption=lines, simulated=simulated
            )
        )

    largest = [
        (_ends_of(row), _pair(facts, at, row["origin"], row["destination"]))
        for row in shown.head(narrative.MOST).to_dicts()
    ]
    return Picture(
        title, figure, (f"{title}。", *narrative.listed("最大的流向是", largest), "　".join((pictures.EDGE, *lines)))
    )


def _chart(facts: Facts, at: Scope, pairs: pl.DataFrame) -> Chart:
    rows = pairs.head(SHOWN).to_dicts()
    names = tuple(_ends_of(row) for row in rows)
    numbers = tuple(_pair(facts, at, r["origin"], r["destination"]) for r in rows)
    title = f"{places.place(at.place).name}最大的 {len(rows)} 个流向（{words.period(at.month, at.window)}）"
    table = Table(f"{title}（数据）", ("流向", "人次"), tuple(zip(names, numbers, strict=True)))
    return Chart(title, "bar", "人次", names, (Series("人次", numbers),), table)


def _ends_of(row: dict[str, Any]) -> str:
    return f"{pictures.name(row['origin'])} → {pictures.name(row['destination'])}"


def _balance(facts: Facts, at: Scope) -> Table:
    """The drawn places, the largest gain first."""
    nets = {code: number(facts, "net", "count", at, code).value for code in at.drawn}
    order = sorted(nets, key=lambda code: (nets[code] is None, -(nets[code] or 0), code))
    rows: tuple[Row, ...] = tuple(
        (places.place(code).name, *(number(facts, what, "count", at, code) for _, what in COLUMNS)) for code in order
    )
    title = f"各地流入流出（{words.period(at.month, at.window)}）"
    return Table(title, ("地区", *(head for head, _ in COLUMNS)), rows, NOTE)


def _pairs(facts: Facts, at: Scope) -> pl.DataFrame:
    """Flows between the drawn places (see `flows.between`)."""
    frame: pl.DataFrame = facts.kept(
        ("pairs", at.drawn, at.window, at.month, at.cluster),
        lambda: flows.between(facts.cubes, at.window, at.month, at.drawn, cluster=at.cluster or None),
    )
    return frame


def _balances(facts: Facts, at: Scope, codes: tuple[str, ...]) -> pl.DataFrame:
    """What the places gained and lost (see `flows.balance`)."""
    frame: pl.DataFrame = facts.kept(
        ("balances", codes, at.window, at.month, at.cluster),
        lambda: flows.balance(facts.cubes, at.window, at.month, codes, cluster=at.cluster or None),
    )
    return frame


def _scope(fact: Fact, level: str) -> Scope:
    return Scope(fact.place, fact.month, cast("Level", level), cast("Window", fact.window), fact.cluster)


def _gained(column: str) -> Measure:
    def measured(facts: Facts, fact: Fact) -> float | None:
        at = _scope(fact, fact.detail)
        codes = at.drawn if fact.place in at.drawn else (fact.place,)
        (value,) = _balances(facts, at, codes).filter(pl.col("place_code") == fact.place)[column]
        return None if value is None else float(value)

    return Measure(LABELS[column], measured, apart(*TABLES))


def _moves(facts: Facts, fact: Fact) -> float | None:
    level, _, ends = fact.detail.partition(":")
    origin, _, destination = ends.partition(">")
    found = _pairs(facts, _scope(fact, level)).filter(
        (pl.col("origin") == origin) & (pl.col("destination") == destination)
    )
    return float(found["people"][0]) if found.height else None


def part(at: Scope | None = None) -> Part:
    """The part about a scope, or about the place of the document."""
    return Part(
        "人员流动",
        on(at, section),
        TABLES,
        on(at, findings),
        measures={"flow_pair": Measure("流动", _moves), **{f"flow_{column}": _gained(column) for column in LABELS}},
        indicators=(KEY, "talent_inflow_outside"),
        apart=TABLES,
    )


FLOWS: Final = part()
