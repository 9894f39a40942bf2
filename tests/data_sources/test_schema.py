"""The migrations make exactly the declared tables, on either kind of database, and take them away again."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from data_sources import engine, schema, sqlite, tables
from tests.data_sources import samples


def test_migrating_up_and_down_and_up_again(fresh_url: str) -> None:
    schema.upgrade(fresh_url)
    assert schema.revision(fresh_url) == schema.head() == "0004"
    with engine.engine(fresh_url).connect() as connection:
        assert set(inspect(connection).get_table_names()) == set(tables.TABLES) | {schema.VERSION_TABLE}
    schema.downgrade(fresh_url)
    assert schema.revision(fresh_url) is None
    with engine.engine(fresh_url).connect() as connection:
        assert set(inspect(connection).get_table_names()) == {schema.VERSION_TABLE}
    schema.upgrade(fresh_url)
    assert schema.revision(fresh_url) == schema.head()


def test_the_migrations_and_the_declared_tables_agree(fresh_url: str) -> None:
    schema.upgrade(fresh_url)
    with engine.engine(fresh_url).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.Place.metadata) == []


def test_the_migrations_and_the_declared_tables_agree_to_the_letter(fresh_sqlite: str) -> None:
    """Keys, checks and indexes too, which Alembic does not compare."""
    declared = fresh_sqlite.replace("talent.db", "declared.db")
    sqlite.make(engine.sqlite_file(declared))
    tables.Place.metadata.create_all(engine.engine(declared))
    schema.upgrade(fresh_sqlite)
    query = f"SELECT name, sql FROM sqlite_master WHERE name <> '{schema.VERSION_TABLE}' AND sql IS NOT NULL ORDER BY 1"
    made, wanted = (
        [(name, _clauses(sql)) for name, sql in engine.frame(url, query).iter_rows()]
        for url in (fresh_sqlite, declared)
    )
    assert made == wanted


def test_upgrading_twice_changes_nothing(fresh_sqlite: str) -> None:
    schema.upgrade(fresh_sqlite)
    schema.upgrade(fresh_sqlite)
    assert schema.revision(fresh_sqlite) == schema.head()


def test_a_value_outside_its_vocabulary_is_refused_by_the_database(fresh_url: str) -> None:
    samples.migrated(fresh_url)
    table = tables.Place.metadata.tables["submission"]
    with engine.engine(fresh_url).begin() as connection, pytest.raises(IntegrityError):
        connection.execute(table.insert(), [samples.submission(provenance="guessed")])


def _clauses(sql: str) -> list[str]:
    """A statement's columns in their order, its constraints in alphabetical order, and how its rows lie."""
    body, _, lying = " ".join(sql.replace('"', "").split()).partition(" WITHOUT ")
    columns, *constraints = body.removesuffix(")").split(", CONSTRAINT ")
    return [columns.strip(), *sorted(constraint.strip() for constraint in constraints), lying]


def test_rows_of_the_first_schema_survive_the_way_up_and_down(fresh_url: str) -> None:
    schema.upgrade(fresh_url, "0001")
    filed = samples.submission(data_version=1)
    before = {name: filed[name] for name in list(filed)[: list(filed).index("file_name")]}
    columns, marks = ", ".join(before), ", ".join(f":{name}" for name in before)
    with engine.engine(fresh_url).begin() as connection:
        connection.execute(text(f"INSERT INTO submission ({columns}) VALUES ({marks})"), before)
    schema.upgrade(fresh_url)
    with engine.engine(fresh_url).begin() as connection:
        assert connection.execute(text("SELECT id, status, reviewed FROM submission")).one() == (1, "accepted", True)
        connection.execute(text("UPDATE submission SET status = 'returned'"))
    schema.downgrade(fresh_url, "0001")
    with engine.engine(fresh_url).connect() as connection:
        assert connection.execute(text("SELECT id, status FROM submission")).one() == (1, "withdrawn")


def test_the_numbers_of_the_files_are_what_alembic_knows() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    assert schema.head() == scripts.get_current_head()
    assert schema.known() == {script.revision for script in scripts.walk_revisions()}
