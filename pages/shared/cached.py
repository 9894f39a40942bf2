"""What every page reads, kept with the cubes, so the data version, in every key (see `caches.kept`)."""

import gc
from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import polars as pl
import pyarrow as pa

from briefings import paper, place_tables
from briefings.tables import ColumnForm
from charts import figures, sentences, talent_map
from charts.drawing import Drawing, drawing, rows
from charts.theme import Theme
from data_sources import cubes as all_cubes
from data_sources import looking, reading
from data_sources import names as reading_names
from data_sources.cubes import Cubes
from data_sources.health import Health
from data_sources.live import Live
from data_sources.policy import Reader
from data_sources.settings import settings
from data_sources.vocabulary import BASE_KINDS
from geo import boundaries, places
from geo.layers import Map
from geo.marks import Point
from indicators import measures, profile, search, small_numbers
from indicators import plan as plans
from indicators.catalogue import Indicator, Window, catalogue
from indicators.view import View
from pages.shared import caches
from pages.shared.caches import Single, kept


@Single
def _live() -> Live:
    return Live(settings().url, settings().cubes).start()


def watch() -> None:
    """Begin to watch the database, unless it is watched."""
    _live()


def health() -> Health:
    """The state of the database at its newest sight; waits for the first one."""
    return _live().now().health


def real_data() -> bool:
    """Whether anything but simulated data was ever filed in the database."""
    return _live().now().real


def cubes() -> Cubes | None:
    """The newest cubes, cut to what is open to who looks; None until there are some. Raises `NotPermitted`."""
    reader, found = looking.current(), _live().now().cubes
    return None if found is None else _seen_by(_newest(found), reader)


@kept(maxsize=1)
def _newest(found: Cubes) -> Cubes:
    """The same; when they are others than before, without what was worked out of those."""
    caches.forget_cubes()
    return found


@kept(maxsize=128)
def _seen_by(cubes: Cubes, reader: Reader) -> Cubes:
    return all_cubes.seen_by(cubes, reader, settings().fewest_people)


def seen() -> bool:
    """Whether the database has been seen once, so that it is known at once."""
    return _live.made and _live().seen


def loaded() -> bool:
    """Whether there are cubes to serve, of now or of before the database went away."""
    return seen() and _live().now().cubes is not None


def unwatch() -> None:
    """Stop watching the database, if it is being watched."""
    if _live.made:
        _live().stop()


@Single
def warmed() -> bool:
    """Once a process, after the imports: the shapes, and what lives for ever moved out of the garbage collector's way."""
    for level in ("prefecture", "county"):
        boundaries.encoded(level)
        boundaries.label_spots(level)
    gc.freeze()
    return True


@kept(maxsize=128)  # a third of a megabyte and three milliseconds each; a profile looks at some seventy
def series(cubes: Cubes, key: str, window: Window, cluster: str | None = None) -> pl.DataFrame:
    """The indicator for every place and month (see `indicators.measures.series`)."""
    return measures.series(cubes, catalogue()[key], window, cluster)


def of_view(cubes: Cubes, view: View) -> pl.DataFrame:
    """The series that a view looks at."""
    return series(cubes, view.indicator, view.window, view.cluster)


@kept(maxsize=512)
def drawn(cubes: Cubes, view: View, theme: Theme) -> Drawing:
    """What the map draws for a view (see `charts.drawing`)."""
    return drawing(of_view(cubes, view), catalogue()[view.indicator], view, theme)


@kept(maxsize=512)
def table(cubes: Cubes, view: View) -> pl.DataFrame:
    """The table of a view (see `charts.drawing.rows`)."""
    return rows(of_view(cubes, view), catalogue()[view.indicator], view)


@kept(maxsize=256)
def shown_table(cubes: Cubes, view: View) -> pa.Table:
    """The table of a view as the screen shows it, in the form that is sent as it is."""
    indicator = catalogue()[view.indicator]
    frame = place_tables.tabulated(table(cubes, view), indicator)
    remarks = _remarks(frame)
    wanted = ["name", "value", "rank", *remarks, *(["yoy_shown"] if indicator.compared else []), "filing"]
    frame = frame.with_columns(filing=pl.format("{}／{}", "filed", "expected")).select(wanted)
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())


def _remarks(frame: pl.DataFrame) -> list[str]:
    """The column of remarks where there is any."""
    return ["remark"] if frame["remark"].drop_nulls().len() else []


@kept(maxsize=256)
def paper_table(cubes: Cubes, view: View) -> str:
    """The table of a view as it is printed (see `paper.table`)."""
    indicator = catalogue()[view.indicator]
    found = table(cubes, view)
    forms, frame = place_tables.columns_of(indicator, found), place_tables.tabulated(found, indicator)
    frame = frame.with_columns(filing=pl.format("{}／{}", "filed", "expected"))
    remarks = _remarks(frame)
    compared = ["yoy_shown"] if indicator.compared else []
    wanted = {name: forms[name] for name in ("name", "value", "rank", *remarks, *compared) if name in forms}
    return paper.table(frame, {**wanted, "filing": ColumnForm("已报单位／应报单位", None, 16)})


@kept(maxsize=128)
def paper_ranking(cubes: Cubes, view: View) -> str:
    """The ranking of a view as it is printed."""
    ranked = table(cubes, view).filter(pl.col("rank").is_not_null())
    forms = {"rank": ColumnForm("位次", 0, 8), "name": ColumnForm("地区", None, 16)}
    return paper.table(ranked, {**forms, "wording": ColumnForm("数值", None, 16)})


@kept(maxsize=512)
def map_title(cubes: Cubes, view: View, theme: Theme) -> str:
    """What the map of a view shows (see `sentences.map_title`)."""
    return sentences.map_title(drawn(cubes, view, theme), catalogue()[view.indicator], view)


@kept(maxsize=512)
def legend(cubes: Cubes, view: View, theme: Theme, largest: float) -> str:
    """The legend of the map of a view (see `charts.talent_map.legend`)."""
    return talent_map.legend(drawn(cubes, view, theme), catalogue()[view.indicator], view, theme, largest=largest)


@kept(maxsize=512)
def standing(cubes: Cubes, view: View) -> Mapping[str, Any]:
    """The row of a view's own place among those it is ranked with (see `measures.snapshot`); `sure` says whether its
    number is large enough to be ranked."""
    indicator = catalogue()[view.indicator]
    codes = view.ranked_places if view.place in view.ranked_places else (view.place,)
    found = measures.snapshot(of_view(cubes, view), view.month, codes, indicator)
    own = found.filter(pl.col("place_code") == view.place)
    return own.with_columns(sure=small_numbers.sure(indicator)).row(0, named=True)


@kept(maxsize=256)
def deck(cubes: Cubes, view: View, theme: Theme, width: int, height: int) -> Map:
    """The map of a view for a frame of so many pixels."""
    indicator = catalogue()[view.indicator]
    points = _points(cubes, view.month) if view.bases else ()
    return talent_map.deck(drawn(cubes, view, theme), indicator, view, theme, width=width, height=height, bases=points)


@kept(maxsize=256)
def ranking(cubes: Cubes, view: View, theme: Theme) -> go.Figure:
    """The ranking of a view (see `charts.figures.ranking`)."""
    return figures.ranking(drawn(cubes, view, theme), catalogue()[view.indicator], theme, chosen=view.place)


@kept(maxsize=256)
def trend(cubes: Cubes, view: View, theme: Theme, height: int) -> go.Figure:
    """The chosen place's series (see `charts.figures.trend`)."""
    indicator = catalogue()[view.indicator]
    history = measures.history(of_view(cubes, view), view.place)
    return figures.trend(
        history, indicator, theme, month=view.month, height=height, with_pace=indicator.middle == "pace"
    )


@kept(maxsize=24)
def bases(cubes: Cubes, month: str) -> pl.DataFrame:
    """Training bases in use in a month (see `reading.bases`)."""
    return reading.bases(settings().url, month)


@kept(maxsize=64)
def organisations(
    cubes: Cubes,
    place_code: str,
    *,
    roles: tuple[str, ...] = (),
    clusters: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
) -> pl.DataFrame:
    """Organisations within a place, its 市本级 included (see `reading.organisations`)."""
    filed = measures.filed_at(place_code)
    return reading.organisations(settings().url, filed, roles=roles, clusters=clusters, codes=codes)


@kept(maxsize=256)
def positions(cubes: Cubes, place_code: str, month: str) -> pl.DataFrame:
    """Where a place stands on everything comparable (see `profile.positions`)."""
    return profile.positions(cubes, catalogue(), place_code, month, series)


@kept(maxsize=2)
def names(cubes: Cubes, *, reachable: bool) -> search.Index:
    """What can be searched for (see `search.index`); while the database is not `reachable`, what it need not be asked for."""
    asked = reading_names.names(settings().url) if reachable else reading_names.NOTHING
    return search.index(catalogue(), asked)


@kept(maxsize=24)
def _points(cubes: Cubes, month: str) -> tuple[Point, ...]:
    found = bases(cubes, month)
    largest = max(found["seats"].max() or 1, 1)
    return tuple(
        Point(
            lon=row["lon"],
            lat=row["lat"],
            radius=1.4 + 3.0 * (row["seats"] / largest) ** 0.5,
            tooltip={
                "name": row["name"],
                "wording": f"{BASE_KINDS[row['kind']]}　{row['seats']:,} 个工位",
                "rank": "",
                "change": "",
                "note": "",
            },
        )
        for row in found.iter_rows(named=True)
    )


@kept(maxsize=4)
def plan(cubes: Cubes) -> pl.DataFrame:
    """What follows the plan's measures (see `plan.followed`): each indicator's latest value for the province."""
    return plans.followed(catalogue(), {key: _latest(cubes, indicator) for key, indicator in catalogue().items()})


def _latest(cubes: Cubes, indicator: Indicator) -> tuple[Window, str, float | None]:
    window = indicator.windows[0]
    known = measures.history(series(cubes, indicator.key, window), places.PROVINCE).filter(
        pl.col("value").is_not_null()
    )
    return (window, known["month"][-1], known["value"][-1]) if known.height else (window, "", None)


@kept(maxsize=16)
def submissions(cubes: Cubes, page: int, table_name: str) -> pl.DataFrame:
    """One page of submissions (see `reading.submissions`)."""
    return reading.submissions(settings().url, reading.Filed(table_name), page=page)


@kept(maxsize=4)
def versions(cubes: Cubes) -> pl.DataFrame:
    """Every data version (see `reading.versions`)."""
    return reading.versions(settings().url)


@kept(maxsize=4)
def published(cubes: Cubes) -> pl.DataFrame:
    """What officials published (see `reading.published`)."""
    return reading.published(settings().url)


@kept(maxsize=8)
def changes(cubes: Cubes) -> pl.DataFrame:
    """What the cubes' data version brought (see `reading.changes`)."""
    return reading.changes(settings().url, cubes.version)
