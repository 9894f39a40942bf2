"""What every indicator is, in SQL written by hand over the fact tables, and in plain Python over its answers.

Nothing here knows the cubes, the measures or the catalogue's formulas.
"""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from data_sources.engine import sqlite_file

HIGH: Final = "level IN ('L4', 'L5', 'L6', 'L7', 'L8')"
AT_WORK: Final = "start_month <= :last AND (end_month IS NULL OR end_month > :last)"
IN_WINDOW: Final = "month BETWEEN :first AND :last"

TRAINED: Final = f"SELECT place_code, count(*) FROM training WHERE {IN_WINDOW} GROUP BY place_code"
TRAINED_AT_BASES: Final = (
    f"SELECT place_code, count(*) FROM training WHERE {IN_WINDOW} AND base_code IS NOT NULL GROUP BY place_code"
)
CERTIFIED: Final = f"SELECT place_code, count(*) FROM certificate WHERE {IN_WINDOW} GROUP BY place_code"
STOCK: Final = f"SELECT place_code, count(DISTINCT person_key) FROM employment WHERE {AT_WORK} GROUP BY place_code"
HIGH_STOCK: Final = (
    f"SELECT place_code, count(DISTINCT person_key) FROM employment WHERE {AT_WORK} AND {HIGH} GROUP BY place_code"
)
INFLOW: Final = """
    SELECT place_code, count(*) FROM employment
    WHERE start_month BETWEEN :first AND :last AND previous_place_code IS NOT NULL AND previous_place_code <> place_code
    GROUP BY place_code"""
WANTED: Final = f"SELECT place_code, sum(headcount) FROM vacancy WHERE {IN_WINDOW} GROUP BY place_code"
GAP: Final = f"""
    WITH both AS (SELECT place_code, month FROM submission
                  WHERE status = 'accepted' AND table_name IN ('vacancy', 'certificate')
                  GROUP BY place_code, month HAVING count(DISTINCT table_name) = 2),
         people AS (SELECT place_code, month, headcount AS number FROM vacancy
                    UNION ALL SELECT place_code, month, -1 FROM certificate)
    SELECT place_code, sum(number) FROM people JOIN both USING (place_code, month) WHERE {IN_WINDOW} GROUP BY place_code"""
SEATS: Final = """
    SELECT place_code, sum(seats) FROM base
    WHERE opened_month <= :last AND (closed_month IS NULL OR closed_month > :last) GROUP BY place_code"""
PAID: Final = f"SELECT place_code, sum(amount) FROM subsidy WHERE {IN_WINDOW} GROUP BY place_code"
PAID_PERSON_TIMES: Final = f"SELECT place_code, sum(person_times) FROM subsidy WHERE {IN_WINDOW} GROUP BY place_code"
BUDGET: Final = "SELECT place_code, sum(amount) FROM budget WHERE year = substr(:last, 1, 4) + 0 GROUP BY place_code"


WAGES: Final = f"""
    SELECT place_code, sum((wage_low + wage_high) / 2.0 * headcount) FROM vacancy
    WHERE {IN_WINDOW} AND wage_low IS NOT NULL AND wage_high IS NOT NULL GROUP BY place_code"""
PRICED: Final = f"""
    SELECT place_code, sum(headcount) FROM vacancy
    WHERE {IN_WINDOW} AND wage_low IS NOT NULL AND wage_high IS NOT NULL GROUP BY place_code"""
SHORT: Final = f"SELECT place_code, sum(headcount) FROM vacancy WHERE {IN_WINDOW} AND shortage GROUP BY place_code"
FROM_OUTSIDE: Final = INFLOW.replace("<> place_code", "NOT LIKE '33%'")
ENGINEERS: Final = "level IN ('T1', 'T2', 'T3')"
COURSES: Final = "kind IN ('vocational_training', 'online_training', 'project_training')"
FOR_CERTIFICATES: Final = "kind IN ('vocational_training', 'dual_certificate')"
BALANCE: Final = f"""
    SELECT place_code, sum(amount) FROM (
        SELECT place_code, amount FROM budget WHERE year = substr(:last, 1, 4) + 0
        UNION ALL SELECT place_code, -amount FROM subsidy WHERE {IN_WINDOW})
    WHERE place_code IN (SELECT place_code FROM budget WHERE year = substr(:last, 1, 4) + 0) GROUP BY place_code"""
THIS_YEAR: Final = "year = substr(:last, 1, 4) + 0"
PROGRAMMES: Final = f"SELECT place_code, count(*) FROM programme WHERE {THIS_YEAR} GROUP BY place_code"
PROGRAMME_SEATS: Final = f"SELECT place_code, sum(seats) FROM programme WHERE {THIS_YEAR} GROUP BY place_code"
CONTESTS: Final = f"SELECT place_code, count(*) FROM contest WHERE {IN_WINDOW} GROUP BY place_code"
PARTICIPANTS: Final = f"SELECT place_code, sum(participants) FROM contest WHERE {IN_WINDOW} GROUP BY place_code"
AWARDS: Final = f"SELECT place_code, sum(awards) FROM contest WHERE {IN_WINDOW} GROUP BY place_code"
LEADERS: Final = "SELECT place_code, sum(chain_leader) FROM organisation GROUP BY place_code"
MONTHLY: Final = "'training', 'certificate', 'employment', 'vacancy', 'subsidy'"
CAME: Final = f"status = 'accepted' AND table_name IN ({MONTHLY})"
FILED: Final = f"""
    SELECT place_code, count(*) FROM (SELECT DISTINCT place_code, month, table_name FROM submission WHERE {CAME})
    WHERE {IN_WINDOW} GROUP BY place_code"""
ON_TIME: Final = f"""
    SELECT place_code, count(*) FROM (
        SELECT DISTINCT place_code, month, table_name FROM submission
        WHERE {CAME} AND received_at < date(month || '-01', '+2 months'))
    WHERE {IN_WINDOW} GROUP BY place_code"""
DUE: Final = f"""
    SELECT code, 5 * (SELECT count(DISTINCT month) FROM submission WHERE {CAME} AND {IN_WINDOW})
    FROM place WHERE level IN ('prefecture', 'county')"""


def kept(statement: str, condition: str) -> str:
    """The statement with one more condition."""
    return statement.replace(" GROUP BY", f" AND {condition} GROUP BY")


def together(statement: str, one: str, other: str) -> str:
    """The statement kept to what was counted in months for which the place filed both tables."""
    filed = f"""(place_code, month) IN (
        SELECT place_code, month FROM submission WHERE status = 'accepted' AND table_name IN ('{one}', '{other}')
        GROUP BY place_code, month HAVING count(DISTINCT table_name) = 2)"""
    return statement.replace(" GROUP BY place_code", f" AND {filed} GROUP BY place_code")


def steps(kind: str) -> str:
    """Steps of institution building of one kind."""
    return f"SELECT place_code, sum(quantity) FROM milestone WHERE {IN_WINDOW} AND kind = '{kind}' GROUP BY place_code"


def bases(condition: str = "1") -> str:
    """Bases in use at the end of the window."""
    return f"""
        SELECT place_code, count(*) FROM base WHERE {condition}
        AND opened_month <= :last AND (closed_month IS NULL OR closed_month > :last) GROUP BY place_code"""


def first_ever(condition: str) -> str:
    """People by the place and month of their first certificate of a kind."""
    return f"""
        SELECT place_code, count(*) FROM (
            SELECT place_code, month,
                   row_number() OVER (PARTITION BY person_key ORDER BY issued, submission_id, row_number) AS which
            FROM certificate WHERE {condition})
        WHERE which = 1 AND {IN_WINDOW} GROUP BY place_code"""


def retained(after: int) -> str:
    """Person-times whose person was at work in the place so many months after, in a month that the place filed."""
    return f"""
        WITH t AS MATERIALIZED (SELECT place_code, person_key, strftime('%Y-%m', month || '-01', '+{after} months') AS due
                                FROM training WHERE {IN_WINDOW})
        SELECT place_code, count(*) FROM t
        WHERE EXISTS (SELECT 1 FROM submission s WHERE s.table_name = 'employment' AND s.status = 'accepted'
                      AND s.place_code = t.place_code AND s.month = t.due)
        AND EXISTS (SELECT 1 FROM employment e WHERE e.place_code = t.place_code AND e.person_key = t.person_key
                    AND e.start_month <= t.due AND (e.end_month IS NULL OR e.end_month > t.due))
        GROUP BY place_code"""


def goal(key: str) -> str:
    """What the plan wants of each place up to the end of 2027."""
    return f"""SELECT place_code, sum(value) FROM target
               WHERE indicator_key = '{key}' AND year = 2027 AND cumulative GROUP BY place_code"""


def census(figure: str) -> str:
    """A figure of the counties in the 2020 census."""
    return f"""SELECT place_code, {figure} FROM census JOIN place ON place.code = place_code
               WHERE place.level = 'county' AND {figure} IS NOT NULL"""


@dataclass(frozen=True)
class Oracle:
    """`per` × top ÷ bottom; `filed`: the tables that must be there every month; a top that is `known` has no implied 0."""

    top: str
    bottom: str = ""
    per: float = 1
    filed: tuple[str, ...] = ()
    known: bool = False
    points: bool = False
    compared: bool = True
    none: bool = False
    """Whether a place without rows below has 0 there, not an unknown number."""
    same: bool = False
    """Whether a place that has not filed everything counts on neither side."""


ORACLES: Final[Mapping[str, Oracle]] = {
    "training_person_times": Oracle(TRAINED, filed=("training",)),
    "training_completion": Oracle(
        TRAINED, goal("training_person_times"), per=100, filed=("training",), points=True, compared=False
    ),
    "talent_stock": Oracle(STOCK, filed=("employment",)),
    "high_skilled_stock": Oracle(HIGH_STOCK, filed=("employment",)),
    "high_skilled_share": Oracle(HIGH_STOCK, STOCK, per=100, filed=("employment",), points=True),
    "talent_per_10k": Oracle(STOCK, census("residents"), per=10_000, filed=("employment",), same=True),
    "talent_inflow": Oracle(INFLOW, filed=("employment",)),
    "high_skilled_trained": Oracle(first_ever(HIGH), filed=("certificate",)),
    "high_skilled_completion": Oracle(
        first_ever(HIGH), goal("high_skilled_trained"), per=100, filed=("certificate",), points=True, compared=False
    ),
    "certificates": Oracle(CERTIFIED, filed=("certificate",)),
    "dual_certified": Oracle(first_ever("dual"), filed=("certificate",)),
    "vacancies": Oracle(WANTED, filed=("vacancy",)),
    "supply_gap": Oracle(GAP, filed=("vacancy", "certificate"), compared=False),
    "base_seats": Oracle(SEATS),
    "base_use": Oracle(TRAINED_AT_BASES, SEATS, filed=("training",), same=True),
    "subsidy_paid": Oracle(PAID, per=1 / 1_000_000, filed=("subsidy",)),
    "subsidy_per_person_time": Oracle(PAID, PAID_PERSON_TIMES, per=1 / 100, filed=("subsidy",)),
    "budget_execution": Oracle(PAID, BUDGET, per=100, filed=("subsidy",), points=True),
    "training_online_share": Oracle(
        kept(TRAINED, "online"), TRAINED, per=100, filed=("training",), points=True, none=True
    ),
    "training_pass_rate": Oracle(
        kept(TRAINED, "passed"), TRAINED, per=100, filed=("training",), points=True, none=True
    ),
    "retention_6": Oracle(
        retained(6), kept(TRAINED, "retained_6 IS NOT NULL"), per=100, filed=("training",), points=True, none=True
    ),
    "retention_12": Oracle(
        retained(12), kept(TRAINED, "retained_12 IS NOT NULL"), per=100, filed=("training",), points=True, none=True
    ),
    "training_apprentices": Oracle(kept(TRAINED, "mode = 'apprenticeship'"), filed=("training",)),
    "training_alliances": Oracle(steps("training_alliance")),
    "integration_enterprises": Oracle(steps("integration_enterprise")),
    "evaluation_norms": Oracle(steps("evaluation_norm")),
    "special_ability_norms": Oracle(steps("special_ability_norm")),
    "evaluation_bodies": Oracle(steps("evaluation_body_filing")),
    "dual_pilots": Oracle(steps("dual_certificate_pilot")),
    "special_technicians": Oracle(steps("special_technician")),
    "chief_technicians": Oracle(steps("chief_technician")),
    "chief_digital_officers": Oracle(steps("chief_digital_officer")),
    "publicity": Oracle(steps("publicity")),
    "shortage_catalogues": Oracle(steps("shortage_catalogue")),
    "chain_leaders": Oracle(LEADERS, known=True, compared=False),
    "programmes": Oracle(PROGRAMMES, known=True),
    "programme_seats": Oracle(PROGRAMME_SEATS, known=True),
    "order_class_seats": Oracle(kept(PROGRAMME_SEATS, "kind IN ('order_class', 'named_class')"), known=True),
    "digital_colleges": Oracle(kept(PROGRAMMES, "kind = 'digital_college'"), known=True),
    "bases": Oracle(bases()),
    "high_skill_bases": Oracle(bases("kind = 'high_skill'")),
    "talent_parks": Oracle(bases("kind = 'talent_park'")),
    "master_studios": Oracle(bases("kind = 'master_studio'")),
    "internship_bases": Oracle(bases("kind = 'internship'")),
    "seats_per_1000_talent": Oracle(SEATS, STOCK, per=1000, filed=("employment",), same=True),
    "engineer_certificates": Oracle(kept(CERTIFIED, ENGINEERS), filed=("certificate",)),
    "high_skilled_certificates": Oracle(kept(CERTIFIED, HIGH), filed=("certificate",)),
    "dual_share": Oracle(kept(CERTIFIED, "dual"), CERTIFIED, per=100, filed=("certificate",), points=True, none=True),
    "contests": Oracle(CONTESTS),
    "contest_awards": Oracle(AWARDS),
    "contest_participants": Oracle(PARTICIPANTS),
    "talent_inflow_outside": Oracle(FROM_OUTSIDE, filed=("employment",)),
    "shortage_vacancies": Oracle(SHORT, filed=("vacancy",)),
    "shortage_share": Oracle(SHORT, WANTED, per=100, filed=("vacancy",), points=True, none=True),
    "average_wage": Oracle(WAGES, PRICED, per=1 / 100, filed=("vacancy",), none=True),
    "dual_certificate_subsidy": Oracle(kept(PAID, "kind = 'dual_certificate'"), per=1e-6, filed=("subsidy",)),
    "internship_subsidy": Oracle(kept(PAID, "kind = 'internship'"), per=1e-6, filed=("subsidy",)),
    "provincial_transfers": Oracle(kept(PAID, "fund = 'provincial_transfer'"), per=1e-6, filed=("subsidy",)),
    "enterprise_funds_share": Oracle(
        kept(PAID, "fund = 'enterprise'"), PAID, per=100, filed=("subsidy",), points=True, none=True
    ),
    "budget": Oracle(BUDGET, per=1e-6, known=True),
    "budget_balance": Oracle(BALANCE, per=1e-6, filed=("subsidy",), known=True, compared=False),
    "paid_to_people_share": Oracle(
        kept(PAID, "organisation_code IS NULL"), PAID, per=100, filed=("subsidy",), points=True, none=True
    ),
    "subsidy_per_passed": Oracle(
        together(kept(PAID, COURSES), "subsidy", "training"),
        together(kept(TRAINED, "passed"), "subsidy", "training"),
        per=1 / 100,
        filed=("subsidy", "training"),
        none=True,
    ),
    "passed_per_subsidy": Oracle(
        together(kept(TRAINED, "passed"), "subsidy", "training"),
        together(kept(PAID, COURSES), "subsidy", "training"),
        per=1_000_000,
        filed=("subsidy", "training"),
        none=True,
    ),
    "subsidy_per_certificate": Oracle(
        together(kept(PAID, FOR_CERTIFICATES), "subsidy", "certificate"),
        together(CERTIFIED, "subsidy", "certificate"),
        per=1 / 100,
        filed=("subsidy", "certificate"),
        none=True,
    ),
    "filing_completeness": Oracle(FILED, DUE, per=100, points=True),
    "filing_timeliness": Oracle(ON_TIME, DUE, per=100, points=True),
    "residents": Oracle(census("residents"), per=1 / 10_000, known=True, compared=False),
    "it_workers_per_10k": Oracle(
        census("it_services_employed"), census("employed"), per=10_000, known=True, compared=False
    ),
    "manufacturing_share": Oracle(
        census("manufacturing_employed"), census("employed"), per=100, known=True, points=True, compared=False
    ),
    "bachelor_share": Oracle(
        census("round(residents * bachelor_share)"),
        census("residents"),
        per=100,
        known=True,
        points=True,
        compared=False,
    ),
}


@dataclass(frozen=True)
class Expected:
    """What an indicator must be at one place in one window."""

    value: float | None
    yoy: float | None
    filed: int
    expected: int


@dataclass(frozen=True)
class Facts:
    """One database, asked with Python's own SQLite."""

    url: str

    @cached_property
    def db(self) -> sqlite3.Connection:
        """A connection that neither locks nor writes."""
        file = sqlite_file(self.url)
        return sqlite3.connect(f"{file.as_uri()}?mode=ro&immutable=1", uri=True)

    @cached_property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """The places that file, by the place that they count for; `330100B` files as 330100."""
        rows = self.db.execute("SELECT code, level, parent_code FROM place").fetchall()
        counties = {code: parent for code, level, parent in rows if level == "county"}
        prefectures = [code for code, level, _ in rows if level == "prefecture"]
        below = {p: (p, *(c for c, parent in counties.items() if parent == p)) for p in prefectures}
        everyone = tuple(code for part in below.values() for code in part)
        return {c: (c,) for c in counties} | {f"{p}B": (p,) for p in prefectures} | below | {"330000": everyone}

    @cached_property
    def _answered(self) -> dict[tuple[str, str, str], dict[str, float]]:
        """What was asked before: many indicators rest on the same statement."""
        return {}

    def answer(self, statement: str, first: str, last: str) -> dict[str, float]:
        """A number by place that files."""
        asked = (statement, first, last)
        if asked not in self._answered:
            self._answered[asked] = dict(self.db.execute(statement, {"first": first, "last": last}).fetchall())
        return self._answered[asked]

    def complete(self, tables: tuple[str, ...], first: str, last: str) -> set[str]:
        """The places that filed every one of the tables in every month."""
        codes = set(self.parts["330000"])
        for table in tables:
            filed = self.answer(
                f"""SELECT place_code, count(DISTINCT month) FROM submission
                    WHERE table_name = '{table}' AND status = 'accepted' AND {IN_WINDOW} GROUP BY place_code""",
                first,
                last,
            )
            codes &= {code for code, months in filed.items() if months == months_between(first, last)}
        return codes

    def expected(self, oracle: Oracle, window: str, month: str) -> dict[str, Expected]:
        """What the indicator must be everywhere."""
        now, complete, present = self._in(oracle, window, month)
        before, complete_then = None, set[str]()
        if oracle.compared and window != "since_2023" and month >= "2024-01":
            before, complete_then, _ = self._in(oracle, window, year_earlier(month))
        both = complete & complete_then
        return {
            place: Expected(
                value=self._value(oracle, now, [f for f in files if f in complete or not oracle.same])
                if (files[0] in complete if len(files) == 1 else present & set(files))
                else None,
                yoy=self._growth(oracle, now, before, [f for f in files if f in both]) if before else None,
                filed=len(complete & set(files)),
                expected=len(files),
            )
            for place, files in self.parts.items()
        }

    def _in(self, oracle: Oracle, window: str, month: str) -> "tuple[Sums, set[str], set[str]]":
        """Both sums by place, who filed the whole window, and who filed its last month."""
        first = {"year_to_date": f"{month[:4]}-01", "month": month}.get(window, "2023-01")
        complete = self.complete(oracle.filed, first, month)
        present = self.complete(oracle.filed, month, month)
        top = self.answer(oracle.top, first, month)
        if not oracle.known:
            top = {code: top.get(code, 0) for code in self.parts["330000"]}
        bottom = self.answer(oracle.bottom, first, month) if oracle.bottom else None
        if oracle.bottom in (PAID_PERSON_TIMES, STOCK, SEATS) or oracle.none:
            bottom = {code: (bottom or {}).get(code, 0) for code in self.parts["330000"]}
        return (top, bottom), complete, present

    def _value(self, oracle: Oracle, sums: "Sums", files: tuple[str, ...] | list[str]) -> float | None:
        top, bottom = sums
        tops = [top[f] for f in files if f in top]
        if not tops:
            return None
        if bottom is None:
            return oracle.per * sum(tops)
        bottoms = [bottom[f] for f in files if f in bottom]
        return oracle.per * sum(tops) / sum(bottoms) if sum(bottoms) else None

    def _growth(self, oracle: Oracle, now: "Sums", before: "Sums", files: list[str]) -> float | None:
        later, earlier = self._value(oracle, now, files), self._value(oracle, before, files)
        if later is None or earlier is None:
            return None
        if oracle.points:
            return later - earlier
        return later / earlier - 1 if earlier > 0 else None


Sums = tuple[dict[str, float], dict[str, float] | None]


def months_between(first: str, last: str) -> int:
    """Months from one to the other, both counted."""
    return 12 * (int(last[:4]) - int(first[:4])) + int(last[5:]) - int(first[5:]) + 1


def year_earlier(month: str) -> str:
    """The same month of the year before."""
    return f"{int(month[:4]) - 1}{month[4:]}"
