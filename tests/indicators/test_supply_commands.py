"""The commands behind 供需与流动 print what the measures say, obey their options and refuse what cannot be answered."""

import pytest

from data_sources.cubes import Cubes
from geo import places
from indicators import cli, flows, measures, projection, supply
from indicators.catalogue import catalogue
from tests.indicators.conftest import Rows

PREFECTURES = tuple(p.code for p in places.prefectures())


def test_flow_prints_the_pairs_with_names(rows: Rows, demo_cubes: Cubes) -> None:
    pairs = flows.between(demo_cubes, "year_to_date", "2026-10", PREFECTURES)
    printed = rows("flow")
    assert [(r["origin"], r["destination"], r["people"]) for r in printed] == pairs.rows()
    assert {"安徽省", "杭州市"} <= {r["from"] for r in printed}
    counties = rows("flow", "--level", "county", "--place", "杭州", "--window", "since_2023", "--cluster", "人工智能")
    wanted = flows.between(
        demo_cubes, "since_2023", "2026-10", tuple(p.code for p in places.counties("330100")), cluster="C06"
    )
    assert [r["people"] for r in counties] == wanted["people"].to_list()
    assert "杭州市本级" in {r["to"] for r in counties}


def test_flow_prints_the_balance(rows: Rows, demo_cubes: Cubes) -> None:
    wanted = flows.balance(demo_cubes, "month", "2026-09", PREFECTURES)
    printed = rows("flow", "--balance", "--window", "month", "--period", "2026-09")
    assert [{k: v for k, v in r.items() if k != "name"} for r in printed] == wanted.to_dicts()


def test_supply_prints_the_cells_of_one_occupation_or_all(rows: Rows, demo_cubes: Cubes) -> None:
    wanted = supply.cells(demo_cubes, "year_to_date", "2026-10", PREFECTURES)
    assert len(rows("supply")) == wanted.height
    printed = rows("supply", "--occupation", "人工智能训练师")
    one = wanted.filter(occupation_code="4-04-05-05")
    assert [(r["place_code"], r["gap"], r["stock"]) for r in printed] == one.select("place_code", "gap", "stock").rows()
    assert rows("supply", "--occupation", "4-04-05-05") == printed


def test_pipeline_and_project_print_what_the_page_shows(rows: Rows, demo_cubes: Cubes) -> None:
    due = supply.due(demo_cubes, "2026-09", ("330000",))["due"][0]
    (printed,) = rows("pipeline", "--level", "province", "--period", "2026-09")
    assert printed["due"] == pytest.approx(due)
    running = supply.in_training(demo_cubes, "330000").filter(month="2026-09").row(0, named=True)
    assert (printed["in_training_known"], printed["in_training_estimated"]) == (running["known"], running["estimated"])
    values = measures.history(measures.series(demo_cubes, catalogue()["certificates"], "month"), "330100")
    found = projection.outlook(values)
    assert found is not None
    assert rows("project", "certificates", "--place", "杭州市") == found.path.to_dicts()
    assert rows("project", "certificates", "--place", "杭州市", "--tests") == found.tests.to_dicts()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["supply", "--occupation", "智能训练"], 2, "相近的有：人工智能训练师（4-04-05-05）"),
        (["supply", "--occupation", "xyz"], 2, "请用职业分类大典的代码或名称"),
        (["flow", "--period", "2022-12"], 2, "没有时期“2022-12”的数据"),
        (["flow", "--cluster", "云计算"], 2, "没有产业集群“云计算”"),
        (["flow", "--place", "余杭区"], 2, "请改用 --level county"),
        (["project", "budget_execution"], 2, "不能推算"),
        (["project", "certificates", "--period", "2024-06"], 1, "不足 24 个月"),
        (["project", "certificate"], 2, "没有指标"),
    ],
)
def test_what_cannot_be_answered_is_named(
    arguments: list[str], code: int, said: str, demo_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([*arguments, "--db", demo_url]) == code
    assert said in capsys.readouterr().err
