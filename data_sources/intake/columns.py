"""The columns of a file in the table's types: each distinct text is understood once, or is a problem."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from data_sources.intake import codes, numbers, people, problems, values
from data_sources.intake.cells import ROW
from data_sources.intake.codes import Wrong
from data_sources.intake.declarations import Field
from data_sources.intake.problems import Problem
from data_sources.intake.values import Context

LISTED: Final = 200
"""The most changed values that are listed of one column."""
CHANGED: Final = {"column": pl.String, "from": pl.String, "to": pl.String, "count": pl.Int64}
_NOTHING: Final = pl.DataFrame(schema=CHANGED)
LISTED_KINDS: Final = (
    "place", "origin", "occupation", "cluster", "choice", "level", "flag", "date", "month", "year", "credit", "money",
)  # fmt: skip
RESIDENT: Final = ("01", "1", "居民身份证", "身份证", "居民身份证(户口簿)", "户口簿", "社会保障卡")


@dataclass(frozen=True)
class Typed:
    """A column: `values` in its type, what is wrong or unusual with it, and which texts became something else."""

    values: pl.Series
    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    changed: pl.DataFrame


def column(field: Field, raw: pl.Series, rows: pl.Series, context: Context) -> Typed:
    """A column of texts, but for identity numbers."""
    counted = dict(raw.drop_nulls().value_counts().iter_rows())
    read: dict[str, Any] = {}
    wrong: dict[str, Wrong] = {}
    for text in counted:
        try:
            read[text] = values.understood(field, text, context)
        except Wrong as error:
            wrong[text] = error
    typed = _mapped(raw, read, field.type)
    errors = (*absent(field, raw, rows), *_wrong(field, raw, rows, wrong))
    return Typed(typed, errors, _warned(field, raw, rows, read), _changed(field, read, counted))


def _mapped(raw: pl.Series, read: dict[str, Any], kind: Any) -> pl.Series:
    new = pl.Series(list(read.values()), dtype=kind)
    return raw.replace_strict(list(read), new, default=None, return_dtype=kind)


def _wrong(field: Field, raw: pl.Series, rows: pl.Series, wrong: dict[str, Wrong]) -> list[Problem]:
    found = []
    cells = pl.DataFrame({ROW: rows, "value": raw}).filter(pl.col("value").is_in(list(wrong))) if wrong else None
    for why in sorted({str(error) for error in wrong.values()}):
        assert cells is not None
        rights = {text: error.right for text, error in wrong.items() if str(error) == why}
        right = pl.col("value").replace_strict(rights, return_dtype=pl.String).alias("right")
        found.append(
            problems.of_values(field.label, why, cells.filter(pl.col("value").is_in(list(rights))).with_columns(right))
        )
    return found


def _warned(field: Field, raw: pl.Series, rows: pl.Series, read: dict[str, Any]) -> tuple[Problem, ...]:
    """Dates that say only the month: understood as its first or last day, which someone must agree to."""
    vague = {text: str(day) for text, day in read.items() if field.kind == "date" and values.vague(text)}
    if not vague:
        return ()
    cells = pl.DataFrame({ROW: rows, "value": raw}).filter(pl.col("value").is_in(list(vague)))
    right = pl.col("value").replace_strict(vague, return_dtype=pl.String).alias("right")
    which = "1日" if field.name == "started" else "最后一日"
    return (problems.of_values(field.label, f"只有年月，按当月{which}计", cells.with_columns(right)),)


def _changed(field: Field, read: dict[str, Any], counted: dict[str, int]) -> pl.DataFrame:
    told = [(text, values.shown(field, value)) for text, value in read.items()] if field.kind in LISTED_KINDS else []
    rows = [(field.label, text, now, counted[text]) for text, now in told if not _same(field, text, now, read[text])]
    rows.sort(key=lambda row: (-row[3], row[1]))
    return pl.DataFrame(rows[:LISTED], schema=CHANGED, orient="row")


def _same(field: Field, text: str, now: str, value: Any) -> bool:
    if field.kind == "money":
        return text.replace(",", "").removesuffix(".00").removesuffix(".0") == f"{value / 100:.2f}".removesuffix(".00")
    return text in (now, str(value), now.partition(" ")[2])


def absent(field: Field, raw: pl.Series, rows: pl.Series) -> tuple[Problem, ...]:
    """Where a required cell is empty."""
    if not field.required or not raw.null_count():
        return ()
    return (problems.of_rows(field.label, "必填，不能为空", rows.filter(raw.is_null())),)


def persons(field: Field, raw: pl.Series, rows: pl.Series, documents: pl.Series) -> Typed:
    """Person keys; what was written is in no problem. Documents other than a resident's card have no check digit."""
    written = raw.str.normalize("NFKC").str.replace_all(r"[\s\-'’‘`]", "").str.to_uppercase()
    other = ~documents.str.normalize("NFKC").is_in([*RESIDENT]).fill_null(value=True)
    errors = list(absent(field, raw, rows))
    refused = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(raw))
    for why, right, breaks in _NUMBERS:
        wrong = (breaks(written, other) & ~refused & written.is_not_null()).fill_null(value=False)
        if wrong.any():
            errors.append(problems.of_rows(field.label, why, rows.filter(wrong), right))
        refused = refused | wrong
    kept = written.zip_with(~refused, pl.Series([None], dtype=pl.String))
    return Typed(people.keyed(kept), tuple(errors), (), _NOTHING)


_NUMBERS: Final[tuple[tuple[str, str, Callable[[pl.Series, pl.Series], pl.Series]], ...]] = (
    ("号码被写成了科学计数，末几位已经丢失", "从原系统重新导出，号码列设为文本格式",
     lambda written, _: written.str.contains(r"^\d(\.\d+)?E\+?\d+$")),
    ("是15位旧号码", "填18位号码", lambda written, other: ~other & written.str.contains(r"^\d{15}$")),
    ("不是有效的居民身份证号码（18位，末位校验不符）", "核对号码；其他证件请填证件类型",
     lambda written, other: ~other & ~people.valid(written)),
    ("不像证件号码（应为5至20位字母和数字）", "核对号码",
     lambda written, other: other & ~written.str.contains(r"^[A-Z0-9()]{5,20}$")),
)  # fmt: skip


def certificates(field: Field, raw: pl.Series, rows: pl.Series) -> Typed:
    """Certificates' numbers without gaps, as text: whether they are formed as they should be is a rule's matter."""
    plain = raw.str.normalize("NFKC").str.replace_all(numbers.GAPS, "").str.to_uppercase()
    person = plain.str.contains(numbers.LIKE) & ~plain.str.contains(numbers.CERTIFICATE)
    long = plain.str.len_chars() > field.length
    errors = [
        problems.of_rows(field.label, why, rows.filter(wrong.fill_null(value=False)), right)
        for why, right, wrong in (
            ("像身份证件号码，不能填在这一列", "请只填在身份证件号码列", person),
            (f"超过 {field.length} 个字", "22位证书编号", long),
        )
        if wrong.any()
    ]
    return Typed(plain.zip_with(~(person | long), pl.Series([None], dtype=pl.String)), tuple(errors), (), _NOTHING)


def zones(raw: pl.Series, zone: pl.Series) -> pl.Series:
    """The functional zone of each row: as filed, else the one that the place's text names."""
    named = {text: codes.zone_named(text) for text in Counter(raw.drop_nulls())}
    known = {text: name for text, name in named.items() if name}
    if not known:
        return zone
    from_place = raw.replace_strict(known, default=None, return_dtype=pl.String)
    return zone.zip_with(zone.is_not_null(), from_place)
