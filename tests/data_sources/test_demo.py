"""The demonstration data keeps its promises: shape, lineage, consistency from row to row, and the published figures."""

import re
from collections.abc import Iterable

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel

from data_sources import demo, findings
from data_sources.demo import certificate_counts
from data_sources.demo.homes import HOMES
from data_sources.demo.late import LATE_IN_LAST_MONTH
from data_sources.demo.months import MONTHS
from data_sources.demo.organisations import credit_check, organisation_check
from data_sources.demo.sampling import Wheel, apportion, rank_within, spread
from data_sources.demo.world import world
from data_sources.settings import ROOT
from data_sources.tables import FACT_TABLES, MONTHLY_TABLES
from data_sources.vocabulary import HIGH_SKILLED
from geo import boundaries, places

SCALE, SEED = 0.01, 2023
TABLES = [str(model.__tablename__) for model in FACT_TABLES]
FILERS = {p.code for p in places.places() if p.level != "province"}


@pytest.fixture(scope="module")
def made() -> demo.Demo:
    return demo.make(SCALE, SEED)


@pytest.fixture(scope="module")
def larger() -> demo.Demo:
    return demo.make(0.1, SEED)


@pytest.fixture(scope="module")
def occupations() -> pl.DataFrame:
    return reference("occupations.csv").select(
        "edition", occupation_code="code", ladder=pl.col("level_system").fill_null("")
    )


def reference(file: str) -> pl.DataFrame:
    return pl.read_csv(ROOT / "data_sources" / "reference" / file, infer_schema=False)


def stock(employment: pl.DataFrame, month: str) -> pl.DataFrame:
    open_then = pl.col("end_month").is_null() | (pl.col("end_month") > month)
    return employment.filter((pl.col("start_month") <= month) & open_then)


def lives(employment: pl.DataFrame) -> pl.DataFrame:
    """All spells in the order of person and time, beside each the person's spell before it."""
    before = [pl.col(c).shift(1).over("person_key").alias(f"{c}_before") for c in ("end_month", "place_code", "level")]
    rank = pl.int_range(pl.len()).over("person_key").alias("spell")
    return employment.sort("person_key", "start_month").with_columns(*before, rank)


# --- shape and lineage ----------------------------------------------------------------------------------------------


def test_every_fact_table_is_there_with_exactly_its_columns(made: demo.Demo) -> None:
    assert sorted(made.facts) == sorted(TABLES)
    for name, frame in {**made.facts, "submission": made.submissions}.items():
        assert frame.columns == [c.name for c in SQLModel.metadata.tables[name].columns], name
        assert len(frame) > 0, name


def test_nothing_is_found_that_would_be_refused(made: demo.Demo) -> None:
    known = {
        "place": frozenset(p.code for p in places.places()),
        "cluster": frozenset(reference("clusters.csv")["code"]),
        "occupation": frozenset(reference("occupations.csv")["code"]),
    }
    assert findings.of(made.submissions, made.facts, known) == ()


def test_the_same_seed_makes_the_same_frames_and_another_does_not(made: demo.Demo) -> None:
    again, other = demo.make(SCALE, SEED), demo.make(SCALE, SEED + 1)
    assert again.submissions.equals(made.submissions)
    assert all(again.facts[name].equals(made.facts[name]) for name in TABLES)
    assert not other.facts["training"].equals(made.facts["training"])


@pytest.mark.parametrize(("scale", "seed"), [(0, 1), (-1.0, 1), (1.0, -1)])
def test_a_scale_or_seed_that_means_nothing_is_refused(scale: float, seed: int) -> None:
    with pytest.raises(ValueError, match="规模须大于"):
        demo.make(scale, seed)


def test_progress_rises_from_nothing_to_all() -> None:
    told: list[tuple[float, str]] = []
    demo.make(0.001, SEED, lambda done, stage: told.append((done, stage)))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert (told[0][0], told[-1][0]) == (0.0, 1.0)
    assert all(stage for _, stage in told)


def test_submissions_are_numbered_densely_in_the_order_of_version_table_and_place(made: demo.Demo) -> None:
    filed = made.submissions
    assert filed["id"].to_list() == list(range(1, len(filed) + 1))
    assert filed.equals(filed.sort("data_version", "table_name", "place_code"))
    assert set(filed["provenance"]) == {"simulated"}
    assert set(filed["status"]) == {"accepted"}


def test_a_submission_arrives_in_the_month_after_the_one_it_is_about(made: demo.Demo) -> None:
    monthly = made.submissions.filter(pl.col("month").is_not_null())
    version = pl.col("month").replace_strict({m: i for i, m in enumerate(MONTHS, start=1)}, return_dtype=pl.Int32)
    assert monthly.filter(pl.col("data_version") != version).is_empty()
    following = (pl.col("month") + "-01").str.to_date().dt.offset_by("1mo").dt.strftime("%Y-%m")
    assert monthly.filter(pl.col("received_at").dt.strftime("%Y-%m") != following).is_empty()
    assert made.submissions["received_at"].max() < pl.Series(["2026-11-20"]).str.to_datetime()[0]


@pytest.mark.parametrize("name", TABLES)
def test_rows_are_numbered_from_one_within_each_submission(made: demo.Demo, name: str) -> None:
    numbered = made.facts[name].group_by("submission_id").agg(pl.len(), pl.max("row_number"), low=pl.min("row_number"))
    assert (numbered["len"] == numbered["row_number"]).all()
    assert (numbered["low"] == 1).all()


@pytest.mark.parametrize("name", MONTHLY_TABLES)
def test_rows_are_filed_with_their_month(made: demo.Demo, name: str) -> None:
    month = "start_month" if name == "employment" else "month"
    own = pl.col(month).replace("2022-12", "2023-01") if name == "employment" else pl.col(month)
    filed = made.submissions.select(submission_id="id", filed="month")
    assert made.facts[name].join(filed, on="submission_id").filter(own != pl.col("filed")).is_empty()


# --- late and missing -----------------------------------------------------------------------------------------------


def missing(made: demo.Demo, name: str) -> set[tuple[str, str]]:
    filed = made.submissions.filter(table_name=name).select("place_code", "month").rows()
    assert len(filed) == len(set(filed))
    return {(place, month) for place in FILERS for month in MONTHS} - set(filed)


@pytest.mark.parametrize("name", MONTHLY_TABLES)
def test_only_a_few_small_counties_are_late(made: demo.Demo, name: str) -> None:
    gaps = missing(made, name)
    assert len([place for place, month in gaps if month == "2026-10"]) == LATE_IN_LAST_MONTH[name]
    assert [month for _, month in sorted(gaps) if month != "2026-10"] == (["2025-05"] if name == "vacancy" else [])
    assert not {place for place, _ in gaps} & {p.code for p in places.prefectures()}


def test_nobody_starts_or_is_reported_to_leave_where_the_month_was_not_filed() -> None:
    spells = demo.make(0.2, SEED)
    late = {place for place, month in missing(spells, "employment") if month == "2026-10"}
    there = spells.facts["employment"].filter(pl.col("place_code").is_in(sorted(late)))
    assert len(there) > 0
    assert there.filter(start_month="2026-10").is_empty()
    ended = there.filter(end_month="2026-10").select("person_key")
    moved_on = spells.facts["employment"].filter(start_month="2026-10").select("person_key")
    assert ended.join(moved_on, on="person_key", how="anti").is_empty()


# --- people ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["training", "certificate", "employment"])
def test_people_are_keyed_by_32_hexadecimal_digits(made: demo.Demo, name: str) -> None:
    assert made.facts[name]["person_key"].str.contains(r"^[0-9a-f]{32}$").all()


def test_everyone_has_at_most_one_open_spell_and_spells_follow_one_another(made: demo.Demo) -> None:
    spells = lives(made.facts["employment"])
    assert spells.filter(pl.col("end_month").is_null())["person_key"].is_duplicated().sum() == 0
    assert spells.filter((pl.col("spell") > 0) & (pl.col("end_month_before") != pl.col("start_month"))).is_empty()
    assert spells.filter((pl.col("spell") > 0) & pl.col("end_month_before").is_null()).is_empty()
    assert spells.filter(pl.col("end_month") <= pl.col("start_month")).is_empty()


def test_the_previous_place_is_where_the_spell_before_was_or_another_province(made: demo.Demo) -> None:
    spells = lives(made.facts["employment"])
    later = spells.filter(pl.col("spell") > 0)
    assert later.filter(pl.col("previous_place_code").ne_missing(pl.col("place_code_before"))).is_empty()
    came = spells.filter(pl.col("spell") == 0)["previous_place_code"].drop_nulls()
    assert set(came) <= {p.code for p in places.origins()}
    assert {"310000", "320000", "340000", "360000", "410000"} <= set(came)


def test_a_level_is_only_ever_gained_and_with_it_a_certificate_of_the_place_and_month(made: demo.Demo) -> None:
    spells = lives(made.facts["employment"])
    rises = spells.filter((pl.col("spell") > 0) & (pl.col("place_code") == pl.col("previous_place_code")))
    assert len(rises) > 500
    assert rises.filter(pl.col("level") <= pl.col("level_before").fill_null("")).is_empty()
    earned = made.facts["certificate"].select("person_key", "place_code", "level", start_month="month")
    assert rises.join(earned, on=earned.columns, how="anti").is_empty()
    moves = spells.filter((pl.col("spell") > 0) & (pl.col("place_code") != pl.col("previous_place_code")))
    assert moves.filter(pl.col("level").ne_missing(pl.col("level_before"))).is_empty()


def test_more_people_move_to_hangzhou_than_away(made: demo.Demo) -> None:
    moved = made.facts["employment"].filter(
        pl.col("previous_place_code").str.starts_with("33") & (pl.col("previous_place_code") != pl.col("place_code"))
    )
    there, away = (moved[c].str.starts_with("3301") for c in ("place_code", "previous_place_code"))
    assert (there & ~away).sum() > 2 * (away & ~there).sum() > 0


@pytest.mark.parametrize("name", ["certificate", "employment"])
def test_levels_are_of_the_occupations_own_ladder(made: demo.Demo, occupations: pl.DataFrame, name: str) -> None:
    levels = made.facts[name].join(occupations, on="occupation_code").filter(pl.col("level").is_not_null())
    assert levels.filter(pl.col("level").str.slice(0, 1) != pl.col("ladder")).is_empty()
    assert set(levels["ladder"]) == {"L", "T"}


@pytest.mark.parametrize(
    ("name", "month"),
    [("training", "month"), ("certificate", "month"), ("vacancy", "month"), ("employment", "start_month")],
)
def test_no_occupation_is_named_before_it_was_published(
    made: demo.Demo, occupations: pl.DataFrame, name: str, month: str
) -> None:
    published = {"大典2022": "", "新增2024": "2024-08", "新增2025": "2025-08"}
    rows = made.facts[name].join(occupations, on="occupation_code")
    assert rows.filter(pl.col(month) < pl.col("edition").replace_strict(published)).is_empty()
    assert set(rows["edition"]) == set(published)


def test_each_high_skilled_person_is_counted_once_at_the_first_certificate(made: demo.Demo) -> None:
    high = made.facts["certificate"].filter(pl.col("level").is_in(HIGH_SKILLED))
    flagged = made.facts["certificate"].filter("first_high_skilled")
    assert sorted(flagged["person_key"]) == sorted(high["person_key"].unique())
    earliest = high.group_by("person_key").agg(pl.min("issued"))
    assert flagged.join(earliest, on=["person_key", "issued"], how="anti").is_empty()
    assert len(high) > len(flagged)


def test_each_holder_of_dual_certificates_is_counted_once(made: demo.Demo) -> None:
    dual = made.facts["certificate"].filter("dual")
    flagged = made.facts["certificate"].filter("first_dual")
    assert flagged["dual"].all()
    assert sorted(flagged["person_key"]) == sorted(dual["person_key"].unique())
    assert len(dual) > len(flagged)


# --- dates and references -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "day"), [("training", "ended"), ("certificate", "issued"), ("subsidy", "paid"), ("milestone", "reached")]
)
def test_the_month_is_that_of_the_date(made: demo.Demo, name: str, day: str) -> None:
    assert made.facts[name].filter(pl.col(day).dt.strftime("%Y-%m") != pl.col("month")).is_empty()


def test_training_starts_before_it_ends_and_lasts_at_most_a_year(made: demo.Demo) -> None:
    days = (made.facts["training"]["ended"] - made.facts["training"]["started"]).dt.total_days()
    assert 3 <= days.min() <= days.max() <= 360


@pytest.mark.parametrize("name", ["training", "subsidy"])
def test_a_base_is_of_the_same_place_and_open_in_the_month(made: demo.Demo, name: str) -> None:
    bases = made.facts["base"].select("place_code", "base_code", "opened_month", "closed_month")
    used = made.facts[name].filter(pl.col("base_code").is_not_null())
    found = used.join(bases, on=["place_code", "base_code"])
    assert len(used) == len(found) > 0
    open_then = (pl.col("opened_month") <= pl.col("month")) & (
        pl.col("closed_month").is_null() | (pl.col("closed_month") > pl.col("month"))
    )
    assert found.filter(~open_then).is_empty()
    if name == "training":
        assert not found["online"].any()


def test_issuers_are_evaluation_bodies_or_for_dual_certificates_schools_of_the_place(made: demo.Demo) -> None:
    body = made.facts["organisation"].select("place_code", "kind", "evaluation_body", issuer_code="organisation_code")
    issued = made.facts["certificate"].join(body, on=["place_code", "issuer_code"])
    assert len(issued) == len(made.facts["certificate"])
    assert issued.filter(
        pl.when("dual").then(pl.col("kind") != "school").otherwise(~pl.col("evaluation_body"))
    ).is_empty()


def test_organisations_named_in_payments_and_programmes_exist(made: demo.Demo) -> None:
    codes = made.facts["organisation"]["organisation_code"]
    assert codes.n_unique() == len(codes)
    assert made.facts["subsidy"]["organisation_code"].drop_nulls().is_in(codes.implode()).all()
    for column in ("school_code", "enterprise_code"):
        assert made.facts["programme"][column].is_in(codes.implode()).all()


def test_zones_belong_to_the_prefecture_that_files_them(made: demo.Demo) -> None:
    for name in ("training", "certificate", "employment", "subsidy", "vacancy"):
        zoned = made.facts[name].filter(pl.col("zone").is_not_null()).select("place_code", "zone").unique()
        assert {(places.zones()[zone], code) for code, zone in zoned.rows()} <= {(c, c) for c in FILERS}
        assert len(zoned) > 0


# --- size and published figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "rows"),
    [("training", 8_200), ("certificate", 3_000), ("subsidy", 5_000), ("vacancy", 1_000), ("base", 450)],
)
def test_tables_have_their_size(made: demo.Demo, name: str, rows: int) -> None:
    assert len(made.facts[name]) == pytest.approx(rows, rel=0.03)


def test_talent_grows_to_its_size(made: demo.Demo) -> None:
    start, end = (stock(made.facts["employment"], month) for month in ("2022-12", "2026-10"))
    assert len(start) == 6_900
    assert len(end) == pytest.approx(9_000, rel=0.03)
    assert end["level"].is_in(HIGH_SKILLED).sum() == pytest.approx(2_100, rel=0.04)
    assert end["person_key"].n_unique() == len(end)


def test_the_plan_stands_at_82_percent_of_both_targets(made: demo.Demo) -> None:
    assert made.facts["certificate"]["first_high_skilled"].sum() == pytest.approx(0.82 * 2_500, rel=0.01)
    assert len(made.facts["training"]) == pytest.approx(0.82 * 10_000, rel=0.01)


def test_hangzhou_meets_what_it_published(made: demo.Demo) -> None:
    here = made.facts["certificate"].filter(pl.col("place_code").str.starts_with("3301"))
    window = pl.col("month").is_between(pl.lit("2024-01"), pl.lit("2024-11"))
    assert len(here.filter(window & pl.col("level").is_in(HIGH_SKILLED))) == 194
    assert len(here.filter((pl.col("month") <= "2024-12") & pl.col("first_dual"))) == 63
    assert (certificate_counts.HANGZHOU_HIGH, certificate_counts.HANGZHOU_DUAL) == (19_400, 6_291)


def test_hangzhous_institutions_are_as_published(made: demo.Demo) -> None:
    in_hangzhou = pl.col("place_code").str.starts_with("3301")
    by_then = made.facts["milestone"].filter(in_hangzhou & (pl.col("month") <= "2024-12"))
    reached = dict(by_then.group_by("kind").agg(pl.sum("quantity")).rows())
    assert (reached["training_alliance"], reached["dual_certificate_pilot"]) == (17, 8)
    bases = made.facts["base"].filter(in_hangzhou, kind="public_training")
    assert len(bases.filter((pl.col("opened_month") <= "2024-12") & pl.col("closed_month").is_null())) == 23


def test_targets_add_up_to_the_plan_and_rise_every_year(made: demo.Demo) -> None:
    targets = made.facts["target"]
    final = dict(targets.filter(year=2027).group_by("indicator_key").agg(pl.sum("value")).rows())
    assert final == {"training_person_times": 10_000, "high_skilled_trained": 2_500}
    assert targets.group_by("indicator_key", "year").len()["len"].to_list() == [101] * 10
    rise = targets.sort("year").group_by("place_code", "indicator_key").agg(pl.col("value").diff().min())
    assert rise["value"].min() >= 0
    assert targets["cumulative"].all()


def test_targets_at_full_scale_are_the_plan_itself() -> None:
    full = demo.targets(world(1.0, SEED)).filter(year=2027).group_by("indicator_key").agg(pl.sum("value"))
    assert dict(full.rows()) == {"training_person_times": 1_000_000, "high_skilled_trained": 250_000}


def test_some_places_lag_and_some_lead(made: demo.Demo) -> None:
    done = made.facts["training"].group_by("place_code").len()
    final = made.facts["target"].filter(year=2027, indicator_key="training_person_times", cumulative=True)
    share = done.join(final.filter(pl.col("value") >= 30), on="place_code").select(pl.col("len") / pl.col("value"))
    assert share["len"].quantile(0.05) < 0.65
    assert share["len"].quantile(0.95) > 0.95


def test_budgets_cover_what_is_paid_and_are_believably_executed(larger: demo.Demo) -> None:
    keys = ["place_code", "year", "fund"]
    year = pl.col("month").str.slice(0, 4).cast(pl.Int64).alias("year")
    paid = larger.facts["subsidy"].with_columns(year).group_by(keys).agg(paid=pl.sum("amount"))
    both = paid.join(larger.facts["budget"], on=keys)
    assert len(both) == len(paid)
    assert (both["paid"] < both["amount"]).all()
    by_place = both.group_by("place_code", "year").agg(share=pl.sum("paid") / pl.sum("amount"))
    finished, current = by_place.filter(pl.col("year") < 2026)["share"], by_place.filter(year=2026)["share"]
    assert 0.85 < finished.median() < 0.97
    assert 0.5 < finished.quantile(0.05) < 0.72
    assert 0.68 < current.median() < 0.8


@pytest.mark.parametrize(
    ("kind", "lowest", "highest"),
    [("vocational_training", 800, 4000), ("internship", 1104, 2042), ("online_training", 200, 600)],
)
def test_a_payment_is_of_a_believable_amount(made: demo.Demo, kind: str, lowest: int, highest: int) -> None:
    amounts = (
        made.facts["subsidy"].filter(kind=kind).select(pl.col("amount") / pl.col("person_times") / 100).to_series()
    )
    assert lowest <= amounts.min() <= amounts.max() <= highest


def test_wages_are_whole_hundreds_and_rise_with_the_years(made: demo.Demo, larger: demo.Demo) -> None:
    asked = made.facts["vacancy"].drop_nulls("wage_low")
    assert (asked["wage_low"] < asked["wage_high"]).all()
    assert (asked["wage_low"] % 10_000 == 0).all()
    by_year = larger.facts["vacancy"].group_by(pl.col("month").str.slice(0, 4)).agg(pl.mean("wage_low"))
    assert by_year.sort("month")["wage_low"].is_sorted()


def test_training_rests_at_the_spring_festival(made: demo.Demo) -> None:
    a_month = dict(made.facts["training"].group_by("month").len().rows())
    for festival in ("2023-01", "2024-02", "2025-01", "2026-02"):
        year = [n for month, n in a_month.items() if month[:4] == festival[:4]]
        assert a_month[festival] == min(year) < 0.6 * np.mean(year)


@pytest.mark.parametrize(("cluster", "home"), [(c, home) for c, homes in HOMES.items() for home in homes])
def test_clusters_are_at_home_where_they_are_known_to_be(cluster: str, home: str) -> None:
    here = world(1.0, SEED)
    share = here.mix[:, 0, list(HOMES).index(cluster)]
    province = np.average(share, weights=here.leaves.sizes((0.5, 0.5, 0.0)))
    assert share[here.leaves.index(home)] > province


# --- institutions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["base", "organisation"])
def test_institutions_lie_inside_their_place_and_every_place_has_some(made: demo.Demo, name: str) -> None:
    frame = made.facts[name]
    assert set(frame["place_code"]) == FILERS
    assert frame["name"].n_unique() == len(frame)
    outside = [row for row in frame.select("place_code", "lon", "lat").rows() if not boundaries.contains(*row)]
    assert outside == []


def test_there_are_three_thousand_organisations_of_every_role(made: demo.Demo) -> None:
    organisation = made.facts["organisation"]
    assert len(organisation) == 3_000
    roles = organisation.select("chain_leader", "integration_enterprise", "evaluation_body", "dual_certificate_pilot")
    assert all(n > 20 for n in roles.sum().row(0))
    assert organisation.filter("chain_leader").select((pl.col("kind") == "enterprise").all()).item()


def test_credit_codes_carry_valid_check_digits(made: demo.Demo) -> None:
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    symbols = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for code in made.facts["organisation"]["organisation_code"]:
        total = sum(symbols.index(c) * w for c, w in zip(code, weights, strict=False))
        assert (total + symbols.index(code[17])) % 31 == 0, code
        assert re.fullmatch(r"(12|52|91)33\d{4}DEM\d{5}[0-9X][0-9A-HJ-NPQRTUWXY]", code), code
        assert code[16] == organisation_check(code[8:16])


def test_check_digits_are_those_of_the_standards_own_examples() -> None:
    assert organisation_check("D2143569") == "X"
    assert credit_check("91350100M000100Y4") == "3"


# --- drawing --------------------------------------------------------------------------------------------------------

weights = st.lists(st.floats(0, 1e6), min_size=1, max_size=40).filter(lambda w: sum(w) > 1e-3)


@given(st.integers(0, 500), weights, st.integers(0, 2**32))
def test_spreading_gives_every_cell_its_share_give_or_take_one(total: int, cells: list[float], seed: int) -> None:
    cell = spread(total, np.array(cells), np.random.default_rng(seed))
    share = np.array(cells) / sum(cells) * total
    assert len(cell) == total
    assert (np.abs(np.bincount(cell, minlength=len(cells)) - share) <= 1 + 1e-6).all()
    assert (np.diff(cell) >= 0).all()


@given(st.integers(0, 10_000), weights)
def test_apportioned_numbers_add_up_and_are_within_one_of_their_share(total: int, shares: list[float]) -> None:
    whole = apportion(total, np.array(shares))
    assert whole.sum() == total
    assert (np.abs(whole - np.array(shares) / sum(shares) * total) < 1 + 1e-6).all()


@given(st.lists(st.lists(st.sampled_from([0.0, 0.5, 3.0]), min_size=4, max_size=4), min_size=1, max_size=6))
def test_a_wheel_draws_only_what_has_a_chance(table: list[list[float]]) -> None:
    array = np.array(table)
    rows = np.repeat(np.flatnonzero(array.sum(axis=1) > 0), 50)
    drawn = Wheel(array).draw(rows, np.random.default_rng(1))
    assert (array[rows, drawn] > 0).all()


@given(st.lists(st.integers(0, 5)))
def test_a_rank_is_the_number_of_equal_ones_before(groups: list[int]) -> None:
    ordered = sorted(groups)
    assert rank_within(np.array(ordered, dtype=np.int64)).tolist() == list(_counted(ordered))


def _counted(ordered: Iterable[int]) -> Iterable[int]:
    seen: dict[int, int] = {}
    for group in ordered:
        yield seen.get(group, 0)
        seen[group] = seen.get(group, 0) + 1


@settings(max_examples=6, deadline=None)
@given(st.sampled_from([0.0003, 0.001, 0.004]), st.integers(0, 2**40))
def test_any_scale_and_seed_keep_people_and_lineage_in_order(scale: float, seed: int) -> None:
    made = demo.make(scale, seed)
    assert made.submissions["row_count"].sum() == sum(map(len, made.facts.values()))
    spells = lives(made.facts["employment"])
    assert spells.filter((pl.col("spell") > 0) & (pl.col("end_month_before") != pl.col("start_month"))).is_empty()
    assert made.facts["target"].filter(year=2027)["value"].sum() == round(1_000_000 * scale) + round(250_000 * scale)
