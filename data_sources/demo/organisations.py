"""Knows the enterprises, schools, training providers and evaluation bodies: about 3,000, whatever the scale.

Assumed: each place has at least a school, a training provider, an evaluation body and three enterprises; the rest
follow its size. Names are plainly generic; codes carry valid check digits but start their own part with DEM.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from data_sources.demo.arrays import Flags, Floats, Integers
from data_sources.demo.homes import CODES
from data_sources.demo.leaves import INSTITUTIONS
from data_sources.demo.sampling import apportion, choose, rank_within
from data_sources.demo.spots import spots
from data_sources.demo.world import World

TOTAL: Final = 3000
KINDS: Final = ("school", "training_provider", "evaluation_body", "enterprise")
_KIND_SHARE: Final = (0.05, 0.09, 0.06, 0.80)
AT_LEAST: Final = (0, 1, 2, 3, 3, 3)
"""The kinds that every place has."""
KIND_WORDS: Final = {
    "school": "数字技能院校",
    "training_provider": "数字技能培训机构",
    "evaluation_body": "技能评价机构",
}
CLUSTER_WORDS: Final = (
    "数字安防", "智能计算", "智能光伏", "高端软件", "集成电路", "人工智能", "光芯片", "未来网络",
    "区块链", "第三代半导体", "能源电子", "虚拟现实", "元宇宙", "数字产业",
)  # fmt: skip
CHAIN_LEADERS: Final = 0.05
INTEGRATION: Final = 0.09
"""Shares of enterprises; by guess."""
PROVIDERS_THAT_EVALUATE: Final = 0.25
PILOTS_IN_HANGZHOU: Final = 12
"""8 by the end of 2024 (published), 4 since (assumed)."""
PILOTS_ELSEWHERE: Final = 40

_SYMBOLS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PREFIX: Final = {"school": "12", "training_provider": "52", "evaluation_body": "52", "enterprise": "91"}


@dataclass(frozen=True)
class Organisations:
    """All organisations in the order of their leaves; arrays run along them."""

    codes: tuple[str, ...]
    leaf: Integers
    kind: Integers
    cluster: Integers
    """-1 for none."""
    evaluation_body: Flags
    integration: Flags
    pilot: Flags
    frame: pl.DataFrame

    def chances(self, leaves: int, wanted: Flags) -> Floats:
        """Weights by (leaf, organisation): 1 where the organisation lies in the leaf and is wanted."""
        weights = np.zeros((leaves, len(self.codes)))
        weights[self.leaf[wanted], np.flatnonzero(wanted)] = 1.0
        return weights


def organisations(world: World) -> Organisations:
    """Every organisation with its place, kind, cluster, spot on the map and roles."""
    rng = world.stream("organisations")
    leaf, kind = _placed(world, rng)
    n = len(leaf)
    enterprise = kind == KINDS.index("enterprise")
    cluster = np.where(enterprise, world.clusters(leaf, np.full(n, 24), rng), -1)
    leader = enterprise & (cluster >= 0) & (cluster < 5) & (rng.random(n) < CHAIN_LEADERS)
    integration = enterprise & (rng.random(n) < INTEGRATION)
    provider = kind == KINDS.index("training_provider")
    evaluation = (kind == KINDS.index("evaluation_body")) | (provider & (rng.random(n) < PROVIDERS_THAT_EVALUATE))
    pilot = _pilots(world, leaf, enterprise, rng)
    at = spots(world.leaves, leaf, rng)
    codes = tuple(
        _code(_PREFIX[KINDS[k]], world.leaves.codes[where], number)
        for number, (k, where) in enumerate(zip(kind, leaf, strict=True), start=1)
    )
    frame = pl.DataFrame(
        {
            "_leaf": leaf,
            "_file": np.zeros(n, dtype=np.int64),
            "organisation_code": codes,
            "name": _names(world, leaf, kind, cluster),
            "kind": [KINDS[k] for k in kind],
            "cluster_code": pl.Series([CODES[c] if c >= 0 else None for c in cluster], dtype=pl.String),
            "lon": at[:, 0],
            "lat": at[:, 1],
            "chain_leader": leader,
            "integration_enterprise": integration,
            "evaluation_body": evaluation,
            "dual_certificate_pilot": pilot,
        }
    )
    return Organisations(codes, leaf, kind, cluster, evaluation, integration, pilot, frame)


def _placed(world: World, rng: np.random.Generator) -> tuple[Integers, Integers]:
    places = len(world.leaves)
    more = apportion(TOTAL - places * len(AT_LEAST), world.leaves.sizes(INSTITUTIONS))
    leaf = np.concatenate([np.repeat(np.arange(places), len(AT_LEAST)), np.repeat(np.arange(places), more)])
    kind = np.concatenate([np.tile(AT_LEAST, places), choose(int(more.sum()), _KIND_SHARE, rng)])
    order = np.lexsort((kind, leaf))
    return leaf[order], kind[order]


def _pilots(world: World, leaf: Integers, enterprise: Flags, rng: np.random.Generator) -> Flags:
    pilot = np.zeros(len(leaf), dtype=np.bool_)
    here = world.leaves.hangzhou[leaf]
    for within, n in ((here, PILOTS_IN_HANGZHOU), (~here, PILOTS_ELSEWHERE)):
        pilot[rng.permutation(np.flatnonzero(within & enterprise))[:n]] = True
    return pilot


def _names(world: World, leaf: Integers, kind: Integers, cluster: Integers) -> list[str]:
    """余杭数字安防企业01号, …: numbered within place, kind and cluster."""
    label = (leaf * len(KINDS) + kind) * (len(CODES) + 1) + cluster + 1
    order = np.argsort(label, kind="stable")
    number = np.empty(len(leaf), dtype=np.int64)
    number[order] = rank_within(label[order]) + 1
    return [
        f"{place_word(world, where)}{_word(KINDS[k], c)}{i:02d}号"
        for where, k, c, i in zip(leaf, kind, cluster, number, strict=True)
    ]


def place_word(world: World, leaf: int) -> str:
    """余杭, or 杭州市本级 for a prefecture's own."""
    short = world.leaves.short_names[leaf]
    return f"{short}市本级" if world.leaves.own[leaf] else short


def _word(kind: str, cluster: int) -> str:
    return f"{CLUSTER_WORDS[cluster]}企业" if kind == "enterprise" else KIND_WORDS[kind]


def _code(prefix: str, place_code: str, number: int) -> str:
    """A unified social credit code: category, place, organisation (GB 11714) and check digit (GB 32100)."""
    own = f"DEM{number:05d}"
    body = prefix + place_code + own + organisation_check(own)
    return body + credit_check(body)


def organisation_check(eight: str) -> str:
    """The ninth character of an organisation code (GB 11714)."""
    symbols = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    weighted = sum(symbols.index(c) * w for c, w in zip(eight, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return "0123456789X0"[11 - weighted % 11]


def credit_check(seventeen: str) -> str:
    """The eighteenth character of a unified social credit code (GB 32100)."""
    weighted = sum(_SYMBOLS.index(c) * pow(3, i, 31) for i, c in enumerate(seventeen))
    return _SYMBOLS[(31 - weighted % 31) % 31]
