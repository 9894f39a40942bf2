"""The plan's 18 measures and the indicators that follow them; a new indicator needs a file and no code."""

import shutil
from pathlib import Path

import yaml

from data_sources.cubes import Cubes
from indicators import catalogue, measures, plan

KNOWN = catalogue.catalogue()
# Who is responsible for what is no record of anything: no table of the schema holds it.
WITHOUT_DATA = {14}


def test_every_measure_but_the_division_of_duties_has_an_indicator() -> None:
    followed = {number for indicator in KNOWN.values() for number in indicator.plan_measures}
    assert set(plan.MEASURES) == set(range(1, 19))
    assert set(plan.MEASURES) - followed == WITHOUT_DATA


def test_a_measure_that_nothing_follows_has_a_row_that_says_so() -> None:
    rows = plan.followed(KNOWN, dict.fromkeys(KNOWN, ("month", "2026-10", 1.0)))
    assert rows.filter(number=14).rows() == [(14, plan.MEASURES[14], *(None,) * 7)]
    assert rows.filter(number=7)["key"].to_list() == ["training_alliances"]
    assert rows["number"].is_sorted()


def test_a_further_indicator_needs_a_file_and_no_code(tmp_path: Path, demo_cubes: Cubes) -> None:
    folder = shutil.copytree(catalogue.FOLDER, tmp_path / "catalogue")
    field_engineers = yaml.safe_load((folder / "digital_colleges.yaml").read_text(encoding="utf-8")) | {
        "key": "field_engineer_seats",
        "title": "现场工程师名额",
        "numerator": [{"column": "programme.seats", "where": {"kind": ["field_engineer"]}}],
    }
    (folder / "field_engineer_seats.yaml").write_text(yaml.safe_dump(field_engineers, allow_unicode=True))
    more = catalogue.load(folder)
    assert len(more) == len(KNOWN) + 1
    series = measures.series(demo_cubes, more["field_engineer_seats"], "month_end")
    programme = demo_cubes.frames["programme"]
    wanted = programme.filter((programme["kind"] == "field_engineer") & (programme["year"] == 2026))["seats"].sum()
    assert series.filter(place_code="330000", month="2026-10")["value"].to_list() == [wanted]
