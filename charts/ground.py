"""Degrees to pixels: the window on the world that a printed map shows, and where it lies on the sheet."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from charts.lettering import Box
from geo.boundaries import MIDDLE_LATITUDE

SQUEEZE: Final = math.cos(math.radians(MIDDLE_LATITUDE))
KM_A_DEGREE: Final = 111.2

Path = tuple[Sequence[float], Sequence[float]]


@dataclass(frozen=True)
class Ground:
    """An even projection: a degree of latitude is `scale` pixels, one of longitude as many times the cosine of 29°."""

    west: float
    north: float
    scale: float
    box: Box

    @classmethod
    def fitted(cls, bounds: Box, width: float, tallest: float, margin: float, top: float) -> "Ground":
        """As large as width and height allow, in the middle of the sheet; `bounds` are west, south, east, north."""
        west, south, east, north = bounds
        scale = min((width - 2 * margin) / ((east - west) * SQUEEZE), tallest / (north - south))
        left = (width - (east - west) * SQUEEZE * scale) / 2
        height = (north - south) * scale
        return cls(west - (left - margin) / SQUEEZE / scale, north, scale, (margin, top, width - margin, top + height))

    @property
    def height(self) -> float:
        """Pixels from the northernmost to the southernmost point."""
        return self.box[3] - self.box[1]

    @property
    def km(self) -> float:
        """Pixels in a kilometre."""
        return self.scale / KM_A_DEGREE

    def window(self, beyond: float = 0.0) -> Box:
        """West, south, east and north of what the box shows, sideways `beyond` pixels more."""
        left, top, right, bottom = self.box
        across = SQUEEZE * self.scale
        return (
            self.west - beyond / across, self.north - (bottom - top) / self.scale,
            self.west + (right - left + beyond) / across, self.north,
        )  # fmt: skip

    def x(self, lon: float) -> float:
        """Pixels from the sheet's left edge."""
        return self.box[0] + (lon - self.west) * SQUEEZE * self.scale

    def y(self, lat: float) -> float:
        """Pixels from the sheet's top edge."""
        return self.box[1] + (self.north - lat) * self.scale

    def paths(self, rings: Iterable[Path]) -> list[Path]:
        """Rings or lines of (longitudes, latitudes) in pixels, to a hundredth."""
        return [
            (
                np.round(self.box[0] + (np.asarray(lons) - self.west) * SQUEEZE * self.scale, 2).tolist(),
                np.round(self.box[1] + (self.north - np.asarray(lats)) * self.scale, 2).tolist(),
            )
            for lons, lats in rings
        ]

    def geometry(self, shape: shapely.Geometry) -> shapely.Geometry:
        """A shape in pixels."""
        factor = np.array([SQUEEZE * self.scale, -self.scale])
        return shapely.transform(shape, lambda xy: (xy - [self.west, self.north]) * factor + self.box[:2])
