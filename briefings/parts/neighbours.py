"""相似地区: a county beside those that are most like it, by population and industry of the census."""

from briefings.document import Section, Span, Table, Text
from briefings.facts import Facts, Measure
from briefings.numbers import Fact
from briefings.parts import Part
from charts import words
from geo import places
from indicators import peers
from indicators.catalogue import catalogue

SHOWN = 5
KEYS = ("training_completion", "high_skilled_completion", "talent_per_10k", "high_skilled_share")


def section(facts: Facts, place: str, month: str) -> Section | None:
    """How many of the alike it stands before, and the nearest of them side by side. Counties only."""
    near = facts.neighbours(place)
    if not near:
        return None
    here = places.place(place).name
    said: list[Text] = [text for key in KEYS if (text := _before(facts, key, place, month))]
    if not said:
        said = [(f"{here}与相似地区可比的数据不足。",)]
    lead = (f"与{here}最相似的 {len(near)} 个县（市、区）相比，", *(span for text in _joined(said) for span in text))
    return Section("与相似地区比较", lead, (lead, _table(facts, place, month)))


def _joined(said: list[Text]) -> list[Text]:
    return [*[(*text, "；") for text in said[:-1]], (*said[-1], "。")] if said[0][-1] != "。" else said


def _before(facts: Facts, key: str, place: str, month: str) -> Text:
    indicator = catalogue()[key]
    of = {"key": key, "place": place, "window": indicator.windows[0], "month": month}
    value, known = facts.number("value", "value", **of), facts.number("alike_known", "count", **of)
    if not value.known or not known.value:
        return ()
    below = facts.number("alike_below", "count", **of)
    every = known.value == len(facts.neighbours(place))
    return (
        f"{indicator.title}（",
        value,
        "）高于其中 ",
        below,
        " 个",
        *(() if every else ("（有数据的 ", known, " 个）")),
    )


def _table(facts: Facts, place: str, month: str) -> Table:
    header = ("地区", *(f"{catalogue()[key].short}（{catalogue()[key].unit}）" for key in KEYS))
    rows: list[tuple[Span, ...]] = []
    for code in (place, *facts.neighbours(place)[:SHOWN]):
        numbers = (
            facts.number("value", "plain", key=key, place=code, window=catalogue()[key].windows[0], month=month)
            for key in KEYS
        )
        rows.append((places.place(code).name, *numbers))
    title = f"{places.place(place).name}与最相似的 {SHOWN} 个县（市、区）（{words.month_name(month)}）"
    return Table(title, header, tuple(rows), f"相似程度：{peers.METHOD}")


def _alike(facts: Facts, fact: Fact) -> list[float]:
    """The values of the alike that have one, as they are printed."""
    numbers = (
        facts.number("value", "plain", key=fact.key, place=code, window=fact.window, month=fact.month)
        for code in facts.neighbours(fact.place)
    )
    return [each.cell for each in numbers if each.cell is not None]


def _below(facts: Facts, fact: Fact) -> float | None:
    own = facts.number("value", "plain", key=fact.key, place=fact.place, window=fact.window, month=fact.month).cell
    return None if own is None else float(sum(each < own for each in _alike(facts, fact)))


MEASURES: dict[str, Measure] = {
    "alike_below": Measure("高于相似地区的个数", _below),
    "alike_known": Measure("有数据的相似地区数", lambda facts, fact: float(len(_alike(facts, fact)))),
}
NEIGHBOURS = Part(
    "相似地区比较",
    section,
    frozenset({"training", "certificate", "employment", "census"}),
    measures=MEASURES,
    indicators=KEYS,
)
