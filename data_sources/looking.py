"""Who is looking now: whatever reads single rows asks here, and where nobody is known nothing is read.

The app tells once how to find out who looks (`asked`); a terminal, a thread and a download say so for their own work
(`by`). A reading of detail either names the places that it is about (`of_places`, refused unless all of them are open),
or takes what is open (`cut`), or only sums up (`sums`). `queries` refuses any other to whoever does not see everything.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import CompoundSelect, Executable, Join, Select, Subquery, Table, or_, select
from sqlalchemy.sql.expression import FromClause
from sqlmodel import SQLModel

from data_sources import policy, tables
from data_sources.policy import NotPermitted, Reader
from data_sources.settings import settings

P = ParamSpec("P")
R = TypeVar("R")
S = TypeVar("S", bound=Executable)
_GUARDED: Final = policy.DETAIL | policy.OFFICE
_MARK: Final = "opened"
_reads: Final[WeakKeyDictionary[Executable, frozenset[str]]] = WeakKeyDictionary()
"""The tables that a statement reads rows from, as long as there is the statement: they take a while to find out."""


class NobodyLooks(NotPermitted):
    """Rows were asked for where nobody is known to look."""

    def __init__(self) -> None:
        super().__init__("不知道是谁在查看，未打开任何明细。请重新登录。")


_here: ContextVar[tuple[Reader, bool] | None] = ContextVar("reader", default=None)
_find_out: list[Callable[[], Reader]] = []


def asked(find_out: Callable[[], Reader]) -> None:
    """Let this tell who looks wherever nothing else says so; it raises `NotPermitted` when nobody may."""
    _find_out[:] = [find_out]


def current() -> Reader:
    """Who looks now; raises `NotPermitted` when nobody is known."""
    said = _here.get()
    if said is not None:
        return said[0]
    if not _find_out:
        raise NobodyLooks
    return _find_out[0]()


@contextmanager
def by(reader: Reader, *, taking: bool = False) -> Iterator[None]:
    """The work within is this reader's; `taking` detail along is a permission of its own."""
    token = _here.set((reader, taking))
    try:
        yield
    finally:
        _here.reset(token)


def carried(work: Callable[P, R], *, taking: bool = False) -> Callable[P, R]:
    """The same work, done elsewhere (a thread, a download) by who looks now."""
    reader = current()

    def done(*given: P.args, **named: P.kwargs) -> R:
        with by(reader, taking=taking):
            return work(*given, **named)

    return done


def open_places(table: str) -> frozenset[str]:
    """The places whose rows of this table are open to who looks now: to be seen, or to be taken along."""
    return (policy.export_places if _taking() else policy.detail_places)(current(), table)


def opened(table: str, place_codes: Collection[str]) -> None:
    """Raises `NotPermitted`, naming what is open, unless the rows of all these places are."""
    if set(place_codes) <= open_places(table):
        return
    label = str(getattr(tables.TABLES[table], "label", table))
    if _taking():
        raise NotPermitted(f"您没有导出这些地区“{label}”明细的权限。需要时请联系管理员。")
    raise NotPermitted(
        f"“{label}”的明细只对本地区和上级开放，您可以查看：{policy.scope(current(), table)}。需要时请联系管理员。"
    )


def of_places(statement: Select[Any], table: Table, place_codes: Collection[str]) -> Select[Any]:
    """A reading of these places' rows; raises `NotPermitted` unless all of them are open."""
    opened(table.name, place_codes)
    return _marked(real(statement, table).where(table.c.place_code.in_(sorted(place_codes))), {table.name})


def cut(statement: Select[Any], table: Table) -> Select[Any]:
    """A reading of whatever rows are open."""
    found = open_places(table.name)
    inside = (
        statement
        if policy.sees_all(current(), table.name) and not _taking()
        else statement.where(table.c.place_code.in_(sorted(found)))
    )
    return _marked(real(inside, table), {table.name})


def cut_by_table(statement: Select[Any], submission: Table) -> Select[Any]:
    """A reading of submissions: of each table those of the places whose rows of it are open."""
    places_of: dict[frozenset[str], list[str]] = {}
    for model in tables.FACT_TABLES:
        name = str(model.__tablename__)
        places_of.setdefault(open_places(name if name in policy.DETAIL else "submission"), []).append(name)
    kept = [
        submission.c.table_name.in_(names) & submission.c.place_code.in_(sorted(p)) for p, names in places_of.items()
    ]
    return marked(real(statement.where(or_(*kept)), submission), "submission")


def marked(statement: S, table: str) -> S:
    """A reading of this table whose places were asked about already (`opened`), or that only names what was opened."""
    return _marked(statement, {table})


def sums(statement: S) -> S:
    """A reading that only sums up: sums are open to every reader."""
    return _marked(statement, policy.DETAIL)


def administering() -> Reader:
    """Who looks now, an administrator or the terminal; raises `NotPermitted` for anyone else."""
    reader = current()
    if reader != policy.OPERATOR and not policy.may_administer(reader):
        raise NotPermitted(f"只对管理员开放。需要时请联系{settings().contact}。")
    return reader


def by_the_office(statement: S) -> S:
    """A reading of who may see what, or of the audit; raises `NotPermitted` unless an administrator looks."""
    administering()
    return _marked(statement, policy.OFFICE)


def real(statement: Select[Any], table: Table) -> Select[Any]:
    """Without what was really filed, for whoever looks without having signed in."""
    if current() != policy.EVERYBODY:
        return statement
    submission = SQLModel.metadata.tables["submission"]
    if table is submission:
        return statement.where(submission.c.provenance == "simulated")
    filed = select(submission.c.id).where(submission.c.provenance != "simulated")
    return statement.where(table.c.submission_id.not_in(filed))


def guarded(statement: Any) -> None:
    """Raises `NotPermitted` for a reading of detail that says nothing of what is open, unless everything is."""
    unsaid = (_read_by(statement) & _GUARDED) - statement.get_execution_options().get(_MARK, frozenset())
    closed = [t for t in sorted(unsaid) if not _everything(t)]
    if closed:
        raise NotPermitted(f"数据表 {'、'.join(closed)} 的明细没有按使用者的权限读取，未显示。请把这句话告诉管理员。")


def of_rows(statement: Any) -> bool:
    """Whether single guarded rows are read, and not by the terminal, for sums, or by the office."""
    marks = statement.get_execution_options().get(_MARK, frozenset())
    if marks >= policy.DETAIL:
        return False  # told at once: what it names takes as long to find out as a small query
    return bool(_read_by(statement) & policy.DETAIL) and current() != policy.OPERATOR


def _everything(table: str) -> bool:
    reader = current()
    return reader == policy.OPERATOR if table in policy.OFFICE else policy.sees_all(reader, table)


def _taking() -> bool:
    said = _here.get()
    return said is not None and said[1]


def _marked(statement: S, names: Collection[str]) -> S:
    before = statement.get_execution_options().get(_MARK, frozenset())
    marked: S = statement.execution_options(**{_MARK: before | frozenset(names)})
    return marked


def _read_by(statement: Any) -> frozenset[str]:
    found = _reads.get(statement)
    if found is None:
        found = _reads[statement] = _named(statement)
    return found


def _named(part: Any) -> frozenset[str]:
    """The tables that a statement reads rows from; those that only decide which rows (in WHERE) are left out."""
    if isinstance(part, Table):
        return frozenset((part.name,))
    if isinstance(part, Join):
        return _named(part.left) | _named(part.right)
    if isinstance(part, CompoundSelect):
        return frozenset().union(*(_named(each) for each in part.selects))
    if isinstance(part, Select):
        return frozenset().union(*(_named(each) for each in part.get_final_froms()))
    if isinstance(part, Subquery) or (isinstance(part, FromClause) and hasattr(part, "element")):
        return _named(part.element)
    raise TypeError(f"cannot tell what {type(part).__name__} reads")
