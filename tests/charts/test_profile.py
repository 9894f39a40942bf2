"""The spine and the sentences of a profile."""

import polars as pl
import pytest

from charts import profile as figures
from indicators import profile

BLANK = dict.fromkeys(profile.SCHEMA)


def row(key: str, **changed: object) -> dict[str, object]:
    spread = {"worst": 10.0, "q1": 20.0, "median": 25.0, "q3": 30.0, "best": 50.0}
    return {
        **BLANK,
        "key": key,
        "title": key,
        "theme": "人才",
        "polarity": "higher",
        "trend": "flat",
        "sure": True,
        **spread,
        **changed,
    }


def frame(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=profile.SCHEMA)


@pytest.mark.parametrize(
    ("polarity", "value", "at"),
    [("higher", 50.0, 1.0), ("higher", 10.0, 0.0), ("lower", 10.0, 1.0), ("none", 30.0, 0.5), ("higher", None, None)],
)
def test_better_is_always_right(polarity: str, value: float | None, at: float | None) -> None:
    assert figures.scaled(row("talent_per_10k", polarity=polarity), value) == at


def test_what_all_places_share_has_no_line() -> None:
    found = frame(
        row("talent_per_10k", worst=5.0, best=5.0, value=5.0),
        row("high_skilled_share", value=30.0, rank=3, ranked_of=90),
    )
    figure = figures.spine(found, "light", name="余杭区")
    assert list(figure.data[-1].y) == ["高技能占比"]
    assert "第 3／90 位" in figure.data[-1].customdata[0]


def test_a_missing_value_has_no_dot() -> None:
    figure = figures.spine(frame(row("talent_per_10k")), "light", name="余杭区")
    assert list(figure.data[-1].x) == []


def test_the_sentences_name_best_weakest_and_what_moves() -> None:
    found = frame(
        row("talent_per_10k", value=331.8, rank=4, ranked_of=88, trend="rising"),
        row("high_skilled_share", value=22.1, rank=70, ranked_of=88),
        row("shortage_share", value=27.5, rank=34, ranked_of=88, polarity="lower", trend="falling"),
    )
    assert figures.sentences(found, "余杭区") == [
        "余杭区相对最好的是talent_per_10k（331.8 人/万人，第 4／88 位）；相对最弱的是high_skilled_share（22.1%，第 70／88 位）。",
        "近12个月呈上升趋势的有talent_per_10k。",
        "近12个月呈下降趋势的有shortage_share。",
    ]


def test_without_ranks_nothing_is_claimed() -> None:
    assert figures.sentences(frame(row("talent_per_10k")), "余杭区") == ["余杭区可比指标的数据不足，暂不作判断。"]
