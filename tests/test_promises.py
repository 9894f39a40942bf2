"""What the project promises of itself: its places, its catalogue, its declarations and its folders."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from data_sources import tables, vocabulary
from data_sources.cubes import CUBES
from data_sources.engine import sqlite_file
from geo import places
from indicators import catalogue

ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
COLUMNS = [column for name in tables.TABLES for column in SQLModel.metadata.tables[name].columns]
TOP = {
    *("app.py", "pages", "briefings", "charts", "indicators", "geo", "data_sources", "tests", "benchmarks", "scripts"),
    *("requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt", "pyproject.toml"),
    *("Makefile", "README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "docs", "deploy", "var"),
}


@pytest.fixture(scope="module")
def database(demo_url: str) -> Iterator[sqlite3.Connection]:
    file = sqlite_file(demo_url).as_uri()
    with closing(sqlite3.connect(f"{file}?mode=ro&immutable=1", uri=True)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("table", "column"),
    [(c.table.name, c.name) for c in COLUMNS if c.info["refers_to"] == "place" or c.name == "previous_place_code"],
)
def test_every_place_code_in_the_database_is_known(table: str, column: str, database: sqlite3.Connection) -> None:
    known = {place.code for place in places.places()}
    if column == "previous_place_code":
        known |= {origin.code for origin in places.origins()}
    found = {code for (code,) in database.execute(f"SELECT DISTINCT {column} FROM {table}")} - {None}
    assert found - known == set()


def test_every_indicator_file_is_catalogued_and_loads() -> None:
    files = sorted(catalogue.FOLDER.iterdir())
    assert {file.suffix for file in files} == {".yaml"}
    assert [catalogue.read(file).key for file in files] == sorted(catalogue.catalogue())


def test_every_page_is_a_folder_with_a_short_table_of_contents() -> None:
    loose = [file.name for file in (ROOT / "pages").glob("*.py")]
    assert loose == ["__init__.py"]
    folders = [f for f in (ROOT / "pages").iterdir() if f.is_dir() and f.name not in ("shared", "entry", "__pycache__")]
    assert {"overview", "talent_map", "about_data"} <= {folder.name for folder in folders}
    for folder in folders:
        assert len((folder / "page.py").read_text(encoding="utf-8").splitlines()) < 60, folder


def test_the_main_script_lies_alone_in_its_folder() -> None:
    """Streamlit puts that folder first on the path: a module beside it would stand in for a library of its name."""
    assert {file.name for file in (ROOT / "pages/entry").glob("*.py")} == {"__init__.py", "main.py"}


def test_the_app_itself_is_short() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) <= 60


def test_only_known_names_stand_at_the_top() -> None:
    left_by_python = {"__pycache__"}
    names = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert names - TOP - left_by_python == set()


def test_no_file_bears_the_marks_of_an_unfinished_merge() -> None:
    kinds = {".py", ".css", ".md", ".toml", ".yaml", ".csv", ".sh", ""}
    folders = [ROOT / name for name in TOP if (ROOT / name).is_dir() and name != "var"]
    files = [f for folder in folders for f in folder.rglob("*") if f.is_file() and f.suffix in kinds]
    files += [f for f in ROOT.iterdir() if f.is_file() and f.suffix in kinds]
    marked = [f for f in files if re.search(rb"^(<{7}|>{7}) ", f.read_bytes(), re.MULTILINE)]
    assert marked == []


@pytest.mark.parametrize("name", sorted(tables.TABLES))
def test_every_table_and_column_has_a_chinese_label(name: str) -> None:
    assert CHINESE.search(str(tables.TABLES[name].label))  # type: ignore[attr-defined]
    for column in SQLModel.metadata.tables[name].columns:
        assert CHINESE.search(column.info["label"]), column
        assert column.comment == column.info["label"]


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.info["values"]], ids=str)
def test_every_permitted_value_has_a_label_and_fits_its_column(column: object) -> None:
    values, length = column.info["values"], column.type.length  # type: ignore[attr-defined]
    assert values
    for code, label in values.items():
        assert 0 < len(code) <= length
        assert label.strip()
        assert CHINESE.search(label)
    assert len(set(values.values())) == len(values)


def test_every_declared_vocabulary_is_used_by_a_column() -> None:
    declared = {name: v for name, v in vars(vocabulary).items() if name.isupper() and isinstance(v, dict)}
    used = [c.info["values"] for c in COLUMNS if c.info["values"]]
    unused = {name for name, values in declared.items() if not any(values == each for each in used)}
    assert unused == {"SKILL_LEVELS", "ENGINEER_LEVELS", "ORGANISATION_ROLES"}  # both ladders make up LEVELS
    flags = {c.name: c.info["label"] for c in COLUMNS if c.table.name == "organisation"}
    assert vocabulary.ORGANISATION_ROLES.items() <= flags.items()


@pytest.mark.parametrize("table", sorted(tables.TABLES))
def test_every_coded_value_in_the_database_is_permitted(table: str, database: sqlite3.Connection) -> None:
    for column in SQLModel.metadata.tables[table].columns:
        if column.info["values"]:
            found = {code for (code,) in database.execute(f"SELECT DISTINCT {column.name} FROM {table}")} - {None}
            assert found - set(column.info["values"]) == set(), column


def test_every_simulated_submission_says_so_and_nothing_else_is_in_the_demonstration(
    database: sqlite3.Connection,
) -> None:
    assert database.execute("SELECT DISTINCT provenance FROM submission").fetchall() == [("simulated",)]


def test_every_measure_of_a_cube_has_a_label() -> None:
    for cube in CUBES:
        assert cube.table in tables.TABLES
        assert all(CHINESE.search(measure.label) for measure in cube.measures)


def test_what_is_quoted_stands_between_the_marks_of_official_documents_everywhere() -> None:
    floors = ("pages", "briefings", "charts", "indicators", "data_sources", "geo", "scripts")
    sources = [
        file for floor in floors for kind in ("py", "yaml", "css", "csv") for file in (ROOT / floor).rglob(f"*.{kind}")
    ]
    otherwise = {file.name for file in sources if re.search("[「」]", file.read_text(encoding="utf-8"))}
    assert otherwise == {"lettering.py"}  # which knows of every mark whether a line may begin or end with it
