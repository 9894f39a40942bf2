"""Puts pictures on the page: each with a title that says what it shows, its caption, its table and its downloads."""

import html
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from briefings import paper, place_tables
from briefings.tables import ColumnForm
from charts import sentences, talent_map, topic_map, words
from charts.map_picture import MapPicture, pictured
from charts.printed_chart import printed_chart
from charts.printed_map import printed_map
from charts.subject import Subject, of_view
from charts.subject import caption as caption_of
from charts.theme import CONFIG, Theme
from data_sources.cubes import Cubes
from data_sources.settings import settings
from geo import layers, places
from indicators import measures, small_numbers
from indicators.catalogue import catalogue
from indicators.view import View
from pages.shared import access, cached, downloads, state
from pages.shared.caches import once
from pages.shared.downloads import Table
from pages.shared.screen import Screen

MAP_KEY = "talent-map"
MANY = 30
"""More bars than this do not fit on a sheet of paper: they are printed as a table."""
WHOLE = 14
"""Up to so many rows, such as the eleven prefectures, a table is shown whole."""
FRAME = 20
"""Pixels that a box needs beyond what it holds, lest it scroll."""
MEASURED = 9
"""Rows of a column from which the browser's grid takes its width."""
LETTER, AROUND, WIDEST = 7.2, 20, 400
"""Pixels of half a Chinese character in a grid, beside a text, and of the widest column of text."""


def caption(subject: Subject) -> tuple[str, ...]:
    """The caption lines of a picture of this subject."""
    cubes = state.run().cubes
    marks = {"simulated": cubes.simulated(subject.tables), "unreviewed": cubes.unreviewed(subject.tables)}
    return caption_of(subject, version=cubes.version, **marks)


def titled(text: str) -> None:
    """A picture's title."""
    st.html(f'<h3 class="picture-title">{html.escape(text)}</h3>')


def headed(name: str, subject: Subject, table: Callable[[], Table], figure: downloads.Figure | None = None) -> None:
    """The title of a part of the page and the menu of its downloads (see `downloads.offer`)."""
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}-head"):
        titled(subject.title)
        downloads.offer(name, subject, table=table, figure=figure)


def captioned(lines: tuple[str, ...], on_paper: str = "") -> None:
    """A picture's caption; `on_paper` is what is printed in place of the table before it (see `briefings.paper`)."""
    parts = "　".join(f"<span>{html.escape(part)}</span>" for part in "　".join(lines).split("　"))
    st.html(f'{on_paper}<p class="picture-caption">{parts}</p>')


def said(text: str, name: str = "", *, note: str = "") -> None:
    """A sentence with a part's main numbers; a smaller one under it says what they leave out."""
    named = f' id="{name}"' if name else ""
    under = f'<p class="note">{html.escape(note)}</p>' if note else ""
    st.html(f'<p class="said"{named}>{words.unbroken(text)}</p>{under}')


def map_of(view: View, screen: Screen, *, share: float, height: int) -> None:
    """The map with title, legend, caption and downloads; a click on a place goes into it."""
    indicator = catalogue()[view.indicator]
    subject = of_view(view, cached.map_title(state.run().cubes, view, screen.theme), approval=settings().approval_line)
    with st.container(horizontal=True, vertical_alignment="center", key="map-head"):
        titled(subject.title)
        _offer_map(subject, view)
    if view.bases and state.run().stale:
        view = replace(view, bases=False)
        st.caption("数据库暂时连接不上，实训基地的位置未显示。")
    deck = cached.deck(state.run().cubes, view, screen.theme, screen.column(share), height)
    st.pydeck_chart(
        deck.numbered(talent_map.LAYER, _clicks()),
        height=height,
        key=MAP_KEY,
        on_select=_map_clicked,
        selection_mode="single-object",
        alt=f"{subject.title}。{indicator.definition}",
    )
    largest = talent_map.largest_radius(screen.column(share), height)
    st.html(cached.legend(state.run().cubes, view, screen.theme, largest))
    captioned(caption(subject))


def _map_clicked() -> None:
    view = state.current()
    indices = state.picked(MAP_KEY)["selection"]["indices"].get(f"{talent_map.LAYER}-{_clicks()}", [])
    if indices:
        state.remember("clicks", _clicks() + 1)
        code = layers.code_at(indices[0], view.drawn, talent_map.has_insets(view))
        if code is not None:
            state.go(view.at(code))


def _clicks() -> int:
    """How many clicks on the map this session has answered.

    It is part of the layer's name: after going back, a click on the same place is a new selection and is heard again.
    """
    return int(state.remembered("clicks", 0))


def card_of(view: View) -> None:
    """The chosen place in one box: value, rank among the drawn places, year on year, what is missing."""
    indicator = catalogue()[view.indicator]
    row = cached.standing(state.run().cubes, view)
    figure, unit = words.grand(row["value"], indicator)
    standing = words.rank(row["rank"], row["ranked_of"], unsure=row["sure"] is False)
    among = view.ranked_places
    facts = [f"{standing}　{sentences.scope(view)}" if len(among) > 1 and view.place in among else ""]
    facts.append(f"同比 {words.change(row['yoy'], indicator)}" if row["yoy"] is not None else "")
    facts.append(sentences.completeness(row))
    lines = "".join(f'<div class="sub">{html.escape(fact)}</div>' for fact in facts if fact)
    st.html(
        f'<div class="figure-card" id="place-card"><div class="name">{html.escape(places.place(view.place).name)}　'
        f"{html.escape(indicator.title)}</div>"
        f'<div class="value">{figure}<small>{unit}</small></div>{lines}</div>'
    )


def ranking_of(view: View, screen: Screen, *, height: int) -> None:
    """All ranked places as bars in a box that scrolls; a click selects the place."""
    cubes = state.run().cubes
    drawn = cached.drawn(cubes, view, screen.theme)
    ranked = drawn.frame.filter(drawn.frame["rank"].is_not_null()).height
    title = f"排名：{sentences.scope(view)}"
    with st.container(horizontal=True, vertical_alignment="center", key="ranking-head"):
        titled(title if ranked else f"{title}（没有数据）")
        _offer_chart("排名", title, view, _places(view), lambda: cached.ranking(cubes, view, "light"))
    if not ranked:
        return
    figure = cached.ranking(cubes, view, screen.theme)
    with st.container(
        height=min(height, int(figure.to_dict()["layout"]["height"]) + FRAME), border=False, key="ranking-box"
    ):
        key = f"ranking-{view.level}-{view.within}-{view.place}"
        plotly(figure, key=key, on_select=lambda: _bar_clicked(key))
    lines = caption(of_view(view, title)) + ((small_numbers.MARKED,) if drawn.frame["unsure"].any() else ())
    captioned(lines, cached.paper_ranking(cubes, view) if ranked > MANY else "")


def _bar_clicked(key: str) -> None:
    points = state.picked(key)["selection"]["points"]
    if points:
        state.go(state.current().at(points[0]["customdata"][0]))


def trend_of(view: View, screen: Screen, *, height: int = 220) -> None:
    """The chosen place's series by month."""
    indicator = catalogue()[view.indicator]
    if view.window == "census":
        st.caption("2020年普查数据只有一期，没有走势。")
        return
    cubes = state.run().cubes
    if not cubes.months:
        st.caption("数据库里还没有报送数据，没有走势。")
        return
    title = f"{places.place(view.place).name}{indicator.short}走势"
    with st.container(horizontal=True, vertical_alignment="center", key="trend-head"):
        titled(title)
        _offer_chart("走势", title, view, _months(view), lambda: cached.trend(cubes, view, "light", height))
    plotly(cached.trend(cubes, view, screen.theme, height), key="trend")
    captioned(caption(of_view(view, title, period=words.span(cubes.months[0], cubes.months[-1]))))


def table_of(view: View) -> None:
    """The table that says everything the map says; a click on a row selects the place."""
    indicator = catalogue()[view.indicator]
    cubes, forms = state.run().cubes, place_tables.columns_of(indicator, cached.table(state.run().cubes, view))
    subject = of_view(view, indicator.title)
    with st.container(horizontal=True, vertical_alignment="center", key="table-head"):
        titled(f"数据表：{sentences.scope(view)}")
        downloads.offer("数据表", subject, table=_places(view))
    configured = {
        c: st.column_config.NumberColumn(forms[c].header, format=_format(forms[c].decimals))
        for c in ("value", "rank", "yoy_shown")
    }
    configured["name"] = st.column_config.TextColumn("地区")
    configured["remark"] = st.column_config.TextColumn(forms["remark"].header if "remark" in forms else "说明")
    configured["filing"] = st.column_config.TextColumn("已报单位／应报单位", alignment="right")
    key = f"table-{view.level}-{view.within}-{view.place}"
    st.dataframe(
        cached.shown_table(cubes, view),
        column_config=configured,
        hide_index=True,
        height="content" if cached.table(cubes, view).height <= WHOLE else 320,
        placeholder=words.NO_VALUE,
        key=key,
        on_select=lambda: _row_clicked(key, cached.table(cubes, view)["place_code"].to_list()),
        selection_mode="single-row",
    )
    captioned(caption(subject), cached.paper_table(cubes, view))


def _format(decimals: int | None) -> str:
    """How the grid writes a number: with thousands separators, but for one that only names something (no decimals)."""
    if decimals is None:
        return "%d"
    return f"%,.{decimals}f" if decimals else "localized"


def _row_clicked(key: str, codes: list[str]) -> None:
    picked = state.picked(key)["selection"]["rows"]
    if picked and codes[picked[0]] in {p.code for p in places.places()}:
        state.go(state.current().at(codes[picked[0]]))


def plotly(figure: go.Figure, *, key: str, on_select: Callable[[], Any] | None = None) -> None:
    """A Plotly figure in our own looks."""
    chosen: Mapping[str, Any] = {"on_select": on_select, "selection_mode": "points"} if on_select else {}
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, width="stretch", **chosen)


def _places(view: View) -> Callable[[], Table]:
    """The table of the view's places, when it is asked for."""
    indicator, cubes = catalogue()[view.indicator], state.run().cubes

    def made() -> Table:
        frame = cached.table(cubes, view)
        return place_tables.tabulated(frame, indicator), place_tables.columns_of(indicator, frame)

    return made


def _months(view: View) -> Callable[[], Table]:
    """The table of the chosen place's months, when it is asked for."""
    indicator, cubes = catalogue()[view.indicator], state.run().cubes

    def made() -> Table:
        frame = measures.history(cached.of_view(cubes, view), view.place)
        return place_tables.tabulated(frame, indicator), place_tables.months_of(indicator, frame)

    return made


def _offer_map(subject: Subject, view: View) -> None:
    cubes, lines = state.run().cubes, caption(subject)
    picture = lambda: printed_map(picture_of(cubes, view, subject.title, lines))  # noqa: E731
    downloads.offer("地图", subject, table=_places(view), figure=picture)


def _offer_chart(
    name: str, title: str, view: View, table: Callable[[], Table], figure: Callable[[], go.Figure]
) -> None:
    full = f"{catalogue()[view.indicator].title}{title}（{words.period(view.month, view.window)}）"
    printed(name, of_view(view, full), table, figure)


def printed(name: str, subject: Subject, table: Callable[[], Table], figure: Callable[[], go.Figure]) -> None:
    """The downloads of a chart: its table, and the light-theme `figure` with title and caption."""
    lines = caption(subject)
    downloads.offer(name, subject, table=table, figure=lambda: printed_chart(figure(), subject.title, lines))


def chart(
    name: str,
    subject: Subject,
    screen: Screen,
    *,
    figure: Callable[[Theme], go.Figure],
    table: Callable[[], Table],
    on_select: Callable[[], Any] | None = None,
) -> None:
    """A chart of any subject: title, downloads, figure, caption; one taller than a sheet is printed as a table.

    `name` is its key, and its word in file names.

    `figure` and `table` are also called on a click, outside the run: they must not read the run's state.
    """
    with st.container(horizontal=True, vertical_alignment="center", key=f"{name}-head"):
        titled(subject.title)
        printed(name, subject, table, lambda: figure("light"))
    shown = figure(screen.theme)
    plotly(shown, key=f"chart-{name}", on_select=on_select)
    captioned(caption(subject), paper.long_picture(shown, table))


def topic(
    name: str,
    subject: Subject,
    screen: Screen,
    *,
    picture: Callable[[Theme], MapPicture],
    table: Callable[[], Table],
    share: float = 1.0,
    height: int = 520,
    on_point: Callable[[str], None] | None = None,
) -> None:
    """A map of a topic: title, downloads, map, legend, caption; a click on a place goes into it, one on a point gives its
    key to `on_point`.

    `picture` and `table` are also called on a click, outside the run: they must not read the run's state.
    """
    headed(name, subject, table, lambda: printed_map(picture("light")))
    _seen(subject)
    shown = picture(screen.theme)
    deck = once(topic_map.deck, shown, screen.theme, width=screen.column(share), height=height)
    key, layer = f"topic-{name}", f"{topic_map.LAYER}-{_clicks()}"
    st.pydeck_chart(
        deck.numbered(topic_map.LAYER, _clicks()),
        height=height,
        key=key,
        on_select=lambda: _topic_clicked(key, layer, shown, on_point),
        selection_mode="single-object",
        alt=f"{subject.title}。{subject.definition}",
    )
    st.html(once(topic_map.legend, shown, screen.theme))
    captioned(caption(subject))


def _topic_clicked(key: str, layer: str, shown: MapPicture, on_point: Callable[[str], None] | None) -> None:
    selection = state.picked(key)["selection"]
    points = [each for name in (layers.POINTS, layers.SHAPES) for each in selection["objects"].get(name, [])]
    if points and on_point:
        on_point(points[0]["key"])
    indices = selection["indices"].get(layer, [])
    if indices:
        state.remember("clicks", _clicks() + 1)
        code = layers.code_at(indices[0], topic_map.codes(shown), topic_map.has_insets(shown))
        if code is not None:
            state.go(state.current().at(code))


def data(
    name: str,
    subject: Subject,
    table: Callable[[], Table],
    *,
    height: int = 420,
    whole: Callable[[], Table] | None = None,
    on_row: Callable[[int], None] | None = None,
) -> None:
    """A table of any subject: title, downloads, the columns that have a form, right-aligned numbers, caption; without any
    row a sentence.

    `whole` is what is taken along where the screen shows a page of it; it must not read the run's state. `on_row` is
    told the row that was clicked.
    """
    frame, forms = table()
    _seen(subject)
    headed(name, subject, whole or table)
    shown = place_tables.rounded(frame.select([column for column in forms if column in frame.columns]), forms)
    if shown.is_empty():
        st.caption(words.NO_ROWS)
        captioned(caption(subject))
        return
    st.dataframe(
        shown.to_arrow(compat_level=pl.CompatLevel.oldest()),
        column_config={c: _configured(forms[c], shown[c]) for c in shown.columns},
        hide_index=True,
        height="content" if shown.height <= WHOLE else height,
        placeholder=words.NO_VALUE,
        key=f"data-{name}",
        **_rows_clicked(f"data-{name}", on_row),
    )
    captioned(caption(subject), paper.table(shown, forms))


def _seen(subject: Subject) -> None:
    """Single rows that are looked at are on record."""
    if subject.detail:
        place = state.current().place
        access.record("detail", {"内容": subject.title, "筛选": subject.filter}, place_code=place)


def _rows_clicked(key: str, on_row: Callable[[int], None] | None) -> Mapping[str, Any]:
    if on_row is None:
        return {}

    def clicked() -> None:
        rows = state.picked(key)["selection"]["rows"]
        if rows:
            on_row(rows[0])

    return {"on_select": clicked, "selection_mode": "single-row"}


def _configured(form: ColumnForm, column: pl.Series) -> Any:
    if column.dtype.is_float() and form.decimals is None:
        return st.column_config.NumberColumn(form.header, format="localized")
    if column.dtype.is_numeric():
        return st.column_config.NumberColumn(form.header, format=_format(form.decimals))
    return st.column_config.TextColumn(form.header, width=_wide(form.header, column))


def _wide(header: str, texts: pl.Series) -> int | None:
    """The pixels that every text of a column has room in, up to `WIDEST`; None where the grid finds them by itself: it
    measures the first rows only."""
    if texts.len() <= MEASURED:
        return None
    wide = (texts.str.len_bytes() - texts.str.len_chars()) // 2  # a Chinese character has three bytes
    longest = max(int((wide + texts.str.len_chars()).max() or 0), 2 * len(header))
    return min(round(longest * LETTER) + AROUND, WIDEST)


def picture_of(cubes: Cubes, view: View, title: str, lines: tuple[str, ...]) -> MapPicture:
    """The printed form of the map: same classes, colours and words, in the light theme, above its caption `lines`."""
    drawn, tables = cached.drawn(cubes, view, "light"), catalogue()[view.indicator].tables
    return pictured(drawn, view, title, lines, simulated=cubes.simulated(tables))
