"""Cubes: one fact grouped by the database by place, month and its dimensions; the only numbers that pages ever see.

A cube is declared below as one or two GROUP BYs. Built cubes lie as Arrow files under the data version, written
atomically, checked when opened and memory-mapped; a damaged or outdated file is rebuilt from the database. Cubes of an
earlier version are refreshed in the places that were touched since (see `cube_changes`).
"""

import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
from sqlalchemy import Select

from data_sources import (
    cube_changes,
    cube_files,
    cube_statements,
    deadlines,
    looking,
    payment_rules,
    policy,
    queries,
    tables,
)
from data_sources.cube_statements import BEFORE_PLAN as BEFORE_PLAN
from data_sources.policy import Reader
from geo import places

Kind = Literal["flow", "change", "annual", "fixed"]
"""How a measure adds up over time: summed over a window; accumulated into a stock; one value a year; one for ever."""

FIRST_MONTH: Final = "2023-01"
AT_ONCE: Final = 2
"""Cubes that are grouped at a time."""
OWN_SUFFIX: Final = "B"
"""A prefecture's 市本级 and functional zones, a leaf beside its counties: `330100B`."""


@dataclass(frozen=True)
class Measure:
    """One number of a cube: its column, how it adds up over time, its unit and its Chinese label."""

    name: str
    kind: Kind
    unit: str
    label: str


@dataclass(frozen=True)
class Cube:
    """A declared cube: the fact table that it reads, its dimensions beside place and month, its measures."""

    name: str
    table: str
    dimensions: tuple[str, ...]
    measures: tuple[Measure, ...]

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables whose rows it rests on: `submission` speaks for every table that is filed monthly."""
        return tables.MONTHLY_TABLES if self.table == "submission" else (self.table,)

    def measure(self, name: str) -> Measure:
        """The measure of that name; raises KeyError."""
        return {m.name: m for m in self.measures}[name]

    @property
    def monthly(self) -> bool:
        """Whether every place files the table each month, so that a month without a submission is missing."""
        return self.table in tables.MONTHLY_TABLES

    @property
    def detail(self) -> bool:
        """Whether it tells single organisations apart, so that it is open by place as their rows are."""
        return any(
            dimension.endswith(("issuer_code", "organisation_code", "base_code")) for dimension in self.dimensions
        )


PAID: Final = (
    Measure("amount", "flow", "分", "补贴金额"),
    Measure("person_times", "flow", "人次", "补贴人次"),
    Measure("payments", "flow", "笔", "发放笔数"),
)
"""What every cube of payments adds up."""
WANTED: Final = (
    Measure("headcount", "flow", "人", "需求人数"),
    Measure("shortage_headcount", "flow", "人", "紧缺岗位需求人数"),
    Measure("priced_headcount", "flow", "人", "报有月薪的需求人数"),
    Measure("wage_bounds", "flow", "分", "月薪上下限之和乘以需求人数"),
)
"""What every cube of vacancies adds up."""

CUBES: Final = (
    Cube(
        "training",
        "training",
        ("cluster_code", "mode"),
        (
            Measure("person_times", "flow", "人次", "培训人次"),
            Measure("online_person_times", "flow", "人次", "线上培训人次"),
            Measure("passed_person_times", "flow", "人次", "考核合格人次"),
            Measure("base_person_times", "flow", "人次", "在实训基地培训的人次"),
            Measure("judged_6", "flow", "人次", "可判断结业6个月后就业的人次"),
            Measure("retained_6", "flow", "人次", "结业6个月后在本地就业的人次"),
            Measure("judged_12", "flow", "人次", "可判断结业12个月后就业的人次"),
            Measure("retained_12", "flow", "人次", "结业12个月后在本地就业的人次"),
        ),
    ),
    Cube(
        "training_base",
        "training",
        ("base_code",),
        (
            Measure("person_times", "flow", "人次", "在该基地培训的人次"),
            Measure("passed_person_times", "flow", "人次", "在该基地考核合格的人次"),
        ),
    ),
    Cube(
        "training_occupation",
        "training",
        ("cluster_code", "occupation_code"),
        (Measure("person_times", "flow", "人次", "培训人次"),),
    ),
    Cube("course", "training", ("cluster_code",), (Measure("in_training", "change", "人次", "月末在训"),)),
    Cube(
        "certificate",
        "certificate",
        ("cluster_code", "level"),
        (
            Measure("certificates", "flow", "本", "证书数"),
            Measure("dual_certificates", "flow", "本", "一试双证证书数"),
            Measure("first_high_skilled", "flow", "人", "首次取得高技能证书的人数"),
            Measure("first_dual", "flow", "人", "首次取得一试双证的人数"),
        ),
    ),
    Cube(
        "talent",
        "employment",
        ("cluster_code", "level"),
        (
            Measure("people", "change", "人", "在岗数字技能人才"),
            Measure("inflow", "flow", "人", "从外地流入的人数"),
            Measure("inflow_from_outside", "flow", "人", "从省外流入的人数"),
        ),
    ),
    Cube(
        "movement",
        "employment",
        ("cluster_code", "previous_place_code"),
        (Measure("arrivals", "flow", "人次", "新到岗人次"),),
    ),
    Cube("vacancy", "vacancy", ("cluster_code",), WANTED),
    Cube(
        "certificate_occupation",
        "certificate",
        ("cluster_code", "occupation_code"),
        (Measure("certificates", "flow", "本", "证书数"),),
    ),
    Cube(
        "issuer",
        "certificate",
        ("issuer_code",),
        (
            Measure("certificates", "flow", "本", "证书数"),
            Measure("dual_certificates", "flow", "本", "一试双证证书数"),
        ),
    ),
    Cube(
        "talent_occupation",
        "employment",
        ("cluster_code", "occupation_code"),
        (Measure("people", "change", "人", "在岗数字技能人才"),),
    ),
    Cube("vacancy_occupation", "vacancy", ("cluster_code", "occupation_code"), WANTED),
    Cube("subsidy", "subsidy", ("kind", "fund"), PAID),
    Cube("subsidy_cluster", "subsidy", ("kind", "cluster_code"), PAID),
    Cube("subsidy_payee", "subsidy", ("payee", "base_kind"), PAID),
    Cube("subsidy_base", "subsidy", ("base_code",), PAID),
    Cube(
        "payment_check",
        "subsidy",
        ("kind", "fund", *payment_rules.RULES),
        (Measure("payments", "flow", "笔", "可能需要核查的发放笔数"), Measure("amount", "flow", "分", "补贴金额")),
    ),
    Cube("budget", "budget", ("fund",), (Measure("amount", "annual", "分", "预算金额"),)),
    Cube(
        "base",
        "base",
        ("kind",),
        (Measure("seats", "change", "个", "工位"), Measure("bases", "change", "个", "实训基地")),
    ),
    Cube(
        "programme",
        "programme",
        ("cluster_code", "kind"),
        (Measure("programmes", "annual", "个", "校企合作项目"), Measure("seats", "annual", "人", "招生名额")),
    ),
    Cube(
        "contest",
        "contest",
        ("cluster_code", "level"),
        (
            Measure("contests", "flow", "场", "竞赛场次"),
            Measure("participants", "flow", "人次", "参赛人次"),
            Measure("awards", "flow", "人次", "获奖人次"),
        ),
    ),
    Cube("milestone", "milestone", ("kind",), (Measure("quantity", "flow", "", "制度建设事项数量"),)),
    Cube(
        "organisation",
        "organisation",
        ("cluster_code",),
        (Measure("organisations", "fixed", "家", "机构"), Measure("chain_leaders", "fixed", "家", "链主企业")),
    ),
    Cube(
        "reporting",
        "submission",
        (),
        (
            Measure("expected", "flow", "张", "应报的按月报送表"),
            Measure("filed", "flow", "张", "已接收的按月报送表"),
            Measure("on_time", "flow", "张", "截止日前收到并已接收的按月报送表"),
        ),
    ),
    Cube("target", "target", ("indicator_key", "year"), (Measure("value", "fixed", "", "目标值"),)),
    Cube(
        "census",
        "census",
        (),
        (
            Measure("residents", "fixed", "人", "常住人口"),
            Measure("employed", "fixed", "人", "就业人口（推算）"),
            Measure("it_services_employed", "fixed", "人", "信息技术服务业就业人口（推算）"),
            Measure("manufacturing_employed", "fixed", "人", "制造业就业人口（推算）"),
            Measure("bachelor_plus", "fixed", "人", "大学本科及以上人口（推算）"),
        ),
    ),
)
BY_NAME: Final = {cube.name: cube for cube in CUBES}


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
        latest = self.filing.filter(pl.col("month") != "")["month"].max()
        if latest is None:
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
    (state,) = queries.rows(url, looking.sums(cube_statements.state()))
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
    return _of_one_moment(url, lambda registry: _each(lambda cube: _built(url, cube)))


def refreshed(url: str, before: Cubes) -> Cubes:
    """What `build` gives, with only those places of those cubes grouped anew that the submissions since have touched.

    Raises `cube_changes.Unknown` when the database is not the one of `before` with something more filed.
    """

    def frames(registry: pl.DataFrame) -> dict[str, pl.DataFrame]:
        changes = cube_changes.changed(before.registry, registry)
        touched = cube_changes.touched(url, changes)

        def one(cube: Cube) -> pl.DataFrame:
            former = before.frames[cube.name]
            if (
                cube.monthly
                and cube.name not in cube_changes.WORKED_OUT
                and not cube_changes.joined(cube.name, touched)
            ):
                return _moved(url, cube, former, changes.filter(table_name=cube.table))
            return _refreshed(url, cube, former, touched)

        return _each(one)

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
                _keep(fresh, folder, before)
                cube_files.forget_older(folder, current=fresh.name)
    return _opened(folder / fresh.name, fresh.version)


def _keep(fresh: Cubes, folder: Path, before: Cubes | None) -> None:
    """Write them beside those of `before`, whose files serve again where nothing changed."""
    if before is None:
        cube_files.keep(fresh.files, folder / fresh.name)
        return
    same = [name for name, frame in before.files.items() if frame is fresh.files[name]]
    cube_files.keep(fresh.files, folder / fresh.name, same=same, beside=folder / before.name)


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


def _opened(home: Path, version: int) -> Cubes:
    frames = cube_files.opened(home, (*BY_NAME, "filing", "registry"))
    filing, registry = frames.pop("filing"), frames.pop("registry")
    return Cubes(version=version, name=home.name, frames=frames, filing=filing, registry=registry)


def _of_one_moment(url: str, frames: Callable[[pl.DataFrame], dict[str, pl.DataFrame]]) -> Cubes:
    """The cubes with these frames, made again until nothing was accepted meanwhile; `frames` is told the registry."""
    while True:
        version, name = fingerprint(url)
        registry = cube_changes.registry(url)
        grouped = frames(registry)
        filing = _typed(queries.read(url, looking.sums(cube_statements.filing())), ["submissions", "unreviewed"])
        filing = _leaves(filing).sort("table_name", "place_code", "month", "provenance")
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


def _built(url: str, cube: Cube) -> pl.DataFrame:
    return _grouped(url, cube, cube_statements.statements(cube.name)).pipe(_finished, cube)


def _moved(url: str, cube: Cube, before: pl.DataFrame, changes: pl.DataFrame) -> pl.DataFrame:
    """The cube with the rows of what began to count added, and of what ceased to taken away; else `before` itself."""
    if changes.is_empty():
        return before
    measures = [m.name for m in cube.measures]
    coded = [name for name, kind in before.schema.items() if kind == pl.Enum]
    leaves = _leaves(pl.DataFrame({"place_code": sorted(set(changes["place_code"]))}))["place_code"]
    parts = [before.filter(pl.col("place_code").is_in(leaves.implode())).with_columns(pl.col(coded).cast(pl.String))]
    for (began,), some in changes.group_by("began"):
        counted = partial(cube_changes.rows_of, submissions=some)
        rows = _grouped(url, cube, cube_statements.statements(cube.name, counted)).select(before.columns)
        parts.append(rows if began else rows.with_columns(-pl.col(measures)))
    keys = [name for name in before.columns if name not in measures]
    anew = pl.concat(parts).group_by(keys).agg(pl.col(measures).sum())
    return _with(before, _finished(anew.filter(_counted(cube)), cube), leaves, cube)


def _counted(cube: Cube) -> pl.Expr:
    """Keeps the groups that say anything: of a table that is filed monthly, nothing is as much as nothing but zeros."""
    return pl.any_horizontal(pl.col(m.name) != 0 for m in cube.measures) if cube.monthly else pl.lit(value=True)


def _refreshed(
    url: str, cube: Cube, before: pl.DataFrame, touched: Mapping[str, cube_changes.Places | None]
) -> pl.DataFrame:
    """The cube with the touched places grouped anew, `before` itself when there are none."""
    if cube.table in ("submission", "census"):
        return _built(url, cube)
    found = cube_changes.of_cube(cube.name, cube.table, touched)
    if found is None:
        return _built(url, cube)
    if not found:
        return before
    fact = queries.table(cube.table)
    statements = tuple(s.where(fact.c.place_code.in_(sorted(found))) for s in cube_statements.statements(cube.name))
    anew = _finished(_grouped(url, cube, statements).select(before.columns), cube)
    return _with(before, anew, _leaves(pl.DataFrame({"place_code": sorted(found)}))["place_code"], cube)


def _with(before: pl.DataFrame, anew: pl.DataFrame, leaves: pl.Series, cube: Cube) -> pl.DataFrame:
    """`before` with all of these leaves as they are in `anew`."""
    whole = _exchanged(before, anew, leaves)
    if whole is not None:
        return whole
    plain, fresh = (f.with_columns(pl.col(pl.Enum).cast(pl.String)) for f in (before, anew))
    return _finished(pl.concat([plain.filter(~pl.col("place_code").is_in(leaves.implode())), fresh]), cube)


def _exchanged(before: pl.DataFrame, anew: pl.DataFrame, leaves: pl.Series) -> pl.DataFrame | None:
    """`before`, in the order of its keys, with the rows of these leaves exchanged for those of `anew`.

    None when texts come or go that the codes of `before` stand for: then all codes are other ones.
    """
    known = before.schema["place_code"]
    assert isinstance(known, pl.Enum)
    codes = {code: n for n, code in enumerate(known.categories)}
    if any(code not in codes for code in leaves):
        return None
    ordered = before["place_code"].to_physical().to_numpy()
    try:
        anew = anew.cast({name: kind for name, kind in before.schema.items() if kind == pl.Enum})
    except pl.exceptions.InvalidOperationError:
        return None
    parts, removed, at = [], [], 0
    for leaf in sorted(leaves):
        first, last = (int(ordered.searchsorted(codes[leaf], side)) for side in ("left", "right"))
        parts += [before[at:first], anew.filter(pl.col("place_code") == leaf)]
        removed.append(before[first:last])
        at = last
    whole = pl.concat([*parts, before[at:]], rechunk=True)
    gone = pl.concat(removed)
    coded = [name for name, kind in before.schema.items() if kind == pl.Enum]
    lost = any(not gone[name].drop_nulls().is_in(whole[name].unique().implode()).all() for name in coded)
    return None if lost else whole


def _grouped(url: str, cube: Cube, statements: tuple[Select[Any], ...]) -> pl.DataFrame:
    """What these statements of a cube answer, added up."""
    measures = [m.name for m in cube.measures]
    frame = _leaves(
        pl.concat([_typed(queries.read(url, looking.sums(s)), measures) for s in statements], how="vertical")
    )
    if "month" not in frame.columns:
        return frame
    early = pl.when(pl.col("month") < FIRST_MONTH).then(pl.lit(BEFORE_PLAN)).otherwise(pl.col("month"))
    keys = [c for c in frame.columns if c not in measures]
    return frame.with_columns(early.alias("month")).group_by(keys).agg(pl.col(measures).sum()).filter(_counted(cube))


def _finished(frame: pl.DataFrame, cube: Cube) -> pl.DataFrame:
    """In the order of its keys, texts as codes."""
    measures = [m.name for m in cube.measures]
    keys = [c for c in frame.columns if c not in measures]
    return frame.sort(keys).with_columns(_as_enum(frame, key) for key in keys if frame.schema[key] == pl.String)


def _typed(frame: pl.DataFrame, measures: list[str]) -> pl.DataFrame:
    """Measures as Int64, keys as text (`year` as Int64), whatever the driver made of an empty or all-null column."""
    kinds = {c: pl.Int64 if c in measures or c == "year" else pl.String for c in frame.columns}
    return frame.cast(kinds)  # type: ignore[arg-type]


def _as_enum(frame: pl.DataFrame, key: str) -> pl.Expr:
    return pl.col(key).cast(pl.Enum(frame[key].drop_nulls().unique().sort()))


def _leaves(frame: pl.DataFrame) -> pl.DataFrame:
    """Facts that are filed at a prefecture belong to its 市本级."""
    own = {p.code: p.code + OWN_SUFFIX for p in places.prefectures()}
    return frame.with_columns(pl.col("place_code").cast(pl.String).replace(own))
