"""Whatever is wrong with database, settings or catalogue: a Chinese sentence and the command that mends it, no traceback."""

import shutil
import socket
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from charts import talent_map, words
from data_sources import schema
from data_sources.engine import sqlite_file
from indicators import catalogue
from pages.shared import cached, frame
from tests.data_sources.samples import migrated
from tests.pages import reading
from tests.pages.conftest import Opened

Prepared = Callable[[], str]


@pytest.fixture(autouse=True)
def _looking_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that waits for the database would look again for ever."""
    monkeypatch.setattr(frame, "_again", lambda seconds: None)


def told(app: AppTest) -> str:
    """The one message of a page that cannot run, and its command."""
    assert not app.exception
    assert not app.get("deck_gl_json_chart")
    (error,) = app.error
    assert "Traceback" not in error.value
    assert [h.value for h in app.get("html") if "浙江数字人才地图" in h.value]
    return error.value


def cure(app: AppTest) -> str:
    """The command that mends."""
    (code,) = app.code
    return str(code.value)


@pytest.fixture
def empty(fresh_sqlite: str) -> str:
    """A database with tables and reference facts, before the first submission."""
    return migrated(fresh_sqlite)


@pytest.mark.parametrize("page", ["overview", "talent_map", "about_data"])
def test_before_the_first_submission_everything_opens_on_the_census(opened: Opened, empty: str, page: str) -> None:
    app = reading.whole(opened(page, db=empty))
    assert not app.warning
    assert words.SIMULATED not in " ".join(reading.texts(app))
    if page == "about_data":
        return
    assert "每万从业人员中信息技术服务业人员" in reading.title(app)
    assert len(reading.fills(app)) == 90
    assert len(set(map(tuple, reading.fills(app).values()))) == 5
    assert any("来源：" in t and "普查" in t for t in reading.texts(app))


def test_census_indicators_can_be_looked_through_on_an_empty_database(opened: Opened, empty: str) -> None:
    app = opened("talent_map", db=empty)
    for key in ("residents", "manufacturing_share", "bachelor_share"):
        next(w for w in app.sidebar if getattr(w, "key", None) == "w_indicator").set_value(key).run()  # type: ignore[attr-defined]
        assert reading.catalogue()[key].title in reading.title(reading.whole(app))


def test_an_indicator_without_data_says_so_on_an_empty_database(opened: Opened, empty: str) -> None:
    app = reading.whole(opened("talent_map", db=empty, indicator="certificates"))
    (notice,) = (each.value for each in app.warning)
    assert "还没有报送数据，指标“数字职业证书发放量”暂时不能显示" in notice
    assert "信息技术服务业" in reading.title(app)


def test_a_file_that_is_not_there(opened: Opened, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nowhere.db"
    app = opened(db=url)
    assert "nowhere.db 不存在" in told(app)
    assert cure(app) == "python -m data_sources migrate"
    assert not Path(f"{tmp_path}/nowhere.db").exists()


def test_a_database_without_tables(opened: Opened, fresh_sqlite: str) -> None:
    sqlite3.connect(sqlite_file(fresh_sqlite)).close()
    app = opened(db=fresh_sqlite)
    assert "数据表" in told(app)
    assert cure(app) == "python -m data_sources migrate"


def test_an_older_schema(opened: Opened, empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    has = schema.head()
    monkeypatch.setattr(schema, "head", lambda: "9999")
    app = opened(db=empty)
    assert f"结构版本 {has} 比程序（9999）旧" in told(app)
    assert cure(app) == "python -m data_sources migrate"


def test_a_newer_schema(opened: Opened, empty: str) -> None:
    with sqlite3.connect(sqlite_file(empty)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    app = opened(db=empty)
    assert f"结构版本 9999 比程序（{schema.head()}）新" in told(app)
    assert cure(app) == "python -m data_sources version"


def test_a_server_that_cannot_be_reached(opened: Opened) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        app = opened(db=f"postgresql://talent:secret@127.0.0.1:{port}/talent")
    assert "连接不上数据库" in told(app)
    assert "secret" not in told(app) + cure(app)
    assert cure(app) == f"pg_isready -h 127.0.0.1 -p {port}"


def test_a_file_that_is_no_database(opened: Opened, fresh_sqlite: str) -> None:
    sqlite_file(fresh_sqlite).write_bytes(b"not a database at all" * 100)
    app = opened(db=fresh_sqlite)
    assert "不是 SQLite 数据库文件" in told(app)
    assert cure(app).startswith("mv ")


def test_an_address_that_means_nothing(opened: Opened) -> None:
    app = opened(db="oracle://somewhere/talent")
    assert "无法使用" in told(app)
    assert cure(app).startswith("export TALENT_DB=")


def test_the_page_opens_by_itself_once_the_database_is_mended(
    opened: Opened, fresh_sqlite: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mended(seconds: float) -> None:
        assert seconds <= 10
        migrated(fresh_sqlite)
        cached._live().look()
        st.rerun()

    monkeypatch.setattr(frame, "_again", mended)
    app = reading.whole(opened(db=fresh_sqlite))
    assert len(reading.fills(app)) == 90


def test_a_setting_that_cannot_be_used_is_named(over: Callable[..., None]) -> None:
    over(TALENT_DEMO_SCALE="many")
    app = AppTest.from_file(str(reading.ROOT / "pages/entry/main.py"), default_timeout=120).run()
    (message,) = (e.value for e in app.error)
    for part in ("TALENT_DEMO_SCALE='many'", "应是数字", "docs/settings.md"):
        assert part in message


@pytest.mark.parametrize(
    ("line", "changed", "says"),
    [
        ("decimals: 0", "decimals: none", "字段 decimals"),
        ("short: 培训人次", "shorter: 培训人次", "字段 shorter：没有这个字段"),
        ("owner: ", "#", "字段 owner：缺少这个字段"),
        ("column: training.person_times", "column: training.people_times", "没有立方体列“training.people_times”"),
        ("key: training_person_times", "key: [", "不是有效的 YAML"),
    ],
)
def test_a_broken_catalogue_file_is_named_with_field_and_reason(
    over: Callable[..., None],
    demo_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    line: str,
    changed: str,
    says: str,
) -> None:
    folder = shutil.copytree(catalogue.FOLDER, tmp_path / "catalogue")
    file = folder / "training_person_times.yaml"
    assert line in file.read_text()
    file.write_text(file.read_text().replace(line, changed))
    monkeypatch.setattr(catalogue.load, "__defaults__", (folder,))
    over(TALENT_DB=demo_url)
    app = AppTest.from_file(str(reading.ROOT / "pages/entry/main.py"), default_timeout=120).run()
    assert not app.exception
    assert not app.get("deck_gl_json_chart")
    said = app.error[0].value + "".join(c.value for c in app.code)
    assert "training_person_times.yaml" in said
    assert says in said


def test_while_the_database_is_away_the_last_data_stay_and_the_page_says_so(
    opened: Opened, demo_url: str, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sqlite_file(demo_url), tmp_path / "copy.db"))
    app = reading.whole(opened("talent_map", db=f"sqlite:///{file}"))
    before = reading.parts(app)
    file.rename(tmp_path / "away.db")
    cached._live().look()
    reading.whole(app.run())
    (notice,) = (w.value for w in app.warning)
    assert "copy.db 不存在" in notice
    assert "下面显示的是此前读到的数据（v46）" in notice
    assert reading.parts(app) == before
    (tmp_path / "away.db").rename(file)
    cached._live().look()
    assert not reading.whole(app.run()).warning


def test_a_part_that_fails_gives_a_number_and_the_rest_goes_on(
    opened: Opened, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError("the legend is broken")

    monkeypatch.setattr(talent_map, "legend", broken)
    app = opened()
    assert not app.exception
    (said,) = (e.value for e in app.error)
    assert said.startswith("“地图”暂时无法显示。")
    assert "ZeroDivisionError" not in said
    number = said.split("编号 ")[1].split(" ")[0]
    (logged,) = (r for r in caplog.records if r.name == "talent" and r.exc_info)
    assert number in logged.getMessage()
    assert "浙江省培训完成率走势" in reading.titles(app)
    assert len(app.dataframe) == 2


def test_what_is_read_on_the_spot_fails_alone_when_the_database_has_gone(
    opened: Opened, demo_url: str, tmp_path: Path
) -> None:
    file = Path(shutil.copy(sqlite_file(demo_url), tmp_path / "copy.db"))
    app = reading.whole(opened(db=f"sqlite:///{file}", tab="submissions"))
    file.unlink()
    app.switch_page("../about_data/page.py").run()
    assert not app.exception
    assert [e.value.split("”")[0] for e in app.error] == ["“数据版本", "“报送批次"]
    assert f"{len(reading.catalogue())} 项指标" in reading.titles(app)
    assert reading.table(app, "required").height
