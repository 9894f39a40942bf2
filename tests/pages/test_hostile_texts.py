"""Whatever a file brought as text is shown as text: on pages, in tooltips and tables, in workbooks and CSV."""

import io
import shutil
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from data_sources.engine import engine, sqlite_file
from pages.shared import downloads
from tests.pages import reading
from tests.pages.conftest import Opened

TEXTS = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "formula": '=HYPERLINK("http://evil.test","请点这里")',
    "template": "{{ 7 * 7 }}{% raw %}",
    "direction": "甲\u202e乙\u200f丙",
    "long": "长" * 100,
}
PAGES = [
    ("overview", {}),
    ("talent_map", {"bases": "1"}),
    ("place_profile", {}),
    ("evaluation", {}),
    ("bases", {}),
    ("subsidies", {"part": "payments"}),
    ("about_data", {}),
]


@pytest.fixture(scope="module")
def hostile(demo_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demonstration database with such texts in every free text column of 余杭区."""
    file = tmp_path_factory.mktemp("hostile") / "talent.db"
    shutil.copy(sqlite_file(demo_url), file)
    url = f"sqlite:///{file}"
    known = list(TEXTS.values())
    with engine(url).begin() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints = ON")
        for table, column in (("organisation", "name"), ("base", "name"), ("programme", "name"), ("contest", "name")):
            for at, said in enumerate(known):
                change = f"UPDATE {table} SET {column} = :said WHERE place_code = '330110' AND row_number % {len(known)} = {at}"
                connection.execute(text(change), {"said": said})
        connection.execute(
            text("UPDATE submission SET department = :said WHERE place_code = '330110'"), {"said": known[0]}
        )
    return url


@pytest.mark.parametrize(("page", "options"), PAGES, ids=[name for name, _ in PAGES])
def test_hostile_texts_stay_texts(
    page: str, options: dict[str, str], opened: Opened, hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Callable[[], bytes]] = {}
    real = downloads.st.download_button

    def offering(label: str, data: Any, file_name: str, **given: Any) -> bool:
        files[file_name] = data
        return bool(real(label, data=data, file_name=file_name, **given))

    monkeypatch.setattr(downloads.st, "download_button", offering)
    app = reading.whole(opened(page, db=hostile, place="330110", **options))
    for written in [*app.get("html"), *app.markdown, *app.caption]:
        assert "<script>alert" not in written.value
        assert "<img src=x" not in written.value
    for name, file in files.items():
        if name.endswith(".xlsx"):
            _no_formula(file())
        if name.endswith(".zip"):
            _no_formula_in_csv(file())
    if page in ("place_profile", "subsidies"):
        assert any(
            any(said in str(cell) for said in TEXTS.values()) for d in app.dataframe for cell in d.value.to_numpy().flat
        )


def _no_formula(data: bytes) -> None:
    for sheet in openpyxl.load_workbook(io.BytesIO(data)):
        assert not [
            cell.coordinate for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink
        ]


def _no_formula_in_csv(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            for line in archive.read(name).decode("utf-8-sig").splitlines():
                assert not line.startswith("=")
                assert ",=" not in line
                assert ',"=' not in line
