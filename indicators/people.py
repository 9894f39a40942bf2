"""What counts people, and which counts of them a reader of the cubes is shown (the rule: `indicators.suppression`)."""

from collections.abc import Callable, Collection, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from data_sources import policy
from data_sources.cubes import BEFORE_PLAN, BY_NAME, OWN_SUFFIX, Cubes
from data_sources.policy import Reader
from data_sources.reference import clusters
from geo import places
from indicators import suppression
from indicators.catalogue import Indicator, Term, Window
from indicators.suppression import Flags

TABLES: Final = frozenset(("training", "certificate", "employment", "subsidy"))
"""Tables of which a row is a person's."""
UNITS: Final = frozenset(("人", "人次", "本"))
"""What is counted one by one of them; money and payments are not."""
PART_OF: Final = {
    "training.passed_person_times": "training.person_times",
    "training.online_person_times": "training.person_times",
    "training.base_person_times": "training.person_times",
    "training.retained_6": "training.judged_6",
    "training.retained_12": "training.judged_12",
    "certificate.dual_certificates": "certificate.certificates",
    "talent.inflow_from_outside": "talent.inflow",
}
"""What is shown as a share of which whole, so that the rest of the whole is told as well."""

Read = Callable[[Term, str | None], npt.NDArray[np.float64]]
"""A term, of one cluster or all, counted by leaf and month: as filed, a stock at the month's end."""


def members() -> dict[str, tuple[str, ...]]:
    """The leaves that make up each place, by code; a leaf is its own only member."""
    own = {p.code: p.code + OWN_SUFFIX for p in places.prefectures()}
    below = {p.code: (*(c.code for c in places.counties(p.code)), own[p.code]) for p in places.prefectures()}
    leaves = sorted(leaf for inside in below.values() for leaf in inside)
    return {**{leaf: (leaf,) for leaf in leaves}, **below, places.PROVINCE: tuple(leaves)}


def filed_at(place_code: str) -> tuple[str, ...]:
    """The places under whose codes the rows of a place are filed: its counties, and a prefecture for its 市本级."""
    return tuple(sorted(leaf.removesuffix(OWN_SUFFIX) for leaf in members()[place_code]))


PLACES: Final = tuple(sorted(members()))
LEAVES: Final = members()[places.PROVINCE]
_GROUPS: Final = tuple(tuple(LEAVES.index(leaf) for leaf in members()[p.code]) for p in places.prefectures())
_ORDER: Final = [(*LEAVES, *(p.code for p in places.prefectures()), places.PROVINCE).index(code) for code in PLACES]
"""Where each place stands among leaves, prefectures and the province."""


def count(term: Term) -> bool:
    """Whether a term counts people."""
    return term.cube.table in TABLES and term.measure.unit in UNITS


def inside(reader: Reader, tables: Collection[str], codes: Sequence[str] = PLACES) -> Flags:
    """For each place whether all rows of these tables within it are open to the reader."""
    guarded = [table if table in policy.DETAIL else "submission" for table in tables]
    opened = [policy.detail_places(reader, table) for table in guarded]
    filed = [{c.removesuffix(OWN_SUFFIX)} if c.endswith(OWN_SUFFIX) else policy.within(c) for c in codes]
    return np.array([all(f <= o for o in opened) for f in filed], dtype=bool)


def told(cubes: Cubes, term: Term, cluster: str | None, read: Read) -> Flags:
    """When a count of people is told outside each of `PLACES`, whoever reads: `PLACES` × months; kept with the cubes.

    What is told apart in more than one way (a part of a whole, a level, a way of training; and a cluster) is shown of the
    whole province only.
    """
    found: Flags = _told(cubes, term, cluster is not None, read)[list(clusters()).index(cluster) if cluster else 0]
    return found


def withheld(
    cubes: Cubes, indicator: Indicator, months: Sequence[str], window: Window, cluster: str | None, read: Read
) -> tuple[Flags, Flags]:
    """For `PLACES` × months whether the indicator is withheld from the reader of the cubes; and for `LEAVES` whether the
    leaf is withheld in any month, so that no sum may leave it out."""
    hidden = np.zeros((len(PLACES), len(months)), dtype=bool)
    ever = np.zeros(len(LEAVES), dtype=bool)
    terms = [t for t in (*indicator.numerator, *indicator.denominator) if count(t)] if cubes.fewest_people else []
    if not terms or inside(cubes.reader, {t.cube.table for t in terms}, (places.PROVINCE,)).all():
        return hidden, ever
    for term in terms:
        found = told(cubes, term, cluster, read)
        here = inside(cubes.reader, {term.cube.table})
        over = "month_end" if term.measure.kind == "change" else window
        hidden |= ~here[:, None] & ~suppression.shown(found, months, over)
        ever |= ~found[[PLACES.index(leaf) for leaf in LEAVES]].all(axis=1)
    return hidden, ever


def closed(cubes: Cubes, tables: Collection[str], place_codes: Sequence[str], *, twice: bool = False) -> frozenset[str]:
    """Those of these places whose people, told apart by occupation, level or place of origin, are not shown to the
    reader of the cubes: all below the province that are not his own, and the province where they are told apart `twice`.

    Nothing is closed where none of the tables is of people.
    """
    of_people = TABLES & frozenset(tables)
    if not cubes.fewest_people or not of_people:
        return frozenset()
    opened = inside(cubes.reader, of_people, place_codes)
    return frozenset(
        code for code, own in zip(place_codes, opened, strict=True) if not own and (twice or code != places.PROVINCE)
    )


def rare(cubes: Cubes, cube: str, measure: str, dimension: str, months: Sequence[str]) -> frozenset[str]:
    """The values of a dimension of which the whole province's people in these months, one after the other, are withheld
    from the reader of the cubes; the months of a stock are all up to its end."""
    found = BY_NAME[cube]
    if not cubes.fewest_people or not months or inside(cubes.reader, {found.table}, (places.PROVINCE,)).all():
        return frozenset()
    kinds, told = _by_kind(cubes, cube, measure, dimension)
    if found.measure(measure).kind == "change":
        shown_ = told[:, cubes.months.index(months[-1])]
    else:
        ends = [cubes.months.index(months[-1]), cubes.months.index(months[0]) - 1]
        shown_ = np.logical_and.reduce([told[:, end] for end in ends if end >= 0])
    return frozenset(kind for kind, open_ in zip(kinds, shown_, strict=True) if not open_)


def _by_kind(cubes: Cubes, cube: str, measure: str, dimension: str) -> tuple[list[str], Flags]:
    """The values of a dimension, and when the whole province's people of each are told: values × months."""
    key = ("told", cubes.fewest_people, cube, measure, dimension)
    if key not in cubes.shared:
        frame = cubes.frames[cube].select(pl.col("place_code", "month", dimension).cast(pl.String), amount=measure)
        kinds = frame[dimension].drop_nulls().unique().sort().to_list()
        months = (BEFORE_PLAN, *cubes.months)
        labels = {dimension: kinds, "place_code": LEAVES, "month": months}
        at = frame.select(
            pl.col(column).replace_strict(
                {each: i for i, each in enumerate(known)}, default=None, return_dtype=pl.Int64
            )
            for column, known in labels.items()
        )
        known = at.with_columns(frame["amount"]).drop_nulls()
        counts = np.zeros((len(kinds), len(LEAVES), len(months)))
        np.add.at(counts, tuple(known[column].to_numpy() for column in labels), known["amount"].to_numpy())
        stock = BY_NAME[cube].measure(measure).kind == "change"
        counts = np.cumsum(counts, axis=2)[:, :, 1:] if stock else counts[:, :, 1:]
        told = suppression.told(counts[None], _GROUPS, cubes.fewest_people, stock=stock, parts=False)[:, -1]
        cubes.shared[key] = (kinds, told)
    kept: tuple[list[str], Flags] = cubes.shared[key]
    return kept


def _told(cubes: Cubes, term: Term, by_cluster: bool, read: Read) -> Flags:
    key = (
        "told",
        cubes.fewest_people,
        term.column,
        tuple((k, tuple(v)) for k, v in sorted(term.where.items())),
        by_cluster,
    )
    if key not in cubes.shared:
        kinds: list[str | None] = list(clusters()) if by_cluster else [None]
        whole = _whole(term)
        counted = np.stack([read(term, kind) for kind in kinds])
        sides = [counted] if whole is None else [counted, np.stack([read(whole, kind) for kind in kinds]) - counted]
        of = _told(cubes, term, False, read)[0][_BACK] if by_cluster else None
        stock = term.measure.kind == "change"
        parts = whole is None or not by_cluster
        found = suppression.told(np.stack(sides), _GROUPS, cubes.fewest_people, stock=stock, of=of, parts=parts)
        cubes.shared[key] = found[:, _ORDER]
    kept: Flags = cubes.shared[key]
    return kept


def _whole(term: Term) -> Term | None:
    if term.where:
        return Term(column=term.column)
    whole = PART_OF.get(term.column)
    return Term(column=whole) if whole else None


_BACK: Final = np.argsort(_ORDER)
