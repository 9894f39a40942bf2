"""Cubes: one fact grouped by the database by place, month and its dimensions; the only numbers that pages ever see.

Each is declared (`cube_declarations`) as one or two GROUP BYs (`cube_statements`). Built cubes lie as Arrow files under the
data version, written atomically, checked when opened and memory-mapped; a damaged or outdated file is rebuilt from the
database. Cubes of an earlier version are refreshed where they were touched since (`cube_changes`, `cube_grouping`).
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from data_sources import cube_changes, cube_files, cube_grouping, cube_statements, deadlines, looking, policy, queries
from data_sources.cube_declarations import BY_NAME as BY_NAME
from data_sources.cube_declarations import CUBES as CUBES
from data_sources.cube_declarations import OWN_SUFFIX as OWN_SUFFIX
from data_sources.cube_declarations import Cube as Cube
from data_sources.cube_declarations import Measure as Measure
from data_sources.cube_statements import BEFORE_PLAN as BEFORE_PLAN
from data_sources.cube_statements import FIRST_MONTH as FIRST_MONTH
from data_sources.policy import Reader
from geo import places

AT_ONCE: Final = 2
"""Cubes that are grouped at a time."""


@dataclass(frozen=True, eq=False)
class Cubes:
    """All cubes of one data version. Frames are read-only; nobody may mutate them.

    `name` stands for exactly this content (see `fingerprint`): cubes of one name are equal, and can be a cache's key.
    `frames[name]`: `place_code` (leaf: county or 市本级), `month` (where the cube has one), dimensions, measures.
    `filing`: `table_name`, `place_code` (leaf), `month` ('' for tables not filed monthly), `provenance`, `submissions`,
    `unreviewed` (official ones that await review).
    """

    version: int
    name: str
    frames: Mapping[str, pl.DataFrame]
    filing: pl.DataFrame
    registry: pl.DataFrame = field(default_factory=pl.DataFrame, repr=False)
    """The submissions that these cubes know of (see `cube_changes.registry`)."""
    reader: Reader = policy.OPERATOR
    """For whom they are cut (see `seen_by`)."""
    fewest_people: int = 0
    """Counts of people below this are withheld outside the reader's places (see `indicators.suppression`); 0: none."""
    derived: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """What others have worked out from the frames and want to keep as long as these live."""
    shared: dict[Hashable, Any] = field(default_factory=dict, repr=False)
    """The same for what does not depend on the reader, of what every reader has the same rows."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Cubes) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    @property
    def files(self) -> dict[str, pl.DataFrame]:
        """Everything that is kept on disk."""
        return {**self.frames, "filing": self.filing, "registry": self.registry}

    @cached_property
    def months(self) -> tuple[str, ...]:
        """Every month from 2023-01 to the latest that any place has filed; empty on a database without submissions."""
        latest = self.filing["month"].max()
        if not latest:
            return ()
        span = (int(str(latest)[:4]) - 2023) * 12 + int(str(latest)[5:7])
        return tuple(f"{2023 + i // 12}-{i % 12 + 1:02d}" for i in range(span))

    @cached_property
    def simulated_tables(self) -> frozenset[str]:
        """The tables to which a simulated submission contributes."""
        return frozenset(self.filing.filter(pl.col("provenance") == "simulated")["table_name"].unique())

    def opened(self, name: str, place_code: str) -> None:
        """Raises `NotPermitted` unless a cube of single organisations is open to the reader for the whole place."""
        filed_at = place_code.removesuffix(OWN_SUFFIX)
        with looking.by(self.reader):
            looking.opened(BY_NAME[name].table, {filed_at} if filed_at != place_code else policy.within(place_code))

    def simulated(self, table_names: frozenset[str]) -> bool:
        """Whether a simulated submission contributes to any of these tables."""
        return not self.simulated_tables.isdisjoint(table_names)

    @cached_property
    def _unreviewed(self) -> Mapping[str, int]:
        waiting = self.filing.group_by("table_name").agg(pl.col("unreviewed").sum()).filter(pl.col("unreviewed") > 0)
        return dict(waiting.iter_rows())

    def unreviewed(self, table_names: frozenset[str] | None = None) -> int:
        """How many official submissions that await review contribute to these tables, or to any."""
        return sum(n for name, n in self._unreviewed.items() if table_names is None or name in table_names)


def seen_by(cubes: Cubes, reader: Reader, fewest_people: int = 0) -> Cubes:
    """What this reader may see of all cubes, under a name of its own unless that is everything.

    Counts of fewer than `fewest_people` people in places whose rows are not open to the reader are to be withheld.
    """
    sight = policy.sight(reader)
    if not sight:
        return replace(cubes, reader=reader)
    opened = dict(sight)
    cut = {c.name: _cut(cubes.frames[c.name], opened[c.table]) for c in CUBES if c.detail and c.table in opened}
    said = repr([fewest_people, *((table, sorted(codes)) for table, codes in sight)])
    told = hashlib.sha256(said.encode()).hexdigest()[:12]
    return replace(
        cubes,
        name=f"{cubes.name}/{told}",
        frames={**cubes.frames, **cut},
        reader=reader,
        fewest_people=fewest_people,
        derived={},
    )


def _cut(frame: pl.DataFrame, filed_at: frozenset[str]) -> pl.DataFrame:
    own = {p.code for p in places.prefectures()}
    leaves = [code + OWN_SUFFIX if code in own else code for code in filed_at]
    return frame.filter(pl.col("place_code").cast(pl.String).is_in(leaves))


def fingerprint(url: str) -> tuple[int, str]:
    """The data version and a name for exactly this content: URL, submissions, rows, census and the cubes' declaration."""
    (state,) = queries.rows(url, cube_statements.state())
    published = [sorted(map(str, queries.rows(url, s))) for s in cube_statements.statements("census")]
    written = json.dumps([state, published], sort_keys=True, default=str)
    return int(state["version"]), f"v{state['version']}-{_declared(url)}-{_hashed(written)}"


@lru_cache(maxsize=8)
def _declared(url: str) -> str:
    """A name for what the cubes are: cubes of one declaration differ by the submissions they count only."""
    statements = (*(s for cube in CUBES for s in cube_statements.statements(cube.name)), cube_statements.filing())
    return _hashed(
        json.dumps(
            [url, repr(CUBES), deadlines.deadlines(), *(queries.written(url, s) for s in statements)],
            default=str,
            sort_keys=True,
        )
    )


def _hashed(written: str) -> str:
    return hashlib.sha256(written.encode()).hexdigest()[:10]


def build(url: str) -> Cubes:
    """All cubes, grouped by the database at `url`; begun again when a submission is accepted meanwhile."""
    return _of_one_moment(url, lambda registry: _each(partial(cube_grouping.built, url)))


def refreshed(url: str, before: Cubes) -> Cubes:
    """What `build` gives, with only what the submissions since have touched grouped anew.

    Raises `cube_changes.Unknown` when the database is not the one of `before` with something more filed.
    """

    def frames(registry: pl.DataFrame) -> dict[str, pl.DataFrame]:
        changes = cube_changes.changed(before.registry, registry)
        return _each(lambda cube: cube_grouping.refreshed(url, cube, before.frames[cube.name], changes, registry))

    return _of_one_moment(url, frames)


def load(url: str, folder: Path) -> Cubes:
    """The cubes of the database's present content: from `folder` when they are there and whole, else built and kept."""
    version, name = fingerprint(url)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(folder / name, version)
    except cube_files.UNUSABLE:
        with cube_files.locked(folder / ".lock"):
            try:
                return _opened(folder / name, version)
            except cube_files.UNUSABLE:
                before = _latest(url, folder, version)
                fresh = _from(url, before) if before else build(url)
                same = _unchanged(fresh, before) if before else {}
                beside = folder / before.name if before else None
                cube_files.keep(fresh.files, folder / fresh.name, same=same, beside=beside)
                cube_files.forget_older(folder, current=fresh.name)
    return _opened(folder / fresh.name, fresh.version, known=same)


def _unchanged(fresh: Cubes, before: Cubes) -> dict[str, pl.DataFrame]:
    """What is the same as in the cubes before, whose files serve again."""
    return {name: frame for name, frame in before.files.items() if frame is fresh.files[name]}


def _from(url: str, before: Cubes) -> Cubes:
    try:
        return refreshed(url, before)
    except cube_changes.Unknown:
        return build(url)


def _latest(url: str, folder: Path, version: int) -> Cubes | None:
    """The newest whole cubes of the same declaration and an earlier data version; None when there are none."""
    kept = [(int(p.name[1:].split("-")[0]), p) for p in folder.glob(f"v*-{_declared(url)}-*")]
    for former, home in sorted(kept, reverse=True):
        if former < version:
            try:
                return _opened(home, former)
            except cube_files.UNUSABLE:
                continue
    return None


def _opened(home: Path, version: int, *, known: Mapping[str, pl.DataFrame] | None = None) -> Cubes:
    frames = cube_files.opened(home, (*BY_NAME, "filing", "registry"), known=known)
    filing, registry = frames.pop("filing"), frames.pop("registry")
    return Cubes(version=version, name=home.name, frames=frames, filing=filing, registry=registry)


def _of_one_moment(url: str, frames: Callable[[pl.DataFrame], dict[str, pl.DataFrame]]) -> Cubes:
    """The cubes with these frames, made again until nothing was accepted meanwhile; `frames` is told the registry."""
    while True:
        version, name = fingerprint(url)
        registry = cube_changes.registry(url)
        grouped = frames(registry)
        filing = cube_grouping.filing(url)
        if fingerprint(url) == (version, name):
            return Cubes(version=version, name=name, frames=grouped, filing=filing, registry=registry)


def _each(group: Callable[[Cube], pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """Every cube by its name; while one is put in order, the database groups another."""
    builders = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="cubes")
    try:
        made = {cube.name: builders.submit(copy_context().run, group, cube) for cube in CUBES}
        return {name: frame.result() for name, frame in made.items()}
    finally:
        builders.shutdown(cancel_futures=True)
