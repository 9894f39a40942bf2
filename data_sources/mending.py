"""The SQL of views that would give someone else's database what the app reads; sources and columns guessed by name.

On PostgreSQL the views lie in a schema of their own that goes first in the search path, so that nothing of the owner's
is touched. SQLite has no schemas: there a table that lacks something is renamed, and the view takes its name.
"""

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Column, Dialect
from sqlmodel import SQLModel

from data_sources import foreign, reference, tables
from data_sources.foreign import Gap, Present
from data_sources.intake import declarations

SCHEMA: Final = "talent"
LEAST: Final = 0.4
"""The share of a table's columns that another must have to be taken for its source."""
GIVEN: Final = {
    "reviewed": "{true}", "provenance": "'official'", "status": "'accepted'", "first_high_skilled": "{false}",
    "first_dual": "{false}", "data_version": "1", "department": "'集成数据库'", "received_at": "{now}",
    "row_number": "CAST(row_number() OVER (ORDER BY {place}) AS INTEGER)",
}  # fmt: skip
"""What stands for a column that must not be empty and is not there."""


DATED: Final = {"training": "ended", "certificate": "issued", "subsidy": "paid", "milestone": "reached"}
"""The date by which a row's month is known."""


def views(has: Present, found: tuple[Gap, ...], dialect: Dialect) -> str:
    """A script; '' when nothing is missing. A line that begins with `-- 请` wants the owner's hand."""
    lacking = list(dict.fromkeys(gap.table for gap in found if gap.table in _MENDED))
    if not lacking:
        return ""
    lines = [f"CREATE SCHEMA IF NOT EXISTS {SCHEMA};"] if dialect.name != "sqlite" else []
    for name in sorted(lacking, key=lambda table: table == "submission"):
        lines += ["", f"-- {name}（{foreign.label(name)}）", *_mended(name, has, dialect)]
    if dialect.name != "sqlite":
        lines += ["", f"-- 建好后，地址末尾加上 ?options=-csearch_path%3D{SCHEMA},public"]
    return "\n".join(lines).strip()


_MENDED: Final = tuple(
    str(m.__tablename__) for m in (*tables.REFERENCE_TABLES, *tables.FACT_TABLES, tables.Submission, tables.Rejection)
)


def _mended(name: str, has: Present, dialect: Dialect) -> Iterator[str]:
    view = f"{SCHEMA}.{name}" if dialect.name != "sqlite" else name
    facts = reference.facts()
    source = name if name in has else _source(name, has)
    if source is None and name in facts:
        yield f"CREATE VIEW {view} AS"
        yield _constants(name, facts[name], dialect) + ";"
    elif source is None and name in ("submission", "rejection"):
        yield from _of_facts(view, dialect) if name == "submission" else _empty(name, view, dialect)
    elif source is None:
        yield f"-- 请指明来源：没有找到像“{foreign.label(name)}”的表。没有这类数据时，先建空视图："
        yield from _empty(name, view, dialect)
    else:
        if source == name and dialect.name == "sqlite":
            source = f"{name}_source"
            yield f"ALTER TABLE {name} RENAME TO {source};"
            has = {**has, source: has[name]}
        yield from _selected(name, view, source, has[source], dialect)


def _source(name: str, has: Present) -> str | None:
    """The table that has most of the columns, by their names; its own name counts as much as two."""
    aliases = _aliases(name)

    def share(source: str) -> float:
        matched = {aliases[declarations.plain(c)] for c in has[source] if declarations.plain(c) in aliases}
        named = declarations.plain(name) in declarations.plain(source) or foreign.label(name) in source
        return (len(matched) + 2 * named) / len(_columns(name))

    candidates = [source for source in has if source not in tables.TABLES]
    best = max(candidates, key=lambda source: (share(source), source), default=None)
    return best if best is not None and share(best) >= LEAST else None


def _aliases(name: str) -> dict[str, str]:
    """What a column may be called: as declared, in Chinese, or as files call it."""
    found = {declarations.plain(c.info["label"]): c.name for c in _columns(name)}
    if name in declarations.tables_filed():
        found |= {alias: field.name for field in declarations.layout(name).fields for alias in field.aliases}
    return found | {declarations.plain(c.name): c.name for c in _columns(name)}


def _selected(name: str, view: str, source: str, columns: Any, dialect: Dialect) -> Iterator[str]:
    aliases, quoted = _aliases(name), dialect.identifier_preparer.quote_identifier
    called: dict[str, str] = {}
    for column in columns:
        called.setdefault(aliases.get(declarations.plain(column), ""), column)
    place = quoted(called["place_code"]) if "place_code" in called else "1"
    months = _month(name, called, dialect)
    parts, open_ = [], []
    for column in _columns(name):
        if column.name in called:
            theirs = quoted(called[column.name])
            right = foreign.fits(columns[called[column.name]], column)
            parts.append(f"  {theirs if right else _cast(theirs, column, dialect)} AS {column.name}")
            continue
        parts.append(f"  {_absent(name, column, place, months, dialect)} AS {column.name}")
        known = {*GIVEN, "submission_id", *(("month",) if months else ())}
        if not column.nullable and column.name not in known:
            open_.append(f"{column.name}（{column.info['label']}）")
    if open_:
        yield f"-- 请补上必填的列：{'、'.join(open_)}"
    yield f"CREATE VIEW {view} AS SELECT"
    yield ",\n".join(parts)
    yield f"FROM {quoted(source)};"


def _month(name: str, called: dict[str, str], dialect: Dialect) -> str:
    """The month of a row: their own column, or out of its date; '' when neither is there."""
    quoted = dialect.identifier_preparer.quote_identifier
    if "month" in called:
        return quoted(called["month"])
    dated = called.get(DATED.get(name, ""))
    return f"substr(CAST({quoted(dated)} AS VARCHAR(10)), 1, 7)" if dated else ""


def _absent(name: str, column: "Column[Any]", place: str, months: str, dialect: Dialect) -> str:
    if column.name == "month" and months:
        return months
    if column.name == "submission_id" and place != "1":
        month = months or "'2020-01'"
        within = f"12 * CAST(substr({month}, 1, 4) AS INTEGER) + CAST(substr({month}, 6, 2) AS INTEGER) - 24240"
        at = 10_000_000 * (list(tables.TABLES).index(name) + 1)
        return f"{at} + (CAST({place} AS INTEGER) - 330000) * 1000 + {within}"
    if column.name in GIVEN:
        sqlite = dialect.name == "sqlite"
        now = "'2020-01-01 00:00:00.000000'" if sqlite else "TIMESTAMP '2020-01-01'"
        true, false = ("1", "0") if sqlite else ("TRUE", "FALSE")
        return GIVEN[column.name].format(true=true, false=false, now=now, place=place)
    return _cast("NULL", column, dialect)


def _of_facts(view: str, dialect: Dialect) -> Iterator[str]:
    """Submissions as the facts imply them: one a table, place and month that has rows."""
    parts = []
    for model in tables.FACT_TABLES:
        fact = str(model.__tablename__)
        months = "month" in SQLModel.metadata.tables[fact].columns and fact in tables.MONTHLY_TABLES
        made = {
            "id": "submission_id", "table_name": f"'{fact}'", "place_code": "place_code",
            "month": "min(month)" if months else "NULL", "row_count": "CAST(count(*) AS INTEGER)",
        }  # fmt: skip
        columns = [
            f"{_cast(made.get(c.name) or _absent('submission', c, 'place_code', '', dialect), c, dialect)} AS {c.name}"
            for c in _columns("submission")
        ]
        parts.append(f"SELECT {', '.join(columns)} FROM {fact} GROUP BY submission_id, place_code")
    yield "-- 请核对：批次由明细推算，没有业务的月份算作缺报；就业没有报送月份，须由贵方补上"
    if dialect.name != "sqlite":
        yield f"SET search_path TO {SCHEMA}, public;"
    yield f"CREATE VIEW {view} AS"
    yield "\nUNION ALL\n".join(parts) + ";"


def _empty(name: str, view: str, dialect: Dialect) -> Iterator[str]:
    columns = ", ".join(f"{_cast('NULL', column, dialect)} AS {column.name}" for column in _columns(name))
    yield f"CREATE VIEW {view} AS SELECT {columns} WHERE 1 = 0;"


def _constants(name: str, rows: list[dict[str, Any]], dialect: Dialect) -> str:
    """The reference facts that the app brings along."""
    columns = _columns(name)
    lines = [", ".join(f"{_cast(_literal(row.get(c.name)), c, dialect)} AS {c.name}" for c in columns) for row in rows]
    return "SELECT " + "\nUNION ALL SELECT ".join(lines)


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if isinstance(value, str) else str(value)


def _cast(expression: str, column: "Column[Any]", dialect: Dialect) -> str:
    kind = "TEXT" if dialect.name == "sqlite" and foreign.wanted_family(column) in ("day", "moment") else None
    return f"CAST({expression} AS {kind or column.type.compile(dialect=dialect)})"


def _columns(name: str) -> list["Column[Any]"]:
    return list(SQLModel.metadata.tables[name].columns)
