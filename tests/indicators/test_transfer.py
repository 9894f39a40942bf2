"""调剂测算: exact to the fen, within floor and cap, fair in every order; nobody without data gets a made-up number."""

import json
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from data_sources.cubes import Cubes
from data_sources.settings import settings
from geo import places
from indicators import cli, command_line, measures, transfer
from indicators.catalogue import catalogue
from indicators.transfer import FACTORS, Impossible, Terms, spread
from tests.indicators import small
from tests.indicators.small import CHUNAN, TONGLU, row

TASKS = {"tasks": 100, "shortfall": 0, "need": 0, "efficiency": 0}
PARTS = ("amount", "tasks", "shortfall", "need", "efficiency", "adjustment")
COUNTIES = tuple(p.code for p in places.counties())


def scored(*rows: tuple[Any, ...]) -> pl.DataFrame:
    """Places A, B, … with tasks, shortfall, need and efficiency."""
    padded = [("ABCDEFGH"[i], *each, *(0,) * (4 - len(each))) for i, each in enumerate(rows)]
    kinds = {"place_code": pl.String, **dict.fromkeys(FACTORS, pl.Int64)} | {"efficiency": pl.Float64}
    return pl.DataFrame(padded, schema=kinds, orient="row")


def amounts(found: pl.DataFrame) -> list[int | None]:
    return found["amount"].to_list()


@pytest.mark.parametrize(
    ("tasks", "terms", "wanted"),
    [
        ((1, 1), Terms(100, TASKS), [50, 50]),
        ((3, 1), Terms(100, TASKS), [75, 25]),
        ((1, 1, 1), Terms(100, TASKS), [34, 33, 33]),  # the remaining fen in the order of codes
        ((1, 2), Terms(100, TASKS), [33, 67]),  # the remaining fen to the largest remainder
        ((7,), Terms(100, TASKS), [100]),
        ((98, 1, 1), Terms(100, TASKS, floor=10), [80, 10, 10]),
        ((90, 8, 2), Terms(100, TASKS, cap=50), [50, 40, 10]),
        ((90, 8, 2), Terms(100, TASKS, floor=15, cap=50), [50, 35, 15]),
        ((5, 0), Terms(100, TASKS), [100, 0]),
        ((5, 0), Terms(100, TASKS, floor=20), [80, 20]),
        ((5, 3, 2), Terms(99, TASKS, floor=33, cap=33), [33, 33, 33]),
        ((5, 5), Terms(100, TASKS, floor=50), [50, 50]),
    ],
)
def test_amounts_by_tasks_alone(tasks: tuple[int, ...], terms: Terms, wanted: list[int]) -> None:
    assert amounts(spread(scored(*((t,) for t in tasks)), terms)) == wanted


def test_each_factor_spreads_its_share_and_the_parts_add_up() -> None:
    found = spread(scored((30, 0, 10, 1.0), (10, 50, 10, 3.0)), Terms(1_000))
    assert found.select("place_code", *PARTS, "missing").rows() == [
        ("A", 450, 300, 0, 100, 50, 0, ""),
        ("B", 550, 100, 200, 100, 150, 0, ""),
    ]


def test_weights_are_relative_and_a_factor_that_is_zero_everywhere_gives_its_weight_to_the_others() -> None:
    scores = scored((30, 0, 10, 0.0), (10, 0, 30, 0.0))
    half = Terms(1_000, {"tasks": 50, "shortfall": 0, "need": 50, "efficiency": 0})
    same = Terms(1_000, {"tasks": 1, "shortfall": 7, "need": 1, "efficiency": 9})
    assert amounts(spread(scores, half)) == amounts(spread(scores, same)) == [500, 500]


def test_who_lacks_a_weighted_factor_is_left_out_and_named_and_the_others_share_the_pool() -> None:
    scores = scored((1, None, 1, 1.0), (1, 1, None, None), (1, 1, 1, 1.0))
    found = spread(scores, Terms(100, floor=5))
    assert amounts(found) == [None, None, 100]
    assert found["missing"].to_list() == ["资金缺口", "用人需求、资金绩效", ""]
    assert found.head(2).select(PARTS).null_count().row(0) == (2,) * len(PARTS)
    assert amounts(spread(scores, Terms(100, TASKS))) == [34, 33, 33]


@pytest.mark.parametrize(
    ("scores", "terms", "said"),
    [
        (scored((1,)), Terms(0), "调剂资金为0"),
        (scored((1,)), Terms(-5), "调剂资金为0"),
        (scored((1,)), Terms(9, dict.fromkeys(FACTORS, 0)), "权重都是0"),
        (scored((0,), (0,)), Terms(9, TASKS), "在各地都是0"),
        (scored((None,)), Terms(9, TASKS), "没有一个地区的数据齐全"),
        (scored(), Terms(9, TASKS), "没有一个地区的数据齐全"),
        (
            scored((1,), (1,), (1,)), Terms(100_000_000, TASKS, floor=40_000_000),
            "3 个地区的保底合计 120.00 万元，超过调剂资金 100.00 万元。保底最高可设 33.33 万元",
        ),
        (scored((1,)), Terms(9_000_000, TASKS, floor=2_000_000, cap=1_000_000), "保底（2.00 万元）高于封顶（1.00 万元）"),
        (
            scored((1,), (1,), (0,)), Terms(9_000_000, TASKS, cap=2_000_000),
            "2 个有得分的地区都到封顶，也只能分出 4.00 万元，调剂资金是 9.00 万元",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_met_is_said(scores: pl.DataFrame, terms: Terms, said: str) -> None:
    with pytest.raises(Impossible) as refusal:
        spread(scores, terms)
    assert said in str(refusal.value)


# --- whatever the numbers --------------------------------------------------------------------------------------------

numbers = st.integers(0, 10**9)
rows_of_scores = st.lists(
    st.tuples(numbers, numbers, numbers, st.floats(0, 1e9, allow_nan=False, allow_infinity=False)),
    min_size=1,
    max_size=8,
)


@st.composite
def possible(draw: st.DrawFn) -> tuple[list[tuple[Any, ...]], Terms]:
    """Scores and terms that can be met."""
    rows = [(row[0] + 1, *row[1:]) for row in draw(rows_of_scores)]
    pool = draw(st.integers(len(rows), 10**12))
    weights = {"tasks": draw(st.integers(1, 100)), **{key: draw(st.integers(0, 100)) for key in list(FACTORS)[1:]}}
    floor = draw(st.integers(0, pool // len(rows)))
    cap = draw(st.one_of(st.just(0), st.integers(-(-pool // len(rows)), pool)))
    return rows, Terms(pool, weights, floor, cap)


@examples(max_examples=150, deadline=None)
@given(possible())
def test_the_pool_is_spent_to_the_fen_within_the_bounds_and_parts_add_up(given: Any) -> None:
    rows, terms = given
    found = spread(scored(*rows), terms)
    assert found["amount"].sum() == terms.pool
    assert found["amount"].min() >= terms.floor
    assert found["amount"].max() <= (terms.cap or terms.pool)
    assert found.select(pl.sum_horizontal(PARTS[1:]) == pl.col("amount")).to_series().all()


@examples(max_examples=80, deadline=None)
@given(possible(), st.randoms(use_true_random=False))
def test_the_order_of_places_does_not_matter(given: Any, chance: Any) -> None:
    rows, terms = given
    scores = scored(*rows)
    order = list(range(len(rows)))
    chance.shuffle(order)
    shuffled = spread(scores[order], terms).sort("place_code")
    assert shuffled.rows() == spread(scores, terms).rows()


@examples(max_examples=80, deadline=None)
@given(possible(), st.integers(1, 10**6))
def test_more_tasks_never_bring_less_but_for_a_fen_of_rounding(given: Any, more: int) -> None:
    rows, terms = given
    raised = [(rows[0][0] + more, *rows[0][1:]), *rows[1:]]
    assert spread(scored(*raised), terms)["amount"][0] >= spread(scored(*rows), terms)["amount"][0] - 1


@examples(max_examples=80, deadline=None)
@given(possible())
def test_who_scores_at_least_as_much_on_everything_gets_at_least_as_much(given: Any) -> None:
    rows, terms = given
    found = amounts(spread(scored(*rows), terms))
    for a, one in enumerate(rows):
        for b, other in enumerate(rows):
            if all(x >= y for x, y in zip(one, other, strict=True)):
                assert found[a] >= found[b] - (one[0] == other[0])  # a fen, where only codes decide


@examples(max_examples=80, deadline=None)
@given(possible())
def test_without_bounds_it_is_the_textbook_formula(given: Any) -> None:
    """The slow and obvious second way: share by share in floating point."""
    rows, bounded = given
    terms = Terms(bounded.pool, bounded.weights)
    columns = dict(zip(FACTORS, zip(*rows, strict=True), strict=True))
    weights = {key: terms.weights[key] for key in FACTORS if sum(columns[key]) > 0}
    for at, amount in enumerate(amounts(spread(scored(*rows), terms))):
        shares = [weight * columns[key][at] / sum(columns[key]) for key, weight in weights.items()]
        assert amount == pytest.approx(terms.pool * sum(shares) / sum(weights.values()), rel=1e-9, abs=1.01)


# --- what the factors are --------------------------------------------------------------------------------------------


def test_scores_of_a_small_place_can_be_worked_out_by_hand() -> None:
    """桐庐: 70 of 100 done, 60 passed; 6 万元 paid in two months of a plan of 20; 30 wanted. 淳安 has no plan of money."""
    both = small.filing((TONGLU, CHUNAN), small.months("2023-01", "2023-02"))
    goals = {"indicator_key": "training_person_times", "year": "2027", "value": 100}
    cubes = small.cubes(
        both,
        training=[row(TONGLU, "2023-01", person_times=70, passed_person_times=60), row(CHUNAN, "2023-01", person_times=120)],
        target=[row(TONGLU, **goals), row(CHUNAN, **goals)],
        subsidy=[row(TONGLU, "2023-01", amount=6_000_000, kind="online_training"),
                 row(CHUNAN, "2023-02", amount=6_000_000, kind="internship")],
        budget=[row(TONGLU, 2023, amount=20_000_000)],
        vacancy=[row(TONGLU, "2023-01", headcount=10), row(TONGLU, "2023-02", headcount=20)],
    )  # fmt: skip
    assert transfer.scores(cubes, (TONGLU, CHUNAN, "330182"), "2023-02").rows() == [
        (TONGLU, 30, 36_000_000 - 14_000_000, 30, pytest.approx(30 * 60 / 6)),
        (CHUNAN, 0, None, 0, None),
        ("330182", None, None, None, None),
    ]


def test_a_plan_of_zero_yuan_is_a_plan() -> None:
    filed = small.filing((TONGLU,), small.months("2023-01", "2023-06"))
    paid = [row(TONGLU, "2023-03", amount=500)]
    with_plan = small.cubes(filed, subsidy=paid, budget=[row(TONGLU, 2023, amount=0)])
    assert transfer.scores(with_plan, (TONGLU,), "2023-06")["shortfall"].to_list() == [1_000 + 500]
    without = small.cubes(filed, subsidy=paid)
    assert transfer.scores(without, (TONGLU,), "2023-06")["shortfall"].to_list() == [None]


def test_scores_are_the_indicators(demo_cubes: Cubes) -> None:
    found = transfer.scores(demo_cubes, COUNTIES, "2026-09")
    done = measures.series(demo_cubes, catalogue()["training_completion"], "since_2023").filter(month="2026-09")
    left = done.with_columns(left=(pl.col("denominator") - pl.col("numerator")).clip(0))
    wanted = {r["place_code"]: r["left"] for r in left.to_dicts() if r["value"] is not None}
    assert dict(found.select("place_code", "tasks").iter_rows()) == {code: wanted.get(code) for code in COUNTIES}
    assert found.height == 90


# --- the command -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _own_folder(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Cubes are kept in one folder of the tests' own."""
    monkeypatch.setenv("TALENT_VAR", str(tmp_path_factory.getbasetemp() / "cli-var"))
    settings.cache_clear()
    yield
    settings.cache_clear()


def asked(url: str, capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = cli.main(["transfer", *arguments, "--db", url])
    return (code, *capsys.readouterr())


def test_the_command_prints_what_the_function_gives(
    demo_url: str, demo_cubes: Cubes, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--pool", "50000000", "--floor", "100000", "--weight", "tasks=60", "--period", "2026-09"]
    code, out, _ = asked(demo_url, capsys, *arguments, "--format", "json")
    assert code == command_line.OK
    rows = json.loads(out)["rows"]
    weights = {"tasks": 60, "shortfall": 20, "need": 20, "efficiency": 20}
    scores = transfer.scores(demo_cubes, COUNTIES, "2026-09")
    wanted = spread(scores, Terms(5_000_000_000, weights, 10_000_000))
    fen = [None if r["amount"] is None else round(100 * r["amount"]) for r in rows]
    assert fen == wanted["amount"].to_list()
    assert sum(f for f in fen if f is not None) == 5_000_000_000
    assert [r["missing"] for r in rows] == wanted["missing"].to_list()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--pool", "0"], "调剂资金为0"),
        (["--pool", "100", "--floor", "50"], "保底合计"),
        (["--pool", "100", "--place", "余航区"], "余杭区"),
    ],
)
def test_impossible_terms_are_code_2(
    arguments: list[str], said: str, demo_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = asked(demo_url, capsys, *arguments)
    assert (code, out) == (command_line.USAGE, "")
    assert said in err


@pytest.mark.parametrize("arguments", [["--pool", "1.234"], ["--pool", "many"], ["--pool", "1", "--weight", "tusks=1"]])
def test_what_is_no_amount_or_weight_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["transfer", *arguments])
    assert ended.value.code == command_line.USAGE
    assert arguments[-1] in capsys.readouterr().err
