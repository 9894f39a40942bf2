"""总览: targets, headlines, map, ranking and trend that move together, what needs attention, what changed."""

import streamlit as st

from pages.overview import attention, parts
from pages.shared import controls, draw, failures, state
from pages.shared.screen import screen

MAP_SHARE = 0.5

seen, view = screen(), state.current()
height = int(seen.width * 1.12) if seen.narrow else 520

controls.sidebar()
controls.breadcrumb()
if state.run().cubes.months:
    with failures.shown("规划目标"):
        parts.targets()
    with failures.shown("主要指标"):
        parts.headlines(seen.theme)
else:
    st.info(
        "数据库里还没有报送数据。下面的地图显示第七次全国人口普查的公开数据；装载第一批文件后，这里会显示规划目标和主要指标。"
    )
left, right = st.columns([MAP_SHARE, 1 - MAP_SHARE], gap="small")
with left, failures.shown("地图"):
    draw.map_of(view, seen, share=MAP_SHARE, height=height)
with right:
    with failures.shown("走势"):
        draw.trend_of(view, seen)
    with failures.shown("排名"):
        draw.ranking_of(view, seen, height=height - 200)
if state.run().cubes.months:
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("督办清单"):
        attention.watched()
    with right, failures.shown("位次升降"):
        attention.moved()
left, right = st.columns(2, gap="medium")
with left, failures.shown("本次数据更新"):
    if state.run().cubes.months:
        parts.latest_data()
with right, failures.shown("公开统计参照"):
    parts.published()
