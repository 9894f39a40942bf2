"""The command line prints what the screen shows, names what is wrong with the nearest that is right, and exits so."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from data_sources.cubes import Cubes
from data_sources.settings import ROOT, settings
from geo import places
from indicators import cli, command_line, measures
from indicators.catalogue import catalogue
from indicators.view import View
from tests.data_sources import samples

KNOWN = catalogue()


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cubes are kept in one folder of the tests' own."""
    monkeypatch.setenv("TALENT_VAR", str(tmp_path_factory.getbasetemp() / "cli-var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


class Command:
    """`python -m indicators`, in this process."""

    def __init__(self, url: str, capsys: pytest.CaptureFixture[str]) -> None:
        self._url, self._capsys = url, capsys

    def value(self, *arguments: str) -> tuple[int, str, str]:
        """Exit code, what was printed, what was said of errors."""
        code = cli.main(["value", *arguments, "--db", self._url])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """What `--format json` printed."""
        code, out, err = self.value(*arguments, "--format", "json")
        assert (code, err) == (command_line.OK, "")
        rows: list[dict[str, Any]] = json.loads(out)["rows"]
        return rows


@pytest.fixture
def command(demo_url: str, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(demo_url, capsys)


# --- what is printed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["province", "prefecture", "county"])
@pytest.mark.parametrize(
    "key", ["training_person_times", "supply_gap", "budget_execution", "talent_per_10k", "residents"]
)
def test_what_is_printed_is_what_is_measured(key: str, level: str, command: Command, demo_cubes: Cubes) -> None:
    indicator, window = KNOWN[key], KNOWN[key].windows[0]
    codes = {
        "province": [places.PROVINCE],
        "prefecture": [p.code for p in places.prefectures()],
        "county": [p.code for p in places.counties()],
    }[level]
    month = "2020-11" if window == "census" else "2026-10"
    wanted = measures.snapshot(measures.series(demo_cubes, indicator, window), month, tuple(codes), indicator)
    printed = {row["place_code"]: row for row in command.rows(key, "--level", level)}
    assert sorted(printed) == sorted(codes)
    for row in wanted.iter_rows(named=True):
        shown = printed[row["place_code"]]
        for column in ("rank", "ranked_of", "filed", "expected"):
            assert shown[column] == row[column]
        for column in ("value", "yoy", "numerator", "denominator"):
            assert shown[column] == pytest.approx(row[column]) if row[column] is not None else shown[column] is None
        assert (shown["month"], shown["window"], shown["unit"]) == (month, window, indicator.unit)
        assert shown["name"] == places.place(row["place_code"]).name


def test_the_best_comes_first_and_the_missing_last(command: Command) -> None:
    ranks = [row["rank"] for row in command.rows("training_person_times", "--level", "county", "--window", "month")]
    known = [rank for rank in ranks if rank is not None]
    assert (known[0], known, len(known)) == (1, sorted(known), 87)
    assert ranks[87:] == [None] * 3


def test_period_window_cluster_and_place_are_obeyed(command: Command, demo_cubes: Cubes) -> None:
    rows = command.rows(
        "training_person_times", "--level", "county", "--period", "2025-03", "--window", "year_to_date",
        "--cluster", "人工智能", "--place", "嘉兴",
    )  # fmt: skip
    indicator = KNOWN["training_person_times"]
    series = measures.series(demo_cubes, indicator, "year_to_date", "C06").filter(month="2025-03")
    wanted = dict(series.select("place_code", "value").rows())
    assert {row["place_code"]: row["value"] for row in rows} == {
        p.code: wanted[p.code] for p in places.counties("330400")
    }
    assert command.rows(
        "training_person_times", "--level", "county", "--period", "2025-03", "--window", "year_to_date",
        "--cluster", "C06", "--place", "330400",
    ) == rows  # fmt: skip


@pytest.mark.parametrize(
    ("level", "place", "codes"),
    [
        ("province", "330000", ["330000"]),
        ("prefecture", "舟山市", ["330900"]),
        ("county", "舟山", ["330902", "330903", "330921", "330922"]),
        ("county", "余杭区", ["330110"]),
    ],
)
def test_a_place_keeps_itself_or_its_parts(level: str, place: str, codes: list[str], command: Command) -> None:
    rows = command.rows("residents", "--level", level, "--place", place)
    assert sorted(row["place_code"] for row in rows) == codes


@pytest.mark.parametrize(("level", "place"), [("province", "330110"), ("prefecture", "余杭区"), ("province", "杭州市")])
def test_a_level_above_the_place_is_refused_with_what_to_do(level: str, place: str, command: Command) -> None:
    code, out, err = command.value("residents", "--level", level, "--place", place)
    assert (code, out) == (command_line.USAGE, "")
    assert f"没有这一层的数值。请改用 --level {'prefecture' if place == '杭州市' else 'county'}。" in err


def test_a_period_that_a_census_cannot_have_is_said(command: Command) -> None:
    code, out, err = command.value("residents", "--period", "2026-10")
    assert (code, err) == (command_line.OK, "普查指标只有 2020-11 一期，--period 2026-10 未采用。\n")
    assert "2020-11" in out


def test_csv_says_the_same_as_json_and_leaves_missing_empty(command: Command) -> None:
    asked = ("training_person_times", "--level", "county", "--window", "month")
    code, out, _ = command.value(*asked, "--format", "csv")
    read = list(csv.DictReader(io.StringIO(out)))
    assert code == command_line.OK
    for text, row in zip(read, command.rows(*asked), strict=True):
        assert list(text) == list(row)
        assert {k: v or None for k, v in text.items()} == {k: None if v is None else str(v) for k, v in row.items()}


def test_a_table_has_title_mark_version_and_a_dash_for_missing(command: Command) -> None:
    code, out, _ = command.value("training_person_times", "--level", "county", "--window", "month")
    lines = out.splitlines()
    assert code == command_line.OK
    assert "数字技能培训人次（人次）　当月　2026-10　v46　演示数据（模拟）" in lines[0]
    assert sum("余杭区" in line for line in lines) == 1
    assert sum("—" in line and "缺" not in line for line in lines) >= 3


def test_the_census_is_not_marked_as_simulated(command: Command) -> None:
    _, out, _ = command.value("residents", "--level", "province")
    assert "正式数据" in out
    assert "演示" not in out


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_the_list_has_every_indicator(form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["list", "--format", form]) == command_line.OK
    out = capsys.readouterr().out
    for key, indicator in KNOWN.items():
        assert key in out
        assert indicator.title in out
    if form == "json":
        assert [row["key"] for row in json.loads(out)["rows"]] == list(KNOWN)


# --- what is wrong is named ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["trainning_person_time"], ["trainning_person_time", "training_person_times"]),
        (["人才存量"], ["人才存量", "talent_stock"]),
        (["zzz"], ["zzz", "python -m indicators list"]),
        (["talent_stock", "--place", "余航区"], ["余航区", "余杭区（330110）"]),
        (["talent_stock", "--place", "330104"], ["330104", "330105"]),
        (["talent_stock", "--period", "2026-13"], ["2026-13", "2023-01 至 2026-10", "2026-10"]),
        (["talent_stock", "--period", "2031-01"], ["2031-01", "2026-01"]),
        (["talent_stock", "--window", "year_to_date"], ["year_to_date", "month_end（月末）"]),
        (["talent_stock", "--cluster", "人工智障"], ["人工智障", "人工智能"]),
        (["talent_stock", "--cluster", "C77"], ["C77", "C07"]),
        (["talent_stock", "--peers", "alike", "--place", "杭州"], ["alike（相似地区）", "--place", "“杭州市”不是"]),
        (["talent_stock", "--peers", "prefecture"], ["prefecture（同市）", "一个市或县", "“浙江省”不是"]),
        (["subsidy_paid", "--cluster", "C01"], ["补贴资金支出", "不分产业集群", "--cluster"]),
    ],
)
def test_what_is_wrong_is_named_with_the_nearest_that_is_right(
    arguments: list[str], said: list[str], command: Command
) -> None:
    code, out, err = command.value(*arguments)
    assert (code, out) == (command_line.USAGE, "")
    assert [word for word in said if word not in err] == []


@pytest.mark.parametrize("peers", ["alike", "prefecture", "island", "mountain26", "all"])
def test_peers_are_ranked_as_on_screen(peers: str, demo_cubes: Cubes, command: Command) -> None:
    shown = View("talent_per_10k", "month_end", "2026-10", place="330110", level="all", peers=peers)
    known = KNOWN["talent_per_10k"]
    now = measures.snapshot(
        measures.series(demo_cubes, known, "month_end"), "2026-10", shown.ranked_places, known
    ).sort("rank", "place_code", nulls_last=True)
    rows = command.rows("talent_per_10k", "--peers", peers, "--place", "余杭区")
    assert [(r["place_code"], r["rank"], r["ranked_of"]) for r in rows] == now.select(
        "place_code", "rank", "ranked_of"
    ).rows()


@pytest.mark.parametrize("arguments", [[], ["value"], ["value", "talent_stock", "--window", "mont"], ["values"]])
def test_wrong_usage_is_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(arguments)
    assert ended.value.code == command_line.USAGE
    assert "usage: python -m indicators" in capsys.readouterr().err


def test_no_value_at_all_is_code_1(demo_cubes: Cubes, command: Command) -> None:
    series = measures.series(demo_cubes, KNOWN["training_person_times"], "month").filter(month="2026-10", expected=1)
    late = series.filter(series["value"].is_null())["place_code"][0]
    asked = ("training_person_times", "--level", "county", "--window", "month", "--place", late)
    code, out, _ = command.value(*asked, "--format", "json")
    assert code == command_line.WRONG
    assert [row["value"] for row in json.loads(out)["rows"]] == [None]


def test_an_empty_database_has_the_census_and_says_that_the_rest_is_not_there(
    fresh_sqlite: str, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = Command(samples.migrated(fresh_sqlite), capsys)
    assert len(empty.rows("residents", "--level", "county")) == 90
    code, out, err = empty.value("talent_stock")
    assert (code, out) == (command_line.UNREACHABLE, "")
    assert "还没有报送数据" in err
    assert "python -m data_sources demo" in err


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/talent.db", "python -m data_sources migrate --db"),
        ("postgresql://u@127.0.0.1:1/talent", "pg_isready -h 127.0.0.1 -p 1"),
        ("oracle://x", "export TALENT_DB="),
    ],
)
def test_a_database_that_is_not_there_is_code_3_with_the_cure(
    url: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = Command(url, capsys).value("talent_stock")
    assert (code, out) == (command_line.UNREACHABLE, "")
    assert "处理办法" in err
    assert said in err


def test_a_wrong_setting_is_code_2_and_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TALENT_DEMO_SCALE", "many")
    settings.cache_clear()
    assert cli.main(["value", "talent_stock"]) == command_line.USAGE
    assert "TALENT_DEMO_SCALE" in capsys.readouterr().err


def test_the_module_runs_as_a_program(demo_url: str) -> None:
    program = [sys.executable, "-m", "indicators", "value", "training_completion", "--format", "csv"]
    ended = subprocess.run(
        [*program, "--level", "province"],
        cwd=ROOT,
        env=os.environ | {"TALENT_DB": demo_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    (row,) = csv.DictReader(io.StringIO(ended.stdout))
    assert (row["place_code"], row["name"], row["month"]) == ("330000", "浙江省", "2026-10")
    assert 50 < float(row["value"]) < 100
