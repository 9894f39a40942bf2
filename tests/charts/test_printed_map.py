"""The printed map carries every word it was given, labels every place, and nothing on it lies over anything else."""

import itertools
import math
from typing import Any, Literal

import plotly.graph_objects as go
import polars as pl
import pytest

from charts import words
from charts.lettering import SIZES, extent, overlap, width
from charts.printed_map import WIDTH, MapPicture, printed_map
from geo import boundaries, colours, insets, places

CAPTION = ("单位：%。来源：第七次全国人口普查。", "数据版本：v46　2026-11-23　未取得审图号 仅供内部使用")
ALL = tuple(each.code for each in places.counties())
CITIES = tuple(each.code for each in places.prefectures())


def frame(codes: tuple[str, ...], missing: frozenset[str] = frozenset()) -> pl.DataFrame:
    """Values 1.0, 2.0 … in the order of the codes, five classes in turn."""
    rows = [
        {
            "place_code": code,
            "short_name": places.place(code).short_name,
            "value": None if code in missing else float(i + 1),
            "wording": "" if code in missing else f"{i + 1}.0",
            "class_index": None if code in missing else i % 5,
        }
        for i, code in enumerate(codes)
    ]
    return pl.DataFrame(rows, schema_overrides={"value": pl.Float64, "class_index": pl.Int64})


def picture(codes: tuple[str, ...] = ALL, **changed: Any) -> MapPicture:
    level: Literal["county", "prefecture"] = "prefecture" if codes == CITIES else "county"
    given: dict[str, Any] = {
        "title": "本科及以上学历人口集中在杭州主城",
        "subtitle": "全省 90 个县（市、区）",
        "frame": frame(codes),
        "level": level,
        "kind": "choropleth",
        "breaks": (1.0, 2.0, 3.0, 4.0),
        "class_labels": ("＜1", "1～2", "2～3", "3～4", "≥4"),
        "colours": colours.sequential(5, "light"),
        "chosen": None,
        "caption": CAPTION,
        "simulated": False,
    }
    return MapPicture(**(given | changed))


def circles(codes: tuple[str, ...] = ALL, **changed: Any) -> MapPicture:
    return picture(codes, kind="circles", class_labels=(), colours=(), breaks=(), **changed)


def plain(text: str) -> str:
    return text.removeprefix("<b>").removesuffix("</b>")


def written(figure: go.Figure) -> list[str]:
    """Every line of words on the figure."""
    drawn = [text for trace in figure.data if trace.mode == "text" for text in trace.text]
    return [plain(each.text) for each in figure.layout.annotations] + drawn


def map_labels(figure: go.Figure) -> list[tuple[str, float, float, float]]:
    """(words, x, y, size) of the labels on the map."""
    return [
        row
        for trace in figure.data
        if trace.mode == "text"
        for row in zip(trace.text, trace.x, trace.y, trace.textfont.size, strict=True)
    ]


def filled(figure: go.Figure, colour: str) -> list[go.Scatter]:
    return [trace for trace in figure.data if trace.fill == "toself" and trace.fillcolor == colour]


def boxes(figure: go.Figure) -> list[tuple[float, float, float, float]]:
    found = []
    for text, x, y, size in map_labels(figure):
        wide, high = extent((text,), size)
        found.append((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2))
    return found


def test_a_map_is_160_mm_wide_and_fits_an_a4_page() -> None:
    figure = printed_map(picture())
    assert figure.layout.width == WIDTH == round(160 / 25.4 * 96)
    assert figure.layout.height < 297 / 25.4 * 96 - 200


def test_every_county_is_labelled_with_name_and_value() -> None:
    figure = printed_map(picture())
    lines = " ".join(written(figure)).split()
    assert figure.layout.meta == {"unlabelled": []}
    for i, code in enumerate(ALL):
        assert places.place(code).short_name in lines
        assert f"{i + 1}.0" in lines


@pytest.mark.parametrize("codes", [ALL, CITIES, *(tuple(c.code for c in places.counties(p)) for p in CITIES)])
def test_labels_do_not_cover_each_other_and_stay_on_the_sheet(codes: tuple[str, ...]) -> None:
    figure = printed_map(picture(codes))
    assert figure.layout.meta == {"unlabelled": []}
    assert not [pair for pair in itertools.combinations(boxes(figure), 2) if overlap(*pair, gap=-0.6)]
    assert all(left >= 0 and right <= WIDTH and top > 0 for left, top, right, _ in boxes(figure))


def test_no_label_prints_smaller_than_five_points() -> None:
    assert min(size for *_, size in map_labels(printed_map(picture()))) >= min(SIZES)
    assert min(SIZES) * 72 / 96 >= 5


def test_words_of_labels_have_contrast_on_their_fill() -> None:
    figure = printed_map(picture())
    inks = {ink for trace in figure.data if trace.mode == "text" for ink in trace.textfont.color}
    assert all(max(colours.contrast(ink, fill) for ink in inks) >= 4.5 for fill in colours.sequential(5, "light"))


def test_title_subtitle_and_caption_are_on_the_map_word_for_word() -> None:
    lines = written(printed_map(picture()))
    assert "本科及以上学历人口集中在杭州主城" in lines
    assert "全省 90 个县（市、区）" in lines
    assert set(CAPTION) <= set(lines)
    assert not any(words.SIMULATED in line for line in lines)


def test_a_long_caption_and_title_are_wrapped_and_nothing_is_lost() -> None:
    long = "口径：大学本科及以上文化程度人口占 15 周岁及以上常住人口的比重，五区结构沿用调整前各区；" * 4
    lines = written(printed_map(picture(title=long, caption=(long, *CAPTION))))
    assert "".join(lines).replace(" ", "").count(long.replace(" ", "")) == 2
    figure = printed_map(picture(title=long, caption=(long,)))
    assert all(width(plain(each.text), each.font.size) <= WIDTH for each in figure.layout.annotations)


def test_simulated_data_is_marked_at_the_title_and_in_the_caption() -> None:
    lines = written(printed_map(picture(simulated=True)))
    assert lines.count(words.SIMULATED) == 2
    said = printed_map(picture(simulated=True, caption=(*CAPTION, f"{words.SIMULATED}，不得引用")))
    assert written(said).count(words.SIMULATED) == 1


def test_the_legend_counts_the_places_of_each_class_and_of_no_class() -> None:
    gone = frozenset(ALL[:4])
    lines = written(printed_map(picture(frame=frame(ALL, gone))))
    for label in ("＜1", "1～2", "2～3", "3～4", "≥4", "缺报"):
        assert label in lines
    assert [lines.count(f"{n} 个") for n in (17, 18, 4)] == [4, 1, 1]


def test_places_without_data_are_hatched_and_keep_their_name() -> None:
    whole = printed_map(picture())
    figure = printed_map(picture(frame=frame(ALL, frozenset({"330726"}))))
    assert not filled(whole, colours.no_data("light"))
    assert filled(figure, colours.no_data("light"))
    assert "浦江" in written(figure)


def test_each_class_is_one_filled_trace_with_its_counties_and_their_enlarged_copies() -> None:
    figure = printed_map(picture(chosen="330108"))
    (trace,) = filled(figure, colours.sequential(5, "light")[0])[:1]
    rings = sum(1 for x in trace.x if x is None) + 1
    assert rings >= len(ALL) / 5
    titles = [each.title for each in insets.INSETS]
    assert all(any(line.startswith(title) for line in written(figure)) for title in titles)


def test_the_chosen_place_is_outlined_and_marked_in_the_legend() -> None:
    accent = "#c44e14"
    figure = printed_map(picture(chosen="330110"))
    assert any(trace.line.color == accent for trace in figure.data if trace.mode == "lines")
    assert f"余杭 {ALL.index('330110') + 1}.0" in written(figure)
    assert not any(trace.line.color == accent for trace in printed_map(picture()).data if trace.mode == "lines")


def test_circles_have_areas_proportional_to_values_and_a_legend_of_round_ones() -> None:
    codes = tuple(each.code for each in places.counties("331100"))
    figure = printed_map(circles(codes, unit="人次", largest=100.0))
    discs, *legend = [trace for trace in figure.data if trace.mode == "markers"]
    sizes = sorted(discs.marker.size)
    assert sizes[-1] ** 2 / sizes[0] ** 2 == pytest.approx(9.0)
    assert [sorted(trace.marker.size)[0] for trace in legend] == sorted(trace.marker.size[0] for trace in legend)
    assert {"50 人次", "10 人次", "2 人次"} <= set(written(figure))


def test_a_zero_has_no_circle_but_its_label() -> None:
    zero = frame(CITIES).with_columns(value=pl.lit(0.0), wording=pl.lit("0"))
    figure = printed_map(circles(CITIES, frame=zero))
    assert not [trace for trace in figure.data if trace.mode == "markers" and len(trace.x) > 3]
    assert "杭州" in " ".join(written(figure))


def test_every_county_is_named_among_circles() -> None:
    assert printed_map(circles()).layout.meta == {"unlabelled": []}


def test_a_map_without_any_value_is_drawn_all_hatched() -> None:
    bare = frame(ALL, frozenset(ALL))
    for given in (picture(frame=bare), circles(frame=bare)):
        assert "90 个" in written(printed_map(given))


def test_equal_pictures_give_equal_figures() -> None:
    assert printed_map(circles(chosen="330110")) == printed_map(circles(chosen="330110"))


def test_a_degree_of_longitude_is_cos_29_of_one_of_latitude() -> None:
    figure = printed_map(picture(("330108",), chosen="330108"))
    assert (figure.layout.yaxis.scaleanchor, figure.layout.yaxis.scaleratio) == ("x", 1)
    outline = next(trace for trace in figure.data if trace.line.color == "#c44e14")
    wide, high = (max(each) - min(each) for each in (outline.x, outline.y))
    west, south, east, north = boundaries.bounds(["330108"])
    assert wide / high == pytest.approx((east - west) * math.cos(math.radians(29)) / (north - south), abs=3e-3)


def test_words_that_look_like_markup_stay_words() -> None:
    figure = printed_map(picture(title="<b>粗</b> & <i>斜</i>"))
    assert figure.layout.annotations[0].text == "<b>&lt;b&gt;粗&lt;/b&gt; &amp; &lt;i&gt;斜&lt;/i&gt;</b>"


def test_no_places_and_unknown_places_are_refused_in_chinese() -> None:
    with pytest.raises(ValueError, match="一个地区也没有"):
        printed_map(picture(frame=frame(ALL).clear()))
    strange = frame(ALL).with_columns(place_code=pl.lit("339999"))
    with pytest.raises(places.UnknownPlace, match="没有“339999”这个地区"):
        printed_map(picture(frame=strange))
