"""数据报送: is my file right, and did it arrive? What became of it, who is late, how well does everybody file?"""

import streamlit as st

from indicators.options import ACROSS, FILING, LISTED, OVER, QUALITY
from pages.intake import cached, quality, send, submissions
from pages.shared import controls, failures, state
from pages.shared.screen import screen

PARTS = {
    "send": (send.shown, ()),
    "submissions": (submissions.shown, (LISTED,)),
    "quality": (quality.shown, (QUALITY, OVER, ACROSS)),
}
shown, options = PARTS[state.option(FILING)]
seen = screen()

with st.sidebar:
    if state.option(FILING) != "send":
        controls.place()
    if state.option(FILING) == "quality":
        controls.level()
        controls.month()
    for option in options:
        controls.option(option)
controls.breadcrumb()
controls.option(FILING)
if state.run().stale:
    st.info("数据库暂时连接不上，不能报送和办理；恢复后本页自动可用。")
elif state.option(FILING) == "send" and not cached.writable(state.run().cubes):
    st.info("数据库是只读的，只能查看：报送请联系数据库的管理者。")
else:
    with failures.shown(FILING.allowed[state.option(FILING)]):
        shown(seen)
