"""One county only, zero budgets, months before the plan: every page opens whole, says so, and never a wrong number."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data_sources.engine import sqlite_file
from pages.shared.frame import PAGES
from tests.pages import reading
from tests.pages.conftest import Opened

NAMES = [name for group in PAGES.values() for name in group]
PARTS = {
    "subsidies": [("part", p) for p in ("money", "checks", "payments", "transfer")],
    "supply_demand": [("supply", s) for s in ("gaps", "pipeline", "flows", "retention", "outlook")],
    "bases": [("base_look", look) for look in ("list", "circle", "seats", "next")],
    "intake": [("filing", f) for f in ("send", "submissions", "quality")],
}
VIEWS = [(name, dict([part])) for name in NAMES for part in PARTS.get(name, [("month", "2026-09")])]
NUMBERLESS = re.compile(r"\b(nan|inf|None|null)\b", re.IGNORECASE)


def changed(demo_url: str, folder: Path, statement: str) -> str:
    """The URL of a copy of the demonstration database after one statement."""
    file = shutil.copy(sqlite_file(demo_url), folder / "copy.db")
    with closing(sqlite3.connect(file)) as database, database:
        database.execute(statement)
    return f"sqlite:///{file}"


@pytest.fixture(scope="module")
def one_county(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database to which only 余杭区 has ever filed."""
    only = "UPDATE submission SET status = 'withdrawn' WHERE place_code <> '330110'"
    return changed(demo_url, tmp_path_factory.mktemp("one-county"), only)


def said(app: AppTest) -> str:
    """Everything that the page says in words."""
    written = [*reading.texts(app), *(str(e.value) for kind in ("caption", "info", "markdown") for e in app.get(kind))]
    return "\n".join(written)


@pytest.mark.parametrize(("name", "query"), VIEWS, ids=lambda v: v if isinstance(v, str) else "-".join(v.values()))
def test_with_one_county_only_every_part_opens_and_invents_no_number(
    opened: Opened, one_county: str, name: str, query: dict[str, str]
) -> None:
    app = reading.whole(opened(name, db=one_county, place="330110", **query))
    assert not NUMBERLESS.search(said(app)), NUMBERLESS.findall(said(app))


def test_where_one_county_alone_has_filed_it_is_neither_best_nor_worst_of_anything(
    opened: Opened, one_county: str
) -> None:
    app = reading.whole(opened("talent_map", db=one_county, indicator="talent_per_10k", level="all"))
    table = reading.table(app)
    assert table.filter(table["rank"].is_not_null())["name"].to_list() == ["余杭区"]
    assert set(table.filter(table["value"].is_not_null())["name"]) == {"余杭区", "浙江省"}
    for name in NAMES:
        shown = said(reading.whole(opened(name, db=one_county, place="330110")))
        assert "／1 位" not in shown, name
        if name == "overview":
            assert "培训完成率：仅余杭有数（" in shown
            assert "督办清单：杭州市 13 个县（市、区）中没有" in shown
        if name == "clusters":
            assert "人才：仅余杭区有数（" in shown


def test_a_county_that_filed_nothing_has_not_paid_zero(opened: Opened, one_county: str) -> None:
    told = said(reading.whole(opened("subsidies", db=one_county, place="330108")))
    assert "本年没有已报送的补贴支出。" in told
    assert "本年已支出 0" not in told


@pytest.mark.parametrize("fen", [0, 40])
def test_a_budget_of_nothing_has_no_execution_rate(opened: Opened, demo_url: str, tmp_path: Path, fen: int) -> None:
    url = changed(demo_url, tmp_path, f"UPDATE budget SET amount = {fen}")
    app = reading.whole(opened("subsidies", db=url))
    assert not NUMBERLESS.search(said(app))
    assert "；年度预算为 0.0 万元，不计算执行率。" in said(app)
    shares = reading.table(app, "execution")["execution"]
    assert shares.null_count() == shares.len() == 11


def test_a_budget_of_next_to_nothing_has_no_rate_on_the_map(opened: Opened, demo_url: str, tmp_path: Path) -> None:
    url = changed(demo_url, tmp_path, "UPDATE budget SET amount = 40")
    rate = reading.table(reading.whole(opened("talent_map", db=url, indicator="budget_execution")))["value"]
    assert rate.null_count() == rate.len()


@pytest.mark.parametrize("name", NAMES)
def test_a_month_before_the_plan_is_named_and_replaced(opened: Opened, name: str) -> None:
    app = reading.whole(opened(name, month="2022-06"))
    told = "网址中的月份“2022-06”不存在，已改为“2026-10”。有数据的是 2023-01 至 2026-10。"
    assert told in [warning.value for warning in app.warning]
