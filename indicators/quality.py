"""How well places file: completeness, timeliness and refusal as ratios of sums, and who has not filed what is due."""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from data_sources.tables import MONTHLY_TABLES, TABLES
from indicators import measures

ASPECTS: Final[Mapping[str, str]] = {
    "completeness": "完整率",
    "timeliness": "及时率",
    "refusal": "退回率",
    "problems": "待改正问题",
}
UNITS: Final = {"completeness": "%", "timeliness": "%", "refusal": "%", "problems": "处"}
DEFINITIONS: Final = {
    "completeness": "已接收的按月报送表占应报表的比重；每个填报单位每月应报 5 张。与指标“供需数据报送完整率”同一口径。",
    "timeliness": "在截止日前收到并已接收的表占应报表的比重；未报的算作不及时。与指标“供需数据报送及时率”同一口径。",
    "refusal": "退回的文件（有错误未被接收的，和上级审核退回的）占收到的全部文件的比重；没有收到文件的为空。",
    "problems": "最近一次退回的文件中有错的单元格数，改正并接收后归零；上级退回的每批计一处。",
}


def summed(cells: pl.DataFrame, place_codes: Sequence[str], by: Sequence[str] = ()) -> pl.DataFrame:
    """Cells (see `data_sources.quality.cells`) summed for these places, and by `table_name` or `month` or both.

    `place_code`, the columns of `by`, `expected`, `filed`, `in_time`, `late`, `overdue`, `files`, `refused`,
    `unreviewed`, `problems`, and the ratios in per cent: `completeness`, `timeliness`, `refusal` (null without files).
    Places in the order given; a prefecture is its counties and its 市本级.
    """
    members = measures.members()
    leaves = pl.DataFrame(
        [(place, leaf, at) for at, place in enumerate(place_codes) for leaf in members[place]],
        schema={"place": pl.String, "place_code": pl.String, "at": pl.Int64}, orient="row",
    )  # fmt: skip
    state = pl.col("state")
    counted = (
        cells.join(leaves, on="place_code")
        .group_by("place", "at", *by)
        .agg(
            pl.len().cast(pl.Int64).alias("expected"),
            state.is_in(["in_time", "late"]).sum().cast(pl.Int64).alias("filed"),
            *((state == name).sum().cast(pl.Int64).alias(name) for name in ("in_time", "late", "overdue")),
            pl.col("files", "refused", "unreviewed", "problems").sum(),
        )
        .sort("at", *by)
    )
    return counted.rename({"place": "place_code"}).drop("at").with_columns(
        completeness=_share("filed", "expected"), timeliness=_share("in_time", "expected"),
        refusal=_share("refused", "files"),
    )  # fmt: skip


def owing(cells: pl.DataFrame, place_codes: Sequence[str]) -> pl.DataFrame:
    """What is overdue or refused and not mended, longest due first: the cells' columns, for leaves of these places."""
    members = measures.members()
    wanted = sorted({leaf for place in place_codes for leaf in members[place]})
    return cells.filter(pl.col("state").is_in(["overdue", "refused"]) & pl.col("place_code").is_in(wanted)).sort(
        "due", "place_code", "table_name", "month"
    )


def _share(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(100 * pl.col(part) / pl.col(whole))


def table_labels() -> dict[str, str]:
    """The tables filed by month by name, in Chinese."""
    return {name: str(TABLES[name].label) for name in MONTHLY_TABLES}  # type: ignore[attr-defined]
