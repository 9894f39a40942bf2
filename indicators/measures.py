"""From cubes to values: additive things add up, people are counted once, ratios are ratios of sums, missing is not zero.

A *leaf* is a county or a prefecture's own 市本级 (`330100B`). A leaf that has not filed every month of a window has no
value in it; its stock needs every month since its first file, which lists whoever was there. A prefecture or the province
adds up what has been filed and says how many of its leaves are complete. What has been filed is never set against the
people or the seats of places that have not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from data_sources.cubes import BEFORE_PLAN, BY_NAME, OWN_SUFFIX, Cube, Cubes
from data_sources.policy import Reader
from geo import places
from indicators import people
from indicators.catalogue import Indicator, Term, Window
from indicators.people import LEAVES as LEAVES
from indicators.people import PLACES as PLACES
from indicators.people import filed_at as filed_at
from indicators.people import members as members
from indicators.suppression import Flags

CENSUS_MONTH: Final = "2020-11"
PLAN_MONTHS: Final = 60
Matrix = npt.NDArray[np.float64]


def series(cubes: Cubes, indicator: Indicator, window: Window, cluster: str | None = None) -> pl.DataFrame:
    """The indicator for every place and month, one row each, sorted by place and month.

    `place_code`, `month`, `value` (null when missing or without a denominator of `least_denominator`), `numerator`,
    `denominator` (null without one; both over the leaves that are complete in the window, unless they count the same
    rows or the denominator is a goal), `filed` and `expected` (leaves complete in the window, leaves in all), `yoy`
    (growth against the same months of last year over leaves complete in both; for a share, the difference in points;
    null when not comparable).
    A restricted indicator is null for places whose single rows are not open to the reader of the cubes. `withheld`: the
    value is not told because of that, or because it is, or would give, a small number of people (see `suppression`); null
    then, as are its parts.
    `cluster` keeps one industry cluster and is refused with ValueError for an indicator that cannot be told apart.
    """
    if window not in indicator.windows:
        raise ValueError(f"{indicator.key} has no window {window}")
    if cluster is not None and not indicator.by_cluster:
        raise ValueError(f"{indicator.key} cannot be told apart by cluster")
    months = (CENSUS_MONTH,) if window == "census" else cubes.months
    filed = _filed(cubes, indicator.cubes, months)
    complete = _complete(filed, months, window)
    terms = _Terms(cubes, months, filed, window, cluster)
    numerator, denominator = terms.total(indicator.numerator), terms.total(indicator.denominator)
    if not indicator.same_rows:
        told = complete & ~(np.isnan(denominator) & _COUNTIES)
        numerator, denominator = (np.where(told, part, np.nan) for part in (numerator, denominator))
    else:
        told = filed
    withheld, compared = _withheld(cubes, indicator, months, window, cluster, told, complete)
    shown = _open(cubes.reader, indicator) & ~withheld
    return _table(
        months,
        value=np.where(
            shown & _usable(filed, complete), _value(indicator, _summed(numerator), _summed(denominator)), np.nan
        ),
        numerator=np.where(shown, _summed(numerator), np.nan),
        denominator=np.where(shown, _summed(denominator), np.nan),
        filed=_MEMBERS @ complete,
        expected=np.repeat(_MEMBERS.sum(axis=1, keepdims=True), len(months), axis=1),
        yoy=np.where(shown & compared, _growth(indicator, window, numerator, denominator, complete), np.nan),
    ).with_columns(pl.Series("withheld", (~shown).ravel()))


def open_everywhere(reader: Reader, indicator: Indicator) -> bool:
    """Whether the reader sees the indicator of every place: unless it is restricted to where the single rows are open."""
    return not indicator.restricted or bool(people.inside(reader, indicator.tables, (places.PROVINCE,)).all())


def pace(month: str) -> float:
    """The share of the plan's time (2023-01 to 2027-12) that has passed at the end of a month, in percent; 100 after it."""
    return 100 * min(months_elapsed(month), PLAN_MONTHS) / PLAN_MONTHS


def months_elapsed(month: str) -> int:
    """Months from 2023-01 to this one, both counted."""
    return (int(month[:4]) - 2023) * 12 + int(month[5:])


def required_monthly(done: float, target: float, month: str) -> float | None:
    """What each remaining month must bring to meet a target at the end of 2027; None when no month remains."""
    left = PLAN_MONTHS - months_elapsed(month)
    return max(0.0, target - done) / left if left > 0 else None


def snapshot(values: pl.DataFrame, month: str, place_codes: tuple[str, ...], indicator: Indicator) -> pl.DataFrame:
    """One month of a series for these places, in their order, with `rank` and `ranked_of`.

    `rank`: 1 is the highest value (the lowest where lower is better), ties share the better rank, a missing value has
    none. `ranked_of`: how many have a value. 市本级 is shown but never ranked.
    """
    wanted = pl.DataFrame({"place_code": list(place_codes)}, schema={"place_code": pl.String})
    now = values.filter(pl.col("month") == month)
    found = wanted.join(now, on="place_code", how="left", maintain_order="left")
    return ranked(found, descending=indicator.polarity != "lower")


def ranked(frame: pl.DataFrame, *, descending: bool = True) -> pl.DataFrame:
    """`frame` with `rank` (ties share the better one; null for a missing value or 市本级) and `ranked_of`."""
    competing = pl.when(~pl.col("place_code").str.ends_with(OWN_SUFFIX)).then(pl.col("value"))
    return frame.with_columns(
        rank=competing.rank("min", descending=descending).cast(pl.Int64),
        ranked_of=competing.count().cast(pl.Int64),
    )


def history(values: pl.DataFrame, place_code: str) -> pl.DataFrame:
    """A series for one place, by month."""
    return values.filter(pl.col("place_code") == place_code)


class Grid:
    """A series by place and month, read without looking through its rows: they stand in the order of `PLACES` and months."""

    def __init__(self, values: pl.DataFrame) -> None:
        self._values, self._months = values, values.height // len(PLACES)
        self.months: list[str] = values["month"].head(self._months).to_list()

    def matrix(self, column: str, place_codes: Sequence[str]) -> Matrix:
        """A column for these places, places × months; NaN where it is null."""
        grid = self._values[column].to_numpy().reshape(len(PLACES), -1)
        return np.asarray(grid[[_PLACE_INDEX[code] for code in place_codes]], dtype=float)

    def month(self, column: str, place_codes: Sequence[str], month: str) -> Matrix:
        """A column for these places in one month; NaN where it is null, and in a month that the series does not have."""
        if month not in self.months:
            return np.full(len(place_codes), np.nan)
        now = self._values[column].to_numpy()[self.months.index(month) :: self._months]
        return np.asarray(now[[_PLACE_INDEX[code] for code in place_codes]], dtype=float)

    def cell(self, column: str, place_code: str, month: str) -> Any:
        """What one row holds; None in a month that the series does not have."""
        if month not in self.months:
            return None
        return self._values[column][_PLACE_INDEX[place_code] * self._months + self.months.index(month)]


# --- the steps of a series: matrices of leaves × months, NaN where a leaf has nothing -----------------------------------

_NOWHERE: Final = -(10**9)
_PLACE_INDEX: Final = {code: i for i, code in enumerate(PLACES)}
_LEAF_INDEX: Final = {leaf: i for i, leaf in enumerate(LEAVES)}
_MEMBERS: Final = np.array(
    [[leaf in inside for leaf in LEAVES] for _, inside in sorted(members().items())], dtype=float
)
_COUNTIES: Final = np.array([[not leaf.endswith(OWN_SUFFIX)] for leaf in LEAVES])
"""Leaves that have residents; those of a prefecture's 市本级 live in its counties."""


def _open(reader: Reader, indicator: Indicator) -> Flags:
    """The places, one below the other, of which the reader sees the indicator: all, unless it is restricted."""
    opened = people.inside(reader, indicator.tables) if indicator.restricted else np.ones(len(PLACES), dtype=bool)
    return opened.reshape(-1, 1)


def _withheld(
    cubes: Cubes,
    indicator: Indicator,
    months: tuple[str, ...],
    window: Window,
    cluster: str | None,
    summed: Flags,
    complete: Flags,
) -> tuple[Flags, Flags]:
    """Where the value is withheld from the reader (see `people.withheld`), and where a year-on-year comparison is not.

    Neither may tell a larger place's sum without a leaf that is withheld, as where that leaf filed one of two tables:
    `summed` are the leaf-months that the value sums up, or the leaves over the whole window.
    """

    def read(term: Term, kind: str | None) -> Matrix:
        came = _filed(cubes, (term.cube,), months)
        return np.nan_to_num(_Terms(cubes, months, came, "month", kind).one(term))

    hidden, ever = people.withheld(cubes, indicator, months, window, cluster, read)
    compared = ~hidden
    if not ever.any():
        return hidden, compared
    counted = [t.cube for t in (*indicator.numerator, *indicator.denominator) if people.count(t)]
    came = np.logical_or.reduce([_filed(cubes, (cube,), months) for cube in counted])
    torn = _accumulated(came & ~summed & ever[:, None], months, window, np.logical_or)
    hidden |= (_MEMBERS @ torn > 0) & ~people.inside(cubes.reader, {c.table for c in counted})[:, None]
    before = np.roll(complete, 12, axis=1)
    whole = _MEMBERS @ (ever[:, None] & ~(complete & before)) == 0
    return hidden, ~hidden & ~np.roll(hidden, 12, axis=1) & whole


def _filed(cubes: Cubes, of: tuple[Cube, ...], months: tuple[str, ...]) -> Flags:
    """Leaf-months for which every monthly table of these cubes has an accepted submission."""
    filed = np.ones((len(LEAVES), len(months)), dtype=bool)
    for table in {cube.table for cube in of if cube.monthly}:
        filed &= filing(cubes, table, months)
    return filed


def filing(cubes: Cubes, table: str, months: tuple[str, ...]) -> Flags:
    """Leaf-months for which a monthly table has an accepted submission. Worked out once."""
    key = ("filing", table, months)
    if key not in cubes.shared:
        labels = {"place_code": LEAVES, "month": months}
        codes = (pl.col(c).cast(pl.String).cast(pl.Enum(known), strict=False) for c, known in labels.items())
        filed = cubes.filing.filter(pl.col("table_name") == table).select(codes).drop_nulls()
        at = np.zeros([len(known) for known in labels.values()], dtype=bool)
        at[tuple(filed[column].to_physical().to_numpy() for column in labels)] = True
        cubes.shared[key] = at
    found: Flags = cubes.shared[key]
    return found


def _complete(filed: Flags, months: tuple[str, ...], window: Window) -> Flags:
    """Leaf-months up to which every month of the window was filed: of a month's end, every month since the leaf's first."""
    if window != "month_end":
        return np.asarray(_accumulated(filed, months, window, np.logical_and), dtype=bool)
    begun = np.logical_or.accumulate(filed, axis=1)
    return np.asarray(begun & np.logical_and.accumulate(filed | ~begun, axis=1), dtype=bool)


def _index(labels: tuple[str, ...]) -> dict[str, int]:
    return {label: i for i, label in enumerate(labels)}


def _coded(codes: pl.Series) -> pl.Series:
    """Texts as codes, if they are not yet."""
    if isinstance(codes.dtype, pl.Enum):
        return codes
    texts = codes.cast(pl.String)
    return texts.cast(pl.Enum(texts.unique().sort()))


def _positions(codes: pl.Series, index: Mapping[str, int]) -> npt.NDArray[np.intp]:
    """Where each code stands in `index`, far below 0 for one that does not."""
    kind = codes.dtype
    assert isinstance(kind, pl.Enum)
    where = np.array([index.get(code, _NOWHERE) for code in kind.categories], dtype=np.intp)
    return where[codes.to_physical().to_numpy()] if len(where) else np.empty(0, dtype=np.intp)


def _accumulated(matrix: Any, months: tuple[str, ...], window: Window, together: np.ufunc = np.add) -> Any:
    """Each month put together with those before it that the window covers: none, the year's, or all."""
    if window == "month":
        return matrix
    if window != "year_to_date":
        return together.accumulate(matrix, axis=1)
    years = [month[:4] for month in months]
    parts = [matrix[:, [i for i, y in enumerate(years) if y == year]] for year in dict.fromkeys(years)]
    return np.concatenate([together.accumulate(part, axis=1) for part in parts], axis=1) if parts else matrix


@dataclass(frozen=True)
class _Terms:
    """Reads the terms of one indicator out of the cubes, aggregated over one window."""

    cubes: Cubes
    months: tuple[str, ...]
    filed: Flags
    window: Window
    cluster: str | None

    def total(self, terms: tuple[Term, ...]) -> Matrix:
        """The signed sum of the terms; all NaN without any."""
        if not terms:
            return np.full(self.filed.shape, np.nan)
        signed = [-self.one(term) if term.minus else self.one(term) for term in terms]
        return np.asarray(np.sum(signed, axis=0, dtype=float))

    def one(self, term: Term) -> Matrix:
        """One term: a flow summed over the window, a stock at its end, a fixed or yearly figure as it stands."""
        kind = term.measure.kind
        if kind == "fixed":
            return np.repeat(self.known(term, "", ("",)), len(self.months), axis=1)
        if kind == "annual":
            years = tuple(dict.fromkeys(month[:4] for month in self.months))
            yearly = self.known(term, "year", years)
            return yearly[:, [years.index(month[:4]) for month in self.months]]
        monthly = self.summed(term, "month", (BEFORE_PLAN, *self.months))
        if kind == "change":  # whoever has filed: who is known to have left a silent leaf would else count twice
            return np.asarray(np.cumsum(monthly, axis=1)[:, 1:])
        happened = np.where(self.filed, monthly[:, 1:], 0)
        return np.asarray(_accumulated(happened, self.months, self.window), dtype=float)

    def summed(self, term: Term, time: str, labels: tuple[str, ...]) -> Matrix:
        """The measure added up into leaves × labels of the `time` column ('' for none); 0 where no row falls."""
        amounts, kept = self.amounts(term), self.kept(term)
        known = np.nan_to_num(amounts) if amounts.dtype.kind == "f" else amounts
        return self.runs(term.cube.name, time, labels).summed(known if kept is None else np.where(kept, known, 0))

    def known(self, term: Term, time: str, labels: tuple[str, ...]) -> Matrix:
        """The same, NaN where no row falls."""
        told, kept = ~np.isnan(self.amounts(term)), self.kept(term)
        there = self.runs(term.cube.name, time, labels).summed(told if kept is None else told & kept) > 0
        return np.where(there, self.summed(term, time, labels), np.nan)

    def amounts(self, term: Term) -> npt.NDArray[Any]:
        """What each row of the term's cube measures."""
        return self.cubes.frames[term.cube.name][term.measure.name].to_numpy()

    def kept(self, term: Term) -> npt.NDArray[np.bool_] | None:
        """Which rows of the term's cube its filter and the cluster leave; None for all."""
        keep = [pl.col(dimension).is_in(values) for dimension, values in term.where.items()]
        if self.cluster is not None and "cluster_code" in term.cube.dimensions:
            keep.append(pl.col("cluster_code").cast(pl.String) == self.cluster)
        frame = self.cubes.frames[term.cube.name]
        return frame.select(pl.all_horizontal(keep).fill_null(False)).to_series().to_numpy() if keep else None

    def runs(self, name: str, time: str, labels: tuple[str, ...]) -> "_Runs":
        """How the rows of a cube fall among leaves × labels. Worked out once."""
        key = ("runs", name, time, labels)
        known = self.cubes.derived if BY_NAME[name].detail else self.cubes.shared
        if key not in known:
            known[key] = _runs(self.cubes.frames[name], time, labels)
        found: _Runs = known[key]
        return found


@dataclass(frozen=True)
class _Runs:
    """Rows that follow each other in one cell of leaves × labels: where each run begins, and its cell, counted from 1 (0:
    nowhere). A cube lies in the order of place and month, so there are as few runs as cells."""

    starts: npt.NDArray[np.intp]
    cells: npt.NDArray[np.intp]
    labels: int

    def summed(self, amounts: npt.NDArray[Any]) -> Matrix:
        """What the rows amount to in each cell; of truths, how many runs have a true one."""
        each = np.add.reduceat(amounts, self.starts) if len(self.starts) else amounts
        sums = np.bincount(self.cells, weights=each, minlength=1 + len(LEAVES) * self.labels)[1:]
        return np.asarray(sums.reshape(len(LEAVES), self.labels), dtype=float)


def _runs(frame: pl.DataFrame, time: str, labels: tuple[str, ...]) -> _Runs:
    begins = np.zeros(frame.height, dtype=bool)
    begins[:1] = True
    keys = {"place_code": {leaf: i * len(labels) + 1 for leaf, i in _LEAF_INDEX.items()}, time: _index(labels)}
    codes = {name: _coded(frame[name]) for name in keys if name}
    for each in codes.values():
        physical = each.to_physical().to_numpy()
        begins[1:] |= physical[1:] != physical[:-1]
    starts = np.flatnonzero(begins)
    cells = np.sum([_positions(each.gather(starts), keys[name]) for name, each in codes.items()], axis=0)
    return _Runs(starts, np.maximum(cells, 0), len(labels))


def _summed(matrix: Matrix) -> Matrix:
    """Leaves added up to every place; NaN where no leaf has a value."""
    known = ~np.isnan(matrix)
    return np.where(_MEMBERS @ known > 0, _MEMBERS @ np.nan_to_num(matrix), np.nan)


def _usable(filed: Flags, complete: Flags) -> Flags:
    """Where a value may be shown: a leaf must be complete, a larger place have something filed in the window's month."""
    single = _MEMBERS.sum(axis=1, keepdims=True) == 1
    return np.where(single, _MEMBERS @ complete > 0, _MEMBERS @ filed > 0)


def _value(indicator: Indicator, numerator: Matrix, denominator: Matrix) -> Matrix:
    if not indicator.denominator:
        return numerator * indicator.per
    with np.errstate(divide="ignore", invalid="ignore"):
        some = (denominator != 0) & (np.abs(denominator) >= indicator.least_denominator)
        return np.where(some, numerator / denominator * indicator.per, np.nan)


def _growth(indicator: Indicator, window: Window, numerator: Matrix, denominator: Matrix, complete: Flags) -> Matrix:
    """Against twelve months earlier, over the leaves that are complete then and now."""
    months = complete.shape[1]
    growth = np.full((len(PLACES), months), np.nan)
    if not indicator.compared or window in ("census", "since_2023") or months <= 12:
        return growth
    both = complete[:, 12:] & complete[:, :-12]
    now = _value(indicator, *(_summed(np.where(both, m[:, 12:], np.nan)) for m in (numerator, denominator)))
    then = _value(indicator, *(_summed(np.where(both, m[:, :-12], np.nan)) for m in (numerator, denominator)))
    if indicator.unit == "%":
        growth[:, 12:] = now - then
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            growth[:, 12:] = np.where(then > 0, now / then - 1, np.nan)
    return growth


def _table(months: tuple[str, ...], **columns: Matrix) -> pl.DataFrame:
    counts = ("filed", "expected")
    return _grid(months).hstack(
        [
            pl.Series(name, matrix.ravel().astype(np.int64 if name in counts else float), nan_to_null=True)
            for name, matrix in columns.items()
        ]
    )


@lru_cache(maxsize=8)
def _grid(months: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(
        {"place_code": [p for p in PLACES for _ in months], "month": [m for _ in PLACES for m in months]},
        schema={"place_code": pl.String, "month": pl.String},
    )
