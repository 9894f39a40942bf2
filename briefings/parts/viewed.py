"""An indicator as the map shows it: where the place stands among those drawn, who is highest and lowest, how it moved."""

from typing import Final

from briefings import narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Number
from briefings.parts import Part
from briefings.parts.map import number, picture, spread
from charts import sentences, words
from geo import places
from indicators.catalogue import catalogue
from indicators.view import View

MANY: Final = 30
"""More places than this are a table without bars."""
MONTHS: Final = 24
UNRANKED: Final = "缺报和不公开的地区不参与排名。"


def part(view: View) -> Part:
    """The part that shows this view."""
    indicator = catalogue()[view.indicator]
    return Part(
        indicator.title,
        lambda facts, *_: section(facts, view),
        indicator.tables,
        lambda facts, *_: findings(facts, view),
        indicators=(view.indicator,),
    )


def findings(facts: Facts, view: View) -> list[Text]:
    """Where the place stands, and who is highest and lowest."""
    return [text for text in (_standing(facts, view), spread(facts, view)) if text]


def section(facts: Facts, view: View) -> Section:
    """The map, the ranking, the place's series."""
    indicator, said = catalogue()[view.indicator], findings(facts, view)
    trend = [] if view.window == "census" else [_trend(facts, view)]
    blocks: list[Block] = [*said, picture(facts, view), _ranking(facts, view), *trend]
    return Section(indicator.title, said[-1], tuple(blocks))


def _standing(facts: Facts, view: View) -> Text:
    indicator, name = catalogue()[view.indicator], places.place(view.place).name
    value = number(facts, "value", "grand", view)
    period = words.period(view.month, view.window)
    if value.text == words.WITHHELD:
        return (f"{name}{period}的{indicator.title}{words.WITHHELD}，不参与排名。",)
    if not value.known:
        return (f"{name}{period}有月份未报送，没有{indicator.title}的数值，不参与排名。",)
    ranked = view.place in view.ranked_places and len(view.ranked_places) > 1
    rank = narrative.position(number(facts, "rank", "rank", view), sentences.scope(view)) if ranked else ()
    cover = narrative.coverage(*(number(facts, what, "count", view) for what in ("filed", "expected")))
    change = narrative.change(indicator, number(facts, "yoy", "size", view)) if indicator.compared else ()
    return (f"{period}，{name}{indicator.title} ", value, *cover, *rank, *change, "。")


def _ranking(facts: Facts, view: View) -> Chart | Table:
    indicator = catalogue()[view.indicator]
    held = {code: number(facts, "value", "plain", view, code) for code in view.ranked_places}
    order = sorted(held, key=lambda code: (not held[code].known, _best_first(held[code], indicator.polarity), code))
    rows: tuple[Row, ...] = tuple(_row(facts, view, code, held[code]) for code in order)
    title = f"{sentences.scope(view)}{indicator.title}（{words.period(view.month, view.window)}）"
    header = (
        "地区",
        f"{indicator.short}（{indicator.unit}）",
        "位次",
        *(("同比",) if indicator.compared else ()),
        "已报单位",
        "应报单位",
    )
    if len(order) > MANY or not any(n.known for n in held.values()):
        return Table(title, header, rows, UNRANKED)
    table = Table(f"{title}（数据）", header, rows, UNRANKED)
    names, numbers = tuple(places.place(code).name for code in order), tuple(held[code] for code in order)
    return Chart(title, "bar", indicator.unit, names, (Series(indicator.short, numbers),), table)


def _best_first(value: Number, polarity: str) -> float:
    return (value.value or 0) * (1 if polarity == "lower" else -1)


def _row(facts: Facts, view: View, code: str, value: Number) -> Row:
    compared = catalogue()[view.indicator].compared
    yoy = (number(facts, "yoy", "signed", view, code),) if compared else ()
    filing = (number(facts, what, "count", view, code) for what in ("filed", "expected"))
    return (places.place(code).name, value, number(facts, "rank", "rank", view, code), *yoy, *filing)


def _trend(facts: Facts, view: View) -> Chart:
    indicator = catalogue()[view.indicator]
    months = [m for m in facts.cubes.months if m <= view.month][-MONTHS:]
    of = {"key": view.indicator, "place": view.place, "window": view.window, "cluster": view.cluster or ""}
    values = tuple(facts.number("value", "plain", month=m, **of) for m in months)
    series = [Series(indicator.short, values)]
    if indicator.middle == "pace":
        series.append(Series("序时进度", tuple(facts.number("pace", "percent", month=m) for m in months), dashed=True))
    title = f"{places.place(view.place).name}近{len(months)}个月{indicator.title}"
    rows = tuple(zip(months, *(each.numbers for each in series), strict=True))
    table = Table(f"{title}（数据）", ("月份", *(f"{each.name}（{indicator.unit}）" for each in series)), rows)
    return Chart(title, "line", indicator.unit, words.month_labels(months), tuple(series), table)
