"""While the database is away the last cubes are served and the health says so; it recovers by itself."""

import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_sources import engine, health, submissions
from data_sources.live import Live, Now
from tests.data_sources import samples


@pytest.fixture
def url(fresh_sqlite: str) -> str:
    return filled(fresh_sqlite)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cubes"


@pytest.fixture
def watching(folder: Path) -> Iterator[Callable[[str], Live]]:
    """Watches databases, ten times a second, until the test ends."""
    started: list[Live] = []

    def watch(url: str) -> Live:
        started.append(Live(url, folder, every=0.1).start())
        return started[-1]

    yield watch
    for live in started:
        live.stop()
    for live in started:
        live._thread.join()


def filled(url: str) -> str:
    """Two person-times of 余杭区."""
    samples.migrated(url)
    submissions.write(url, samples.frame("submission", samples.submission()), samples.two_person_times())
    return url


def person_times(now: Now) -> int:
    assert now.cubes is not None
    return int(now.cubes.frames["training"]["person_times"].sum())


def until(live: Live, holds: Callable[[Now], bool], within: float = 30) -> Now:
    """The first sight that holds."""
    end = time.monotonic() + within
    while not holds(live.now()):
        assert time.monotonic() < end, live.now()
        time.sleep(0.02)
    return live.now()


def test_the_first_sight_has_health_and_cubes(url: str, folder: Path) -> None:
    live = Live(url, folder)
    live.look()
    assert live.now().health.state == "ready"
    assert person_times(live.now()) == 2


def test_nothing_is_loaded_again_while_nothing_changes(url: str, folder: Path) -> None:
    live = Live(url, folder)
    live.look()
    first = live.now()
    live.look()
    assert live.now() is not first
    assert live.now().cubes is first.cubes
    assert live.now().seen_at > first.seen_at


def test_a_new_submission_swaps_the_version_and_leaves_the_old_cubes_whole(url: str, folder: Path) -> None:
    live = Live(url, folder)
    live.look()
    before = live.now()
    filed = samples.submission(id=2, place_code="330106", row_count=1)
    row = samples.training(submission_id=2, place_code="330106")
    submissions.write(url, samples.frame("submission", filed), {"training": samples.frame("training", row)})
    live.look()
    after = live.now()
    assert before.cubes is not None
    assert after.cubes is not None
    assert (before.cubes.version, after.cubes.version) == (1, 2)
    assert (person_times(before), person_times(after)) == (2, 3)
    samples.withdraw(url, 2)
    live.look()
    assert person_times(live.now()) == 2


def test_an_empty_database_is_served_with_the_census(fresh_sqlite: str, folder: Path) -> None:
    live = Live(samples.migrated(fresh_sqlite), folder)
    live.look()
    now = live.now()
    assert (now.health.state, now.health.usable) == ("empty", True)
    assert now.cubes is not None
    assert (now.cubes.months, now.cubes.frames["census"].height) == ((), 90)


def test_a_database_that_is_made_later_is_found(fresh_sqlite: str, folder: Path) -> None:
    live = Live(fresh_sqlite, folder)
    live.look()
    assert (live.now().health.state, live.now().cubes) == ("no_tables", None)
    filled(fresh_sqlite)
    live.look()
    assert (live.now().health.state, person_times(live.now())) == ("ready", 2)


def test_a_file_that_is_moved_away_and_back(url: str, folder: Path) -> None:
    live = Live(url, folder)
    live.look()
    first, file = live.now(), engine.sqlite_file(url)
    away = file.rename(file.with_suffix(".away"))
    live.look()
    gone = live.now()
    assert gone.cubes is first.cubes
    assert (gone.health.state, gone.health.usable) == ("no_tables", False)
    assert "不存在" in gone.health.message
    assert gone.health.cure.startswith("python -m data_sources")
    away.rename(file)
    live.look()
    assert live.now().health.state == "ready"
    assert live.now().cubes is first.cubes


def test_a_file_that_is_replaced_by_rubbish(url: str, folder: Path) -> None:
    live = Live(url, folder)
    live.look()
    first = live.now()
    engine.sqlite_file(url).write_bytes(b"rubbish" * 1000)
    live.look()
    assert live.now().health.state == "broken"
    assert live.now().cubes is first.cubes


def test_another_database_in_the_same_place_is_read(url: str, folder: Path, tmp_path: Path) -> None:
    live = Live(url, folder)
    live.look()
    other = f"sqlite:///{tmp_path / 'other.db'}"
    samples.migrated(other)
    filed = samples.frame("submission", samples.submission(row_count=1))
    submissions.write(other, filed, {"training": samples.frame("training", samples.training())})
    engine.sqlite_file(other).replace(engine.sqlite_file(url))
    live.look()
    assert person_times(live.now()) == 1


def test_cubes_that_cannot_be_kept_are_told_and_the_last_ones_served(
    url: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder.write_text("a file where the folder should be")
    live = Live(url, folder)
    live.look()
    assert (live.now().health.state, live.now().cubes) == ("broken", None)
    assert "cubes could not be read" in caplog.text
    folder.unlink()
    live.look()
    first = live.now()
    assert (first.health.state, person_times(first)) == ("ready", 2)
    samples.withdraw(url, 1)
    shutil.rmtree(folder)
    folder.write_text("a file again")
    live.look()
    assert live.now().health.state == "broken"
    assert live.now().cubes is first.cubes


def test_the_thread_sees_by_itself_what_comes_and_goes(url: str, watching: Callable[[str], Live]) -> None:
    live = watching(url)
    first, file = live.now(), engine.sqlite_file(url)
    away = file.rename(file.with_suffix(".away"))
    gone = until(live, lambda now: not now.health.usable)
    assert gone.cubes is first.cubes
    away.rename(file)
    assert until(live, lambda now: now.health.usable).cubes is first.cubes
    samples.withdraw(url, 1)
    emptied = until(live, lambda now: now.health.state == "empty")
    assert person_times(emptied) == 0


def test_a_sight_that_does_not_come_is_an_error_that_names_the_database(url: str, folder: Path) -> None:
    with pytest.raises(TimeoutError, match=r"数据库在 0 秒内没有读完：sqlite:///.*talent\.db"):
        Live(url, folder).now(timeout=0.05)


# --- a server that stops ---------------------------------------------------------------------------------------------


class Door:
    """A port of its own through which a server is reached; shut, nobody listens there and every connection is cut."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]

    def open(self) -> None:
        """Listen."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._started(self._welcome)

    def shut(self) -> None:
        """Stop listening and cut all connections."""
        for each in (self._listener, *self._sockets):
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join()
        for each in (self._listener, *self._sockets):
            each.close()
        self._sockets, self._threads = [], []

    def _started(self, run: Callable[..., None], *given: socket.socket) -> None:
        thread = threading.Thread(target=run, args=given, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _welcome(self) -> None:
        while True:
            try:
                guest, _ = self._listener.accept()
            except OSError:
                return
            host = socket.create_connection(self._server)
            self._sockets += [guest, host]
            self._started(self._carry, guest, host)
            self._started(self._carry, host, guest)

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while said := source.recv(65536):
                target.sendall(said)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            return


def test_a_server_that_stops_and_starts_again(fresh_postgres: str, watching: Callable[[str], Live]) -> None:
    filled(fresh_postgres)
    server = engine._parsed(fresh_postgres)
    door = Door(server.host or "", server.port or 0)
    door.open()
    url = server.set(port=door.port).render_as_string(hide_password=False)
    try:
        live = watching(url)
        first = live.now()
        assert (first.health.state, person_times(first)) == ("ready", 2)
        door.shut()
        gone = until(live, lambda now: not now.health.usable)
        assert gone.cubes is first.cubes
        assert gone.health.state == "unreachable"
        assert gone.health.cure == f"pg_isready -h 127.0.0.1 -p {door.port}"
        samples.withdraw(fresh_postgres, 1)
        door.open()
        back = until(live, lambda now: now.health.usable)
        assert back.health == health.examine(url)
        assert (back.health.state, person_times(back)) == ("empty", 0)
        live.stop()
        live._thread.join()
    finally:
        engine.engine(url).dispose()
        door.shut()
