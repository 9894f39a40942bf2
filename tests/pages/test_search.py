"""The search in the header: goes there when one thing was meant, else offers links; wherever the reader is."""

from pathlib import Path
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.frame import PAGES
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


def searched(app: AppTest, text: str) -> AppTest:
    """The page after a search by keyboard or button."""
    next(field for field in app.text_input if field.label == "搜索").input(text)
    next(button for button in app.button if button.label == "搜索").click().run()
    return reading.whole(app)


def offered(app: AppTest) -> dict[str, dict[str, list[str]]]:
    """What is offered: the view that each link leads to, by the name on it."""
    found = [link for link in app.get("page_link") if "　" in link.value]
    return {link.value.partition("　")[0]: parse_qs(link.proto.query_string) for link in found}


@pytest.mark.parametrize("page", [name for group in PAGES.values() for name in group])
def test_a_place_by_initials_opens_the_map_there_from_every_page(opened: Opened, page: str) -> None:
    app = searched(opened(page, month="2026-03"), "yhq")
    assert app.query_params["place"] == "330110"
    assert app.query_params["month"] == "2026-03"
    assert reading.card(app).strip().startswith("余杭区")
    assert not offered(app)


def test_an_indicator_opens_the_map_of_it(opened: Opened) -> None:
    app = searched(opened("compare"), "数字技能人才存量")
    assert app.query_params["indicator"] == "talent_stock"
    assert "数字技能人才存量" in reading.card(app)


def test_several_hits_are_offered_as_links_that_keep_the_view(opened: Opened) -> None:
    app = searched(opened("about_data", month="2026-03", indicator="talent_stock"), "hz")
    links = offered(app)
    assert list(links)[:2] == ["杭州市", "湖州市"]
    assert links["湖州市"] == {"place": ["330500"], "month": ["2026-03"], "indicator": ["talent_stock"]} | {
        "window": ["month_end"]
    }
    assert len(links) == 10
    assert any(text.startswith("“hz”找到 ") and "最接近的 10 项" in text for text in reading.texts(app))
    app.run()
    assert not offered(reading.whole(app))


def test_an_organisation_leads_to_the_profile_of_its_place(opened: Opened) -> None:
    app = searched(opened(), "余杭技能评价机构01号")
    assert app.query_params["place"] == "330110"
    assert any(title.startswith("余杭区画像") for title in reading.titles(app))


def test_nothing_found_is_said_with_near_names(opened: Opened) -> None:
    app = searched(opened(), "余航区")
    assert "没有找到“余航区”。名称相近的有：" in reading.texts(app)
    assert "余杭区" in offered(app)


def test_what_is_typed_is_text_and_nothing_else(opened: Opened) -> None:
    app = searched(opened(), "<b>x</b>")
    assert "没有找到“<b>x</b>”。请换一个名称，或输入名称的一部分、拼音首字母。" in reading.texts(app)
    assert not any("<b>x" in h.value for h in app.get("html"))


@pytest.mark.parametrize("asked", ["嘉善", "js"])
def test_a_database_without_submissions_can_be_searched(opened: Opened, tmp_path: Path, asked: str) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    app = searched(opened(db=url), asked)
    assert not app.error
