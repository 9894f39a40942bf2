"""简报: which document, for whom, in which formats; what it says; making it, with progress and cancel."""

import streamlit as st

from indicators.options import ABOUT, AUDIENCE, BRIEFING, EXTENT, FORMATS
from pages.briefing import parts
from pages.shared import controls, failures, state

with st.sidebar:
    controls.place()
    controls.month()
controls.breadcrumb()
if state.run().cubes.months:
    controls.option(BRIEFING)
    controls.option(ABOUT if parts.of_a_page() else EXTENT)
    controls.option(FORMATS)
    controls.option(AUDIENCE)
    with failures.shown("生成"):
        parts.making()
    with failures.shown("内容"):
        parts.preview()
else:
    st.info("数据库里还没有报送数据，暂时不能生成简报。装载第一批文件后，这里可以生成各地的画像、简报和月报。")
