"""The questions that cubes put to the database: single GROUP BYs over one fact, which also a distributed engine runs."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import BigInteger, ColumnElement, Select, String, Subquery, Table, case, cast, func, or_, select

from data_sources import looking, payment_rules, queries
from data_sources.deadlines import deadlines
from data_sources.tables import MONTHLY_TABLES

FIRST_MONTH: Final = "2023-01"
BEFORE_PLAN: Final = "2022-12"
"""The month of everything that was there before the plan began."""


Counted = Callable[[Table], ColumnElement[bool]]
"""Which rows of a fact table are counted."""


def statements(name: str, counted: Counted | None = None) -> tuple[Select[Any], ...]:
    """The GROUP BYs of one cube, each giving `place_code`, `month` where it has one, its dimensions and measures.

    All accepted rows count, unless `counted` tells which.
    """
    return of_all(name) if counted is None else _summing(name, counted)


@cache
def of_all(name: str) -> tuple[Select[Any], ...]:
    """`statements` that count all accepted rows, put together once: that takes longer than a small database to answer."""
    return _summing(name, queries.accepted)


def _summing(name: str, counted: Counted) -> tuple[Select[Any], ...]:
    return tuple(looking.sums(each) for each in _STATEMENTS[name](counted))


def _total(expression: Any, name: str) -> ColumnElement[int]:
    return cast(func.sum(expression), BigInteger).label(name)


def _number(condition: Any, name: str) -> ColumnElement[int]:
    return _total(case((condition, 1), else_=0), name)


def _grouped(counted: Counted, fact: Table, keys: tuple[Any, ...], *measures: Any) -> Select[Any]:
    return select(*keys, *measures).where(counted(fact)).group_by(*keys)


def _training(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("training")
    return (
        _grouped(
            counted,
            t,
            (t.c.place_code, t.c.month, t.c.cluster_code, t.c.mode),
            func.count().label("person_times"),
            _number(t.c.online, "online_person_times"),
            _number(t.c.passed, "passed_person_times"),
            func.count(t.c.base_code).label("base_person_times"),
            func.count(t.c.retained_6).label("judged_6"),
            _number(t.c.retained_6, "retained_6"),
            func.count(t.c.retained_12).label("judged_12"),
            _number(t.c.retained_12, "retained_12"),
        ),
    )


def _training_base(counted: Counted) -> tuple[Select[Any], ...]:
    """What was held in training bases, by the place that filed it."""
    t = queries.table("training")
    keys = (t.c.place_code, t.c.month, t.c.base_code)
    figures = (func.count().label("person_times"), _number(t.c.passed, "passed_person_times"))
    return (_grouped(counted, t, keys, *figures).where(t.c.base_code.is_not(None)),)


def _training_occupation(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("training")
    keys = (t.c.place_code, t.c.month, t.c.cluster_code, t.c.occupation_code)
    return (_grouped(counted, t, keys, func.count().label("person_times")),)


def _course(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("training")
    began = func.substr(cast(t.c.started, String), 1, 7).label("month")
    return (
        _grouped(counted, t, (t.c.place_code, began, t.c.cluster_code), func.count().label("in_training")),
        _grouped(counted, t, (t.c.place_code, t.c.month, t.c.cluster_code), (-func.count()).label("in_training")),
    )


def _certificate(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("certificate")
    return (
        _grouped(
            counted,
            t,
            (t.c.place_code, t.c.month, t.c.cluster_code, t.c.level),
            func.count().label("certificates"),
            _number(t.c.dual, "dual_certificates"),
            _number(t.c.first_high_skilled, "first_high_skilled"),
            _number(t.c.first_dual, "first_dual"),
        ),
    )


def _talent(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("employment")
    level = func.coalesce(t.c.level, "").label("level")
    moved = (t.c.start_month > BEFORE_PLAN) & (t.c.previous_place_code != t.c.place_code)
    started = _grouped(
        counted,
        t,
        (t.c.place_code, t.c.start_month.label("month"), t.c.cluster_code, level),
        func.count().label("people"),
        _number(moved, "inflow"),
        _number(moved & t.c.previous_place_code.not_like("33%"), "inflow_from_outside"),
    )
    zero = cast(0, BigInteger)
    ended = (
        _grouped(
            counted,
            t,
            (t.c.place_code, t.c.end_month.label("month"), t.c.cluster_code, level),
            (-func.count()).label("people"),
        )
        .where(t.c.end_month.is_not(None))
        .add_columns(zero.label("inflow"), zero.label("inflow_from_outside"))
    )
    return started, ended


def _movement(counted: Counted) -> tuple[Select[Any], ...]:
    """Every spell that began in the plan, by where its person worked before; '' for the first work."""
    t = queries.table("employment")
    before = func.coalesce(t.c.previous_place_code, "").label("previous_place_code")
    keys = (t.c.place_code, t.c.start_month.label("month"), t.c.cluster_code, before)
    return (_grouped(counted, t, keys, func.count().label("arrivals")).where(t.c.start_month > BEFORE_PLAN),)


def _certificate_occupation(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("certificate")
    keys = (t.c.place_code, t.c.month, t.c.cluster_code, t.c.occupation_code)
    return (_grouped(counted, t, keys, func.count().label("certificates")),)


def _issuer(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("certificate")
    keys = (t.c.place_code, t.c.month, t.c.issuer_code)
    return (_grouped(counted, t, keys, func.count().label("certificates"), _number(t.c.dual, "dual_certificates")),)


def _talent_occupation(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("employment")
    keys = (t.c.cluster_code, t.c.occupation_code)
    started = (t.c.place_code, t.c.start_month.label("month"), *keys)
    ended = (t.c.place_code, t.c.end_month.label("month"), *keys)
    return (
        _grouped(counted, t, started, func.count().label("people")),
        _grouped(counted, t, ended, (-func.count()).label("people")).where(t.c.end_month.is_not(None)),
    )


def _vacancy(counted: Counted, *dimensions: str) -> tuple[Select[Any], ...]:
    t = queries.table("vacancy")
    return (
        _grouped(
            counted,
            t,
            (t.c.place_code, t.c.month, t.c.cluster_code, *(t.c[d] for d in dimensions)),
            _total(t.c.headcount, "headcount"),
            _total(case((t.c.shortage, t.c.headcount), else_=0), "shortage_headcount"),
            _total(case((_priced(t), t.c.headcount), else_=0), "priced_headcount"),
            _total(case((_priced(t), (t.c.wage_low + t.c.wage_high) * t.c.headcount), else_=0), "wage_bounds"),
        ),
    )


def _priced(vacancy: Table) -> ColumnElement[bool]:
    return vacancy.c.wage_low.is_not(None) & vacancy.c.wage_high.is_not(None)


def _subsidy(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("subsidy")
    return (_grouped(counted, t, (t.c.place_code, t.c.month, t.c.kind, t.c.fund), *_paid(t)),)


def _subsidy_cluster(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("subsidy")
    cluster = func.coalesce(t.c.cluster_code, "").label("cluster_code")
    return (_grouped(counted, t, (t.c.place_code, t.c.month, t.c.kind, cluster), *_paid(t)),)


def _subsidy_payee(counted: Counted) -> tuple[Select[Any], ...]:
    """Whom a payment went to, and in which kind of base its course was, by their registers."""
    t = queries.table("subsidy")
    organisation, base = _kinds("organisation", "organisation_code"), _kinds("base", "base_code")
    payee = case((t.c.organisation_code.is_(None), "person"), else_=func.coalesce(organisation.c.kind, ""))
    keys = (t.c.place_code, t.c.month, payee.label("payee"), func.coalesce(base.c.kind, "").label("base_kind"))
    joined = t.outerjoin(organisation, organisation.c.code == t.c.organisation_code).outerjoin(
        base, base.c.code == t.c.base_code
    )
    return (_grouped(counted, t, keys, *_paid(t)).select_from(joined),)


def _subsidy_base(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("subsidy")
    keys = (t.c.place_code, t.c.month, t.c.base_code)
    return (_grouped(counted, t, keys, *_paid(t)).where(t.c.base_code.is_not(None)),)


def _payment_check(counted: Counted) -> tuple[Select[Any], ...]:
    """Payments that the strictest rules would name, by how much they exceed."""
    t = queries.table("subsidy")
    numbers = [rule.number(t).label(key) for key, rule in payment_rules.RULES.items()]
    keys = (t.c.place_code, t.c.month, t.c.kind, t.c.fund, *numbers)
    found = _grouped(counted, t, keys, func.count().label("payments"), _total(t.c.amount, "amount"))
    return (found.where(or_(*payment_rules.suspicious(t, payment_rules.LEAST))),)


def _paid(t: Table) -> tuple[ColumnElement[int], ...]:
    return (
        _total(t.c.amount, "amount"), _total(t.c.person_times, "person_times"), func.count().label("payments"),
    )  # fmt: skip


def _kinds(register: str, code: str) -> Subquery:
    """The kind of each code of a register, one row each."""
    t = queries.table(register)
    return _grouped(queries.accepted, t, (t.c[code].label("code"),), func.min(t.c.kind).label("kind")).subquery()


def _budget(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("budget")
    return (_grouped(counted, t, (t.c.place_code, t.c.year, t.c.fund), _total(t.c.amount, "amount")),)


def _base(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("base")
    opened = _grouped(
        counted,
        t,
        (t.c.place_code, t.c.opened_month.label("month"), t.c.kind),
        _total(t.c.seats, "seats"),
        func.count().label("bases"),
    )
    closed = _grouped(
        counted,
        t,
        (t.c.place_code, t.c.closed_month.label("month"), t.c.kind),
        _total(-t.c.seats, "seats"),
        (-func.count()).label("bases"),
    ).where(t.c.closed_month.is_not(None))
    return opened, closed


def _programme(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("programme")
    keys = (t.c.place_code, t.c.year, t.c.cluster_code, t.c.kind)
    return (_grouped(counted, t, keys, func.count().label("programmes"), _total(t.c.seats, "seats")),)


def _contest(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("contest")
    keys = (t.c.place_code, t.c.month, t.c.cluster_code, t.c.level)
    sums = (_total(t.c.participants, "participants"), _total(t.c.awards, "awards"))
    return (_grouped(counted, t, keys, func.count().label("contests"), *sums),)


def _milestone(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("milestone")
    return (_grouped(counted, t, (t.c.place_code, t.c.month, t.c.kind), _total(t.c.quantity, "quantity")),)


def _organisation(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("organisation")
    cluster = func.coalesce(t.c.cluster_code, "").label("cluster_code")
    figures = (func.count().label("organisations"), _number(t.c.chain_leader, "chain_leaders"))
    return (_grouped(counted, t, (t.c.place_code, cluster), *figures),)


def _reporting(_: Counted) -> tuple[Select[Any], ...]:
    """What every leaf should file each month that anybody filed, and what of it came, and came before it was due."""
    s, place = queries.table("submission"), queries.table("place")
    zero, tables_a_month = cast(0, BigInteger), cast(len(MONTHLY_TABLES), BigInteger)
    came = (s.c.status == "accepted") & s.c.month.is_not(None) & s.c.table_name.in_(MONTHLY_TABLES)
    months = select(s.c.month).where(came).distinct().subquery()
    due = select(
        place.c.code.label("place_code"), months.c.month, tables_a_month.label("expected"), zero.label("filed"),
        zero.label("on_time"),
    ).where(place.c.level.in_(("prefecture", "county")))  # fmt: skip
    punctual = func.count(case((_in_time(s), s.c.table_name)).distinct())
    done = (
        select(
            s.c.place_code, s.c.month, zero.label("expected"), func.count(s.c.table_name.distinct()).label("filed"),
            punctual.label("on_time"),
        )
        .where(came)
        .group_by(s.c.place_code, s.c.month)
    )  # fmt: skip
    return due, done


def _in_time(s: Table) -> ColumnElement[bool]:
    """Whether a submission came before its table was due."""
    written = cast(s.c.received_at, String)
    late, day = _months(written) - _months(s.c.month), cast(func.substr(written, 9, 2), BigInteger)
    return or_(
        *(
            (s.c.table_name == table) & ((late < due.months) | ((late == due.months) & (day <= (due.day or 31))))
            for table, due in deadlines().items()
        )
    )


def _months(written: Any) -> ColumnElement[int]:
    """Months since year 0 of a text that begins with `YYYY-MM`."""
    return cast(func.substr(written, 1, 4), BigInteger) * 12 + cast(func.substr(written, 6, 2), BigInteger)


def _target(counted: Counted) -> tuple[Select[Any], ...]:
    t = queries.table("target")
    return (
        _grouped(counted, t, (t.c.place_code, t.c.indicator_key, t.c.year), _total(t.c.value, "value")).where(
            t.c.cumulative
        ),
    )


def _census(_: Counted) -> tuple[Select[Any], ...]:
    t, place = queries.table("census"), queries.table("place")
    figures = (t.c.residents, t.c.employed, t.c.it_services_employed, t.c.manufacturing_employed)
    graduates = cast(func.round(t.c.residents * t.c.bachelor_share), BigInteger).label("bachelor_plus")
    return (
        select(t.c.place_code, *(cast(c, BigInteger).label(c.name) for c in figures), graduates)
        .join(place, place.c.code == t.c.place_code)
        .where(place.c.level == "county"),
    )


_STATEMENTS: Final[Mapping[str, Callable[[Counted], tuple[Select[Any], ...]]]] = {
    "training": _training,
    "training_base": _training_base,
    "course": _course,
    "certificate": _certificate,
    "talent": _talent,
    "movement": _movement,
    "training_occupation": _training_occupation,
    "certificate_occupation": _certificate_occupation,
    "issuer": _issuer,
    "talent_occupation": _talent_occupation,
    "vacancy": _vacancy,
    "vacancy_occupation": lambda counted: _vacancy(counted, "occupation_code"),
    "subsidy": _subsidy,
    "subsidy_cluster": _subsidy_cluster,
    "subsidy_payee": _subsidy_payee,
    "subsidy_base": _subsidy_base,
    "payment_check": _payment_check,
    "budget": _budget,
    "base": _base,
    "programme": _programme,
    "contest": _contest,
    "milestone": _milestone,
    "organisation": _organisation,
    "reporting": _reporting,
    "target": _target,
    "census": _census,
}


@cache
def filing() -> Select[Any]:
    """Which accepted submissions there are: `table_name`, `place_code`, `month` ('' if none), `provenance`, how many
    (`submissions`), and how many of them await review (`unreviewed`)."""
    s = queries.table("submission")
    keys = (s.c.table_name, s.c.place_code, func.coalesce(s.c.month, "").label("month"), s.c.provenance)
    waiting = _number(queries.unreviewed(s), "unreviewed")
    every = select(*keys, func.count().label("submissions"), waiting)
    return looking.sums(every.where(s.c.status == "accepted").group_by(*keys))


@cache
def state() -> Select[Any]:
    """One row that changes with every submission that a number rests on: `version`, `submissions`, `rows`, `accepted`.

    What was refused never had a data version and is left out: it must not make the cubes anew.
    """
    s = queries.table("submission")
    row = select(
        func.coalesce(func.max(s.c.data_version), 0).label("version"),
        func.count(s.c.data_version).label("submissions"),
        cast(func.coalesce(func.sum(s.c.row_count), 0), BigInteger).label("rows"),
        func.coalesce(func.sum(case((s.c.status == "accepted", 1), else_=0)), 0).label("accepted"),
    )
    return looking.sums(row)
