"""Knows the colours: class scales for the light and the dark theme, no data, and the ink that reads on a fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Literal

import numpy as np
import numpy.typing as npt

Theme = Literal["light", "dark"]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a map is drawn with besides its classes, as #rrggbb."""

    ground: str
    second_ground: str
    land: str
    line: str
    ink: str
    muted: str
    accent: str
    primary: str


TOKENS: Mapping[Theme, Tokens] = MappingProxyType(
    {
        "light": Tokens(
            ground="#ffffff",
            second_ground="#f4f6f8",
            land="#eceff2",
            line="#dfe5ea",
            ink="#1c2733",
            muted="#5b6b7a",
            accent="#c44e14",
            primary="#0b5d7a",
        ),
        "dark": Tokens(
            ground="#0f1720",
            second_ground="#17212c",
            land="#1d2833",
            line="#2f3c49",
            ink="#e8edf2",
            muted="#9fb0c0",
            accent="#ff9a5c",
            primary="#6fc3df",
        ),
    }
)

_SEQUENTIAL: Mapping[Theme, tuple[str, ...]] = {
    "light": ("#eef3d2", "#b5d9a8", "#5fb0a6", "#2a7d9c", "#153f6b"),
    "dark": ("#24435c", "#2b6b84", "#3f9a9b", "#86c9a2", "#eef3c8"),
}
_DIVERGING: Mapping[Theme, tuple[str, ...]] = {
    "light": ("#6b3d8f", "#b79acb", "#e4dfcd", "#8cc3ba", "#0f6b6b"),
    "dark": ("#c79ae6", "#7d5a99", "#37424d", "#3c8580", "#76d6c6"),
}
_NO_DATA: Mapping[Theme, str] = {"light": "#f1f2f4", "dark": "#222c36"}
_WITHHELD: Mapping[Theme, str] = {"light": "#c3c8ce", "dark": "#4b5763"}
_INKS = ("#1c2733", "#ffffff", "#000000")
READABLE = 4.5

# OKLab (Björn Ottosson): steps of equal size look equal, which mixing in sRGB does not give.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@cache
def sequential(n: int, theme: Theme = "light") -> tuple[str, ...]:
    """n colours from low to high: light to dark on the light theme, dim to bright on the dark one."""
    return _sampled(_SEQUENTIAL[theme], n)


@cache
def diverging(n: int, theme: Theme = "light") -> tuple[str, ...]:
    """n colours from below to above a middle that means something; purple, sand (visible on white, so no hole), teal."""
    return _sampled(_DIVERGING[theme], n)


def no_data(theme: Theme = "light") -> str:
    """The fill under the hatching where there is no data."""
    return _NO_DATA[theme]


def withheld(theme: Theme = "light") -> str:
    """The fill where there is a value that is not told."""
    return _WITHHELD[theme]


def tokens(theme: Theme = "light") -> Tokens:
    """Ground, land, lines, text and accents of a theme."""
    return TOKENS[theme]


@lru_cache(maxsize=4096)  # a matrix has a shade for each of its thousand values
def ink(fill: str) -> str:
    """The text colour that reads on a fill with a contrast of at least 4.5: near-black, else white, else black.

    One that also reads in a black-and-white print comes before one that does not.
    """
    readable = [each for each in _INKS if contrast(each, fill) >= READABLE]
    printed = grey(fill)
    return next((each for each in readable if contrast(grey(each), printed) >= READABLE), readable[0])


def grey(colour: str) -> str:
    """What a black-and-white printer makes of #rrggbb (Rec. 601)."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + f"{round(0.299 * red + 0.587 * green + 0.114 * blue):02x}" * 3


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG relative luminance of #rrggbb, 0 (black) to 1 (white)."""
    return float(_linear(colour) @ [0.2126, 0.7152, 0.0722])


def _sampled(anchors: tuple[str, ...], n: int) -> tuple[str, ...]:
    if n < 1:
        raise ValueError(f"a scale needs at least one colour, not {n}")
    at = np.linspace(0, len(anchors) - 1, n) if n > 1 else np.array([(len(anchors) - 1) / 2])
    lab = np.array([_TO_LAB @ np.cbrt(_TO_LMS @ _linear(each)) for each in anchors])
    mixed = np.stack([np.interp(at, np.arange(len(anchors)), lab[:, axis]) for axis in range(3)], axis=1)
    return tuple(_hex(np.linalg.inv(_TO_LMS) @ (np.linalg.inv(_TO_LAB) @ each) ** 3) for each in mixed)


def _linear(colour: str) -> Floats:
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def _hex(linear: Floats) -> str:
    kept = np.clip(linear, 0, 1)
    channels = np.where(kept <= 0.0031308, kept * 12.92, 1.055 * kept ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(each) * 255):02x}" for each in channels)
