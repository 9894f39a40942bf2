"""What the data dictionary says of a table that can be filed: every rule, of a column or of rows, in Chinese."""

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from data_sources.intake import declarations
from data_sources.intake.declarations import Field

ERROR: Final = "错误：拒收"
WARNING: Final = "提醒：须说明原因"
_FORMS: Final[Mapping[str, str]] = {
    "place": "现行六位代码、全称、简称、市本级或功能区，应在报送地区之内", "person": "18位身份证件号码，末位校验；装载时换成加密散列",
    "occupation": "数字职业的代码、2022年前代码或名称", "cluster": "产业集群的代码或名称", "flag": "是或否",
    "date": "日期；只有年月的须说明原因", "month": "年月", "year": "年份", "money": "金额，最多到分", "whole": "整数",
    "decimal": "数", "credit": "18位统一社会信用代码，末位校验", "level": "两个等级体系之一，如 高级工、三级、T2",
    "origin": "本省地区或外省", "certificate": "证书编号，全库不得重复；装载时换成加密散列",
}  # fmt: skip


def rules(table: str) -> pl.DataFrame:
    """The rules of a table, in the order in which they are checked: `column` (label), `rule`, `severity`.

    Nothing for a table that files cannot fill.
    """
    schema = dict.fromkeys(("column", "rule", "severity"), pl.String)
    if table not in declarations.tables_filed():
        return pl.DataFrame(schema=schema)
    layout = declarations.layout(table)
    lines = [line for field in layout.fields for line in _of_field(field)]
    lines.append(("身份证件号码以外的列", "不得含有身份证件号码", ERROR))
    lines += [
        (
            "、".join(layout.field(column).label for column in rule.columns),
            rule.says,
            WARNING if rule.warning else ERROR,
        )
        for rule in layout.rules
    ]
    return pl.DataFrame(lines, schema=schema, orient="row")


def _of_field(field: Field) -> Iterator[tuple[str, str, str]]:
    if field.required:
        yield field.label, "必填", ERROR
    if field.kind == "choice":
        yield field.label, f"应为：{'、'.join(field.values.values())}", ERROR
    elif field.kind in _FORMS:
        yield field.label, _FORMS[field.kind], ERROR
    elif field.length:
        yield field.label, f"最多 {field.length} 个字", ERROR
