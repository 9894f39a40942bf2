"""产业集群: where a place's digital-skilled people work, and in what it is special."""

from briefings import narrative
from briefings.document import Block, Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Number
from briefings.parts import Part
from charts import words
from data_sources import reference
from geo import places
from indicators.catalogue import catalogue
from indicators.clusters import QUOTIENT

KEY, WINDOW = "talent_stock", "month_end"


def findings(facts: Facts, place: str, month: str) -> list[Text]:
    """The largest clusters and the specialities."""
    said = (_largest(facts, place, month), _specialities(facts, place, month))
    return [narrative.joined(*said)] if any(said) else []


def section(facts: Facts, place: str, month: str) -> Section | None:
    """In words, as a chart and a table; nothing where no cluster has a value."""
    largest = _largest(facts, place, month)
    if not largest:
        return None
    blocks: list[Block] = [narrative.joined(largest, _specialities(facts, place, month)), _chart(facts, place, month)]
    return Section("产业集群人才分布", largest, tuple(blocks))


def number(facts: Facts, what: str, style: str, place: str, month: str, cluster: str) -> Number:
    """One number of one cluster."""
    return facts.number(what, style, key=KEY, place=place, window=WINDOW, month=month, cluster=cluster)  # type: ignore[arg-type]


def _by_size(facts: Facts, place: str, month: str) -> list[str]:
    """Clusters, largest first; those without a value last."""
    sizes = {code: number(facts, "cluster_value", "plain", place, month, code).value for code in reference.clusters()}
    return sorted(sizes, key=lambda code: (-(sizes[code] if sizes[code] is not None else -1), code))  # type: ignore[operator]


def _largest(facts: Facts, place: str, month: str) -> Text:
    names = reference.clusters()
    parts = [
        (
            names[code],
            number(facts, "cluster_value", "grand", place, month, code),
            number(facts, "cluster_share", "percent", place, month, code),
        )
        for code in _by_size(facts, place, month)
    ]
    return narrative.concentrated(f"{places.place(place).name}数字技能人才", parts)


def _specialities(facts: Facts, place: str, month: str) -> Text:
    if place == places.PROVINCE:
        return ()
    names = reference.clusters()
    parts = [(name, number(facts, "cluster_quotient", "ratio", place, month, code)) for code, name in names.items()]
    return narrative.specialised(places.place(place).name, parts)


def _chart(facts: Facts, place: str, month: str) -> Chart:
    codes, names = _by_size(facts, place, month), reference.clusters()
    counts = tuple(number(facts, "cluster_value", "plain", place, month, code) for code in codes)
    quotient = place != places.PROVINCE
    rows: list[Row] = []
    for code, count in zip(codes, counts, strict=True):
        share = number(facts, "cluster_share", "percent", place, month, code)
        special = (number(facts, "cluster_quotient", "ratio", place, month, code),) if quotient else ()
        rows.append((names[code], count, share, *special))
    title = f"{places.place(place).name}各产业集群数字技能人才（{words.period(month, 'month_end')}）"
    header = ("产业集群", "人才（人）", "占本地", *(("区位商",) if quotient else ()))
    table = Table(f"{title}（数据）", header, tuple(rows), f"{QUOTIENT}。" if quotient else "")
    return Chart(title, "bar", catalogue()[KEY].unit, tuple(names[c] for c in codes), (Series("人才", counts),), table)


CLUSTERS = Part("产业集群人才", section, frozenset({"employment"}), findings, indicators=(KEY,))
