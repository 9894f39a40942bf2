"""产业集群: where a cluster's people, demand, training and enterprises are, what it is made of, how concentrated it is."""

import streamlit as st

from indicators.options import ASPECT, MATRIX
from pages.clusters import about, composition, enterprises, parts
from pages.shared import controls, failures, state
from pages.shared.screen import screen

seen = screen()

with st.sidebar:
    controls.option(ASPECT)
    about.control()
    controls.place()
    controls.level()
    controls.month()
    controls.option(MATRIX)
controls.breadcrumb()
if state.run().cubes.months:
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("集群分布"):
        parts.where(seen)
    with right, failures.shown("各地集群"):
        parts.by_place()
    with failures.shown("地区与集群"):
        parts.matrix(seen)
    left, right = st.columns(2, gap="medium")
    with left, failures.shown("职业构成"):
        composition.occupations(seen)
    with right, failures.shown("等级构成"):
        composition.ladder("L", seen)
        composition.ladder("T", seen)
    with failures.shown("集群企业"):
        enterprises.shown(seen)
    with failures.shown("集中度"):
        parts.concentration(seen)
else:
    st.info("数据库里还没有报送数据，暂时没有产业集群的数据。")
