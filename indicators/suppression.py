"""Small numbers: which counts of people are shown outside the place they are of, so that no sum gives a small one back.

1. *Small* is a count of people from 1 to below the threshold. Zero tells of nobody and is shown.
2. What has been counted since 2023 in a place is told at the end of a month when nobody, or at least the threshold, has
   come since it was last told. A month, and a year to date, is the difference of two such figures and is shown when both
   are. So two figures of one place are never a small number apart. Of a part of a whole this holds for the rest as well.
   A stock is told when it is not small.
3. The figure of a larger place is small, too, when what is left of it without one of its parts is: whoever reads that
   part knows it.
4. Nothing is withheld alone. Where one part of a place is withheld, at least three are, and together, also without any
   one of them, they are not small, neither since they were last told nor in the month; where one cluster is withheld, at
   least two are, for the same places. So what is withheld stands in a table of places by clusters of which only the
   margins are known: its figures can be moved about without changing a margin, and what margins settle is a margin or 0.
5. Where a larger place is withheld, some of its parts are; where a sum over clusters is, some of the clusters are.

What is withheld does not depend on who reads: a reader knows his own figures besides, and rules 3 and 4 count on it. Nor
does it change when later months come, so that yesterday's files and today's may be laid side by side.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

TOGETHER: Final = 3
"""So many parts of a place are withheld where one is: whoever reads one of them still faces two."""
CATEGORIES: Final = 2
"""So many categories are withheld where one is."""

Counts = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def small(counts: Counts, fewest: int) -> Flags:
    """Where a count tells of at least one person and of fewer than `fewest`."""
    people = np.abs(counts)
    return (people > 0) & (people < fewest)


def told(
    counts: Counts,
    groups: Sequence[Sequence[int]],
    fewest: int,
    *,
    stock: bool = False,
    of: Flags | None = None,
    parts: bool = True,
) -> Flags:
    """When each series is told: categories × (leaves, then groups, then the whole) × months.

    `counts`: sides × categories × leaves × months, whole numbers of people in a month, or with `stock` at its end; 0 where
    nothing was filed. One side is what is counted, a second one the rest of the whole that it is a share of. `groups`: the
    leaves of each prefecture, every leaf in one. `of`: when the sum of the categories is told, where that is shown.
    Without `parts` nothing is ever told of leaves and groups.
    """
    leaves, months = counts.shape[2:]
    belongs = np.zeros((leaves, len(groups)))
    for at, group in enumerate(groups):
        belongs[list(group), at] = 1
    everywhere = slice(None) if parts else slice(-1, None)
    size = counts[0, :, :, :12].sum(axis=-1)
    levels = counts if stock else np.cumsum(counts, axis=-1)
    of_months = _sums(counts.swapaxes(2, 3), belongs)
    found = np.zeros((counts.shape[1], leaves + len(groups) + 1, months), dtype=bool)
    before = np.zeros((3, *levels.shape[:3]))  # each leaf's level when it, its group and the whole were last told
    for month in range(months):
        now = levels[..., month]
        since, bad = _came(now - before, belongs, fewest)
        if of is not None:
            bad[np.argmin(size.sum(axis=1)), everywhere] |= ~of[everywhere, month]
        amounts = np.stack([since, of_months[:, :, month]], axis=-1)
        held = _together(bad, amounts, size, groups, fewest) if parts else _whole(bad, amounts, size, fewest)
        found[:, everywhere, month] = ~held
        if not stock and parts:
            of_leaf = held[:, :leaves], held[:, leaves:-1] @ belongs.T > 0, held[:, -1:].repeat(leaves, axis=1)
            before = np.where(np.stack(of_leaf)[:, None], before, now)
        elif not stock:
            before[2] = np.where(held, before[2], now)
    return found


def _sums(leaves: Counts, belongs: Counts) -> Counts:
    """Of what is told by leaf (the last axis): leaves, then groups, then the whole."""
    return np.concatenate([leaves, leaves @ belongs, leaves.sum(axis=-1, keepdims=True)], axis=-1)


def _came(came: Counts, belongs: Counts, fewest: int) -> tuple[Counts, Flags]:
    """What has come in each place since it was last told, sides × categories × places; and rules 1 to 3: for which
    categories that tells a small number.

    `came`: by leaf, since the leaf itself, its group and the whole were told.
    """
    of_leaf, of_group, of_whole = came
    groups, whole = of_group @ belongs, of_whole.sum(axis=-1, keepdims=True)
    besides = groups @ belongs.T - of_group  # what is left of a group without each of its leaves
    rest = whole - _sums(of_whole, belongs)[..., :-1]
    since = np.concatenate([of_leaf, groups, whole], axis=-1)
    bad: Flags = np.asarray(small(since, fewest).any(axis=0), dtype=bool)
    bad[:, len(belongs) : -1] |= small(besides, fewest).any(axis=0) @ belongs > 0
    bad[:, -1] |= small(rest, fewest).any(axis=(0, 2))
    return since, bad


def shown(found: Flags, months: Sequence[str], window: str) -> Flags:
    """Whether a figure of a window can be shown, from when its series is told (a last axis of months)."""
    if window == "month":
        return np.logical_and(found, _at(found, range(-1, len(months) - 1)))
    if window == "year_to_date":
        return np.logical_and(found, _at(found, [i - int(month[5:]) for i, month in enumerate(months)]))
    return found


def _at(found: Flags, ends: Sequence[int]) -> Flags:
    """What was told by the months of these numbers; before the first nothing had happened, which is known."""
    begun = np.array(ends) >= 0
    return np.asarray(~begun | found[..., np.maximum(ends, 0)], dtype=bool)


def _together(bad: Flags, counts: Counts, size: Counts, groups: Sequence[Sequence[int]], fewest: int) -> Flags:
    """Rules 4 and 5: what is withheld so that nothing of `bad` follows; from the whole down to the leaves."""
    held, leaves = np.zeros_like(bad), size.shape[1]
    if not bad.any():
        return held
    sizes = np.concatenate([size, *(size[:, list(g)].sum(axis=1, keepdims=True) for g in groups)], axis=1)
    held[:, -1:] = _whole(bad, counts, size, fewest)
    held[:, leaves:-1] = _covered(bad[:, leaves:-1], held[:, -1], counts[:, :, leaves:-1], sizes[:, leaves:], fewest)
    for at, group in enumerate(groups):
        inside = list(group)
        held[:, inside] = _covered(bad[:, inside], held[:, leaves + at], counts[:, :, inside], size[:, inside], fewest)
    return held


def _whole(bad: Flags, counts: Counts, size: Counts, fewest: int) -> Flags:
    """What is withheld of the whole: categories × 1."""
    nothing = np.zeros(len(bad), dtype=bool)
    return _covered(bad[:, -1:], nothing, counts[:, :, -1:], size.sum(axis=1, keepdims=True), fewest)


def _covered(bad: Flags, above: Flags, counts: Counts, size: Counts, fewest: int) -> Flags:
    """`bad` (categories × places) and what is withheld with it so that rule 4 holds; of categories `above`, something is."""
    if not (bad.any() or above.any()):
        return bad
    held = bad.copy()
    held[above, np.argmin(size.sum(axis=0))] = True
    order = np.argsort(size.sum(axis=0), kind="stable"), np.argsort(size.sum(axis=1), kind="stable")
    while True:
        places = _lonely(held, counts, TOGETHER, fewest)
        kinds = _lonely(held.T, counts.swapaxes(1, 2), CATEGORIES, fewest) if len(held) > 1 else places[:0]
        before = held.sum()
        for row in np.flatnonzero(places):
            held[row, next((i for i in order[0] if not held[row, i]), 0)] = True
        for column in np.flatnonzero(kinds):
            held[next((i for i in order[1] if not held[i, column]), 0), column] = True
        if held.sum() == before:
            _loosen(held, _pinned(held, bad, counts[..., 0], fewest), counts[0, ..., 0])
        if held.sum() == before:
            return held


def _lonely(held: Flags, counts: Counts, least: int, fewest: int) -> Flags:
    """For each row whether what is withheld in it is too little by number or, also without any one of them, by people."""
    lonely: Flags = np.asarray(held.any(axis=1) & ~held.all(axis=1), dtype=bool)
    rows = np.flatnonzero(lonely)
    if rows.size:
        some = held[rows]
        inside = np.where(some[None, :, :, None], counts[:, rows], 0)
        together = inside.sum(axis=2)
        few = (some.sum(axis=1) < least) | small(together, fewest).any(axis=(0, 2))
        if least == TOGETHER:
            few |= small(together[:, :, None] - inside, fewest).any(axis=(0, 2, 3))
        lonely[rows] = few
    return lonely


def _pinned(held: Flags, bad: Flags, counts: Counts, fewest: int) -> list[tuple[int, int]]:
    """The small figures that could not as well be the threshold: with the same margins, and whoever reads one place.

    A figure is raised by moving people along the corners of a table, two categories by two places, all four withheld;
    in two tables of different places, so that no reader knows both.
    """
    if 1 in held.shape or not bad.any():
        return []
    amount = np.abs(counts[0])
    need = np.where(bad, fewest - np.abs(counts).min(axis=0), np.inf)
    kinds, places = (~np.eye(n, dtype=bool) for n in held.shape)
    others = held[None] & kinds[:, :, None] & (amount[None] >= need[:, None, :])  # kind, other kind, place
    theirs = held[:, None] & places[None] & (amount[:, None] >= need[:, :, None])  # kind, place, other place
    corners = np.einsum("akp,kq->apq", others.astype(float), held.astype(float)) > 0
    loose = (corners & theirs).sum(axis=2) >= CATEGORIES
    return [(int(kind), int(place)) for kind, place in np.argwhere(bad & ~loose)]


def _loosen(held: Flags, pinned: list[tuple[int, int]], amount: Counts) -> None:
    """Withhold the corners of two tables for each of these figures: the places and the other category that have most people."""
    if not pinned:
        return
    places = np.argsort(-amount, axis=1, kind="stable").tolist()
    kinds = np.argsort(-amount, axis=0, kind="stable").T.tolist()
    for kind, place in pinned:
        columns = [i for i in places[kind][: CATEGORIES + 1] if i != place][:CATEGORIES]
        other = next(i for i in kinds[place] if i != kind)
        held[other, place] = True
        held[kind, columns] = True
        held[other, columns] = True
