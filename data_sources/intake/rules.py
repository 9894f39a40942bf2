"""What must hold among the rows of a file and against the database: one function a check of declared.yaml.

A check answers which rows break its rule, and what would be right where it can tell. Rows with an unknown value in what
a check looks at do not break it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
import shapely

from data_sources import reference
from data_sources.intake import history, known, problems
from data_sources.intake.asked import Asked
from data_sources.intake.cells import ROW
from data_sources.intake.declarations import Layout, Rule
from data_sources.intake.problems import HIDDEN, Problem
from data_sources.vocabulary import ENGINEER_LEVELS
from geo import boundaries, places


@dataclass(frozen=True)
class Situation:
    """What a check may look at: the database, what is asked, and the file's rows in the table's types."""

    url: str
    asked: Asked
    layout: Layout
    rows: pl.DataFrame


@dataclass(frozen=True)
class Broken:
    """For each row whether it breaks the rule (null: it does not), and what would be right."""

    rows: pl.Expr | pl.Series
    right: pl.Expr | None = None


Check = Callable[[Situation, Rule], Broken]


def broken(situation: Situation, rule: Rule) -> Iterator[Problem]:
    """The problem that a rule finds, if any."""
    if rule.check == "usual":
        yield from history.unusual(situation.url, situation.asked, situation.layout, rule, situation.rows)
        return
    found = _CHECKS[rule.check](situation, rule)
    column = _named(rule)
    right = found.right if found.right is not None else pl.lit("")
    wrong = (
        situation.rows.lazy()
        .with_columns(broken=found.rows, right=right)
        .filter(pl.col("broken").fill_null(value=False))
        .select(ROW, "right", value=pl.lit(HIDDEN) if column == "person_key" else pl.col(column).cast(pl.String))
        .collect()
    )
    if wrong.height:
        yield problems.of_values(situation.layout.field(column).label, rule.says, wrong)


def _named(rule: Rule) -> str:
    """The column that a broken rule is shown at."""
    return rule.columns[0] if rule.check in ("unique", "elsewhere", "inside", "both") else rule.columns[-1]


def _period(situation: Situation, rule: Rule) -> Broken:
    column = pl.col(rule.columns[0])
    kind = situation.layout.field(rule.columns[0]).kind
    if kind == "year":
        return Broken(column != int(situation.asked.year), pl.lit(situation.asked.year))
    month = column.dt.strftime("%Y-%m") if kind == "date" else column
    return Broken(month != situation.asked.month, pl.lit(f"{situation.asked.month} 之内"))


def _until(situation: Situation, rule: Rule) -> Broken:
    return Broken(pl.col(rule.columns[0]) > situation.asked.month, pl.lit(f"不晚于 {situation.asked.month}"))


def _order(_: Situation, rule: Rule) -> Broken:
    return Broken(pl.col(rule.columns[0]) > pl.col(rule.columns[1]))


def _between(_: Situation, rule: Rule) -> Broken:
    return Broken(~pl.col(rule.columns[0]).is_between(rule.given["low"], rule.given["high"]))


def _counted(rule: Rule) -> pl.Expr:
    """Rows that take part in a comparison of keys."""
    whole = pl.all_horizontal(pl.col(rule.columns).is_not_null())
    return whole & pl.col(rule.given["open"]).is_null() if "open" in rule.given else whole


def _unique(situation: Situation, rule: Rule) -> Broken:
    """Rows whose hashes are alike, then those of them that are: whole keys of a million rows would take much memory."""
    hashes = situation.rows.select(rule.columns).hash_rows()
    alike = (
        situation.rows.select(ROW, *rule.columns, *_opening(rule)).filter(hashes.is_duplicated()).filter(_counted(rule))
    )
    key = pl.struct(rule.columns)
    twice = alike.filter(key.is_duplicated()).select(ROW, first=pl.col(ROW).min().over(rule.columns))
    first = pl.col(ROW).replace_strict(twice[ROW], twice["first"], default=None, return_dtype=pl.UInt32)
    return Broken(situation.rows[ROW].is_in(twice[ROW].implode()), pl.format("第 {} 行与此相同", first))


def _opening(rule: Rule) -> tuple[str, ...]:
    return (rule.given["open"],) if "open" in rule.given else ()


def _elsewhere(situation: Situation, rule: Rule) -> Broken:
    taken = known.elsewhere(situation.url, situation.asked, rule, situation.rows)
    found = situation.rows.filter(_counted(rule)).select(ROW, *rule.stored)
    doubles = found.join(taken, on=list(rule.stored), how="semi")
    return Broken(situation.rows[ROW].is_in(doubles[ROW].implode()))


def _exists(situation: Situation, rule: Rule) -> Broken:
    column = situation.layout.field(rule.columns[0]).name
    held = known.codes(situation.url, rule.given["table"])
    rows = situation.rows[column]
    nearest = known.nearest(rows, held)
    right = pl.col(column).replace_strict(nearest, default="", return_dtype=pl.String)
    return Broken(~pl.col(column).is_in(list(held)), right)


def _ladder(_: Situation, rule: Rule) -> Broken:
    """T for occupations with 专业技术等级 only; 数字技术工程 (2-02-38) has no other."""
    engineers = [row["code"] for row in reference.facts()["occupation"] if row["ladder"] == "T"]
    occupation, level = pl.col(rule.columns[0]), pl.col(rule.columns[1])
    engineer = level.is_in(list(ENGINEER_LEVELS))
    wrong = (engineer & ~occupation.is_in(engineers)) | (~engineer & occupation.str.starts_with("2-02-38"))
    right = pl.when(engineer).then(pl.lit("初级工至首席技师之一")).otherwise(pl.lit("T1、T2 或 T3"))
    return Broken(wrong, right)


def _certificate_number(_: Situation, rule: Rule) -> Broken:
    """Y or S, 4 organisation, 2 province, 6 site, 2 year, 1 level, 6 sequence; a letter more for what is above 高级技师."""
    level, issued, number = (pl.col(column) for column in rule.columns)
    top = level.is_in(["L7", "L8"])
    digit = level.replace_strict(_LEVEL_DIGITS, default=None, return_dtype=pl.String)
    shaped = pl.when(top).then(number.str.contains(_TOP)).otherwise(number.str.contains(r"^[YS]\d{21}$"))
    year = issued.dt.strftime("%y")
    agrees = (number.str.slice(13, 2) == year) & (top | (number.str.slice(15, 1) == digit))
    right = pl.format("第14至16位应为 {}", pl.concat_str(year, pl.when(top).then(pl.lit("")).otherwise(digit)))
    skilled = level.str.starts_with("L") & (level != "L1")
    return Broken(skilled & number.is_not_null() & ~(shaped & agrees), right.fill_null(""))


_LEVEL_DIGITS: Final[Mapping[str, str]] = {"L2": "5", "L3": "4", "L4": "3", "L5": "2", "L6": "1"}
_TOP: Final = r"^[YS](?:[A-Z]\d{20}|\d{14}[A-Z]\d{6})$"


def _zone(_: Situation, rule: Rule) -> Broken:
    cities = [place.code for place in places.prefectures()]
    right = pl.lit("地区填设区市，或此格留空")
    return Broken(pl.col(rule.columns[0]).is_not_null() & ~pl.col("place_code").is_in(cities), right)


def _both(_: Situation, rule: Rule) -> Broken:
    return Broken(pl.col(rule.columns[0]).is_null() != pl.col(rule.columns[1]).is_null())


def _inside(situation: Situation, _: Rule) -> Broken:
    """Against a county's shape, or its prefecture's for what is filed there."""
    place, lon, lat = (situation.rows[name] for name in ("place_code", "lon", "lat"))
    outside = np.zeros(situation.rows.height, dtype=bool)
    for code in place.drop_nulls().unique():
        here = (place == code).fill_null(value=False).to_numpy() & lon.is_not_null().to_numpy()
        here &= lat.is_not_null().to_numpy()
        shape = boundaries.shapes(places.place(code).level)[code]
        points = lon.fill_null(0).to_numpy()[here], lat.fill_null(0).to_numpy()[here]
        outside[here] = ~shapely.intersects_xy(shape, *points)
    return Broken(pl.Series(outside), pl.lit("核对坐标、坐标系或地区"))


def _yearly(situation: Situation, rule: Rule) -> Broken:
    before = known.trained(situation.url, situation.asked, situation.rows)
    mine = situation.rows.select(ROW, "person_key").join(before, on="person_key", how="left", maintain_order="left")
    total = mine.with_columns(n=pl.len().over("person_key") + pl.col("n").fill_null(0))
    return Broken((total["n"] > rule.given["most"]) & total["person_key"].is_not_null())


def _outlier(situation: Situation, rule: Rule) -> Broken:
    """Beyond the factor of what the place had for the like in the year before."""
    column, by = rule.columns[0], rule.given["by"]
    range_ = history.ranges(situation.url, situation.asked, situation.layout, column, by)
    mine = situation.rows.select("place_code", by, column)
    beside = mine.join(range_, on=["place_code", by], how="left", maintain_order="left")
    factor = rule.given["factor"]
    return Broken((beside[column] > beside["high"] * factor) | (beside[column] * factor < beside["low"]))


_CHECKS: Final[Mapping[str, Check]] = {
    "period": _period, "until": _until, "order": _order, "between": _between, "unique": _unique,
    "elsewhere": _elsewhere, "exists": _exists, "ladder": _ladder, "certificate_number": _certificate_number,
    "zone": _zone, "both": _both, "inside": _inside, "yearly": _yearly, "outlier": _outlier,
}  # fmt: skip
