"""How a command ends: its exit codes, and what it says when it cannot do what was asked."""

import sys
from typing import Final

from data_sources import health
from data_sources.health import Health

OK: Final = 0
WRONG: Final = 1
USAGE: Final = 2
UNREACHABLE: Final = 3
INTERRUPTED: Final = 130


def said(what: object, code: int = WRONG) -> int:
    """The exit code, once the reader was told why."""
    print(what, file=sys.stderr)
    return code


def ill(found: Health) -> int:
    """The exit code for a database that cannot be used, with what is wrong and the command that mends it."""
    return said(found.told, UNREACHABLE if found.state == "unreachable" else WRONG)


def unusable(url: str) -> int:
    """`OK` for a database that can be used, else `ill`."""
    found = health.examine(url)
    return OK if found.usable else ill(found)
