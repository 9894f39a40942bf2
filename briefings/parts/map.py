"""地图: training against pace on one printed map, the place marked on it."""

import plotly.graph_objects as go

from briefings import narrative
from briefings.document import Picture, Section, Text
from briefings.facts import Facts
from briefings.numbers import Number, Style
from briefings.parts import Part
from charts import sentences, subject, words
from charts.drawing import drawing
from charts.map_picture import pictured
from charts.printed_map import printed_map
from data_sources.settings import settings
from geo import places
from indicators.catalogue import catalogue
from indicators.view import View

KEY = "training_completion"


def section(facts: Facts, place: str, month: str) -> Section | None:
    """The counties of the place's prefecture, or the province's prefectures."""
    level = places.place(place).level
    view = View(KEY, "since_2023", month, place=place, level="prefecture" if level == "province" else "county")
    return Section(
        f"{places.place(view.within).name}分布图", spread(facts, view), (spread(facts, view), picture(facts, view))
    )


def picture(facts: Facts, view: View) -> Picture:
    """The printed map of a view. Its numbers stand in the picture; the title under it has none."""
    indicator = catalogue()[view.indicator]
    values = facts.series(facts.cubes, view.indicator, view.window, view.cluster)
    name = (view.indicator, view.window, view.month, view.cluster, view.method, view.drawn, view.ranked_places)
    drawn = facts.kept(("drawn", *name), lambda: drawing(values, indicator, view, "light"))
    said = sentences.map_title(drawn, indicator, view)
    about = subject.of_view(view, said, approval=settings().approval_line)
    simulated = facts.cubes.simulated(indicator.tables)
    waiting = facts.cubes.unreviewed(indicator.tables)
    lines = subject.caption(about, version=facts.cubes.version, simulated=simulated, unreviewed=waiting)

    def figure() -> go.Figure:
        return printed_map(pictured(drawn, view, said, lines, simulated=simulated))

    since = (
        view.window == "since_2023"
    )  # its whole period, which the picture names, would take the caption a second line
    period = f"截至{words.month_name(view.month)}" if since else words.period(view.month, view.window)
    title = f"{sentences.scope(view)}{indicator.short}分布（{period}）"
    return Picture(title, figure, (*spread(facts, view), "　".join(lines)))


def number(facts: Facts, what: str, style: Style, view: View, place: str = "") -> Number:
    """A number of a place among those that the view ranks."""
    return facts.number(
        what, style, key=view.indicator, place=place or view.place, window=view.window, month=view.month,
        cluster=view.cluster or "", detail=f"{view.level}~{view.peers}~{view.place}",
    )  # fmt: skip


def spread(facts: Facts, view: View) -> Text:
    """Who is highest and lowest of the places that the view ranks, and how many keep pace."""
    indicator = catalogue()[view.indicator]
    every = [(places.place(code).name, number(facts, "value", "value", view, code)) for code in view.ranked_places]
    known = sorted((pair for pair in every if pair[1].known), key=lambda pair: (-(pair[1].value or 0), pair[0]))
    ahead: Text = ()
    if indicator.middle == "pace":
        ahead = ("达到序时进度（", facts.number("pace", "percent", month=view.month), "）的有 ",
                 number(facts, "among_ahead", "count", view), " 个，")  # fmt: skip
    held = any(value.text == words.WITHHELD for _, value in every)
    among = f"{sentences.scope(view)}中公开的地区" if held else sentences.scope(view)
    return narrative.spread(among, indicator.title, known, ahead)


MAP = Part("分布图", section, frozenset({"training", "target"}), indicators=(KEY,))
