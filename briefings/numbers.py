"""One printed number: what it is, its value and its text, so that it can be recomputed and compared later."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from charts import subsidies, words
from geo.places import PROVINCE
from indicators.catalogue import Indicator, catalogue

Style = Literal[
    "value",
    "grand",
    "plain",
    "signed",
    "size",
    "goal",
    "rank",
    "points",
    "percent",
    "wan",
    "wan_apart",
    "amount",
    "ratio",
    "count",
    "apart",
    "hundredths",
]


@dataclass(frozen=True)
class Fact:
    """What a number is: `what` is measured (see `briefings.facts`) of which indicator, where, when, in which cluster.

    `detail` tells apart what one measure has several of: a fund, a table. The data version stands with the document.
    """

    what: str
    key: str = ""
    place: str = PROVINCE
    window: str = ""
    month: str = ""
    cluster: str = ""
    detail: str = ""

    @property
    def indicator(self) -> Indicator:
        """The indicator that it measures."""
        return catalogue()[self.key]


@dataclass(frozen=True)
class Number:
    """A fact as printed: `value` is exact, `text` stands in sentences, `cell` is the rounded number in workbooks and charts.

    `unsure`: a rate, or its rank, that stands on too few (see `indicators.small_numbers`).
    """

    fact: Fact
    style: Style
    value: float | None
    text: str
    cell: float | None
    unsure: bool = False

    @property
    def known(self) -> bool:
        """Whether there is a value."""
        return self.value is not None


def numbered(fact: Fact, style: Style, value: float | None, of: int = 0, *, unsure: bool = False) -> Number:
    """The number of that value; `of` is how many are ranked. Each value is rounded here, once, as on screen."""
    factor, decimals = _SCALES[style](fact)
    cell = None if value is None else words.rounded(value * factor, decimals)
    if style == "rank":
        text = words.rank(None if value is None else int(value), of, unsure=unsure and value is not None)
    else:
        text = _WORDS[style](value, fact)
    return Number(fact, style, value, text, cell, unsure)


def _change(value: float | None, fact: Fact) -> str:
    return words.change(value, fact.indicator)


def _grand(value: float | None, fact: Fact) -> str:
    return " ".join(words.grand(value, fact.indicator)).strip().replace(" %", "%")


def _share(value: float | None, fact: Fact) -> str:
    return words.NO_VALUE if value is None else f"{words.number(value, 1)}%"


_WORDS: Final[Mapping[Style, Callable[[float | None, Fact], str]]] = {
    "value": lambda value, fact: words.value(value, fact.indicator),
    "grand": _grand,
    "goal": lambda value, fact: words.goal(value, fact.indicator),
    "plain": lambda value, fact: words.number(value, fact.indicator.decimals),
    "signed": _change,
    "size": lambda value, fact: _change(value, fact).lstrip("+−"),
    "points": lambda value, fact: f"{words.number(None if value is None else abs(value), 1)} 个百分点",
    "percent": _share,
    "wan": lambda value, fact: subsidies.wan(value),
    "wan_apart": lambda value, fact: subsidies.balance(value)[1],
    "amount": lambda value, fact: words.number(None if value is None else value / subsidies.PER_10K, 1),
    "ratio": lambda value, fact: words.number(value, 2),
    "count": lambda value, fact: words.number(value, 0),
    "apart": lambda value, fact: words.number(None if value is None else abs(value), 0),
    "hundredths": lambda value, fact: words.number(None if value is None else 100 * value, 1),
}


def _of_indicator(fact: Fact) -> tuple[float, int]:
    return 1, fact.indicator.decimals


def _of_change(fact: Fact) -> tuple[float, int]:
    return (1 if fact.indicator.unit == "%" else 100), 1


_SCALES: Final[Mapping[Style, Callable[[Fact], tuple[float, int]]]] = {
    "value": _of_indicator,
    "grand": _of_indicator,
    "goal": _of_indicator,
    "plain": _of_indicator,
    "signed": _of_change,
    "size": _of_change,
    "rank": lambda fact: (1, 0),
    "points": lambda fact: (1, 1),
    "percent": lambda fact: (1, 1),
    "wan": lambda fact: (1 / subsidies.PER_10K, 1),
    "wan_apart": lambda fact: (1 / subsidies.PER_10K, 1),
    "amount": lambda fact: (1 / subsidies.PER_10K, 1),
    "ratio": lambda fact: (1, 2),
    "count": lambda fact: (1, 0),
    "apart": lambda fact: (1, 0),
    "hundredths": lambda fact: (100, 1),
}
