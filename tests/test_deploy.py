"""Two processes behind nginx on PostgreSQL, as deploy/ has them: who goes where, and what happens when one dies."""

import asyncio
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest
import yaml
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.readers import Reader
from data_sources import demo_database, engine
from data_sources.settings import Settings
from pages.shared import probes
from tests.browser.harness import ROOT, Server, serving
from tests.pages import wire
from tests.servers import DEPLOY, asked, nginx, unit_environment, until_ready


@dataclass(frozen=True)
class Site:
    """nginx's address, its log, and the processes behind it."""

    url: str
    log: Path
    copies: tuple[Server, Server]

    def served_by(self, cookie: str, path: str = "/healthz") -> str:
        """The address of the process that answers who has this cookie."""
        before = len(self._lines())
        asked(f"{self.url}{path}", {"Cookie": f"talent={cookie}"})
        until = time.monotonic() + 10
        while len(self._lines()) == before:
            assert time.monotonic() < until
            time.sleep(0.02)
        return self._lines()[-1].split()[-1]

    def _lines(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture(scope="module")
def filled(postgres_url: str) -> Iterator[str]:
    """A small demonstration database on PostgreSQL."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE deployed")
        url = postgres_url.removesuffix("/postgres") + "/deployed"
        demo_database.make(url, 0.002, 7, lambda *_: None)
        yield url
        engine.engine(url).dispose()
        connection.execute("DROP DATABASE deployed WITH (FORCE)")


@pytest.fixture
def site(filled: str, tmp_path: Path) -> Iterator[Site]:
    settings = {"TALENT_DB": filled, "TALENT_VAR": str(tmp_path / "var")}
    with ExitStack() as running:
        copies = [running.enter_context(serving(ROOT / "app.py", tmp_path / f"log{n}", settings)) for n in (1, 2)]
        for copy in copies:
            until_ready(copy.url)
        before = running.enter_context(nginx(tmp_path / "nginx", [copy.url for copy in copies]))
        yield Site(before, tmp_path / "nginx/talent.log", tuple(copies))


def _cookies(site: Site) -> dict[str, str]:
    """A cookie for each process, by its address."""
    found: dict[str, str] = {}
    for n in range(50):
        found.setdefault(site.served_by(f"c{n}"), f"c{n}")
        if len(found) == 2:
            return found
    raise AssertionError(f"all go to {set(found)}")


def test_a_site_of_two_processes(site: Site) -> None:
    """Who came first to one process stays there; texts are compressed; the port is kept; probes tell nobody else.

    One process is killed; the other one, told to end, does so in time with pages open.
    """
    code, headers, _ = asked(f"{site.url}/")
    (given,) = re.findall(r"talent=(\w+);", headers["set-cookie"])
    assert code == 200
    assert len({site.served_by(given, path) for path in ("/", "/healthz", "/_stcore/health", "/talent_map") * 3}) == 1
    assert set(_cookies(site)) == {copy.url.removeprefix("http://") for copy in site.copies}
    assert "talent" not in asked(f"{site.url}/", {"Cookie": f"talent={given}"})[1].get("set-cookie", "")
    page = asked(f"{site.url}/")[2].decode()
    (script,) = re.findall(r'src="\./(static/js/index\.[^"]+\.js)"', page)[:1]
    plain, packed = (asked(f"{site.url}/{script}", {"Accept-Encoding": how}) for how in ("identity", "gzip"))
    assert packed[1]["content-encoding"] == "gzip"
    assert len(packed[2]) < len(plain[2]) / 2
    assert asked(f"{site.url}/_stcore/metrics")[0] == 404
    assert asyncio.run(_welcome(site.url, site.url))
    assert not asyncio.run(_welcome(site.url, "http://elsewhere.example"))
    folders = [p for p in (Path(site.copies[0].log).parent / "var/cubes").iterdir() if p.name != ".lock"]
    assert len(folders) == 1
    mapped = [Path(f"/proc/{copy.pid}/maps").read_text().count(str(folders[0])) for copy in site.copies]
    assert mapped[0] == mapped[1] > 0
    _one_dies(site)
    last = site.copies[1]
    for path, body in (("readyz", b"ready\n"), ("healthz", b"ok\n")):
        code, headers, said = asked(f"{last.url}/{path}")
        assert (code, said, headers["cache-control"]) == (200, body, "no-store")
    assert asyncio.run(_ended_while_open(last)) < 15
    assert "Traceback" not in last.said()


async def _welcome(url: str, origin: str) -> bool:
    """Whether a browser on a page of this origin gets a websocket: the server compares the origin with `Host`."""
    address = url.replace("http", "ws") + "/_stcore/stream"
    try:
        async with connect(address, subprotocols=["streamlit"], origin=origin):  # type: ignore[arg-type,list-item]
            return True
    except Exception:
        return False


def _one_dies(site: Site) -> None:
    """A process is killed while people click: those of the other go on, its own reconnect to the other."""
    cookies = _cookies(site)
    doomed, other = (copy.url.removeprefix("http://") for copy in site.copies)

    async def clicked() -> tuple[int, int]:
        def sitting(address: str) -> list[Reader]:
            return [Reader(site.url, "talent_map", {"Cookie": f"talent={cookies[address]}"}) for _ in range(4)]

        lost, staying = sitting(doomed), sitting(other)
        for reader in (*lost, *staying):
            await reader.opened()
        chance, answers, again = random.Random(1), 0, 0
        os.kill(site.copies[0].pid, signal.SIGKILL)
        for _ in range(3):
            for reader in staying:
                await reader.change(chance, "指标")
                answers += 1
        for reader in lost:
            with pytest.raises(ConnectionClosed):
                await reader.change(chance, "指标")
            fresh = await Reader(site.url, "talent_map", dict(reader.headers)).opened()
            await fresh.change(chance, "指标")
            again += 1
            await fresh.closed()
        for reader in staying:
            await reader.closed()
        return answers, again

    assert asyncio.run(clicked()) == (12, 4)
    assert site.served_by(cookies[doomed]).split(",")[-1].strip() == other
    assert asked(f"{site.url}/", {"Cookie": f"talent={cookies[doomed]}"})[0] == 200


@pytest.mark.slow
def test_while_fifty_click_one_process_is_killed(site: Site) -> None:
    """Everybody clicks all the time; whose process goes opens the same address again, at the other one, as fast as before."""
    cookies = _cookies(site)
    doomed, other = (copy.url.removeprefix("http://") for copy in site.copies)
    first: list[float] = []
    again: list[float] = []

    async def seen(address: str, chance: random.Random, taken: list[float]) -> Reader:
        """A page that was opened and answered a click; how long that took."""
        begun = time.monotonic()
        reader = await Reader(site.url, "talent_map", {"Cookie": f"talent={cookies[address]}"}).opened()
        await reader.change(chance, "指标")
        taken.append(time.monotonic() - begun)
        return reader

    async def clicks(address: str, number: int, killed: asyncio.Event) -> int:
        """How many answers this one got after the kill; on a cut connection the page is opened anew, as a browser does."""
        chance, got = random.Random(number), 0
        reader = await seen(address, chance, first)
        while got < 3:
            try:
                await reader.change(chance, "指标")
            except ConnectionClosed:
                assert address == doomed
                reader = await seen(address, chance, again)
            got += killed.is_set()
            await asyncio.sleep(chance.uniform(0.5, 1.5))
        await reader.closed()
        return got

    async def all_of_them() -> list[int]:
        killed = asyncio.Event()
        clicking = [asyncio.create_task(clicks(a, n, killed)) for n in range(25) for a in (doomed, other)]
        while len(first) < len(clicking) and not any(each.done() for each in clicking):
            await asyncio.sleep(0.1)
        os.kill(site.copies[0].pid, signal.SIGKILL)
        killed.set()
        return list(await asyncio.gather(*clicking))

    assert asyncio.run(all_of_them()) == [3] * 50
    assert len(again) == 25
    print(f"opened and clicked before: {max(first):.1f} s at most, after the kill: {max(again):.1f} s")
    assert max(again) < 4 * max(first)
    assert "Traceback" not in site.copies[1].said(400)


@pytest.mark.slow
def test_ten_thousand_reconnects_leave_nothing_behind(filled: str, tmp_path: Path) -> None:
    """Tabs whose connection breaks off again and again: they take up their sessions, as a browser does, or come anew.

    Once of either kind there were two thousand, neither open files nor threads nor memory grow: Streamlit keeps 128
    sessions that may be taken up, with three files each.
    """
    settings = {"TALENT_DB": filled, "TALENT_VAR": str(tmp_path / "var")}
    with serving(ROOT / "app.py", tmp_path / "log", settings) as server:
        until_ready(server.url)
        seen = [Held.by(server.pid)]
        for resuming in (True, False, True, False, True):
            with ThreadPoolExecutor(20) as tabs:
                first = list(tabs.map(lambda _: _broken_off(98, server.url, resuming=resuming), range(20)))  # noqa: B023
                _let_go(server.url)
                again = list(tabs.map(lambda session: _back(server.url, session if resuming else ""), first))  # noqa: B023
            assert [one == other for one, other in zip(first, again, strict=True)] == [resuming] * 20
            _let_go(server.url)
            seen.append(Held.by(server.pid))
        assert asked(f"{server.url}/readyz")[0] == 200
        assert "Traceback" not in server.said(400)
    print(*seen, sep="\n")
    files, threads, megabytes = zip(*seen, strict=True)
    assert max(files) <= files[0] + 3 * 128 + 20
    assert max(files[3:]) <= files[2] + 20
    assert max(threads[3:]) <= threads[2] + 10
    assert megabytes[-1] - megabytes[2] < 30


def _broken_off(times: int, url: str, *, resuming: bool) -> str:
    """The session of a tab that ran the page and was broken off so often, each time taking it up or coming anew."""
    session = _back(url, "")
    for _ in range(times):
        with wire.tab(url, {}, resumed=session if resuming else ""):
            pass
    return session


def _back(url: str, session: str) -> str:
    """The session in which a tab runs the page that comes back to this one."""
    with wire.tab(url, {}, resumed=session) as tab:
        tab.run("talent_map")
        return tab.session


def _let_go(url: str) -> None:
    """Waits until the server holds no session as open any more; a connection is greeted before it gets its session."""
    until = time.monotonic() + 120
    while re.search(r"^active_sessions [1-9]", asked(f"{url}/_stcore/metrics")[2].decode(), re.M):
        assert time.monotonic() < until
        time.sleep(0.1)


class Held(NamedTuple):
    """What a process holds now."""

    files: int
    threads: int
    megabytes: float

    @classmethod
    def by(cls, pid: int) -> "Held":
        said = dict(re.findall(r"(\w+):\s+(\d+)", Path(f"/proc/{pid}/status").read_text()))
        return cls(len(list(Path(f"/proc/{pid}/fd").iterdir())), int(said["Threads"]), int(said["VmRSS"]) / 1024)


async def _ended_while_open(server: Server) -> float:
    """Seconds from the signal until nobody listens any more, with two pages open."""
    readers = [await Reader(server.url, "talent_map").opened() for _ in range(2)]
    begun = time.monotonic()
    os.kill(server.pid, signal.SIGTERM)
    while True:
        try:
            await asyncio.to_thread(asked, f"{server.url}/healthz")
        except OSError:
            break
        await asyncio.sleep(0.1)
    for reader in readers:
        with pytest.raises(ConnectionClosed):
            await reader.change(random.Random(1))
    return time.monotonic() - begun


def test_without_a_database_a_process_lives_but_is_not_ready(tmp_path: Path) -> None:
    settings = {"TALENT_DB": "postgresql://nobody@127.0.0.1:1/x", "TALENT_VAR": str(tmp_path / "var")}
    with serving(ROOT / "app.py", tmp_path / "log", settings) as server:
        time.sleep(1)
        assert asked(f"{server.url}/healthz")[0] == 200
        assert asked(f"{server.url}/readyz")[::2] == (503, b"preparing\n")


# --- the other files of deploy/ --------------------------------------------------------------------------------------


def test_the_container_files_name_only_what_is_there() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    services = compose["services"]
    assert set(services) == {"database", "migrate", "app1", "app2", "nginx"}
    for volume in services["nginx"]["volumes"]:
        assert (DEPLOY / volume.split(":")[0]).is_file()
    assert (DEPLOY / services["app1"]["build"]["context"] / services["app1"]["build"]["dockerfile"]).is_file()
    named = re.findall(r"server (\w+):8501", (DEPLOY / "upstream-compose.conf").read_text())
    assert named == [name for name in services if name.startswith("app")]
    copied = re.findall(r"^COPY (\S+) ", (DEPLOY / "Dockerfile").read_text(), re.M)
    assert all((ROOT / name).exists() for name in copied)
    set_there = dict(re.findall(r"^ENV (\w+)=(\S+)$", (DEPLOY / "Dockerfile").read_text(), re.M))
    assert set_there == unit_environment() == {"MALLOC_ARENA_MAX": "2"}


def test_nginx_lets_every_file_through_that_the_app_takes() -> None:
    taken = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())["server"]["maxUploadSize"]
    (passed,) = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    assert taken < int(passed) < taken + 10


def test_containers_run_the_units_program_and_keep_its_data_where_it_writes_them() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    image = (DEPLOY / "Dockerfile").read_text()
    (program,) = re.findall(r"^ExecStart=\S+/(streamlit .*)$", (DEPLOY / "talent-map@.service").read_text(), re.M)
    (command,) = re.findall(r"^CMD (.*)$", image, re.M)
    assert json.loads(command) == program.replace("127.0.0.1", "0.0.0.0").replace("%i", "8501").split()
    (probed,) = re.findall(r"http://127\.0\.0\.1:8501(/\w+)", image)
    assert probed in {route.path for route in probes.ROUTES}
    assert compose["services"]["migrate"]["command"][:3] == ["python", "-m", "data_sources"]
    assert set(compose["x-app"]["environment"]) <= {f"TALENT_{name.upper()}" for name in Settings.model_fields}
    (home,) = re.findall(r"^WORKDIR (\S+)$", image, re.M)
    assert compose["x-app"]["volumes"] == [f"cubes:{home}/var"]
    assert re.findall(r"^VOLUME (\S+)$", image, re.M) == [f"{home}/var"]


def test_no_file_of_secrets_is_copied_into_the_image() -> None:
    left_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert {".streamlit/secrets.toml", "deploy/*.env"} <= {*left_out} & {
        *(ROOT / ".gitignore").read_text().splitlines()
    }
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    files = [name for service in compose["services"].values() for name in service.get("env_file", ())]
    assert files
    assert all(fnmatch(f"deploy/{name}", "deploy/*.env") for name in files)
    assert compose["services"]["database"]["environment"]["POSTGRES_PASSWORD"] == "${DATABASE_PASSWORD:?}"


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd here")
    unit = (DEPLOY / "talent-map@.service").read_text()
    for real, here in (
        ("User=talent", f"User={os.getuid()}"),
        ("/opt/talent-map", str(tmp_path)),
        ("/etc/talent-map.env", "-/x"),
    ):
        unit = unit.replace(real, here)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    program = tmp_path / ".venv/bin/streamlit"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    (tmp_path / "talent-map@8501.service").write_text(unit)
    done = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "talent-map@8501.service")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line for line in done.stderr.splitlines() if "talent-map" in line] == []
