"""到2027年: where both targets, supply and demand go if the past goes on, with interval and the method's own past errors."""

from typing import Any, Final

import polars as pl

from briefings import market
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts, Measure
from briefings.numbers import Fact, Number, Style
from briefings.parts import Part
from briefings.scope import Scope, on
from charts import words
from data_sources.retention import later
from geo import places
from indicators import measures, projection
from indicators.catalogue import catalogue
from indicators.plan import TARGET_TITLES, TARGETS
from indicators.projection import Outlook

MARKET: Final = ("vacancies", "certificates")
COLUMNS: Final[tuple[tuple[str, str, Style], ...]] = (
    ("已完成", "outlook_done", "count"),
    ("2027年目标", "target", "count"),
    ("2027年底推算", "outlook_end", "count"),
    ("下限", "outlook_low", "count"),
    ("上限", "outlook_high", "count"),
    ("达标每月需", "needed", "count"),
    ("推算月均", "outlook_usual", "count"),
)
ERRORS: Final = tuple((f"{ago}个月前推算的误差（%）", f"outlook_error_{ago}") for ago in projection.STANDING)


def findings(facts: Facts, at: Scope) -> list[Text]:
    """Whether each target will be reached."""
    said = []
    for key in TARGETS:
        low = number(facts, "outlook_low", "value", key, at).value
        style: Style = "grand" if low is not None and low >= words.GRAND else "value"
        end, lower, upper = (number(facts, f"outlook_{what}", style, key, at) for what in ("end", "low", "high"))
        target = number(facts, "target", "goal", key, at)
        said.append(market.arrives(TARGET_TITLES[key], end, lower, upper, target))
    return [text for text in said if text]


def section(facts: Facts, at: Scope) -> Section | None:
    """In words, both targets and the market as a table, the road to the targets; nothing where the past is too short."""
    said = findings(facts, at)
    if not said:
        return None
    blocks: list[Block] = [*said, _targets(facts, at), _chart(facts, at), *_market(facts, at)]
    return Section("到2027年的趋势推算", said[0], tuple(blocks))


def number(facts: Facts, what: str, style: Style, key: str, at: Scope, month: str = "") -> Number:
    """One number of an indicator's outlook, as seen from the scope's month; `month` is one to come."""
    return facts.number(what, style, key=key, place=at.place, window="since_2023", month=at.month, detail=month)


def _targets(facts: Facts, at: Scope) -> Table:
    rows: tuple[Row, ...] = tuple(
        (f"{TARGET_TITLES[key]}（{catalogue()[key].unit}）", *(number(facts, w, s, key, at) for _, w, s in COLUMNS))
        for key in TARGETS
    )
    title = f"{places.place(at.place).name}规划目标推算（站在{words.month_name(at.month)}末）"
    return Table(title, ("目标", *(head for head, _, _ in COLUMNS)), rows, f"{projection.METHOD}。")


def _chart(facts: Facts, at: Scope) -> Chart:
    """The projected completion of both targets at each quarter's end, against pace."""
    months = [
        m for n in range(1, 60) if (m := later(at.month, n)) <= projection.LAST and m[5:] in ("03", "06", "09", "12")
    ]
    series = tuple(
        Series(catalogue()[share].short, tuple(number(facts, "outlook_share", "percent", key, at, m) for m in months))
        for key, share in TARGETS.items()
    )
    pace = Series("序时进度", tuple(facts.number("pace", "percent", month=m) for m in months), dashed=True)
    title = f"{places.place(at.place).name}推算完成率与序时进度"
    rows: tuple[Row, ...] = tuple(
        (words.month_name(m), *(each.numbers[n] for each in (*series, pace))) for n, m in enumerate(months)
    )
    table = Table(f"{title}（数据）", ("截至月末", *(each.name for each in (*series, pace))), rows)
    return Chart(title, "line", "%", tuple(words.month_name(m) for m in months), (*series, pace), table)


def _market(facts: Facts, at: Scope) -> list[Table]:
    """What supply and demand add up to, and how the method did in the past for all four."""
    keys = [key for key in (*TARGETS, *MARKET) if _outlook(facts, Fact("", key, at.place, month=at.month))]
    rows: tuple[Row, ...] = tuple(
        (
            f"{catalogue()[key].short}（{catalogue()[key].unit}）",
            number(facts, "outlook_usual", "count", key, at),
            *(number(facts, what, "hundredths", key, at) for _, what in ERRORS),
        )
        for key in keys
    )
    title = f"{places.place(at.place).name}每月推算和推算的检验"
    note = "误差＝同一方法站在过去推算的合计÷实际合计−1。"
    return [Table(title, ("指标", "推算月均", *(head for head, _ in ERRORS)), rows, note)]


def _outlook(facts: Facts, fact: Fact) -> Outlook | None:
    def made() -> Outlook | None:
        months = measures.history(facts.series(facts.cubes, fact.key, "month"), fact.place)
        return projection.outlook(months.filter(pl.col("month") <= fact.month).select("month", "value"))

    found: Outlook | None = facts.kept(("outlook", fact.key, fact.place, fact.month), made)
    return found


def _whole(facts: Facts, fact: Fact) -> Outlook | None:
    """The outlook of a sum since 2023: none where a month of it is missing, or the newest is not the one stood at."""
    found = _outlook(facts, fact)
    return found if found is not None and found.whole else None


def _at_end(column: str) -> Any:
    def measured(facts: Facts, fact: Fact) -> float | None:
        found = _whole(facts, fact)
        return None if found is None else found.arrival[column]

    return measured


def _usual(facts: Facts, fact: Fact) -> float | None:
    found = _outlook(facts, fact)
    mean = None if found is None else found.path["value"].mean()
    return mean if isinstance(mean, float) else None


def _share(facts: Facts, fact: Fact) -> float | None:
    """The projected completion at the end of the month `detail`, in percent."""
    found, target = (
        _whole(facts, fact),
        facts.row(Fact("", TARGETS[fact.key], fact.place, "since_2023", fact.month))["denominator"],
    )
    if found is None or not target:
        return None
    totals = found.path.filter(pl.col("month") == fact.detail)["total"]
    return 100 * float(totals[0]) / float(target) if totals.len() else None


def _error(ago: int) -> Any:
    def measured(facts: Facts, fact: Fact) -> float | None:
        found = _outlook(facts, fact)
        rows = None if found is None else found.tests.filter(pl.col("ago") == ago)["error"]
        return float(rows[0]) if rows is not None and rows.len() and rows[0] is not None else None

    return measured


def _done(facts: Facts, fact: Fact) -> float | None:
    found = _whole(facts, fact)
    return None if found is None else found.done


MEASURES: Final = {
    "outlook_done": Measure("已完成", _done),
    "outlook_end": Measure("2027年底推算", _at_end("total")),
    "outlook_low": Measure("2027年底推算下限", _at_end("total_low")),
    "outlook_high": Measure("2027年底推算上限", _at_end("total_high")),
    "outlook_usual": Measure("推算月均", _usual),
    "outlook_share": Measure("推算完成率", _share),
    **{f"outlook_error_{ago}": Measure(f"{ago}个月前推算的误差", _error(ago)) for ago in projection.STANDING},
}


def part(at: Scope | None = None) -> Part:
    """The part about a scope, or about the place of the document."""
    return Part(
        "到2027年",
        on(at, section),
        frozenset({"training", "certificate", "vacancy", "target"}),
        on(at, findings),
        measures=MEASURES,
        indicators=(*TARGETS, *MARKET),
    )


OUTLOOK: Final = part()
