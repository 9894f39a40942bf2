"""供需与流动: gaps by occupation and place, supply on its way, flows, retention, and the road to the end of 2027."""

import streamlit as st

from indicators.options import ARCS, GAPS, OCCUPATION, OVER, SUPPLY
from pages.shared import controls, failures, state
from pages.shared.screen import screen
from pages.supply_demand import common, flows, gaps, outlook, pipeline, retention

PARTS = {
    "gaps": (gaps.shown, (OVER, GAPS, OCCUPATION)),
    "pipeline": (pipeline.shown, ()),
    "flows": (flows.shown, (OVER, ARCS)),
    "retention": (retention.shown, ()),
    "outlook": (outlook.shown, ()),
}
shown, options = PARTS[state.option(SUPPLY)]
seen = screen()

with st.sidebar:
    controls.place()
    if state.option(SUPPLY) != "outlook":
        controls.level()
    controls.month()
    if state.option(SUPPLY) not in ("outlook", "retention"):
        common.cluster()
    for option in options:
        controls.option(option)
controls.breadcrumb()
controls.option(SUPPLY)
if state.run().cubes.months:
    with failures.shown(SUPPLY.allowed[state.option(SUPPLY)]):
        shown(seen)
else:
    st.info("数据库里还没有报送数据，暂时没有供需与流动的数据。")
