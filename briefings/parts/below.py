"""各地进展: the places one level below, prefectures or counties, against pace and beside each other."""

from briefings import narrative
from briefings.document import Chart, Row, Section, Series, Table, Text
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
    return Section(f"各{LEVELS[here.level]}进展", said[0], (*said, _chart(facts, place, month)))


def _number(facts: Facts, what: str, style: str, key: str, place: str, month: str) -> Number:
    return facts.number(what, style, key=key, place=place, window="since_2023", month=month)  # type: ignore[arg-type]


def _standing(facts: Facts, key: str, place: str, month: str) -> Text:
    below = places.children(place)
    level = LEVELS[places.place(place).level]
    known = _sorted(facts, key, place, month)
    title = TARGET_TITLES[key]
    if not known:
        return (f"{len(below)} 个{level}的{title}均不能与序时进度比较。",)
    pace = facts.number("pace", "percent", month=month)
    ahead, judged = (_number(facts, what, "count", key, place, month) for what in ("ahead", "judged"))
    counted: Text = (f"{len(below)} 个{level}中，{title}达到序时进度（", pace, "）的有 ", ahead, " 个")
    missing: Text = ("（可比的 ", judged, " 个）") if judged.value != len(below) else ()
    ends = narrative.extent(known)
    return (*counted, *missing, *(("，", *ends) if ends else ()), "。")


def _sorted(facts: Facts, key: str, place: str, month: str) -> list[tuple[str, Number]]:
    shares = [(p.name, _number(facts, "completion", "percent", key, p.code, month)) for p in places.children(place)]
    return sorted((s for s in shares if s[1].known), key=lambda s: (-(s[1].value or 0), s[0]))


def _chart(facts: Facts, place: str, month: str) -> Chart:
    """Completion of both targets, place by place, and in the table two rates beside them."""
    here = places.place(place)
    first = next(iter(TARGETS))
    shares = {
        p.code: _number(facts, "completion", "percent", first, p.code, month).value for p in places.children(place)
    }
    order = sorted(shares, key=lambda code: (shares[code] is None, -(shares[code] or 0), code))
    series = tuple(
        Series(catalogue()[share].short, tuple(_number(facts, "completion", "percent", key, c, month) for c in order))
        for key, share in TARGETS.items()
    )
    rows: tuple[Row, ...] = tuple(_row(facts, code, month) for code in (*order, place))
    header = (
        "地区",
        *(catalogue()[share].short for share in TARGETS.values()),
        *(f"{catalogue()[key].short}（{catalogue()[key].unit}）" for key in BESIDE),
    )
    title = f"{here.name}各{LEVELS[here.level]}目标完成率（截至{words.month_name(month)}末）"
    table = Table(f"{title}（数据）", header, rows, "最后一行为合计，含市本级和功能区。")
    return Chart(title, "bar", "%", tuple(places.place(code).name for code in order), series, table)


def _row(facts: Facts, code: str, month: str) -> Row:
    shares = (_number(facts, "completion", "percent", key, code, month) for key in TARGETS)
    rates = (
        facts.number("value", "plain", key=key, place=code, window=catalogue()[key].windows[0], month=month)
        for key in BESIDE
    )
    return (places.place(code).name, *shares, *rates)


BELOW = Part(
    "各地进展",
    section,
    frozenset({"training", "certificate", "employment", "target", "census"}),
    findings,
    watch,
    indicators=(*TARGETS, *TARGETS.values(), *BESIDE),
)
