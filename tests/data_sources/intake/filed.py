"""Files made by hand for the tests of intake, and legal rows of every table."""

import datetime as dt
import io
from collections.abc import Mapping
from typing import Any

import polars as pl
import xlsxwriter
from sqlalchemy import insert, select

from data_sources import queries
from data_sources.engine import engine
from data_sources.intake import acceptance, people, preview, reading
from data_sources.intake.asked import Asked
from data_sources.intake.preview import Preview
from tests.data_sources import samples

MONTH = "2026-10"
SCHOOL = "12330100DEM000014E"
FIRM = "91330108DEM003012C"


def number(n: int) -> str:
    """The identity number of the n-th person."""
    body = (
        f"33010619900307{n % 1000:03d}"
        if n < 1000
        else f"3301{n // 100000 % 90 + 10:02d}19{n // 1000 % 90 + 10:02d}0307{n % 1000:03d}"
    )
    total = sum(int(d) * w for d, w in zip(body, people.WEIGHTS, strict=True)) % 11
    return body + people.LAST[total]


LEGAL: Mapping[str, dict[str, Any]] = {
    "training": {
        "person_key": number(1), "occupation_code": "2-02-38-01", "cluster_code": "C06", "mode": "project",
        "online": True, "started": dt.date(2026, 10, 8), "ended": dt.date(2026, 10, 31), "passed": False,
    },
    "certificate": {
        "person_key": number(1), "occupation_code": "4-04-05-01", "cluster_code": "C06", "level": "L4",
        "issuer_code": SCHOOL, "issued": dt.date(2026, 10, 20), "dual": True,
        "certificate_number": "Y000133000001263000001",
    },
    "employment": {
        "person_key": number(1), "start_month": "2026-10", "occupation_code": "4-04-05-01", "cluster_code": "C06",
        "level": "L4", "previous_place_code": "310000",
    },
    "vacancy": {
        "cluster_code": "C06", "occupation_code": "4-04-05-01", "headcount": 12, "wage_low": 600000,
        "wage_high": 900050, "shortage": True,
    },
    "subsidy": {
        "paid": dt.date(2026, 10, 9), "kind": "vocational_training", "fund": "employment", "amount": 120000,
        "person_times": 1, "base_code": "B1", "organisation_code": FIRM, "person_key": number(1),
        "occupation_code": "4-04-05-01", "level": "L4", "course_ended": dt.date(2026, 8, 1),
        "certified": dt.date(2026, 8, 20),
    },
    "budget": {"year": 2026, "fund": "employment", "amount": 164900000},
    "organisation": {
        "organisation_code": FIRM, "name": "某某科技有限公司", "kind": "enterprise", "cluster_code": "C06",
        "lon": 119.98, "lat": 30.27, "chain_leader": True, "integration_enterprise": False, "evaluation_body": False,
        "dual_certificate_pilot": False,
    },
    "base": {
        "base_code": "B2", "name": "某某公共实训基地", "kind": "public_training", "cluster_code": "C06", "lon": 119.98,
        "lat": 30.27, "seats": 120, "opened_month": "2020-09",
    },
    "programme": {
        "year": 2026, "kind": "order_class", "name": "人工智能订单班", "school_code": SCHOOL, "enterprise_code": FIRM,
        "cluster_code": "C06", "seats": 40,
    },
    "contest": {
        "month": "2026-10", "name": "数字技能竞赛", "level": "county", "cluster_code": "C06", "participants": 90,
        "awards": 12,
    },
    "milestone": {"kind": "evaluation_norm", "reached": dt.date(2026, 10, 12), "quantity": 2},
    "target": {"indicator_key": "training_person_times", "year": 2026, "value": 28500, "cumulative": True},
}  # fmt: skip
"""One row of each table that 余杭区 may file for October 2026, as a filled template has it."""


def codes(url: str) -> str:
    """The database with base B1 and two organisations, filed by 杭州市本级."""
    lines = [("base", 1), ("organisation", 2)]
    given = {"provenance": "official", "place_code": "330100", "month": None, "data_version": 1, "row_count": 2}
    filed = [samples.submission(id=n, table_name=table, **given) for table, n in lines]
    base = {"place_code": "330100", "submission_id": 1, "row_number": 1, "base_code": "B1", "name": "基地",
            "kind": "high_skill", "seats": 1, "opened_month": "2020-01"}  # fmt: skip
    flags = dict.fromkeys(
        ("chain_leader", "integration_enterprise", "evaluation_body", "dual_certificate_pilot"), False
    )
    firms = [
        {"place_code": "330100", "submission_id": 2, "row_number": n, "organisation_code": code, "name": code,
         "kind": "school", **flags}
        for n, code in enumerate((SCHOOL, FIRM))
    ]  # fmt: skip
    with engine(url).begin() as connection:
        for name, rows in (("submission", filed), ("base", [base]), ("organisation", firms)):
            connection.execute(insert(queries.table(name)), rows)
    return url


def asked(table: str, **given: Any) -> Asked:
    """余杭区's file of October 2026, but for what is given."""
    return Asked(**{"table": table, "month": MONTH, "place_code": "330110"} | given)


def seen(url: str, content: bytes, asked_for: Asked, name: str = "报送.xlsx") -> Preview:
    """The examined file."""
    return preview.examined(url, reading.upload(name, content), asked_for, lambda *_: None)


def accepted(url: str, content: bytes, asked_for: Asked, reason: str | None = None) -> acceptance.Accepted:
    """The accepted file."""
    upload = reading.upload("报送.xlsx", content)
    found = preview.examined(url, upload, asked_for, lambda *_: None)
    return acceptance.accept(
        url, upload, asked_for, found, department="余杭区人力资源和社会保障局", tell=lambda *_: None, reason=reason
    )


def csv(*lines: str, encoding: str = "utf-8") -> bytes:
    """A CSV of those lines."""
    return "\n".join(lines).encode(encoding)


def book(*rows: tuple[Any, ...], merged: tuple[tuple[int, int, int, int, str], ...] = ()) -> bytes:
    """A workbook of those rows; numbers stay numbers, dates dates."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as made:
        sheet, day = made.add_worksheet(), made.add_format({"num_format": "yyyy-mm-dd"})
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    sheet.write_datetime(at, column, dt.datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write(at, column, value)
        for first, left, last, right, text in merged:
            sheet.merge_range(first, left, last, right, text)
    return buffer.getvalue()


def said(problems: Any) -> list[tuple[str, int, str]]:
    """Column, row and reason of every listed mistake."""
    return [(p.column, row, p.why) for p in problems for row in p.rows["row"].to_list()]


def stored(url: str, table: str) -> pl.DataFrame:
    """The rows of accepted submissions."""
    t = queries.table(table)
    return queries.read(url, select(t).where(queries.accepted(t), t.c.submission_id > 2))


def stored_reasons(url: str, month: str) -> list[str]:
    """The reasons of the submissions of a month."""
    s = queries.table("submission")
    return [row["reason"] for row in queries.rows(url, select(s.c.reason).where(s.c.month == month))]
