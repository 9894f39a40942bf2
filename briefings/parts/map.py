"""地图: training against pace on one printed map, the place marked on it."""

import plotly.graph_objects as go

from briefings.document import Picture, Section
from briefings.facts import Facts
from briefings.parts import Part
from charts import sentences, subject
from charts.drawing import drawing
from charts.map_picture import pictured
from charts.printed_map import printed_map
from data_sources.settings import settings
from geo import places
from indicators.catalogue import catalogue
from indicators.view import View

KEY = "training_completion"


def section(facts: Facts, place: str, month: str) -> Section:
    """The counties of the place's prefecture, or the province's prefectures."""
    indicator = catalogue()[KEY]
    level = places.place(place).level
    view = View(KEY, "since_2023", month, place=place, level="prefecture" if level == "province" else "county")
    values = facts.series(facts.cubes, KEY, view.window)
    drawn = facts.kept(("drawn", view.within, month), lambda: drawing(values, indicator, view, "light"))
    title = sentences.map_title(drawn, indicator, view)
    about = subject.of_view(view, title, approval=settings().approval_line)
    simulated = facts.cubes.simulated(indicator.tables)
    waiting = facts.cubes.unreviewed(indicator.tables)
    lines = subject.caption(about, version=facts.cubes.version, simulated=simulated, unreviewed=waiting)

    def figure() -> go.Figure:
        return printed_map(pictured(drawn, view, title, lines, simulated=simulated))

    name = places.place(view.within).name
    return Section(f"{name}分布图", (title,), (Picture(title, figure, f"{title}。{'　'.join(lines)}"),))


MAP = Part("分布图", section, frozenset({"training", "target"}), indicators=(KEY,))
