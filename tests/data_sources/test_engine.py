"""Two libraries, two kinds of database, one truth."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from data_sources import engine, sqlite
from data_sources.engine import MissingDatabase, UnusableUrl


@pytest.fixture
def numbers(fresh_sqlite: str) -> str:
    sqlite.make(engine.sqlite_file(fresh_sqlite))
    with engine.engine(fresh_sqlite).begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n INTEGER)"))
    return fresh_sqlite


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "", "sqlite://", "sqlite:///:memory:"])
def test_a_url_that_cannot_be_used_is_refused_in_words(url: str) -> None:
    with pytest.raises(UnusableUrl, match="数据库地址"):
        engine.sqlite_file(url)


@pytest.mark.parametrize(
    ("url", "backend"),
    [("sqlite:////tmp/a.db", "sqlite"), ("postgresql://h/d", "postgresql"), ("postgresql+psycopg://h/d", "postgresql")],
)
def test_the_backend_follows_from_the_url(url: str, backend: str) -> None:
    assert engine.backend(url) == backend
    assert engine.dialect(url).name == backend


def test_passwords_are_not_shown() -> None:
    assert engine.shown_url("postgresql://u:secret@h/d") == "postgresql://u:***@h/d"


def test_opening_a_file_that_is_not_there_makes_none(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    with pytest.raises(MissingDatabase, match=r"none\.db 不存在"), engine.engine(url).connect():
        pass
    with pytest.raises(MissingDatabase), engine.bulk(url):
        pass
    assert list(tmp_path.iterdir()) == []


def test_an_error_that_is_logged_does_not_repeat_what_was_to_be_written(fresh_url: str) -> None:
    if engine.backend(fresh_url) == "sqlite":
        sqlite.make(engine.sqlite_file(fresh_url))
    with pytest.raises(DBAPIError) as failed, engine.engine(fresh_url).begin() as connection:
        connection.execute(text("INSERT INTO nowhere VALUES (:number)"), {"number": "330106199003071232"})
    assert "nowhere" in str(failed.value)
    assert "330106199003071232" not in str(failed.value)


def test_a_text_after_many_nulls_is_read_whole(numbers: str) -> None:
    with engine.engine(numbers).begin() as connection:
        connection.execute(text("CREATE TABLE late (a TEXT, b REAL)"))
        connection.execute(text("INSERT INTO late VALUES (NULL, 1)"), [{} for _ in range(2000)])
        connection.execute(text("INSERT INTO late VALUES ('x', 1.5)"))
    read = engine.frame(numbers, "SELECT * FROM late")
    assert read.schema == {"a": pl.String, "b": pl.Float64}
    assert read.row(-1) == ("x", 1.5)


def test_bulk_writes_nothing_unless_committed(fresh_url: str) -> None:
    if engine.backend(fresh_url) == "sqlite":
        sqlite.make(engine.sqlite_file(fresh_url))
    with engine.engine(fresh_url).begin() as connection:
        connection.execute(text("CREATE TABLE numbers (n BIGINT)"))
    rows = pl.DataFrame({"n": [1, 2]}).to_arrow()
    for committed, expected in ((False, 0), (True, 2)):
        with engine.bulk(fresh_url) as connection, connection.cursor() as cursor:
            cursor.adbc_ingest("numbers", rows, mode="append")
            if committed:
                connection.commit()
        assert engine.frame(fresh_url, "SELECT count(*) AS n FROM numbers")["n"].to_list() == [expected]


def test_a_write_after_the_other_library_closed_is_seen_by_other_processes(numbers: str) -> None:
    """Without the turns that the libraries take, ADBC's closing deletes the log that this connection writes to."""
    started, read = threading.Event(), threading.Event()

    def reader() -> None:
        started.set()
        engine.frame(numbers, "SELECT * FROM numbers")
        read.set()

    with engine.engine(numbers).connect() as connection:
        connection.execute(text("SELECT * FROM numbers")).all()
        thread = threading.Thread(target=reader)
        thread.start()
        started.wait()
        assert not read.wait(0.3)
        connection.execute(text("INSERT INTO numbers VALUES (7)"))
        connection.commit()
    thread.join()
    assert read.is_set()
    with closing(sqlite3.connect(engine.sqlite_file(numbers))) as other:
        assert other.execute("SELECT n FROM numbers").fetchall() == [(7,)]


def test_nesting_the_libraries_in_one_thread_fails_at_once(numbers: str) -> None:
    with engine.engine(numbers).connect() as connection:
        connection.execute(text("SELECT 1"))
        with pytest.raises(RuntimeError, match="close this thread's sqlalchemy connection"):
            engine.frame(numbers, "SELECT 1")


def test_connections_of_one_library_are_open_side_by_side(numbers: str) -> None:
    with engine.engine(numbers).connect() as one, engine.engine(numbers).connect() as other:
        assert one.execute(text("SELECT 1")).scalar() == other.execute(text("SELECT 1")).scalar()
