"""The command line of geo: `check FILE` and `isochrones FILE` accept or refuse an operator's own shapes."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from geo import check, isochrones
from geo.boundaries import UnusableFile
from geo.files import FORMATS
from geo.findings import Report

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2
_MARKS = {"error": "✗ 错误", "warning": "! 提醒", "note": "· 说明"}
_ENDING = f"""文件格式：{"、".join(FORMATS)}。
退出码：{ACCEPTED} 可以使用；{REFUSED} 不能使用，原因逐条列出；{UNREADABLE} 命令有误或文件读不了。"""
_BOUNDARIES = """检查自备的县级边界文件能否用来画图：代码、图形、重叠、缝隙、坐标系与位置。
每个县（市、区）一行，有一列现行六位代码。"""
_ISOCHRONES = f"""检查自备的实训基地等时圈文件：基地编号、分钟数、图形、坐标系与位置。
每个基地的每个时长一行，有一列基地编号（{"、".join(isochrones.CODE_COLUMNS)}）和一列分钟数（{"、".join(isochrones.MINUTES_COLUMNS)}）。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m geo", description="浙江地理数据工具")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")
    _add(commands, "check", "检查自备的边界文件", _BOUNDARIES)
    _add(commands, "isochrones", "检查自备的等时圈文件", _ISOCHRONES)
    asked = parser.parse_args(arguments)
    if asked.command == "check":
        return _checked(asked.file, check.examine, "TALENT_BOUNDARIES")
    return _checked(asked.file, isochrones.examine, "TALENT_ISOCHRONES")


def _add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, told: str) -> None:
    command = commands.add_parser(
        name, help=text, description=f"{told}\n\n{_ENDING}", formatter_class=argparse.RawDescriptionHelpFormatter
    )
    command.add_argument("file", type=Path, metavar="FILE", help="要检查的文件")


def _checked(path: Path, examine: Callable[[Path], Report], setting: str) -> int:
    try:
        report = examine(path)
    except UnusableFile as problem:
        print(problem, file=sys.stderr)
        return UNREADABLE
    for finding in report.findings:
        print(f"{_MARKS[finding.severity]}：{finding.message}")
    if not report.accepted:
        errors = sum(finding.severity == "error" for finding in report.findings)
        print(f"不能使用：{errors} 项错误。改好后请重新检查。")
        return REFUSED
    print(f"可以使用。设置环境变量后重新启动即生效：\n  {setting}={path.resolve()}")
    return ACCEPTED


if __name__ == "__main__":
    sys.exit(main())
