"""What the two commands promise on machines that lack something: one line with the cure, and the right exit code."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ("bash", "env", "dirname", "id", "mktemp", "tail", "head", "grep", "rm", "cat", "cut", "sha256sum", "touch")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A copy of the project's scripts on a machine with the barest tools: no Python, no apt, no Chromium."""
    shutil.copytree(ROOT / "scripts", tmp_path / "scripts")
    (tmp_path / "bin").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.txt").touch()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or tool)
    return tmp_path


def add(machine: Path, name: str, script: str) -> None:
    """Puts a small program on the machine's PATH."""
    program = machine / "bin" / name
    program.write_text(f"#!/usr/bin/env bash\n{script}\n")
    program.chmod(0o755)


def said(machine: Path, *command: str) -> tuple[int, list[str]]:
    """The exit code and the lines of a command on the machine."""
    done = subprocess.run(
        command, env={"PATH": str(machine / "bin")}, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


def test_a_python_that_is_too_old_is_told_in_one_line_with_its_cure(machine: Path) -> None:
    add(machine, "python3", 'if [ "$1" = --version ]; then echo Python 3.9.2; else exit 1; fi')
    code, (line,) = said(machine, str(machine / "scripts/environment.sh"), "requirements.txt")
    assert code == 1
    assert "需要 Python 3.11 或更高版本（现有：Python 3.9.2）" in line
    assert "apt-get install -y python3.11" in line


def test_a_missing_venv_module_is_told_in_one_line_with_its_cure(machine: Path) -> None:
    add(machine, "python3", 'case "$2" in *version_info\\[:2\\]*) echo 3.12;; *ensurepip*) exit 1;; esac')
    code, (line,) = said(machine, str(machine / "scripts/environment.sh"), "requirements.txt")
    assert code == 1
    assert "缺少 python3-venv：sudo apt-get install -y python3.12-venv" in line


def test_without_apt_the_pictures_line_is_said_and_the_start_goes_on(machine: Path) -> None:
    code, (line,) = said(machine, str(machine / "scripts/system.sh"), "pictures")
    assert code == 0
    assert "其余功能不受影响" in line
    assert "sudo apt-get install -y chromium" in line


def test_a_failed_installation_of_the_picture_parts_is_not_tried_at_every_start(machine: Path) -> None:
    add(machine, "sudo", 'while [ "${1#-}" != "$1" ]; do shift; done; exec "$@"')
    add(machine, "true", "exit 0")
    add(machine, "apt-get", f"echo asked >>{machine}/asked; exit 1")
    first = said(machine, str(machine / "scripts/system.sh"), "pictures")
    asked = (machine / "asked").read_text()
    second = said(machine, str(machine / "scripts/system.sh"), "pictures")
    assert [first[0], second[0]] == [0, 0]
    assert len(second[1]) == 1
    assert (machine / "asked").read_text() == asked


def test_the_tests_refuse_to_start_without_chromium(machine: Path) -> None:
    code, lines = said(machine, str(machine / "scripts/system.sh"), "tests")
    assert code == 1
    assert "测试需要先安装：sudo apt-get install -y chromium" in lines[-1]


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, ROOT / "scripts/port.py", port], capture_output=True, text=True, check=False
        )
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts/port.py", port], capture_output=True, text=True, check=False)
    assert (done.returncode, "无效" in done.stderr) == (1, True)


@contextmanager
def advisories(weak: str = "") -> Iterator[str]:
    """The address of a service that speaks as osv.dev does and knows one weakness, of this requirement."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            name = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["package"]["name"]
            affected = {"package": {"name": name, "ecosystem": "PyPI"}, "versions": []}
            known = [{"id": "TEST-1", "details": "", "affected": [affected]}] if name == weak else []
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"vulns": known} if known else {}).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1/query"
        server.shutdown()


def audited(service: str, **settings: str) -> tuple[int, list[str]]:
    """The exit code and the lines of what looks up known weaknesses, asking this service."""
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/audit.py"],
        env={**os.environ, "AUDIT": "", "AUDIT_OSV": service, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


@pytest.mark.parametrize(("setting", "code"), [("", 0), ("require", 1)])
def test_where_no_service_answers_it_is_said_that_weaknesses_were_not_looked_up(setting: str, code: int) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ended, (line,) = audited(f"http://127.0.0.1:{closed.getsockname()[1]}/", AUDIT=setting)
    assert ended == code
    assert line.startswith("没有核对依赖有没有已知漏洞")
    assert line.endswith("were NOT looked up.")


@pytest.mark.slow
@pytest.mark.parametrize(("weak", "code", "told"), [("", 0, "No known"), ("jinja2", 1, "jinja2 3")])
def test_where_a_service_answers_a_known_weakness_fails_the_check(weak: str, code: int, told: str) -> None:
    with advisories(weak) as service:
        ended, lines = audited(service)
    assert (ended, lines[0][: len(told)]) == (code, told)


def test_no_page_lies_loose_in_pages() -> None:
    assert [path.name for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py"] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_pinned_requirements_have_hashes_and_name_no_host(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = [line for line in text.splitlines() if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert "://" not in text


def test_every_command_of_the_makefile_is_explained() -> None:
    done = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)
    named = {line.split()[1] for line in done.stdout.splitlines()}
    assert {"run", "test", "check", "format", "requirements", "bench", "bench-full", "test-slow", "clean"} <= named


def test_the_ci_script_runs_both_checks() -> None:
    script = ROOT / ".ci/run"
    assert os.access(script, os.X_OK)
    assert script.read_text().splitlines()[-2:] == ["make check </dev/null", "make test </dev/null"]


def test_the_server_asks_nobody_outside_and_shows_no_traceback() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text())
    assert config["browser"] == {"gatherUsageStats": False, "serverAddress": "localhost"}
    assert config["client"] == {"toolbarMode": "minimal", "showErrorLinks": False, "showErrorDetails": "none"}
    assert config["server"]["enableWebsocketCompression"] is True
