"""The page frame: configuration, navigation, the database's state, header; then the page that was asked for runs."""

import streamlit as st

from pages.shared import frame, shell, state, turns

with turns.pages.taken():
    st.set_page_config(
        page_title=shell.PRODUCT,
        page_icon=shell.ICON,
        layout="wide",
        initial_sidebar_state="auto",
        menu_items={"About": "浙江数字人才地图：浙人社发〔2023〕14号 数字技能人才的供给、需求与流动。"},
    )
    pages = frame.pages()
    page = st.navigation(pages, position="hidden")
    if frame.ready():
        frame.header(pages, page)
        page.run()
        state.end()
