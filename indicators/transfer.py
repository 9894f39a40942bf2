"""调剂测算: spreads a provincial pool over places by weighted factors, exact to the fen.

The method, for everybody who must be able to check it by hand. Each factor's weight is its share of the pool (weights
need not add up to 100). A place gets of each factor's money what its score is of the sum of all scores: that is its
*formula amount*. Where a floor or a cap is set, all formula amounts are multiplied by one common number, chosen so that,
after raising to the floor and cutting at the cap, the pool is spent exactly. Fen that remain from rounding go to the
largest remainders, in the order of codes where these are equal. A factor that is zero everywhere gives nothing, and the
others share its weight. A place that lacks a factor with a weight is left out, gets no amount, not even the floor, and
is named: no number is made up for it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import polars as pl

from data_sources.cubes import Cubes
from indicators import measures
from indicators.catalogue import Window, catalogue


@dataclass(frozen=True)
class Factor:
    """One reason to give: its title, what its score is, the weight that stands unless somebody changes it."""

    key: str
    title: str
    definition: str
    unit: str
    weight: int


FACTORS: Final[Mapping[str, Factor]] = {
    factor.key: factor
    for factor in (
        Factor("tasks", "剩余任务", "到2027年底的培训目标减去2023年以来已完成的培训人次，超额完成的计0", "人次", 40),
        Factor(
            "shortfall", "资金缺口",
            "按本年月均支出估算的今后12个月支出，减去本年预算结余，结余足够的计0", "万元", 20,
        ),
        Factor("need", "用人需求", "本年累计的数字职业岗位需求人数", "人", 20),
        Factor(
            "efficiency", "资金绩效",
            "2023年以来每万元培训类补贴对应的培训合格人次，乘以剩余任务：同样的任务，过去用钱有效的多得",
            "合格人次/万元×人次", 20,
        ),
    )
}  # fmt: skip
WEIGHTS: Final[Mapping[str, int]] = {key: factor.weight for key, factor in FACTORS.items()}


@dataclass(frozen=True)
class Terms:
    """What is to be spread and how: `pool`, `floor` and `cap` (0 for none) in fen, the weight of each factor."""

    pool: int
    weights: Mapping[str, int] = field(default_factory=lambda: dict(WEIGHTS))
    floor: int = 0
    cap: int = 0


class Impossible(ValueError):
    """These terms cannot be met; the message says in Chinese why, and what would do."""


def spread(scores: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The pool spread over the places in `scores` (`place_code`, a column a factor: not negative, null when missing).

    In the order of `scores`: `place_code`, `amount` (fen; the sum is the pool), each factor's part of it under the
    factor's key and `adjustment` by floor and cap (fen; these add up to `amount`, fen of rounding are in the
    adjustment), `missing` (titles of the factors that a place left out lacks). Raises `Impossible`.
    """
    used = [key for key, weight in terms.weights.items() if weight > 0]
    if terms.pool <= 0:
        raise Impossible("调剂资金为0，没有可以分配的资金。请填写大于0的金额。")
    if not used:
        raise Impossible("各因素的权重都是0，没有分配依据。请至少给一个因素权重。")
    lacking = {
        row["place_code"]: "、".join(FACTORS[key].title for key in used if row[key] is None)
        for row in scores.iter_rows(named=True)
    }
    taking_part = scores.filter(pl.col("place_code").replace_strict(lacking, return_dtype=pl.String) == "")
    parts = _parts(taking_part, used, terms)
    formula = {code: sum(part.values(), Fraction(0)) for code, part in parts.items()}
    amounts = _whole_fen(_within(formula, terms), terms.pool)
    return pl.DataFrame([_row(code, amounts, parts, lacking) for code in scores["place_code"]], schema=_SCHEMA)


def scores(cubes: Cubes, place_codes: tuple[str, ...], month: str) -> pl.DataFrame:
    """What the factors score at each place at a month's end: `place_code` and a column a factor; null when missing."""
    at = {name: _at(cubes, key, window, month) for name, (key, window) in _READ.items()}
    rows = []
    for code in place_codes:
        done, goal = _both(at["tasks"].get(code))
        paid, _ = _both(at["paid"].get(code))
        balance, _ = _both(at["balance"].get(code))
        passed, spent = _both(at["passed"].get(code))
        need, _ = _both(at["need"].get(code))
        tasks = None if done is None or not goal else max(0, goal - done)
        ahead = None if paid is None or balance is None else max(0, paid * 12 // int(month[5:]) - balance)
        efficiency = None if passed is None or not spent or tasks is None else passed * tasks * _WAN / spent
        rows.append((code, tasks, ahead, need, efficiency))
    return pl.DataFrame(rows, schema=_SCORES, orient="row")


def untold(cubes: Cubes, place_codes: Collection[str], month: str) -> frozenset[str]:
    """Those of the places that lack a factor because what it rests on is not told to the reader of the cubes."""
    found = [measures.series(cubes, catalogue()[key], window).filter(month=month) for key, window in _READ.values()]
    return frozenset(place_codes) & {code for each in found for code in each.filter("withheld")["place_code"]}


# --- the steps ------------------------------------------------------------------------------------------------------

_WAN: Final = 1_000_000
"""Fen in 万元."""
_LEAST: Final = 10_000
"""Fen in what the last decimal of an amount in 万元 stands for."""
_SCHEMA: Final = {
    "place_code": pl.String, "amount": pl.Int64, **dict.fromkeys(FACTORS, pl.Int64), "adjustment": pl.Int64,
    "missing": pl.String,
}  # fmt: skip
_SCORES: Final = {
    "place_code": pl.String, "tasks": pl.Int64, "shortfall": pl.Int64, "need": pl.Int64, "efficiency": pl.Float64,
}  # fmt: skip
_READ: Final[Mapping[str, tuple[str, Window]]] = {
    "tasks": ("training_completion", "since_2023"),
    "paid": ("subsidy_paid", "year_to_date"),
    "balance": ("budget_balance", "year_to_date"),
    "need": ("vacancies", "year_to_date"),
    "passed": ("passed_per_subsidy", "since_2023"),
}
Parts = Mapping[str, Mapping[str, Fraction]]


def _at(cubes: Cubes, key: str, window: Window, month: str) -> dict[str, tuple[float | None, float | None]]:
    """Numerator and denominator of an indicator by place, of those that have a value."""
    found = measures.series(cubes, catalogue()[key], window).filter(month=month).filter(pl.col("value").is_not_null())
    return {code: (n, d) for code, n, d in found.select("place_code", "numerator", "denominator").iter_rows()}


def _both(pair: tuple[float | None, float | None] | None) -> tuple[int | None, int | None]:
    numerator, denominator = pair or (None, None)
    return (None if numerator is None else round(numerator), None if denominator is None else round(denominator))


def _parts(taking_part: pl.DataFrame, used: list[str], terms: Terms) -> Parts:
    """Each place's exact part of each factor's money; refused when no factor has anything to go by."""
    columns = {key: [Fraction(score) for score in taking_part[key]] for key in used}
    sums = {key: sum(column, Fraction(0)) for key, column in columns.items()}
    if not taking_part.height:
        raise Impossible("没有一个地区的数据齐全，无法测算。请先补报数据，或把缺数因素的权重设为0。")
    weights = {key: terms.weights[key] for key in used if sums[key] > 0}
    if not weights:
        raise Impossible("所选因素在各地都是0，没有分配依据。请调整权重。")
    whole = sum(weights.values())
    rates = {key: Fraction(terms.pool * weight, whole) / sums[key] for key, weight in weights.items()}
    return {
        code: {key: columns[key][at] * rate for key, rate in rates.items()}
        for at, code in enumerate(taking_part["place_code"])
    }


def _within(formula: Mapping[str, Fraction], terms: Terms) -> dict[str, Fraction]:
    """The amounts between floor and cap that add up to the pool: formula amounts times one common number, cut to fit."""
    low, high = terms.floor, terms.cap or terms.pool
    _check_bounds(formula, terms, low, high)
    turns = sorted({Fraction(bound) / amount for amount in formula.values() if amount for bound in (low, high)})

    def spent(factor: Fraction) -> Fraction:
        return sum((_cut(amount * factor, low, high) for amount in formula.values()), Fraction(0))

    first, last = 0, len(turns) - 1
    while first < last:  # the earliest turning point at which enough is spent
        middle = (first + last) // 2
        first, last = (first, middle) if spent(turns[middle]) >= terms.pool else (middle + 1, last)
    before = turns[first - 1] if first else Fraction(0)
    rising = spent(turns[first]) - spent(before)
    short = terms.pool - spent(before)
    factor = before + (turns[first] - before) * (short / rising if rising else 0)
    return {code: _cut(amount * factor, low, high) for code, amount in formula.items()}


def _check_bounds(formula: Mapping[str, Fraction], terms: Terms, low: int, high: int) -> None:
    number, scored = len(formula), sum(amount > 0 for amount in formula.values())
    if low > high:
        raise Impossible(f"保底（{_wan(low)}）高于封顶（{_wan(high)}）。请调低保底或调高封顶。")
    if low * number > terms.pool:
        raise Impossible(
            f"{number} 个地区的保底合计 {_wan(low * number)}，超过调剂资金 {_wan(terms.pool)}。"
            f"保底最高可设 {_wan(terms.pool // number // _LEAST * _LEAST)}。"
        )
    most = high * scored + low * (number - scored)
    if most < terms.pool:
        raise Impossible(
            f"封顶过低：{scored} 个有得分的地区都到封顶，也只能分出 {_wan(most)}，调剂资金是 {_wan(terms.pool)}。"
            "请调高封顶或减少资金。"
        )


def _cut(amount: Fraction, low: int, high: int) -> Fraction:
    return min(max(amount, Fraction(low)), Fraction(high))


def _whole_fen(exact: Mapping[str, Fraction], pool: int) -> dict[str, int]:
    """Whole fen that add up to the pool: the remaining ones go to the largest remainders, then in the order of codes."""
    whole = {code: amount.numerator // amount.denominator for code, amount in exact.items()}
    order = sorted(exact, key=lambda code: (whole[code] - exact[code], code))
    for code in order[: pool - sum(whole.values())]:
        whole[code] += 1
    return whole


def _row(
    code: str, amounts: Mapping[str, int], parts: Parts, lacking: Mapping[str, str]
) -> dict[str, str | int | None]:
    if code not in amounts:
        return {"place_code": code, "missing": lacking[code]}
    by_factor = {key: int(parts[code].get(key, Fraction(0))) for key in FACTORS}
    adjustment = amounts[code] - sum(by_factor.values())
    return {"place_code": code, "amount": amounts[code], **by_factor, "adjustment": adjustment, "missing": ""}


def _wan(fen: int) -> str:
    return f"{fen / _WAN:,.2f} 万元"
