"""The catalogue of indicators: one YAML file each, read strictly; a wrong field is refused with file, field and reason."""

import difflib
from collections.abc import Mapping
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Final, Literal

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from data_sources.cubes import BY_NAME, Cube, Measure

FOLDER: Final = Path(__file__).parent / "catalogue"
SAFE: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C takes a tenth of the time; it is not in every build."""
Window = Literal["month", "year_to_date", "since_2023", "month_end", "census"]
WINDOWS: Final[Mapping[Window, str]] = {
    "month": "当月",
    "year_to_date": "本年累计",
    "since_2023": "2023年以来累计",
    "month_end": "月末",
    "census": "2020年普查",
}
THEMES: Final = ("培训", "人才", "评价", "供需", "基地", "资金", "报送", "底数")
GOALS: Final = ("target", "budget")
"""Cubes that say what is wanted of a place, not what is there."""
KINDS: Final = {"count": "数量", "stock": "存量", "rate": "比率", "share": "占比", "balance": "差额"}


class CatalogueError(Exception):
    """A catalogue file that cannot be used; the message names file, field and reason."""


class UnknownIndicator(LookupError):
    """No indicator has this key; `.nearest` are the most similar ones."""

    def __init__(self, key: str, nearest: tuple[str, ...]) -> None:
        self.key, self.nearest = key, nearest
        hint = f"相近的有：{'、'.join(nearest)}" if nearest else "用 python -m indicators list 查看全部指标"
        super().__init__(f"没有指标“{key}”。{hint}。")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _existing(column: str) -> str:
    cube, _, measure = column.partition(".")
    known = [f"{c.name}.{m.name}" for c in BY_NAME.values() for m in c.measures]
    if cube not in BY_NAME or measure not in {m.name for m in BY_NAME[cube].measures}:
        near = difflib.get_close_matches(column, known, n=3)
        raise ValueError(f"没有立方体列“{column}”" + (f"，相近的有：{'、'.join(near)}" if near else ""))
    return column


class Term(_Strict):
    """One column of one cube, kept to some values of its dimensions, added or (`minus`) taken away."""

    column: Annotated[str, AfterValidator(_existing)]
    where: dict[str, list[str | int]] = {}
    minus: bool = False

    @model_validator(mode="after")
    def _known_dimensions(self) -> "Term":
        for dimension in self.where:
            if dimension not in self.cube.dimensions:
                raise ValueError(
                    f"立方体 {self.cube.name} 没有维度“{dimension}”，可用：{'、'.join(self.cube.dimensions)}"
                )
        return self

    @property
    def cube(self) -> Cube:
        """The cube that the column belongs to."""
        return BY_NAME[self.column.partition(".")[0]]

    @property
    def measure(self) -> Measure:
        """The measure that the column is."""
        return self.cube.measure(self.column.partition(".")[2])


class Indicator(_Strict):
    """One indicator. Its value is `per` × Σ numerator ÷ Σ denominator (1 without one), a ratio of sums at every level."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: str = Field(min_length=2, max_length=40)
    short: str = Field(min_length=2, max_length=14)
    theme: Literal[THEMES]  # type: ignore[valid-type]
    definition: str = Field(min_length=10)
    unit: str
    decimals: int = Field(ge=0, le=4)
    kind: Literal["count", "stock", "rate", "share", "balance"]
    polarity: Literal["higher", "lower", "none"]
    windows: tuple[Window, ...] = Field(min_length=1)
    numerator: tuple[Term, ...] = Field(min_length=1)
    denominator: tuple[Term, ...] = ()
    least_denominator: float = Field(default=0, ge=0)
    """A sum below this, in the columns' own unit, is told as nothing, and nothing is a share of it."""
    per: float = 1
    middle: Literal["pace", "zero"] | None = None
    headline: Window | None = None
    plan_measures: tuple[Annotated[int, Field(ge=1, le=18)], ...] = ()
    owner: str = Field(min_length=2)
    frequency: Literal["每月", "每年", "十年一次", "不定期"]
    next_update: date | None = None
    source: str = Field(min_length=4)
    restricted: bool = False
    """Open only where the single rows are: to the place itself and those above."""

    @model_validator(mode="after")
    def _agreeing(self) -> "Indicator":
        if self.kind in ("rate", "share") and not self.denominator:
            raise ValueError("kind 为 rate 或 share 的指标必须有 denominator")
        if "census" in self.windows and len(self.windows) > 1:
            raise ValueError("windows 中 census 不能与其他时期并列")
        if self.headline is not None and self.headline not in self.windows:
            raise ValueError("headline 必须是 windows 之一")
        return self

    @cached_property
    def cubes(self) -> tuple[Cube, ...]:
        """The cubes that it reads, each once."""
        return tuple(dict.fromkeys(t.cube for t in (*self.numerator, *self.denominator)))

    @cached_property
    def tables(self) -> frozenset[str]:
        """The fact tables that it rests on."""
        return frozenset(table for cube in self.cubes for table in cube.tables)

    @property
    def by_cluster(self) -> bool:
        """Whether it can be told apart by industry cluster: every cube can, but for the residents it may be set against.

        A target or a budget is not divided among clusters, so a share of it would be wrong for one cluster.
        """
        told_apart = [c for c in self.cubes if c.name != "census"]
        return bool(told_apart) and all("cluster_code" in c.dimensions for c in told_apart)

    @property
    def additive(self) -> bool:
        """Whether the places' values add up to their parent's."""
        return not self.denominator

    @cached_property
    def same_rows(self) -> bool:
        """Whether both sums of a ratio stand on the same filed rows, or it is the part of a goal that has been reached.

        Sums over the months that were filed, and stocks of one table, leave out the same on both sides. A goal stays
        whole: who has not filed has not reached it. Anything else would set what some places filed against the
        residents, workers or seats of all.
        """
        terms = (*self.numerator, *self.denominator)
        kinds = {term.measure.kind for term in terms}
        alike = kinds == {"flow"} or len({term.cube.table for term in terms}) == 1
        return alike or all(term.cube.name in GOALS for term in self.denominator)

    @property
    def compared(self) -> bool:
        """Whether a year-on-year comparison makes sense."""
        constant = any(term.measure.kind == "fixed" for term in self.numerator)
        return "census" not in self.windows and self.middle is None and not constant


Catalogue = Mapping[str, Indicator]


def read(file: Path) -> Indicator:
    """The indicator in one YAML file; raises `CatalogueError` naming file, field and reason."""
    try:
        written = file.read_text(encoding="utf-8")
        raw = yaml.load(written, Loader=SAFE)  # nosec B506 # noqa: S506 - safe, in C
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CatalogueError(f"指标文件 {file.name} 不是有效的 YAML：{' '.join(str(error).split())}") from error
    if not isinstance(raw, dict):
        raise CatalogueError(f"指标文件 {file.name} 应是“字段: 值”的列表，实际是{type(raw).__name__}。")
    try:
        found = Indicator.model_validate(raw)
    except ValidationError as error:
        raise CatalogueError(f"指标文件 {file.name} 有误：{_reasons(error)}") from error
    if found.key != file.stem:
        raise CatalogueError(f"指标文件 {file.name} 有误：字段 key 是“{found.key}”，应与文件名一致（{file.stem}）。")
    return found


def load(folder: Path = FOLDER) -> Catalogue:
    """All indicators of a folder by key, by theme, in it headlines and goals first, then by file name.

    Raises `CatalogueError`.
    """
    found = [read(file) for file in sorted(folder.glob("*.yaml"))]
    if not found:
        raise CatalogueError(f"目录 {folder} 里没有指标文件（*.yaml）。")
    leading = sorted(found, key=lambda i: (THEMES.index(i.theme), i.headline is None and i.middle is None))
    return {i.key: i for i in leading}


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The project's own catalogue, read once a process."""
    return load()


def indicator(key: str) -> Indicator:
    """The indicator of that key; raises `UnknownIndicator` with the nearest ones."""
    known = catalogue()
    if key not in known:
        near = difflib.get_close_matches(key, known, n=3, cutoff=0.4)
        titles = {i.title: i.key for i in known.values()}
        near += [titles[t] for t in difflib.get_close_matches(key, titles, n=3, cutoff=0.5) if titles[t] not in near]
        raise UnknownIndicator(key, tuple(near))
    return known[key]


def _reasons(error: ValidationError) -> str:
    words = {"extra_forbidden": "没有这个字段", "missing": "缺少这个字段"}
    parts = []
    for e in error.errors():
        field = ".".join(str(x) for x in e["loc"]) or "整体"
        close = (
            difflib.get_close_matches(str(e["loc"][-1]), Indicator.model_fields, n=1)
            if e["type"] == "extra_forbidden"
            else []
        )
        hint = f"，是否想写 {close[0]}" if close else ""
        parts.append(f"字段 {field}：{words.get(e['type'], e['msg'].removeprefix('Value error, '))}{hint}")
    return "；".join(parts) + "。"
