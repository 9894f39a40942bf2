"""What a part is about: the place, the month and window, the cluster, and the places that are compared with each other."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, cast

from briefings.facts import Facts
from geo import places
from indicators.catalogue import Window
from indicators.view import Level, View

T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """`level` says which places stand beside each other (see `indicators.view.LEVELS`); `cluster` is '' for all."""

    place: str
    month: str
    level: Level
    window: Window = "year_to_date"
    cluster: str = ""

    @property
    def drawn(self) -> tuple[str, ...]:
        """The places that stand beside each other."""
        return drawn(self.place, self.level)

    @property
    def compared(self) -> tuple[str, ...]:
        """Those, and after them the place itself unless it is one of them."""
        return (*self.drawn, self.place) if self.place not in self.drawn else self.drawn


def below(place: str, month: str) -> Scope:
    """The scope of a document about a place: the places below it, for a county those of its prefecture."""
    return Scope(place, month, "prefecture" if place == places.PROVINCE else "county")


def drawn(place: str, level: str) -> tuple[str, ...]:
    """The places of a level around a place, as the map draws them."""
    return View("", "month", "", place=place, level=cast("Level", level)).drawn


def on(at: Scope | None, told: Callable[[Facts, Scope], T]) -> Callable[[Facts, str, str], T]:
    """What is told of a scope, as a part wants it: of this one, or of the document's own (see `below`)."""
    return lambda facts, place, month: told(facts, at or below(place, month))
