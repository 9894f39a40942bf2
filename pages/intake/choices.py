"""What a file is of: table, period, place; and who works here."""

import datetime as dt

import streamlit as st

from data_sources import looking, policy
from data_sources.intake import declarations
from data_sources.intake.asked import Asked
from data_sources.intake.declarations import Layout
from data_sources.retention import later
from geo import coordinates, places
from indicators.options import FILED_PERIOD, FILED_TABLE, filed_periods
from pages.shared import controls, state


def asked() -> Asked | None:
    """What is to be filed; None, said on the page, until a place that files is chosen."""
    left, middle, right = st.columns(3)
    with left:
        controls.menu(FILED_TABLE)
    layout = declarations.layout(state.option(FILED_TABLE))
    with middle:
        period = _period(layout)
    with right:
        controls.place()
    place_code = state.current().place
    system = _system() if layout.located else None
    if place_code == places.PROVINCE:
        st.info("请选择报送地区：设区市或县（市、区）。设区市的文件可含市本级、功能区和各县的行。")
        return None
    return Asked(layout.table, period, place_code, system)


def _period(layout: Layout) -> str:
    """The last full month or this year, unless another was chosen."""
    today = dt.date.today()
    usual = {"month": later(f"{today:%Y-%m}", -1), "year": str(today.year), "whole": ""}[layout.rhythm]
    if layout.rhythm == "whole":
        st.text_input("报送时期", "不分时期，整表报送", disabled=True)
        return ""
    length = len(usual)
    allowed = [period for period in filed_periods() if len(period) == length]
    chosen = state.option(FILED_PERIOD)
    st.selectbox(
        "报送月份" if layout.rhythm == "month" else "报送年度",
        allowed,
        **state.widget(
            f"filed-period-{layout.rhythm}",
            chosen if chosen in allowed else usual,
            lambda period: state.choose(FILED_PERIOD, period),
        ),
    )
    return chosen if chosen in allowed else usual


def _system() -> coordinates.System | None:
    """The coordinate system of a file with positions; None when its headers say it."""
    systems = coordinates.SYSTEMS
    return st.selectbox(
        "经纬度的坐标系", [None, *systems], format_func=lambda s: systems[s] if s else "表头已写明", key="filing-system"
    )


def clerk(label: str) -> str:
    """Whoever works here: the reader who signed in; where nobody signs in whoever is named, kept for the session."""
    reader = looking.current()
    if reader != policy.EVERYBODY:
        st.text_input(label, reader.name, disabled=True, key=f"signed-in-{label}", help="即登录的账号")
        return reader.name
    given = st.text_input(label, str(state.remembered("clerk", "")), max_chars=60, key="filing-clerk")
    state.remember("clerk", given.strip())
    return given.strip()


def authorities() -> list[str]:
    """The places in whose name whoever works here may act on what is filed for the page's place; without any, said on the
    page, nothing was granted there."""
    here, reader = state.current().place, looking.current()
    choices = [place.code for place in places.path(here)][::-1]
    if reader != policy.EVERYBODY:
        granted = sorted(g.place_code for g in reader.grants if g.role in ("submitter", "approver"))
        choices = [code for code in dict.fromkeys(granted) if code in choices or code in policy.within(here)]
    if not choices:
        st.info(f"您没有办理{places.place(here).name}批次的权限。需要时请联系管理员。")
    return choices
