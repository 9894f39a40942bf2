"""简报: kinds follow the place, each control changes what is made, and what is made is what the page says."""

import io
import time
from pathlib import Path
from urllib.parse import parse_qsl

import docx
import pytest
from streamlit.testing.v1 import AppTest

from briefings import pictures, record, this_page
from briefings.jobs import Job
from briefings.this_page import WrongPage
from data_sources import cubes as all_cubes
from data_sources.cubes import Cubes
from data_sources.policy import PUBLIC
from geo import places
from indicators import measures
from indicators.catalogue import catalogue
from indicators.options import ABOUT
from pages.shared import frame
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


@pytest.fixture(autouse=True)
def _without_chromium(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "BROWSERS", ("no-such-browser",))


def made(app: AppTest) -> Job:
    """The job that the button started, ended."""
    app.button(key="briefing-make").click().run()
    job = app.session_state["_briefing-job"]
    assert job.wait(60)
    reading.whole(app.run())
    assert isinstance(job, Job)
    return job


def test_the_document_is_what_the_page_says_and_what_the_measures_say(opened: Opened, demo_cubes: Cubes) -> None:
    app = reading.whole(opened("briefing", place="330110"))
    (findings,) = [text for text in reading.texts(app) if "序时进度" in text]
    values = measures.series(demo_cubes, catalogue()["training_completion"], "since_2023")
    share = measures.history(values, "330110").filter(month="2026-10")["value"][0]
    assert f"的{share:.1f}%，" in findings
    (file,) = made(app).files
    assert file.name == "浙江数字人才_余杭区_县域画像_2026-10_v46.docx"
    told = "".join(p.text for p in docx.Document(io.BytesIO(file.data())).paragraphs)
    for line in filter(None, map(str.strip, findings.split("   "))):
        assert line.replace(" ", "") in told.replace(" ", "")


def test_the_kind_follows_the_place_until_one_is_chosen(opened: Opened) -> None:
    app = reading.whole(opened("briefing"))
    assert app.button(key="briefing-make").label == "生成全省月报"
    app.selectbox(key="w_place").set_value("330100").run()
    assert reading.whole(app).button(key="briefing-make").label == "生成设区市简报"
    assert reading.titles(app) == ["杭州市数字技能人才简报（2026年10月）"]
    app.button_group(key="w_option-briefing").set_value("county").run()
    button = reading.whole(app).button(key="briefing-make")
    assert (button.label, button.disabled) == ("生成县域画像", True)
    assert app.info[0].value == "“县域画像”按县（市、区）生成，请在左侧“地区”里选择一个。"


def test_month_formats_and_extent_move_it(opened: Opened) -> None:
    app = opened("briefing", place="330110", briefing="subsidies")
    app.select_slider(key="w_month").set_value("2025-03").run()
    assert reading.titles(reading.whole(app)) == ["杭州市余杭区补贴资金专题（2025年3月）"]
    app.multiselect(key="w_option-formats").set_value(["pptx", "xlsx"]).run()
    names = [file.name for file in made(app).files]
    assert names == [f"浙江数字人才_余杭区_专题-补贴资金_2025-03_v46.{suffix}" for suffix in ("pptx", "xlsx")]
    app.button_group(key="w_option-extent").set_value("all").run()
    assert reading.whole(app).button(key="briefing-make").label == "生成 90 份专题-补贴资金"
    app.multiselect(key="w_option-formats").set_value([]).run()
    assert app.button(key="briefing-make").disabled or app.query_params.get("formats") in (None, [""], "")


def test_what_is_missing_is_said_before_and_after(opened: Opened) -> None:
    app = reading.whole(opened("briefing", place="330110"))
    assert any("没有找到 Chromium 浏览器" in caption.value for caption in app.caption)
    made(app)
    assert any(caption.value.startswith("部分内容缺少：不能导出图片") for caption in app.caption)


def test_a_running_job_shows_its_progress_and_can_be_cancelled(opened: Opened) -> None:
    app = reading.whole(opened("briefing", place="330110"))
    app.session_state["_briefing-job"] = job = Job(lambda job: _until_cancelled(job))
    reading.whole(app.run())
    app.button(key="briefing-cancel").click().run()
    assert job.wait(10)
    assert [info.value for info in reading.whole(app.run()).info] == ["已取消，没有生成文件。"]


def _until_cancelled(job: Job) -> None:
    while not job.cancelled:
        time.sleep(0.01)


def test_a_failed_job_is_told(opened: Opened) -> None:
    app = reading.whole(opened("briefing", place="330110"))
    app.session_state["_briefing-job"] = job = Job(lambda job: 1 / 0)  # type: ignore[arg-type, return-value]
    assert job.wait(10)
    assert app.run().error[0].value == "没有生成：division by zero"


def test_without_submissions_the_page_says_so(opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    assert reading.whole(opened("briefing", db=url)).info[0].value.startswith("数据库里还没有报送数据")


@pytest.mark.parametrize("page", [name for group in (*frame.PAGES.values(), frame.OFFICE) for name in group])
def test_every_page_of_the_navigation_is_a_document_or_says_why_not(
    page: str, opened: Opened, demo_cubes: Cubes
) -> None:
    app = reading.whole(opened(page, place="330110")) if page not in frame.OFFICE else None
    links = [each.proto for each in app.get("page_link") if each.proto.label == "本页简报"] if app else []
    if not links:
        assert page in {"briefing", "intake", "about_data", *frame.OFFICE}
        with pytest.raises(WrongPage, match=f"页面“{page}”没有可以成文的内容"):
            this_page.looked(f"/{page}", demo_cubes)
        return
    query = dict(parse_qsl(links[0].query_string))
    files = made(reading.whole(opened("briefing", **query, formats="xlsx"))).files
    assert [file.name.split("_")[2] for file in files] == [
        ABOUT.allowed[page].replace("人才地图", "人才地图-培训完成率")
    ]


def test_the_frame_leads_from_a_page_to_a_document_of_its_view(opened: Opened) -> None:
    app = reading.whole(opened("supply_demand", place="330110", supply="flows", over="since_2023"))
    (link,) = [each.proto for each in app.get("page_link") if each.proto.label == "本页简报"]
    query = dict(parse_qsl(link.query_string))
    assert query == {
        "place": "330110", "supply": "flows", "over": "since_2023", "briefing": "page", "about": "supply_demand",
    } | {key: query[key] for key in ("indicator", "window", "month")}  # fmt: skip
    there = reading.whole(opened("briefing", **query))
    assert reading.titles(there) == ["杭州市余杭区供需与流动（2026年10月）"]
    (file,) = made(there).files
    assert file.name == "浙江数字人才_余杭区_供需与流动_2026-10_v46.docx"
    told = "".join(p.text for p in docx.Document(io.BytesIO(file.data())).paragraphs)
    assert "2023年1月—2026年10月，余杭区省内流入" in told


def test_another_page_is_chosen_and_what_cannot_be_written_is_said(opened: Opened) -> None:
    app = reading.whole(opened("briefing", place="330110", briefing="page"))
    assert reading.titles(app) == ["杭州市余杭区数字技能培训目标完成率（2026年10月）"]
    app.button_group(key="w_option-about").set_value("evaluation").run()
    assert reading.titles(reading.whole(app)) == ["杭州市余杭区评价激励（2026年10月）"]
    app = reading.whole(opened("briefing", place="330110", briefing="page", about="subsidies", part="payments"))
    assert app.info[0].value.startswith("逐笔发放含个人记录，不写入材料")


def test_every_page_with_a_document_has_the_link_and_no_other(opened: Opened) -> None:
    titles = {name: title for group in frame.PAGES.values() for name, title in group.items()}
    assert {name: titles[name] for name in ABOUT.allowed} == ABOUT.allowed
    for page in ("about_data", "briefing"):
        app = reading.whole(opened(page))
        assert "本页简报" not in [each.proto.label for each in app.get("page_link")]


def test_what_is_made_for_the_public_holds_no_small_number_of_people(opened: Opened, demo_cubes: Cubes) -> None:
    public = measures.series(all_cubes.seen_by(demo_cubes, PUBLIC, 5), catalogue()["high_skilled_trained"], "month")
    held = public.filter("withheld", month="2026-10")["place_code"]
    place = next(p.code for p in places.counties() if p.code in held)
    asked = {"briefing": "page", "about": "talent_map", "indicator": "high_skilled_trained", "window": "month",
             "level": "all", "place": place, "formats": "xlsx"}  # fmt: skip
    app = reading.whole(opened("briefing", **asked))
    assert not [text for text in reading.texts(app) if "不公开" in text]
    app.button_group(key="w_option-audience").set_value("public").run()
    assert [text for text in reading.texts(app) if "不公开，不参与排名" in text]
    (file,) = made(app).files
    told = [n["cell"] for n in record.read(file.data())["numbers"] if n["what"] == "value"]
    assert [cell for cell in told if cell is not None]
    assert not [cell for cell in told if cell is not None and 0 < cell < 5]
