"""An Excel template of a table: headers with units, notes, drop-downs of permitted values."""

import io

import xlsxwriter

from data_sources.intake import declarations

ROWS = 2000


def template(table: str) -> bytes:
    """The workbook; filled in, it loads as it is."""
    layout, buffer = declarations.layout(table), io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet(layout.label)
        head, text = book.add_format({"bold": True, "bg_color": "#F4F6F8"}), book.add_format({"num_format": "@"})
        for at, field in enumerate(layout.fields):
            sheet.set_column(at, at, 18, text)
            sheet.write_string(0, at, field.header, head)
            sheet.write_comment(0, at, ("必填。" if field.required else "可空。") + field.note)
            choices = ["是", "否"] if field.kind == "flag" else list(field.values.values())
            if choices:
                sheet.data_validation(1, at, ROWS, at, {"validate": "list", "source": choices})
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
