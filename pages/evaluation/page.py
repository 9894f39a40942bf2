"""评价激励: both ladders, never mixed; 一试双证 by issuer and place; evaluation bodies; contests; institutions."""

import streamlit as st

from indicators.options import PYRAMID, SPAN
from pages.evaluation import issuing, parts
from pages.shared import controls, failures, state
from pages.shared.screen import screen

seen = screen()

with st.sidebar:
    controls.option(PYRAMID)
    controls.option(SPAN)
    controls.place()
    controls.level()
    controls.month()
controls.breadcrumb()
if state.run().cubes.months:
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("新八级工"):
        parts.ladder("L", seen)
    with right, failures.shown("专业技术等级"):
        parts.ladder("T", seen)
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("各地一试双证"):
        issuing.dual_by_place()
    with right, failures.shown("一试双证发证机构"):
        issuing.dual_by_issuer()
    with failures.shown("评价机构"):
        issuing.bodies(seen)
    with failures.shown("技能竞赛"):
        parts.contests(seen)
    with failures.shown("制度建设"):
        parts.institutions(seen)
else:
    st.info("数据库里还没有报送数据，暂时没有评价激励的数据。")
