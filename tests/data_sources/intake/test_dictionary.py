"""The data dictionary lists every rule of a table that files can fill, in Chinese, and says which only ask for a reason."""

import pytest

from data_sources.intake import declarations, dictionary


@pytest.mark.parametrize("table", declarations.tables_filed())
def test_every_rule_and_every_needed_column_is_listed(table: str) -> None:
    listed, layout = dictionary.rules(table), declarations.layout(table)
    assert set(listed.filter(rule="必填")["column"]) == {f.label for f in layout.fields if f.required}
    assert {rule.says for rule in layout.rules} <= set(listed["rule"])
    warned = {rule.says for rule in layout.rules if rule.warning}
    assert set(listed.filter(severity=dictionary.WARNING)["rule"]) == warned
    assert not any("{" in text for text in listed["rule"])


def test_a_reference_table_has_none() -> None:
    assert dictionary.rules("place").is_empty()


def test_bounds_of_money_are_told_in_yuan() -> None:
    assert "“金额”应在 0.01 元 与 1,000,000,000 元 之间" in dictionary.rules("subsidy")["rule"].to_list()
