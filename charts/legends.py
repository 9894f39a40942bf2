"""The printed map's legend: classes with their counts and the chosen place's mark, circle sizes, and the scale bar."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl
import shapely

from charts import words
from charts.drawing import round_values
from charts.ground import Ground
from charts.lettering import Box, overlap, width
from charts.map_picture import MapPicture
from charts.sheet import Sheet, rectangle
from charts.theme import TOKENS
from geo import colours
from geo.marks import Shape

T: Final = TOKENS["light"]
BAR: Final = 9
HEAD: Final = 14
"""Room over the bar for the unit and the chosen place's mark."""
SIZE: Final = 9.2
SMALL: Final = 8.4
HATCHING: Final = "#a3aeb8"
BAR_KM: Final = (200, 100, 50, 40, 20, 10, 5, 2, 1)


@dataclass(frozen=True)
class ScaleBar:
    """So many kilometres, drawn in the upper part of a box."""

    km: int
    pixels: float
    box: Box


def draw(sheet: Sheet, picture: MapPicture, margin: float) -> None:
    """The legend over the sheet's whole width; moves `y` below it."""
    counts = picture.class_counts
    if picture.keys or picture.shapes:
        _things(sheet, picture, margin)
    if picture.kind == "plain":
        return
    keys = list(zip(picture.colours, picture.class_labels, counts, strict=False))
    left, right = margin, sheet.width - margin
    if picture.kind == "circles":
        left = _circle_keys(sheet, picture, left)
    for bare, label, hatched in (
        (picture.missing, picture.missing_label, True),
        (picture.withheld, words.WITHHELD, False),
    ):
        if bare:
            wide = max(width(label, SIZE), 44)
            _bare_key(sheet, label, (right - wide, right), len(bare), hatched=hatched)
            right -= wide + 14
    if keys:
        _class_keys(
            sheet, picture, keys, (left, right if picture.kind == "choropleth" else min(right, left + 150 * len(keys)))
        )
    sheet.y += HEAD + 35


def _things(sheet: Sheet, picture: MapPicture, margin: float) -> None:
    """A dot and a label for each kind of point or arc, then the shapes, as many on a line as fit."""
    marks: list[tuple[Shape, str, str]] = [("circle", colour, text) for colour, text in picture.keys]
    marks += [(shape, T.muted, text) for shape, text in picture.shapes]
    x = margin
    for shape, colour, text in marks:
        if x > margin and x + 14 + width(text, SIZE) > sheet.width - margin:
            x, sheet.y = margin, sheet.y + 15
        sheet.circles([(x + 4, sheet.y + 7, 4)], colour, "#ffffff", [shape])
        sheet.write(x + 12, sheet.y + 7, text, size=SIZE, colour=T.ink)
        x += 12 + width(text, SIZE) + 16
    sheet.y += 18


def scale_bar(ground: Ground, land: shapely.Geometry, taken: Sequence[Box]) -> ScaleBar | None:
    """A bar of round length in the first corner of the map that is free; None when no corner is."""
    km = next((each for each in BAR_KM if each * ground.km <= 90), BAR_KM[-1])
    pixels = km * ground.km
    wide, high = pixels + width(f"{km} 千米", SMALL) / 2 + 8, 18.0
    left, top, right, bottom = ground.box
    corners = ((left, bottom - high), (right - wide, bottom - high), (right - wide, top), (left, top))
    for x, y in corners:
        box = (x, y, x + wide, y + high)
        if not shapely.intersects(land, shapely.box(*box)) and not any(overlap(box, other, 4) for other in taken):
            return ScaleBar(km, pixels, box)
    return None


def draw_scale_bar(sheet: Sheet, bar: ScaleBar) -> None:
    """Half dark, half light, with 0 and its length."""
    left, top = bar.box[0] + 3, bar.box[1] + 12
    half = bar.pixels / 2
    sheet.boxes([(left, top, left + half, top + 3)], T.muted, T.muted, 0.6)
    sheet.boxes([(left + half, top, left + bar.pixels, top + 3)], "#ffffff", T.muted, 0.6)
    sheet.write(left, top - 7, "0", size=SMALL, colour=T.muted, anchor="center")
    sheet.write(left + bar.pixels, top - 7, f"{bar.km} 千米", size=SMALL, colour=T.muted, anchor="center")


def _class_keys(
    sheet: Sheet, picture: MapPicture, keys: Sequence[tuple[str, str, int]], span: tuple[float, float]
) -> None:
    """A bar of the classes' colours, under each its limits and its count; the chosen place's mark over its class."""
    left, right = span
    each = (right - left) / len(keys)
    top = sheet.y + HEAD
    for i, (colour, text, count) in enumerate(keys):
        x = left + i * each
        sheet.boxes([(x, top, x + each, top + BAR)], colour, "#ffffff", 0.8)
        size = min(SIZE, SIZE * (each - 4) / width(text, SIZE)) if width(text, SIZE) > each - 4 else SIZE
        sheet.write(x + 1, top + BAR + 8, text, size=max(size, 7), colour=T.ink)
        sheet.write(x + 1, top + BAR + 19, f"{count} 个", size=SMALL, colour=T.muted)
    sheet.strokes([rectangle((left, top, right, top + BAR))], "#9aa5af", 0.5)
    at = _chosen_class(picture)
    if at is not None:
        _chosen_mark(sheet, picture, left + (at + 0.5) * each, top)


def _chosen_class(picture: MapPicture) -> int | None:
    found = picture.frame.filter(pl.col("place_code") == (picture.chosen or ""))["class_index"].to_list()
    return found[0] if found else None


def _chosen_mark(sheet: Sheet, picture: MapPicture, x: float, top: float) -> None:
    row = picture.frame.row(by_predicate=pl.col("place_code") == picture.chosen, named=True)
    sheet.shapes([((x - 4, x + 4, x, x - 4), (top - 8, top - 8, top - 2, top - 8))], T.accent)
    text = f"{row['short_name']} {row['wording']}"
    beside = x + 12 + width(text, SIZE) < sheet.width
    sheet.write(x + 7 if beside else x - 7, top - 7, text, size=SIZE, colour=T.accent, bold=True,
                anchor="left" if beside else "right")  # fmt: skip


def _bare_key(sheet: Sheet, label: str, span: tuple[float, float], count: int, *, hatched: bool) -> None:
    """Places without a value: hatched where nothing was filed, grey where it is not told."""
    left, right = span
    top = sheet.y + HEAD
    fill = colours.no_data("light") if hatched else colours.withheld("light")
    sheet.boxes([(left, top, right, top + BAR)], fill, "#9aa5af", 0.5)
    starts = [left + 4.5 * i for i in range(int((right - left - BAR) / 4.5) + 1)] if hatched else []
    sheet.strokes([((x, x + BAR), (top + BAR, top)) for x in starts], HATCHING, 0.6)
    sheet.write(left + 1, top + BAR + 8, label, size=SIZE, colour=T.ink)
    sheet.write(left + 1, top + BAR + 19, f"{count} 个", size=SMALL, colour=T.muted)


def _circle_keys(sheet: Sheet, picture: MapPicture, left: float) -> float:
    """Circles of round values from small to large on one line; the left edge of what may follow."""
    values = round_values(picture.greatest)
    sheet.y += max(0.0, 2 * max((picture.radius(each) or 0 for each in values), default=0) - HEAD - BAR - 20)
    base, x = sheet.y + HEAD + BAR + 20, left + 1
    for value in values:
        radius = picture.radius(value) or 0
        text = _amount(value, picture.unit)
        sheet.circles([(x + radius, base - radius, radius)], "rgba(0,0,0,0)", T.primary)
        sheet.write(x + 2 * radius + 4, base - max(radius, 5), text, size=SIZE, colour=T.ink)
        x += 2 * radius + 4 + width(text, SIZE) + 18
    return x


def _amount(value: float, unit: str) -> str:
    if value >= 1e4:
        return f"{value / 1e4:g}万{unit}"
    return f"{words.number(value, 0 if value >= 1 else 2)} {unit}".rstrip()
