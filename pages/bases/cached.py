"""What 实训基地 works out, kept with the cubes in the key (see `pages.shared.caches.kept`)."""

import gc
from contextlib import suppress
from threading import Thread

import polars as pl

from charts import bases as pictures
from charts.bases import Told
from charts.map_picture import MapPicture
from charts.theme import Theme
from data_sources import policy, reading
from data_sources.cubes import Cubes
from data_sources.settings import settings
from indicators import bases, reach, siting
from indicators.catalogue import Window
from indicators.reach import Way
from indicators.view import View
from pages.shared.cached import series
from pages.shared.caches import kept

Codes = tuple[str, ...]
Asked = tuple[Window, str, str, Codes]
"""Window, month, place and kinds of a list of bases."""


@kept(maxsize=1)
def readied() -> Thread:
    """Once a process, beside the pages: import what finds the next bases, which takes seconds, and move it out of the
    garbage collector's way."""
    thread = Thread(target=_ready, name="talent-siting", daemon=True)
    thread.start()
    return thread


def _ready() -> None:
    # Streamlit takes folders off sys.path as a run ends; an import beside it may then miss one. Who asks imports it again.
    with suppress(ImportError):
        siting.solver()
    gc.collect()
    gc.freeze()


@kept(maxsize=2)
def register(cubes: Cubes) -> pl.DataFrame:
    """Every base that was ever filed (see `reading.register`)."""
    return reading.register(settings().url)


@kept(maxsize=128)
def listed(cubes: Cubes, asked: Asked) -> pl.DataFrame:
    """The bases of a place with what they did in the window (see `bases.listed`)."""
    window, month, place, kinds = asked
    return bases.listed(cubes, register(cubes), window, month, place, kinds)


@kept(maxsize=128)
def history(cubes: Cubes, base_code: str) -> pl.DataFrame:
    """One base month by month (see `bases.history`)."""
    return bases.history(cubes, register(cubes).filter(base_code=base_code))


@kept(maxsize=64)
def sites(cubes: Cubes, month: str, kinds: Codes) -> pl.DataFrame:
    """The bases that can be reached in a month (see `reach.sites`)."""
    return reach.sites(register(cubes), month, kinds)


@kept(maxsize=16)
def people(cubes: Cubes, month: str) -> pl.DataFrame:
    """The people of every county (see `reach.people`)."""
    return reach.people(cubes, series(cubes, reach.STOCK, "month_end"), month)


def flagged(cubes: Cubes, month: str, found: pl.DataFrame) -> pl.DataFrame:
    """Places of a month, with `withheld`: whether their workers, or those of a county of theirs, are not told."""
    untold = series(cubes, reach.STOCK, "month_end").filter(pl.col("withheld"), month=month)["place_code"]
    above = {code: bool(policy.within(code) & set(untold)) for code in found["place_code"].unique()}
    return found.with_columns(withheld=pl.col("place_code").replace_strict(above, return_dtype=pl.Boolean))


@kept(maxsize=64)
def coverage(cubes: Cubes, month: str, kinds: Codes, way: Way) -> pl.DataFrame:
    """Who is within reach (see `reach.coverage`)."""
    return reach.coverage(people(cubes, month), sites(cubes, month, kinds), way)


@kept(maxsize=128)
def reached(cubes: Cubes, month: str, base_code: str, way: Way) -> float | None:
    """How many residents one base alone has within reach; None without a position in the province."""
    alone = reach.sites(register(cubes).filter(base_code=base_code), month)
    if alone.is_empty():
        return None
    found = reach.coverage(people(cubes, month), alone, way)
    return float((found["residents"] * found["share"]).sum())


@kept(maxsize=64)
def access(cubes: Cubes, month: str, kinds: Codes, way: Way) -> pl.DataFrame:
    """Seats within reach (see `reach.accessible`)."""
    return reach.accessible(people(cubes, month), sites(cubes, month, kinds), way)


@kept(maxsize=64)
def next_bases(cubes: Cubes, month: str, kinds: Codes, way: Way, count: int, helped: str, among: Codes) -> pl.DataFrame:
    """Where to build (see `siting.next_bases`)."""
    held = sites(cubes, month, kinds)
    return siting.next_bases(people(cubes, month), held, way, count=count, helped=helped, among=among)


@kept(maxsize=64)
def picture(cubes: Cubes, asked: Asked, view: View, theme: Theme, told: Told, chosen: str) -> MapPicture:
    """The map of bases."""
    return pictures.picture(listed(cubes, asked), view, theme, told, chosen=chosen)


@kept(maxsize=64)
def circle(cubes: Cubes, month: str, kinds: Codes, way: Way, view: View, theme: Theme, told: Told) -> MapPicture:
    """The map of the training circle."""
    found = flagged(cubes, month, reach.rolled(coverage(cubes, month, kinds, way), view.drawn))
    return pictures.circle(found, sites(cubes, month, kinds), view, theme, told)
