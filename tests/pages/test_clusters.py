"""产业集群: each control moves the matrix, the ranking and the concentration."""

from pathlib import Path

from data_sources.reference import clusters
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened

FIRST, SIXTH = next(iter(clusters().values())), clusters()["C06"]


def test_the_page_opens_on_the_first_cluster_by_prefecture(opened: Opened) -> None:
    app = reading.whole(opened("clusters"))
    matrix, leaders, concentrated = reading.titles(app)
    assert matrix == "11 个设区市各产业集群的人才：区位商"
    assert leaders.startswith(f"{FIRST}：")
    assert concentrated.startswith(f"{FIRST}集中度：前 5 位地区占 ")
    table = reading.table(app, "quotient")
    assert 1 <= table.height <= 11
    assert table["value"].is_sorted(descending=True)


def test_aspect_matrix_cluster_and_level_move_it(opened: Opened) -> None:
    app = opened("clusters")
    app.button_group(key="w_option-aspect").set_value("vacancies").run()
    assert reading.titles(reading.whole(app))[0] == "11 个设区市各产业集群的需求：区位商"
    app.button_group(key="w_option-matrix").set_value("count").run()
    assert reading.titles(reading.whole(app))[0].endswith("各产业集群的需求：岗位需求（人）")
    app.selectbox(key="w_cluster").set_value("C06").run()
    assert reading.titles(reading.whole(app))[1].startswith(f"{SIXTH}：")
    app.button_group(key="w_level").set_value("all").run()
    assert reading.titles(reading.whole(app))[0].startswith("90 个县（市、区）")
    assert {app.query_params[name] for name in ("aspect", "matrix", "cluster", "level")} == {
        *("vacancies", "count", "C06", "all")
    }


def test_month_and_place_move_it(opened: Opened) -> None:
    app = opened("clusters", place="330100")
    assert reading.titles(reading.whole(app))[0].startswith("杭州市 13 个县（市、区）")
    before = reading.table(app, "quotient")
    app.select_slider(key="w_month").set_value("2024-02").run()
    assert not reading.table(reading.whole(app), "quotient").equals(before)
    app.selectbox(key="w_place").set_value("330200").run()
    assert reading.titles(reading.whole(app))[0].startswith("宁波市 10 个县（市、区）")


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("clusters", db=url)).info[0].value.startswith("数据库里还没有报送数据")
