"""The controls that change the view: theme and indicator, period, level, cluster, peers; and the breadcrumb."""

import streamlit as st

from charts import words
from data_sources.reference import clusters
from geo import places
from indicators import peers as likes
from indicators.catalogue import THEMES, WINDOWS, catalogue
from indicators.options import Choice, Number, Several, listed
from indicators.view import LEVELS, METHODS, PEERS
from pages.shared import state

ALL_CLUSTERS = "全部集群"


def sidebar(*, with_map_options: bool = False) -> None:
    """All of them, beside the page; how classes are cut and what is drawn on top only where the map is the page."""
    with st.sidebar:
        for control in (indicator, period, level, place, cluster, peers):
            control()
        if with_map_options:
            classes()
            bases()


def indicator() -> None:
    """Theme, then the indicators of that theme."""
    known, view = catalogue(), state.current()
    theme = known[view.indicator].theme
    used = [t for t in THEMES if any(i.theme == t for i in known.values())]
    st.selectbox("主题", used, **state.widget("theme", theme, _open_theme))
    keys = [k for k, i in known.items() if i.theme == theme]
    st.selectbox(
        "指标",
        keys,
        format_func=lambda k: known[k].title,
        help=known[view.indicator].definition,
        **state.widget("indicator", view.indicator, lambda k: state.change(indicator=k)),
    )


def period() -> None:
    """How months add up, and the month that ends the window; nothing to slide over where there is one period only."""
    view, known = state.current(), state.indicator()
    if len(known.windows) > 1:
        st.segmented_control(
            "时期口径",
            known.windows,
            format_func=lambda w: WINDOWS[w],
            required=True,
            **state.widget("window", view.window, lambda w: state.change(window=w)),
        )
    months = state.run().cubes.months
    if view.window == "census" or len(months) < 2:
        st.caption(f"时期：{WINDOWS['census'] if view.window == 'census' else view.month}")
        return
    st.select_slider("截至月份", months, **state.widget("month", view.month, lambda m: state.change(month=m)))


def month() -> None:
    """The month, on pages that show many indicators."""
    months = state.run().cubes.months
    if len(months) < 2:
        return
    chosen = state.current().month if state.current().month in months else months[-1]
    st.select_slider("截至月份", months, **state.widget("month", chosen, lambda m: state.change(month=m)))


def level() -> None:
    """What the map draws."""
    view = state.current()
    allowed = [v for v in LEVELS if v != "county" or view.place != places.PROVINCE]
    st.segmented_control(
        "层级",
        allowed,
        format_func=lambda v: LEVELS[v],
        required=True,
        width="stretch",
        **state.widget("level", view.level, lambda v: state.change(level=v)),
    )


def place() -> None:
    """Any place by name: the way in for the keyboard."""
    view = state.current()
    st.selectbox(
        "地区",
        [p.code for p in places.places()],
        format_func=_indented,
        **state.widget("place", view.place, _go_to),
    )


def cluster() -> None:
    """One industry cluster or all; said plainly where an indicator cannot be told apart."""
    view, names = state.current(), clusters()
    by_cluster = state.indicator().by_cluster
    st.selectbox(
        "产业集群",
        ["", *names],
        format_func=lambda c: names.get(c, ALL_CLUSTERS),
        disabled=not by_cluster,
        help=None if by_cluster else "这项指标不分产业集群",
        **state.widget("cluster", view.cluster or "", lambda c: state.change(cluster=c or None)),
    )


def peers() -> None:
    """Who is ranked; whom a county is like, and how far they are."""
    view = state.current()
    st.selectbox(
        "同类地区",
        [p for p in PEERS if likes.possible(p, view.place)],
        format_func=lambda p: PEERS[p],
        disabled=view.level == "prefecture",
        help="按县（市、区）显示时可选" if view.level == "prefecture" else likes.METHOD,
        **state.widget("peers", view.peers, _compare_with),
    )
    if view.peers == "alike":
        near = likes.nearest(view.place)
        told = "、".join(f"{places.place(code).short_name} {words.number(far, 2)}" for code, far in near.iter_rows())
        st.caption(f"与{places.place(view.place).name}的距离（标准差）：{told}")


def classes() -> None:
    """How the five classes are cut."""
    view = state.current()
    fixed = state.indicator().kind not in ("rate", "share") or state.indicator().middle is not None
    st.selectbox(
        "分级方法",
        list(METHODS),
        format_func=lambda m: METHODS[m],
        disabled=fixed,
        **state.widget("method", view.method, lambda m: state.change(method=m)),
    )


def bases() -> None:
    """Training bases as points."""
    st.toggle("显示实训基地", **state.widget("bases", state.current().bases, lambda on: state.change(bases=on)))


def option(wanted: Choice | Several | Number) -> None:
    """A page's own option, by its declaration: buttons for a choice, a slider for a number, a list for several."""
    text = state.option(wanted)
    key = f"option-{wanted.name}"
    if isinstance(wanted, Choice):
        names = wanted.allowed
        st.segmented_control(
            wanted.label,
            list(names),
            format_func=lambda v: names[v],
            required=True,
            **state.widget(key, text, lambda v: state.choose(wanted, v)),
        )
    elif isinstance(wanted, Number):
        st.slider(
            wanted.label,
            wanted.least,
            wanted.most,
            step=wanted.step,
            format=f"%d {wanted.unit}".rstrip(),
            **state.widget(key, int(text), lambda n: state.choose(wanted, str(n))),
        )
    else:
        allowed = wanted.allowed()
        st.multiselect(
            wanted.label,
            list(allowed),
            format_func=lambda code: allowed[code],
            max_selections=wanted.most,
            placeholder="全部" if not wanted.default else "请选择",
            **state.widget(key, list(listed(text)), lambda codes: state.choose(wanted, "~".join(codes))),
        )


def menu(wanted: Choice) -> None:
    """A page's own option with more values than buttons can show."""
    st.selectbox(
        wanted.label,
        list(wanted.allowed),
        format_func=lambda v: wanted.allowed[v],
        **state.widget(f"option-{wanted.name}", state.option(wanted), lambda v: state.choose(wanted, v)),
    )


def page(wanted: Number) -> int:
    """Which page of a list, counted from 0."""
    shown = int(state.option(wanted))
    st.number_input(
        wanted.label,
        min_value=wanted.least,
        max_value=wanted.most,
        step=1,
        **state.widget(f"option-{wanted.name}", shown, lambda to: state.choose(wanted, str(to))),
    )
    return shown - 1


def breadcrumb() -> None:
    """浙江省 › 杭州市 › 余杭区: each step leads back."""
    steps = places.path(state.current().place)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="breadcrumb"):
        for i, step in enumerate(steps):
            if i:
                st.markdown("›", width="content")
            if i == len(steps) - 1:
                st.markdown(f"**{step.name}**", width="content")
            else:
                st.button(step.name, type="tertiary", key=f"crumb-{step.code}", on_click=_go_to, args=(step.code,))


def _compare_with(peers: str) -> None:
    """Those like a county lie all over the province."""
    state.change(peers=peers, level="all" if peers == "alike" else state.current().level)


def _go_to(code: str) -> None:
    state.go(state.current().at(code))


def _open_theme(theme: str) -> None:
    first = next(k for k, i in catalogue().items() if i.theme == theme)
    state.change(indicator=first)


def _indented(code: str) -> str:
    found = places.place(code)
    return {"province": "", "prefecture": "　", "county": "　　"}[found.level] + found.name
