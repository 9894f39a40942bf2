"""Documents as files: any kind, place and format, one or many, with progress and cancel; one failure stops no other."""

import gc
import logging
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import plotly.graph_objects as go

from briefings import gallery, kinds, office, pictures, pixels, slides, this_page, word, workbook
from briefings.document import Document, Picture
from briefings.facts import Facts
from briefings.names import file_name
from briefings.office import PaperUnavailable
from briefings.pictures import ChromiumFailed, PicturesUnavailable
from briefings.placeholders import TemplateError
from charts import words
from geo import places
from indicators import options

Format = Literal["docx", "pptx", "xlsx", "pdf", "png"]
FORMATS: Final = options.FORMATS.allowed()
REMARKS: Final = "说明.txt"
"""What an archive says about files that are missing or not whole."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What is to be made: one kind, for these places, at a month, in these formats."""

    kind: str
    places: tuple[str, ...]
    month: str
    formats: tuple[Format, ...]
    url: str = ""
    """What 本页 looks at (see `this_page.looked`); of no use to other kinds."""


@dataclass(frozen=True)
class File:
    """One file; `note` says in Chinese what is missing in it, or why there is none (`data` is empty then)."""

    place: str
    name: str
    data: bytes
    note: str = ""
    whole: bool = False
    """Whether it stands for all formats of its place, because there is no document at all."""


@dataclass(frozen=True)
class Remark:
    """What is to be said about a file of an archive: what is missing in it, or (`made` false) why it is not there."""

    name: str
    note: str
    made: bool


def files(found: Facts, asked: Asked, cancelled: Callable[[], bool] = lambda: False) -> Iterator[File]:
    """The files one after the other, so that memory holds one; a document that fails is a file without data.

    When Chromium has failed twice, no other document waits for it.
    """
    artist = _Artist()
    for place in asked.places:
        if cancelled():
            return
        try:
            document = _document(found, asked, place)
        except Exception as error:
            log.exception("no document of kind %s for %s", asked.kind, place)
            version = words.data_version(found.cubes.version)
            name = file_name(_called(place), asked.kind, asked.month, version, suffix="docx")
            yield File(place, name, b"", str(error), whole=True)
            continue
        yield from _formats(document, asked, place, artist, cancelled)


def _document(found: Facts, asked: Asked, place: str) -> Document:
    if asked.kind == this_page.KIND:
        return this_page.document(found, asked.url, datetime.now())
    return kinds.document(found, asked.kind, place, asked.month, datetime.now())


def archive(
    file: Path, found: Facts, asked: Asked, progress: Callable[[int, int, str], None], cancelled: Callable[[], bool]
) -> list[Remark]:
    """Write all files into one ZIP, each as soon as it is made; what is missing is listed in it, and returned.

    `progress` is told files done, files in all, and the name of the last. A cancelled archive is removed.
    """
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
            remarks = _filled(made, files(found, asked, cancelled), asked, progress)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    if cancelled():
        file.unlink(missing_ok=True)
    return remarks


def _filled(
    archive: zipfile.ZipFile, made: Iterator[File], asked: Asked, progress: Callable[[int, int, str], None]
) -> list[Remark]:
    """Put each file into the archive when it is made, and the remarks at its end."""
    every = len(asked.places) * len(asked.formats)
    remarks: list[Remark] = []
    done = 0
    for each in made:
        done += len(asked.formats) if each.whole else 1
        if each.data:
            archive.writestr(each.name, each.data)
        if each.note:
            remarks.append(Remark(each.name, each.note, bool(each.data)))
        progress(min(done, every), every, each.name)
        if done % 20 == 0:
            gc.collect()
    if remarks:
        archive.writestr(REMARKS, "\n".join(_line(each) for each in remarks))
    return remarks


def archive_name(asked: Asked, version: int) -> str:
    """浙江数字人才_90个县_县域画像_2026-10_v37.zip."""
    return file_name(f"{len(asked.places)}个地区", asked.kind, asked.month, words.data_version(version), suffix="zip")


def remarks_in(file: Path) -> tuple[Remark, ...]:
    """What an archive says about files that are missing or not whole."""
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        lines = archive.read(REMARKS).decode().splitlines() if REMARKS in names else []
    parts = [line.partition("：") for line in lines]
    return tuple(Remark(name, note, name in names) for name, _, note in parts)


def _line(remark: Remark) -> str:
    return f"{remark.name}：{' '.join(remark.note.split())}"


def _formats(
    document: Document, asked: Asked, place: str, artist: "_Artist", cancelled: Callable[[], bool]
) -> Iterator[File]:
    drawn = _Drawn(artist)
    written: bytes | None = None
    for format in asked.formats:
        if cancelled():
            return
        name = _name(document, "zip" if format == "png" else format)
        try:
            if format in ("docx", "pdf"):
                written = written or word.written(document, drawn)
            data = _made(document, format, drawn, written or b"", cancelled)
            yield File(place, name, data, drawn.trouble if format in ("docx", "pptx", "pdf") else "")
        except (PicturesUnavailable, PaperUnavailable, TemplateError) as error:
            yield File(place, name, b"", str(error))
        except Exception as error:
            log.exception("%s was not written", name)
            yield File(place, name, b"", str(error) or type(error).__name__)


def _made(document: Document, format: Format, drawn: "_Drawn", written: bytes, cancelled: Callable[[], bool]) -> bytes:
    if format == "docx":
        return written
    if format == "pdf":
        return office.pdf(written)
    if format == "pptx":
        return slides.written(document, drawn)
    return workbook.written(document) if format == "xlsx" else gallery.zipped(document, drawn.artist, cancelled)


class _Artist:
    """Draws for all documents of a job, until Chromium has failed for good: then the same answer, at once."""

    def __init__(self) -> None:
        self._failed: ChromiumFailed | None = None

    def __call__(self, figure: go.Figure, format: pictures.Format) -> bytes:
        if self._failed is not None:
            raise self._failed
        try:
            return pictures.rendered(figure, format)
        except ChromiumFailed as error:
            self._failed = error
            raise


class _Drawn:
    """The pictures of one document, each drawn once for all its formats; `trouble` is why one is missing."""

    def __init__(self, artist: _Artist) -> None:
        self.artist = artist
        self._kept: dict[str, bytes | str] = {}
        self.trouble = ""

    def __call__(self, picture: Picture) -> bytes | str:
        if picture.title not in self._kept:
            try:
                drawn = self.artist(picture.figure(), "png")
                self._kept[picture.title] = pixels.in_few_colours(drawn, pictures.DPI)
            except PicturesUnavailable as error:
                self._kept[picture.title] = self.trouble = str(error)
        return self._kept[picture.title]


def _called(place: str) -> str:
    return next((each.name for each in places.places() if each.code == place), place)


def _name(document: Document, suffix: str) -> str:
    """浙江数字人才_余杭区_县域画像_2026-10_v37.docx."""
    origin = document.origin
    return file_name(document.subject, document.kind, document.month, origin.data_version, suffix=suffix)
