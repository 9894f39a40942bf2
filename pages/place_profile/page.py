"""区域画像: one place on one sheet of paper: what stands out, targets, position, changes, map, neighbours; then details."""

import streamlit as st

from pages.overview import parts as overview
from pages.place_profile import around, parts
from pages.place_profile.changes import changes
from pages.shared import controls, failures, state
from pages.shared.screen import screen

SPINE_SHARE = 0.56

seen, place_code = screen(), state.current().place

with st.sidebar:
    controls.place()
    controls.month()
controls.breadcrumb()
if state.run().cubes.months:
    with st.container(key="sheet"):
        with failures.shown("概况"):
            parts.stands_out(place_code)
        with failures.shown("规划目标"):
            overview.targets()
        with failures.shown("主要指标"):
            overview.headlines(seen.theme)
        left, right = st.columns([SPINE_SHARE, 1 - SPINE_SHARE], gap="medium")
        with left, failures.shown("位置图"):
            parts.spine(place_code, seen)
        with right:
            with failures.shown("变化"):
                changes(place_code)
            with failures.shown("本地地图"):
                around.small_map(place_code, seen, share=1 - SPINE_SHARE)
        with failures.shown("相邻地区"):
            around.bordering(place_code)
        with failures.shown("数据报送"):
            parts.unfiled_in_short(place_code)
    with st.container(key="screen-only-details"):
        with failures.shown("指标明细"):
            parts.standing(place_code)
        left, right = parts.halves(place_code)
        with left, failures.shown("相似地区"):
            parts.like(place_code)
        with right, failures.shown("数据报送情况"):
            parts.unfiled(place_code)
        with failures.shown("实训基地"):
            parts.bases(place_code)
        with failures.shown("企业和机构"):
            around.bodies(place_code)
else:
    st.info("数据库里还没有报送数据，暂时没有区域画像。装载第一批文件后，这里会显示各地的位置、目标和走势。")
