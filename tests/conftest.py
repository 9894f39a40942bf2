"""A PostgreSQL server of the tests' own, databases of either kind, and one filled with demonstration data."""

import fcntl
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from xdist.scheduler import LoadScopeScheduling

from data_sources import cubes, demo_database, looking
from data_sources.cubes import Cubes
from data_sources.engine import engine, sqlite_file
from data_sources.policy import OPERATOR
from tests import servers

LONGEST = "browser"
"""The group of tests that takes longest."""
ALONE = ("test_first_start", "test_harness", "test_intake", "test_sign_in")
"""Files of browser tests that have servers of their own, and so are groups of their own."""
LONG = (
    "test_intake",
    "test_first_start",
    "test_sign_in",
    "test_pictures",
    "test_over_the_wire",
    "test_copying",
    "test_documents",
)
"""Files that take a good part of a minute each."""
PATIENCE = 1800
"""Seconds that a slow test may take, on a machine that others use too."""
_numbers = count(1)


def _group(file: str) -> str:
    """Which tests run in one process, by the path of their file: what one file prepares is prepared once.

    So is what all browser tests share: their server, and the pages that are open on it.
    """
    path = Path(file)
    return LONGEST if path.parent.name == "browser" and path.stem not in ALONE else file


class _Grouped(LoadScopeScheduling):
    """xdist's own groups are not used: with pytest 9.2 it reads their marks and then sends every test for itself."""

    def _split_scope(self, nodeid: str) -> str:
        return _group(nodeid.split("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _Grouped:
    """Several processes are given whole groups of tests."""
    return _Grouped(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest groups begin first, so that no process is left alone with one at the end (`--no-loadscope-reorder`).

    Slow tests are given their time.
    """
    for item in items:
        if item.get_closest_marker("slow") and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(PATIENCE))
    items.sort(key=lambda item: (_group(str(item.path)) != LONGEST, item.path.stem not in LONG))


def pytest_collection_finish() -> None:
    """What was imported and collected lives to the end: looking for garbage in it again and again takes time."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _at_the_terminal() -> Iterator[None]:
    """A test reads as whoever has the machine's terminal; the app in a test does not: it runs in a thread of its own."""
    with looking.by(OPERATOR):
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of database `postgres` on a fresh PostgreSQL server that lives as long as the tests."""
    home = Path(tempfile.mkdtemp(prefix="talent-postgres-", dir="/tmp"))
    try:
        with servers.postgres(home, servers.CARELESS) as url:
            yield url
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    finally:
        shutil.rmtree(home)


@contextmanager
def postgres_database(server: str, like: str = "template1") -> Iterator[str]:
    """The URL of a database of the server that is there until the block ends: empty, or a copy of the one `like` names."""
    name = f"fresh{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
        url = server.removesuffix("/postgres") + f"/{name}"
        yield url
        engine(url).dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres_database(postgres_url) as url:
        yield url


@pytest.fixture
def fresh_sqlite(tmp_path: Path) -> str:
    """The URL of a SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'talent.db'}"


@pytest.fixture(params=["sqlite", "postgres"])
def fresh_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database, once of each kind."""
    url = request.getfixturevalue(f"fresh_{request.param}")
    assert isinstance(url, str)
    return url


@pytest.fixture(scope="session")
def demo_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a demonstration database at scale 0.01, made once for all workers of a run; it is only to be read."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    file = shared / "demonstration.db"
    url = f"sqlite:///{file}"
    with (shared / "demonstration.making").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            demo_database.make(url, 0.01, 2023, lambda *_: None)
    return url


@pytest.fixture(scope="session")
def demo_cubes(demo_url: str) -> Cubes:
    """The cubes of the demonstration database, built once for all workers of a run; nobody may mutate them."""
    return cubes.load(demo_url, sqlite_file(demo_url).parent / "var" / "cubes")


@pytest.fixture
def own_var(demo_url: str, demo_cubes: Cubes, tmp_path: Path) -> Path:
    """A folder of the test's own for what the app keeps; the cubes of the demonstration database lie in it already."""
    shutil.copytree(sqlite_file(demo_url).parent / "var" / "cubes", tmp_path / "var" / "cubes")
    return tmp_path / "var"
