"""评价激励: both ladders apart, who issues, contests and institutions; each control changes what stands there."""

import sqlite3
from contextlib import closing
from pathlib import Path

from data_sources.engine import sqlite_file
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


def asked(url: str, statement: str) -> int:
    with closing(sqlite3.connect(f"{sqlite_file(url).as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
        return int(connection.execute(statement).fetchone()[0])


def test_the_ladders_are_counted_apart_and_people_once(opened: Opened, demo_url: str) -> None:
    shown = reading.titles(reading.whole(opened("evaluation")))
    people = (
        "SELECT count(DISTINCT person_key) FROM employment WHERE level LIKE '{}%' AND start_month <= '2026-10' "
        "AND (end_month IS NULL OR end_month > '2026-10')"
    )
    skilled, engineers = (asked(demo_url, people.format(letter)) for letter in "LT")
    assert any(title.startswith(f"浙江省新八级工在岗人才 {skilled:,} 人") for title in shown)
    assert any(title.startswith(f"浙江省专业技术等级在岗人才 {engineers:,} 人") for title in shown)


def test_new_certificates_the_span_and_the_month_move_the_ladders(opened: Opened, demo_url: str) -> None:
    issued = "SELECT count(*) FROM certificate WHERE level LIKE 'L%' AND month BETWEEN '{}' AND '{}'"
    app = opened("evaluation")
    app.button_group(key="w_option-pyramid").set_value("new").run()
    for first, last in (("2026-01", "2026-10"), ("2023-01", "2026-10"), ("2023-01", "2025-03")):
        if first == "2023-01" and last == "2026-10":
            app.button_group(key="w_option-span").set_value("since_2023").run()
        if last == "2025-03":
            app.select_slider(key="w_month").set_value(last).run()
        count = asked(demo_url, issued.format(first, last))
        shown = reading.titles(reading.whole(app))
        assert any(title.startswith(f"浙江省新八级工新发证书 {count:,} 本") for title in shown), (first, last)


def test_place_and_level_move_the_tables(opened: Opened, demo_url: str) -> None:
    app = opened("evaluation")
    assert reading.table(app, "dual").height == 11
    app.selectbox(key="w_place").set_value("330100").run()
    assert reading.table(reading.whole(app), "dual").height == 13
    app.button_group(key="w_level").set_value("all").run()
    assert reading.table(reading.whole(app), "dual").height == 90
    dual = "SELECT count(*) FROM certificate WHERE dual AND month BETWEEN '2026-01' AND '2026-10' AND place_code LIKE '3301%'"
    total = asked(demo_url, dual)
    assert any(f"发放一试双证 {total:,} 本" in title for title in reading.titles(app))


def test_a_place_without_a_ladder_says_so_instead_of_a_picture(opened: Opened) -> None:
    app = reading.whole(opened("evaluation", place="330922", pyramid="new", month="2023-01"))
    assert any("没有新发证书" in info.value or "缺报" in info.value for info in app.info)


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("evaluation", db=url)).info[0].value.startswith("数据库里还没有报送数据")


def test_the_map_of_bodies_bears_its_boundaries_and_approval(opened: Opened) -> None:
    app = reading.whole(opened("evaluation"))
    assert any("边界：天地图" in text and "审图号" in text for text in reading.texts(app))


def test_the_map_shows_the_bodies_of_the_place_that_the_title_counts(opened: Opened, demo_url: str) -> None:
    app = opened("evaluation")
    for place, prefix in (("330000", "33"), ("330900", "3309")):
        if place != "330000":
            app.selectbox(key="w_place").set_value(place).run()
        count = asked(
            demo_url,
            f"SELECT count(*) FROM organisation WHERE evaluation_body AND place_code LIKE '{prefix}%'",
        )
        assert len(reading.layers(reading.whole(app))["points"]["data"]) == count > 0
        assert any(f"社会评价机构 {count:,} 家" in title for title in reading.titles(app))
