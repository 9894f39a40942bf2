"""What an examination of an operator's own file found, in Chinese; one error refuses the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Severity = Literal["error", "warning", "note"]


class UnusableFile(Exception):
    """A file of shapes that cannot be used; the message says in Chinese which, why and what to do."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about the file; only an `error` refuses it."""

    severity: Severity
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """Everything found; `accepted` when nothing is an error."""

    path: Path
    findings: tuple[Finding, ...]

    @property
    def accepted(self) -> bool:
        """Whether the file may be used."""
        return not any(each.severity == "error" for each in self.findings)


def error(message: str) -> Finding:
    """What refuses the file."""
    return Finding("error", message)


def warning(message: str) -> Finding:
    """What should be looked at."""
    return Finding("warning", message)


def note(message: str) -> Finding:
    """What is good to know."""
    return Finding("note", message)


def listed(items: Sequence[str], at_most: int = 8) -> str:
    """The first of them, and how many there are when that is not all."""
    more = f" 等 {len(items)} 个" if len(items) > at_most else ""
    return "、".join(items[:at_most]) + more
