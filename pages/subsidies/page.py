"""补贴资金: plan, payments and balance by fund; what each fund pays for; month by month; place by place."""

import streamlit as st

from pages.shared import controls, failures, state
from pages.shared.screen import screen
from pages.subsidies import parts

seen = screen()

with st.sidebar:
    controls.place()
    controls.level()
    controls.month()
controls.breadcrumb()
if state.run().cubes.months:
    with failures.shown("资金概况"):
        parts.overview()
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("支出进度"):
        parts.execution(seen)
    with right, failures.shown("支出节奏"):
        parts.rhythm(seen)
    with failures.shown("资金流向"):
        parts.flows(seen)
    with failures.shown("各地资金"):
        parts.by_place()
else:
    st.info("数据库里还没有报送数据，暂时没有补贴资金的数据。")
