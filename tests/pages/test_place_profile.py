"""区域画像: one place on one page; each control changes what stands there."""

from pathlib import Path

import pytest

from indicators.catalogue import catalogue
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


def test_a_county_stands_among_its_equals(opened: Opened) -> None:
    app = reading.whole(opened("place_profile", place="330110"))
    shown = reading.titles(app)
    assert "余杭区画像　2026年10月" in shown
    assert "余杭区在全省 90 个县（市、区）中的位置" in shown
    assert "与余杭区最相似的 10 个县（市、区）" in shown
    assert any(text.startswith("余杭区相对最好的是") for text in reading.texts(app))
    standing = reading.table(app, "trend_wording")
    assert standing.height == sum(i.kind in ("rate", "share") for i in catalogue().values())


def test_a_prefecture_is_compared_with_prefectures_and_has_no_likes(opened: Opened) -> None:
    app = reading.whole(opened("place_profile", place="330100"))
    assert "杭州市在全省 11 个设区市中的位置" in reading.titles(app)
    assert "相似地区按县（市、区）比较，请先选择一个县（市、区）。" in [c.value for c in app.caption]


def test_the_province_asks_for_a_place(opened: Opened) -> None:
    app = reading.whole(opened("place_profile"))
    assert "选择一个设区市或县（市、区），这里显示它在全省同级地区中的位置。" in [c.value for c in app.caption]


def test_place_and_month_move_everything(opened: Opened) -> None:
    app = opened("place_profile", place="330110")
    app.selectbox(key="w_place").set_value("330921").run()
    assert "岱山县画像　2026年10月" in reading.titles(reading.whole(app))
    app.select_slider(key="w_month").set_value("2025-06").run()
    assert "岱山县画像　2025年6月" in reading.titles(reading.whole(app))
    assert app.query_params["month"] == "2025-06"


@pytest.mark.parametrize("page", ["place_profile", "compare"])
def test_without_submissions_the_page_says_so(page: str, opened: Opened, tmp_path: Path) -> None:
    url = samples.migrated(f"sqlite:///{tmp_path / 'empty.db'}")
    app = reading.whole(opened(page, db=url))
    assert app.info[0].value.startswith("数据库里还没有报送数据")
