"""A small disk of a test's own, which really gets full."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted(where: Path, kilobytes: int) -> Iterator[Path]:
    """A file system of that size at a folder that is made for it; skips the test where none can be mounted."""
    where.mkdir(parents=True)
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", where], capture_output=True)
    if made.returncode:
        pytest.skip("a file system cannot be mounted here")
    try:
        yield where
    finally:
        subprocess.run(["umount", "-l", where], check=True)
