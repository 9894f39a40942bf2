"""What can be searched for by name in the database: training bases in use, and organisations."""

from typing import Final

import polars as pl
from sqlalchemy import Select, literal, select, union_all

from data_sources import looking, policy, queries

MOST: Final = 100_000
NOTHING: Final = pl.DataFrame(schema=dict.fromkeys(("kind", "code", "name", "place_code"), pl.String))


def names(url: str) -> pl.DataFrame:
    """One row a base or organisation, in the order of their codes: `kind` (base, organisation), `code`, `name`,
    `place_code`. Bases that have closed and organisations that are not open to who looks are left out; what was filed twice
    stands as it was filed last; at most 100,000.
    """
    both = union_all(_named("base", "base_code"), _named("organisation", "organisation_code")).subquery()
    kinds = {**NOTHING.schema, "submission_id": pl.Int64}
    statement = select(*(both.c[column] for column in kinds)).limit(MOST)
    found = queries.read(url, looking.marked(statement, "organisation"), kinds).sort("kind", "code", "submission_id")
    return found.unique(["kind", "code"], keep="last", maintain_order=True).drop("submission_id")


def _named(name: str, code: str) -> Select[tuple[str, str, str, str, int]]:
    t = queries.table(name)
    kept = [queries.accepted(t)] + ([t.c.closed_month.is_(None)] if "closed_month" in t.c else [])
    columns = (t.c[code].label("code"), t.c.name, t.c.place_code, t.c.submission_id)
    named = select(literal(name).label("kind"), *columns).where(*kept)
    return looking.cut(named, t) if name in policy.DETAIL else named
