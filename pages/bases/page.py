"""实训基地: bases by kind, seats and use; the 30-minute training circle; seats within reach; where the next one helps."""

import streamlit as st

from indicators.options import BASE_KINDS_SHOWN, BASE_LOOK, HELPED, NEW_BASES, OVER
from pages.bases import cached, circle, common, listed, planned, seats
from pages.shared import controls, failures, state
from pages.shared.screen import screen

PARTS = {
    "list": (listed.shown, (OVER,)),
    "circle": (circle.shown, common.WAY),
    "seats": (seats.shown, common.WAY),
    "next": (planned.shown, (NEW_BASES, HELPED, *common.WAY)),
}
shown, options = PARTS[state.option(BASE_LOOK)]
seen = screen()

with st.sidebar:
    controls.place()
    controls.level()
    controls.month()
    controls.option(BASE_KINDS_SHOWN)
    for option in options:
        common.control(option)
controls.breadcrumb()
controls.option(BASE_LOOK)
if not state.run().cubes.months:
    st.info("数据库里还没有报送数据，暂时没有实训基地的数据。")
elif state.run().stale:
    st.info("数据库暂时连接不上，实训基地名录读不出来，恢复后自动显示。")
else:
    with failures.shown(BASE_LOOK.allowed[state.option(BASE_LOOK)]):
        shown(seen)
    cached.readied()
