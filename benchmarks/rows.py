"""One line of a table of measurements, and the table as it is printed."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One line of the table: the figure and the most it may be, in one unit, and what it stands beside."""

    what: str
    figure: float
    limit: float
    unit: str
    yardstick: str

    @property
    def holds(self) -> bool:
        """Whether the figure keeps its limit."""
        return self.figure <= self.limit


def table(rows: Sequence[Row], of: str) -> Table:
    """All lines under a title that says on what they were measured."""
    machine = f"{platform.machine()}, Python {platform.python_version()}, {of}"
    made = Table(title=f"Speed and size ({machine})", title_justify="left")
    for heading, side in (("what", "left"), ("measured", "right"), ("at most", "right"), ("", "left")):
        made.add_column(heading, justify="right" if side == "right" else "left")
    made.add_column("beside it, in the same run")
    for row in rows:
        mark = "[green]✓[/green]" if row.holds else "[red]✗[/red]"
        made.add_row(
            row.what, written(row.figure, row.unit), written(row.limit, row.unit, whole=True), mark, row.yardstick
        )
    return made


def written(figure: float, unit: str, *, whole: bool = False) -> str:
    """The figure with its unit and three digits; `whole` for a round limit."""
    digits = 0 if figure >= 100 or (whole and figure == int(figure)) else 2 if figure < 10 else 1
    return f"{figure:,.{digits}f} {unit}"
