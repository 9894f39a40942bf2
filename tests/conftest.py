"""A PostgreSQL server of the tests' own, databases of either kind, and one filled with demonstration data."""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from data_sources import cubes, demo_database, looking
from data_sources.cubes import Cubes
from data_sources.engine import engine
from data_sources.policy import OPERATOR

_numbers = count(1)


@pytest.fixture(autouse=True, scope="session")
def _at_the_terminal() -> Iterator[None]:
    """A test reads as whoever has the machine's terminal; the app in a test does not: it runs in a thread of its own."""
    with looking.by(OPERATOR):
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The URL of database `postgres` on a fresh PostgreSQL server that lives as long as the tests."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda p: int(p.parent.name))
    if programs is None:
        pytest.fail("PostgreSQL is not installed: apt-get install postgresql", pytrace=False)
    home = Path(tempfile.mkdtemp(prefix="talent-postgres-", dir="/tmp"))
    as_user = _unprivileged(home)
    data, port = home / "data", _free_port()
    options = f"-p {port} -k {home} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    control = [*as_user, programs / "pg_ctl", "-D", data, "-w", "-s"]
    try:
        made = [
            *as_user,
            programs / "initdb",
            "-D",
            data,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(made, cwd=home, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([*control, "-l", home / "log", "-o", options, "start"], cwd=home, check=True)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            subprocess.run([*control, "-m", "immediate", "stop"], cwd=home, check=True)
        shutil.rmtree(home)


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"fresh{next(_numbers)}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        url = postgres_url.removesuffix("/postgres") + f"/{name}"
        yield url
        engine(url).dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
    """The cubes of the demonstration database; nobody may mutate them."""
    return cubes.build(demo_url)


def _unprivileged(home: Path) -> tuple[str, ...]:
    """What the server's commands begin with: root may not run one.

    Not subprocess's own `user`: it copies the whole of this process, which has grown too large for that by the end.
    """
    if os.getuid() != 0:
        return ()
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, user)
    return ("runuser", "-u", user, "--")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
