"""Demonstration data of the size of the real plan, made from a seed: real places and codes, simulated records.

What is assumed stands at the head of each module, and every weight is declared once, beside where it comes from. In
short: places are as large as their IT services, manufacturing and residents in the 2020 census; clusters live where
they are known to live; what officials published is met (Hangzhou's certificates of 2024, its 一试双证, alliances, pilots
and bases); one place in ten lags, one in ten leads; a few small counties file late, and then there are no rows. At
scale 1 there are 820,000 person-times of training, 300,000 certificates, 900,000 people at work with digital skills.
People and money grow with the scale, institutions (bases, organisations, milestones) do not.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from data_sources.demo import certificates, people, retention
from data_sources.demo.bases import bases
from data_sources.demo.careers import careers
from data_sources.demo.employment import employment
from data_sources.demo.filing import filed
from data_sources.demo.milestones import milestones
from data_sources.demo.organisations import organisations
from data_sources.demo.programmes import contests, programmes
from data_sources.demo.subsidies import subsidies
from data_sources.demo.targets import targets
from data_sources.demo.training import training
from data_sources.demo.vacancies import vacancies
from data_sources.demo.world import world

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Demo:
    """All submissions of the demonstration and, by table, all facts; columns exactly those of the tables."""

    submissions: pl.DataFrame
    facts: dict[str, pl.DataFrame]


def make(scale: float, seed: int, progress: Progress | None = None) -> Demo:
    """The demonstration data: the same for the same scale and seed, bit for bit.

    `progress` is called with the share done (0 to 1) and the stage in Chinese. Raises ValueError unless `scale` is
    above 0 and `seed` at least 0.
    """
    if scale <= 0 or seed < 0:
        raise ValueError(f"规模须大于 0、种子不小于 0，收到的是 {scale}、{seed}。")
    tell = progress or _silent
    tell(0.0, "布置基地与机构")
    all_of_it = world(scale, seed)
    places, registered = bases(all_of_it), organisations(all_of_it)
    facts = {"organisation": registered.frame, "base": places.frame}
    tell(0.1, "模拟从业经历")
    working = careers(all_of_it)
    tell(0.25, "模拟证书")
    earned, outside = certificates.certificates(all_of_it, working)
    keys = people.keys(outside.end, all_of_it.stream("keys"))
    facts["certificate"] = certificates.frame(all_of_it, earned, registered, keys)
    tell(0.35, "模拟就业")
    facts["employment"] = employment(all_of_it, working, earned, keys)
    tell(0.55, "模拟培训")
    trained = training(all_of_it, working, outside, earned, places, keys)
    facts["training"] = retention.judged(all_of_it, trained, facts["employment"])
    tell(0.7, "模拟补贴与预算")
    facts["subsidy"], facts["budget"] = subsidies(all_of_it, places, registered)
    tell(0.8, "模拟岗位需求、校企项目、竞赛与制度建设")
    facts["vacancy"] = vacancies(all_of_it)
    facts["programme"], facts["contest"] = programmes(all_of_it, registered), contests(all_of_it)
    facts["milestone"], facts["target"] = milestones(all_of_it, registered), targets(all_of_it)
    tell(0.85, "编排报送批次")
    submissions, with_lineage = filed(all_of_it, facts)
    tell(1.0, "演示数据生成完毕")
    return Demo(submissions, with_lineage)


def _silent(done: float, stage: str) -> None:
    """Tells nobody."""
