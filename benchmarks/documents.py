"""How long documents take: one county's Word when warm, and all 90 counties in Word and PowerPoint, maps included."""

import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median

from benchmarks.yardsticks import timed
from briefings import jobs, kinds, making, pictures
from briefings.making import Asked
from data_sources import looking, policy
from data_sources.cubes import Cubes

KIND = "县域画像"


@dataclass(frozen=True)
class DocumentTimes:
    """Seconds for one county's Word when warm and for all counties; the most memory in MB that this process has taken."""

    one: float
    every: float
    memory: float


def document_times(cubes: Cubes, folder: Path) -> DocumentTimes:
    """Made as the app makes them; Chromium runs already when one is measured."""
    found, month = kinds.facts(cubes), cubes.months[-1]
    places = kinds.everywhere(KIND)

    def word(place: str) -> float:
        return timed(lambda: list(making.files(found, Asked(KIND, (place,), month, ("docx",)))))[0]

    word(places[0])
    one = median(word(place) for place in places[1:6])
    asked = Asked(KIND, places, month, ("docx", "pptx"))
    begun = time.perf_counter()
    remarks = making.archive(folder / "all.zip", found, asked, lambda *_: None, lambda: False)
    every = time.perf_counter() - begun
    pictures.stop()
    if remarks:
        raise RuntimeError(f"documents are not whole: {remarks[0]}")
    return DocumentTimes(one, every, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


@contextmanager
def all_of_them(database: str, var: Path) -> Iterator[None]:
    """All counties in Word and PowerPoint, made as the app makes them: by a job in a process of its own, ended afterwards."""
    before = {name: os.environ.get(name) for name in ("TALENT_DB", "TALENT_VAR")}
    os.environ |= {"TALENT_DB": database, "TALENT_VAR": str(var)}
    with looking.by(policy.OPERATOR):
        job = jobs.every(Asked(KIND, kinds.everywhere(KIND), "2026-10", ("docx", "pptx")))
    try:
        while not job.progress.done and job.running:
            time.sleep(0.1)
        yield
        if not job.running:
            raise RuntimeError(f"the documents were ready, or failed, before the readers had finished: {job.error}")
    finally:
        job.cancel()
        job.wait(30)
        os.environ.update({name: value for name, value in before.items() if value is not None})


def plain_word() -> float:
    """Seconds that an empty Word file with a table of 90 rows takes, the yardstick beside one document."""
    import io

    from docx import Document

    def written() -> None:
        made = Document()
        table = made.add_table(90, 4)
        for row in table.rows:
            for cell in row.cells:
                cell.text = str(datetime.now().year)
        made.save(io.BytesIO())

    return timed(written)[0]
