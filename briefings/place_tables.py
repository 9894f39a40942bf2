"""Tables of places and of months as they are shown and taken along: their columns, and every value rounded once."""

from collections.abc import Mapping

import polars as pl

from briefings.tables import ColumnForm
from charts import words
from indicators import small_numbers
from indicators.catalogue import Indicator


def columns_of(indicator: Indicator, frame: pl.DataFrame | None = None) -> dict[str, ColumnForm]:
    """The exported columns of a table of places, of this `frame` of them where some values may not be told."""
    withheld = frame is not None and bool(frame["withheld"].any())
    remark = ColumnForm("说明" if withheld else "位次说明", None, 18)
    unit, change = indicator.unit, "同比变化（百分点）" if indicator.unit == "%" else "同比增长（%）"
    return {
        "place_code": ColumnForm("地区代码", None, 10),
        "name": ColumnForm("地区", None, 16),
        "value": ColumnForm(f"{indicator.title}（{unit}）", indicator.decimals, 24),
        "rank": ColumnForm("位次", 0, 8),
        "ranked_of": ColumnForm("参与排名（个）", 0, 14),
        **({"remark": remark} if withheld or not indicator.additive else {}),
        "yoy_shown": ColumnForm(change, 1, 16),
        "filed": ColumnForm("数据完整的填报单位（个）", 0, 24),
        "expected": ColumnForm("应报单位（个）", 0, 14),
    }


def tabulated(frame: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    """A table of places as screen and files show it: values rounded once (`value`), growth in its header's unit (`yoy_shown`),
    and what is to be said of a rank, or of a value that is not told (`remark`; null for nothing)."""
    factor = 1 if indicator.unit == "%" else 100
    if "unsure" in frame.columns:
        few = pl.col("unsure") & pl.col("rank").is_not_null()
        frame = frame.with_columns(remark=pl.when(few).then(pl.lit(small_numbers.DOUBT)))
    if "withheld" in frame.columns:
        said = pl.col("remark") if "remark" in frame.columns else pl.lit(None, dtype=pl.String)
        untold = pl.col("withheld") & pl.col("value").is_null()
        frame = frame.with_columns(remark=pl.when(untold).then(pl.lit(words.WITHHELD)).otherwise(said))
    return frame.with_columns(
        value=_rounded(frame["value"], indicator.decimals, 1), yoy_shown=_rounded(frame["yoy"], 1, factor)
    )


def remarked(
    frame: pl.DataFrame, forms: Mapping[str, ColumnForm], untold: Mapping[str, str]
) -> tuple[pl.DataFrame, Mapping[str, ColumnForm]]:
    """A table of these columns whose rows say which of them are not told, so that nobody takes an empty cell for a missing
    number: `untold` gives for a column the one that is true where it is withheld. Nothing is added where all is told."""
    said = [
        pl.when(pl.col(flag).fill_null(False) & pl.col(column).is_null()).then(
            pl.lit(forms[column].header.split("（")[0])
        )
        for column, flag in untold.items()
    ]
    listed = pl.concat_str(said or [pl.lit("")], separator="、", ignore_nulls=True)
    found = frame.with_columns(remark=pl.when(listed != "").then(pl.format("{}：{}", pl.lit(words.WITHHELD), listed)))
    every = {**forms, **({"remark": ColumnForm("说明", None, 24)} if found["remark"].count() else {})}
    return found.select(list(every)), every


def rounded(frame: pl.DataFrame, forms: Mapping[str, ColumnForm]) -> pl.DataFrame:
    """The frame with each number rounded once, as its column's form says."""
    numbers = {name: forms[name].decimals for name, kind in frame.schema.items() if kind.is_float()}
    return frame.with_columns(
        _rounded(frame[name], decimals, 1).alias(name) for name, decimals in numbers.items() if decimals is not None
    )


def months_of(indicator: Indicator, frame: pl.DataFrame) -> dict[str, ColumnForm]:
    """The exported columns of one place's series, this `frame`."""
    kept = columns_of(indicator, frame)
    wanted = ("value", *(["remark"] if frame["withheld"].any() else []), "yoy_shown", "filed", "expected")
    return {"month": ColumnForm("月份", None, 10), **{name: kept[name] for name in wanted}}


def _rounded(values: pl.Series, decimals: int, factor: int) -> pl.Series:
    kept = [None if v is None else words.rounded(v * factor, decimals) for v in values]
    return pl.Series(kept, dtype=pl.Float64)
