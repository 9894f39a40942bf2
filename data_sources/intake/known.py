"""What the database already holds of a file's keys: codes that exist, rows that other submissions brought."""

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Table, func, select

from data_sources import queries
from data_sources.engine import polars_type
from data_sources.intake.asked import Asked
from data_sources.intake.declarations import Rule, layout

AT_ONCE: Final = 5_000
"""Persons asked for in one statement; more than four times as many, and the whole column is read."""
CODES: Final[Mapping[str, str]] = {"base": "base_code", "organisation": "organisation_code"}


def replaced(asked: Asked, found: Collection[str]) -> ColumnElement[bool]:
    """Which accepted submissions a file of these places would replace: of its table, place and period."""
    s = queries.table("submission")
    same = (s.c.table_name == asked.table) & s.c.place_code.in_(sorted(found)) & (s.c.status == "accepted")
    rhythm = layout(asked.table).rhythm
    if rhythm == "month":
        return same & (s.c.month == asked.month)
    if rhythm == "year":
        t = queries.table(asked.table)
        return same & s.c.id.in_(select(t.c.submission_id).where(t.c.year == int(asked.year)))
    return same


def others(asked: Asked, t: Table, found: Collection[str]) -> ColumnElement[bool]:
    """Keeps the rows of accepted submissions that the file would leave standing."""
    s = queries.table("submission")
    return queries.accepted(t) & t.c.submission_id.not_in(select(s.c.id).where(replaced(asked, found)))


def elsewhere(url: str, asked: Asked, rule: Rule, rows: pl.DataFrame) -> pl.DataFrame:
    """The keys (the rule's `stored`) that stand in other accepted submissions, of those that the file may have."""
    t = queries.table(asked.table)
    kept = others(asked, t, _places(rows))
    if rule.given.get("this_month"):
        kept = kept & (t.c.month == asked.month)
    if "open" in rule.given:
        kept = kept & t.c[rule.given["open"]].is_(None)
    columns = [t.c[name] for name in rule.stored]
    kinds = {c.name: polars_type(c.type) for c in columns}
    first = rows[rule.stored[0]].drop_nulls().unique()
    found = [queries.read(url, select(*columns).where(kept, some), kinds) for some in _chunks(columns[0], first)]
    return pl.concat([pl.DataFrame(schema=kinds), *found])


def trained(url: str, asked: Asked, rows: pl.DataFrame) -> pl.DataFrame:
    """How many trainings each person of the file has in its year by other submissions: `person_key`, `n`."""
    t = queries.table("training")
    kept = others(asked, t, _places(rows)) & t.c.month.like(f"{asked.year}-%")
    kinds: dict[str, Any] = {"person_key": pl.String, "n": pl.Int64}
    counted = select(t.c.person_key, func.count().label("n")).group_by(t.c.person_key)
    persons = rows["person_key"].drop_nulls().unique()
    found = [queries.read(url, counted.where(kept, some), kinds) for some in _chunks(t.c.person_key, persons)]
    return pl.concat([pl.DataFrame(schema=kinds), *found])


def codes(url: str, table: str) -> frozenset[str]:
    """The codes of accepted bases or organisations."""
    t = queries.table(table)
    column = t.c[CODES[table]]
    return frozenset(
        queries.read(url, select(column).distinct().where(queries.accepted(t)), {column.name: pl.String})[column.name]
    )


def nearest(values: pl.Series, held: frozenset[str], most: int = 200) -> dict[str, str]:
    """For the first unknown codes the known one that is most alike."""
    unknown = [text for text in values.drop_nulls().unique(maintain_order=True) if text not in held][:most]
    near = {text: get_close_matches(text, _alike(text, held), n=1, cutoff=0.7) for text in unknown}
    return {text: found[0] for text, found in near.items() if found}


def _alike(text: str, held: frozenset[str]) -> list[str]:
    """Those that begin or end the same: comparing each with thousands would take long."""
    half = len(text) // 2
    return [code for code in held if code[:half] == text[:half] or code[-half:] == text[-half:]]


def _places(rows: pl.DataFrame) -> list[str]:
    return sorted(rows["place_code"].drop_nulls().unique())


def _chunks(column: ColumnElement[Any], wanted: pl.Series) -> Iterator[ColumnElement[bool]]:
    if len(wanted) > 4 * AT_ONCE:
        yield column.is_not(None)
        return
    for at in range(0, len(wanted), AT_ONCE):
        yield column.in_(wanted[at : at + AT_ONCE].to_list())
