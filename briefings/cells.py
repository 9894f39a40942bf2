"""Numbers that are cells of a frame: which frame, which row and column, so that each can be found and computed again."""

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from briefings.facts import Facts, Measure
from briefings.numbers import Fact

SEPARATOR = "|"
Made = Callable[[Facts, Fact, str], pl.DataFrame]
"""The frame of a fact's place, window, month and cluster; the text is what else it depends on. Its column `row` names its
rows; where it is a place's code, the fact's own place says which."""


def detail(row: str, depends: str = "") -> str:
    """The `detail` of a fact that is a cell."""
    return f"{depends}{SEPARATOR}{row}"


def measures(
    name: str,
    made: Made,
    labels: Mapping[str, str],
    *,
    of_places: bool = False,
    withheld: Callable[[Facts, Fact], bool] = Facts.withheld,
) -> dict[str, Measure]:
    """A measure a column of the frame, called `name.column`; `of_places`: one frame holds the rows of many places;
    `withheld`: see `Measure`."""
    return {
        f"{name}.{column}": Measure(label, _cell(made, column, of_places), withheld) for column, label in labels.items()
    }


def _rows(facts: Facts, made: Made, fact: Fact, of_places: bool) -> Mapping[str, Mapping[str, Any]]:
    """The frame's rows by their names, made once."""
    depends, _, _ = fact.detail.partition(SEPARATOR)
    place = "" if of_places else fact.place
    held: Mapping[str, Mapping[str, Any]] = facts.kept(
        (made, fact.key, place, fact.window, fact.month, fact.cluster, depends),
        lambda: {str(row["row"]): row for row in made(facts, fact, depends).iter_rows(named=True)},
    )
    return held


def _cell(made: Made, column: str, of_places: bool) -> Callable[[Facts, Fact], float | None]:
    def measured(facts: Facts, fact: Fact) -> float | None:
        row = fact.detail.partition(SEPARATOR)[2]
        value = _rows(facts, made, fact, of_places).get(row or fact.place, {}).get(column)
        return None if value is None else float(value)

    return measured
