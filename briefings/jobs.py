"""Making documents while the app goes on: one place in a thread, all places in a process of their own; both can be ended."""

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefings import making
from briefings.facts import Facts
from briefings.making import Asked, Remark
from data_sources import looking
from data_sources.policy import OPERATOR
from data_sources.settings import ROOT

PATIENCE: Final = 15.0
"""Seconds that a process has to end by itself before it is killed."""
NICER: Final = 19

_one_archive = threading.Lock()
_running: set["subprocess.Popen[str]"] = set()


@dataclass(frozen=True)
class Ready:
    """A finished file: its name, and its bytes when they are asked for."""

    name: str
    data: Callable[[], bytes]


@dataclass(frozen=True)
class Progress:
    """How far a job is: files done, files in all (0: not known yet), and what it does now."""

    done: int
    every: int
    now: str


class Job:
    """One job. Its fields are written by its own thread and read by pages."""

    def __init__(self, work: Callable[["Job"], None]) -> None:
        self.progress = Progress(0, 0, "准备中")
        self.files: tuple[Ready, ...] = ()
        self.remarks: tuple[Remark, ...] = ()
        self.error = ""
        self._cancelled = threading.Event()
        self._ended = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        self.folder: Path | None = None
        run = looking.carried(self._run)
        threading.Thread(target=run, args=(work,), name="briefings", daemon=True).start()

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return not self._ended.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether it was asked to end."""
        return self._cancelled.is_set()

    def cancel(self) -> None:
        """Ask it to end; what it has made is dropped."""
        self._cancelled.set()
        if self._process is not None:
            self._process.terminate()

    def wait(self, seconds: float) -> bool:
        """Wait until it has ended; whether it has."""
        return self._ended.wait(seconds)

    def _run(self, work: Callable[["Job"], None]) -> None:
        try:
            work(self)
        except Exception as error:
            self.error = str(error) or type(error).__name__
        finally:
            if self.cancelled:
                self.files = ()
            self._ended.set()

    def follow(self, command: list[str]) -> int:
        """Run a command that tells its progress as lines of JSON, at low priority; its exit code."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        with tempfile.TemporaryFile("w+") as complaints:
            process = subprocess.Popen(  # nosec B603 # noqa: S603 - our own command
                command, stdout=subprocess.PIPE, stderr=complaints, text=True, cwd=ROOT, env=environment
            )  # fmt: skip
            self._process = process
            _running.add(process)
            with process:
                if self.cancelled:
                    process.terminate()
                os.setpriority(os.PRIO_PROCESS, process.pid, NICER)
                assert process.stdout is not None
                for line in process.stdout:
                    told = json.loads(line)
                    self.progress = Progress(told["done"], told["every"], told["last"])
                code = _ended(process)
            _running.discard(process)
            if code not in (0, 1) and not self.cancelled:
                complaints.seek(0)
                self.error = complaints.read().strip()[-400:] or f"生成进程意外结束（{code}）"
        return code


def one(facts: Facts, asked: Asked) -> Job:
    """A job for one place, in a thread of this process: it takes a second."""

    def work(job: Job) -> None:
        made: list[Ready] = []
        remarks: list[Remark] = []
        every = len(asked.formats) * len(asked.places)
        for file in making.files(facts, asked, lambda: job.cancelled):
            if file.data:
                made.append(Ready(file.name, lambda data=file.data: data))  # type: ignore[misc]
            if file.note:
                remarks.append(Remark(file.name, file.note, bool(file.data)))
            job.progress = Progress(len(made) + sum(not r.made for r in remarks), every, file.name)
        job.files, job.remarks = tuple(made), tuple(remarks)

    return Job(work)


def every(asked: Asked) -> Job:
    """A job for all places of a kind, in a process of its own, one such job at a time: readers' pages stay quick.

    It reads the database as it is then, by the rights of who asked; the file's name says which data version that was.
    """
    reader = looking.current()
    rights = [] if reader == OPERATOR else ["--reader", reader.subject]

    def work(job: Job) -> None:
        folder = job.folder = Path(tempfile.mkdtemp(prefix="briefings-"))
        weakref.finalize(job, shutil.rmtree, folder, ignore_errors=True)
        job.progress = Progress(0, 0, "等待前一项任务完成")
        with _one_archive:
            job.progress = Progress(0, 0, "正在启动")
            command = [sys.executable, "-m", "briefings", "make", asked.kind, "--place", "all", "--period", asked.month,
                       "--format", ",".join(asked.formats), "--out", str(folder), "--progress", "json", *rights]  # fmt: skip
            if not job.cancelled:
                job.follow(command)
        if not job.error:
            for file in folder.glob("*.zip"):
                job.files = (Ready(file.name, file.read_bytes),)
                job.remarks = making.remarks_in(file)

    return Job(work)


def _ended(process: "subprocess.Popen[str]") -> int:
    """The exit code, once it has ended; it is killed when it does not end in time after its output has."""
    try:
        return process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()


@atexit.register
def _end_all() -> None:
    for process in list(_running):
        process.terminate()
