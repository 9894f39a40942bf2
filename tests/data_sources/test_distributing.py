"""The schema and the questions of the cubes are such that a distributed engine runs them as they are."""

import re

import pytest
from sqlalchemy import Select, Table, UniqueConstraint, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql import visitors

from data_sources import cli, cube_statements, cubes, distributing, engine, tables
from data_sources.settings import ROOT
from tests.data_sources import samples

CITUS = """
CREATE TABLE pg_dist_partition (logicalrelid regclass, way text);
CREATE FUNCTION create_distributed_table(name regclass, col text, colocate_with text DEFAULT 'default') RETURNS void
LANGUAGE sql AS $$ INSERT INTO pg_dist_partition VALUES (name, col || ' with ' || colocate_with) $$;
CREATE FUNCTION create_reference_table(name regclass) RETURNS void
LANGUAGE sql AS $$ INSERT INTO pg_dist_partition VALUES (name, 'everywhere') $$;
"""
"""What the command needs of Citus, noting what it is asked; the extension itself is not in Debian."""

FACTS = [tables.Place.metadata.tables[name] for name in distributing.FACTS]
LOOKING_INTO_REGISTERS = {"subsidy_payee": 3}
"""A register of one row a code is grouped inside: a small intermediate result, sent to every node."""
NOT_OF_FACTS = {"reporting", "census"}
"""Cubes of small tables that every node has."""


@pytest.mark.parametrize("fact", FACTS, ids=lambda t: t.name)
def test_every_key_of_a_fact_contains_its_place_and_nothing_refers_across(fact: Table) -> None:
    assert fact.primary_key.columns.keys()[0] == distributing.COLUMN
    unique = [c for c in fact.constraints if isinstance(c, UniqueConstraint)] + [i for i in fact.indexes if i.unique]
    assert all(distributing.COLUMN in {c.name for c in each.columns} for each in unique)
    assert not fact.foreign_keys
    assert not any(column.identity or column.autoincrement is True for column in fact.columns)


CUBES = [(cube.name, n, s) for cube in cubes.CUBES for n, s in enumerate(cube_statements.statements(cube.name))]


@pytest.mark.parametrize(
    ("name", "number", "statement"), CUBES, ids=lambda v: str(v) if not isinstance(v, Select) else ""
)
def test_a_cube_is_one_group_by_that_every_node_answers_for_its_places(
    name: str, number: int, statement: Select
) -> None:
    if name in NOT_OF_FACTS:
        assert _tables(statement) <= set(distributing.EVERYWHERE)
        return
    written = str(statement.compile(dialect=postgresql.dialect()))
    assert written.count("GROUP BY") == LOOKING_INTO_REGISTERS.get(name, 1)
    assert not re.search(r"\bOVER\b|\bUNION\b|\bWITH\b|DISTINCT|ORDER BY|LIMIT", written)
    (last,) = written.rsplit("GROUP BY", 1)[1:]
    assert f"{cubes.BY_NAME[name].table}.{distributing.COLUMN}" in last
    facts = _tables(statement) - set(distributing.EVERYWHERE)
    assert facts == {cubes.BY_NAME[name].table} | (
        {"organisation", "base"} if name in LOOKING_INTO_REGISTERS else set()
    )


def _tables(statement: Select) -> set[str]:
    return {str(each.name) for each in visitors.iterate(statement) if each.__visit_name__ == "table"}


def test_tables_are_spread_once_facts_side_by_side(fresh_postgres: str, capsys: pytest.CaptureFixture[str]) -> None:
    samples.migrated(fresh_postgres)
    with engine.engine(fresh_postgres).begin() as connection:
        connection.execute(text(CITUS))
    assert cli.main(["distribute", "--db", fresh_postgres]) == cli.OK
    with engine.engine(fresh_postgres).connect() as connection:
        asked = connection.execute(text("SELECT logicalrelid::text, way FROM pg_dist_partition"))
        spread = {name: way for name, way in asked}  # noqa: C416 - a row is no pair
    assert {name for name, way in spread.items() if way == "everywhere"} == set(distributing.EVERYWHERE)
    assert spread["organisation"] == "place_code with default"
    assert {spread[name] for name in distributing.FACTS[1:]} == {"place_code with organisation"}
    capsys.readouterr()
    assert cli.main(["distribute", "--db", fresh_postgres]) == cli.OK
    assert capsys.readouterr().out.count("此前已分布") == len(distributing.FACTS) + len(distributing.EVERYWHERE)


def test_without_the_extension_it_is_said_and_nothing_changes(
    fresh_postgres: str, fresh_sqlite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    samples.migrated(fresh_postgres)
    assert cli.main(["distribute", "--db", fresh_postgres]) == cli.WRONG
    said = capsys.readouterr()
    assert "没有安装 Citus 扩展" in said.err
    assert "create_distributed_table('training', 'place_code', colocate_with => 'organisation');" in said.out
    assert cli.main(["distribute", "--db", samples.migrated(fresh_sqlite)]) == cli.WRONG
    assert "不能分布" in capsys.readouterr().err
    assert cli.main(["distribute", "--db", "postgresql://nobody@127.0.0.1:1/x"]) == cli.UNREACHABLE


# --- one dialect difference, one module -------------------------------------------------------------------------------

PECULIAR = re.compile(
    r"@compiles\(|dialect\.name|julianday|strftime\('|PRAGMA|LOCK TABLE|ILIKE|AUTO_INCREMENT|ON CONFLICT|::(int|text|date)"
)


def test_sql_of_one_engine_alone_stands_in_one_module_of_dialects() -> None:
    folders = ("data_sources", "indicators", "briefings", "charts", "pages", "geo")
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    files = [file for file in files if "migrations" not in file.parts]
    found = {file.name for file in files if PECULIAR.search(file.read_text(encoding="utf-8"))}
    others = {"audit.py"}  # takes its own table alone
    written_for_someone_else = {"foreign.py", "mending.py"}  # the SQL of views for a database that is not ours
    assert found == {"dialects.py", "sqlite.py", "bulk.py"} | others | written_for_someone_else
