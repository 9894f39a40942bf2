"""What the first start does: makes the embedded demonstration database in a process of its own, watched from any thread."""

import atexit
import subprocess
import sys
import threading
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

from data_sources import demo_database, health
from data_sources.engine import sqlite_file
from data_sources.settings import ROOT, Settings, settings


class Progress(NamedTuple):
    """How far the preparation is: share done (0 to 1), what is being done (Chinese), seconds since it began."""

    fraction: float
    stage: str
    elapsed: float


@cache
def preparation() -> "Preparation":
    """This process's one preparation."""
    return Preparation(settings())


class Preparation:
    """The making of the embedded database, if it is not there yet; every member may be used from any thread.

    Several processes may start at once: one makes the database, the others wait and show the same progress.
    """

    def __init__(self, given: Settings) -> None:
        self._settings = given
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._error = ""

    @property
    def needed(self) -> bool:
        """Whether the embedded database is missing and is to be filled with demonstration data."""
        return self._settings.demo and not self._settings.db and not self._file.exists()

    @property
    def done(self) -> bool:
        """Whether there is nothing more to wait for: the database is there, or the preparation failed."""
        return bool(self._error) or not self.needed

    @property
    def error(self) -> str:
        """Why the preparation failed and what to do, in Chinese; '' when it did not."""
        return self._error

    @property
    def progress(self) -> Progress:
        """How far the making is, whichever process does it."""
        if not self.needed:
            return Progress(1.0, "准备完成", self._elapsed(self._began))
        told = demo_database.told(self._file)
        if told is None or told.error:
            return Progress(0.0, "启动生成程序", self._elapsed(self._began))
        return Progress(told.fraction, told.stage, self._elapsed(told.started))

    def start(self) -> None:
        """Begin, unless nothing is needed, it has begun or it has failed; returns at once."""
        with self._lock:
            if self._thread is None and self.needed:
                self._began = time.time()
                self._thread = threading.Thread(target=self._run, name="talent-preparation", daemon=True)
                self._thread.start()

    def retry(self) -> None:
        """Begin again after a failure."""
        with self._lock:
            if self._thread is not None and not self._thread.is_alive():
                self._thread, self._error = None, ""
        self.start()

    @property
    def _file(self) -> Path:
        return sqlite_file(self._settings.url)

    def _run(self) -> None:
        atexit.register(self._stop)
        try:
            self._until_there()
        except Exception as error:
            self._failed(str(error))
        finally:
            atexit.unregister(self._stop)

    def _until_there(self) -> None:
        while self.needed:
            if demo_database.being_made(self._file):
                time.sleep(0.3)
                continue
            code = self._made()
            if code and self.needed and not demo_database.being_made(self._file):
                told = demo_database.told(self._file)
                self._failed(told.error if told and told.error else f"生成程序异常退出（代码 {code}）")
                return

    def _made(self) -> int:
        """Run the maker to its end; it shows its own progress in the terminal."""
        given = self._settings
        options = ["--db", given.url, "--scale", f"{given.demo_scale:g}", "--seed", str(given.demo_seed)]
        making = [sys.executable, "-m", "data_sources", "demo", *options]
        self._child = subprocess.Popen(making, cwd=ROOT)  # nosec B603 # noqa: S603 - our own command line
        return self._child.wait()

    def _failed(self, why: str) -> None:
        self._error = (
            f"演示数据没有生成：{why}。请在终端运行下面的命令查看原因：{health.command('demo', self._settings.url)}"
        )

    def _stop(self) -> None:
        if self._child is not None and self._child.poll() is None:
            self._child.terminate()
            self._child.wait(5)

    def _elapsed(self, since: float) -> float:
        return max(0.0, time.time() - since) if since else 0.0
