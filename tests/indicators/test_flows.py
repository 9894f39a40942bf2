"""Flows between places are what the employment rows say, pair by pair; in, out and net follow from them."""

import sqlite3
from collections import Counter
from contextlib import closing

import polars as pl
import pytest

from data_sources.cubes import Cubes
from data_sources.engine import sqlite_file
from geo import places
from indicators import flows, measures
from indicators.catalogue import catalogue
from tests.indicators.asked import asked

PREFECTURES = tuple(p.code for p in places.prefectures())
HANGZHOU = tuple(p.code for p in places.counties("330100"))
COUNTIES = tuple(p.code for p in places.counties())
MOVES = """SELECT previous_place_code, place_code, count(*) FROM employment
    WHERE start_month BETWEEN '{first}' AND '{last}' AND previous_place_code <> place_code {also} GROUP BY 1, 2"""


def node(code: str, drawn: tuple[str, ...]) -> str:
    """A second way to say which node a filed code belongs to."""
    if not code.startswith("33") or (code in drawn and not code.endswith("00")):
        return code
    prefecture = code[:4] + "00"
    if prefecture in drawn:
        return prefecture
    shown = prefecture in {county[:4] + "00" for county in drawn}
    return f"{prefecture}B" if shown and code == prefecture else prefecture


def rows(url: str, drawn: tuple[str, ...], first: str, last: str, also: str = "") -> Counter[tuple[str, str]]:
    """People by pair of nodes, of which one lies in the drawn prefectures."""
    found: Counter[tuple[str, str]] = Counter()
    inside = {code[:4] for code in drawn}
    for before, here, n in asked(url, MOVES.format(first=first, last=last, also=also)):
        pair = (node(before, drawn), node(here, drawn))
        if pair[0] != pair[1] and {before[:4], here[:4]} & inside:
            found[pair] += n
    return found


@pytest.mark.parametrize("drawn", [PREFECTURES, HANGZHOU, COUNTIES, ("330110",)])
@pytest.mark.parametrize(
    ("window", "first"), [("month", "2026-09"), ("year_to_date", "2026-01"), ("since_2023", "2023-01")]
)
def test_pairs_are_those_of_the_rows(
    drawn: tuple[str, ...], window: str, first: str, demo_url: str, demo_cubes: Cubes
) -> None:
    found = flows.between(demo_cubes, window, "2026-09", drawn)  # type: ignore[arg-type]
    wanted = rows(demo_url, drawn, first, "2026-09")
    if drawn == ("330110",):
        wanted = Counter({pair: n for pair, n in wanted.items() if {*pair} & {"330110", "330100B"}})
    assert {(r["origin"], r["destination"]): r["people"] for r in found.to_dicts()} == dict(wanted)
    assert found["people"].is_sorted(descending=True)
    assert sum(wanted.values()) > 0


def test_one_cluster_has_its_own_moves(demo_url: str, demo_cubes: Cubes) -> None:
    found = flows.between(demo_cubes, "since_2023", "2026-09", PREFECTURES, cluster="C06")
    wanted = rows(demo_url, PREFECTURES, "2023-01", "2026-09", "AND cluster_code = 'C06'")
    assert {(r["origin"], r["destination"]): r["people"] for r in found.to_dicts()} == dict(wanted)


def test_what_counties_gain_is_the_inflow_indicator(demo_cubes: Cubes) -> None:
    for key, column in (("talent_inflow", "inflow"), ("talent_inflow_outside", "outside")):
        values = measures.series(demo_cubes, catalogue()[key], "year_to_date").filter(month="2026-10")
        wanted = dict(values.select("place_code", "value").rows())
        found = flows.balance(demo_cubes, "year_to_date", "2026-10", COUNTIES)
        assert found["inflow"].null_count() == 2
        assert dict(found.select("place_code", column).rows()) == {code: wanted[code] for code in COUNTIES}


def test_what_prefectures_gain_from_outside_is_the_indicator_too(demo_cubes: Cubes) -> None:
    values = measures.series(demo_cubes, catalogue()["talent_inflow_outside"], "year_to_date").filter(month="2026-10")
    wanted = dict(values.select("place_code", "value").rows())
    found = flows.balance(demo_cubes, "year_to_date", "2026-10", PREFECTURES)
    assert dict(found.select("place_code", "outside").rows()) == {code: wanted[code] for code in PREFECTURES}


@pytest.mark.parametrize("drawn", [PREFECTURES, HANGZHOU])
def test_in_and_out_are_sums_of_the_rows_and_explain_the_change(
    drawn: tuple[str, ...], demo_url: str, demo_cubes: Cubes
) -> None:
    pairs = rows(demo_url, drawn, "2026-01", "2026-09")
    found = flows.balance(demo_cubes, "year_to_date", "2026-09", drawn)
    assert tuple(found["place_code"]) == drawn
    for row in found.to_dicts():
        code = row["place_code"]
        inside = sum(n for (a, b), n in pairs.items() if b == code and a.startswith("33"))
        outside = sum(n for (a, b), n in pairs.items() if b == code and not a.startswith("33"))
        out = sum(n for (a, b), n in pairs.items() if a == code)
        assert (row["inside"], row["outside"], row["outflow"]) == (inside, outside, out)
        assert (row["inflow"], row["net"]) == (inside + outside, inside - out)
        assert row["change"] == row["inflow"] + row["first"] - row["outflow"] - row["unknown"]


def test_within_the_province_nets_cancel_out(demo_cubes: Cubes) -> None:
    assert flows.balance(demo_cubes, "since_2023", "2026-09", PREFECTURES)["net"].sum() == 0


def test_who_is_lost_from_sight_has_no_next_spell(demo_url: str, demo_cubes: Cubes) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("ATTACH ? AS real", (f"{sqlite_file(demo_url)}",))
        db.execute("CREATE TABLE spell AS SELECT * FROM real.employment")
        db.execute("CREATE INDEX person ON spell (person_key)")
        wanted = dict(
            db.execute("""
                SELECT substr(place_code, 1, 4) || '00', count(*) FROM spell e
                WHERE end_month BETWEEN '2026-01' AND '2026-09' AND NOT EXISTS (
                    SELECT 1 FROM spell n WHERE n.person_key = e.person_key AND n.start_month = e.end_month
                    AND n.previous_place_code = e.place_code AND n.rowid <> e.rowid)
                GROUP BY 1""")
        )
    found = flows.balance(demo_cubes, "year_to_date", "2026-09", PREFECTURES)
    assert dict(found.select("place_code", "unknown").rows()) == {code: wanted.get(code, 0) for code in PREFECTURES}
    one = flows.balance(demo_cubes, "year_to_date", "2026-09", PREFECTURES, cluster="C06")
    assert one["unknown"].null_count() == len(PREFECTURES)


def test_a_county_that_has_not_filed_gains_nothing_known_and_nothing_leads_there(demo_cubes: Cubes) -> None:
    filed = demo_cubes.filing.filter(table_name="employment", month="2026-10")["place_code"]
    missing = sorted(set(COUNTIES) - set(filed))
    assert len(missing) == 2
    found = flows.balance(demo_cubes, "year_to_date", "2026-10", COUNTIES).filter(pl.col("place_code").is_in(missing))
    nothing = ("inflow", "inside", "outside", "net", "within", "first", "unknown", "change")
    assert found.select(nothing).null_count().row(0) == (2,) * len(nothing)
    assert found["outflow"].null_count() == 0
    pairs = flows.between(demo_cubes, "year_to_date", "2026-10", COUNTIES)
    assert set(pairs["destination"]) & set(missing) == set()


def test_the_matrix_holds_the_pairs_and_knows_what_is_not_looked_at() -> None:
    pairs = pl.DataFrame(
        [("340000", "330110", 5), ("330110", "330200", 3), ("330108", "330110", 2)],
        schema=["origin", "destination", "people"], orient="row",
    )  # fmt: skip
    found = flows.matrix(pairs, 30, ("330108", "330110"))
    assert found.to_dicts() == [
        {"origin": "340000", "330110": 5, "330200": None, "total": 5},
        {"origin": "330110", "330110": None, "330200": 3, "total": 3},
        {"origin": "330108", "330110": 2, "330200": 0, "total": 2},
    ]
    assert flows.matrix(pairs, 1, ("330108", "330110")).to_dicts() == [{"origin": "340000", "330110": 5, "total": 5}]


@pytest.mark.parametrize(("most", "share"), [(1, 0.5), (2, 0.8), (9, 1.0)])
def test_the_largest_pairs_cover_their_share(most: int, share: float) -> None:
    pairs = pl.DataFrame({"origin": ["a", "b", "c"], "destination": ["d", "d", "d"], "people": [5, 3, 2]})
    assert flows.covered(pairs, most) == pytest.approx(share)
    assert flows.covered(pairs.clear(), most) is None


def test_before_anybody_moved_there_are_no_pairs(demo_cubes: Cubes) -> None:
    frames = {**demo_cubes.frames, "movement": demo_cubes.frames["movement"].clear()}
    still = Cubes(version=1, name="nobody-moved", frames=frames, filing=demo_cubes.filing)
    assert flows.between(still, "month", "2026-09", PREFECTURES).is_empty()
    assert flows.balance(still, "month", "2026-09", PREFECTURES)["inflow"].to_list() == [0] * 11
    assert flows.matrix(flows.between(still, "month", "2026-09", PREFECTURES), 30, PREFECTURES).is_empty()
