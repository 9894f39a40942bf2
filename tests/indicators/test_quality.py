"""Ratios of filing are ratios of sums, agree with the indicators of the catalogue, and with hand-written SQL."""

import datetime as dt
import json
from typing import Any

import polars as pl
import pytest

from data_sources import quality as lineage
from data_sources.cubes import Cubes
from data_sources.tables import MONTHLY_TABLES
from geo import places
from indicators import cli, command_line, measures, quality, spans
from indicators.catalogue import catalogue
from tests.indicators.asked import among, asked

TODAY = dt.date(2027, 1, 1)
EVERYWHERE = tuple(p.code for p in places.places())


def cells(*given: tuple[str, str, str, int, int, int]) -> pl.DataFrame:
    """Cells of October 2026: table, leaf, state, files, refused, problems."""
    return pl.DataFrame(
        [(t, leaf, "2026-10", state, files, refused, problems, 0, dt.date(2026, 11, 30))
         for t, leaf, state, files, refused, problems in given],
        schema=["table_name", "place_code", "month", "state", "files", "refused", "problems", "unreviewed", "due"],
        orient="row",
    )  # fmt: skip


SOME = cells(
    ("training", "330110", "in_time", 1, 0, 0),
    ("vacancy", "330110", "late", 3, 2, 0),
    ("training", "330100B", "refused", 1, 1, 7),
    ("vacancy", "330100B", "overdue", 0, 0, 0),
    ("training", "330903", "awaited", 0, 0, 0),
)


def test_a_prefecture_is_its_counties_and_its_own() -> None:
    found = quality.summed(SOME, ("330903", "330100", "330110")).to_dicts()
    assert [(r["place_code"], r["expected"], r["filed"], r["in_time"], r["overdue"]) for r in found] == [
        ("330903", 1, 0, 0, 0), ("330100", 4, 2, 1, 1), ("330110", 2, 2, 1, 0),
    ]  # fmt: skip
    hangzhou = found[1]
    assert (hangzhou["completeness"], hangzhou["timeliness"]) == (50, 25)
    assert hangzhou["refusal"] == pytest.approx(100 * 3 / 5)
    assert (hangzhou["problems"], hangzhou["files"]) == (7, 5)
    assert found[0]["refusal"] is None


def test_by_table_the_sums_are_apart() -> None:
    found = quality.summed(SOME, ("330100",), ["table_name"])
    assert found.select("table_name", "expected", "filed", "files").rows() == [
        ("training", 2, 1, 2), ("vacancy", 2, 1, 3),
    ]  # fmt: skip


def test_owing_is_what_is_overdue_or_to_be_mended() -> None:
    found = quality.owing(SOME, ("330000",))
    assert found.select("place_code", "table_name", "state").rows() == [
        ("330100B", "training", "refused"), ("330100B", "vacancy", "overdue"),
    ]  # fmt: skip
    assert quality.owing(SOME, ("330110",)).is_empty()


@pytest.mark.parametrize("window", ["month", "year_to_date", "since_2023"])
def test_the_ratios_are_the_indicators(demo_url: str, demo_cubes: Cubes, window: Any) -> None:
    found = quality.summed(lineage.cells(demo_url, spans.months(demo_cubes, window, "2026-10"), TODAY), EVERYWHERE)
    for key, column in (("filing_completeness", "completeness"), ("filing_timeliness", "timeliness")):
        series = measures.series(demo_cubes, catalogue()[key], window)
        wanted = measures.snapshot(series, "2026-10", EVERYWHERE, catalogue()[key])["value"].to_list()
        assert found[column].to_list() == pytest.approx(wanted)


@pytest.mark.parametrize("place", ["330000", "330100", "330110"])
def test_what_is_filed_is_what_sql_counts(demo_url: str, demo_cubes: Cubes, place: str) -> None:
    found = quality.summed(lineage.cells(demo_url, demo_cubes.months, TODAY), (place,)).row(0, named=True)
    names = ", ".join(map(repr, MONTHLY_TABLES))
    ((filed,),) = asked(
        demo_url,
        "SELECT count(*) FROM (SELECT DISTINCT table_name, place_code, month FROM submission WHERE status = 'accepted' "
        f"AND {among(place)} AND table_name IN ({names}) AND month IS NOT NULL)",
    )
    assert found["filed"] == filed
    assert found["expected"] - filed == found["overdue"] > 0 or place == "330110"


def test_the_command_prints_them(demo_url: str, demo_cubes: Cubes, capsys: pytest.CaptureFixture[str]) -> None:
    def rows(*arguments: str) -> list[dict[str, Any]]:
        assert cli.main(["quality", *arguments, "--db", demo_url, "--format", "json"]) == command_line.OK
        found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["rows"]
        return found

    cells = lineage.cells(demo_url, spans.months(demo_cubes, "year_to_date", "2026-10"), TODAY)
    by_table = rows("--place", "杭州市", "--level", "county", "--by", "table")
    wanted = quality.summed(cells, tuple(p.code for p in places.counties("330100")), ["table_name"])
    assert [(r["place_code"], r["table_name"], r["filed"]) for r in by_table] == wanted.select(
        "place_code", "table_name", "filed"
    ).rows()
    assert by_table[0]["name"] == places.place(by_table[0]["place_code"]).name
    may = rows("--owing", "--window", "since_2023")
    assert {(r["table_name"], r["state"]) for r in may if r["month"] == "2025-05"} == {("vacancy", "overdue")}
