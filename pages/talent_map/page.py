"""人才地图: the map fills the page; everything beside it answers to the same view."""

import streamlit as st

from pages.shared import controls, draw, failures, state
from pages.shared.screen import screen

MAP_SHARE = 0.7

seen, view = screen(), state.current()
height = int(seen.width * 1.12) if seen.narrow else 610

controls.sidebar(with_map_options=True)
controls.breadcrumb()
left, right = st.columns([MAP_SHARE, 1 - MAP_SHARE], gap="small")
with left, failures.shown("地图"):
    draw.map_of(view, seen, share=MAP_SHARE, height=height)
with right:
    with failures.shown("地区卡片"):
        draw.card_of(view)
    with failures.shown("排名"):
        draw.ranking_of(view, seen, height=height - 190)
with failures.shown("走势"):
    draw.trend_of(view, seen)
with failures.shown("数据表"):
    draw.table_of(view)
