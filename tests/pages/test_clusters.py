"""产业集群: each control moves what stands there; several clusters are one; who has nothing is told so."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from data_sources.engine import sqlite_file
from data_sources.reference import clusters
from tests.data_sources import samples
from tests.indicators.asked import among, asked
from tests.indicators.conftest import Rows
from tests.pages import reading
from tests.pages.conftest import Opened

FIRST, FOURTH, SIXTH = (clusters()[code] for code in ("C01", "C04", "C06"))
AT_WORK = "start_month <= '{0}' AND (end_month IS NULL OR end_month > '{0}')"


def test_the_page_opens_on_the_first_cluster_by_prefecture(opened: Opened) -> None:
    app = reading.whole(opened("clusters"))
    where, by_place, matrix, occupations, skilled, engineers, enterprises, named, concentrated = reading.titles(app)
    assert where.startswith(f"{FIRST}人才：")
    assert where.endswith("）")
    assert by_place == f"11 个设区市的{FIRST}：人才、需求、培训、证书和企业"
    assert matrix == "11 个设区市各产业集群的人才：区位商"
    assert occupations.startswith(f"浙江省{FIRST}在岗人才的职业构成：")
    assert skilled.startswith(f"浙江省{FIRST}新八级工在岗人才 ")
    assert engineers.startswith(f"浙江省{FIRST}专业技术等级在岗人才 ")
    assert enterprises.startswith(f"浙江省{FIRST}企业和机构 ")
    assert named == "企业和机构名单"
    assert concentrated.startswith(f"{FIRST}集中度：前 5 位地区占 ")
    table = reading.table(app, "quotient")
    assert table.height == 11
    assert table["people"].is_sorted(descending=True)
    assert len(app.get("deck_gl_json_chart")) == 2
    app.select_slider(key="w_month").set_value("2025-06").run()
    assert "（2025年6月，HHI " in reading.titles(reading.whole(app))[-1]


def test_several_clusters_count_every_person_once_as_the_terminal_does(
    opened: Opened, demo_url: str, printed: Rows
) -> None:
    app = opened("clusters")
    before = reading.maps(app)
    app.multiselect(key="w_clusters").set_value(["C06", "C04"]).run()
    assert app.query_params["clusters"] == "C06~C04"
    assert [now != then for now, then in zip(reading.maps(app), before, strict=True)] == [True, True]
    (matrix,) = (chart.proto.spec for chart in app.get("plotly_chart") if chart.key == "chart-地区与集群")
    bold = [label for label in json.loads(matrix)["data"][0]["x"] if "<b>" in label]
    assert bold == [f"<b>{FOURTH}</b>", f"<b>{SIXTH}</b>"]
    people = (
        "SELECT count(DISTINCT person_key) FROM employment WHERE cluster_code IN ('C04', 'C06') AND "
        f"{AT_WORK.format('2026-10')} AND {among('330200')}"
    )
    table = reading.table(reading.whole(app), "quotient").rows_by_key("name", named=True, unique=True)
    assert table["宁波市"]["people"] == asked(demo_url, people)[0][0]
    most = printed("cluster", "places", "--cluster", "C04", "--cluster", "C06")[0]
    assert reading.titles(app)[0].startswith(f"{FOURTH}、{SIXTH}人才：")
    assert table[most["name"]]["people"] == most["value"] == max(row["people"] for row in table.values())
    registered = f"SELECT count(*) FROM organisation WHERE cluster_code IN ('C04', 'C06') AND {among('330200')}"
    assert table["宁波市"]["organisations"] == asked(demo_url, registered)[0][0]
    app.multiselect(key="w_clusters").set_value(["C04", "C06", "C02"]).run()
    assert reading.titles(reading.whole(app))[0].startswith("智能计算等 3 个集群人才：")


def test_one_cluster_is_the_views_own_and_none_is_the_first(opened: Opened) -> None:
    app = opened("clusters", clusters="C04~C06")
    app.multiselect(key="w_clusters").set_value(["C06"]).run()
    assert app.query_params["cluster"] == "C06"
    assert "clusters" not in app.query_params
    assert "cluster=C06" in reading.links(reading.whole(app))["人才地图"]
    app.multiselect(key="w_clusters").set_value([]).run()
    assert reading.titles(reading.whole(app))[0].startswith(f"{SIXTH}人才")
    assert app.multiselect(key="w_clusters").value == ["C06"]


def test_aspect_and_matrix_move_map_matrix_and_composition(opened: Opened) -> None:
    app = opened("clusters", cluster="C06", indicator="talent_stock")
    app.button_group(key="w_option-aspect").set_value("vacancies").run()
    shown = reading.titles(reading.whole(app))
    assert shown[0].startswith(f"{SIXTH}需求：")
    assert shown[2:4] == ["11 个设区市各产业集群的需求：区位商", shown[3]]
    assert shown[3].startswith(f"浙江省{SIXTH}岗位需求的职业构成：")
    app.button_group(key="w_option-matrix").set_value("count").run()
    shown = reading.titles(reading.whole(app))
    assert "最多（" in shown[0]
    assert shown[2].endswith("各产业集群的需求：岗位需求（人）")
    app.button_group(key="w_option-aspect").set_value("training_person_times").run()
    shown = reading.titles(reading.whole(app))
    assert shown[3].startswith(f"浙江省{SIXTH}培训的职业构成：")
    assert shown[4].startswith(f"浙江省{SIXTH}新八级工新发证书 ")


def test_month_level_and_place_move_it(opened: Opened, demo_url: str) -> None:
    app = opened("clusters", place="330100")
    assert reading.titles(reading.whole(app))[2].startswith("杭州市 13 个县（市、区）")
    app.select_slider(key="w_month").set_value("2024-02").run()
    skilled = (
        f"SELECT count(DISTINCT person_key) FROM employment WHERE cluster_code = 'C01' AND level LIKE 'L%' AND "
        f"{AT_WORK.format('2024-02')} AND {among('330100')}"
    )
    count = asked(demo_url, skilled)[0][0]
    assert any(t.startswith(f"杭州市{FIRST}新八级工在岗人才 {count:,} 人") for t in reading.titles(reading.whole(app)))
    app.selectbox(key="w_place").set_value("330200").run()
    assert reading.titles(reading.whole(app))[2].startswith("宁波市 10 个县（市、区）")
    app.button_group(key="w_level").set_value("all").run()
    assert reading.titles(reading.whole(app))[2].startswith("90 个县（市、区）")
    assert reading.table(app, "quotient").height == 90


def test_a_place_that_has_nothing_of_a_cluster_is_told_so(opened: Opened) -> None:
    app = reading.whole(opened("clusters", cluster="C13", indicator="talent_stock", place="330922", month="2023-02"))
    said = " ".join(info.value for info in app.info)
    assert "嵊泗县的机构名录里没有归入“元宇宙”的企业和机构" in said
    assert "嵊泗县元宇宙专业技术等级构成：" in said


def test_a_cluster_that_nobody_has_shows_zeros_and_sentences_but_no_quotient(
    opened: Opened, demo_url: str, tmp_path: Path
) -> None:
    file = shutil.copy(sqlite_file(demo_url), tmp_path / "copy.db")
    with closing(sqlite3.connect(file)) as database, database:
        for table in ("employment", "vacancy", "training", "certificate", "organisation"):
            database.execute(f"DELETE FROM {table} WHERE cluster_code = 'C13'")
    app = reading.whole(opened("clusters", db=f"sqlite:///{file}", clusters="C13"))
    assert reading.titles(app)[0] == "元宇宙：有数的 11 个地区都没有人才"
    table = reading.table(app, "quotient")
    assert set(table["people"]) == set(table["organisations"]) == {0}
    assert table["quotient"].null_count() == table.height
    said = [info.value for info in app.info]
    assert "浙江省元宇宙职业构成：没有在岗人才。" in said
    assert "浙江省元宇宙新八级工构成：没有新八级工的在岗人才。" in said
    assert "浙江省的机构名录里没有归入“元宇宙”的企业和机构。" in said
    assert "11 个设区市都没有“元宇宙”的人才数据，不计算集中度。" in said


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"clusters": "C06~C77"}, "网址中的产业集群“C06\\~C77”不能使用（没有“C77”）"),
        ({"cluster": "C77"}, "网址中的产业集群“C77”不存在"),
        ({"month": "2022-11"}, "网址中的月份“2022-11”不存在"),
    ],
)
def test_what_cannot_be_used_in_the_address_is_named(opened: Opened, query: dict[str, str], says: str) -> None:
    app = reading.whole(opened("clusters", **query))
    assert any(says in warning.value for warning in app.warning)
    assert len(reading.titles(app)) == 9


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("clusters", db=url)).info[0].value.startswith("数据库里还没有报送数据")
