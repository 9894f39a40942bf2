"""The commands behind 补贴资金, 评价激励, 总览, 区域画像 and 对比 print what the measures say, and that is what SQL says."""

import polars as pl
import pytest

from data_sources.cubes import Cubes
from geo import places
from indicators import cli, command_line, compare, measures, oversight, payment_checks, peers, profile, subsidies
from indicators.catalogue import Window, catalogue
from tests.indicators.asked import among, asked
from tests.indicators.conftest import Rows

PREFECTURES = tuple(p.code for p in places.prefectures())
COUNTIES = tuple(p.code for p in places.counties())
YEAR = "month BETWEEN '2026-01' AND '2026-09'"


def series(cubes: Cubes, key: str, window: Window) -> pl.DataFrame:
    return measures.series(cubes, catalogue()[key], window)


def test_spending_by_fund_is_in_yuan_what_the_rows_add_up_to(rows: Rows, demo_url: str) -> None:
    paid = dict(
        asked(demo_url, f"SELECT fund, sum(amount) FROM subsidy WHERE {among('330100')} AND {YEAR} GROUP BY fund")
    )
    printed = rows("spending", "funds", "--place", "杭州", "--period", "2026-09")
    assert {row["fund"]: round(100 * row["paid"]) for row in printed if row["paid"]} == paid


@pytest.mark.parametrize("by", list(subsidies.BREAKDOWNS))
def test_spending_is_told_apart_as_on_the_page(rows: Rows, demo_cubes: Cubes, by: str) -> None:
    wanted = subsidies.breakdown(demo_cubes, "330110", "2026-10", by)
    printed = rows("spending", "breakdown", "--by", by, "--place", "余杭区")
    assert [(row["code"], round(100 * row["amount"]), row["payments"]) for row in printed] == wanted.select(
        "code", "amount", "payments"
    ).rows()


def test_spending_flows_from_funds_to_kinds_and_on_to_clusters(rows: Rows, demo_cubes: Cubes) -> None:
    printed = rows("spending", "flows")
    first = subsidies.flows(demo_cubes, "330000", "2026-10")
    assert [(row["from"], row["to"]) for row in printed[: first.height]] == first.select("fund", "kind").rows()
    halves = [sum(row["amount"] for row in part) for part in (printed[: first.height], printed[first.height :])]
    assert halves[0] == pytest.approx(halves[1])


def test_checks_are_by_rule_by_place_and_one_by_one(rows: Rows, demo_cubes: Cubes) -> None:
    groups = payment_checks.found(demo_cubes, {"too_many": 2}, "2026-01", "2026-10")
    by_rule = {row["rule"]: row["payments"] for row in rows("spending", "checks", "--allow", "too_many=2")}
    assert by_rule == dict(payment_checks.by_rule(groups, "330000").select("rule", "payments").rows())
    by_place = rows("spending", "places", "--allow", "too_many=2")
    assert sum(row["any"] for row in by_place) == by_rule["any"]
    single = rows("spending", "payments", "--allow", "too_many=2", "--most", "1000")
    assert len(single) == by_rule["any"]
    assert all(row["too_many"] > 2 for row in single)


def test_a_rule_that_is_none_is_refused(demo_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        cli.main(["spending", "checks", "--allow", "cheap=1", "--db", demo_url])
    assert "规则可选" in capsys.readouterr().err


def test_evaluation_prints_ladders_issuers_contests_and_institutions(rows: Rows, demo_url: str) -> None:
    levels = rows("evaluation", "levels", "--place", "余杭区", "--window", "since_2023")
    issued = dict(asked(demo_url, f"SELECT level, count(*) FROM certificate WHERE {among('330110')} GROUP BY level"))
    told = {row["level"]: row["value"] for row in levels if row["counted"] == "certificates"}
    assert {level: number for level, number in told.items() if number} == {k: v for k, v in issued.items() if k}
    issuers = rows("evaluation", "issuers", "--place", "余杭区", "--window", "since_2023")
    assert sum(row["certificates"] for row in issuers) == sum(issued.values())
    held = asked(
        demo_url, f"SELECT sum(awards) FROM contest WHERE {among('330100')} AND month BETWEEN '2026-01' AND '2026-10'"
    )
    assert sum(row["awards"] for row in rows("evaluation", "contests", "--place", "杭州")) == held[0][0]
    steps = asked(demo_url, "SELECT kind, sum(quantity) FROM milestone WHERE month <= '2026-10' GROUP BY kind")
    told = {row["kind"]: row["quantity"] for row in rows("evaluation", "institutions", "--level", "province")}
    assert {kind: number for kind, number in told.items() if number} == dict(steps)


def test_standing_prints_positions_watched_movers_likeness_and_averages(rows: Rows, demo_cubes: Cubes) -> None:
    positions = profile.positions(demo_cubes, catalogue(), "330110", "2026-10", series)
    assert rows("standing", "positions", "--place", "余杭区") == positions.to_dicts()
    apart = profile.apart(demo_cubes, catalogue(), PREFECTURES, "2026-10", series)
    told = [(row["key"], row["best"], row["highest"]) for row in rows("standing", "apart")]
    assert told == [(row["key"], row["best"], "、".join(row["highest"])) for row in apart.to_dicts()]
    judged = oversight.judged(demo_cubes, catalogue(), "county", "2026-10", series)
    assert [(r["key"], r["place_code"]) for r in rows("standing", "watched", "--level", "county")] == oversight.watched(
        judged, COUNTIES
    ).select("key", "place_code").rows()
    gained = [row["gained"] for row in rows("standing", "movers", "--level", "county")]
    assert gained == [n for part in oversight.movers(judged, COUNTIES) for n in part["gained"]]
    alike = rows("standing", "alike", "--place", "余杭区")
    assert [(r["place_code"], r["distance"]) for r in alike] == peers.nearest("330110").rows()
    average = rows("standing", "average", "--key", "talent_per_10k")
    wanted = compare.averages(
        series(demo_cubes, "talent_per_10k", "month_end"), PREFECTURES, catalogue()["talent_per_10k"]
    )
    assert [row["value"] for row in average] == wanted["value"].to_list()
    both = rows("standing", "average", "--among", "余杭区", "--among", "滨江区")
    of_both = compare.averages(
        series(demo_cubes, "talent_per_10k", "month_end"), ("330110", "330108"), catalogue()["talent_per_10k"]
    )
    assert [row["value"] for row in both] == of_both["value"].to_list() != wanted["value"].to_list()


def test_the_province_alone_has_nobody_to_be_behind_of(demo_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["standing", "watched", "--level", "province", "--db", demo_url]) == command_line.USAGE
    assert "请用 --level prefecture 或 county" in capsys.readouterr().err


def test_names_are_put_beside_codes_in_another_frame() -> None:
    given = pl.DataFrame({"place_code": ["330100", "330100B"], "value": [1, 2]})
    shown = command_line.named(given)
    assert shown.rows() == [("330100", "杭州市", 1), ("330100B", "杭州市本级", 2)]
    assert given.columns == ["place_code", "value"]
