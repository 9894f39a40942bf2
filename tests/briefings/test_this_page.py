"""本页: each page's view as a document says what the measures say for its filter, verifies, and refuses what it cannot hold."""

from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from briefings import cli, kinds, this_page, verify
from briefings.document import Chart, Document, Table, plain
from briefings.facts import Facts
from briefings.numbers import Number
from briefings.this_page import PAGES, WrongPage
from charts import words
from data_sources.cubes import Cubes
from data_sources.vocabulary import CONTEST_LEVELS
from indicators import clusters, compare, evaluation, flows, measures, payment_checks, transfer
from indicators.catalogue import catalogue
from indicators.options import ABOUT, ALLOWED
from indicators.payment_checks import ANY
from indicators.transfer import Terms
from indicators.view import View
from tests.briefings.writing import WRITERS, in_turn

NOW = datetime(2026, 11, 5, 9, 30)
MONTH = "2026-10"
URLS = (
    "/overview?place=330110",
    "/overview?indicator=residents",
    "/talent_map?place=330110&level=all&peers=alike&indicator=talent_per_10k",
    "/talent_map?indicator=residents&place=330100",
    "/talent_map?indicator=talent_stock&cluster=C01&level=all",
    "/place_profile?place=330110",
    "/place_profile?place=330100",
    "/place_profile",
    "/compare?compared=330110~330108~330282~330100",
    "/clusters?place=330100&aspect=vacancies",
    "/clusters?level=all&matrix=count",
    "/subsidies?place=330100",
    "/subsidies?place=330100&part=checks&allow_repeated=2",
    "/subsidies?part=transfer&pool=800&level=all",
    "/subsidies?part=transfer&pool=1&floor=1000",
    "/supply_demand?place=330110",
    "/supply_demand?supply=pipeline",
    "/supply_demand?place=330110&supply=flows&over=since_2023",
    "/supply_demand?place=330110&supply=retention",
    "/supply_demand?supply=outlook",
    "/evaluation?place=330100&span=since_2023&pyramid=new",
    "/evaluation?place=330110",
    "/bases?place=330100&minutes=45&base_kinds=high_skill~internship",
    "/bases?base_look=seats&over=since_2023",
)


@pytest.fixture(scope="module")
def facts(demo_cubes: Cubes) -> Facts:
    return kinds.facts(demo_cubes)


def made(facts: Facts, url: str) -> Document:
    return this_page.document(facts, url, NOW)


def table(document: Document, start: str) -> Table:
    found = [b for b in document.blocks(Table, Chart) if isinstance(b, Table) and b.title.startswith(start)]
    return found[0]


def row(found: Table, name: str) -> list[float | None]:
    """The exact values of a row."""
    cells = next(r for r in found.rows if r[0] == name)
    return [cell.value for cell in cells if isinstance(cell, Number)]


@pytest.mark.parametrize(("url", "suffix"), in_turn(URLS, WRITERS))
def test_every_page_verifies_in_every_format(url: str, suffix: str, facts: Facts, tmp_path: Path) -> None:
    document = made(facts, url)
    assert document.findings
    file = tmp_path / f"file.{suffix}"
    file.write_bytes(WRITERS[suffix](document))
    assert [str(f) for f in verify.verified(file, facts.cubes).findings] == []


def test_every_page_that_is_offered_has_a_document_and_an_example_here() -> None:
    assert set(PAGES) == set(ABOUT.allowed)
    assert {url[1:].partition("?")[0] for url in URLS} == set(PAGES)


def test_a_map_ranks_among_the_peers_of_its_view(facts: Facts) -> None:
    view = View("talent_per_10k", "month_end", MONTH, place="330110", level="all", peers="alike")
    series = measures.series(facts.cubes, catalogue()["talent_per_10k"], "month_end")
    expected = measures.snapshot(series, MONTH, view.ranked_places, catalogue()["talent_per_10k"])
    document = made(facts, URLS[2])
    found = table(document, "余杭区和与其最相似的 10 个县（市、区）每万")
    assert len(found.rows) == 11
    for each in expected.iter_rows(named=True):
        name = kinds.places.place(each["place_code"]).name
        assert row(found, name)[:2] == [each["value"], each["rank"]]
    own = expected.filter(place_code="330110").row(0, named=True)
    said = plain(document.findings[0])
    assert f"居余杭区和与其最相似的10个县（市、区）第{own['rank']}／11位" in said
    assert words.number(own["value"], 1) in said


def test_the_filter_and_the_address_are_those_of_the_page(facts: Facts) -> None:
    document = made(facts, "/supply_demand?place=330110&supply=flows&over=since_2023&briefing=page&formats=pptx")
    path, query = document.origin.url.split("?")
    assert path.endswith("/supply_demand")
    assert query.endswith("month=2026-10&place=330110&supply=flows&over=since_2023")
    assert (
        "地区：余杭区；层级：本市各县；产业集群：全部；看什么：人员流动；累计时期：2023年以来累计"
        in document.origin.filter
    )
    assert document.title == "杭州市余杭区供需与流动"


def test_flows_are_those_of_the_chosen_period(facts: Facts) -> None:
    codes = tuple(p.code for p in kinds.places.counties("330100"))
    own = flows.balance(facts.cubes, "since_2023", MONTH, codes).filter(place_code="330110").row(0, named=True)
    found = table(made(facts, "/supply_demand?place=330110&supply=flows&over=since_2023"), "各地流入流出")
    assert row(found, "余杭区")[:3] == [own["inside"], own["outflow"], own["net"]]


def test_the_average_beside_compared_places_is_a_ratio_of_sums(facts: Facts) -> None:
    found = table(made(facts, "/compare"), "3 个地区的 3 项指标")
    indicator = catalogue()["high_skilled_share"]
    values = measures.series(facts.cubes, indicator, indicator.windows[0])
    among = compare.reference_places("level", ("330110", "330108", "330282"))
    average = compare.averages(values, among, indicator).filter(pl.col("month") == MONTH)["value"][0]
    cells = next(r for r in found.rows if str(r[0]).startswith(indicator.short))
    assert isinstance(cells[-1], Number)
    assert cells[-1].value == average


def test_a_cluster_is_that_of_the_view(facts: Facts) -> None:
    document = made(facts, "/clusters?level=prefecture&indicator=talent_stock&cluster=C02")
    codes = tuple(p.code for p in kinds.places.prefectures())
    cells = clusters.matrix(facts.cubes, "talent_stock", "month_end", MONTH, codes, facts.series)
    own = cells.filter(place_code="330100", cluster_code="C02").row(0, named=True)
    found = table(document, "智能计算各地人才")
    assert row(found, "杭州市") == [own["value"], pytest.approx(100 * own["share"]), own["quotient"]]


def test_checks_count_what_the_readers_rules_name(facts: Facts) -> None:
    allowed = {key: int(option.default) for key, option in ALLOWED.items()}
    groups = payment_checks.found(facts.cubes, allowed, "2026-01", MONTH)
    whole = payment_checks.by_rule(groups, "330100").filter(rule=ANY).row(0, named=True)
    found = table(made(facts, "/subsidies?place=330100&part=checks"), "各规则找出的发放")
    assert row(found, "合计（去重）") == [whole["payments"], whole["amount"], whole["places"]]


def test_a_transfer_adds_up_to_its_pool_and_impossible_terms_are_told(facts: Facts) -> None:
    found = table(made(facts, "/subsidies?part=transfer&pool=800"), "调剂测算")
    codes = tuple(p.code for p in kinds.places.prefectures())
    spread = transfer.spread(transfer.scores(facts.cubes, codes, MONTH), Terms(800 * 1_000_000))
    assert sum(row(found, str(r[0]))[0] or 0 for r in found.rows) == spread["amount"].sum()
    assert "保底" in plain(made(facts, "/subsidies?part=transfer&pool=1&floor=1000").findings[0])


def test_ladders_contests_and_institutions_are_those_of_the_measures(facts: Facts) -> None:
    document = made(facts, "/evaluation?place=330100&span=since_2023&pyramid=new")
    span = ("2023-01", MONTH)
    for which, title in (("L", "杭州市新八级工"), ("T", "杭州市专业技术等级")):
        steps = evaluation.ladder(facts.cubes, "330100", span, which, stock=False)
        found = table(document, title)
        printed: list[Any] = [r[1].value for r in found.rows if isinstance(r[1], Number)]
        assert printed == steps["value"].to_list()[::-1]
    held = evaluation.contests(facts.cubes, "330100", span)
    assert row(table(document, "杭州市数字技能竞赛"), "合计") == [
        held[c].sum() for c in ("contests", "participants", "awards")
    ]
    assert len(table(document, "杭州市数字技能竞赛").rows) == len(CONTEST_LEVELS) + 1


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("/about_data", "页面“about_data”没有可以成文的内容。可用：overview（总览）"),
        ("/bases?base_look=next", "“下一个基地”是测算，不写入材料"),
        ("/bases?base_look=circle&reached_by=isochrones", "不用自备等时圈"),
        ("/subsidies?part=payments", "逐笔发放含个人记录，不写入材料"),
        ("/compare?compared=&measured=", "没有选择地区或指标"),
    ],
)
def test_what_cannot_be_written_is_refused(url: str, told: str, facts: Facts) -> None:
    with pytest.raises(WrongPage, match=told):
        made(facts, url)


def test_make_page_on_the_command_line_tells_what_it_did_not_use(
    demo_url: str, own_var: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TALENT_VAR", str(own_var))
    cli.settings.cache_clear()
    asked = ["make", "page", "--db", demo_url, "--out", str(tmp_path), "--format", "xlsx"]
    assert cli.main([*asked, "--url", "http://server:8501/talent_map?place=330110&windw=month"]) == cli.OK
    said = capsys.readouterr()
    assert "参数“windw”没有用处" in said.err
    file = Path(said.out.strip())
    assert file.name == "浙江数字人才_余杭区_人才地图-培训完成率_2026-10_v46.xlsx"
    assert cli.main(["verify", str(file), "--db", demo_url]) == cli.OK
    assert cli.main(asked) == cli.USAGE
    assert "要用 --url 给出" in capsys.readouterr().err
    cli.settings.cache_clear()
