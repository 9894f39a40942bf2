"""What a database that someone else keeps has, and lacks, of what the app reads; what that costs.

Tables and views count alike, along PostgreSQL's search path. No version table is needed: what counts is what is there.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import BigInteger, Boolean, Column, Connection, Date, DateTime, Float, Integer, text
from sqlmodel import SQLModel

from data_sources import tables
from data_sources.engine import backend, engine, sqlite_file

Family = Literal["text", "whole", "decimal", "flag", "day", "moment", "unknown"]
Present = Mapping[str, Mapping[str, str]]
"""Each table or view with the declared type of each column."""

FAMILIES: Final[Mapping[Family, str]] = {
    "text": "文本", "whole": "整数", "decimal": "小数", "flag": "是否", "day": "日期", "moment": "时间", "unknown": "未知",
}  # fmt: skip
EVERY: Final = "全部页面"
COSTS: Final[Mapping[str, tuple[str, ...]]] = {
    "place": (EVERY,),
    "submission": (EVERY,),
    "census": ("人才地图", "区域画像", "对比"),
    "published_figure": ("指标与数据",),
    "cluster": (EVERY,),
    "occupation": ("供需与流动", "产业集群", "数据报送"),
    "organisation": ("区域画像", "评价激励", "补贴资金", "产业集群"),
    "base": ("实训基地", "人才地图", "区域画像", "补贴资金"),
    "training": ("总览", "人才地图", "供需与流动", "产业集群", "区域画像", "对比", "简报"),
    "certificate": ("总览", "人才地图", "评价激励", "供需与流动", "产业集群", "区域画像", "对比", "简报"),
    "employment": ("总览", "人才地图", "供需与流动", "产业集群", "评价激励", "区域画像", "对比", "简报"),
    "vacancy": ("总览", "人才地图", "供需与流动", "产业集群", "区域画像", "对比", "简报"),
    "subsidy": ("总览", "补贴资金", "区域画像", "对比", "简报"),
    "budget": ("补贴资金", "区域画像", "简报"),
    "programme": ("人才地图", "区域画像", "对比"),
    "contest": ("评价激励", "人才地图"),
    "milestone": ("评价激励", "人才地图"),
    "target": ("总览", "人才地图", "区域画像", "简报"),
    "rejection": ("数据报送",),
    "audit": ("审计",),
    "reader": ("使用者",),
    "reader_grant": ("使用者",),
}
"""The pages that show less, or nothing, without a table."""


@dataclass(frozen=True)
class Gap:
    """What is missing or of another kind; `column` is '' for a whole table."""

    table: str
    column: str
    said: str

    @property
    def pages(self) -> tuple[str, ...]:
        """The pages that it costs."""
        return COSTS[self.table]


def present(connection: Connection) -> Present:
    """Everything that can be read from here; raises SQLAlchemy's errors."""
    sqlite = connection.dialect.name == "sqlite"
    found: dict[str, dict[str, str]] = {}
    for name, column, kind in connection.execute(text(_SQLITE if sqlite else _POSTGRESQL)):
        found.setdefault(name, {}).setdefault(column, kind)
    return found


_SQLITE: Final = """
    SELECT m.name, c.name, c.type FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.cid"""
_POSTGRESQL: Final = """
    SELECT table_name, column_name, data_type FROM information_schema.columns
    WHERE table_schema = ANY (current_schemas(false))
    ORDER BY array_position(current_schemas(false), table_schema::name), table_name, ordinal_position"""


def writable(url: str) -> bool:
    """Whether submissions can be written: neither a read-only file nor a role that may only read."""
    if backend(url) == "sqlite":
        return os.access(sqlite_file(url), os.W_OK)
    with engine(url).connect() as connection:
        allowed = "SELECT has_table_privilege(current_user, 'submission', 'INSERT')"
        return bool(connection.execute(text(allowed)).scalar_one())


def gaps(has: Present) -> tuple[Gap, ...]:
    """Every table, column and type that the app reads and does not find, in the order of their declaration."""
    found = []
    for name in tables.TABLES:
        if name not in has:
            found.append(Gap(name, "", f"缺少数据表 {name}（{label(name)}）"))
            continue
        for column in SQLModel.metadata.tables[name].columns:
            told = f"{name}.{column.name}（{column.info['label']}）"
            if column.name not in has[name]:
                found.append(Gap(name, column.name, f"缺少列 {told}"))
            elif not fits(has[name][column.name], column):
                wanted, kind = FAMILIES[wanted_family(column)], has[name][column.name]
                found.append(Gap(name, column.name, f"列 {told} 应为{wanted}，现为 {kind}"))
    return tuple(found)


def label(table: str) -> str:
    """A table's name in Chinese."""
    return str(getattr(tables.TABLES[table], "label", table))


def fits(kind: str, column: "Column[object]") -> bool:
    """Whether a declared type can be read as the column's: SQLite keeps dates as text and yes/no as numbers."""
    has, wanted = family(kind), wanted_family(column)
    alike: dict[Family, tuple[Family, ...]] = {
        "day": ("day", "text"), "moment": ("moment", "text"), "flag": ("flag", "whole"), "decimal": ("decimal", "whole"),
    }  # fmt: skip
    lenient = kind.isupper() or not kind  # SQLite's own way of writing types
    return has == "unknown" or has == wanted or (lenient and has in alike.get(wanted, ()))


def family(kind: str) -> Family:
    """The family of a type as databases write it."""
    low = kind.lower()
    for name, signs in _SIGNS:
        if any(sign in low for sign in signs):
            return name
    return "unknown"


_SIGNS: Final[tuple[tuple[Family, tuple[str, ...]], ...]] = (
    ("moment", ("timestamp", "datetime")), ("day", ("date",)), ("flag", ("bool",)), ("whole", ("int",)),
    ("decimal", ("float", "double", "real", "numeric", "decimal")), ("text", ("char", "text", "clob", "uuid")),
)  # fmt: skip


def wanted_family(column: "Column[object]") -> Family:
    """The family of a declared column."""
    kinds: tuple[tuple[type, Family], ...] = (
        (Boolean, "flag"), (DateTime, "moment"), (Date, "day"), (BigInteger, "whole"), (Integer, "whole"),
        (Float, "decimal"),
    )  # fmt: skip
    return next((name for kind, name in kinds if isinstance(column.type, kind)), "text")
