"""各地进展: the places one level below, prefectures or counties, against pace and beside each other."""

from collections.abc import Callable

from briefings import narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Number
from briefings.parts import Part
from charts import words
from geo import places
from indicators.catalogue import catalogue
from indicators.plan import TARGET_TITLES, TARGETS

LEVELS = {"province": "设区市", "prefecture": "县（市、区）"}
BESIDE = ("talent_per_10k", "high_skilled_share")


def findings(facts: Facts, place: str, month: str) -> list[Text]:
    """How many of them keep pace, who is first and last."""
    return [_standing(facts, key, place, month) for key in TARGETS]


def watch(facts: Facts, place: str, month: str) -> list[Text]:
    """Who lags behind pace by more than the map's middle class, most first."""
    said: list[Text] = []
    for key in TARGETS:
        leads = [(p.name, _number(facts, "lead", "points", key, p.code, month)) for p in places.children(place)]
        late = sorted(
            (pair for pair in leads if pair[1].cell is not None and pair[1].cell <= narrative.LAGGING),
            key=lambda pair: pair[1].value or 0,
        )
        if late:
            listed = [span for name, lead in late[:5] for span in ("、", name, "（落后 ", lead, "）")]
            more = f"等 {len(late)} 个地区" if len(late) > 5 else ""
            said.append((f"{TARGET_TITLES[key]}落后序时进度较多的是", *listed[1:], f"{more}。"))
    return said


def section(facts: Facts, place: str, month: str) -> Section | None:
    """Both targets place by place. A county has nothing below."""
    here = places.place(place)
    if here.level not in LEVELS:
        return None
    said = findings(facts, place, month)
    blocks: list[Block] = [*said, _table(facts, place, month)]
    blocks += [_chart(facts, key, place, month) for key in TARGETS]
    return Section(f"各{LEVELS[here.level]}进展", said[0], tuple(blocks))


def _number(facts: Facts, what: str, style: str, key: str, place: str, month: str) -> Number:
    return facts.number(what, style, key=key, place=place, window="since_2023", month=month)  # type: ignore[arg-type]


def _standing(facts: Facts, key: str, place: str, month: str) -> Text:
    below = places.children(place)
    level = LEVELS[places.place(place).level]
    known = _sorted(facts, key, place, month)
    title = TARGET_TITLES[key]
    if not known:
        return (f"{len(below)} 个{level}的{title}均不能与序时进度比较。",)
    ahead, judged = (_number(facts, what, "count", key, place, month) for what in ("ahead", "judged"))
    counted: Text = (f"{len(below)} 个{level}中，{title}达到序时进度的有 ", ahead, " 个")
    missing: Text = ("（可比的 ", judged, " 个）") if judged.value != len(below) else ()
    first, last = known[0], known[-1]
    if first[1].cell == last[1].cell:
        return (*counted, *missing, "。")
    return (*counted, *missing, f"，{first[0]}最高（", first[1], f"），{last[0]}最低（", last[1], "）。")


def _sorted(facts: Facts, key: str, place: str, month: str) -> list[tuple[str, Number]]:
    shares = [(p.name, _number(facts, "completion", "percent", key, p.code, month)) for p in places.children(place)]
    return sorted((s for s in shares if s[1].known), key=lambda s: (-(s[1].value or 0), s[0]))


def _table(facts: Facts, place: str, month: str) -> Table:
    columns: list[tuple[str, Callable[[str], Number]]] = []
    for key in TARGETS:
        short = catalogue()[TARGETS[key]].short
        columns.append((short, lambda code, key=key: _number(facts, "completion", "percent", key, code, month)))  # type: ignore[misc]
    for key in BESIDE:
        indicator = catalogue()[key]
        columns.append(
            (
                f"{indicator.short}（{indicator.unit}）",
                lambda code, key=key, window=indicator.windows[0]: facts.number(  # type: ignore[misc]
                    "value", "plain", key=key, place=code, window=window, month=month
                ),
            )
        )
    rows: tuple[Row, ...] = tuple(
        (p.name, *(made(p.code) for _, made in columns)) for p in (*places.children(place), places.place(place))
    )
    title = f"{places.place(place).name}各{LEVELS[places.place(place).level]}进展（截至{words.month_name(month)}末）"
    note = "最后一行为合计，含市本级和功能区。"
    return Table(title, ("地区", *(name for name, _ in columns)), rows, note)


def _chart(facts: Facts, key: str, place: str, month: str) -> Chart:
    known = _sorted(facts, key, place, month)
    pace = facts.number("pace", "percent", month=month)
    title = f"{places.place(place).name}各{LEVELS[places.place(place).level]}{TARGET_TITLES[key]}完成率（序时进度 {pace.text}）"
    names, numbers = tuple(name for name, _ in known), tuple(number for _, number in known)
    table = Table(f"{title}（数据）", ("地区", "完成率"), tuple(zip(names, numbers, strict=True)))
    return Chart(title, "bar", "%", names, (Series("完成率", numbers),), table)


BELOW = Part(
    section,
    frozenset({"training", "certificate", "employment", "target", "census"}),
    findings,
    watch,
    indicators=("training_completion", "high_skilled_completion", *BESIDE),
)
