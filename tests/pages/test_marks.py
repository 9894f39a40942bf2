"""What an unreviewed submission contributes to says so, on screen and in what is taken along, until it is approved."""

import pytest

from data_sources import cubes, review, submissions
from pages.shared import downloads
from tests.data_sources import samples
from tests.pages import reading
from tests.pages.conftest import Opened


@pytest.fixture
def url(fresh_sqlite: str) -> str:
    """余杭区's training of October 2026, official and not reviewed."""
    samples.migrated(fresh_sqlite)
    filed = samples.submission(provenance="official", reviewed=False)
    submissions.write(fresh_sqlite, samples.frame("submission", filed), samples.two_person_times())
    return fresh_sqlite


PAGES = {"talent_map": {"indicator": "training_person_times"}, "overview": {}, "place_profile": {"place": "330110"}}


@pytest.mark.parametrize("page", PAGES)
def test_the_banner_and_every_caption_say_that_data_await_review(opened: Opened, url: str, page: str) -> None:
    app = reading.whole(opened(page, db=url, **PAGES[page]))
    assert "待审核" in reading.texts(app)
    captions = [text for text in reading.texts(app) if "来源：" in text and "数据版本" in text]
    resting = [text for text in captions if "培训" in text and "统计公报" not in text]  # published figures rest on none
    assert resting
    assert [text for text in resting if "待审核（1 批）" not in text] == []
    assert not any("模拟" in text for text in captions)


def test_once_approved_nothing_is_marked(opened: Opened, url: str) -> None:
    review.approve(url, [1], review.Actor("李二", "330100"))
    app = reading.whole(opened("talent_map", db=url, indicator="training_person_times"))
    assert not any("待审核" in text for text in reading.texts(app))


def test_a_table_that_rests_on_others_is_not_marked(opened: Opened, url: str) -> None:
    app = reading.whole(opened("talent_map", db=url, indicator="residents"))
    captions = [text for text in reading.texts(app) if "来源：" in text and "数据版本" in text]
    assert captions
    assert not any("待审核" in text for text in captions)


def test_the_notes_of_an_export_say_it(url: str) -> None:
    from charts.subject import of_view
    from indicators import view
    from indicators.catalogue import catalogue
    from pages.shared.state import Run

    built = cubes.build(url)
    shown = view.from_query({"indicator": "training_person_times"}, catalogue(), built.months, {})[0]
    notes = downloads.notes(of_view(shown, "标题"), Run(built, shown, (), "", {}), "")
    assert (notes.simulated, notes.unreviewed) == (False, 1)
