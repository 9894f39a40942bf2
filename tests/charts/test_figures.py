"""The charts beside the map show what the drawing says: best first, the chosen one marked, nothing for missing."""

import re

import pytest

from charts import figures, plain
from charts.printed_chart import printed_chart
from charts.theme import TOKENS
from tests.charts import pictured
from tests.charts.pictured import KNOWN

VALUES = [30.0, None, 10.0, 30.0, 0.0, *[None] * 6]
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")


def test_bars_are_best_first_from_the_top_and_the_missing_are_left_out() -> None:
    drawn, _ = pictured.of("talent_per_10k", VALUES)
    figure = figures.ranking(drawn, KNOWN["talent_per_10k"], "light", chosen="330300")
    (bars,) = figure.data
    assert list(bars.y) == ["330500", "330300", "330400", "330100"]
    assert list(bars.x) == [0, 10, 30, 30]
    assert list(figure.layout.yaxis.ticktext) == ["4  湖州", "3  温州", "1  嘉兴", "1  杭州"]
    assert list(bars.customdata[1]) == ["330300", "温州市", "10.0 人/万人", "第 3／4 位", "+10.0%"]
    fills = dict(drawn.frame.select("place_code", "fill").rows())
    wanted = [fills["330500"], TOKENS["light"].accent, fills["330400"], fills["330100"]]
    assert list(bars.marker.color) == wanted


@pytest.mark.parametrize(
    ("key", "values"), [("talent_per_10k", [None] * 11), ("supply_gap", [-5.0, -3.0, *[None] * 9]), ("talent_stock", [0.0] * 11)]
)  # fmt: skip
def test_every_bar_fits_on_the_axis(key: str, values: list[float | None]) -> None:
    drawn, _ = pictured.of(key, values)
    figure = figures.ranking(drawn, KNOWN[key], "dark", chosen=None)
    low, high = figure.layout.xaxis.range
    assert low < high
    assert all(low <= v <= high for v in values if v is not None)
    assert low <= 0 <= high


def test_only_peers_have_a_bar() -> None:
    drawn, _ = pictured.of("talent_stock", [float(n) for n in range(90)], level="all", peers="island")
    figure = figures.ranking(drawn, KNOWN["talent_stock"], "light", chosen=None)
    assert len(figure.data[0].x) == 6


def test_completion_has_a_line_at_pace() -> None:
    drawn, _ = pictured.of("training_completion", VALUES)
    (line,) = figures.ranking(drawn, KNOWN["training_completion"], "light", chosen=None).layout.shapes
    assert line.x0 == line.x1 == pytest.approx(100 * 46 / 60)


def test_the_line_of_pace_runs_through_no_value_and_never_leaves_the_axis() -> None:
    drawn, _ = pictured.of("training_completion", [71.6, 76.0, 77.5, 92.6, 40.0, *[None] * 6])
    figure = figures.ranking(drawn, KNOWN["training_completion"], "light", chosen=None)
    written = dict(zip(figure.data[0].x, figure.data[0].textposition, strict=True))
    assert written == {40.0: "outside", 71.6: "inside", 76.0: "inside", 77.5: "outside", 92.6: "outside"}
    behind, _ = pictured.of("training_completion", [20.0, *[None] * 10])
    assert figures.ranking(behind, KNOWN["training_completion"], "light", chosen=None).layout.xaxis.range[1] > 76.7


def test_a_missing_month_is_a_gap_and_zero_is_zero() -> None:
    history = pictured.series({"330110": [5.0, None, 0.0, 7.0]}, MONTHS)
    figure = figures.trend(history, KNOWN["training_person_times"], "light", month="2026-10")
    line, mark = figure.data
    assert list(line.y) == [5, None, 0, 7]
    assert line.connectgaps is False
    assert list(line.x) == ["2026-07-01", "2026-08-01", "2026-09-01", "2026-10-01"]
    assert [list(each) for each in line.customdata[:2]] == [["2026年7月", "5 人次"], ["2026年8月", "缺报"]]
    assert (list(mark.x), list(mark.y), list(mark.text)) == (["2026-10-01"], [7], ["7"])
    assert figure.layout.yaxis.rangemode == "tozero"


@pytest.mark.parametrize("month", ["2026-08", "2031-01"])
def test_a_month_without_a_value_is_not_marked(month: str) -> None:
    history = pictured.series({"330110": [5.0, None, 0.0, 7.0]}, MONTHS)
    assert len(figures.trend(history, KNOWN["training_person_times"], "light", month=month).data) == 1


def test_a_single_month_is_a_point_and_no_month_is_nothing() -> None:
    alone = pictured.series({"330110": [5.0]}, MONTHS[:1])
    assert figures.trend(alone, KNOWN["residents"], "light", month="2026-07").data[0].marker.size == (6,)
    empty = figures.trend(alone.clear(), KNOWN["residents"], "light", month="2026-07", with_pace=True)
    assert [list(each.y) for each in empty.data] == [[]]


def test_simulated_data_are_framed_on_paper() -> None:
    drawn, _ = pictured.of("talent_per_10k", VALUES)
    screen = figures.ranking(drawn, KNOWN["talent_per_10k"], "light", chosen=None)
    marks = [
        note for note in printed_chart(screen, "标题", ("演示数据（模拟）",)).layout.annotations if note.bordercolor
    ]
    assert [mark.text for mark in marks] == ["<b>演示数据（模拟）</b>"]


def test_the_line_of_pace_is_named() -> None:
    drawn, _ = pictured.of("training_completion", VALUES)
    shown = figures.ranking(drawn, KNOWN["training_completion"], "light", chosen=None)
    assert [note.text for note in shown.layout.annotations] == ["序时进度 76.7%"]


def test_a_month_between_gaps_is_a_dot() -> None:
    history = pictured.series({"330110": [5.0, None, 6.0, None]}, MONTHS)
    assert figures.trend(history, KNOWN["residents"], "light", month="2026-07").data[0].marker.size == (6, 0, 6, 0)


def test_pace_stands_beside_completion() -> None:
    history = pictured.series({"330110": [None, 70.0, 72.0, 75.0]}, MONTHS)
    figure = figures.trend(history, KNOWN["training_completion"], "light", month="2026-10", with_pace=True)
    assert list(figure.data[1].y) == pytest.approx([100 * n / 60 for n in (43, 44, 45, 46)])
    assert figure.layout.annotations[0].text == "序时进度"


@pytest.mark.parametrize(
    ("key", "most", "steps"),
    [
        ("training_person_times", 819_719.0, ("0", "20万", "40万", "60万", "80万")),
        ("talent_stock", 1_100_000.0, ("0", "50万", "100万")),
        ("training_person_times", 99_999.0, None),
        ("subsidy_paid", 819_719.0, None),
    ],
)
def test_an_axis_of_many_people_counts_in_ten_thousands(key: str, most: float, steps: tuple[str, ...] | None) -> None:
    history = pictured.series({"330110": [most / 2, most / 2, most / 2, most]}, MONTHS)
    assert figures.trend(history, KNOWN[key], "light", month="2026-10").layout.yaxis.ticktext == steps


def test_a_balance_may_go_below_zero() -> None:
    history = pictured.series({"330110": [5.0, -4.0, 0.0, 7.0]}, MONTHS)
    figure = figures.trend(history, KNOWN["supply_gap"], "light", month="2026-10")
    assert figure.layout.yaxis.rangemode == "normal"


@pytest.mark.parametrize("lines", [1, 3])
def test_on_paper_a_chart_has_title_and_caption_and_the_screens_own_is_untouched(lines: int) -> None:
    drawn, _ = pictured.of("talent_per_10k", VALUES)
    screen = figures.ranking(drawn, KNOWN["talent_per_10k"], "light", chosen=None)
    before = screen.to_json()
    title = "每万常住人口数字技能人才：杭州最高（30.0 人/万人），湖州最低（0.0 人/万人），其余在两者之间"
    caption = tuple(f"第 {n} 行" for n in range(lines))
    paper = printed_chart(screen, title, caption)
    notes = [note.text for note in paper.layout.annotations]
    assert "".join(re.sub("</?b>", "", note) for note in notes[:2]) == title
    assert notes[2:] == list(caption)
    assert paper.layout.height > screen.layout.height + 18 * lines
    assert paper.layout.margin.b >= 18 * lines
    assert screen.to_json() == before


def test_a_bar_below_zero_is_lettered_with_a_minus() -> None:
    (bars,) = plain.chart("bar", ["甲", "乙"], [("净流入", [-1234.5, 20.0], False)], 1).data
    assert bars.text == ("−1,234.5", "20.0")


@pytest.mark.parametrize(("series", "lines"), [(1, 0), (2, 1), (3, 1), (12, 4)])
def test_on_paper_a_legend_has_lines_of_its_own_under_the_title(series: int, lines: int) -> None:
    names = [f"第{n}条目标完成率" for n in range(series)]
    drawn = plain.chart("line", ["1月", "2月"], [(name, [1.0, 2.0], False) for name in names[:3]], 0)
    if series > 3:
        drawn.add_traces([{"type": "scatter", "x": ["1月"], "y": [1], "name": name} for name in names[3:]])
    paper = printed_chart(drawn, "标题", ("说明",))
    (title,) = [note for note in paper.layout.annotations if "标题" in note.text]
    lowest = title.yshift - 1.4 * title.font.size
    assert lowest >= 20 * lines
    assert paper.layout.margin.t == 42 + 22 * lines
