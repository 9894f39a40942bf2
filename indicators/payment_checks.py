"""How many payments the rules name, by rule and place; what is allowed by each rule may differ from its declaration."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from data_sources.cubes import Cubes
from data_sources.payment_rules import RULES
from indicators import measures

ANY: Final = "any"
"""Payments that at least one rule names, each counted once."""


def found(cubes: Cubes, allowed: Mapping[str, int], first: str, last: str) -> pl.DataFrame:
    """Groups of payments of these months that at least one of the rules in `allowed` names.

    `place_code` (leaf), `kind`, `fund`, `payments`, `amount` (fen), and whether each of the rules names them, by its key.
    """
    rows = cubes.frames["payment_check"].filter(pl.col("month").cast(pl.String).is_between(pl.lit(first), pl.lit(last)))
    named = [pl.col(key).cast(pl.String).cast(pl.Int64).gt(most).alias(key) for key, most in allowed.items()]
    texts = [pl.col(name).cast(pl.String) for name in ("place_code", "kind", "fund")]
    marked = rows.select(*texts, "payments", "amount", *named)
    return marked.filter(pl.any_horizontal(pl.col(list(allowed)))) if allowed else marked.clear()


def by_rule(groups: pl.DataFrame, place_code: str) -> pl.DataFrame:
    """One row a rule of `found`, then one for any of them: `rule`, `payments`, `amount` (fen), `places` (leaves)."""
    inside = groups.filter(pl.col("place_code").is_in(list(measures.members()[place_code])))
    rules = [key for key in RULES if key in groups.columns]
    rows = [_summed(key, inside.filter(key)) for key in rules] + [_summed(ANY, inside)]
    kinds = {"rule": pl.String, "payments": pl.Int64, "amount": pl.Int64, "places": pl.Int64}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def by_place(groups: pl.DataFrame, place_codes: tuple[str, ...], unfiled: frozenset[str]) -> pl.DataFrame:
    """One row a place, most named payments first: `place_code`, payments by each rule, `any`, `amount` (fen) of these.

    Null for the places in `unfiled`: what has not been filed has not been found to be right.
    """
    rules = [key for key in RULES if key in groups.columns]
    rows = [{"place_code": code} | ({} if code in unfiled else _counted(groups, code, rules)) for code in place_codes]
    columns = ["place_code", *rules, ANY, "amount"]
    frame = pl.DataFrame(rows, schema={name: pl.Int64 if name != "place_code" else pl.String for name in columns})
    return frame.sort(ANY, "place_code", descending=[True, False], nulls_last=True)


def _counted(groups: pl.DataFrame, place_code: str, rules: list[str]) -> dict[str, int]:
    inside = groups.filter(pl.col("place_code").is_in(list(measures.members()[place_code])))
    named = {key: int(inside.filter(key)["payments"].sum()) for key in rules}
    return named | {ANY: int(inside["payments"].sum()), "amount": int(inside["amount"].sum())}


def _summed(rule: str, rows: pl.DataFrame) -> tuple[str, int, int, int]:
    return rule, int(rows["payments"].sum()), int(rows["amount"].sum()), rows["place_code"].n_unique()
