"""An Excel template of a table: headers with units, notes, drop-downs for every code list, two examples, instructions."""

import datetime as dt
import io
from collections.abc import Iterable, Mapping
from typing import Any, Final

import xlsxwriter

from data_sources import reference
from data_sources.intake import declarations
from data_sources.intake.declarations import Field, Layout
from data_sources.intake.headers import EXAMPLE, REMARK
from geo import places

ROWS: Final = 5000
"""Rows that have drop-downs."""
LISTS: Final = "代码表"
WIDTH: Final = 18
Row = Mapping[str, Any]


def template(table: str) -> bytes:
    """The workbook with two example rows, which are not loaded; filled in, it loads as it is."""
    layout = declarations.layout(table)
    return _book(layout, [_example(layout, number) for number in (0, 1)], f"{EXAMPLE}，不会被装载，可删除")


def filled(table: str, rows: Iterable[Row]) -> bytes:
    """The template with rows in the table's own values (`person_key` holds the number as it would be typed)."""
    return _book(declarations.layout(table), list(rows), "")


def written(field: Field, value: Any) -> str:
    """A value as an officer would type it; text, so that Excel changes nothing."""
    if value is None:
        return ""
    if field.kind == "flag":
        return "是" if value else "否"
    if field.kind in ("choice", "level"):
        return str(field.values[value])
    if field.kind == "money":
        sign = "-" if value < 0 else ""
        return f"{sign}{abs(value) // 100}.{abs(value) % 100:02d}"
    return str(value)


def _book(layout: Layout, rows: list[Row], remark: str) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet, lists = book.add_worksheet(layout.label), _lists(layout)
        text = book.add_format({"num_format": "@"})
        grey = book.add_format({"num_format": "@", "font_color": "#667085", "italic": True})
        _headed(book, sheet, layout, text)
        for at, row in enumerate(rows, 1):
            for column, field in enumerate(layout.fields):
                if cell := written(field, row.get(field.name)):
                    sheet.write_string(at, column, cell, grey if remark else text)
            if remark:
                sheet.write_string(at, len(layout.fields), remark, grey)
        for column, field in enumerate(layout.fields):
            if field.name in lists:
                at, count = list(lists).index(field.name), len(lists[field.name])
                source = f"='{LISTS}'!${_letter(at)}$2:${_letter(at)}${count + 1}"
                sheet.data_validation(
                    1, column, ROWS, column, {"validate": "list", "source": source, "error_type": "warning"}
                )
        _explained(book.add_worksheet("填写说明"), layout)
        _listed(book.add_worksheet(LISTS), layout, lists)
    return buffer.getvalue()


def _headed(book: Any, sheet: Any, layout: Layout, text: Any) -> None:
    must = book.add_format({"bold": True, "bg_color": "#DCE6F2", "text_wrap": True, "valign": "top"})
    may = book.add_format({"bold": True, "bg_color": "#F4F6F8", "text_wrap": True, "valign": "top"})
    for at, field in enumerate(layout.fields):
        sheet.set_column(at, at, WIDTH, text)
        sheet.write_string(0, at, field.header, must if field.required else may)
        sheet.write_comment(0, at, _note(field))
    sheet.write_string(0, len(layout.fields), REMARK, may)
    sheet.set_column(len(layout.fields), len(layout.fields), 28, text)
    sheet.freeze_panes(1, 0)


def _note(field: Field) -> str:
    needed = "必填。" if field.required else "可空。"
    return needed + (f"{field.note}。" if field.note else "") + _FORMS.get(field.kind, "")


_FORMS: Final[Mapping[str, str]] = {
    "place": "填六位代码或全称；不填即报送地区。", "date": "如 2026-10-31。", "month": "如 2026-10。",
    "year": "如 2026。", "person": "18位，按文本填写；装载时即换成加密散列，不保存原号。",
    "money": "以元填写，最多两位小数。", "flag": "填是或否。", "credit": "18位统一社会信用代码。",
    "occupation": "填代码或名称。", "cluster": "填代码或名称。", "level": "如 高级工、三级、T2。",
    "decimal": "以度填写，CGCS2000 坐标；其他坐标系请改表头括号里的名称。", "origin": "本省地区代码或外省名称。",
    "certificate": "按文本填写。",
}  # fmt: skip


def _lists(layout: Layout) -> dict[str, list[str]]:
    """The permitted entries of each field that has some, as they may be typed."""
    return {field.name: found for field in layout.fields if (found := _permitted(field))}


def _permitted(field: Field) -> list[str]:
    if field.kind == "flag":
        return ["是", "否"]
    if field.kind in ("choice", "level"):
        return list(field.values.values())
    if field.kind in ("place", "origin"):
        here = [f"{p.code} {p.name}" for p in places.places() if p.level != "province"]
        return here + ([p.name for p in places.origins()] if field.kind == "origin" else [])
    if field.kind in ("occupation", "cluster"):
        known = reference.occupations() if field.kind == "occupation" else reference.clusters()
        return [f"{code} {name}" for code, name in known.items()]
    return []


def _explained(sheet: Any, layout: Layout) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90)
    lines = [("列", "说明"), *((field.header, _note(field)) for field in layout.fields)]
    lines += [("规则", ""), *(("提醒" if rule.warning else "必须", rule.says) for rule in layout.rules)]
    for at, (left, right) in enumerate(lines):
        sheet.write_string(at, 0, left)
        sheet.write_string(at, 1, right)


def _listed(sheet: Any, layout: Layout, lists: Mapping[str, list[str]]) -> None:
    for at, (name, entries) in enumerate(lists.items()):
        sheet.set_column(at, at, 30)
        sheet.write_string(0, at, layout.field(name).header)
        for row, entry in enumerate(entries, 1):
            sheet.write_string(row, at, entry)


def _letter(column: int) -> str:
    return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[column]


def _example(layout: Layout, number: int) -> Row:
    return {field.name: _sample(field, number) for field in layout.fields}


def _sample(field: Field, number: int) -> Any:
    if field.values:
        return list(field.values)[min(number + (3 if field.kind == "level" else 0), len(field.values) - 1)]
    if field.kind == "text":
        return None if not field.required else f"{field.label}{number + 1}"
    return _SAMPLES[field.kind][number]


_SAMPLES: Final[Mapping[str, tuple[Any, Any]]] = {
    "place": ("330110", "330100"), "origin": ("330110", "310000"), "person": ("11010519491231002X", "440524188001010014"),
    "occupation": ("4-04-05-01", "4-04-05-02"), "cluster": ("C06", "C04"), "flag": (True, False),
    "date": (dt.date(2026, 10, 8), dt.date(2026, 10, 31)), "month": ("2026-10", "2026-10"), "year": (2026, 2026),
    "money": (350000, 480050), "whole": (12, 8), "decimal": (None, None),
    "credit": ("91330106MA2ABCDE0D", "12330100DEM000014E"),
    "certificate": ("Y000133000001263000001", "Y000133000001262000002"),
}  # fmt: skip
