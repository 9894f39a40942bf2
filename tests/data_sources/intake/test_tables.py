"""Every table that is no reference is loaded from its own template, and its examples are not."""

import pytest

from data_sources import tables
from data_sources.intake import declarations, templates
from data_sources.intake.reading import UnusableUpload
from tests.data_sources.intake import filed

pytestmark = pytest.mark.usefixtures("read_here")

TABLES = [str(model.__tablename__) for model in tables.FACT_TABLES]


def test_every_table_but_reference_and_lineage_is_declared() -> None:
    assert sorted(declarations.tables_filed()) == sorted(TABLES)


@pytest.mark.parametrize("table", TABLES)
def test_a_filled_template_loads_back_equal(coded: str, table: str) -> None:
    row = filed.LEGAL[table]
    found = filed.seen(coded, templates.filled(table, [row]), filed.asked(table))
    assert filed.said(found.problems) == []
    (read,) = found.rows.to_dicts()
    for name, value in row.items():
        if name == "person_key":
            assert len(read[name]) == 32
        else:
            assert read[name] == value, name
    filed.accepted(coded, templates.filled(table, [row]), filed.asked(table), reason="首次报送")
    assert filed.stored(coded, table).height == 1


@pytest.mark.parametrize("table", TABLES)
def test_a_template_as_it_is_has_no_rows(coded: str, table: str) -> None:
    assert filed.seen(coded, templates.template(table), filed.asked(table)).rows.is_empty()


def test_a_file_without_a_needed_column_is_refused_with_its_name(coded: str) -> None:
    with pytest.raises(UnusableUpload, match="缺少列：需求人数、紧缺"):
        filed.seen(coded, filed.csv("产业集群,职业", "C06,4-04-05-01"), filed.asked("vacancy"))
