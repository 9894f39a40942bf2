"""What is loaded for whom."""

from dataclasses import dataclass

from geo import places
from geo.coordinates import System


@dataclass(frozen=True)
class Asked:
    """Table, period, the place that submits (its rows must lie within it), and the coordinates' system if they have any.

    `month` is `YYYY-MM`; of a table filed by the year its year counts, of one filed whole it may be empty.
    """

    table: str
    month: str
    place_code: str
    coordinates: System | None = None

    @property
    def year(self) -> str:
        """The year of the period."""
        return self.month[:4]

    @property
    def within(self) -> tuple[str, ...]:
        """The codes that rows may have: the place itself and those one level below."""
        return (self.place_code, *(place.code for place in places.children(self.place_code)))
