"""The reader's state: the view that the URL is, and the sight of the database that this run uses; owner of both.

The browser sends every control's value with every request. What it sends before it has shown a run are the values of an
earlier one, and no control was moved: each run is numbered, and a hidden field brings back which one the browser shows.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

import streamlit as st

from data_sources.cubes import Cubes
from data_sources.reference import clusters
from geo import places
from indicators import options
from indicators import view as views
from indicators.catalogue import Indicator, catalogue
from indicators.options import OPTIONS, Option
from indicators.view import View
from pages.shared import gone

_RUN: Final = "_run"
_WIDGET: Final = "w_"
_SHOWN: Final = "shown-run"


@dataclass(frozen=True)
class Run:
    """What one run of a page stands on: one data version, one view, and the notices that reading the URL gave; and which
    of the session's runs it is."""

    cubes: Cubes
    view: View
    notices: tuple[str, ...]
    stale: str
    options: Mapping[str, str]
    number: int = 1


def begin(cubes: Cubes, stale: str) -> None:
    """Read the view from the URL, once a run; `stale` says why the data are old, or is empty."""
    _at_home(cubes.reader.home)
    query = {k: st.query_params[k] for k in st.query_params}  # noqa: TID251 - this module owns the URL
    view, notices = views.from_query(query, catalogue(), cubes.months, clusters(), others=OPTIONS)
    chosen, refused = options.read(query)
    number = run().number + 1 if _RUN in st.session_state else 1  # noqa: TID251 - this module owns the state
    st.session_state[_RUN] = Run(cubes, view, (*notices, *refused), stale, chosen, number)  # noqa: TID251


def end() -> None:
    """All of the page was sent: the last element tells the browser the number of this run."""
    st.session_state[_SHOWN] = str(run().number)  # noqa: TID251
    with st.container(key="hidden"):
        st.text_input("页面序号", key=_SHOWN, label_visibility="collapsed")
    gone.forget()


def _browser_is_behind() -> bool:
    """Whether the browser sent this request before it showed all of the last run."""
    return picked(_SHOWN) != str(run().number)


def _at_home(home: str) -> None:
    """A reader of one place opens there; the URL says so, so that it stays the whole truth when it is passed on."""
    if not remembered("opened", False):
        remember("opened", True)
        if home != places.PROVINCE and not set(st.query_params):  # noqa: TID251
            st.query_params["place"] = home  # noqa: TID251


def run() -> Run:
    """The run that `begin` began."""
    begun = st.session_state[_RUN]  # noqa: TID251
    assert isinstance(begun, Run)
    return begun


def current() -> View:
    """The view of this run."""
    return run().view


def indicator() -> Indicator:
    """The indicator of this run's view."""
    return catalogue()[current().indicator]


def go(view: View) -> None:
    """Make this the view: write it into the URL, one entry in the browser's history. Call it in a callback."""
    _write(view, options.on_first_pages(run().options))


def _write(view: View, chosen: Mapping[str, str]) -> None:
    fitting = views.fitted(view, catalogue(), run().cubes.months)
    st.query_params.from_dict({**query_of(fitting), **options.written(chosen)})  # noqa: TID251


def option(wanted: Option) -> str:
    """What this run's URL chose for a page's option, or its default."""
    return run().options[wanted.name]


def choose(changed: Option, text: str, *, view: View | None = None) -> None:
    """Change one of the page's options, and with it make `view` the view, if one is given: lists are on their first page
    again, unless it is their page that was changed. Call it in a callback."""
    others = run().options if changed in options.PAGES else options.on_first_pages(run().options)
    _write(view or current(), {**others, changed.name: text})


def address() -> str:
    """The URL of what is looked at: this page, view and options."""
    page = (st.context.url or "").split("?")[0]
    query = {**query_of(current()), **options.written(run().options)}
    return f"{page}?{urlencode(query)}" if query else page


def query_of(view: View) -> dict[str, str]:
    """The URL parameters of a view."""
    return views.to_query(view, views.default(catalogue(), run().cubes.months))


def query_of_document(about: str) -> dict[str, str]:
    """The URL parameters of 简报 that lead to a document of what a page shows now."""
    chosen = {**run().options, options.BRIEFING.name: "page", options.ABOUT.name: about}
    return {**query_of(current()), **options.written(chosen)}


def change(**changed: Any) -> None:
    """Change some fields of the view."""
    go(replace(current(), **changed))


def widget(name: str, value: Any, apply: Callable[[Any], None]) -> Mapping[str, Any]:
    """What ties a control to the view: its key, seeded with the view's value, and its callback.

    The URL is the only truth: each run the control shows the view, and moving it changes the view.
    """
    key = _WIDGET + name
    sent = picked(key)
    st.session_state[key] = value  # noqa: TID251

    def changed() -> None:
        now = picked(key)
        if now != sent or not _browser_is_behind():
            apply(now)

    return {"key": key, "on_change": changed}


def picked(key: str) -> Any:
    """What a map, chart or table that has this key holds as its selection; None before it was drawn."""
    return st.session_state.get(key)  # noqa: TID251


def remembered(name: str, default: Any) -> Any:
    """Something that belongs to this reader's session and changes no number, such as the width of the screen."""
    return st.session_state.get(f"_{name}", default)  # noqa: TID251


def remember(name: str, value: Any) -> None:
    """Keep it for the session."""
    st.session_state[f"_{name}"] = value  # noqa: TID251
