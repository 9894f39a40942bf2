"""What the browser sends before it has shown the page's last run moves nothing: those are an earlier run's values."""

from urllib.parse import parse_qs, urlencode

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Opened

HANGZHOU, YUHANG, ANJI = "330100", "330110", "330523"


def named(app: AppTest) -> str:
    """The place that the address names."""
    (place,) = parse_qs(urlencode(dict(app.query_params), doseq=True))["place"]
    return place


@pytest.mark.parametrize("back", [[YUHANG], [YUHANG, ANJI]])
def test_the_address_wins_over_controls_that_do_not_show_it_yet(opened: Opened, back: list[str]) -> None:
    app = opened("place_profile", place=HANGZHOU)
    held = app._tree.get_widget_states()
    for place in back:
        app.query_params["place"] = place
        app._run(held)
    app._run(held)  # as when the page's width changes
    assert named(app) == back[-1]
    app.selectbox(key="w_place").select(HANGZHOU).run()
    assert named(app) == HANGZHOU


def test_a_control_moved_while_the_page_still_runs_is_moved(opened: Opened) -> None:
    app = opened("place_profile", place=HANGZHOU)
    held = app._tree
    app.query_params["place"] = YUHANG
    app.run()
    app._tree = held
    app.selectbox(key="w_place").select(ANJI).run()
    assert named(app) == ANJI
