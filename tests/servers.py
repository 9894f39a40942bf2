"""A PostgreSQL server and an nginx before several processes, each on a free loopback port until the block ends."""

import os
import pwd
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.browser.harness import ROOT, free_port

DEPLOY: Final = ROOT / "deploy"
CARELESS: Final = ("-c", "fsync=off", "-c", "full_page_writes=off")
"""What a server whose data nobody needs after the tests need not wait for."""


@contextmanager
def postgres(home: Path, options: Sequence[str] = (), *, port: int = 0) -> Iterator[str]:
    """The URL of database `postgres` on a server with its data under `home`, made there unless they are there.

    On a port of its own choice unless one is given.

    Raises FileNotFoundError with the cure where PostgreSQL is not installed.
    """
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None, key=lambda p: int(p.parent.name))
    if programs is None:
        raise FileNotFoundError("PostgreSQL is not installed: apt-get install postgresql")
    as_user = _unprivileged(home)
    data, port = home / "data", port or free_port()
    started = " ".join(("-p", str(port), "-k", str(home), "-c", "listen_addresses=127.0.0.1", *options))
    control = [*as_user, programs / "pg_ctl", "-D", data, "-w", "-s"]
    if not (data / "PG_VERSION").exists():
        made = [*as_user, programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        subprocess.run([*made, "--locale=C", "-N"], cwd=home, check=True, stdout=subprocess.DEVNULL)
    try:
        subprocess.run([*control, "-l", home / "log", "-o", started, "start"], cwd=home, check=True)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            how = "immediate" if "fsync=off" in options else "fast"
            subprocess.run([*control, "-m", how, "stop"], cwd=home, check=True)


def _unprivileged(home: Path) -> tuple[str, ...]:
    """What the server's commands begin with: root may not run one.

    Not subprocess's own `user`: it copies the whole of this process, which may have grown too large for that.
    """
    if os.getuid() != 0:
        return ()
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, user)
    return ("runuser", "-u", user, "--")


def unit_environment() -> dict[str, str]:
    """What the systemd unit of deploy/ sets for every process."""
    lines = (DEPLOY / "talent-map@.service").read_text().splitlines()
    return dict(line.removeprefix("Environment=").split("=", 1) for line in lines if line.startswith("Environment="))


@contextmanager
def nginx(home: Path, copies: Sequence[str]) -> Iterator[str]:
    """The address of the nginx of deploy/ before the two processes at these addresses; it logs to `home`/talent.log."""
    home.mkdir()
    port = free_port()
    conf = (DEPLOY / "nginx.conf").read_text().replace("listen 80;", f"listen 127.0.0.1:{port};")
    (home / "talent.conf").write_text(conf.replace("/var/log/nginx/talent.log", str(home / "talent.log")))
    upstream = (DEPLOY / "upstream-local.conf").read_text()
    for there, copy in zip(("8501", "8502"), copies, strict=True):
        upstream = upstream.replace(f"127.0.0.1:{there}", copy.removeprefix("http://"))
    (home / "upstream.conf").write_text(upstream)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = "".join(f"{kind}_temp_path {home / kind};" for kind in kinds)
    user = "user root;" if os.getuid() == 0 else ""
    (home / "nginx.conf").write_text(
        f"{user} pid {home}/pid; error_log {home}/error.log; events {{}}\n"
        f"http {{ {folders} include {home}/upstream.conf; include {home}/talent.conf; }}\n"
    )
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    files = ["-c", str(home / "nginx.conf"), "-e", str(home / "error.log")]
    process = subprocess.Popen([program, *files, "-g", "daemon off;"])
    url = f"http://127.0.0.1:{port}"
    try:
        _until_open(url, home / "error.log")
        yield url
    finally:
        process.terminate()
        process.wait(10)


def _until_open(url: str, log: Path) -> None:
    for _ in range(100):
        try:
            asked(f"{url}/healthz")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(log.read_text())


def asked(
    url: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", data: bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (small letters) and body of an answer; `data` are sent."""
    request = urllib.request.Request(url, headers=dict(headers or {}), method=method, data=data)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()


def until_ready(url: str, within: float = 120) -> None:
    """Waits for the process's own word that it can serve; raises TimeoutError."""
    end = time.monotonic() + within
    while asked(f"{url}/readyz")[0] != 200:
        if time.monotonic() > end:
            raise TimeoutError(f"{url} is not ready")
        time.sleep(0.2)
