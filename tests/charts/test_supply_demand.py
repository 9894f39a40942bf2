"""What the pictures of supply and demand show: cells, colours around the middle, bands, targets, nothing invented."""

import polars as pl
import pytest

from charts import supply_demand as figures
from indicators import projection
from tests.charts.pictured import KNOWN
from tests.indicators.small import months

CELLS = pl.DataFrame(
    [
        ("330110", "A", 10, 2, 8, 0.2, 5), ("330110", "B", 0, 3, -3, None, 1),
        ("330108", "A", None, None, None, None, 7), ("330108", "B", 4, 12, -8, 3.0, None),
    ],
    schema=["place_code", "occupation_code", "demand", "supply", "gap", "ratio", "stock"], orient="row",
).with_columns(supply_withheld=pl.lit(False), stock_withheld=pl.lit(False))  # fmt: skip
NAMES = {"A": "甲职业", "B": "乙职业"}


def outlook(values: list[float | None]) -> projection.Outlook:
    span = months("2023-01", "2026-10")[: len(values)]
    found = projection.outlook(
        pl.DataFrame({"month": span, "value": values}, {"month": pl.String, "value": pl.Float64})
    )
    assert found is not None
    return found


def test_a_gap_is_coloured_around_zero_short_is_below_the_middle() -> None:
    drawn, letters = figures.gaps(CELLS, NAMES, "light", ratio=False).data
    assert [[*row] for row in drawn.text] == [[*letters.text[:2]], [*letters.text[2:]]]
    assert (drawn.x, drawn.y) == (("余杭", "滨江"), ("甲职业", "乙职业"))
    assert [[None if v is None else round(v, 3) for v in row] for row in drawn.z] == [[-2.828, None], [1.732, 2.828]]
    assert (drawn.zmin, drawn.zmax) == (pytest.approx(-(8**0.5)), pytest.approx(8**0.5))
    assert [list(row) for row in drawn.text] == [["8", "—"], ["−3", "−8"]]
    assert "缺报" in drawn.customdata[0][1]
    assert "缺口 −3　" in drawn.customdata[1][0]


def test_a_ratio_is_coloured_around_one_and_missing_without_demand() -> None:
    shown = figures.gaps(CELLS, NAMES, "light", ratio=True, narrow=True)
    (drawn,) = shown.data
    assert shown.layout.xaxis.tickangle == -90
    assert [list(row) for row in drawn.z] == [[0.2, None], [None, 2.0]]
    assert (drawn.zmin, drawn.zmax) == (0, 2.0)


def test_courses_and_retention_leave_gaps_where_nothing_is_known() -> None:
    year, span = months("2025-10", "2026-10"), months("2026-08", "2026-10")
    found = pl.DataFrame({"month": year, "known": [*range(12, 0, -1), None], "estimated": [None, *([5.0] * 12)]})
    whole, known, estimated = figures.courses(found, "light").data
    assert (whole.x, whole.y) == (("2025-10-01",), (12,))
    assert (known.y, estimated.y) == ((*range(11, 0, -1), None), (5.0,) * 12)
    assert (known.connectgaps, estimated.line.dash) == (False, "dot")
    history = pl.DataFrame({"month": span, "value": [30.0, None, None]})
    six, twelve = figures.retained({"结业6个月后": history, "结业12个月后": history}, "light").data
    assert six.y == twelve.y == (30.0, None, None)
    assert six.customdata[0] == "2026年8月<br>结业6个月后 30.0%"


@pytest.mark.parametrize("ratio", [False, True])
def test_a_cell_that_is_not_told_says_so_and_not_that_nobody_filed(ratio: bool) -> None:
    untold = CELLS.with_columns(supply_withheld=pl.col("gap").is_null(), stock_withheld=pl.col("stock").is_null())
    drawn, _ = figures.gaps(untold, NAMES, "light", ratio=ratio).data
    assert drawn.text[0][1] == "不公开"
    assert drawn.customdata[0][1].endswith("不公开<br>月末在岗 7 人")
    assert drawn.customdata[1][1].endswith("<br>月末在岗 不公开")


def test_the_road_has_a_band_the_target_and_the_path_that_arrives_there() -> None:
    found = outlook([float(i % 12 + 1) for i in range(46)])
    done = pl.DataFrame({"month": months("2026-09", "2026-10"), "total": [270.0, found.done]})
    figure = figures.road(done, found, 400.0, KNOWN["high_skilled_trained"], "light")
    band, known, told, needed = figure.data
    assert (band.fill, len(band.x)) == ("toself", 2 * 15)
    assert known.y == (270.0, found.done)
    assert (told.y[0], told.y[-1], told.x[-1]) == (found.done, found.arrival["total"], "2027-12-01")
    assert needed.y == (found.done, 400.0)
    assert (figure.layout.shapes[0].y0, figure.layout.annotations[0].text) == (400.0, "目标 400 人")


def test_a_road_to_many_is_told_in_tens_of_thousands() -> None:
    found = outlook([17_820.0] * 46)
    done = pl.DataFrame({"month": ["2026-10"], "total": [found.done]})
    looks = figures.road(done, found, 1_000_000.0, KNOWN["training_person_times"], "light").layout
    assert looks.yaxis.ticktext == ("0", "50万", "100万")
    assert looks.annotations[0].text == "目标 100 万人次"


def test_without_a_target_or_an_interval_neither_is_drawn() -> None:
    found = outlook([1.0] * 25)
    done = pl.DataFrame({"month": ["2025-01"], "total": [25.0]})
    figure = figures.road(done, found, None, KNOWN["high_skilled_trained"], "dark")
    assert [trace.name for trace in figure.data] == ["已完成", "推算"]
    assert not figure.layout.shapes


def test_supply_and_demand_go_on_with_their_bands() -> None:
    found = outlook([2.0] * 46)
    history = pl.DataFrame({"month": ["2026-10"], "value": [2.0]})
    figure = figures.monthly(
        {"岗位需求": history, "发放证书": history}, {"岗位需求": found}, {"岗位需求": "人", "发放证书": "本"}, "light"
    )
    assert [trace.name for trace in figure.data] == ["岗位需求", None, "岗位需求推算", "发放证书"]
