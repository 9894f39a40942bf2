"""Built cubes on disk: Arrow files in a folder each, written whole or not at all, checked when opened, memory-mapped."""

import fcntl
import json
import mmap
import os
import shutil
import tempfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa

AT_ONCE: Final = 2
"""Files that are looked through at a time."""
CHECKSUMS: Final = "checksums.json"
CODES: Final = b"codes"
"""Where in a file's metadata the texts stand that its codes mean, by column."""
UNUSABLE: Final = (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError, pa.ArrowException)
"""What opening raises for a folder that is missing, incomplete or damaged."""


def keep(
    frames: Mapping[str, pl.DataFrame], home: Path, *, same: Collection[str] = (), beside: Path | None = None
) -> None:
    """Write all files into a folder beside `home`, then rename it: a reader sees all of them or none.

    The files named in `same` are those of the folder `beside`, once more.
    """
    part = Path(tempfile.mkdtemp(prefix=".part-", dir=home.parent))
    try:
        _written(frames, part, same, beside)
        part.chmod(0o755)
        if home.exists():
            home.rename(part.with_name(part.name + "-damaged"))
        part.rename(home)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _written(frames: Mapping[str, pl.DataFrame], part: Path, same: Collection[str], beside: Path | None) -> None:
    known = json.loads((beside / CHECKSUMS).read_text()) if beside else {}
    sums = {}
    for name, frame in frames.items():
        file = part / f"{name}.arrow"
        if beside and name in same:
            os.link(beside / file.name, file)
            sums[name] = known[name]
        else:
            _write(frame, file)
            sums[name] = _checksum(file)
    (part / CHECKSUMS).write_text(json.dumps(sums))


def opened(
    home: Path, names: Iterable[str], *, known: Mapping[str, pl.DataFrame] | None = None
) -> dict[str, pl.DataFrame]:
    """The frames of these names in `home`; raises one of `UNUSABLE` when a file is missing or damaged.

    Those in `known` are taken as they are: their files were opened in another folder that shares them.
    """
    known = known or {}
    sums = json.loads((home / CHECKSUMS).read_text())
    files = {name: home / f"{name}.arrow" for name in names}
    unseen = [name for name in files if name not in known]
    with ThreadPoolExecutor(AT_ONCE) as looking:
        for name, found in zip(unseen, looking.map(lambda name: _checksum(files[name]), unseen), strict=True):
            if found != sums[name]:
                raise ValueError(f"{files[name]} is damaged")
    return {name: known[name] if name in known else _mapped(file) for name, file in files.items()}


def _checksum(file: Path) -> int:
    """Of a file's content, looked through without a copy in this process's memory."""
    with file.open("rb") as handle, mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return zlib.crc32(content)


def _write(frame: pl.DataFrame, file: Path) -> None:
    """Codes as plain numbers and all rows in one piece, so that whoever maps the file copies neither."""
    codes = {name: kind.categories.to_list() for name, kind in frame.schema.items() if isinstance(kind, pl.Enum)}
    table = frame.with_columns(pl.col(pl.Enum).to_physical()).rechunk().to_arrow()
    table = table.replace_schema_metadata({CODES: json.dumps(codes)})
    with pa.ipc.new_file(str(file), table.schema) as writer:
        writer.write_table(table, max_chunksize=max(table.num_rows, 1))


def _mapped(file: Path) -> pl.DataFrame:
    """The frame in an Arrow file, its pages shared by every process of this host (Polars itself reads copies)."""
    with pa.memory_map(str(file)) as source:
        table = pa.ipc.open_file(source).read_all()
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    codes = json.loads(table.schema.metadata[CODES])
    return frame.with_columns(pl.col(name).cat.to(pl.Enum(texts)) for name, texts in codes.items())


def forget_older(folder: Path, *, current: str, generations: int = 3) -> None:
    """Remove half-written folders and all but the newest versions; files still mapped stay readable until closed.

    Call with the lock held: any half-written folder is then a dead process's.
    """
    for leftover in folder.glob(".part-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    versions = sorted((p for p in folder.glob("v*") if p.name != current), key=lambda p: p.stat().st_mtime)
    for old in versions[: -(generations - 1) or None]:
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """One builder at a time on this host; the lock goes with the process that holds it."""
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
