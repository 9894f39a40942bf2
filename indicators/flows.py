"""Who moved from where to where: arrivals in new work by the place before, in, out, net, and who left to nobody knows where.

A node is a drawn place, a prefecture's own 市本级 among its counties, a prefecture beyond the drawn ones, or another
province. One move is one spell of employment that began elsewhere than the one before; who moves twice counts twice.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from data_sources.cubes import OWN_SUFFIX, Cubes
from geo import places
from indicators import people, spans
from indicators.catalogue import Window
from indicators.measures import members

ENDS: Final = ("origin", "destination")
ARRIVED: Final = ("inflow", "inside", "outside", "within", "first", "change")
ONWARD: Final = ("outflow", "net", "unknown")
"""What only those who read every place are told."""
FIGURES: Final = ("inflow", "inside", "outside", "outflow", "net", "within", "first", "unknown", "change")
"""The columns of `balance`."""


def nodes(place_codes: Sequence[str]) -> Mapping[str, str]:
    """The node of every leaf and every other province, when these places are drawn.

    A leaf in a drawn place belongs to it. 市本级 of a prefecture whose counties are drawn is a node of its own, and all
    that lies in other prefectures belongs to these.
    """
    inside = {leaf: code for code in place_codes for leaf in members()[code]}
    prefectures = {places.place(code).parent_code for code in place_codes}
    found = {origin.code: origin.code for origin in places.origins()}
    for prefecture in places.prefectures():
        own = prefecture.code + OWN_SUFFIX
        for leaf in members()[prefecture.code]:
            beside = own if leaf == own and prefecture.code in prefectures else prefecture.code
            found[leaf] = inside.get(leaf, beside)
    return found


def between(
    cubes: Cubes, window: Window, month: str, place_codes: Sequence[str], *, cluster: str | None = None
) -> pl.DataFrame:
    """One row a pair of different nodes, at least one of them in the drawn area: `origin`, `destination`, `people`;
    most first, ties by code. Moves of the months and places that filed employment; into other provinces nobody files.

    Nothing leads into a county that has not filed every month: what is known of it is not all.
    """
    node = nodes(place_codes)
    drawn = set(place_codes) | {code for code in node.values() if code.endswith(OWN_SUFFIX)}
    moves = _moves(cubes, window, month, cluster)
    moved = moves.with_columns(
        destination=pl.col("leaf").replace_strict(node, return_dtype=pl.String),
        origin=pl.col("before").replace_strict(node, default=None, return_dtype=pl.String),
    ).filter(pl.col("origin").is_not_null() & (pl.col("origin") != pl.col("destination")))
    moved = moved.filter(pl.col("origin").is_in(drawn) | pl.col("destination").is_in(drawn))
    filed = spans.complete(
        cubes,
        ("employment",),
        spans.months(cubes, window, month),
        sorted(set(node.values()) & set(members())),
        twice=True,
    )
    moved = moved.join(filed.filter("usable"), left_on="destination", right_on="place_code", how="semi")
    pairs = moved.group_by("origin", "destination").agg(people=pl.col("arrivals").sum())
    return pairs.sort("people", "origin", "destination", descending=[True, False, False])


def balance(
    cubes: Cubes, window: Window, month: str, place_codes: Sequence[str], *, cluster: str | None = None
) -> pl.DataFrame:
    """One row a drawn place, in the given order: `place_code`, `inflow`, of it `inside` (from Zhejiang) and `outside`
    (from other provinces), `outflow` (to elsewhere in Zhejiang), `net` (inside − outflow), `within` (moves between its
    parts), `first` (began their first work), `unknown` (ended their work and began no other that was filed: gone to other
    provinces, other trades or no work), `change` (of the people at work), `filed`, `expected` (leaves).

    Who goes to another province is filed by nobody, so `net` leaves other provinces out on both sides. All but `outflow`
    are null where a county has not filed every month; a larger place is the sum of what was filed. `outflow` is what the
    places of arrival have filed. `unknown` is null for one cluster, because who changes cluster stays. What a reader is not
    told is null: `onward_withheld` where that is so of `ONWARD`, because the people of other places are not open to him,
    `withheld` where it is so of the place's own (`ARRIVED`).
    """
    pairs = between(cubes, window, month, place_codes, cluster=cluster)
    outside = pl.col("origin").str.starts_with("33").not_()
    came = pairs.group_by(place_code="destination").agg(
        inflow=pl.col("people").sum(), outside=pl.col("people").filter(outside).sum()
    )
    left = pairs.group_by(place_code="origin").agg(outflow=pl.col("people").sum())
    months = spans.months(cubes, window, month)
    filed = spans.complete(cubes, ("employment",), months, place_codes, twice=True)
    elsewhere = not people.closed(cubes, ("employment",), (places.PROVINCE,), twice=True)
    known = filed.join(
        _leaving(cubes, window, month, place_codes, cluster), on="place_code", how="left", maintain_order="left"
    )
    for part in (came, left):
        known = known.join(part, on="place_code", how="left", maintain_order="left")
    counted = ("inflow", "outside", "within", "first", "change")
    known = known.with_columns(
        *(pl.when("usable").then(pl.col(c).fill_null(0)).alias(c) for c in counted),
        pl.when(elsewhere).then(pl.col("outflow").fill_null(0)),
        unknown=pl.when(pl.col("usable") & elsewhere).then("unknown"),
    )
    shut = people.closed(cubes, ("employment",), place_codes, twice=True)
    known = known.with_columns(withheld=pl.col("place_code").is_in(sorted(shut)), onward_withheld=not elsewhere)
    known = known.with_columns(inside=pl.col("inflow") - pl.col("outside"))
    return known.with_columns(net=pl.col("inside") - pl.col("outflow")).select(
        "place_code", *FIGURES, "filed", "expected", "withheld", "onward_withheld"
    )


def matrix(pairs: pl.DataFrame, most: int, drawn: Sequence[str]) -> pl.DataFrame:
    """The pairs as one row an origin and one column a destination, the busiest `most` of each, most first; `total` is of
    the shown columns. A pair without moves is 0; one outside the drawn places is not looked at, so null."""
    order = {
        end: pairs.group_by(end).agg(pl.col("people").sum()).sort("people", end, descending=[True, False])[end][:most]
        for end in ENDS
    }
    held = {(r["origin"], r["destination"]): r["people"] for r in pairs.to_dicts()}
    inside = set(drawn) | {code for end in ENDS for code in order[end] if code.endswith(OWN_SUFFIX)}

    def cell(origin: str, destination: str) -> int | None:
        looked_at = origin != destination and (origin in inside or destination in inside)
        return held.get((origin, destination), 0) if looked_at else None

    columns = {to: [cell(origin, to) for origin in order["origin"]] for to in order["destination"]}
    frame = pl.DataFrame({"origin": order["origin"], **columns}, schema_overrides=dict.fromkeys(columns, pl.Int64))
    return frame.with_columns(total=pl.sum_horizontal(list(columns)) if columns else pl.lit(0))


def covered(pairs: pl.DataFrame, most: int) -> float | None:
    """The share of all moves that the largest `most` pairs hold, 0 to 1; None without moves."""
    whole = pairs["people"].sum()
    return float(pairs.head(most)["people"].sum()) / float(whole) if whole else None


def _moves(cubes: Cubes, window: Window, month: str, cluster: str | None) -> pl.DataFrame:
    """Spells begun by leaf and by where the person worked before: `leaf`, `before` (a leaf, a province or ''), `arrivals`."""
    months = spans.months(cubes, window, month)
    begun = spans.kept(cubes, "movement", cluster, of=months)
    begun = begun.join(spans.filed(cubes, ("employment",), months), on=["leaf", "month"], how="semi")
    own = {p.code: p.code + OWN_SUFFIX for p in places.prefectures()}
    grouped = begun.group_by("leaf", before=pl.col("previous_place_code").cast(pl.String).replace(own))
    return grouped.agg(arrivals=pl.col("arrivals").sum())


def _leaving(cubes: Cubes, window: Window, month: str, place_codes: Sequence[str], cluster: str | None) -> pl.DataFrame:
    """`place_code`, `within`, `first`, `change`, `unknown`: spells ended − spells begun by who worked in the place before."""
    months = spans.months(cubes, window, month)
    moves = _moves(cubes, window, month, cluster)
    inside = spans.parts(place_codes)
    change = spans.summed(cubes, "talent", months, place_codes, ("people",), cluster=cluster, tables=())
    begun = moves.join(inside, on="leaf").group_by("place_code").agg(begun=pl.col("arrivals").sum())
    onward = moves.join(inside.rename({"leaf": "before", "place_code": "from"}), on="before")
    went = onward.group_by(place_code="from").agg(onward=pl.col("arrivals").sum())
    both = onward.join(inside, on="leaf").filter(
        (pl.col("from") == pl.col("place_code")) & (pl.col("leaf") != pl.col("before"))
    )
    within = both.group_by("place_code").agg(within=pl.col("arrivals").sum())
    found = pl.DataFrame({"place_code": list(place_codes)}, {"place_code": pl.String})
    new = moves.filter(pl.col("before") == "").join(inside, on="leaf")
    first = new.group_by("place_code").agg(first=pl.col("arrivals").sum())
    for part in (change, begun, went, within, first):
        found = found.join(part, on="place_code", how="left", maintain_order="left")
    ended = pl.col("begun").fill_null(0) - pl.col("people").fill_null(0)
    unknown = ended - pl.col("onward").fill_null(0)
    return found.select(
        "place_code", "within", "first", change="people", unknown=unknown if cluster is None else pl.lit(None, pl.Int64)
    )
