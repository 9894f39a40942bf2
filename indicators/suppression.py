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
Indices = npt.NDArray[np.intp]
"""Where something stands in a table, a row each."""


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
    held[:, -1:] = _whole(bad, counts, size, fewest)
    every = slice(leaves, -1)
    sizes = np.stack([size[:, list(group)].sum(axis=1) for group in groups], axis=1)
    held[:, every] = _covered(bad[None, :, every], held[None, :, -1], counts[:, None, :, every], sizes[None], fewest)[0]
    inside, there = _tables(groups)
    found = _covered(
        bad[:, inside].swapaxes(0, 1) & there[:, None],
        held[:, every].T,
        counts[:, :, inside].swapaxes(1, 2) * there[:, None, :, None],
        size[:, inside].swapaxes(0, 1) * there[:, None],
        fewest,
        there,
    )
    held[:, inside[there]] = found.swapaxes(0, 1)[:, there]
    return held


def _tables(groups: Sequence[Sequence[int]]) -> tuple[Indices, Flags]:
    """The leaves of each group in rows of one length, and which of them there are; the others are any leaf."""
    widest = max(map(len, groups))
    inside = np.array([[*group, *[0] * (widest - len(group))] for group in groups], dtype=np.intp)
    return inside, np.arange(widest) < np.array([[len(group)] for group in groups])


def _whole(bad: Flags, counts: Counts, size: Counts, fewest: int) -> Flags:
    """What is withheld of the whole: categories × 1."""
    nothing, everybody = np.zeros((1, len(bad)), dtype=bool), size.sum(axis=1)[None, :, None]
    found: Flags = _covered(bad[None, :, -1:], nothing, counts[:, None, :, -1:], everybody, fewest)[0]
    return found


def _covered(bad: Flags, above: Flags, counts: Counts, size: Counts, fewest: int, there: Flags | None = None) -> Flags:
    """`bad` and what is withheld with it so that rule 4 holds, of many tables at once: tables × categories × places.

    `above`: tables × categories of which something is withheld. `counts`: sides × tables × categories × places × since
    they were last told and in the month. `there`: tables × places that there are; in the others nobody is missed.
    """
    there = np.ones((len(bad), bad.shape[2]), dtype=bool) if there is None else there
    held: Flags = bad | ~there[:, None]
    people = np.where(there, size.sum(axis=1), np.inf)
    table, kind = np.nonzero(above)
    held[table, kind, people.argmin(axis=1)[table]] = True
    places, kinds = people.argsort(axis=1, kind="stable"), size.sum(axis=2).argsort(axis=1, kind="stable")
    open_ = np.flatnonzero(bad.any(axis=(1, 2)) | above.any(axis=1))
    while open_.size:
        now, real, amounts = held[open_], there[open_], counts[:, open_]
        rows = _lonely(now, real[:, None], amounts, TOGETHER, fewest)
        columns = _lonely(now.swapaxes(1, 2), real[..., None], amounts.swapaxes(2, 3), CATEGORIES, fewest)
        before = now.sum(axis=(1, 2))
        _add(now, rows, places[open_])
        if now.shape[1] > 1:
            _add(now.swapaxes(1, 2), columns, kinds[open_])
        for at in np.flatnonzero(now.sum(axis=(1, 2)) == before):
            wide, few = real[at].sum(), bad[open_[at]]
            pinned = _pinned(now[at, :, :wide], few[:, :wide], amounts[:, at, :, :wide, 0], fewest)
            _loosen(now[at, :, :wide], pinned, amounts[0, at, :, :wide, 0])
        held[open_] = now
        open_ = open_[now.sum(axis=(1, 2)) != before]
    return held & there[:, None]


def _add(held: Flags, lonely: Flags, order: Indices) -> None:
    """Withhold one more of each of these rows of the tables: the first in order that is not."""
    table, row = np.nonzero(lonely)
    free = ~held[table[:, None], row[:, None], order[table]]
    held[table, row, order[table, free.argmax(axis=1)]] = True


def _lonely(held: Flags, real: Flags, counts: Counts, least: int, fewest: int) -> Flags:
    """For each row of the tables whether what is withheld in it is too little by number or, also without any one of them,
    by people."""
    some = held & real
    lonely: Flags = np.asarray(some.any(axis=2) & ~held.all(axis=2), dtype=bool)
    if lonely.any():
        inside = np.where(some[..., None], counts, 0)
        together = inside.sum(axis=3)
        few = (some.sum(axis=2) < least) | small(together, fewest).any(axis=(0, 3))
        if least == TOGETHER:
            few |= small(together[:, :, :, None] - inside, fewest).any(axis=(0, 3, 4))
        lonely &= few
    return lonely


def _pinned(held: Flags, bad: Flags, counts: Counts, fewest: int) -> Indices:
    """The small figures (category, place) that could not as well be the threshold: with the same margins, and whoever
    reads one place.

    A figure is raised by moving people along the corners of a table, two categories by two places, all four withheld;
    in two tables of different places, so that no reader knows both.
    """
    if 1 in held.shape or not bad.any():
        return np.empty((0, 2), dtype=np.intp)
    amount = np.abs(counts[0])
    need = np.where(bad, fewest - np.abs(counts).min(axis=0), np.inf)
    kinds, places = (~np.eye(n, dtype=bool) for n in held.shape)
    others = held[None] & kinds[:, :, None] & (amount[None] >= need[:, None, :])  # kind, other kind, place
    theirs = held[:, None] & places[None] & (amount[:, None] >= need[:, :, None])  # kind, place, other place
    corners = np.einsum("akp,kq->apq", others.astype(float), held.astype(float)) > 0
    loose = (corners & theirs).sum(axis=2) >= CATEGORIES
    return np.argwhere(bad & ~loose)


def _loosen(held: Flags, pinned: Indices, amount: Counts) -> None:
    """Withhold the corners of two tables for each of these figures: the places and the other category that have most people."""
    if not len(pinned):
        return
    kind, place = pinned.T
    first, second = np.argsort(-amount, axis=0, kind="stable")[:2]
    other = np.where(first[place] == kind, second[place], first[place])
    most = np.argsort(-amount, axis=1, kind="stable")[kind, : CATEGORIES + 1]
    others = most != place[:, None]
    figure, at = np.nonzero(others & (others.cumsum(axis=1) <= CATEGORIES))
    column = most[figure, at]
    held[other, place] = True
    held[kind[figure], column] = True
    held[other[figure], column] = True
