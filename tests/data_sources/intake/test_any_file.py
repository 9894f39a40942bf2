"""Any table with any legal values, written by the template writer, loads back equal; any one corruption is found."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_sources import reference, tables
from data_sources.intake import declarations, people, templates
from data_sources.intake.codes import ALPHABET, WEIGHTS
from data_sources.intake.declarations import Field
from data_sources.vocabulary import ENGINEER_LEVELS
from geo import boundaries, places
from tests.data_sources.intake import filed

pytestmark = pytest.mark.usefixtures("read_here")

TABLES = [str(model.__tablename__) for model in tables.FACT_TABLES]
Row = dict[str, Any]
PLACES = ("330100", *(p.code for p in places.children("330100")))
OCTOBER = st.dates(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
PAST = st.dates(dt.date(2023, 1, 1), dt.date(2026, 9, 30))
MONTHS = st.dates(dt.date(2015, 1, 1), dt.date(2026, 9, 30)).map(lambda day: f"{day:%Y-%m}")
LETTERS = st.characters(whitelist_categories=("Lu", "Ll", "Lo", "Nd"), max_codepoint=0x9FA5)
NAMES = st.text(LETTERS, min_size=1, max_size=20).filter(lambda text: not text[0].isdigit() and "计" not in text)
FIRM = st.integers(0, 10**8 - 1).map(lambda n: _credit(f"91330108{n:08d}X"))
OURS: dict[str, Callable[[], st.SearchStrategy[Any]]] = {
    "started": lambda: PAST, "ended": lambda: OCTOBER, "issued": lambda: OCTOBER, "paid": lambda: OCTOBER,
    "reached": lambda: OCTOBER, "month": lambda: st.just(filed.MONTH), "start_month": lambda: MONTHS,
    "end_month": lambda: st.none(), "opened_month": lambda: MONTHS, "closed_month": lambda: st.none(),
    "base_code": lambda: st.just("B1"), "organisation_code": lambda: st.just(filed.FIRM),
    "issuer_code": lambda: st.just(filed.SCHOOL), "school_code": lambda: st.just(filed.SCHOOL),
    "enterprise_code": lambda: st.just(filed.FIRM), "zone": lambda: st.none(), "awards": lambda: st.integers(0, 9),
    "participants": lambda: st.integers(10, 10**6), "wage_low": lambda: st.integers(0, 10**6),
    "wage_high": lambda: st.integers(10**6, 10**8), "amount": lambda: st.integers(1, 10**11),
    "headcount": lambda: st.integers(0, 10**5), "person_times": lambda: st.integers(1, 10**5),
    "seats": lambda: st.integers(0, 10**5), "quantity": lambda: st.integers(0, 10**4),
    "value": lambda: st.integers(0, 10**9), "document": lambda: st.none(),
    "certificate_number": lambda: st.integers(0, 10**6 - 1),
    "place_code": lambda: st.sampled_from(PLACES), "lon": lambda: st.none(), "lat": lambda: st.none(),
    "previous_place_code": lambda: st.sampled_from([*PLACES, *(p.code for p in places.origins())]),
}  # fmt: skip


def _credit(body: str) -> str:
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[-total % 31]


def _values(field: Field, table: str) -> st.SearchStrategy[Any]:
    if field.name == "organisation_code" and table == "organisation":
        return FIRM
    if field.name == "base_code" and table == "base":
        return st.integers(0, 10**6).map(lambda n: f"JD{n}")
    if field.name == "year":
        return st.just(2026) if table != "target" else st.integers(2023, 2035)
    if field.name in OURS:
        found = OURS[field.name]()
    elif field.kind == "person":
        found = st.integers(0, 10**7).map(filed.number)
    elif field.values:
        found = st.sampled_from(list(field.values))
    elif field.kind in ("occupation", "cluster"):
        found = st.sampled_from(list(reference.occupations() if field.kind == "occupation" else reference.clusters()))
    else:
        found = {"flag": st.booleans(), "date": PAST, "text": NAMES}[field.kind]
    return found if field.required or field.name == "place_code" else st.none() | found


def _legal(table: str) -> st.SearchStrategy[list[Row]]:
    layout = declarations.layout(table)
    row = st.fixed_dictionaries({field.name: _values(field, table) for field in layout.fields}).map(_fitting)
    keys = [rule.columns for rule in layout.rules if rule.check == "unique" and "open" not in rule.given]
    keys += [("person_key",)] if table == "employment" else []
    unique = tuple((lambda row, key=key: tuple(row[c] or row["person_key"] for c in key)) for key in keys)
    return st.lists(row, min_size=1, max_size=6, unique_by=unique or None)


def _fitting(row: Row) -> Row:
    """With coordinates inside the place, a level of the occupation's own ladder, and a certificate's number of it."""
    if "lon" in row:
        spot = boundaries.label_spots(places.place(row["place_code"]).level)[row["place_code"]]
        row |= {"lon": round(spot.lon, 6), "lat": round(spot.lat, 6)}
    if row.get("level") and "occupation_code" in row:
        engineer = (row["occupation_code"] or "").startswith("2-02-38")
        if (row["level"] in ENGINEER_LEVELS) is not engineer:
            row["level"] = "T2" if engineer else "L4"
    if row.get("certificate_number") is not None:
        digit = {"L2": "5", "L3": "4", "L4": "3", "L5": "2", "L6": "1"}.get(row["level"])
        row["certificate_number"] = f"Y00013300000126{digit}{row['certificate_number']:06d}" if digit else None
    return row


ALLOWED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
PAIR = settings(max_examples=2, deadline=None, suppress_health_check=ALLOWED)
"""A workbook is read by a process of its own, which takes most of a second."""
FEW = settings(max_examples=8, deadline=None, suppress_health_check=ALLOWED)
MANY = settings(max_examples=40, deadline=None, suppress_health_check=ALLOWED)


def _asked(table: str) -> Any:
    return filed.asked(table, place_code="330100")


@pytest.mark.parametrize("table", TABLES)
@PAIR
@given(data=st.data())
def test_any_legal_rows_load_back_equal(coded: str, table: str, data: st.DataObject) -> None:
    _loads_back(coded, table, data.draw(_legal(table)))


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
@MANY
@given(data=st.data())
def test_many_legal_rows_load_back_equal(coded: str, table: str, data: st.DataObject) -> None:
    _loads_back(coded, table, data.draw(_legal(table)))


def _loads_back(url: str, table: str, rows: list[Row]) -> None:
    found = filed.seen(url, templates.filled(table, rows), _asked(table))
    assert filed.said(found.problems) == []
    for given_row, read in zip(rows, found.rows.to_dicts(), strict=True):
        wanted = given_row | ({"person_key": _key(given_row["person_key"])} if "person_key" in given_row else {})
        assert (read.get("certificate_key") is None) == (given_row.get("certificate_number") is None)
        assert {name: read[name] for name in wanted} == wanted


def _key(number: str | None) -> str | None:
    return None if number is None else str(people.keyed(pl.Series([number]))[0])


WRONG: dict[str, tuple[str, ...]] = {
    "place": ("339999", "余杭曲", "331002"), "person": ("330106199003071230", "12", "3.3E+17"), "occupation": ("9-99", "工程"),
    "cluster": ("C77", "人工"), "choice": ("不是选项",), "level": ("高级", "九级"), "flag": ("也许", "2"),
    "date": ("2026-02-30", "昨天", "2031-01-01"), "month": ("2026-13", "2024.1"), "year": ("26", "去年"), "money": ("三千", "1.005"),
    "whole": ("1.5", "十"), "credit": ("91330108DEM0030121", "123"), "origin": ("999999", "外国"), "decimal": ("东", "1e3"),
    "certificate": ("330106199003071230", "1" * 41),
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
@FEW
@given(data=st.data())
def test_any_one_corruption_is_named_with_its_row_and_column(coded: str, table: str, data: st.DataObject) -> None:
    _names_its_corruption(coded, table, data)


@pytest.mark.slow
@pytest.mark.parametrize("table", TABLES)
@MANY
@given(data=st.data())
def test_many_corruptions_are_named_with_their_row_and_column(coded: str, table: str, data: st.DataObject) -> None:
    _names_its_corruption(coded, table, data)


def _names_its_corruption(url: str, table: str, data: st.DataObject) -> None:
    rows = data.draw(_legal(table))
    at = data.draw(st.integers(0, len(rows) - 1))
    fields = [f for f in declarations.layout(table).fields if f.kind in WRONG and f.name != "certified"]
    field = data.draw(
        st.sampled_from([f for f in fields if f.name not in ("course_ended", "started") or table == "training"])
    )
    emptied = field.required and data.draw(st.booleans())
    text = "" if emptied else data.draw(st.sampled_from(WRONG[field.kind]))
    if field.name == "started" and text == "2031-01-01":
        text = "昨天"
    content = _corrupted(table, rows, at, field, text)
    found = filed.seen(url, content, _asked(table), "a.csv")
    assert (field.label, at + 2) in {(column, row) for column, row, _ in filed.said(found.problems)}


def _corrupted(table: str, rows: list[Row], at: int, field: Field, text: str) -> bytes:
    """The rows as the template writer types them, as CSV, with one cell overwritten."""
    fields, out = declarations.layout(table).fields, io.StringIO()
    writer = csv.writer(out)
    writer.writerow(field.header for field in fields)
    for number, row in enumerate(rows):
        typed = {each.name: templates.written(each, row.get(each.name)) for each in fields}
        writer.writerow((typed | ({field.name: text} if number == at else {})).values())
    return out.getvalue().encode()
