"""The labels of the map: where each stands, how much of it fits, which gives way, and how it stays readable."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from geo import boundaries, colours, insets
from geo.boundaries import LabelSpot
from geo.marks import Frame, Mark, as_json, rgb
from geo.places import Level
from geo.projection import pixels, position

LABEL_PX: Final = 12
FONT: Final = "'Noto Sans SC','Noto Sans CJK SC','PingFang SC','Microsoft YaHei',sans-serif"
HALO: Final = ((1.2, 0), (-1.2, 0), (0, 1.2), (0, -1.2))
"""Copies in the ground's colour under a label; deck.gl's own outline needs distance fields, coarse at this size."""

PLATE: Final = {"background": True, "getBackgroundColor": "@@=h", "backgroundPadding": [2, 0, 2, 1]}


@dataclass(frozen=True)
class Spot:
    """Where a place's mark goes and its room, a radius in pixels; `outside` when in open water beside it."""

    lon: float
    lat: float
    room: float
    outside: bool = False


def label_spots(marks: Sequence[Mark], level: Level, shown: Sequence[insets.Inset], zoom: float) -> dict[str, Spot]:
    """Where each place's mark goes and its room in pixels: in an inset when it has one, else in its largest circle."""
    spots: dict[str, Spot] = {}
    copies = insets.inset_spots() if shown else {}
    for mark in marks:
        own: LabelSpot = boundaries.label_spots(level)[mark.code]
        spots[mark.code] = Spot(own.lon, own.lat, pixels(own.radius, zoom))
        for inset in shown:
            copy = copies.get((inset.key, mark.code))
            if copy is not None and mark.code in inset.codes:
                spots[mark.code] = Spot(copy.lon, copy.lat, pixels(copy.radius, zoom))
        crowded = mark.radius is None and _fitting(mark.lines, spots[mark.code].room) != mark.lines
        if (shown or level == "prefecture") and crowded and mark.code in insets.CALLOUTS:
            lon, lat = insets.CALLOUTS[mark.code]
            spots[mark.code] = Spot(lon, lat, 30, outside=True)
    return spots


@dataclass(frozen=True)
class _Label:
    """A label at a spot, `below` pixels under it; `ink` on `ground`, with a `halo` where it is not inside its own polygon."""

    lon: float
    lat: float
    below: float
    lines: tuple[str, ...]
    ink: str
    ground: str
    halo: str | None

    @property
    def at(self) -> tuple[float, float]:
        return self.lon, self.lat

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def box(self, zoom: float) -> tuple[float, float, float, float]:
        """Left, top, right and bottom in pixels of the world at that zoom."""
        x, y = position(self.lon, self.lat, zoom)
        y += self.below
        across, down = _width(self.lines) / 2, len(self.lines) * LABEL_PX * 0.55
        return x - across, y - down, x + across, y + down


def label_layers(
    marks: Sequence[Mark], spots: Mapping[str, Spot], frame: Frame, zoom: float, *, plates: bool = False
) -> list[str]:
    """Labels in a colour that contrasts with what lies under them; one that spills over its polygon has a halo. With
    `plates` each stands on a plate in the colour of its ground instead, because points lie about.

    None covers another: where two would, the place with more room or the larger circle keeps its label, the other
    loses its value, then its name.
    """
    wanted = [label for mark in marks for label in _variants(mark, spots[mark.code], frame)]
    kept = _apart(wanted, zoom)
    if plates:
        return [text_layer("labels", [{**_inked(label), "h": [*rgb(label.ground), 205]} for label in kept], PLATE)]
    halos = [row for each in kept if each.halo for row in halo(each.at, each.text, each.halo, each.below)]
    return [text_layer("labels", [*halos, *map(_inked, kept)])]


def text_layer(layer_id: str, rows: Sequence[Mapping[str, Any]], more: Mapping[str, Any] | None = None) -> str:
    """A layer of `written` rows, later ones above. Each layer costs a computer without a graphics card 0.2 s at first."""
    return as_json(
        {
            "@@type": "TextLayer", "id": layer_id, "data": rows, "pickable": False, "getPosition": "@@=at",
            "getText": "@@=t", "getColor": "@@=c", "getPixelOffset": "@@=o", "getSize": LABEL_PX,
            "characterSet": "auto", "lineHeight": 1.15, "fontFamily": FONT, **(more or {}),
        }
    )  # fmt: skip


def written(
    at: tuple[float, float], text: str, colour: str, below: float, across: float = 0, opacity: int = 255
) -> dict[str, Any]:
    """One row of a text layer: the text so many pixels below its spot (longitude, latitude) and right of it."""
    place = [round(at[0], 4), round(at[1], 4)]
    return {"at": place, "t": text, "c": [*rgb(colour), opacity], "o": [across, round(below, 1)]}


def halo(at: tuple[float, float], text: str, ground: str, below: float) -> list[dict[str, Any]]:
    """The rows that go under a `written` one where its ground is not even."""
    return [written(at, text, ground, below + y, x, opacity=230) for x, y in HALO]


def _inked(label: _Label) -> dict[str, Any]:
    return written(label.at, label.text, label.ink, label.below)


def _variants(mark: Mark, spot: Spot, frame: Frame) -> list[tuple[float, tuple[_Label, ...]]]:
    """The mark's label in order of preference, all lines before the first alone, with its weight; empty for no room."""
    below = _below(mark)
    lines = mark.lines if below else _fitting(mark.lines, spot.room)
    if not lines:
        return []
    on_land = mark.radius is None and not mark.faded and not spot.outside
    ink, ground = (colours.ink(mark.fill), mark.fill) if on_land else (frame.ink, frame.ground)
    shorter = (lines,) if len(lines) == 1 else (lines, lines[:1])
    labels = tuple(
        _Label(
            spot.lon, spot.lat, _below(mark, each), each, ink, ground,
            None if on_land and _half_diagonal(each) <= spot.room * 1.12 else ground,
        )
        for each in shorter
    )  # fmt: skip
    return [(mark.radius or spot.room, labels)]


def _apart(wanted: Iterable[tuple[float, tuple[_Label, ...]]], zoom: float) -> list[_Label]:
    kept: list[_Label] = []
    taken: list[tuple[float, float, float, float]] = []
    for _, variants in sorted(wanted, key=lambda each: -each[0]):
        for label in variants:
            left, top, right, bottom = box = label.box(zoom)
            if not any(left < r and right > x and top < b and bottom > y for x, y, r, b in taken):
                kept.append(label)
                taken.append(box)
                break
    return kept


def _below(mark: Mark, lines: tuple[str, ...] | None = None) -> float:
    """How far under its spot a label stands: just below a circle that is too small to hold it, else 0."""
    lines = lines or mark.lines
    if mark.radius is None or _half_diagonal(lines) <= mark.radius:
        return 0
    return round(mark.radius + len(lines) * LABEL_PX * 0.575 + 2, 1)


def _fitting(lines: tuple[str, ...], room: float) -> tuple[str, ...]:
    """As many of the lines as fit into a circle of that radius in pixels: all, the first, or none."""
    if _half_diagonal(lines) <= room * 1.4:
        return lines
    return lines[:1] if lines and _half_diagonal(lines[:1]) <= room * 1.6 else ()


def _half_diagonal(lines: tuple[str, ...]) -> float:
    return math.hypot(_width(lines), len(lines) * LABEL_PX * 1.15) / 2


def _width(lines: tuple[str, ...]) -> float:
    return max((sum(1.0 if ord(c) > 0x2E80 else 0.56 for c in line) for line in lines), default=0) * LABEL_PX
