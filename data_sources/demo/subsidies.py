"""Knows the subsidy payments and the budgets that they are paid from.

Assumed: payments follow training by two months and crowd before the books close; amounts follow the rules that
Zhejiang's cities publish (a certificate by level, an internship at 60 to 80 % of the minimum wage, …). A budget is what
was paid divided by a believable execution: 85 to 99 % of a finished year, 70 to 80 % by October, less where it lags.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Days, Flags, Floats, Integers
from data_sources.demo.bases import Bases
from data_sources.demo.certificates import Certificates
from data_sources.demo.homes import CODES
from data_sources.demo.months import COUNT, TEXTS, YEAR_OF, YEARS, days_in, yearly
from data_sources.demo.organisations import KINDS as ORGANISATION_KINDS
from data_sources.demo.organisations import Organisations
from data_sources.demo.paid_people import Payments, followed
from data_sources.demo.people import Learners
from data_sources.demo.sampling import Wheel, choose, spread, texts
from data_sources.demo.training import expected
from data_sources.demo.world import LAGGING, World
from data_sources.demo.zones import zone_column
from data_sources.vocabulary import FUNDS, SUBSIDY_KINDS

KINDS: Final = tuple(SUBSIDY_KINDS)
FUND_CODES: Final = tuple(FUNDS)
PAYMENTS: Final = {
    "vocational_training": 270_000,
    "project_training": 12_000,
    "online_training": 105_000,
    "dual_certificate": 24_000,
    "internship": 86_000,
    "contest_award": 3_000,
}
"""Payments of each kind at scale 1, half a million together."""
LAG: Final = 2
"""Months from the course to the payment."""
FEN: Final = 100
"""Fen in a yuan."""

# Months' weights beside those of training: little in January, much before the books close.
_BOOKS: Final = yearly((0.5, 0.7, 1.0, 1.0, 1.0, 1.1, 1.0, 1.0, 1.0, 1.0, 1.25, 1.4), (0.9, 1.0, 1.0, 1.0))
# Chances of each fund by kind, in the order of FUNDS.
_FUND_SHARE: Final = (
    (0.52, 0.10, 0.26, 0.12, 0.0),
    (0.50, 0.18, 0.08, 0.14, 0.10),
    (0.62, 0.08, 0.20, 0.10, 0.0),
    (0.35, 0.40, 0.15, 0.10, 0.0),
    (0.0, 0.85, 0.10, 0.05, 0.0),
    (0.30, 0.20, 0.0, 0.25, 0.25),
)
# 初级工 to 高级技师: yuan a certificate, and their chances.
_BY_LEVEL: Final = (900, 1500, 2200, 3000, 3600)
_LEVEL_SHARE: Final = (0.08, 0.30, 0.42, 0.14, 0.06)
SHORTAGE_SHARE: Final = 0.3
SHORTAGE_EXTRA: Final = 1.2
LOWEST, HIGHEST = 800, 4000
_DUAL: Final = (1000, 1500, 2000)
_DUAL_SHARE: Final = (0.45, 0.40, 0.15)
# The province's minimum wage by tier, yuan a month: until the end of 2023 and since 2024.
_MINIMUM_WAGE: Final = ((2280, 2070, 1840), (2490, 2260, 2010))
# Share of the minimum wage: ordinary, city-level, national and provincial internship bases.
_INTERNSHIP_RATE: Final = (60, 70, 80)
_INTERNSHIP_SHARE: Final = (0.5, 0.3, 0.2)
INSURANCE: Final = 50
INSURED: Final = 0.5
"""Yuan of accident insurance, and the share of internships that have it."""

FINISHED: Final = (0.85, 0.99)
"""Execution of a finished year."""
BY_OCTOBER: Final = (0.70, 0.80)
BEHIND: Final = 0.70
"""Execution of those who lag, relative to the others."""
BEHIND_CHANCE: Final = 0.06
LAGGARDS_BEHIND: Final = 0.5
"""Chances of a place, and of one that lags in its results, to be behind in a year."""
BUDGET_STEP: Final = 100_000
"""Budgets are in whole thousands of yuan (fen)."""


def subsidies(
    world: World, places: Bases, payees: Organisations, earned: Certificates, outside: Learners, keys: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The tables subsidy and budget, without lineage."""
    rng = world.stream("subsidies")
    kind, leaf, month = _payments(world, rng)
    fund = Wheel(np.array(_FUND_SHARE)).draw(kind, rng)
    person_times = np.where(kind == KINDS.index("project_training"), rng.integers(6, 19, len(kind)), 1)
    cluster = np.where(rng.random(len(kind)) < 0.06, -1, world.clusters(leaf, month, rng))
    paid, payee = days_in(month, rng), _payee(world, kind, leaf, payees, rng)
    known = _known(kind, leaf, month, paid, cluster, payee < 0)
    whom = followed(world, known, earned, outside)
    amount = _yuan(world, kind, leaf, month, whom.rank, rng) * person_times * FEN
    budgets = _budgets(world, leaf, month, fund, amount)
    payments = pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": month,
            "month": texts(TEXTS, month + 1),
            "zone": zone_column(world, leaf, rng),
            "paid": paid,
            "kind": texts(KINDS, kind),
            "fund": texts(FUND_CODES, fund),
            "amount": amount,
            "person_times": person_times,
            "cluster_code": texts(CODES, whom.cluster),
            "base_code": texts(places.codes, _base(world, kind, leaf, month, places, rng)),
            "organisation_code": texts(payees.codes, payee),
        }
    ).hstack(whom.frame(world, keys))
    return payments.filter(~world.late.missing("subsidy", leaf, month)), budgets


def _payments(world: World, rng: np.random.Generator) -> tuple[Integers, Integers, Integers]:
    """Kind, leaf and month of each payment."""
    cells = expected(world)
    cells = np.concatenate([cells[:, :LAG], cells[:, :-LAG]], axis=1) * _BOOKS
    by_kind = [spread(world.scaled(PAYMENTS[kind]), cells, rng) for kind in KINDS]
    kind = np.repeat(np.arange(len(KINDS)), [len(cell) for cell in by_kind])
    leaf, month = np.divmod(np.concatenate(by_kind), COUNT)
    return kind, leaf, month


def _known(kind: Integers, leaf: Integers, month: Integers, paid: Days, cluster: Integers, person: Flags) -> Payments:
    vocational, online, dual = (KINDS.index(k) for k in ("vocational_training", "online_training", "dual_certificate"))
    return Payments(
        kind, leaf, month, paid, cluster,
        certified=person & (kind == vocational), dual=person & (kind == dual),
        course=person & np.isin(kind, (vocational, online)), anyone=person,
    )  # fmt: skip


def _yuan(
    world: World, kind: Integers, leaf: Integers, month: Integers, rank: Integers, rng: np.random.Generator
) -> Integers:
    """Yuan a person-time; for a certificate of rank 1 or more by its level, 学徒工 like 初级工."""
    n = len(kind)
    shortage = np.where(rng.random(n) < SHORTAGE_SHARE, SHORTAGE_EXTRA, 1.0)
    step = np.where(rank > 0, np.clip(rank - 2, 0, len(_BY_LEVEL) - 1), choose(n, _LEVEL_SHARE, rng))
    vocational = np.array(_BY_LEVEL)[step] * shortage * _generosity(world)[leaf]
    options = {
        "vocational_training": np.clip(vocational // 50 * 50, LOWEST, HIGHEST),
        "project_training": rng.integers(18, 37, n) * 50,
        "online_training": rng.integers(4, 13, n) * 50,
        "dual_certificate": np.array(_DUAL)[choose(n, _DUAL_SHARE, rng)],
        "internship": _internship(world, leaf, month, rng),
        "contest_award": np.array([500, 1000, 2000, 5000, 10000])[choose(n, (3, 3, 2, 1, 0.4), rng)],
    }
    return np.choose(kind, [np.asarray(options[name], dtype=np.int64) for name in KINDS])


def _generosity(world: World) -> Floats:
    """How well places pay beside the usual: a little more in Hangzhou and Ningbo, a little less where it is remote."""
    rich = np.array([code[:4] in ("3301", "3302") for code in world.leaves.codes])
    return np.where(rich, 1.1, np.where(world.leaves.remote, 0.9, 1.0))


def _internship(world: World, leaf: Integers, month: Integers, rng: np.random.Generator) -> Integers:
    """A month's subsidy: a share of the minimum wage of the place's tier, with or without insurance."""
    tier = np.where(world.leaves.remote, 2, np.where(world.leaves.hangzhou, 0, 1))
    wage = np.array(_MINIMUM_WAGE)[(month >= 12).astype(np.int64), tier[leaf]]
    rate = np.array(_INTERNSHIP_RATE)[choose(len(leaf), _INTERNSHIP_SHARE, rng)]
    return np.asarray(wage * rate // 100 + np.where(rng.random(len(leaf)) < INSURED, INSURANCE, 0))


def _payee(world: World, kind: Integers, leaf: Integers, payees: Organisations, rng: np.random.Generator) -> Integers:
    """The organisation paid, -1 where it went to the person."""
    n = len(world.leaves)
    to = {"project_training": "training_provider", "dual_certificate": "school"}
    wheels = [payees.chances(n, payees.kind == ORGANISATION_KINDS.index(to.get(k, "enterprise"))) for k in KINDS]
    payee = Wheel(np.concatenate(wheels)).draw(kind * n + leaf, rng)
    to_person = np.array([0.55, 0.0, 0.8, 0.5, 0.0, 0.9])[kind]
    return np.where(rng.random(len(kind)) < to_person, -1, payee)


def _base(
    world: World, kind: Integers, leaf: Integers, month: Integers, places: Bases, rng: np.random.Generator
) -> Integers:
    """The base of the course or internship, -1 for none."""
    chances = places.chances(len(world.leaves))
    share = np.array([0.4, 0.5, 0.0, 0.1, 0.7, 0.0])[kind]
    rows = np.flatnonzero((chances.sum(axis=2)[leaf, month] > 0) & (rng.random(len(kind)) < share))
    rank = Wheel(chances.reshape(-1, chances.shape[2])).draw(leaf[rows] * COUNT + month[rows], rng)
    base = np.full(len(kind), -1)
    base[rows] = places.numbered(leaf[rows], rank)
    return base


def _budgets(world: World, leaf: Integers, month: Integers, fund: Integers, amount: Integers) -> pl.DataFrame:
    shape = (len(world.leaves), len(YEARS), len(FUND_CODES))
    cell = (leaf * shape[1] + YEAR_OF[month]) * shape[2] + fund
    paid = np.bincount(cell, weights=amount, minlength=int(np.prod(shape))).reshape(shape)
    at, year, of = np.nonzero(paid)
    planned = np.ceil(paid[at, year, of] / _execution(world, shape)[at, year, of] / BUDGET_STEP) * BUDGET_STEP
    return pl.DataFrame(
        {
            "_leaf": at,
            "_file": year * 12,
            "year": np.array(YEARS)[year],
            "fund": texts(FUND_CODES, of),
            "amount": planned.astype(np.int64),
        }
    )


def _execution(world: World, shape: tuple[int, int, int]) -> Floats:
    """The share of a budget paid by (leaf, year, fund)."""
    rng = world.stream("execution")
    unfinished = (np.arange(shape[1]) == shape[1] - 1)[None, :]
    low, high = (np.where(unfinished, BY_OCTOBER[i], FINISHED[i]) for i in (0, 1))
    execution = rng.uniform(low, high, shape[:2])
    lagging = (world.standing <= LAGGING[1])[:, None] & (rng.random(shape[:2]) < LAGGARDS_BEHIND)
    behind = lagging | (rng.random(shape[:2]) < BEHIND_CHANCE)
    execution = np.where(behind, execution * BEHIND, execution)
    return np.asarray(np.minimum(execution[:, :, None] * rng.uniform(0.97, 1.03, shape), 0.998))
