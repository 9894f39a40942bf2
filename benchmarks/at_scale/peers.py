"""The same question to others: 90 counties, person-times of training, one month, over the same rows."""

import json
import os
import secrets
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.yardsticks import timed
from data_sources import cubes
from geo import places
from indicators import measures
from indicators.catalogue import catalogue
from tests.browser.harness import free_port

INDICATOR = "training_person_times"
MONTH = "2026-06"
REPEATS = 7

_DUCKDB = """
import json, sys, time
import duckdb
folder, month, repeats = sys.argv[1], sys.argv[2], int(sys.argv[3])
database = duckdb.connect()
asked = f'''SELECT t.place_code, count(*) FROM '{folder}/training.parquet' t
    WHERE t.month = '{month}' AND t.submission_id NOT IN (SELECT id FROM '{folder}/submission.parquet' WHERE status != 'accepted')
    GROUP BY t.place_code'''
database.execute("SELECT count(*) FROM range(10)").fetchall()
taken = []
for _ in range(repeats):
    begun = time.perf_counter()
    found = database.execute(asked).fetchall()
    taken.append(1000 * (time.perf_counter() - begun))
print(json.dumps({"milliseconds": taken, "counties": dict(found)}))
"""


@dataclass(frozen=True)
class Asked:
    """Milliseconds of the first answer and of those after it (median), and the answer: counties' person-times."""

    first: float
    again: float
    counties: Mapping[str, int]


def ours(url: str, folder: Path) -> Asked:
    """The indicator from the cubes; the first answer is the one on cubes that were opened just now (median of several).

    It holds every month, with ranks, growth and what was filed.
    """
    indicator, counties = catalogue()[INDICATOR], tuple(p.code for p in places.counties())

    def once(found: cubes.Cubes) -> Any:
        return measures.snapshot(measures.series(found, indicator, "month"), MONTH, counties, indicator)

    once(cubes.load(url, folder))
    first, again = [], []
    for _ in range(REPEATS):
        opened = cubes.load(url, folder)
        first.append(1000 * timed(lambda: once(opened))[0])  # noqa: B023 - called in this turn of the loop
        taken, answer = timed(lambda: once(opened))  # noqa: B023
        again.append(1000 * taken)
    told = {row["place_code"]: int(row["value"]) for row in answer.drop_nulls("value").iter_rows(named=True)}
    return Asked(median(first), median(again), told)


def duckdb(python: Path, folder: Path) -> Asked:
    """DuckDB over the rows as Parquet, in a process of its own, by a Python that has it."""
    command = [str(python), "-c", _DUCKDB, str(folder), MONTH, str(REPEATS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    taken = found["milliseconds"]
    return Asked(taken[0], median(taken[1:]), _of_counties(found["counties"]))


def _of_counties(found: Mapping[str, int]) -> dict[str, int]:
    known = {p.code for p in places.counties()}
    return {code: number for code, number in found.items() if code in known}


# --- Apache Superset -------------------------------------------------------------------------------------------------


@contextmanager
def superset(venv: Path, home: Path, url: str) -> Iterator["Superset"]:
    """Superset, installed in an environment of its own, with SQLite for itself and our database to ask.

    What it kept of an earlier run is under another key, which it could not read: it begins anew.
    """
    home.mkdir(parents=True, exist_ok=True)
    (home / "own.db").unlink(missing_ok=True)
    (home / "config.py").write_text(
        f"SECRET_KEY = {secrets.token_hex(32)!r}\nSQLALCHEMY_DATABASE_URI = 'sqlite:///{home}/own.db'\n"
        "WTF_CSRF_ENABLED = False\nTALISMAN_ENABLED = False\n"
    )
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(("TALENT_", "SUPERSET_"))}
    env = {**inherited, "SUPERSET_CONFIG_PATH": str(home / "config.py"), "FLASK_APP": "superset"}
    password, port = secrets.token_hex(16), free_port()
    user = ["--username", "bench", "--firstname", "b", "--lastname", "b", "--email", "b@example.com"]
    with (home / "log").open("w") as log:
        for words in (["db", "upgrade"], ["fab", "create-admin", *user, "--password", password], ["init"]):
            subprocess.run([venv / "bin/superset", *words], env=env, stdout=log, stderr=log, check=True)
        serving = ["-w", "2", "-b", f"127.0.0.1:{port}", "--timeout", "120", "superset.app:create_app()"]
        process = subprocess.Popen([venv / "bin/gunicorn", *serving], env=env, stdout=log, stderr=log)
        try:
            yield Superset(f"http://127.0.0.1:{port}", password, url)
        finally:
            process.terminate()
            process.wait(120)


class Superset:
    """Its chart API, asked over HTTP by one who has signed in."""

    def __init__(self, address: str, password: str, url: str) -> None:
        self._address, self._token = address, ""
        self._until_up()
        given = {"username": "bench", "password": password, "provider": "db"}
        self._token = str(self._post("/api/v1/security/login", given)["access_token"])
        plain = url.split("?")[0].replace("postgresql:", "postgresql+psycopg2:")
        name = f"talent {secrets.token_hex(4)}"
        database = self._post("/api/v1/database/", {"database_name": name, "sqlalchemy_uri": plain})["id"]
        rows = (
            "SELECT * FROM training WHERE submission_id NOT IN (SELECT id FROM submission WHERE status <> 'accepted')"
        )
        table = {"database": database, "schema": "public", "table_name": f"accepted {name}", "sql": rows}
        self._dataset = self._post("/api/v1/dataset/", table)["id"]

    def asked(self) -> Asked:
        """The answers of the chart API, its own cache of answers left aside."""
        taken = []
        for _ in range(REPEATS):
            spent, answer = timed(lambda: self._post("/api/v1/chart/data", self._question()))
            taken.append(1000 * spent)
        rows = answer["result"][0]["data"]
        counted = _of_counties({row["place_code"]: int(row["person_times"]) for row in rows})
        return Asked(taken[0], median(taken[1:]), counted)

    def _question(self) -> dict[str, Any]:
        counted = {"expressionType": "SQL", "sqlExpression": "COUNT(*)", "label": "person_times"}
        kept = [{"col": "month", "op": "==", "val": MONTH}]
        query = {"columns": ["place_code"], "metrics": [counted], "filters": kept, "row_limit": 1000}
        source = {"id": self._dataset, "type": "table"}
        return {"datasource": source, "queries": [query], "force": True, "result_format": "json", "result_type": "full"}

    def _post(self, path: str, given: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        request = urllib.request.Request(self._address + path, json.dumps(given).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=300) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"Superset refused {path}: {error.read().decode()[:500]}") from error
        return found

    def _until_up(self) -> None:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{self._address}/health", timeout=5).close()
            except OSError:
                time.sleep(0.4)
            else:
                return
        raise TimeoutError("Superset did not start")
