"""The command line of the documents: `make` writes them, `verify` checks one against the database and against itself."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import Progress

from briefings import kinds, making, pictures, this_page, verify
from briefings.content import UnreadableFile
from briefings.facts import Facts
from briefings.kinds import KINDS, UnknownKind, WrongPlace
from briefings.making import FORMATS, Asked, Format
from briefings.placeholders import TemplateError
from briefings.record import NoRecord
from briefings.this_page import WrongPage
from data_sources.answers import OK as OK
from data_sources.answers import UNREACHABLE as UNREACHABLE
from data_sources.answers import USAGE as USAGE
from data_sources.answers import WRONG
from data_sources.cubes import Cubes
from data_sources.settings import SettingsError, settings
from geo import places
from indicators import command_line
from indicators.catalogue import CatalogueError

DIFFERENT: Final = WRONG
REFUSED: Final = (
    SettingsError, CatalogueError, UnknownKind, WrongPlace, places.UnknownPlace, NoRecord, UnreadableFile, TemplateError,
    WrongPage,
)  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 done, 1 something failed or differs, 2 wrong use, 3 database not usable."""
    asked = _parser().parse_args(arguments)
    try:
        return command_line.run_as_asked(asked, taking=True)
    except command_line.Refused as error:
        print(error, file=sys.stderr)
        return error.code
    except REFUSED as error:
        print(error, file=sys.stderr)
        return USAGE
    finally:
        pictures.stop()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m briefings",
        description="生成简报、画像和专题材料，核对材料里的每一个数。",
        epilog="退出码：0 成功；1 有材料未生成，或有数字不符；2 用法或参数有误；3 数据库不可用。",
    )
    commands = parser.add_subparsers(required=True, metavar="命令")
    make = commands.add_parser(
        "make", help="生成材料", description=f"生成材料：{'、'.join(KINDS)}、本页（page）。",
        epilog="例：python -m briefings make 县域画像 --place 330110 --period 2026-10 --format docx,pptx --out 材料",
    )  # fmt: skip
    make.add_argument("kind", help="材料种类；page 即“本页”")
    make.add_argument(
        "--place", help="地区（代码或名称）；all 为这种材料的全部地区（如 90 个县），打成一个 ZIP；默认全省"
    )
    make.add_argument("--url", help='“本页”的网址，如 "/talent_map?place=330110"；地区、月份都在其中')
    make.add_argument("--period", help="截至月份 YYYY-MM，默认最新")
    make.add_argument("--format", default="docx", help=f"格式，逗号分隔：{'、'.join(FORMATS)}")
    make.add_argument("--out", type=Path, default=Path("."), help="输出目录")
    make.add_argument("--progress", choices=("bar", "json"), default="bar", help=argparse.SUPPRESS)
    command_line.whose(make)
    make.set_defaults(run=_make)
    check = commands.add_parser(
        "verify", help="核对一份材料", description="逐个重算材料中记录的数，并检查印出的数有没有被手工改动。"
    )
    check.add_argument("file", type=Path, help="docx、pptx 或 xlsx 文件")
    command_line.whose(check)
    check.set_defaults(run=_verify)
    return parser


def _make(asked: argparse.Namespace) -> int:
    formats = tuple(asked.format.split(","))
    if unknown := [each for each in formats if each not in FORMATS]:
        raise command_line.Refused(f"没有格式“{'、'.join(unknown)}”。可用：{'、'.join(FORMATS)}。")
    built = _cubes(asked.db)
    if asked.kind in (this_page.KIND, "page"):
        return _make_page(asked, built, formats)
    kind = kinds.kind(asked.kind)
    month = asked.period or (built.months[-1] if built.months else "")
    every = asked.place == "all"
    chosen = kinds.everywhere(kind.name) if every else (places.named(asked.place or places.PROVINCE).code,)
    wanted = Asked(kind.name, chosen, month, formats)
    found = kinds.facts(built, url=asked.db or "")
    kinds.check(found, kind.name, chosen[0], month)
    if every:
        asked.out.mkdir(parents=True, exist_ok=True)
        return _archive(asked, found, wanted)
    return _written(asked.out, found, wanted)


def _make_page(asked: argparse.Namespace, built: Cubes, formats: tuple[Format, ...]) -> int:
    """What a page shows under a URL."""
    if not asked.url:
        raise command_line.Refused('“本页”要用 --url 给出要看的网址，如 --url "/talent_map?place=330110"。')
    at = this_page.looked(asked.url, built)
    for notice in at.notices:
        print(notice, file=sys.stderr)
    month = this_page.about(at, built).month
    return _written(
        asked.out,
        kinds.facts(built, url=asked.db or ""),
        Asked(this_page.KIND, (at.view.place,), month, formats, asked.url),
    )


def _written(out: Path, found: Facts, wanted: Asked) -> int:
    """Write the files of one place; 1 when one of them could not be made."""
    out.mkdir(parents=True, exist_ok=True)
    missing = False
    for file in making.files(found, wanted):
        if file.data:
            (out / file.name).write_bytes(file.data)
            print(out / file.name)
        if file.note:
            print(f"{file.name}：{file.note}", file=sys.stderr)
            missing |= not file.data
    return DIFFERENT if missing else OK


def _archive(asked: argparse.Namespace, found: Facts, wanted: Asked) -> int:
    name = making.archive_name(wanted, found.cubes.version)
    with Progress(console=Console(stderr=True), disable=asked.progress != "bar") as shown:
        task = shown.add_task(f"{wanted.kind}（{len(wanted.places)} 个地区）", total=None)

        def told(done: int, every: int, last: str) -> None:
            shown.update(task, completed=done, total=every)
            if asked.progress == "json":
                print(json.dumps({"done": done, "every": every, "last": last}, ensure_ascii=False), flush=True)

        remarks = making.archive(asked.out / name, found, wanted, told, lambda: False)
    for remark in remarks:
        print(f"{remark.name}：{remark.note}", file=sys.stderr)
    if asked.progress == "bar":
        print(asked.out / name)
    return OK if all(remark.made for remark in remarks) else DIFFERENT


def _verify(asked: argparse.Namespace) -> int:
    if not asked.file.is_file():
        raise command_line.Refused(f"没有文件 {asked.file}。")
    found = verify.verified(asked.file, _cubes(asked.db), asked.db or "")
    same = "" if found.current == found.data_version else f"，现在的数据版本为 {found.current}"
    print(f"记录的数 {found.numbers} 个，数据版本 {found.data_version}{same}。")
    for finding in found.findings:
        print(finding)
    print("全部相符。" if not found.findings else f"不符 {len(found.findings)} 处。")
    return DIFFERENT if found.findings else OK


def _cubes(url: str | None) -> Cubes:
    return command_line.opened(url or settings().url)
