"""规划目标: both targets of the plan for a place, against pace, with what each remaining month must bring."""

from briefings import narrative
from briefings.document import Block, Chart, Heading, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.narrative import Goal
from briefings.parts import Part
from charts import words
from geo import places
from indicators.catalogue import catalogue
from indicators.plan import TARGET_TITLES, TARGETS

MONTHS = 12


def found(facts: Facts, key: str, place: str, month: str) -> Goal:
    """One target with all its numbers."""
    of = {"key": key, "place": place, "window": "since_2023", "month": month}
    return Goal(
        TARGET_TITLES[key],
        done=facts.number("done", "grand", **of),
        target=facts.number("target", "goal", **of),
        share=facts.number("completion", "percent", **of),
        pace=facts.number("pace", "percent", month=month),
        lead=facts.number("lead", "points", **of),
        needed=facts.number("needed", "value", **of),
        average=facts.number("average", "value", **of),
        filed=facts.number("filed", "count", **of),
        expected=facts.number("expected", "count", **of),
    )


def findings(facts: Facts, place: str, month: str) -> list[Text]:
    """How far each target is."""
    name = places.place(place).name
    return [narrative.goal(name, month, found(facts, key, place, month)) for key in TARGETS]


def watch(facts: Facts, place: str, month: str) -> list[Text]:
    """The targets that lag."""
    return [said for key in TARGETS if (said := narrative.watched(found(facts, key, place, month)))]


def section(facts: Facts, place: str, month: str) -> Section:
    """Each target in words, both as a table, and the last twelve months against pace."""
    name = places.place(place).name
    blocks: list[Block] = []
    for key, share_key in TARGETS.items():
        goal = found(facts, key, place, month)
        blocks.append(Heading(goal.title))
        said = narrative.goal(name, month, goal)
        rank = _rank(facts, share_key, place, month)
        ranked = (*said[:-1], *rank, "。") if rank and goal.share.known else said
        blocks.append(narrative.joined(ranked, narrative.remaining(goal)))
    message = _message([found(facts, key, place, month) for key in TARGETS])
    return Section("规划目标完成情况", message, (*blocks, _table(facts, place, month), _chart(facts, place, month)))


def _message(goals: list[Goal]) -> Text:
    parts: list[Text] = [
        (f"{g.title}完成 ", g.share, "，", *narrative.against_pace(g.lead, g.pace)) for g in goals if g.share.known
    ]
    if not parts:
        return ("规划目标暂时不能判断",)
    return narrative.joined(parts[0], *[("；", *part) for part in parts[1:]])


def _rank(facts: Facts, key: str, place: str, month: str) -> Text:
    if places.place(place).level == "province":
        return ()
    rank = facts.number("rank", "rank", key=key, place=place, window="since_2023", month=month)
    return narrative.position(rank, "全省")


def _table(facts: Facts, place: str, month: str) -> Table:
    rows: list[Row] = []
    equals = places.place(place).level != "province"
    for key, share_key in TARGETS.items():
        goal, unit = found(facts, key, place, month), catalogue()[key].unit
        of = {"key": key, "place": place, "window": "since_2023", "month": month}
        done, target = facts.number("done", "plain", **of), facts.number("target", "plain", **of)
        rank = (facts.number("rank", "rank", **{**of, "key": share_key}),) if equals else ()
        rows.append((f"{goal.title}（{unit}）", done, target, goal.share, goal.pace, *rank))
    header = ("目标", "累计完成", "2027年目标", "完成率", "序时进度", *(("完成率位次",) if equals else ()))
    title = f"{places.place(place).name}规划目标完成情况（截至{words.month_name(month)}末）"
    return Table(title, header, tuple(rows))


def _chart(facts: Facts, place: str, month: str) -> Chart:
    shown = tuple(m for m in facts.cubes.months if m <= month)[-MONTHS:]
    names = {key: f"{TARGET_TITLES[key]}完成率" for key in TARGETS}
    series = [
        Series(
            names[key],
            tuple(
                facts.number("completion", "percent", key=key, place=place, window="since_2023", month=m) for m in shown
            ),
        )
        for key in TARGETS
    ]
    series.append(Series("序时进度", tuple(facts.number("pace", "percent", month=m) for m in shown), dashed=True))
    title = f"{places.place(place).name}近{len(shown)}个月目标完成率与序时进度"
    columns = zip(*(each.numbers for each in series), strict=True)
    rows = tuple((m, *numbers) for m, numbers in zip(shown, columns, strict=True))
    table = Table(f"{title}（数据）", ("月份", *(each.name for each in series)), rows)
    return Chart(title, "line", "%", words.month_labels(shown), tuple(series), table)


GOALS = Part(
    "规划目标",
    section,
    frozenset({"training", "certificate", "target"}),
    findings,
    watch,
    indicators=(*TARGETS, *TARGETS.values()),
)
