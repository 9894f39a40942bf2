"""Whatever any page gives to be taken along tells whoever reads no single rows no small number of people, and never takes
what is not told for a missing number or for nothing. Generated over the pages, so that a new one is covered at once."""

import contextvars
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import polars as pl
import pytest

from briefings.tables import DATA
from charts import words
from indicators.options import OPTIONS, Choice
from pages.shared import frame
from tests.pages import reading
from tests.pages.conftest import Opened, signed_in, with_readers

SHENGSI = "330922"
"""嵊泗县, where people are few."""
PAGES = [name for group in ("现状", "专题") for name in frame.PAGES[group]]
PEOPLE = ("（人）", "（人次）", "（本）", "补贴人次")
NOT_PERSONS = ("需求", "紧缺", "参赛", "获奖", "目标", "名额")
"""Words of columns that count posts, places or what public registers hold."""
FEWEST = 5


@pytest.fixture(scope="module")
def registered_url(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    return with_readers(demo_url, tmp_path_factory.mktemp("published"))


Offered = dict[str, Callable[[], bytes]]
Shown = Callable[..., dict[str, pl.DataFrame]]


@pytest.fixture
def taken(opened: Opened, registered_url: str, offered: Offered) -> Shown:
    """Every table that a page offers to someone (`taken("chief", "clusters")`), read from its CSV; the workbook has as many rows."""

    def at(subject: str, page: str, **query: Any) -> dict[str, pl.DataFrame]:
        offered.clear()
        reading.whole(opened(page, db=registered_url, claims=signed_in(subject), **query))
        files = dict(offered)
        tables = {name: made(file) for name, file in files.items() if name.endswith(".zip")}
        for name, file in files.items():
            if name.endswith(".xlsx") and subject == "chief":
                book = pl.read_excel(io.BytesIO(contextvars.Context().run(file)), sheet_id=1, infer_schema_length=0)
                assert book.height == tables[name.replace(".xlsx", ".zip")].height, name
        return tables

    return at


def made(file: Callable[[], bytes]) -> pl.DataFrame:
    """The table of a CSV as the server makes it: in a context of its own."""
    with zipfile.ZipFile(io.BytesIO(contextvars.Context().run(file))) as archive:
        return pl.read_csv(archive.read(f"{DATA}.csv"), infer_schema=False)


def numbers(row: Mapping[str, str | None]) -> Iterator[tuple[str, float]]:
    """The columns of people in a row that hold a number."""
    for column, text in row.items():
        if any(unit in column for unit in PEOPLE) and not any(word in column for word in NOT_PERSONS) and text:
            yield column, float(text)


def turned(turn: int) -> dict[str, str]:
    """Every option that is a choice and no filter, at the same turn of its values."""
    choices = {name: list(each.allowed) for name, each in OPTIONS.items() if isinstance(each, Choice) and each.default}
    return {name: allowed[turn % len(allowed)] for name, allowed in choices.items()}


@pytest.mark.parametrize("turn", [0, *(pytest.param(turn, marks=pytest.mark.slow) for turn in range(1, 5))])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_gives_the_public_a_small_number_nor_takes_it_for_a_missing_one(
    page: str, turn: int, taken: Shown
) -> None:
    query = {"place": SHENGSI, **turned(turn)}
    told, whole = taken("chief", page, **query), taken("province", page, **query)
    for name, table in told.items():
        texts = [c for c in table.columns if not any(unit in c for unit in PEOPLE)]
        for row in table.iter_rows(named=True):
            assert not [(name, c, v) for c, v in numbers(row) if 0 < abs(v) < FEWEST]
        if name not in whole:
            continue
        key = [c for c in texts if c in ("地区", "职业", "月份", "产业集群", "地区代码", "指标", "从", "到")]
        known = {tuple(r[c] for c in key): r for r in whole[name].iter_rows(named=True)}
        for row in table.iter_rows(named=True):
            there = known.get(tuple(row[c] for c in key), {})
            gone = [c for c in row if row[c] is None and there.get(c) is not None and c != "同比增长（%）"]
            zero = [c for c, v in numbers(row) if v == 0 and float(there.get(c) or 0) != 0]
            said = any(words.WITHHELD in (text or "") or "不对您开放" in (text or "") for text in row.values())
            assert not zero, (name, zero)
            assert not gone or said, (name, row, gone)
