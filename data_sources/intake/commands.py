"""The commands `load` and `template`."""

import argparse
from pathlib import Path
from typing import Final

from data_sources.answers import OK, WRONG, said, unusable
from data_sources.intake import acceptance, declarations, marking, preview, reading, refusals, templates
from data_sources.intake.asked import Asked
from data_sources.intake.cells import Upload
from data_sources.intake.people import MissingKey
from data_sources.intake.preview import Preview
from data_sources.submissions import Progress, RefusedSubmission

LINES: Final = 10
"""The most rows of one problem that are printed."""


def load(url: str, given: argparse.Namespace, tell: Progress) -> int:
    """Examine a file and, unless it is a dry run, accept it or record that it was refused; 0 when nothing is wrong."""
    if code := unusable(url):
        return code
    try:
        asked = _asked(given)
        by = given.department or acceptance.department(asked.place_code)
        upload, seen = _examined(url, given, asked, by, tell)
        _told(upload, seen)
        if given.marked and (seen.problems or seen.warnings):
            _marked(upload, seen, Path(given.marked))
        if given.dry_run:
            return WRONG if seen.problems else OK
        if seen.problems:
            refusals.record(url, upload, asked, seen, department=by)
            return WRONG
        upload = upload.without_cells()
        done = acceptance.accept(url, upload, asked, seen, department=by, tell=tell, reason=given.reason)
    except (reading.UnusableUpload, MissingKey, RefusedSubmission, OSError) as error:
        return said(error)
    old = f"，替换批次 {'、'.join(map(str, done.replaced))}" if done.replaced else ""
    print(
        f"已接收 {done.rows:,} 行，批次 {'、'.join(map(str, done.submissions))}{old}，数据版本 {done.data_version}，待审核"
    )
    return OK


def _examined(url: str, given: argparse.Namespace, asked: Asked, by: str, tell: Progress) -> tuple[Upload, Preview]:
    """The file as understood; one that cannot be is recorded as refused, but for a dry run. Raises `UnusableUpload`."""
    name, content = Path(given.file).name, Path(given.file).read_bytes()
    try:
        upload = reading.upload(name, content)
        return upload, preview.examined(url, upload, asked, tell)
    except reading.UnusableUpload as error:
        if not given.dry_run:
            refusals.record_unread(url, name, content, asked, str(error), department=by)
        raise


def _asked(given: argparse.Namespace) -> Asked:
    rhythm = declarations.layout(given.table).rhythm
    if rhythm == "month" and len(given.period) != 7:
        raise reading.UnusableUpload("这张表按月报送：--period 应写成 2026-10")
    if rhythm == "year" and not given.period:
        raise reading.UnusableUpload("这张表按年报送：--period 应写成 2026")
    return Asked(given.table, given.period, given.place, given.coordinates)


def _marked(upload: Upload, seen: Preview, file: Path) -> None:
    if file.suffix.lower() == ".csv":
        file.write_bytes(marking.listed(seen))
    else:
        file.write_bytes(marking.marked(upload, seen))
    print(f"标注了错误的副本已写入 {file}")


def template(_: str, given: argparse.Namespace) -> int:
    """Write the template of a table."""
    Path(given.file).write_bytes(templates.template(given.table))
    print(f"模板已写入 {given.file}")
    return OK


def _told(upload: Upload, seen: Preview) -> None:
    print("识别的列：" + "；".join(f"{header} → {label}" for header, label in seen.understood.items()))
    if seen.ignored:
        print("未使用的列：" + "、".join(seen.ignored))
    print(f"共 {seen.rows.height:,} 行，{sum(p.count for p in seen.problems):,} 处错误")
    for title, found in (("", seen.problems), ("提醒", seen.warnings)):
        for problem in found:
            print(f"{title}{problem.said}：{problem.count:,} 行")
            for row in problem.rows.head(LINES).iter_rows(named=True):
                right = f"，应为：{row['right']}" if row["right"] else ""
                part, number = upload.where(row["row"])
                print(f"  {part}第 {number} 行“{row['value']}”{right}")
    if seen.warnings:
        print("有提醒：接收时须用 --reason 说明原因")
