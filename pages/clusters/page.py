"""产业集群: who holds a cluster, who is specialised in it, and how concentrated it is."""

import streamlit as st

from indicators.options import ASPECT, MATRIX
from pages.clusters import parts
from pages.shared import controls, failures, state
from pages.shared.screen import screen

seen = screen()

with st.sidebar:
    controls.option(ASPECT)
    parts.cluster()
    controls.place()
    controls.level()
    controls.month()
    controls.option(MATRIX)
controls.breadcrumb()
if state.run().cubes.months:
    with failures.shown("地区与集群"):
        parts.matrix(seen)
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("集群位次"):
        parts.leaders()
    with right, failures.shown("集中度"):
        parts.concentration(seen)
else:
    st.info("数据库里还没有报送数据，暂时没有产业集群的数据。")
