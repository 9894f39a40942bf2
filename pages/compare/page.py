"""对比: up to ten places by any indicators: one table, and a small picture each on one scale an indicator."""

import streamlit as st

from indicators.options import AGAINST, COMPARED, MEASURED
from pages.compare import parts
from pages.shared import controls, failures, state
from pages.shared.screen import screen

seen = screen()

with st.sidebar:
    controls.month()
controls.option(COMPARED)
controls.option(MEASURED)
controls.option(AGAINST)
if not parts.chosen():
    st.info("请选择至少一个地区和一项指标。")
elif not state.run().cubes.months:
    st.info("数据库里还没有报送数据，暂时只能在人才地图上查看普查指标。")
else:
    with failures.shown("对比表"):
        parts.table()
    with failures.shown("走势对比"):
        parts.multiples(seen)
