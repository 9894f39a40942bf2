"""What a map is made of: a mark for each place, points, the frame; and how colours and layers are written as JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

Shape = Literal["circle", "square", "diamond", "triangle", "star"]
GLYPHS: Final[Mapping[Shape, str]] = {"circle": "●", "square": "■", "diamond": "◆", "triangle": "▲", "star": "★"}
"""Characters that every Chinese typeface has: what is told apart by shape is told apart in grey too."""


@dataclass(frozen=True)
class Mark:
    """How one place is drawn and what its tooltip says, as plain text: the browser makes it HTML.

    `lines` are the label's lines, `radius` a circle in pixels.
    """

    code: str
    fill: str
    lines: tuple[str, ...]
    tooltip: Mapping[str, str]
    hatched: bool = False
    radius: float | None = None
    circle_fill: str | None = None
    faded: bool = False


@dataclass(frozen=True)
class Point:
    """A thing at a spot, such as a training base; `tooltip` has the same keys as a mark's, `fill` None is the accent.

    `label` stands beside it, `key` says which one it is when it is clicked.
    """

    lon: float
    lat: float
    radius: float
    tooltip: Mapping[str, str]
    fill: str | None = None
    label: str = ""
    shape: Shape = "circle"
    key: str = ""


@dataclass(frozen=True)
class Arc:
    """Something that goes from one spot (longitude, latitude) to another; `width` in pixels."""

    start: tuple[float, float]
    end: tuple[float, float]
    width: float
    colour: str
    tooltip: Mapping[str, str]


@dataclass(frozen=True)
class Frame:
    """The picture's size in pixels and its colours; `land` is what carries no class, `accent` marks the chosen place."""

    width: int
    height: int
    ink: str
    ground: str
    land: str
    line: str
    accent: str


def as_json(thing: Any) -> str:
    """Compact JSON text; Chinese stays as it is."""
    return json.dumps(thing, ensure_ascii=False, separators=(",", ":"))


def rgb(colour: str) -> list[int]:
    """`#rrggbb` as three numbers."""
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
