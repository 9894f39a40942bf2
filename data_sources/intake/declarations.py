"""What a file of each table holds: its fields, under which names, and the rules; from tables.py and declared.yaml."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Integer, String
from sqlmodel import SQLModel

from data_sources import tables

Kind = Literal["place", "origin", "person", "occupation", "cluster", "choice", "flag", "date", "month", "money", "whole",
               "decimal", "code", "text"]  # fmt: skip
FILE: Final = Path(__file__).with_name("declared.yaml")


@dataclass(frozen=True)
class Field:
    """One column of a file: the table's column that it fills."""

    name: str
    label: str
    kind: Kind
    required: bool
    aliases: tuple[str, ...]
    values: Mapping[str, str]
    unit: str
    length: int
    note: str

    @property
    def header(self) -> str:
        """The header in a template, with its unit."""
        label = "身份证件号码" if self.kind == "person" else re.sub("（.*）", "", self.label)
        return f"{label}（{self.unit}）" if self.unit else label


@dataclass(frozen=True)
class Rule:
    """Something that must hold for a table's rows; `says` is the rule in Chinese."""

    check: str
    columns: tuple[str, ...]
    bounds: Mapping[str, int]
    says: str


@dataclass(frozen=True)
class Layout:
    """A table as files bring it."""

    table: str
    label: str
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]

    @property
    def personal(self) -> bool:
        """Whether its rows are persons'."""
        return any(field.kind == "person" for field in self.fields)

    def field(self, name: str) -> Field:
        """The field of that name; raises KeyError."""
        return {field.name: field for field in self.fields}[name]


def plain(text: str) -> str:
    """A header as it is compared: half-width, lower case, without brackets' content, spaces and signs."""
    narrow = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"[\W_]", "", re.sub(r"[(\[【].*?[)\]】]", "", narrow))


def tables_filed() -> tuple[str, ...]:
    """The tables that files can fill, in the order of their declaration."""
    return tuple(_declared()["tables"])


@cache
def layout(table: str) -> Layout:
    """How files bring a table; raises KeyError."""
    given = _declared()["tables"][table]
    columns = SQLModel.metadata.tables[table].columns
    fields = tuple(_field(column) for column in columns if column.name not in _declared()["computed"])
    labels = {field.name: field.label for field in fields}
    rules = tuple(_rule(rule, labels) for rule in given["rules"])
    return Layout(table, str(getattr(tables.TABLES[table], "label", table)), fields, rules)


@cache
def _declared() -> dict[str, Any]:
    loaded = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _field(column: Column[Any]) -> Field:
    kind = _kind(column)
    label = str(column.info["label"])
    return Field(
        name=column.name,
        label=label,
        kind=kind,
        required=not column.nullable and column.name != "place_code",
        aliases=tuple(
            {plain(text): None for text in (label, column.name, *_declared()["aliases"].get(column.name, ()))}
        ),
        values=column.info["values"] or {},
        unit={"分": "元"}.get(column.info["unit"], column.info["unit"]) or "",
        length=(column.type.length or 0) if isinstance(column.type, String) else 0,
        note=column.info["note"] or "",
    )


def _kind(column: Column[Any]) -> Kind:
    referred = column.info["refers_to"]
    if referred in ("place", "occupation", "cluster"):
        return referred  # type: ignore[no-any-return]
    if column.name in _NAMED:
        return _NAMED[column.name]
    if column.info["values"]:
        return "choice"
    if column.info["unit"] == "分":
        return "money"
    for kind, name in _TYPES:
        if isinstance(column.type, kind):
            return name
    if column.name.endswith("month"):
        return "month"
    return "code" if column.name.endswith("_code") else "text"


_NAMED: Final[Mapping[str, Kind]] = {"person_key": "person", "previous_place_code": "origin"}
_TYPES: Final[tuple[tuple[type, Kind], ...]] = (
    (Boolean, "flag"), (Date, "date"), (BigInteger, "whole"), (Integer, "whole"), (Float, "decimal"),
)  # fmt: skip


def _rule(given: Mapping[str, Any], labels: Mapping[str, str]) -> Rule:
    columns = tuple(given["columns"])
    bounds = {key: value for key, value in given.items() if key not in ("check", "columns")}
    named = "、".join(f"「{labels[column]}」" for column in columns)
    return Rule(given["check"], columns, bounds, _SAYS[given["check"]].format(named=named, **bounds))


_SAYS: Final = {
    "unique": "{named}不得重复",
    "period": "{named}应在报送月份之内",
    "order": "{named}应依次不减",
    "between": "{named}应在 {low:,} 与 {high:,} 之间",
    "exists": "{named}应是库中已有的代码",
}
