"""Whole documents over awkward data: a reader who knows only what is printed, and the raw rows, checks each claim."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from briefings import kinds, this_page
from briefings.document import Chart, Document, Table, cell_words, plain
from charts import words
from data_sources.cubes import Cubes
from tests.indicators import small

NOW = datetime(2024, 4, 5, 9, 30)
MONTHS = small.months("2023-01", "2024-03")
LAST = MONTHS[-1]
LEAVES = (small.TONGLU, small.CHUNAN, small.PUTUO)
NUMBER = r"[+−]?[\d,]+(?:\.\d+)?"
MADE = (
    ("县域画像", small.TONGLU), ("设区市简报", small.HANGZHOU), ("全省月报", small.PROVINCE), ("专题-供需与流动", small.TONGLU),
    ("专题-供需与流动", small.HANGZHOU), ("/overview", small.TONGLU), ("/talent_map", small.PUTUO), ("/clusters", small.HANGZHOU),
)  # fmt: skip
amounts = st.sampled_from([0, 0, 1, 2, 29, 30, 99_999, 100_000, 1_234_567])
rows = st.dictionaries(
    st.sampled_from([(leaf, m) for leaf in LEAVES for m in MONTHS]), amounts, min_size=1, max_size=30
)


@st.composite
def data(draw: st.DrawFn) -> tuple[Cubes, dict[tuple[str, str], int], set[tuple[str, str]]]:
    """Cubes, the person-times of each leaf and month, and the leaf-months that filed nothing."""
    trained, asked, paid = draw(rows), draw(rows), draw(rows)
    late = draw(st.sets(st.sampled_from([(leaf, m) for leaf in LEAVES for m in MONTHS]), max_size=6))
    goals = draw(st.dictionaries(st.sampled_from(LEAVES), st.sampled_from([0, 1, 100, 2_000_000]), max_size=3))
    targets = [
        {"place_code": leaf, "indicator_key": key, "year": 2027, "value": value}
        for leaf, value in goals.items()
        for key in ("training_person_times", "high_skilled_trained")
    ]
    people = draw(st.sampled_from([None, 0, 1, 400_000]))
    made = small.cubes(
        [*small.filing(LEAVES, MONTHS, never=late)],
        training=[small.row(*at, person_times=n, passed_person_times=n // 2) for at, n in trained.items()],
        certificate=[small.row(*at, certificates=n, first_high_skilled=n // 3) for at, n in trained.items()],
        certificate_occupation=[small.row(*at, occupation_code="4-04-05-01", certificates=n // 4) for at, n in asked.items()],
        vacancy=[small.row(*at, headcount=n, shortage_headcount=n // 2) for at, n in asked.items()],
        vacancy_occupation=[
            small.row(*at, occupation_code="4-04-05-01", headcount=n, shortage_headcount=n // 2) for at, n in asked.items()
        ],
        talent=[small.row(*at, people=n) for at, n in paid.items()],
        subsidy=[small.row(*at, kind="internship", amount=n, person_times=1, payments=1) for at, n in paid.items()],
        budget=[small.row(leaf, 2024, amount=value) for leaf, value in goals.items()],
        target=targets,
        census=[small.row(leaf, residents=people, employed=people) for leaf in LEAVES],
    )  # fmt: skip
    return made, trained, late


def document(cubes: Cubes, kind: str, place: str) -> Document:
    found = kinds.facts(cubes)
    if kind.startswith("/"):
        return this_page.document(found, f"{kind}?place={place}&month={LAST}", NOW)
    return kinds.document(found, kind, place, LAST, NOW)


def read(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-").replace("+", ""))


def sized(number: str, unit: str) -> float:
    return read(number) * (10_000 if unit.startswith("万") else 100_000_000 if unit.startswith("亿") else 1)


def said(document: Document) -> Iterator[str]:
    yield from map(plain, document.findings)
    for section in document.sections:
        yield plain(section.message)
        yield from (plain(block) for block in section.blocks if isinstance(block, tuple))


def table(document: Document, start: str) -> list[list[str]]:
    found = [b for b in document.blocks(Table, Chart) if isinstance(b, Table) and b.title.startswith(start)]
    return [[cell_words(cell) for cell in row] for row in found[0].rows] if found else []


@settings(
    max_examples=25,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(data(), st.sampled_from(MADE))
def test_no_sentence_of_a_whole_document_is_wrong_for_its_data(found: Any, asked: tuple[str, str]) -> None:
    cubes, trained, late = found
    made = document(cubes, *asked)
    for text in said(made):
        _nothing_of_nothing(text)
        _highest_is_above_lowest(text)
        _ahead_means_ahead(text)
        _ranks_are_among_those_that_have_a_value(text)
        _needed_against_usual(text)
        _most_first(text)
        _gaps(text)
        _overspent_means_more_than_the_plan(text)
    if asked[0] in ("设区市简报", "全省月报"):
        _who_keeps_pace_is_counted_alike(made)
    _changes(made)
    if asked[0] in ("县域画像", "/overview"):
        _training_is_what_was_filed(made, asked[1], trained, late)


def _nothing_of_nothing(text: str) -> None:
    assert not re.search(r"—%|—人|None|nan|inf|缺报，|未排名|占—|（—", text), text
    assert not re.search(r"占0\.0%|占年度预算0", text), text


def _highest_is_above_lowest(text: str) -> None:
    for high, low in re.findall(rf"最高（({NUMBER})[^）]*），[^（）]*最低（({NUMBER})", text):
        assert read(high) > read(low), text


def _ahead_means_ahead(text: str) -> None:
    for share, word, pace, lead in re.findall(
        rf"的({NUMBER})%，(超前|落后)序时进度（({NUMBER})%）({NUMBER})个百分点", text
    ):
        apart = read(share) - read(pace)
        assert (apart > -0.051) if word == "超前" else (apart < 0.051), text
        assert abs(abs(apart) - read(lead)) < 0.11, text


def _overspent_means_more_than_the_plan(text: str) -> None:
    amount = rf"({NUMBER})万元"
    for paid, plan, word, left in re.findall(rf"支出{amount}，占年度预算{amount}的.*?），(结余|超支){amount}", text):
        apart = read(plan) - read(paid)
        assert (apart > -0.051) if word == "结余" else (apart < 0), text
        assert abs(abs(apart) - read(left)) < 0.11, text


def _who_keeps_pace_is_counted_alike(made: Document) -> None:
    """The places below are those of the map."""
    counted = "".join(said(made))
    found = re.findall(r"数字技能培训(?:目标完成率)?达到序时进度（[^）]*）的有(\d+)个", counted)
    assert len(set(found)) <= 1, found


def _ranks_are_among_those_that_have_a_value(text: str) -> None:
    for rank, of in re.findall(r"第(\d+)／(\d+)位", text):
        assert 1 <= int(rank) <= int(of) <= len(LEAVES) + 1, text


def _needed_against_usual(text: str) -> None:
    for needed, word, usual in re.findall(rf"今后每月需({NUMBER})人次?，(高于|低于)此前月均({NUMBER})", text):
        assert (read(needed) > read(usual)) == (word == "高于"), text
        assert read(needed) != read(usual), text


def _most_first(text: str) -> None:
    for listed in re.findall(r"较多的是([^。]*)。", text):
        values = [sized(*each) for each in re.findall(rf"（({NUMBER})(万?亿?)", listed)]
        assert values == sorted(values, reverse=True), text
        assert all(value > 0 for value in values), text


def _gaps(text: str) -> None:
    for demand, du, supply, su, gap in re.findall(
        rf"岗位需求({NUMBER})(万?)人，同期发放证书({NUMBER})(万?)本，缺口({NUMBER})，", text
    ):
        assert sized(demand, du) > sized(supply, su) or read(gap) < 100, text
        assert read(gap) > 0, text


def _changes(made: Document) -> None:
    """Each change in words is the one in the table of headlines, with its sign as a word."""
    printed = {row[0].partition("（")[0]: row[3] for row in table(made, f"{made.subject}主要指标")}
    for text in said(made):
        for title, word, size in re.findall(
            rf"，([^，。]*?){NUMBER}万?亿?[^，。\d]*，同比(增长|下降)({NUMBER})%", text
        ):
            held = next((yoy for name, yoy in printed.items() if name.startswith(title[:5])), None)
            if held is not None:
                assert held == f"{'+' if word == '增长' else '−'}{size}%", (text, printed)


def _training_is_what_was_filed(made: Document, leaf: str, trained: dict[tuple[str, str], int], late: set[Any]) -> None:
    """The year's person-times of a county and their change, from the raw rows; nothing where a month is missing."""
    year, before = [m for m in MONTHS if m >= "2024-01"], [m for m in MONTHS if m < "2023-04"]
    rows = [row for row in table(made, f"{made.subject}主要指标") if row[0].startswith("数字技能培训")]
    (row,) = rows
    now, then = (sum(trained.get((leaf, m), 0) for m in months) for months in (year, before))
    known, compared = (not any((leaf, m) in late for m in months) for months in (year, (*year, *before)))
    assert row[2] == (f"{now:,}" if known else "—")
    expected = words.rounded(100 * (now / then - 1), 1) if compared and then else None
    assert row[3] == ("—" if expected is None else "持平" if expected == 0 else f"{expected:+,.1f}%".replace("-", "−"))
