"""The commands `copy`, `distribute` and `rekey`."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy.exc import DBAPIError

from data_sources.answers import INTERRUPTED, OK, UNREACHABLE, WRONG, said, unusable
from data_sources.engine import backend
from data_sources.submissions import Progress

Command = Callable[[str, Callable[[str, argparse.Namespace], int], str, str], argparse.ArgumentParser]
Telling = Callable[[str], AbstractContextManager[Progress]]
AGAIN = "搬完的表保留着，重新运行同一命令会接着做。"


def add(command: Command, telling: Telling) -> None:
    """Declare the commands; `telling` shows how far one is."""
    copying = command(
        "copy",
        lambda _, given: copy(given.source, given.target, telling),
        "把一个库搬到另一个空库",
        "中断后重新运行会接着做；逐表核对行数与合计。期间请勿报送。",
    )
    copying.add_argument("--from", dest="source", metavar="URL", required=True, help="原库地址，只读不改")
    copying.add_argument("--to", dest="target", metavar="URL", required=True, help="目标库地址，应是空库")
    command(
        "distribute",
        lambda url, _: distribute(url),
        "把各表分布到 Citus 集群的各节点",
        "没有该扩展时只说明并列出语句，退出码 1；可反复运行。",
    )
    command(
        "rekey",
        lambda url, _: rekey(url, telling),
        "更换人员密钥",
        "不需要原号：新密钥写入 TALENT_PERSON_KEY，现用的移到 TALENT_FORMER_PERSON_KEYS 末尾，停止应用后运行；中断后重新运行会接着做。",
    )


def copy(source: str, target: str, telling: Telling) -> int:
    """Copy one database into another; 0 when both hold the same."""
    from adbc_driver_manager import Error as AdbcError  # with it comes pandas

    from data_sources import copying

    try:
        with telling("搬库") as tell:
            found = copying.copy(source, target, tell)
    except copying.CannotCopy as error:
        return said(error, UNREACHABLE if error.unreachable else WRONG)
    except KeyboardInterrupt:
        return said(f"已中断。{AGAIN}", INTERRUPTED)
    except (AdbcError, DBAPIError) as error:
        return said(f"没有搬完：{' '.join(str(error).split())[:200]}。{AGAIN}")
    for each in found:
        state = f"不符：{'、'.join(each.differing)}" if each.differing else "相符"
        kept = "（此前已搬完）" if each.earlier else ""
        print(f"{each.name:<17} {each.source.rows:>11,} 行 {state} {copying.label(each.name)}{kept}")
    wrong = sum(bool(each.differing) for each in found)
    print(f"有 {wrong} 张表不符，重新运行同一命令会重搬这些表" if wrong else "两库逐表相符：行数、各列的个数与合计")
    return WRONG if wrong else OK


def distribute(url: str) -> int:
    """Spread the tables of a Citus cluster; 1, with the statements, where there is none."""
    from data_sources import distributing

    if backend(url) == "sqlite":
        return said("内置数据库（SQLite）不能分布。请先用 copy 搬到 PostgreSQL。")
    if code := unusable(url):
        return code
    try:
        done = distributing.distribute(url)
    except (distributing.NotDistributed, DBAPIError) as error:
        print(";\n".join(distributing.statements().values()) + ";")
        return said(f"没有分布：{' '.join(str(error).split())[:300]}以上是有扩展时将执行的语句。")
    for name, now in done.items():
        print(f"{name:<17} {'已分布' if now else '此前已分布'}")
    return OK


def rekey(url: str, telling: Telling) -> int:
    """Change all persons' keys to the newest; 0 when as many are told apart as before."""
    from data_sources import rekeying
    from data_sources.intake.people import MissingKey

    try:
        with telling("更换人员密钥") as tell:
            found = rekeying.rekey(url, tell)
    except (rekeying.CannotRekey, MissingKey) as error:
        return said(error, UNREACHABLE if getattr(error, "unreachable", False) else WRONG)
    except KeyboardInterrupt:
        return said("已中断。换完的表保留着，重新运行同一命令会接着做。", INTERRUPTED)
    except DBAPIError as error:
        return said(f"没有换完：{' '.join(str(error.orig).split())[:200]}。重新运行同一命令会接着做。")
    for each in found:
        state = "相符" if each.right else f"不符（应为 {each.before:,}，未换 {each.stayed:,}）"
        print(f"{each.table:<12} {each.column:<16} {each.values:>11,} 个 {each.now:>11,} 种 {state}")
    wrong = [each for each in found if not each.right]
    print(
        "有不符之处，库暂不开放：请从备份恢复后再试" if wrong else "人员标识已全部换到新密钥下，原来能对上的人仍能对上"
    )
    return WRONG if wrong else OK
