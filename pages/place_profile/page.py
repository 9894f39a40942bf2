"""区域画像: one place on one page: what stands out, targets, position on every theme, peers, bases, open data problems."""

import streamlit as st

from pages.overview import parts as overview
from pages.place_profile import parts
from pages.shared import controls, failures, state
from pages.shared.screen import screen

seen, place_code = screen(), state.current().place

with st.sidebar:
    controls.place()
    controls.month()
controls.breadcrumb()
if state.run().cubes.months:
    with failures.shown("概况"):
        parts.stands_out(place_code)
    with failures.shown("规划目标"):
        overview.targets()
    with failures.shown("主要指标"):
        overview.headlines(seen.theme)
    with failures.shown("位置图"):
        parts.spine(place_code, seen)
    with failures.shown("指标明细"):
        parts.standing(place_code)
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("相似地区"):
        parts.like(place_code)
    with right, failures.shown("数据报送情况"):
        parts.unfiled(place_code)
    with failures.shown("实训基地"):
        parts.bases(place_code)
else:
    st.info("数据库里还没有报送数据，暂时没有区域画像。装载第一批文件后，这里会显示各地的位置、目标和走势。")
