"""Cubes: one fact grouped by the database by place, month and its dimensions; the only numbers that pages ever see.

A cube is declared below as one or two GROUP BYs. Built cubes lie as Arrow files under the data version, written
atomically, checked when opened and memory-mapped; a damaged or outdated file is rebuilt from the database.
"""

import fcntl
import hashlib
import json
import shutil
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
import pyarrow as pa
from sqlalchemy import BigInteger, ColumnElement, Select, Table, case, cast, func, select

from data_sources import queries, tables
from geo import places

Kind = Literal["flow", "change", "annual", "fixed"]
"""How a measure adds up over time: summed over a window; accumulated into a stock; one value a year; one for ever."""

FIRST_MONTH: Final = "2023-01"
BEFORE_PLAN: Final = "2022-12"
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

    def measure(self, name: str) -> Measure:
        """The measure of that name; raises KeyError."""
        return {m.name: m for m in self.measures}[name]

    @property
    def monthly(self) -> bool:
        """Whether every place files the table each month, so that a month without a submission is missing."""
        return self.table in tables.MONTHLY_TABLES


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
        ),
    ),
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
        "vacancy",
        "vacancy",
        ("cluster_code",),
        (
            Measure("headcount", "flow", "人", "需求人数"),
            Measure("shortage_headcount", "flow", "人", "紧缺岗位需求人数"),
        ),
    ),
    Cube(
        "subsidy",
        "subsidy",
        ("kind", "fund"),
        (
            Measure("amount", "flow", "分", "补贴金额"),
            Measure("person_times", "flow", "人次", "补贴人次"),
            Measure("payments", "flow", "笔", "发放笔数"),
        ),
    ),
    Cube("budget", "budget", ("fund",), (Measure("amount", "annual", "分", "预算金额"),)),
    Cube(
        "base",
        "base",
        ("kind",),
        (Measure("seats", "change", "个", "工位"), Measure("bases", "change", "个", "实训基地")),
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


# --- the questions put to the database ------------------------------------------------------------------------------


def statements(name: str) -> tuple[Select[Any], ...]:
    """The GROUP BYs of one cube, each giving `place_code`, `month` where it has one, its dimensions and measures."""
    return _STATEMENTS[name]()


def _total(expression: Any, name: str) -> ColumnElement[int]:
    return cast(func.sum(expression), BigInteger).label(name)


def _number(condition: Any, name: str) -> ColumnElement[int]:
    return _total(case((condition, 1), else_=0), name)


def _grouped(fact: Table, keys: tuple[Any, ...], *measures: Any) -> Select[Any]:
    return select(*keys, *measures).where(queries.accepted(fact)).group_by(*keys)


def _training() -> tuple[Select[Any], ...]:
    t = queries.table("training")
    return (
        _grouped(
            t,
            (t.c.place_code, t.c.month, t.c.cluster_code, t.c.mode),
            func.count().label("person_times"),
            _number(t.c.online, "online_person_times"),
            _number(t.c.passed, "passed_person_times"),
            func.count(t.c.base_code).label("base_person_times"),
        ),
    )


def _certificate() -> tuple[Select[Any], ...]:
    t = queries.table("certificate")
    return (
        _grouped(
            t,
            (t.c.place_code, t.c.month, t.c.cluster_code, t.c.level),
            func.count().label("certificates"),
            _number(t.c.dual, "dual_certificates"),
            _number(t.c.first_high_skilled, "first_high_skilled"),
            _number(t.c.first_dual, "first_dual"),
        ),
    )


def _talent() -> tuple[Select[Any], ...]:
    t = queries.table("employment")
    level = func.coalesce(t.c.level, "").label("level")
    moved = (t.c.start_month > BEFORE_PLAN) & (t.c.previous_place_code != t.c.place_code)
    started = _grouped(
        t,
        (t.c.place_code, t.c.start_month.label("month"), t.c.cluster_code, level),
        func.count().label("people"),
        _number(moved, "inflow"),
        _number(moved & t.c.previous_place_code.not_like("33%"), "inflow_from_outside"),
    )
    zero = cast(0, BigInteger)
    ended = (
        _grouped(
            t,
            (t.c.place_code, t.c.end_month.label("month"), t.c.cluster_code, level),
            (-func.count()).label("people"),
        )
        .where(t.c.end_month.is_not(None))
        .add_columns(zero.label("inflow"), zero.label("inflow_from_outside"))
    )
    return started, ended


def _vacancy() -> tuple[Select[Any], ...]:
    t = queries.table("vacancy")
    return (
        _grouped(
            t,
            (t.c.place_code, t.c.month, t.c.cluster_code),
            _total(t.c.headcount, "headcount"),
            _total(case((t.c.shortage, t.c.headcount), else_=0), "shortage_headcount"),
        ),
    )


def _subsidy() -> tuple[Select[Any], ...]:
    t = queries.table("subsidy")
    return (
        _grouped(
            t,
            (t.c.place_code, t.c.month, t.c.kind, t.c.fund),
            _total(t.c.amount, "amount"),
            _total(t.c.person_times, "person_times"),
            func.count().label("payments"),
        ),
    )


def _budget() -> tuple[Select[Any], ...]:
    t = queries.table("budget")
    return (_grouped(t, (t.c.place_code, t.c.year, t.c.fund), _total(t.c.amount, "amount")),)


def _base() -> tuple[Select[Any], ...]:
    t = queries.table("base")
    opened = _grouped(
        t,
        (t.c.place_code, t.c.opened_month.label("month"), t.c.kind),
        _total(t.c.seats, "seats"),
        func.count().label("bases"),
    )
    closed = _grouped(
        t,
        (t.c.place_code, t.c.closed_month.label("month"), t.c.kind),
        _total(-t.c.seats, "seats"),
        (-func.count()).label("bases"),
    ).where(t.c.closed_month.is_not(None))
    return opened, closed


def _target() -> tuple[Select[Any], ...]:
    t = queries.table("target")
    return (
        _grouped(t, (t.c.place_code, t.c.indicator_key, t.c.year), _total(t.c.value, "value")).where(t.c.cumulative),
    )


def _census() -> tuple[Select[Any], ...]:
    t, place = queries.table("census"), queries.table("place")
    figures = (t.c.residents, t.c.employed, t.c.it_services_employed, t.c.manufacturing_employed)
    graduates = cast(func.round(t.c.residents * t.c.bachelor_share), BigInteger).label("bachelor_plus")
    return (
        select(t.c.place_code, *(cast(c, BigInteger).label(c.name) for c in figures), graduates)
        .join(place, place.c.code == t.c.place_code)
        .where(place.c.level == "county"),
    )


_STATEMENTS = {
    "training": _training,
    "certificate": _certificate,
    "talent": _talent,
    "vacancy": _vacancy,
    "subsidy": _subsidy,
    "budget": _budget,
    "base": _base,
    "target": _target,
    "census": _census,
}


def _filing() -> Select[Any]:
    s = queries.table("submission")
    keys = (s.c.table_name, s.c.place_code, func.coalesce(s.c.month, "").label("month"), s.c.provenance)
    return select(*keys, func.count().label("submissions")).where(s.c.status == "accepted").group_by(*keys)


def _state() -> Select[Any]:
    s = queries.table("submission")
    return select(
        func.coalesce(func.max(s.c.data_version), 0).label("version"),
        func.count().label("submissions"),
        cast(func.coalesce(func.sum(s.c.row_count), 0), BigInteger).label("rows"),
        func.coalesce(func.sum(case((s.c.status == "accepted", 1), else_=0)), 0).label("accepted"),
    )


# --- built cubes ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cubes:
    """All cubes of one data version. Frames are read-only; nobody may mutate them.

    `name` stands for exactly this content (see `fingerprint`) and belongs into every cache key.
    `frames[name]`: `place_code` (leaf: county or 市本级), `month` (where the cube has one), dimensions, measures.
    `filing`: `table_name`, `place_code` (leaf), `month` ('' for tables not filed monthly), `provenance`, `submissions`.
    """

    version: int
    name: str
    frames: Mapping[str, pl.DataFrame]
    filing: pl.DataFrame

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

    def simulated(self, table_names: frozenset[str]) -> bool:
        """Whether a simulated submission contributes to any of these tables."""
        return not self.simulated_tables.isdisjoint(table_names)


def fingerprint(url: str) -> tuple[int, str]:
    """The data version and a name for exactly this content: URL, submissions, rows, census and the cubes' declaration."""
    state = queries.read(url, _state()).row(0, named=True)
    published = [sorted(queries.read(url, statement).rows()) for statement in statements("census")]
    written = json.dumps([url, state, published, repr(CUBES)], sort_keys=True, default=str)
    return int(state["version"]), f"v{state['version']}-{hashlib.sha256(written.encode()).hexdigest()[:12]}"


def build(url: str) -> Cubes:
    """All cubes, grouped by the database at `url`."""
    version, name = fingerprint(url)
    frames = {cube.name: _built(url, cube) for cube in CUBES}
    filing = _typed(queries.read(url, _filing()), ["submissions"])
    filing = _leaves(filing).sort("table_name", "place_code", "month", "provenance")
    return Cubes(version=version, name=name, frames=frames, filing=filing)


_UNUSABLE: Final = (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError, pa.ArrowException)


def load(url: str, folder: Path) -> Cubes:
    """The cubes of the database's present content: from `folder` when they are there and whole, else built and kept."""
    version, name = fingerprint(url)
    folder.mkdir(parents=True, exist_ok=True)
    home = folder / name
    try:
        return _opened(home, version)
    except _UNUSABLE:
        with _locked(folder / ".lock"):
            try:
                return _opened(home, version)
            except _UNUSABLE:
                _keep(build(url), home)
                _forget_older(folder, keep=name)
    return _opened(home, version)


def _built(url: str, cube: Cube) -> pl.DataFrame:
    measures = [m.name for m in cube.measures]
    frame = pl.concat([_typed(queries.read(url, s), measures) for s in statements(cube.name)], how="vertical")
    keys = [c for c in frame.columns if c not in measures]
    frame = _leaves(frame)
    if "month" in keys:
        early = pl.when(pl.col("month") < FIRST_MONTH).then(pl.lit(BEFORE_PLAN)).otherwise(pl.col("month"))
        frame = frame.with_columns(early.alias("month")).group_by(keys).agg(pl.col(measures).sum())
    frame = frame.sort(keys)
    return frame.with_columns(_as_enum(frame, key) for key in keys if frame.schema[key] == pl.String)


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


# --- on disk --------------------------------------------------------------------------------------------------------


def _keep(cubes: Cubes, home: Path) -> None:
    """Write all files into a folder beside `home`, then rename it: a reader sees all of them or none."""
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=home.parent))
    sums = {}
    for name, frame in {**cubes.frames, "filing": cubes.filing}.items():
        file = part / f"{name}.arrow"
        frame.write_ipc(file, compression="uncompressed")
        sums[name] = zlib.crc32(file.read_bytes())
    (part / "checksums.json").write_text(json.dumps(sums))
    part.chmod(0o755)
    if home.exists():
        home.rename(part.with_name(part.name + "-damaged"))
    part.rename(home)


def _opened(home: Path, version: int) -> Cubes:
    """The cubes in `home`; raises OSError, ValueError or PolarsError when a file is missing or damaged."""
    sums = json.loads((home / "checksums.json").read_text())
    frames = {}
    for name in (*(cube.name for cube in CUBES), "filing"):
        file = home / f"{name}.arrow"
        if zlib.crc32(file.read_bytes()) != sums[name]:
            raise ValueError(f"{file} is damaged")
        frames[name] = _mapped(file)
    filing = frames.pop("filing")
    return Cubes(version=version, name=home.name, frames=frames, filing=filing)


def _mapped(file: Path) -> pl.DataFrame:
    """The frame in an Arrow file, its pages shared by every process of this host (Polars itself reads copies)."""
    with pa.memory_map(str(file)) as source:
        frame = pl.from_arrow(pa.ipc.open_file(source).read_all())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _forget_older(folder: Path, *, keep: str, generations: int = 3) -> None:
    """Remove half-written folders and all but the newest versions; files still mapped stay readable until closed.

    Call with the lock held: any half-written folder is then a dead process's.
    """
    for leftover in folder.glob(".part-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    versions = sorted((p for p in folder.glob("v*") if p.name != keep), key=lambda p: p.stat().st_mtime)
    for old in versions[: -(generations - 1) or None]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """One builder at a time on this host; the lock goes with the process that holds it."""
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
