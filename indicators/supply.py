"""Supply and demand by occupation and place, the shortage list, courses under way and certificates to come.

Demand is the headcount of vacancies, supply the certificates of the same months; both are summed over the months and
places that have filed both tables. The people at work at the end of the last month stand beside them.
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from data_sources.cubes import Cubes
from geo import places
from indicators import measures, people, spans
from indicators.catalogue import Window, catalogue

BOTH: Final = ("vacancy", "certificate")
KEYS: Final = ("place_code", "occupation_code")
WITHHELD: Final = ("demand_withheld", "supply_withheld", "stock_withheld")
AHEAD: Final = 3
"""Months in which the certificates to come are counted, and months of courses that they follow from."""


def cells(
    cubes: Cubes, window: Window, month: str, place_codes: Sequence[str], *, cluster: str | None = None
) -> pl.DataFrame:
    """One row a place and occupation that has demand, supply or people: `place_code`, `occupation_code`, `demand`,
    `supply`, `stock` (people at work at the month's end), `gap` (demand − supply), `ratio` (supply ÷ demand), and whether
    `demand`, `supply` (with it gap and ratio) and `stock` are not told: `demand_withheld`, `supply_withheld`,
    `stock_withheld`.

    `ratio` is null without demand. A county that has not filed both tables in every month of the window has only nulls;
    a larger place is the sum of what was filed. Places in the given order, largest gap first.
    """
    months = spans.months(cubes, window, month)
    demand = _summed(cubes, "vacancy_occupation", months, place_codes, cluster).rename({"headcount": "demand"})
    supply = _summed(cubes, "certificate_occupation", months, place_codes, cluster).rename({"certificates": "supply"})
    found = demand.join(supply, on=KEYS, how="full", coalesce=True)
    found = found.join(_stock(cubes, month, place_codes, cluster), on=KEYS, how="full", coalesce=True)
    filed = spans.complete(cubes, BOTH, months, place_codes)
    found = found.join(filed, on="place_code", how="left")
    whole = [pl.when("usable").then(pl.col(c).fill_null(0)).alias(c) for c in ("demand", "supply")]
    found = found.with_columns(whole).with_columns(
        gap=pl.col("demand") - pl.col("supply"),
        ratio=pl.when(pl.col("demand") > 0).then(pl.col("supply") / pl.col("demand")),
    )
    found = _without_few(cubes, found, months, cluster)
    columns = [*KEYS, "demand", "supply", "gap", "ratio", "stock", *WITHHELD]
    order = pl.DataFrame(
        {"place_code": list(place_codes), "at": range(len(place_codes))}, {"place_code": pl.String, "at": pl.Int64}
    )
    found = order.join(found, on="place_code").sort(
        "at", "gap", "occupation_code", descending=[False, True, False], nulls_last=True
    )
    return found.select(columns)


def shortage(cubes: Cubes, window: Window, month: str, place_code: str, *, cluster: str | None = None) -> pl.DataFrame:
    """What one place is short of, largest gap first: `occupation_code`, `demand`, `short` (headcount of vacancies
    marked as short), `supply`, `gap`, `ratio`, `stock`, `wage` (yuan a month, by headcount over vacancies that state
    both bounds; null when none does), `supply_withheld`, `stock_withheld`. Only occupations with a gap
    above zero or vacancies marked as short.
    """
    months = spans.months(cubes, window, month)
    here = cells(cubes, window, month, (place_code,), cluster=cluster)
    told = _summed(
        cubes,
        "vacancy_occupation",
        months,
        (place_code,),
        cluster,
        ("shortage_headcount", "priced_headcount", "wage_bounds"),
    )
    found = (
        here.drop(WITHHELD[0])
        .join(told, on=KEYS, how="left")
        .with_columns(
            short=pl.when(pl.col("demand").is_not_null()).then(pl.col("shortage_headcount").fill_null(0)),
            wage=pl.when(pl.col("demand").is_not_null() & (pl.col("priced_headcount") > 0)).then(
                pl.col("wage_bounds") / pl.col("priced_headcount") / 200
            ),
        )
    )
    found = found.filter((pl.col("gap") > 0) | (pl.col("short") > 0))
    columns = ("occupation_code", "demand", "short", "supply", "gap", "ratio", "stock", "wage")
    return found.select(*columns, *WITHHELD[1:])


def in_training(cubes: Cubes, place_code: str, *, cluster: str | None = None) -> pl.DataFrame:
    """Courses that had begun and not ended at each month's end, one row a month: `month`, `known`, `estimated`.

    A course is filed when it has ended, and lasts up to a year: what is `known` of the last twelve months are only the
    courses that have ended since, and nothing of the last one (null). `estimated` is the known number of a year before ×
    person-times of the twelve months up to this one ÷ those of the twelve before, at least what is known; null for months
    known in full, and where it cannot be told, as in a county that has not filed all of these, or of a small number.
    `withheld`: a number of the month is not told to the reader.
    """
    frame = spans.kept(cubes, "course", cluster, leaves=people.members()[place_code])
    shut = bool(people.closed(cubes, ("training",), (place_code,), twice=cluster is not None))
    changed = frame.group_by("month").agg(pl.col("in_training").sum())
    months = pl.DataFrame({"month": spans.with_before(cubes)}, {"month": pl.String})
    running = months.join(changed, on="month", how="left", maintain_order="left").with_columns(
        known=pl.col("in_training").fill_null(0).cum_sum()
    )
    done = _monthly(cubes, "training", "person_times", place_code, cluster)
    found = running.slice(1).join(done, on="month", how="left", maintain_order="left")
    year = pl.col("person_times").rolling_sum(12)
    growth = pl.when(year.shift(12) > 0).then(year / year.shift(12))
    last = pl.int_range(pl.len()) - pl.len()
    bounded = pl.when((pl.col("known").shift(12) * growth).is_not_null()).then(pl.col("known"))
    return (
        found.with_columns(
            estimated=pl.when(last >= -12).then(pl.max_horizontal(pl.col("known").shift(12) * growth, bounded)),
            known=pl.when((last < -1) & ~pl.lit(shut)).then("known"),
        )
        .with_columns(withheld=_few(cubes, place_code, "known", "estimated") | pl.lit(shut))
        .with_columns(pl.when(~pl.col("withheld")).then(pl.col("known", "estimated")))
        .select("month", "known", "estimated", "withheld")
    )


def due(cubes: Cubes, month: str, place_codes: Sequence[str], *, cluster: str | None = None) -> pl.DataFrame:
    """Certificates to be expected in the three months after this one: `place_code`, `passed` (person-times passed in
    the last three months), `rate` (last year: certificates of the three months to come ÷ person-times passed in the
    three before), `due` (`passed` × `rate`). Null where last year is not known, a month of these was not filed, or one of
    the sums is not told to the reader: each is the difference of two running counts, and told when both are. Then
    `passed_withheld` or `rate_withheld` says so.
    """
    after = {name: spans.around(month, first, last) for name, (first, last) in _DUE.items()}
    found = pl.DataFrame({"place_code": list(place_codes)}, {"place_code": pl.String})
    found = found.with_columns(passed_withheld=pl.lit(False), rate_withheld=pl.lit(False))
    for name, (cube, measure) in {"passed": _PASSED, "passed_then": _PASSED, "followed": _FOLLOWED}.items():
        months = tuple(m for m in after[name] if m in cubes.months)
        filed = spans.complete(cubes, (cube,), months, place_codes, twice=cluster is not None)
        sums = spans.summed(cubes, cube, months, place_codes, (measure,), cluster=cluster).rename({measure: name})
        for part in (sums, filed.select("place_code", "usable")):
            found = found.join(part, on="place_code", how="left", maintain_order="left")
        shut = people.closed(cubes, (cube,), place_codes, twice=cluster is not None)
        told = pl.col("place_code").is_in(sorted(set(_told(cubes, _TOLD_WITH[name], months, place_codes)) - shut))
        flag = f"{'passed' if name == 'passed' else 'rate'}_withheld"
        found = found.with_columns(pl.col(flag) | ~told)
        whole = pl.col("usable") & (len(months) == AHEAD) & told
        found = found.with_columns(pl.when(whole).then(pl.col(name).fill_null(0)).alias(name)).drop("usable")
    rate = pl.when(pl.col("passed_then") > 0).then(pl.col("followed") / pl.col("passed_then"))
    return (
        found.with_columns(rate=rate)
        .with_columns(due=pl.col("passed") * pl.col("rate"))
        .select("place_code", "passed", "rate", "due", "passed_withheld", "rate_withheld")
    )


def _told(cubes: Cubes, key: str, months: Sequence[str], place_codes: Sequence[str]) -> list[str]:
    """The places of which the running count behind an indicator is told at the end of these months and before them."""
    if not cubes.fewest_people or not months:
        return list(place_codes)
    ends = (months[-1], spans.around(months[0], -1, -1)[0])
    running = measures.series(cubes, catalogue()[key], "since_2023").filter(pl.col("month").is_in(list(ends)))
    return sorted(set(place_codes) - set(running.filter("withheld")["place_code"]))


def _few(cubes: Cubes, place_code: str, *columns: str) -> pl.Expr:
    """Whether one of these counts of people of a place is small, and the place is not the reader's own."""
    if not cubes.fewest_people or people.inside(cubes.reader, ("training",), (place_code,)).all():
        return pl.lit(False)
    small = [(pl.col(column) != 0) & (pl.col(column).abs() < cubes.fewest_people) for column in columns]
    return pl.any_horizontal(small).fill_null(False)


_TOLD_WITH: Final = {"passed": "training_pass_rate", "passed_then": "training_pass_rate", "followed": "certificates"}
"""The indicator that each sum is told with, so that who failed is not told either."""
_DUE: Final = {"passed": (-2, 0), "passed_then": (-14, -12), "followed": (-11, -9)}
"""First and last month of each sum, counted from the month looked at."""
_PASSED: Final = ("training", "passed_person_times")
_FOLLOWED: Final = ("certificate", "certificates")


def _summed(
    cubes: Cubes,
    cube: str,
    months: tuple[str, ...],
    place_codes: Sequence[str],
    cluster: str | None,
    measures: tuple[str, ...] = (),
) -> pl.DataFrame:
    wanted = measures or (("headcount",) if cube.startswith("vacancy") else ("certificates",))
    return spans.summed(cubes, cube, months, place_codes, wanted, by=("occupation_code",), cluster=cluster, tables=BOTH)


def _without_few(cubes: Cubes, found: pl.DataFrame, months: tuple[str, ...], cluster: str | None) -> pl.DataFrame:
    """Null for what would tell the reader a small number of people (see `people.rare`), and that it is not told."""
    codes = found["place_code"].unique().to_list()
    shut = pl.col("place_code").is_in(sorted(people.closed(cubes, BOTH, codes, twice=cluster is not None)))
    found = found.with_columns(demand_withheld=shut)
    few = [
        (people.rare(cubes, "certificate_occupation", "certificates", "occupation_code", months), "supply gap ratio"),
        (people.rare(cubes, "talent_occupation", "people", "occupation_code", months), "stock"),
    ]
    for codes_of_few, columns in few:
        withheld = shut | (
            (pl.col("place_code") == places.PROVINCE) & pl.col("occupation_code").is_in(sorted(codes_of_few))
        )
        name = f"{columns.split()[0]}_withheld"
        found = found.with_columns(pl.when(~withheld).then(pl.col(columns.split())), withheld.alias(name))
    return found


def _stock(cubes: Cubes, month: str, place_codes: Sequence[str], cluster: str | None) -> pl.DataFrame:
    """People at work at the month's end; null where employment was not filed for the month."""
    months = tuple(m for m in spans.with_before(cubes) if m <= month)
    sums = spans.summed(
        cubes,
        "talent_occupation",
        months,
        place_codes,
        ("people",),
        by=("occupation_code",),
        cluster=cluster,
        tables=(),
    )
    filed = spans.complete(cubes, ("employment",), (month,), place_codes)
    found = sums.filter(pl.col("people") != 0).join(filed, on="place_code", how="left")
    return found.select(*KEYS, pl.when("usable").then("people").alias("stock"))


def _monthly(cubes: Cubes, cube: str, measure: str, place_code: str, cluster: str | None) -> pl.DataFrame:
    frame = spans.kept(cubes, cube, cluster, leaves=people.members()[place_code])
    sums = frame.group_by("month").agg(pl.col(measure).sum())
    months = pl.DataFrame({"month": cubes.months}, {"month": pl.String})
    found = months.join(sums, on="month", how="left", maintain_order="left").with_columns(pl.col(measure).fill_null(0))
    inside = spans.parts((place_code,))
    if people.closed(cubes, (cube,), (place_code,), twice=cluster is not None):
        return found.with_columns(pl.lit(None, dtype=found[measure].dtype).alias(measure))
    if inside.height > 1:
        return found
    filed = spans.filed(cubes, (cube,), cubes.months).join(inside, on="leaf", how="semi")["month"]
    return found.with_columns(pl.when(pl.col("month").is_in(filed.implode())).then(measure))
