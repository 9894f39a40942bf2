"""The map for paper: title, shapes, insets, labels, legend and caption on one sheet, 160 mm wide."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import plotly.graph_objects as go
import shapely

from charts import legends, words
from charts.ground import Ground
from charts.lettering import SIZES, Box, Disc, Label, Spot, around, fitting, labels, width, wrapped
from charts.map_picture import FEW, MapPicture
from charts.sheet import Path, Sheet
from charts.theme import TOKENS
from geo import boundaries, colours, insets, places

__all__ = ["WIDTH", "MapPicture", "printed_map"]

WIDTH: Final = 605
"""160 mm, the text width of an A4 page, in CSS pixels of 1/96 inch."""
TALLEST: Final = 680
"""A map is no taller, so that a page holds it with its title, legend and caption."""
MARGIN: Final = 8
LAND: Final = "#e9edf0"
CONTEXT: Final = "#f2f4f6"
COUNTY_LINE: Final = "#ffffff"
PALE_LINE: Final = "#a8b4ab"
PALE: Final = 0.55
"""From this luminance on, white lines between places would be lost."""
OUTLINE: Final = "#75838f"
QUIET_OUTLINE: Final = "#aab5bf"
"""Under circles and their words."""
HATCH_GAP: Final = 4.5
LARGER: Final = (11.5, 10.5, 9.6)
"""Sizes that labels may have besides the usual ones on a map with few places."""
NEAREST: Final = (0.55, 0.3)
"""A map shows at least so many degrees of longitude and latitude."""
WHOLE_PROVINCE: Final = 3.5
"""A map wider than this, in degrees, has room for the insets."""


def printed_map(picture: MapPicture) -> go.Figure:
    """The map with title, legend, scale bar and caption, `WIDTH` CSS pixels wide and as high as it needs.

    Places outside the frame are pale ground. `layout.meta["unlabelled"]` holds the codes of places too small for any
    label. Raises `UnknownPlace` for a code that is not a place, `ValueError` for a frame without rows.
    """
    if picture.frame.is_empty():
        raise ValueError("地图上没有地区：筛选条件之下一个地区也没有，请放宽筛选条件。")
    sheet = Sheet(WIDTH)
    _heading(sheet, picture)
    unlabelled = _Map(sheet, picture).drawn()
    _legend(sheet, picture)
    _footing(sheet, picture)
    return sheet.figure(unlabelled=unlabelled)


class _Map:
    """The map itself, between heading and legend."""

    def __init__(self, sheet: Sheet, picture: MapPicture) -> None:
        self.sheet, self.picture = sheet, picture
        self.rows: Mapping[str, Mapping[str, Any]] = {
            row["place_code"]: row for row in picture.frame.iter_rows(named=True)
        }
        self.shapes = {code: boundaries.shapes(places.place(code).level)[code] for code in self.rows}
        west, south, east, north = _not_too_near(boundaries.bounds(self.rows))
        wide = picture.level == "county" and east - west > WHOLE_PROVINCE
        self.insets = [each for each in insets.INSETS if wide and set(each.codes) <= set(self.rows)]
        frames = [each.frame for each in self.insets]
        frames += [(*end, *end) for arc in picture.arcs for end in (arc.start, arc.end)]
        bounds = shapely.total_bounds([shapely.box(*each) for each in ((west, south, east, north), *frames)])
        self.ground = Ground.fitted(tuple(bounds.tolist()), WIDTH, TALLEST, MARGIN, sheet.y)

    def drawn(self) -> list[str]:
        """Draw everything; the codes without a label."""
        self._context()
        self._fills()
        self._lines()
        self._chosen()
        self._arcs()
        named = self._points()
        discs = self._circles() if self.picture.kind == "circles" else []
        frames = [*named, *self._frames()]
        frames += self._scale_bar(frames)
        unlabelled = self._circle_labels(discs, frames) if discs else self._labels(frames)
        self.sheet.y = max(self.sheet.y + self.ground.height, *(bottom for *_, bottom in named), 0)
        return unlabelled

    def _context(self) -> None:
        """The rest of the province, and the neighbours of enlarged counties, as pale ground."""
        window = shapely.box(*self.ground.window(MARGIN))
        others = [shape for code, shape in boundaries.shapes(self.picture.level).items() if code not in self.rows]
        shown = [shapely.intersection(shape, window) for shape in others if shape.intersects(window)]
        around_insets = [insets.inset_context()[each.key] for each in self.insets]
        rings = [ring for shape in (*shown, *around_insets) for ring in boundaries.rings_of(_areas(shape), 4)]
        self.sheet.shapes(self.ground.paths(rings), CONTEXT, COUNTY_LINE, 0.6)

    def _fills(self) -> None:
        by_fill: dict[str, list[str]] = {}
        for code in self.rows:
            by_fill.setdefault(self._fill(code), []).append(code)
        for fill in sorted(by_fill, key=colours.luminance):
            line = PALE_LINE if colours.luminance(fill) > PALE else COUNTY_LINE
            self.sheet.shapes(self._paths(by_fill[fill]), fill, line, 0.6)
        bare = self.picture.missing
        area = shapely.union_all([*(self.shapes[c] for c in bare), *(s for (_, c), s in self._enlarged() if c in bare)])
        lines = boundaries.hatched(area, HATCH_GAP / self.ground.scale)
        self.sheet.strokes(
            self.ground.paths(([lon for lon, _ in line], [lat for _, lat in line]) for line in lines),
            legends.HATCHING,
            0.6,
        )

    def _lines(self) -> None:
        """Prefecture borders over counties, else the outlines of what is drawn."""
        colour = QUIET_OUTLINE if self.picture.kind == "circles" else OUTLINE
        if self.picture.level == "prefecture":
            self.sheet.strokes(self._paths(self.rows), colour, 0.7)
            return
        above = {code: places.path(code)[1].code for code in self.rows}
        drawn = set(self.rows)
        whole = [code for code in sorted(set(above.values())) if {each.code for each in places.counties(code)} <= drawn]
        rings = [ring for code in whole for ring in boundaries.rings("prefecture", "full")[code]]
        self.sheet.strokes(self.ground.paths(rings), colour, 0.8)
        self.sheet.strokes(self._paths(code for code in self.rows if above[code] not in whole), colour, 0.5)

    def _chosen(self) -> None:
        if self.picture.chosen in self.rows:
            paths = self._paths([str(self.picture.chosen)])
            thin = self.picture.kind == "circles"
            self.sheet.strokes(paths, "#ffffff", 2.4 if thin else 3.4)
            self.sheet.strokes(paths, TOKENS["light"].accent, 1.2 if thin else 2.0)

    def _arcs(self) -> None:
        """Lines that bend to their right, so that there and back lie apart; a dot where they end."""
        for arc in self.picture.arcs:
            self.sheet.strokes(self.ground.paths([_bent(arc.start, arc.end)]), arc.colour, arc.width)
        ends = [(self.ground.x(a.end[0]), self.ground.y(a.end[1]), 1.2 + a.width / 2) for a in self.picture.arcs]
        self.sheet.circles(ends, [a.colour for a in self.picture.arcs], "#ffffff")

    def _points(self) -> list[Box]:
        """The points where they are, and again in each inset that shows their spot; the largest at the bottom.

        What those with names take up; a name stays on the sheet.
        """
        spots = [((p.lon, p.lat), p) for p in self.picture.points]
        spots += [(i.move(p.lon, p.lat), p) for i in self.insets for p in self.picture.points if i.shows(p.lon, p.lat)]
        spots.sort(key=lambda each: -each[1].radius)
        discs = [(self.ground.x(x), self.ground.y(y), p.radius) for (x, y), p in spots]
        fills = [p.fill or TOKENS["light"].accent for _, p in spots]
        self.sheet.circles(discs, fills, "#ffffff", [p.shape for _, p in spots])
        named = []
        for (x, y, radius), (_, p) in zip(discs, spots, strict=True):
            if p.label:
                half = width(p.label, 8) / 2
                middle = min(max(x, half + 2), WIDTH - half - 2)
                self.sheet.write(middle, y + radius + 6, p.label, size=8, colour=TOKENS["light"].ink, anchor="center")
                named.append(
                    (min(middle - half, x - radius), y - radius, max(middle + half, x + radius), y + radius + 12)
                )
        return named

    def _frames(self) -> list[Box]:
        """The insets' frames and titles; what they take up."""
        taken = []
        for each in self.insets:
            box = self._frame(each)
            self.sheet.boxes([box], "rgba(0,0,0,0)", OUTLINE, 0.7)
            x, y = self.ground.x(each.title_spot[0]), self.ground.y(each.title_spot[1])
            title = f"{each.title} 放大{each.scale:g}倍"
            self.sheet.write(x, y, title, size=8, colour=TOKENS["light"].muted)
            taken += [box, (x, y - 5, x + width(title, 8), y + 5)]
        return taken

    def _scale_bar(self, taken: Sequence[Box]) -> list[Box]:
        bar = legends.scale_bar(self.ground, self._land, taken)
        if bar is None:
            return []
        legends.draw_scale_bar(self.sheet, bar)
        return [bar.box]

    def _labels(self, taken: Sequence[Box]) -> list[str]:
        spots = [self._spot(code) for code in self.rows]
        placed, missing = labels(spots, self._land, self.ground.box, taken, sizes=self._sizes())
        twice = [fitting(self._main_spot(code), self._sizes()[:2]) for code in self._homes]
        self.sheet.label((label, self._ink(label)) for label in (*placed, *filter(None, twice)))
        return list(missing)

    def _circles(self) -> list[Disc]:
        """Discs at the label spots, the largest at the bottom; enlarged places have one on the map and one in the inset."""
        discs = []
        for code, row in self.rows.items():
            radius = self.picture.radius(row["value"])
            spots = {self._spot(code), self._main_spot(code)} if radius else ()
            discs += [Disc(code, spot.x, spot.y, radius or 0) for spot in spots]
        discs.sort(key=lambda each: (-each.radius, each.code, each.x))
        fills = [self.picture.circle_fill(self.rows[each.code]) for each in discs]
        self.sheet.circles([(each.x, each.y, each.radius) for each in discs], fills, "#ffffff")
        return discs

    def _circle_labels(self, discs: Sequence[Disc], taken: Sequence[Box]) -> list[str]:
        """Labels in each inset among themselves, then those of the map around the insets."""
        rooms = {each.key: self._frame(each) for each in self.insets}
        homes, land = self._homes, self._land
        placed: list[Label] = []
        missing: list[str] = []
        for key, room in (*rooms.items(), ("", self.ground.box)):
            spots = [self._spot(code) for code in self.rows if homes.get(code, "") == key]
            found, lost = around(spots, discs, land, room, [] if key else taken)
            placed += found
            missing += lost
        fills = {(each.x, each.y): self.picture.circle_fill(self.rows[each.code]) for each in discs}
        self.sheet.label((each, colours.ink(fills.get((each.x, each.y), LAND))) for each in placed)
        return missing

    def _frame(self, inset: insets.Inset) -> Box:
        west, south, east, north = inset.frame
        return self.ground.x(west), self.ground.y(north), self.ground.x(east), self.ground.y(south)

    def _sizes(self) -> tuple[float, ...]:
        """The fewer places, the larger their names."""
        return SIZES if len(self.rows) > FEW else (*LARGER, *SIZES)

    def _spot(self, code: str) -> Spot:
        """Where a place's label belongs: into its inset if it is enlarged."""
        key = self._homes.get(code)
        return self._spot_at(code, insets.inset_spots()[key, code]) if key else self._main_spot(code)

    def _main_spot(self, code: str) -> Spot:
        return self._spot_at(code, boundaries.label_spots(self.picture.level)[code])

    def _spot_at(self, code: str, spot: boundaries.LabelSpot) -> Spot:
        row = self.rows[code]
        wording = row.get("label") if row.get("label") is not None else row["wording"]
        x, y, radius = self.ground.x(spot.lon), self.ground.y(spot.lat), spot.radius * self.ground.scale
        return Spot(code, x, y, radius, row["short_name"], (wording or "") if row["value"] is not None else "")

    @cached_property
    def _homes(self) -> dict[str, str]:
        """Which inset carries a place's label."""
        return {code: each.key for each in self.insets for code in each.codes}

    def _enlarged(self) -> Iterable[tuple[tuple[str, str], shapely.Geometry]]:
        keys = {each.key for each in self.insets}
        return [(key, shape) for key, shape in insets.inset_shapes().items() if key[0] in keys]

    def _paths(self, codes: Iterable[str]) -> list[Path]:
        wanted = dict.fromkeys(codes)
        keys = {each.key for each in self.insets}
        main = [ring for code in wanted for ring in boundaries.rings(self.picture.level, "full")[code]]
        more = [
            ring for key, rings in insets.inset_rings().items() for ring in rings if key[0] in keys and key[1] in wanted
        ]
        return self.ground.paths([*main, *more])

    def _fill(self, code: str) -> str:
        row = self.rows[code]
        if self.picture.kind == "plain":
            return LAND
        if row["value"] is None:
            return colours.withheld("light") if code in self.picture.withheld else colours.no_data("light")
        if self.picture.kind == "circles" or row["class_index"] is None:
            return LAND
        return self.picture.colours[int(row["class_index"])]

    def _ink(self, label: Label) -> str:
        return TOKENS["light"].ink if label.leader else colours.ink(self._fill(label.code))

    @cached_property
    def _land(self) -> shapely.Geometry:
        return self.ground.geometry(shapely.union_all(list(self.shapes.values())))


def _heading(sheet: Sheet, picture: MapPicture) -> None:
    room = float(WIDTH - 2 * MARGIN)
    sheet.y = 10
    if picture.simulated:
        tag = width(words.SIMULATED, 10)
        sheet.write(WIDTH - MARGIN - 2, sheet.y + 9, words.SIMULATED, size=10, colour=TOKENS["light"].accent,
                    bold=True, anchor="right", framed=True)  # fmt: skip
        room -= tag + 22
    _lines(sheet, wrapped(picture.title, room, 15.5), 15.5, TOKENS["light"].ink, bold=True)
    if picture.subtitle:
        _lines(sheet, wrapped(picture.subtitle, WIDTH - 2 * MARGIN, 10.5), 10.5, TOKENS["light"].muted)
    sheet.y += 6


def _legend(sheet: Sheet, picture: MapPicture) -> None:
    sheet.y += 8
    legends.draw(sheet, picture, MARGIN)


def _footing(sheet: Sheet, picture: MapPicture) -> None:
    sheet.y += 8
    sheet.strokes([((MARGIN, WIDTH - MARGIN), (sheet.y, sheet.y))], TOKENS["light"].line, 0.8)
    sheet.y += 5
    marked = any(words.SIMULATED in line for line in picture.caption)
    caption = picture.caption if marked or not picture.simulated else (*picture.caption, words.SIMULATED)
    for text in caption:
        _lines(sheet, wrapped(text, WIDTH - 2 * MARGIN, 8.8), 8.8, TOKENS["light"].muted)
    sheet.y += 8


def _lines(sheet: Sheet, lines: Iterable[str], size: float, colour: str, *, bold: bool = False) -> None:
    for line in lines:
        sheet.write(MARGIN, sheet.y + size * 0.7, line, size=size, colour=colour, bold=bold)
        sheet.y += size * 1.42


def _not_too_near(bounds: Box) -> Box:
    """The bounds, widened until borders do not look coarser than they were surveyed."""
    west, south, east, north = bounds
    across, along = (
        max(0.0, least - shown) / 2 for least, shown in zip(NEAREST, (east - west, north - south), strict=True)
    )
    return west - across, south - along, east + across, north + along


def _areas(shape: shapely.Geometry) -> shapely.Geometry:
    """Only the polygons of a shape; cutting can leave points and lines."""
    return shapely.MultiPolygon([part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"])


def _bent(start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> Path:
    """A curve from one spot to another that bends to the right by an eighth of its length."""
    (x0, y0), (x1, y1) = start, end
    x, y = (x0 + x1) / 2 + (y1 - y0) / 8, (y0 + y1) / 2 - (x1 - x0) / 8
    shares = [i / steps for i in range(steps + 1)]
    return (
        [(1 - t) ** 2 * x0 + 2 * t * (1 - t) * x + t * t * x1 for t in shares],
        [(1 - t) ** 2 * y0 + 2 * t * (1 - t) * y + t * t * y1 for t in shares],
    )
