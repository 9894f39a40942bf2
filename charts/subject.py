"""What a picture or table is about, in words: everything that its caption, its notes and its file name need."""

from dataclasses import dataclass

from charts import words
from charts.sentences import scope
from data_sources.reference import clusters
from geo import places
from indicators.catalogue import catalogue
from indicators.view import METHODS, PEERS, View


@dataclass(frozen=True)
class Subject:
    """`title` says what is shown for this filter, `short` names it in a file name, `definition` is the 口径, `unit`,
    `period`, `filter` and `source` are in words, `tables` are the fact tables that it rests on, `approval` the 审图号.
    `detail` is the table whose single rows are shown, if any: taking those along is a permission of its own."""

    title: str
    short: str
    definition: str
    unit: str
    period: str
    filter: str
    source: str
    tables: frozenset[str]
    cluster: str | None = None
    approval: str = ""
    detail: str = ""


def of_view(view: View, title: str, *, period: str | None = None, approval: str = "") -> Subject:
    """The subject of a picture of the view's indicator, or of one that shows another period."""
    indicator = catalogue()[view.indicator]
    return Subject(
        title=title,
        short=indicator.short,
        definition=indicator.definition,
        unit=indicator.unit,
        period=period or words.period(view.month, view.window),
        filter=filter_words(view),
        source=indicator.source,
        tables=indicator.tables,
        cluster=clusters()[view.cluster] if view.cluster else None,
        approval=approval,
    )


def caption(subject: Subject, *, version: int, simulated: bool, unreviewed: int = 0) -> tuple[str, ...]:
    """The lines under every picture: unit, period, source, data version, the marks (`words.marks`), the 审图号."""
    what = [f"单位：{subject.unit}", f"时期：{subject.period}"]
    if subject.cluster:
        what.append(f"产业集群：{subject.cluster}")
    where = [f"来源：{subject.source}", f"数据版本 {words.data_version(version)}"]
    where += words.marks(simulated=simulated, unreviewed=unreviewed)
    lines = ("　".join(what), "　".join(where))
    return (*lines, f"边界：天地图（CGCS2000）　{subject.approval}") if subject.approval else lines


def filter_words(view: View) -> str:
    """The filter of a view in words."""
    parts = [f"地区：{places.place(view.place).name}", f"范围：{scope(view)}"]
    parts.append(f"产业集群：{clusters()[view.cluster] if view.cluster else '全部'}")
    parts.append(f"同类地区：{PEERS[view.peers]}")
    if catalogue()[view.indicator].kind in ("rate", "share"):
        parts.append(f"分级方法：{METHODS[view.method]}")
    return "；".join(parts)
