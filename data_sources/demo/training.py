"""Knows the training: 820,000 person-times, many of them on the way to a certificate.

Assumed: seven in ten certificates were prepared by a course that ended one to ten weeks before; of the other
person-times 45 in 100 are of people in digital employment. Courses last from days to, for apprentices, a year; three
in five of those held in person take place in a training base of the place, by its seats.
"""

from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Flags, Floats, Integers
from data_sources.demo.bases import Bases
from data_sources.demo.careers import Careers, queue
from data_sources.demo.certificate_streams import Columns
from data_sources.demo.certificates import Certificates
from data_sources.demo.homes import CODES
from data_sources.demo.leaves import TRAINING
from data_sources.demo.months import COUNT, TEXTS, days_in, index_of, training_curve
from data_sources.demo.people import Learners
from data_sources.demo.sampling import Wheel, choose, spread, texts
from data_sources.demo.world import World
from data_sources.demo.zones import zone_column
from data_sources.vocabulary import TRAINING_MODES

PERSON_TIMES: Final = 820_000
PREPARED: Final = 0.70
BEFORE_CERTIFICATE: Final = (7, 70)
"""Fewest and most days from the end of a course to the certificate."""
OF_EMPLOYED: Final = 0.45
PASSED: Final = 0.90
IN_BASES: Final = 0.62
ONLINE: Final = 0.15

MODES: Final = tuple(TRAINING_MODES)
_MODE_SHARE: Final = (0.34, 0.20, 0.12, 0.12, 0.22)
# Fewest and most days of a course by mode.
_DAYS: Final = ((3, 30), (5, 45), (3, 25), (180, 360), (5, 20))


def expected(world: World) -> Floats:
    """Relative numbers of person-times by (leaf, month)."""
    size = world.leaves.sizes(TRAINING) * world.standing
    return world.cells(size, training_curve(), world.stream("training cells"))


def training(
    world: World, people: Careers, outside: Learners, earned: Certificates, places: Bases, keys: pl.Series
) -> pl.DataFrame:
    """The table training, without lineage."""
    rng = world.stream("training")
    prepared = _before_certificates(earned, rng)
    others = _others(world, people, outside, prepared, rng)
    rows = {name: np.concatenate([prepared[name], others[name]]) for name in others}
    kept = ~world.late.missing("training", rows["leaf"], rows["month"])
    rows = {name: column[kept] for name, column in rows.items()}
    return _frame(world, rows, places, keys, rng)


def _before_certificates(earned: Certificates, rng: np.random.Generator) -> Columns:
    """The courses that certificates were prepared by, as far as they ended since 2023."""
    days = rng.integers(BEFORE_CERTIFICATE[0], BEFORE_CERTIFICATE[1] + 1, len(earned))
    ended = earned.issued - days
    month = index_of(ended)
    kept = (rng.random(len(earned)) < PREPARED) & (month >= 0)
    rows = {"leaf": earned.leaf, "month": month, "person": earned.person, "cluster": earned.cluster}
    rows |= {"occupation": earned.occupation, "ended": ended.astype(np.int64), "passed": np.ones(len(earned), np.int64)}
    return {name: column[kept] for name, column in rows.items()}


def _others(world: World, people: Careers, outside: Learners, prepared: Columns, rng: np.random.Generator) -> Columns:
    """All other courses: what each place and month still lacks."""
    cells = expected(world)
    total = world.scaled(PERSON_TIMES)
    there = np.bincount(prepared["leaf"] * COUNT + prepared["month"], minlength=cells.size).reshape(cells.shape)
    wanted = cells / cells.sum() * total
    cell = spread(total - len(prepared["leaf"]), np.maximum(wanted - there, wanted * 0.1), rng)
    leaf, month = np.divmod(cell, COUNT)
    cluster = world.clusters(leaf, month, rng)
    occupation = Wheel(world.occupations.weights).draw(cluster, rng)
    worker = queue(people, np.ones(len(people), dtype=np.bool_), rng).anyone(leaf, rng)
    at_work = (rng.random(len(cell)) < OF_EMPLOYED) & (worker >= 0)
    who = np.where(at_work, worker, 0)
    return {
        "leaf": leaf,
        "month": month,
        "person": np.where(at_work, worker, outside.drawn(leaf, rng)),
        "cluster": np.where(at_work, people.cluster[who], cluster),
        "occupation": np.where(at_work, people.occupation[who], occupation),
        "ended": days_in(month, rng).astype(np.int64),
        "passed": (rng.random(len(cell)) < PASSED).astype(np.int64),
    }


def _frame(world: World, rows: Columns, places: Bases, keys: pl.Series, rng: np.random.Generator) -> pl.DataFrame:
    n = len(rows["leaf"])
    mode = choose(n, _MODE_SHARE, rng)
    fewest, most = np.array(_DAYS).T
    ended = rows["ended"].astype("datetime64[D]")
    online = rng.random(n) < ONLINE
    return pl.DataFrame(
        {
            "_leaf": rows["leaf"],
            "_file": rows["month"],
            "month": texts(TEXTS, rows["month"] + 1),
            "zone": zone_column(world, rows["leaf"], rng),
            "person_key": keys.gather(rows["person"]),
            "base_code": texts(places.codes, _base(world, rows, online, places, rng)),
            "occupation_code": texts(
                world.occupations.codes, world.occupations.available(rows["occupation"], rows["month"])
            ),
            "cluster_code": texts(CODES, rows["cluster"]),
            "mode": texts(MODES, mode),
            "online": online,
            "started": ended - (fewest[mode] + rng.random(n) * (most - fewest + 1)[mode]).astype(np.int64),
            "ended": ended,
            "passed": rows["passed"] > 0,
        }
    )


def _base(world: World, rows: Columns, online: Flags, places: Bases, rng: np.random.Generator) -> Integers:
    """The base of each course, -1 for none: online, elsewhere, or where no base is open."""
    chances = places.chances(len(world.leaves))
    open_somewhere = chances.sum(axis=2)[rows["leaf"], rows["month"]] > 0
    held = np.flatnonzero(~online & open_somewhere & (rng.random(len(online)) < IN_BASES))
    leaf, month = rows["leaf"][held], rows["month"][held]
    base = np.full(len(online), -1)
    rank = Wheel(chances.reshape(-1, chances.shape[2])).draw(leaf * COUNT + month, rng)
    base[held] = places.numbered(leaf, rank)
    return base
