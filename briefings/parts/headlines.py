"""主要指标: the headline figures of a place with their changes, and the rhythm of training by month."""

from briefings import narrative
from briefings.document import Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.parts import Part
from charts import words
from geo import places
from indicators.catalogue import Indicator, catalogue

RHYTHM = "training_person_times"


def section(facts: Facts, place: str, month: str) -> Section:
    """Each headline in one sentence, all of them as a table, and training by month this year and last."""
    said = [_said(facts, each, place, month) for each in _headlines(facts)]
    known = [text for text in said if text]
    name = places.place(place).name
    return Section(
        "主要指标",
        _message(facts, place, month),
        (
            narrative.joined(*known)
            if known
            else (f"{name}本期主要指标均{words.gaps(withheld=facts.cubes.fewest_people > 0)}。",),
            _table(facts, place, month),
            *((_chart(facts, place, month),) if RHYTHM in facts.indicators else ()),
        ),
    )


def _headlines(facts: Facts) -> list[Indicator]:
    return [each for each in facts.indicators.values() if each.headline is not None]


def _of(indicator: Indicator, place: str, month: str) -> dict[str, str]:
    return {"key": indicator.key, "place": place, "window": str(indicator.headline), "month": month}


def _said(facts: Facts, indicator: Indicator, place: str, month: str) -> Text:
    of = _of(indicator, place, month)
    value, yoy = facts.number("value", "grand", **of), facts.number("yoy", "size", **of)
    period = words.period(month, indicator.headline or "month")
    return narrative.level(indicator, period, value, yoy)


def _message(facts: Facts, place: str, month: str) -> Text:
    for indicator in _headlines(facts):
        of = _of(indicator, place, month)
        value, yoy = facts.number("value", "grand", **of), facts.number("yoy", "size", **of)
        if value.known and yoy.known:
            period = words.period(month, indicator.headline or "month")
            return (
                f"{period}{indicator.title.removesuffix(indicator.unit)} ",
                value,
                *narrative.change(indicator, yoy),
            )
    return (f"{places.place(place).name}主要指标",)


def _table(facts: Facts, place: str, month: str) -> Table:
    rows: list[Row] = []
    partly = places.place(place).level != "county"
    for indicator in _headlines(facts):
        of = _of(indicator, place, month)
        compared = indicator.compared and indicator.headline != "since_2023"
        yoy = facts.number("yoy", "signed", **of) if compared else words.NO_VALUE
        filing = (facts.number("filed", "count", **of), facts.number("expected", "count", **of))
        title, period = f"{indicator.title}（{indicator.unit}）", words.period(month, indicator.headline or "month")
        rows.append((title, period, facts.number("value", "plain", **of), yoy, *(filing if partly else ())))
    header = ("指标", "时期", "数值", "同比", *(("完整填报单位", "应报单位") if partly else ()))
    note = "同比按两期均已报送的地区计算（可比口径）；缺报不等于零。"
    return Table(f"{places.place(place).name}主要指标", header, tuple(rows), note)


def _chart(facts: Facts, place: str, month: str) -> Chart:
    year, last = int(month[:4]), int(month[5:])
    kept = set(facts.cubes.months)
    years = [y for y in (year - 1, year) if f"{y}-{last:02d}" in kept]
    numbers = range(1, last + 1)
    series = tuple(
        Series(
            f"{y}年",
            tuple(
                facts.number("value", "plain", key=RHYTHM, place=place, window="month", month=f"{y}-{n:02d}")
                for n in numbers
            ),
        )
        for y in years
    )
    title = f"{places.place(place).name}各月数字技能培训人次"
    rows: tuple[Row, ...] = tuple((f"{n}月", *(each.numbers[n - 1] for each in series)) for n in numbers)
    table = Table(f"{title}（数据）", ("月份", *(f"{each.name}（人次）" for each in series)), rows)
    return Chart(title, "column", "人次", tuple(f"{n}月" for n in numbers), series, table)


HEADLINES = Part(
    "主要指标",
    section,
    frozenset({"training", "certificate", "employment", "vacancy", "subsidy"}),
    indicators=tuple(key for key, each in catalogue().items() if each.headline is not None),
    picks=True,
)
