"""Where words fit: how wide a line of Chinese and digits is, where it may break, and where labels go on a map."""

import itertools
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

PITCH: Final = 1.16
"""Distance of two lines of a label, in ems."""
LEANING: Final = frozenset("，。、；：？！）」』》〉】％%,.;:?!)]}")
OPENING: Final = frozenset("（「『《〈【([{")
SIZES: Final = (9.0, 8.2, 7.4, 6.8)
"""Sizes of a label in CSS pixels, the favourite first; 6.8 prints at 5.1 points."""
SNUG: Final = 1.12
"""A place is wider than the circle inside it: how much larger than the circle a label may be."""
TIGHT: Final = 1.5
"""The same for a name on its own, when nothing better is found."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Label:
    """Words on a map: `lines` centred at (`x`, `y`), `size` in pixels; `leader` is where its thin line starts, if any."""

    code: str
    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    leader: tuple[float, float] | None = None

    @property
    def box(self) -> Box:
        """Left, top, right and bottom of the words."""
        width, height = extent(self.lines, self.size)
        return self.x - width / 2, self.y - height / 2, self.x + width / 2, self.y + height / 2


@dataclass(frozen=True)
class Spot:
    """A place that wants a label: centre and radius of its inscribed circle in pixels, its name and its value's words."""

    code: str
    x: float
    y: float
    radius: float
    name: str
    wording: str


@dataclass(frozen=True)
class Disc:
    """A proportional circle on a map."""

    code: str
    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """The square around it."""
        return self.x - self.radius, self.y - self.radius, self.x + self.radius, self.y + self.radius


def width(text: str, size: float) -> float:
    """The width of a line in pixels, a little generous: full-width characters 1 em, others by their shape."""
    return size * sum(_ems(letter) for letter in text)


def extent(lines: Sequence[str], size: float) -> tuple[float, float]:
    """Width and height of lines one below the other."""
    return max((width(line, size) for line in lines), default=0), size * (PITCH * (len(lines) - 1) + 1.0)


def wrapped(text: str, room: float, size: float) -> tuple[str, ...]:
    """The text in lines no wider than `room` pixels: broken between Chinese characters or at spaces, never inside a
    number or a word, and no line begins with a closing mark. A word wider than the room is cut."""
    lines, line = [], ""
    for piece in _pieces(text, room, size):
        if line and width((line + piece).rstrip(), size) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return (*lines, line.rstrip()) if line.strip() or not lines else tuple(lines)


def labels(
    spots: Iterable[Spot],
    land: shapely.Geometry,
    room: Box,
    taken: Iterable[Box] = (),
    *,
    sizes: Sequence[float] = SIZES,
) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """A label for each spot that can have one, and the codes of those that cannot.

    Name and value go inside the place when its inscribed circle holds them; else beside it with a leader, clear of
    `land`, of `taken` boxes and of each other, inside `room`; else the name alone goes on the place.
    """
    placed: dict[str, Label] = {}
    late = []
    for spot in sorted(spots, key=lambda each: -each.radius):
        inside = fitting(spot, sizes)
        if inside:
            placed[spot.code] = inside
        else:
            late.append(spot)
    shapely.prepare(land)
    full = [*taken, *(label.box for label in placed.values())]
    for spot in late:
        found = _beside(spot, land, room, full, sizes) or _squeezed(spot, full, sizes)
        if found:
            placed[spot.code] = found
            full.append(found.box)
    return tuple(placed.values()), tuple(spot.code for spot in late if spot.code not in placed)


def around(
    spots: Iterable[Spot], discs: Sequence[Disc], land: shapely.Geometry, room: Box, taken: Iterable[Box] = ()
) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """Labels for proportional circles, and the codes without one.

    Largest first: inside the disc at the same spot; else below, above or beside it, clear of other discs and labels,
    with the name alone where both lines do not fit; else over open water with a leader.
    """
    own = {(disc.code, disc.x, disc.y): disc for disc in discs}
    full, placed, missing = list(taken), [], []
    shapely.prepare(land)
    for spot in sorted(spots, key=lambda each: -_radius(own, each)):
        radius = _radius(own, spot)
        others = [*full, *(each.box for each in discs if (each.x, each.y) != (spot.x, spot.y))]
        above = [each for each in discs if each.radius < radius]
        found = (
            _in_circle(spot, radius, above, full)
            or _by_circle(spot, radius, room, others)
            or _beside(spot, land, room, others)
        )
        if found:
            placed.append(found)
            full.append(found.box)
        else:
            missing.append(spot.code)
    return tuple(placed), tuple(missing)


def fitting(spot: Spot, sizes: Sequence[float] = SIZES) -> Label | None:
    """Name and value inside the place in the first size that its inscribed circle holds."""
    lines = tuple(filter(None, (spot.name, spot.wording)))
    for size in sizes:
        if math.hypot(*extent(lines, size)) / 2 <= spot.radius * SNUG:
            return Label(spot.code, lines, spot.x, spot.y, size)
    return None


def overlap(one: Box, other: Box, gap: float = 0.0) -> bool:
    """Whether two boxes come nearer than `gap`."""
    return one[0] < other[2] + gap and other[0] < one[2] + gap and one[1] < other[3] + gap and other[1] < one[3] + gap


def _beside(
    spot: Spot, land: shapely.Geometry, room: Box, full: Sequence[Box], sizes: Sequence[float] = SIZES
) -> Label | None:
    lines = (" ".join(filter(None, (spot.name, spot.wording))),)
    size = sizes[len(sizes) // 2]
    half_width, half_height = (each / 2 for each in extent(lines, size))
    for distance in range(6, 76, 4):
        for turn in range(16):
            across, down = math.cos(turn * math.pi / 8), math.sin(turn * math.pi / 8)
            label = Label(
                spot.code, lines,
                spot.x + across * (distance + half_width), spot.y + down * (distance + half_height),
                size, (spot.x, spot.y),
            )  # fmt: skip
            if _free(label.box, land, room, full):
                return label
    return None


def _radius(discs: Mapping[tuple[str, float, float], Disc], spot: Spot) -> float:
    disc = discs.get((spot.code, spot.x, spot.y))
    return disc.radius if disc else 0.0


def _in_circle(spot: Spot, radius: float, above: Sequence[Disc], full: Sequence[Box]) -> Label | None:
    """Both lines inside the disc, if no disc drawn over it covers them."""
    for size in SIZES[:2]:
        label = Label(spot.code, tuple(filter(None, (spot.name, spot.wording))), spot.x, spot.y, size)
        if math.hypot(*extent(label.lines, size)) / 2 <= radius + 0.5:
            clear = not any(overlap(label.box, other) for other in full)
            return label if clear and not any(_covers(disc, label.box) for disc in above) else None
    return None


def _covers(disc: Disc, box: Box) -> bool:
    across = max(box[0] - disc.x, 0, disc.x - box[2])
    down = max(box[1] - disc.y, 0, disc.y - box[3])
    return math.hypot(across, down) < disc.radius


def _by_circle(spot: Spot, radius: float, room: Box, full: Sequence[Box]) -> Label | None:
    both = tuple(filter(None, (spot.name, spot.wording)))
    for lines, size in itertools.product((both, (" ".join(both),), (spot.name,)), (SIZES[1], SIZES[-1])):
        if lines:
            wide, high = (each / 2 + radius + 1 for each in extent(lines, size))
            for across, down in ((0, high), (0, -high), (wide, 0), (-wide, 0), *_corners(wide, high, radius)):
                label = Label(spot.code, lines, spot.x + across, spot.y + down, size)
                if _within(label.box, room) and not any(overlap(label.box, other, 0.5) for other in full):
                    return label
    return None


def _corners(wide: float, high: float, radius: float) -> tuple[tuple[float, float], ...]:
    """Off the disc's shoulders, where a label's corner nearly touches it."""
    x, y = wide - 0.3 * radius, high - 0.3 * radius
    return (x, y), (-x, y), (x, -y), (-x, -y)


def _within(box: Box, room: Box) -> bool:
    return box[0] >= room[0] and box[1] >= room[1] and box[2] <= room[2] and box[3] <= room[3]


def _free(box: Box, land: shapely.Geometry, room: Box, full: Sequence[Box]) -> bool:
    if not _within(box, room) or any(overlap(box, other, 2.0) for other in full):
        return False
    return not shapely.intersects(land, shapely.box(box[0] - 1, box[1] - 1, box[2] + 1, box[3] + 1))


def _squeezed(spot: Spot, full: Sequence[Box], sizes: Sequence[float]) -> Label | None:
    size = sizes[-1]
    for lines in ((spot.name, spot.wording), (spot.name,)):
        label = Label(spot.code, tuple(filter(None, lines)), spot.x, spot.y, size)
        if math.hypot(*extent(label.lines, size)) / 2 <= spot.radius * TIGHT and not any(
            overlap(label.box, other, 0.5) for other in full
        ):
            return label
    return None


def _pieces(text: str, room: float, size: float) -> Iterator[str]:
    """The smallest parts that a line may consist of."""
    piece = ""
    for letter in text:
        if (piece and _may_break(piece[-1], letter)) or width(piece + letter, size) > room:
            yield piece
            piece = ""
        piece += letter
    yield piece


def _may_break(before: str, after: str) -> bool:
    if after in LEANING or before in OPENING or after.isspace():
        return False
    return _full_width(before) or _full_width(after) or before.isspace()


def _ems(letter: str) -> float:
    if _full_width(letter):
        return 1.0
    if letter in "MWmw%@—…":
        return 0.92
    return 0.3 if letter in " .,:;|'il!" else 0.64 if letter.isupper() else 0.57


def _full_width(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "WF"
