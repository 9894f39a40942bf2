"""补贴资金: plan and payments, checks of single payments, the payments themselves, and a transfer to be spread."""

import streamlit as st

from indicators.options import PART
from pages.shared import controls, failures, state
from pages.shared.screen import screen
from pages.subsidies import checks, listed, money, transfer

seen = screen()
part = state.option(PART)

with st.sidebar:
    controls.place()
    controls.level()
    controls.month()
    if part == "checks":
        checks.thresholds()
    elif part == "payments":
        listed.filters()
    elif part == "transfer":
        transfer.terms()
controls.breadcrumb()
if state.run().cubes.months:
    controls.option(PART)
    if part == "money":
        money.all_of_it(seen)
    elif part == "checks":
        with failures.shown("发放核查"):
            checks.all_of_it()
    elif part == "payments":
        with failures.shown("逐笔发放"):
            listed.payments()
    else:
        with failures.shown("调剂测算"):
            transfer.all_of_it(seen)
else:
    st.info("数据库里还没有报送数据，暂时没有补贴资金的数据。")
