"""What state a database is in, said in Chinese with the command that mends it; never raises, never takes over 5 s."""

import re
import threading
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import Connection, func, inspect, make_url, select
from sqlalchemy.exc import DatabaseError, OperationalError

from data_sources import foreign, schema, tables
from data_sources.engine import MissingDatabase, UnusableUrl, backend, engine
from data_sources.engine import shown_url as shown_url
from data_sources.settings import SettingsError, settings
from geo import places

State = Literal["ready", "empty", "no_tables", "older", "newer", "unreachable", "broken"]

DEADLINE: Final = 4.5
"""Seconds after which a database that has not answered counts as unreachable."""


@dataclass(frozen=True)
class Health:
    """What state a database is in, why, and the command that mends it ('' when nothing needs mending)."""

    state: State
    message: str
    cure: str

    @property
    def usable(self) -> bool:
        """Whether the database can be read: it may still be empty."""
        return self.state in ("ready", "empty")

    @property
    def told(self) -> str:
        """The message, and the command that mends it in a line of its own."""
        return f"{self.message}\n处理办法：{self.cure}" if self.cure else self.message


def examine(url: str) -> Health:
    """The state of the database at `url`, within 5 seconds even when nothing answers.

    While an earlier look still waits for a slow database it is waited for again: looks do not pile up.
    """
    with _looking_lock:
        look = _looking.get(url)
        if look is None or not look.thread.is_alive():
            look = _looking[url] = _Look(url)
    look.thread.join(DEADLINE)
    return look.found[0] if look.found else _unreachable(url, f"{DEADLINE:g} 秒内没有应答")


class _Look:
    """One look at a database, in a thread of its own."""

    def __init__(self, url: str) -> None:
        self.found: list[Health] = []
        self.thread = threading.Thread(target=self._look, args=(url,), name="talent-health", daemon=True)
        self.thread.start()

    def _look(self, url: str) -> None:
        self.found.append(_examined(url))


_looking: dict[str, _Look] = {}
_looking_lock = threading.Lock()


def broken(error: BaseException, url: str | None = None) -> Health:
    """A database that answers but cannot be read, because of `error`."""
    return Health("broken", f"数据库无法读取：{_first_line(error)}。", command("check", url))


def command(name: str, url: str | None = None) -> str:
    """A command line of `python -m data_sources`, with `--db` where the settings name another database."""
    try:
        elsewhere = url is not None and url != settings().url
    except SettingsError:
        elsewhere = url is not None
    return f"python -m data_sources {name}" + (f" --db '{shown_url(url or '')}'" if elsewhere else "")


def _examined(url: str) -> Health:
    try:
        with engine(url).connect() as connection:
            return _seen(connection, url)
    except UnusableUrl as error:
        return Health("broken", str(error), "export TALENT_DB='sqlite:////绝对路径/talent.db'")
    except MissingDatabase as error:
        return Health(
            "no_tables", f"{error}请先建库；想先看看效果，可改用 demo 生成演示数据。", command("migrate", url)
        )
    except OperationalError as error:
        return _refused(error, url)
    except Exception as error:
        return _unreadable(error, url)


def _seen(connection: Connection, url: str) -> Health:
    looking = inspect(connection)
    present = frozenset((*looking.get_table_names(), *looking.get_view_names()))
    if not present & (set(tables.TABLES) | {schema.VERSION_TABLE}):
        return Health("no_tables", f"数据库 {shown_url(url)} 里还没有本系统的数据表。", command("migrate", url))
    if schema.COPYING in present:
        why = f"数据库 {shown_url(url)} 正在由 copy 命令搬入，或搬到一半中断了。请等它完成；中断的，重新运行同一命令。"
        return Health("broken", why, f"{command('copy')} --from '原库地址' --to '{shown_url(url)}'")
    if schema.REKEYING in present:
        why = f"数据库 {shown_url(url)} 正在由 rekey 命令更换人员密钥，或换到一半中断了。请等它完成；中断的，重新运行同一命令。"
        return Health("broken", why, command("rekey", url))
    has = schema.current(connection) if schema.VERSION_TABLE in present else None
    if has is None and present & set(tables.TABLES):
        return _of_others(connection, url) or _of_content(connection, url)
    return _of_revision(has, present, url) or _of_content(connection, url)


def _of_others(connection: Connection, url: str) -> Health | None:
    """A database without our record of versions is someone else's: it will do when it has all that is read."""
    found = foreign.gaps(foreign.present(connection))
    if not found:
        return None
    some = "；".join(gap.said for gap in found[:3]) + (f"；等 {len(found)} 处" if len(found) > 3 else "")
    why = f"数据库由他方维护（没有结构版本记录），还不能使用：{some}。下面的命令列出全部缺项和补齐所需的视图。"
    return Health("broken", why, command("check", url))


def _of_revision(has: str | None, present: frozenset[str], url: str) -> Health | None:
    if has is None:
        return Health("no_tables", "数据库里只有空的版本记录，没有数据表。", command("migrate", url))
    if has not in schema.known():
        why = f"数据库结构版本 {has} 比程序（{schema.head()}）新，或来自别的分支。请先升级程序，再运行下面的命令核对。"
        return Health("newer", why, command("version", url))
    if has != schema.head():
        why = f"数据库结构版本 {has} 比程序（{schema.head()}）旧。请先备份，再升级结构。"
        return Health("older", why, command("migrate", url))
    missing = sorted(set(tables.TABLES) - present)
    if missing:
        why = f"数据库缺少数据表 {'、'.join(missing)}，可能被手工删除。请从备份恢复，再运行下面的命令核对。"
        return Health("broken", why, command("check", url))
    return None


def _of_content(connection: Connection, url: str) -> Health:
    place, submission = (tables.TABLES[name].metadata.tables[name] for name in ("place", "submission"))
    if connection.execute(select(func.count()).select_from(place)).scalar_one() != len(places.places()):
        return Health("broken", "数据库里的地区参照表不完整。", command("migrate", url))
    accepted = select(submission.c.id).where(submission.c.status == "accepted").limit(1)
    if connection.execute(accepted).first() is None:
        why = "数据库可用，但还没有任何已接收的报送数据；地图显示 2020 年普查指标。可生成演示数据："
        return Health("empty", why, command("demo", url))
    return Health("ready", "数据库可用。", "")


def _refused(error: OperationalError, url: str) -> Health:
    if backend(url) == "sqlite":
        said = _first_line(error)
        reason = "被其他进程锁住" if "locked" in said else f"无法打开（{said}），请检查文件和所在目录的权限"
        return _unreachable(url, reason)
    return _unreachable(url, _reason(str(error.orig or error)))


def _unreachable(url: str, reason: str) -> Health:
    return Health("unreachable", f"连接不上数据库 {shown_url(url)}：{reason}。", _reaching(url, reason))


def _reaching(url: str, reason: str) -> str:
    """The command that mends, or at least shows, why a database cannot be reached."""
    if backend(url) == "sqlite":
        return f"ls -l '{make_url(url).database}'*"
    parsed = make_url(url)
    where = f"-h {parsed.host or 'localhost'} -p {parsed.port or 5432}"
    if reason == _NO_DATABASE:
        return f"createdb {where} -U {parsed.username or 'postgres'} {parsed.database}"
    if reason == _WRONG_PASSWORD:
        return f"psql {where} -U {parsed.username or 'postgres'} -d {parsed.database} -c 'select 1'"
    return f"pg_isready {where}"


_NO_DATABASE: Final = "服务器上没有这个库"
_WRONG_PASSWORD: Final = "用户名或密码不对"  # noqa: S105 - a message
_REASONS: Final = (
    (r"database .* does not exist", _NO_DATABASE),
    (r"password authentication failed|no password supplied|role .* does not exist", _WRONG_PASSWORD),
    (r"refused", "服务器没有运行，或端口不对"),
    (r"timeout|timed out", "服务器没有应答"),
    (r"could not translate host|failed to resolve|[Nn]ame or service not known|[Tt]emporary failure", "找不到这台主机"),
    (r"too many (clients|connections)", "服务器的连接数已满"),
    (r"starting up|shutting down", "服务器正在启动或关闭"),
    (r"no pg_hba.conf entry", "服务器不允许从本机以该用户连接（pg_hba.conf）"),
)


def _reason(said: str) -> str:
    for pattern, reason in _REASONS:
        if re.search(pattern, said):
            return reason
    return said.strip().splitlines()[0] if said.strip() else "原因不明"


def _unreadable(error: Exception, url: str) -> Health:
    if isinstance(error, DatabaseError) and "not a database" in str(error):
        why = f"{make_url(url).database} 不是 SQLite 数据库文件，或已损坏。请从备份恢复，或移走它后重新建库。"
        return Health("broken", why, f"mv '{make_url(url).database}' '{make_url(url).database}.bad'")
    return broken(error, url)


def _first_line(error: BaseException) -> str:
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
