"""What a file of each table holds: its fields, under which names, and the rules; from tables.py and declared.yaml."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

import polars as pl
import yaml
from sqlalchemy import BigInteger, Boolean, Column, Date, Float, Integer, String
from sqlmodel import SQLModel

from data_sources import tables, vocabulary
from data_sources.engine import PolarsType, polars_type
from data_sources.intake import wording

Kind = Literal["place", "origin", "person", "occupation", "cluster", "choice", "level", "flag", "date", "month", "year",
               "money", "whole", "decimal", "credit", "certificate", "text"]  # fmt: skip
Rhythm = Literal["month", "year", "whole"]
FILE: Final = Path(__file__).with_name("declared.yaml")


@dataclass(frozen=True)
class Field:
    """One column of a file: the table's column that it fills, unless it is only checked."""

    name: str
    label: str
    kind: Kind
    required: bool
    aliases: tuple[str, ...]
    values: Mapping[str, str]
    unit: str
    length: int
    note: str
    type: PolarsType
    stored: bool = True
    summed: bool = True

    @property
    def header(self) -> str:
        """The header in a template, with its unit; coordinates say which they are."""
        if self.name in ("lon", "lat"):
            return self.label
        label = re.sub("（.*）", "", self.label)
        return f"{label}（{self.unit}）" if self.unit else label

    @property
    def measure(self) -> bool:
        """Whether it is an amount or a number of things that can be added up."""
        return (self.kind == "money" or (self.kind == "whole" and bool(self.unit))) and self.summed


@dataclass(frozen=True)
class Rule:
    """Something that must hold for a table's rows; `says` is the rule in Chinese, a `warning` asks for a reason."""

    check: str
    columns: tuple[str, ...]
    given: Mapping[str, Any]
    says: str
    warning: bool

    @property
    def stored(self) -> tuple[str, ...]:
        """The table's columns that hold what its columns say."""
        return (self.given["stored"],) if "stored" in self.given else self.columns


@dataclass(frozen=True)
class Layout:
    """A table as files bring it: a file is of one month, of one year, or the whole of what a place has."""

    table: str
    label: str
    rhythm: Rhythm
    fields: tuple[Field, ...]
    rules: tuple[Rule, ...]

    @property
    def personal(self) -> bool:
        """Whether its rows are persons'."""
        return any(field.kind == "person" for field in self.fields)

    @property
    def located(self) -> bool:
        """Whether it has coordinates, so that the file's coordinate system must be known."""
        return any(field.name == "lon" for field in self.fields)

    @property
    def measures(self) -> tuple[str, ...]:
        """The columns that can be added up."""
        return tuple(field.name for field in self.fields if field.measure)

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
    left_out = {*_declared()["computed"], *(() if table == "contest" else ("month",))}
    fields = (*(_field(column) for column in columns if column.name not in left_out), *_checked_only(table))
    rules = tuple(_rule(rule, {field.name: field for field in fields}) for rule in given["rules"])
    return Layout(table, str(getattr(tables.TABLES[table], "label", table)), given["rhythm"], fields, rules)


@cache
def _declared() -> dict[str, Any]:
    loaded = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def _field(column: Column[Any]) -> Field:
    values = _declared()["values"].get(column.name) or column.info["values"] or {}
    kind = _kind(column, bool(values))
    names = (column.info["label"], column.name, *_declared()["aliases"].get(column.name, ()))
    return Field(
        name=column.name,
        label="身份证件号码" if kind == "person" else str(column.info["label"]),
        kind=kind,
        required=not column.nullable and column.name != "place_code",
        aliases=tuple(dict.fromkeys(map(plain, names))),
        values=values,
        unit={"分": "元"}.get(column.info["unit"], column.info["unit"]) or "",
        length=(column.type.length or 0) if isinstance(column.type, String) else 0,
        note=column.info["note"] or "",
        type=polars_type(column.type),
        summed=column.name not in _declared()["never_summed"],
    )


def _checked_only(table: str) -> Iterator[Field]:
    personal = "person_key" in SQLModel.metadata.tables[table].columns
    for name, given in _declared()["checked_only"].items():
        if table in given.get("tables", ()) or (personal and given.get("personal")):
            aliases = tuple(map(plain, (given["label"], name, *given["aliases"])))
            kind, label, note, length = (given[key] for key in ("kind", "label", "note", "length"))
            yield Field(name, label, kind, False, aliases, {}, "", length, note, pl.String, stored=False)


def _kind(column: Column[Any], coded: bool) -> Kind:
    referred = column.info["refers_to"]
    if column.name in _NAMED:
        return _NAMED[column.name]
    if referred in ("place", "occupation", "cluster"):
        return referred  # type: ignore[no-any-return]
    if referred == "organisation" or column.name == "organisation_code":
        return "credit"
    if column.info["values"] == vocabulary.LEVELS:
        return "level"
    if coded:
        return "choice"
    if column.info["unit"] == "分":
        return "money"
    return next((name for kind, name in _TYPES if isinstance(column.type, kind)), _of_text(column))


def _of_text(column: Column[Any]) -> Kind:
    return "month" if column.name.endswith("month") else "text"


_NAMED: Final[Mapping[str, Kind]] = {"person_key": "person", "previous_place_code": "origin", "year": "year"}
_TYPES: Final[tuple[tuple[type, Kind], ...]] = (
    (Boolean, "flag"), (Date, "date"), (BigInteger, "whole"), (Integer, "whole"), (Float, "decimal"),
)  # fmt: skip


def _rule(given: Mapping[str, Any], fields: Mapping[str, Field]) -> Rule:
    columns = tuple(given["columns"])
    more = {key: value for key, value in given.items() if key not in ("check", "columns", "warning")}
    labels = [fields[column].label for column in columns]
    says = wording.rule(given["check"], labels, more, fields[columns[-1]].kind)
    return Rule(given["check"], columns, more, says, bool(given.get("warning")))
