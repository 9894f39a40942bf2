"""Whatever a file brought as text is shown as text: on pages, in tooltips and tables, in workbooks and CSV."""

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from sqlalchemy import String, text
from sqlmodel import SQLModel
from streamlit.proto.Alert_pb2 import Alert

from briefings import kinds, making, pictures
from briefings.making import Asked
from data_sources import audit, cubes, tables
from data_sources.cubes import Cubes
from data_sources.engine import engine, sqlite_file
from data_sources.policy import Grant
from pages.shared import frame
from tests.browser.harness import ROOT, serving
from tests.pages import wire
from tests.pages.conftest import registered
from tests.pages.wire import Tab

TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "formula": '=HYPERLINK("http://evil.test","请点这里")',
    "template": "{{ 7 * 7 }}{% raw %}",
    "direction": "甲\u202e乙\u200f丙",
    "long": "长" * 10_000,
}
OPTIONS = {"talent_map": {"bases": "1"}, "subsidies": {"part": "payments"}, "about_data": {"tab": "submissions"}}
"""What a page must also be asked for to show its texts."""
PAGES = [*(name for group in frame.PAGES.values() for name in group), *frame.OFFICE]
FORMED = {"month", "opened_month", "closed_month", "start_month", "end_month", "period", "previous_place_code",
          "organisation_code", "person_key", "certificate_key", "file_hash", "hash", "previous",
          "metric", "quality", "indicator_key", "table_name", "actor", "detail"}  # fmt: skip
"""Texts of which only one form can be filed, and those of the audit, which `hostile` appends; every other is free."""
CODES = ("place", "cluster", "occupation", "reader")
"""Tables whose names come with the product, and the readers, who are named apart."""
SHORT = 20
"""A column of so many characters is filled with the beginning of each text, so that codes stay apart."""
FORMULA_OR_LINK = re.compile(rb"<(f|hyperlink)[ >/]")
"""In the XML of a sheet; what is text has no bracket there."""
SHOWN_IN_TABLES = ("place_profile", "subsidies", "readers", "audit")


def text_columns() -> Iterator[tuple[str, str]]:
    """Every column of the database that takes free text: of facts, of files and what was wrong in them, of readers."""
    for name in tables.TABLES:
        for column in SQLModel.metadata.tables[name].columns:
            told = column.info["values"] or column.info["refers_to"] or column.name in FORMED
            if isinstance(column.type, String) and not told and name not in CODES:
                yield name, column.name


@pytest.fixture(scope="module")
def hostile(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with such texts in every free text column of 余杭区, and an administrator of such a name."""
    file = tmp_path_factory.mktemp("hostile") / "talent.db"
    shutil.copy(sqlite_file(demo_url), file)
    url = f"sqlite:///{file}"
    registered(url, "chief", Grant("administrator", "330000"), Grant("county", "330110", exports=True))
    known = list(TEXTS.values())
    with engine(url).begin() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table, column in text_columns():
            columns = SQLModel.metadata.tables[table].columns
            number = next((name for name in ("row_number", "id") if name in columns), "length(metric)")
            of_yuhang = "place_code = '330110'"
            if "submission_id" in columns and "place_code" not in columns:
                of_yuhang = f"submission_id IN (SELECT id FROM submission WHERE {of_yuhang})"
            where = of_yuhang if table != "published_figure" else "1 = 1"
            room = columns[column].type.length or 0  # type: ignore[attr-defined]
            for at, said in enumerate(each[:room] if 0 < room <= SHORT else each for each in known):
                change = f"UPDATE {table} SET {column} = :said WHERE {where} AND {number} % {len(known)} = {at}"
                connection.execute(text(change), {"said": said})
        connection.execute(text("UPDATE reader SET name = :said"), {"said": TEXTS["script"]})
    audit.append(url, TEXTS["script"], "detail", {"说明": TEXTS["formula"], "筛选": TEXTS["direction"] + TEXTS["long"]})
    return url


def test_every_free_text_of_a_fact_is_tried() -> None:
    assert {
        ("organisation", "name"),
        ("base", "name"),
        ("base", "base_code"),
        ("contest", "name"),
        ("submission", "reason"),
    } <= set(text_columns())
    assert {(str(m.__tablename__), "zone") for m in tables.FACT_TABLES if "zone" in m.model_fields} <= set(
        text_columns()
    )


@pytest.fixture(scope="module")
def hostile_cubes(hostile: str) -> Cubes:
    return cubes.build(hostile)


@pytest.fixture(scope="module")
def chiefs(hostile: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    """The administrator's tab on a server of its own."""
    var = tmp_path_factory.mktemp("hostile-var")
    settings = {**wire.SIGN_IN, "TALENT_DB": hostile, "TALENT_VAR": str(var)}
    with (
        serving(ROOT / "app.py", var / "server.log", settings) as server,
        wire.tab(server.url, wire.browser(server.url, "chief")) as tab,
    ):
        yield tab


@pytest.mark.parametrize("page", PAGES)
def test_hostile_texts_stay_texts(page: str, chiefs: Tab) -> None:
    shown = chiefs.run(page, place="330110", **OPTIONS.get(page, {}))
    assert not [
        kind for kind, e in shown.elements if kind == "exception" or (kind == "alert" and e.format == Alert.ERROR)
    ]
    for kind, written in shown.elements:
        if kind in ("html", "markdown"):
            assert "<script>alert" not in written.body
            assert "<img src=x" not in written.body
    for name, number in shown.files.items():
        if name.endswith("xlsx"):
            _no_formula(chiefs.file(number))
        if name.endswith("zip"):
            _no_formula_in_csv(chiefs.file(number))
    if page in SHOWN_IN_TABLES:
        tables_shown = [e.arrow_data.data for kind, e in shown.elements if kind == "dataframe"]
        assert any(said.encode() in data for said in TEXTS.values() for data in tables_shown)


@pytest.mark.parametrize(
    "kind", [pytest.param(kind, marks=[pytest.mark.slow] if kind != "县域画像" else []) for kind in kinds.KINDS]
)
def test_hostile_texts_stay_texts_in_documents(kind: str, hostile: str, hostile_cubes: Cubes) -> None:
    found = kinds.facts(hostile_cubes, url=hostile)
    able = kinds.everywhere(kind)
    place = next(place for place in ("330110", "330100", *able) if place in able)
    asked = Asked(kind, (place,), hostile_cubes.months[-1], ("docx", "pptx", "xlsx"))
    try:
        files = list(making.files(found, asked))
    finally:
        pictures.stop()
    assert len(files) == 3
    for file in files:
        assert file.data, file.note
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith((".xml", ".rels"))]
        for part in parts:
            ElementTree.fromstring(part)
            assert b"<script" not in part
            assert b"evil.test" not in part or b"TargetMode" not in part
        if file.name.endswith(".xlsx"):
            _no_formula(file.data)


def _no_formula(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        assert sheets
        for name in sheets:
            assert not FORMULA_OR_LINK.search(archive.read(name)), name


def _no_formula_in_csv(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            for line in archive.read(name).decode("utf-8-sig").splitlines():
                assert not line.startswith("=")
                assert ",=" not in line
                assert ',"=' not in line
