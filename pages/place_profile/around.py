"""What is in a place and around it: its own map, those that it borders on, its enterprises and other bodies by role."""

from typing import Final

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import surroundings, words
from charts.subject import Subject
from data_sources.reference import clusters
from data_sources.settings import settings
from data_sources.vocabulary import ORGANISATION_KINDS, ORGANISATION_ROLES
from geo import places
from indicators import measures
from indicators.catalogue import catalogue
from pages.overview.parts import month
from pages.place_profile.cached import organisations
from pages.shared import cached, draw, state
from pages.shared.downloads import Table
from pages.shared.screen import Screen

NEXT_TO: Final = "有共同边界的县（市、区）"
BELOW: Final = "所辖的设区市或县（市、区）"
TALL: Final = 520
"""Pixels of the province's map, which has the column to itself."""
COMPARED: Final = ("training_completion", "high_skilled_completion", "talent_per_10k", "high_skilled_share")
BODY_FORMS: Final = {
    "name": ColumnForm("名称", None, 36),
    "kind_name": ColumnForm("类型", None, 12),
    "cluster_name": ColumnForm("产业集群", None, 18),
    "roles": ColumnForm("角色", None, 28),
}
SPOTS: Final = {
    "name": ColumnForm("名称", None, 36),
    "sort": ColumnForm("类别", None, 12),
    "lon": ColumnForm("经度", 5, 12),
    "lat": ColumnForm("纬度", 5, 12),
}


def small_map(place_code: str, screen: Screen, *, share: float) -> None:
    """The place with its bases and enterprises."""
    if state.run().stale:
        st.caption("数据库暂时连接不上，本地地图未显示。")
        return
    here, bases, bodies = places.place(place_code), bases_in(place_code), _bodies(place_code)
    subject = Subject(
        f"{here.name}的实训基地和企业", "本地地图", "本月在用且有坐标的实训基地；有坐标的企业和机构，市和省只标有角色的。",
        "个", words.month_name(month()), f"地区：{here.name}", "实训基地名录、机构名录",
        frozenset({"base", "organisation"}), approval=settings().approval_line,
        detail="organisation",
    )  # fmt: skip
    lines, simulated = draw.caption(subject), state.run().cubes.simulated(subject.tables)
    draw.topic(
        "本地地图",
        subject,
        screen,
        picture=lambda theme: surroundings.picture(
            place_code, bases, bodies, theme, title=subject.title, caption=lines, simulated=simulated
        ),
        table=lambda: _spots(bases, bodies),
        share=share,
        height=TALL if here.level == "province" else 300,
    )


def bordering(place_code: str) -> None:
    """The place beside those that it borders on, by a few leading rates; the parts of a prefecture or of the province."""
    codes = tuple(dict.fromkeys([place_code, *surroundings.beside(place_code)]))
    named = pl.DataFrame({"name": [places.place(code).name for code in codes]})
    forms = {"name": ColumnForm("地区", None, 16)}
    for key in COMPARED:
        indicator = catalogue()[key]
        values = cached.series(state.run().cubes, key, indicator.windows[0])
        now = measures.snapshot(values, month(), codes, indicator)
        named = named.with_columns(now["value"].alias(key), now["withheld"].alias(f"{key}_withheld"))
        forms[key] = ColumnForm(f"{indicator.title}（{indicator.unit}）", indicator.decimals, 20)
    here = places.place(place_code)
    county = here.level == "county"
    around = f"相邻的 {len(codes) - 1} 个县（市、区）" if county else f"下辖的 {len(codes) - 1} 个地区"
    tables = frozenset(table for key in COMPARED for table in catalogue()[key].tables)
    subject = Subject(
        f"{here.name}与{around}", "相邻地区", f"{NEXT_TO if county else BELOW}；各指标取第一种时期口径。", "见表头",
        f"截至{words.month_name(month())}", f"地区：{here.name}", "各指标来源见指标目录", tables,
    )  # fmt: skip
    untold = {key: f"{key}_withheld" for key in COMPARED}
    draw.data("相邻地区", subject, lambda: remarked(named, forms, untold))


def bodies(place_code: str) -> None:
    """Every enterprise and body of the place, those with a role first."""
    if state.run().stale:
        st.caption("数据库暂时连接不上，机构名录未显示。")
        return
    found, here = organisations(state.run().cubes, _inside(place_code)), places.place(place_code)
    if found.is_empty():
        st.caption(f"{here.name}没有报送企业和机构名录。")
        return
    counts = [f"{name} {found[role].sum()} 家" for role, name in surroundings.ROLE_NAMES.items() if found[role].sum()]
    subject = Subject(
        f"{here.name}企业和机构 {found.height:,} 家{'：' * bool(counts)}{'、'.join(counts)}", "企业和机构",
        "已报送的企业、院校、培训机构和评价机构；一家可有几个角色。", "家", words.month_name(month()), f"地区：{here.name}",
        "机构名录", frozenset({"organisation"}), detail="organisation",
    )  # fmt: skip
    draw.data("企业和机构", subject, lambda: _body_table(found), height=320)


def _body_table(found: pl.DataFrame) -> Table:
    ranked = found.with_columns(number=pl.sum_horizontal(list(ORGANISATION_ROLES))).sort(
        "number", "name", descending=[True, False]
    )
    return ranked.with_columns(
        kind_name=pl.col("kind").replace_strict(ORGANISATION_KINDS, default=pl.col("kind")),
        cluster_name=pl.col("cluster_code").replace_strict(dict(clusters()), default=None),
        roles=pl.Series([surroundings.roles(row) for row in ranked.to_dicts()], dtype=pl.String),
    ).select(list(BODY_FORMS)), BODY_FORMS


def _spots(bases: pl.DataFrame, bodies: pl.DataFrame) -> Table:
    kept = ["name", "lon", "lat"]
    frames = [bases.select(*kept, sort=pl.lit("实训基地")), bodies.select(*kept, sort=pl.lit("企业和机构"))]
    return pl.concat(frames).select(list(SPOTS)), SPOTS


def bases_in(place_code: str) -> pl.DataFrame:
    """The bases in use in a place and in all below it."""
    return cached.bases(state.run().cubes, month()).filter(pl.col("place_code").is_in(list(_inside(place_code))))


def _bodies(place_code: str) -> pl.DataFrame:
    found = organisations(state.run().cubes, _inside(place_code))
    everyone = places.place(place_code).level == "county"
    return found if everyone else found.filter(pl.any_horizontal(list(ORGANISATION_ROLES)))


def _inside(place_code: str) -> tuple[str, ...]:
    """The place and all below it: what is filed at a prefecture is its 市本级."""
    within = [p.code for p in places.places() if places.place(place_code) in places.path(p.code)]
    return tuple(within)
