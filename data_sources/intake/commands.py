"""The commands `load` and `template`."""

import argparse
import sys
from pathlib import Path
from typing import Final

from data_sources import health
from data_sources.intake import acceptance, preview, reading, templates
from data_sources.intake.people import MissingKey
from data_sources.intake.preview import Asked, Preview
from data_sources.submissions import Progress, RefusedSubmission
from geo import places

LINES: Final = 10
"""The most rows of one problem that are printed."""


def load(url: str, given: argparse.Namespace, tell: Progress) -> int:
    """Examine a file and, unless it is a dry run, accept it; 0 when nothing is wrong with it."""
    found = health.examine(url)
    if not found.usable:
        print(found.message, file=sys.stderr)
        return 1
    asked = Asked(given.table, given.period, given.place)
    try:
        upload = reading.upload(Path(given.file).name, Path(given.file).read_bytes())
        seen = preview.examined(url, upload, asked, tell)
        _said(seen)
        if seen.problems or given.dry_run:
            return 1 if seen.problems else 0
        department = given.department or f"{places.place(given.place).name}人力资源和社会保障局"
        done = acceptance.accept(url, upload, asked, seen, department=department, tell=tell)
    except (reading.UnusableUpload, MissingKey, RefusedSubmission, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    old = f"，替换批次 {'、'.join(map(str, done.replaced))}" if done.replaced else ""
    print(
        f"已接收 {done.rows:,} 行，批次 {'、'.join(map(str, done.submissions))}{old}，数据版本 {done.data_version}，待审核"
    )
    return 0


def template(_: str, given: argparse.Namespace) -> int:
    """Write the template of a table."""
    Path(given.file).write_bytes(templates.template(given.table))
    print(f"模板已写入 {given.file}")
    return 0


def _said(seen: Preview) -> None:
    print("识别的列：" + "；".join(f"{header} → {label}" for header, label in seen.understood.items()))
    if seen.ignored:
        print("未使用的列：" + "、".join(seen.ignored))
    print(f"共 {seen.rows.height:,} 行，{sum(p.count for p in seen.problems):,} 处错误")
    for problem in seen.problems:
        print(f"「{problem.column}」{problem.why}：{problem.count:,} 行")
        for row in problem.rows.head(LINES).iter_rows(named=True):
            right = f"，应为：{row['right']}" if row["right"] else ""
            print(f"  第 {row['row']} 行「{row['value']}」{right}")
