"""The catalogue is strict: whatever is wrong in a file is named with the file, the field and the reason."""

from pathlib import Path

import pytest
import yaml

from indicators import catalogue
from indicators.catalogue import CatalogueError, UnknownIndicator

GOOD = yaml.safe_load((catalogue.FOLDER / "talent_per_10k.yaml").read_text(encoding="utf-8"))


def written(folder: Path, name: str = "talent_per_10k.yaml", **changed: object) -> Path:
    raw = {k: v for k, v in {**GOOD, **changed}.items() if v is not None}
    file = folder / name
    file.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")
    return file


def test_a_good_file_is_read(tmp_path: Path) -> None:
    assert catalogue.read(written(tmp_path)).title == "每万常住人口数字技能人才"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"titel": "x"}, ["titel", "没有这个字段", "title"]),
        ({"unit": None}, ["unit", "缺少这个字段"]),
        ({"decimals": 9}, ["decimals"]),
        ({"decimals": "两位"}, ["decimals"]),
        ({"kind": "percentage"}, ["kind"]),
        ({"plan_measures": [19]}, ["plan_measures"]),
        ({"numerator": [{"column": "talent.peple"}]}, ["numerator", "talent.peple", "talent.people"]),
        ({"numerator": [{"column": "talent.people", "where": {"colour": ["red"]}}]}, ["colour", "level"]),
        ({"denominator": None}, ["denominator"]),
        ({"windows": []}, ["windows"]),
        ({"windows": ["census", "month"]}, ["census"]),
        ({"headline": "month"}, ["headline"]),
        ({"key": "other_name"}, ["key", "other_name", "talent_per_10k"]),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, changed: dict[str, object], words: list[str]) -> None:
    with pytest.raises(CatalogueError) as refusal:
        catalogue.read(written(tmp_path, **changed))
    for word in ("talent_per_10k.yaml", *words):
        assert word in str(refusal.value)


@pytest.mark.parametrize("text", ["a: [", "- just\n- a list", "", "\ufeff{"])
def test_a_file_that_is_no_mapping_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"broken\.yaml"):
        catalogue.read(file)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="没有指标文件"):
        catalogue.load(tmp_path)


def test_a_misspelt_key_brings_the_nearest() -> None:
    with pytest.raises(UnknownIndicator) as refusal:
        catalogue.indicator("trainning_person_time")
    assert "training_person_times" in refusal.value.nearest


def test_the_census_indicators_need_no_submission() -> None:
    census = [i.key for i in catalogue.catalogue().values() if i.windows == ("census",)]
    assert census == ["bachelor_share", "it_workers_per_10k", "manufacturing_share", "residents"]


def test_every_indicator_serves_the_plan_or_is_a_published_base() -> None:
    assert [i.key for i in catalogue.catalogue().values() if not i.plan_measures and i.theme != "底数"] == []
