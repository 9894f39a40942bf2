"""What a file would bring: which column became what, its rows in the table's types, what is wrong or unusual, sums."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from data_sources import looking, policy, rekeying
from data_sources.intake import columns, declarations, headers, history, people, permitted, problems, rules, totals
from data_sources.intake.asked import Asked as Asked
from data_sources.intake.cells import ROW, UnusableUpload, Upload
from data_sources.intake.columns import CHANGED, Typed
from data_sources.intake.declarations import Field, Layout
from data_sources.intake.headers import Columns
from data_sources.intake.problems import Problem as Problem
from data_sources.intake.values import Context
from data_sources.submissions import Progress
from geo import coordinates, places


@dataclass(frozen=True)
class Preview:
    """`understood` is header → label; `rows` are complete and typed only when there are no `problems`.

    `warnings` must be explained; `changed` (`column`, `from`, `to`, `count`) are the values that were understood as
    something else, the most frequent ones of each column; `sums` is `history.sums`. `positions` says for each part of
    the file in which of its columns (from 0) a label stands, `headers` in which numbered row its header
    ends, `parts` its name and how many rows came before it.
    """

    understood: dict[str, str]
    ignored: tuple[str, ...]
    rows: pl.DataFrame
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    changed: pl.DataFrame
    sums: pl.DataFrame
    positions: tuple[dict[str, int], ...]
    headers: tuple[int, ...]
    parts: tuple[tuple[str, int], ...]


def examined(url: str, upload: Upload, asked: Asked, tell: Progress) -> Preview:
    """Understand and check a file; raises `UnusableUpload` when its columns cannot be told, or `people.MissingKey`."""
    permitted.examining(asked)
    try:
        with looking.by(policy.OPERATOR):  # a rule may look at rows of other places; what it tells is of this file
            return _examined(url, upload, asked, tell)
    except pl.exceptions.PolarsError as error:
        # its message may quote cells, and a traceback would carry them into a log
        raise UnusableUpload(f"文件“{upload.name}”无法核对（{type(error).__name__}）。请报告管理员。") from None


def _examined(url: str, upload: Upload, asked: Asked, tell: Progress) -> Preview:
    layout = declarations.layout(asked.table)
    if layout.personal and not rekeying.fits(url):
        raise people.MissingKey(
            "TALENT_PERSON_KEY 不是库中人员标识现用的密钥，装载后同一人会对不上。请改正设置，见 docs/operations.md“更换人员密钥”。"
        )
    tell(0.02, "识别表头")
    parts = [headers.columns(part, layout) for part in upload.parts]
    read = [_typed(layout, part, asked, tell) for part in parts]
    typed = pl.concat([each.rows for each in read])
    errors = [problem for each in read for problem in each.errors]
    warnings = [problem for each in read for problem in each.warnings]
    errors += [
        *_outside(typed, asked),
        *(p for part, each in zip(parts, read, strict=True) for p in totals.wrong(layout, part, each.rows, asked)),
    ]
    situation = rules.Situation(url, asked, layout, typed)
    for number, rule in enumerate(layout.rules):
        tell(0.6 + 0.4 * number / len(layout.rules), f"核对规则：{rule.says}")
        (warnings if rule.warning else errors).extend(rules.broken(situation, rule))
    return Preview(
        understood={h: layout.field(name).label for part in parts for name, (h, _) in part.found.items()},
        ignored=tuple(dict.fromkeys(header for part in parts for header in part.ignored)),
        rows=typed,
        problems=tuple(_merged(errors)),
        warnings=tuple(_merged(warnings)),
        changed=_most(pl.concat([each.changed for each in read])),
        sums=history.sums(url, asked, layout, typed),
        positions=tuple({layout.field(n).label: at for n, (_, at) in part.found.items()} for part in parts),
        headers=tuple(part.header_row for part in parts),
        parts=tuple((part.name, part.begun) for part in upload.parts),
    )


@dataclass(frozen=True)
class _Read:
    rows: pl.DataFrame
    errors: list[Problem]
    warnings: list[Problem]
    changed: pl.DataFrame


def _typed(layout: Layout, part: Columns, asked: Asked, tell: Progress) -> _Read:
    typed, done = part.data.select(ROW), []
    for number, field in enumerate(layout.fields):
        tell(0.05 + 0.55 * number / len(layout.fields), f"核对“{field.label}”")
        done.append(_column(field, part, layout, asked))
        typed = typed.with_columns(done[-1].values.alias(field.name))
    if "zone" in typed.columns and "place_code" in part.found:
        typed = typed.with_columns(columns.zones(_raw(part, "place_code"), typed["zone"]).alias("zone"))
    typed = typed.with_columns(pl.col("place_code").fill_null(asked.place_code))
    if "certificate_number" in typed.columns:
        typed = typed.with_columns(certificate_key=people.certificates(typed["certificate_number"]))
    errors = [problem for each in done for problem in each.errors]
    if layout.located:
        typed = _converted(typed, part, asked)
    changed = pl.concat([each.changed for each in done])
    return _Read(typed, errors, [problem for each in done for problem in each.warnings], changed)


def _column(field: Field, part: Columns, layout: Layout, asked: Asked) -> Typed:
    raw, rows = _raw(part, field.name), part.data[ROW]
    if field.kind == "person":
        return columns.persons(field, raw, rows, _raw(part, "document"))
    if field.kind == "certificate":
        return columns.certificates(field, raw, rows)
    header = part.found.get(field.name, ("", 0))[0]
    return columns.column(field, raw, rows, Context(headers.unit(header), asked.place_code))


def _raw(part: Columns, name: str) -> pl.Series:
    if name in part.found:
        return part.data[f"c{part.found[name][1]}"]
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, part.data.height)


def _converted(typed: pl.DataFrame, part: Columns, asked: Asked) -> pl.DataFrame:
    """Coordinates as CGCS2000; raises `UnusableUpload` when neither the headers nor anyone says what they are."""
    if not typed["lon"].count() and not typed["lat"].count():
        return typed
    named = {headers.system(part.found[name][0]) for name in ("lon", "lat") if name in part.found}
    said = asked.coordinates or next((each for each in named if each), None)
    if said is None:
        choices = "、".join(f"{key}：{name}" for key, name in coordinates.SYSTEMS.items())
        raise UnusableUpload(f"文件有经纬度，但没有说明坐标系。请选择（命令行 --coordinates）：{choices}。")
    lon, lat = (typed[name].cast(pl.Float64).to_numpy().astype(np.float64) for name in ("lon", "lat"))
    found = coordinates.to_cgcs2000(lon, lat, said)
    new = [pl.Series(name, values).fill_nan(None).round(6) for name, values in zip(("lon", "lat"), found, strict=True)]
    return typed.with_columns(each.zip_with(typed[each.name].is_not_null(), typed[each.name]) for each in new)


def _outside(typed: pl.DataFrame, asked: Asked) -> Iterator[Problem]:
    stray = typed.filter(~pl.col("place_code").is_in(list(asked.within)))
    if stray.height:
        why = f"不在报送地区{places.place(asked.place_code).name}之内"
        right = pl.lit(places.place(asked.place_code).name)
        yield problems.of_values("地区代码", why, stray.select(ROW, value=pl.col("place_code"), right=right))


def _merged(found: list[Problem]) -> Iterator[Problem]:
    """The same mistake in several parts is one problem."""
    for column, why in dict.fromkeys((problem.column, problem.why) for problem in found):
        same = [problem for problem in found if (problem.column, problem.why) == (column, why)]
        rows = pl.concat([problem.rows for problem in same]).head(problems.MOST)
        yield Problem(column, why, sum(problem.count for problem in same), rows)


def _most(changed: pl.DataFrame) -> pl.DataFrame:
    summed = changed.group_by("column", "from", "to", maintain_order=True).agg(pl.col("count").sum())
    return summed.select(list(CHANGED))
