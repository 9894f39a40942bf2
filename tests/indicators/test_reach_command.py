"""`python -m indicators reach` prints what the measures say and what SQL says, obeys its options, refuses the rest."""

from pathlib import Path

import geopandas
import pytest
import shapely

from data_sources.settings import settings
from indicators import cli, command_line
from tests.indicators.asked import asked
from tests.indicators.conftest import Rows


def test_use_is_hand_written_sql(rows: Rows, demo_url: str) -> None:
    printed = rows("reach", "--show", "use", "--place", "330106", "--period", "2026-08", "--window", "month")
    wanted = asked(demo_url, """SELECT b.base_code, b.seats, count(t.month), round(1.0 * count(t.month) / b.seats, 9)
        FROM base AS b LEFT JOIN training AS t ON t.base_code = b.base_code AND t.month = '2026-08'
        WHERE b.place_code = '330106' AND opened_month <= '2026-08' AND (closed_month IS NULL OR closed_month > '2026-08')
        GROUP BY 1, 2 ORDER BY 2 DESC, 1""")  # fmt: skip
    assert [(r["base_code"], r["seats"], r["person_times"], round(r["use"], 9)) for r in printed] == wanted


def test_the_circle_and_the_seats_answer_for_every_level(rows: Rows) -> None:
    (province,) = rows("reach", "--level", "province")
    counties = rows("reach")
    assert len(counties) == 90
    within = sum(row["residents_within"] for row in counties)
    assert province["residents_share"] == pytest.approx(within / sum(row["residents"] for row in counties))
    wider = rows("reach", "--level", "province", "--minutes", "60", "--detour", "110", "--speed", "60")
    fewer = rows("reach", "--level", "province", "--kinds", "talent_park")
    assert fewer[0]["residents_share"] < province["residents_share"] < wider[0]["residents_share"]
    seats = rows("reach", "--show", "seats", "--level", "prefecture", "--place", "杭州")
    assert [row["name"] for row in seats] == ["杭州市"]


def test_the_next_bases_lie_where_they_were_asked_for(rows: Rows) -> None:
    found = rows("reach", "--show", "next", "--count", "2", "--place", "丽水", "--helped", "workers")
    assert [row["rank"] for row in found] == [1, 2]
    assert all(row["place_code"].startswith("3311") for row in found)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--minutes", "5"], "应是 10 至 120 的整数"),
        (["--detour", "1.3"], "应是 100 至 250 的整数"),
        (["--kinds", "school"], "invalid choice"),
    ],
)
def test_what_is_out_of_range_is_refused(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["reach", *arguments])
    assert said in capsys.readouterr().err


def test_isochrones_are_asked_for_or_their_absence_is_named(
    rows: Rows, demo_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert cli.main(["reach", "--by", "isochrones", "--db", demo_url]) == command_line.USAGE
    assert "TALENT_ISOCHRONES" in capsys.readouterr().err
    (code,) = asked(demo_url, "SELECT min(base_code) FROM base WHERE opened_month < '2020' AND closed_month IS NULL")[0]
    file = tmp_path / "own.geojson"
    frame = geopandas.GeoDataFrame({"base_code": [code], "minutes": [20]}, geometry=[shapely.box(118, 27, 123, 32)])
    frame.set_crs(4490).to_file(file)
    monkeypatch.setenv("TALENT_ISOCHRONES", str(file))
    settings.cache_clear()
    try:
        assert rows("reach", "--by", "isochrones", "--level", "province")[0]["residents_share"] == pytest.approx(1)
        monkeypatch.setenv("TALENT_ISOCHRONES", str(tmp_path / "none.gpkg"))
        settings.cache_clear()
        assert cli.main(["reach", "--by", "isochrones", "--db", demo_url]) == command_line.USAGE
        assert "找不到文件" in capsys.readouterr().err
    finally:
        settings.cache_clear()
