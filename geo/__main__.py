"""The command line of geo: `python -m geo check FILE` accepts or refuses an operator's own boundary file."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from geo import check
from geo.boundaries import UnusableFile
from geo.files import FORMATS

ACCEPTED, REFUSED, UNREADABLE = 0, 1, 2
_MARKS = {"error": "✗ 错误", "warning": "! 提醒", "note": "· 说明"}
_DESCRIPTION = f"""检查自备的县级边界文件能否用来画图：代码、图形、重叠、缝隙、坐标系与位置。

文件格式：{"、".join(FORMATS)}。每个县（市、区）一行，有一列现行六位代码。
退出码：{ACCEPTED} 可以使用；{REFUSED} 不能使用，原因逐条列出；{UNREADABLE} 命令有误或文件读不了。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m geo", description="浙江地理数据工具")
    commands = parser.add_subparsers(dest="command", required=True, metavar="check")
    examine = commands.add_parser(
        "check",
        help="检查自备的边界文件",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    examine.add_argument("file", type=Path, metavar="FILE", help="边界文件")
    return _check(parser.parse_args(arguments).file)


def _check(path: Path) -> int:
    try:
        report = check.examine(path)
    except UnusableFile as problem:
        print(problem, file=sys.stderr)
        return UNREADABLE
    for finding in report.findings:
        print(f"{_MARKS[finding.severity]}：{finding.message}")
    if not report.accepted:
        errors = sum(finding.severity == "error" for finding in report.findings)
        print(f"不能使用：{errors} 项错误。改好后请重新检查。")
        return REFUSED
    print(f"可以使用。设置环境变量后重新启动即生效：\n  TALENT_BOUNDARIES={path.resolve()}")
    return ACCEPTED


if __name__ == "__main__":
    sys.exit(main())
