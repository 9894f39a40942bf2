"""The database's command line: schema, demonstration data, filing and its review, readers and their audit, copies."""

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from sqlalchemy import func, select

from data_sources import (
    access_commands,
    health,
    looking,
    reference,
    review_commands,
    row_security,
    scale_commands,
    schema,
    submissions,
    tables,
)
from data_sources.answers import INTERRUPTED as INTERRUPTED
from data_sources.answers import OK as OK
from data_sources.answers import UNREACHABLE as UNREACHABLE
from data_sources.answers import USAGE as USAGE
from data_sources.answers import WRONG as WRONG
from data_sources.answers import ill, said, unusable
from data_sources.engine import UnusableUrl, backend, engine, shown_url
from data_sources.policy import OPERATOR
from data_sources.settings import SettingsError, settings
from data_sources.vocabulary import PROVENANCES
from geo import places
from geo.coordinates import SYSTEMS

LOADED: Final = tuple(str(model.__tablename__) for model in tables.FACT_TABLES)

EPILOG: Final = """\
退出码：0 正常；1 发现问题或未能完成；2 用法或设置有误；3 连接不上数据库。

数据库地址写法：
  sqlite:////绝对路径/talent.db
  postgresql://用户:密码@主机:5432/库名
不写 --db 时用环境变量 TALENT_DB；再没有，就用内置的 var/talent.db。"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    try:
        given = _parser().parse_args(arguments)
        url = getattr(given, "db", "") or settings().url
        backend(url)
        with looking.by(OPERATOR):
            code: int = given.run(url, given)
    except (SettingsError, UnusableUrl) as error:
        return said(error, USAGE)
    except KeyboardInterrupt:
        return said("已中断，没有留下写了一半的数据。", INTERRUPTED)
    return code


def migrate(url: str, _: argparse.Namespace) -> int:
    """Bring schema and reference facts up to date."""
    found = health.examine(url)
    mends = found.cure == health.command("migrate", url)
    if not (found.usable or mends):
        return ill(found)
    before = None if found.state == "no_tables" else schema.revision(url)
    schema.upgrade(url)
    reference.load(url)
    change = f"{before or '无'} → {schema.head()}" if before != schema.head() else f"已是最新（{schema.head()}）"
    print(f"数据库 {shown_url(url)}\n结构版本：{change}\n参照表：{'、'.join(_labels(tables.REFERENCE_TABLES))} 已更新")
    return OK


def demo(url: str, given: argparse.Namespace) -> int:
    """Make the demonstration data."""
    from data_sources import demo_database  # the makers are slow to import and only needed here

    scale = settings().demo_scale if given.scale is None else given.scale
    seed = settings().demo_seed if given.seed is None else given.seed
    found = health.examine(url)
    if found.state == "unreachable":
        return ill(found)
    try:
        with _progress("生成演示数据") as tell:
            made = demo_database.make(url, scale, seed, tell, force=given.force)
    except (demo_database.CannotMake, submissions.RefusedSubmission) as error:
        return said(error)
    print(
        f"演示数据（模拟）已写入 {shown_url(url)}：{made.submissions:,} 个报送批次，{made.rows:,} 行，"
        f"数据版本 {made.data_version}，用时 {made.seconds:.1f} 秒"
    )
    return OK


def check(url: str, _: argparse.Namespace) -> int:
    """Look through the whole database."""
    from data_sources import checks, foreign_command  # they bring the cubes along

    found = health.examine(url)
    if not found.usable:
        return foreign_command.told(url, found.state) or ill(found)
    with _progress("核对数据库") as tell:
        report = checks.run(url, tell)
    width = max(len(name) for name in report.counts)
    for name, rows in report.counts.items():
        print(f"{name:<{width}}  {rows:>11,}  {_labels([tables.TABLES[name]])[0]}")
    for finding in report.findings:
        print(f"问题：{finding}")
    print(f"发现 {len(report.findings)} 个问题" if report.findings else "没有发现问题")
    return WRONG if report.findings else OK


def load(url: str, given: argparse.Namespace) -> int:
    """Examine a file and accept it."""
    from data_sources.intake import commands

    with _progress("核对文件") as tell:
        return commands.load(url, given, tell)


def template(url: str, given: argparse.Namespace) -> int:
    """Write the template of a table."""
    from data_sources.intake import commands

    return commands.template(url, given)


def secure(url: str, _: argparse.Namespace) -> int:
    """Let PostgreSQL itself show readers no foreign row."""
    if code := unusable(url):
        return code
    try:
        done = row_security.secure(url)
    except row_security.CannotSecure as error:
        return said(error)
    print("\n".join((*done, "已启用行级安全：即使程序写错查询，也读不到权限以外的行。重启应用后生效。")))
    return OK


def version(url: str, _: argparse.Namespace) -> int:
    """Say which schema and data the database holds."""
    found = health.examine(url)
    print(f"数据库：{shown_url(url)}\n状态：{found.message}")
    if found.state not in ("unreachable", "no_tables", "broken"):
        print(f"结构版本：{schema.revision(url)}（程序需要 {schema.head()}）")
    if not found.usable:
        return ill(found)
    print(f"数据版本：{submissions.data_version(url)}")
    table = tables.Place.metadata.tables["submission"]
    accepted = select(table.c.provenance, func.count(), func.sum(table.c.row_count)).where(table.c.status == "accepted")
    with engine(url).connect() as connection:
        for provenance, number, rows in connection.execute(
            accepted.group_by(table.c.provenance).order_by("provenance")
        ):
            print(f"{PROVENANCES[provenance]}：{number:,} 个批次，{int(rows):,} 行")
    return OK


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    where = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    where.add_argument("--db", metavar="URL", help="数据库地址；不写则用 TALENT_DB 或内置数据库")
    parser = argparse.ArgumentParser(
        prog="python -m data_sources",
        description="数字人才地图的数据库：建库、演示数据、核对、版本。",
        epilog=EPILOG,
        formatter_class=raw,
        parents=[where],
    )
    commands = parser.add_subparsers(title="命令", required=True, metavar="命令")

    def command(
        name: str, run: Callable[[str, argparse.Namespace], int], about: str, more: str
    ) -> argparse.ArgumentParser:
        made = commands.add_parser(
            name, help=about, description=f"{about}。{more}", epilog=EPILOG, formatter_class=raw, parents=[where]
        )
        made.set_defaults(run=run)
        return made

    command("migrate", migrate, "建立或升级数据表，并更新参照表", "可反复运行；升级前请先备份。")
    making = command(
        "demo", demo, "生成演示数据（模拟）", "SQLite 文件写完整后才改名到位；绝不覆盖含真实报送数据的库。"
    )
    making.add_argument("--scale", type=_scale, help="规模，1 为真实规划规模；默认取 TALENT_DEMO_SCALE")
    making.add_argument("--seed", type=_seed, help="随机种子，相同则数据相同；默认取 TALENT_DEMO_SEED")
    making.add_argument("--force", action="store_true", help="替换库中已有的模拟数据")
    command(
        "check",
        check,
        "核对数据库",
        "结构、参照表、孤立代码、批次行数、重复、立方体与明细是否一致；他方的库列出缺项和补齐所需的视图。",
    )
    loading = command("load", load, "装载一个报送文件", "核对后整体接收；有错则指出行、列、原值，不写入任何数据。")
    loading.add_argument("file", metavar="文件", help=".xlsx、.xls、.csv 或含 CSV 的 .zip")
    loading.add_argument("--table", required=True, choices=LOADED, help="数据表")
    loading.add_argument("--period", default="", type=_period, help="报送月份，如 2026-10；按年报送的表写年度，如 2026")
    loading.add_argument("--place", required=True, type=_place, help="报送地区代码；各行应在其内")
    loading.add_argument("--department", default="", help="报送部门；默认为该地人力资源和社会保障局")
    loading.add_argument("--coordinates", choices=SYSTEMS, help="经纬度的坐标系；表头已写明的不必给")
    loading.add_argument("--reason", default="", help="有提醒仍要接收时的原因")
    loading.add_argument("--marked", default="", metavar="副本", help="有错时写一份标注副本：.xlsx 或清单 .csv")
    loading.add_argument("--dry-run", action="store_true", help="只核对，不写入")
    making = command("template", template, "生成填报模板", "填好后可直接装载。")
    making.add_argument("table", metavar="数据表", choices=LOADED)
    making.add_argument("file", metavar="文件.xlsx")
    review_commands.add(command, _place_or_province)
    access_commands.arguments_of_readers(
        command("readers", access_commands.manage_readers, "管理使用者和权限", "每次变更都记入审计。"), where
    )
    access_commands.arguments_of_audit(
        command("audit", access_commands.check_audit, "核对审计记录", "退出码 0 为没有被改动。"), where
    )
    command("secure", secure, "在 PostgreSQL 启用行级安全", "建立只读角色和逐行策略；可反复运行，升级结构后须再运行。")
    scale_commands.add(command, _progress)
    command("version", version, "显示结构版本和数据版本", "")
    return parser


def _period(text: str) -> str:
    if re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2]))?", text):
        return text
    raise argparse.ArgumentTypeError(f"月份应写成 2026-10，年度应写成 2026；收到“{text}”")


def _place(text: str) -> str:
    code = _place_or_province(text)
    if code == places.PROVINCE:
        raise argparse.ArgumentTypeError("报送地区应是设区市或县（市、区）")
    return code


def _place_or_province(text: str) -> str:
    try:
        return places.named(text).code
    except places.UnknownPlace as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _scale(text: str) -> float:
    return _number(float, text, lambda n: 0 < n <= 100, "规模应是 0 到 100 之间的数，如 0.01、1、10")


def _seed(text: str) -> int:
    return int(_number(int, text, lambda n: n >= 0, "种子应是不小于 0 的整数"))


def _number(kind: Callable[[str], float], text: str, fits: Callable[[float], bool], said: str) -> float:
    try:
        number = kind(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{said}；收到“{text}”") from None
    if not fits(number):
        raise argparse.ArgumentTypeError(f"{said}；收到“{text}”")
    return number


def _labels(models: Sequence[type]) -> list[str]:
    return [str(getattr(model, "label", model.__name__)) for model in models]


@contextmanager
def _progress(title: str) -> Iterator[submissions.Progress]:
    """A bar in a terminal; elsewhere a line for each stage."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(title)
        return
    columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda share, stage: bar.update(task, completed=share, description=stage)


def _lines(title: str) -> submissions.Progress:
    began, last = time.monotonic(), [""]

    def tell(share: float, stage: str) -> None:
        if stage != last[0]:
            last[0] = stage
            print(f"{title} {share:4.0%}  {time.monotonic() - began:5.1f} 秒  {stage}", file=sys.stderr, flush=True)

    return tell
