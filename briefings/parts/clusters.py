"""产业集群: where a place's digital-skilled people work, and in what it is special."""

from briefings import narrative
from briefings.document import Chart, Row, Section, Series, Table, Text
from briefings.facts import Facts
from briefings.numbers import Number, Style
from briefings.parts import Part
from charts import words
from data_sources import reference
from geo import places
from indicators.catalogue import catalogue
from indicators.clusters import QUOTIENT
from indicators.options import ASPECT

TALENT = "talent_stock"


def part(key: str) -> Part:
    """The part about the clusters of a place by an indicator that can be told apart by cluster."""
    return Part(
        f"产业集群{ASPECT.allowed[key]}",
        lambda facts, place, month: section(facts, key, place, month),
        catalogue()[key].tables,
        lambda facts, place, month: findings(facts, key, place, month),
        indicators=(key,),
    )


def findings(facts: Facts, key: str, place: str, month: str) -> list[Text]:
    """The largest clusters and the specialities."""
    said = (_largest(facts, key, place, month), _specialities(facts, key, place, month))
    return [narrative.joined(*said)] if any(said) else []


def section(facts: Facts, key: str, place: str, month: str) -> Section | None:
    """In words, as a chart and a table; nothing where no cluster has a value."""
    largest = _largest(facts, key, place, month)
    if not largest:
        return None
    said = narrative.joined(largest, _specialities(facts, key, place, month))
    return Section(f"产业集群{ASPECT.allowed[key]}分布", largest, (said, _chart(facts, key, place, month)))


def number(facts: Facts, what: str, style: Style, key: str, place: str, month: str, cluster: str) -> Number:
    """One number of one cluster, in the indicator's first window."""
    window = catalogue()[key].windows[0]
    return facts.number(what, style, key=key, place=place, window=window, month=month, cluster=cluster)


def _by_size(facts: Facts, key: str, place: str, month: str) -> list[str]:
    """Clusters, largest first; those without a value last."""
    sizes = {
        code: number(facts, "cluster_value", "plain", key, place, month, code).value for code in reference.clusters()
    }
    return sorted(sizes, key=lambda code: (-(sizes[code] if sizes[code] is not None else -1), code))  # type: ignore[operator]


def _largest(facts: Facts, key: str, place: str, month: str) -> Text:
    names = reference.clusters()
    parts = [
        (
            names[code],
            number(facts, "cluster_value", "grand", key, place, month, code),
            number(facts, "cluster_share", "percent", key, place, month, code),
        )
        for code in _by_size(facts, key, place, month)
    ]
    return narrative.concentrated(f"{places.place(place).name}{_name(key)}", parts)


def _specialities(facts: Facts, key: str, place: str, month: str) -> Text:
    if place == places.PROVINCE:
        return ()
    names = reference.clusters()
    parts = [
        (name, number(facts, "cluster_quotient", "ratio", key, place, month, code)) for code, name in names.items()
    ]
    return narrative.specialised(places.place(place).name, parts)


def _chart(facts: Facts, key: str, place: str, month: str) -> Chart:
    codes, names = _by_size(facts, key, place, month), reference.clusters()
    counts = tuple(number(facts, "cluster_value", "plain", key, place, month, code) for code in codes)
    quotient = place != places.PROVINCE
    rows: list[Row] = []
    for code, count in zip(codes, counts, strict=True):
        share = number(facts, "cluster_share", "percent", key, place, month, code)
        special = (number(facts, "cluster_quotient", "ratio", key, place, month, code),) if quotient else ()
        rows.append((names[code], count, share, *special))
    indicator = catalogue()[key]
    title = f"{places.place(place).name}各产业集群{_name(key)}（{words.period(month, indicator.windows[0])}）"
    header = ("产业集群", f"{ASPECT.allowed[key]}（{indicator.unit}）", "占本地", *(("区位商",) if quotient else ()))
    table = Table(f"{title}（数据）", header, tuple(rows), f"{QUOTIENT}。" if quotient else "")
    series = (Series(ASPECT.allowed[key], counts),)
    return Chart(title, "bar", indicator.unit, tuple(names[c] for c in codes), series, table)


def _name(key: str) -> str:
    return "数字技能人才" if key == TALENT else catalogue()[key].title


CLUSTERS = part(TALENT)
