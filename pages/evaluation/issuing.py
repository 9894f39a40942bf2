"""The parts of 评价激励 about who issues: 一试双证 by place and by issuer, and the evaluation bodies on the map."""

from dataclasses import replace

import polars as pl
import streamlit as st

from briefings.place_tables import remarked
from briefings.tables import ColumnForm
from charts import organisations as figures
from charts.sentences import scope
from data_sources import policy
from data_sources.reading import MOST_ORGANISATIONS
from data_sources.settings import settings
from geo import places
from pages.evaluation import about
from pages.evaluation.cached import issuers
from pages.overview.parts import month
from pages.shared import cached, draw, state
from pages.shared.screen import Screen

DUAL = "一试双证：一次考试、学历和技能双证。数量为证书（本），人数为首次取得的人，每人只计一次。"
MOST = 200
PLACE_FORMS = {
    "name": ColumnForm("地区", None, 16),
    "dual": ColumnForm("一试双证（本）", 0, 14),
    "people": ColumnForm("首次取得（人）", 0, 14),
    "share": ColumnForm("占全部证书（%）", 1, 16),
}
ISSUER_FORMS = {
    "name": ColumnForm("发证机构", None, 34),
    "where": ColumnForm("地区", None, 16),
    "sort": ColumnForm("类型", None, 12),
    "dual_certificates": ColumnForm("一试双证（本）", 0, 14),
}
BODY_FORMS = {
    "name": ColumnForm("评价机构", None, 34),
    "where": ColumnForm("地区", None, 16),
    "certificates": ColumnForm("发证（本）", 0, 14),
    "sort": ColumnForm("类型", None, 12),
    "roles": ColumnForm("角色", None, 28),
}
UNTOLD = {"dual": "share_withheld", "share": "share_withheld", "people": "people_withheld"}
"""What says of a column that it is not told."""


def dual_by_place() -> None:
    """Every drawn place: certificates, people, share of all certificates."""
    found = _dual()
    known = found.filter(pl.col("dual") > 0)
    title = f"{scope(state.current())}一试双证"
    if known.is_empty():
        title += f"：{about.period()}没有证书"
    else:
        title += f"：{known['name'][0]}最多（{known['dual'][0]:,.0f} 本）"
    subject = about.subject(title, "各地一试双证", DUAL, "见表头", period=about.period(), source="各地证书报送",
                            tables=("certificate",))  # fmt: skip
    draw.data("各地一试双证", subject, lambda: remarked(found, PLACE_FORMS, UNTOLD))


def dual_by_issuer() -> None:
    """Who issued them in the chosen place."""
    issued = issuers(state.run().cubes, state.current().place, about.span()).filter(pl.col("dual_certificates") > 0)
    if issued.is_empty():
        draw.titled(f"{about.here()}一试双证发证机构")
        st.info(f"{about.here()}在{about.period()}没有机构发放一试双证。")
        return
    if _unreachable():
        return
    first = issued.sort("dual_certificates", "issuer_code", descending=[True, False]).head(MOST)
    cubes = state.run().cubes  # an issuer may be filed anywhere, but its name is told only to whom its row is open
    filed_at = places.PROVINCE if policy.sees_all(cubes.reader, "organisation") else state.current().place
    named = figures.listed(cached.organisations(cubes, filed_at, codes=tuple(first["issuer_code"])))
    shown = first.join(
        named.rename({"organisation_code": "issuer_code"}), on="issuer_code", how="left", maintain_order="left"
    ).with_columns(name=pl.coalesce("name", "issuer_code"))
    cut = f"（列出前 {MOST} 家）" if issued.height > MOST else ""
    total = issued["dual_certificates"].sum()
    title = f"{about.here()} {issued.height:,} 家机构发放一试双证 {total:,} 本{cut}"
    subject = about.subject(title, "一试双证发证机构", DUAL, "本", period=about.period(), source="各地证书报送、机构名录",
                            tables=("certificate", "organisation"))  # fmt: skip
    subject = replace(subject, detail="organisation")
    draw.data("一试双证发证机构", subject, lambda: (shown, ISSUER_FORMS))


def bodies(screen: Screen) -> None:
    """Evaluation bodies of the chosen place on the map and in a list, with the certificates they issued there."""
    if _unreachable():
        return
    run, view = state.run(), state.current()
    held = cached.organisations(run.cubes, view.place, roles=("evaluation_body",))
    if held.is_empty():
        draw.titled(f"{about.here()}社会评价机构")
        st.info(f"{about.here()}的机构名录里没有社会评价机构。")
        return
    found, known, missing = _issuing(held)
    active = found.filter(pl.col("certificates") > 0).height
    title = f"{about.here()}社会评价机构 {found.height:,} 家"
    title += f"，{active:,} 家在{about.period()}发过证" if known else f"；{missing}"
    cut = (
        f"名录超过 {MOST_ORGANISATIONS:,} 家，只列出前 {MOST_ORGANISATIONS:,} 家。"
        if held.height >= MOST_ORGANISATIONS
        else ""
    )
    subject = about.subject(title, "评价机构", f"机构名录中的社会评价机构，点越大发证越多。名录只有现状。{cut}", "家",
                            period=about.period(), source="机构名录、各地证书报送", tables=("organisation", "certificate"),
                            approval=settings().approval_line)  # fmt: skip
    lines, simulated = draw.caption(subject), run.cubes.simulated(subject.tables)
    table = figures.listed(found).sort("certificates", "organisation_code", descending=[True, False], nulls_last=True)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        draw.topic(
            "评价机构分布", replace(subject, detail="organisation"), screen, share=0.6, height=460, table=lambda: (table, BODY_FORMS),
            picture=lambda theme: figures.picture(
                found, view, theme, by="kind", title=subject.title, caption=lines, simulated=simulated
            ),
        )  # fmt: skip
    with right:
        named = about.subject("评价机构名单", "评价机构名单", subject.definition, "见表头", period=about.period(),
                              source=subject.source, tables=tuple(subject.tables))  # fmt: skip
        draw.data("评价机构名单", replace(named, detail="organisation"), lambda: (table, BODY_FORMS), height=460)


def _issuing(held: pl.DataFrame) -> tuple[pl.DataFrame, bool, str]:
    """The bodies with `certificates` (null where the chosen place has not filed), whether it has, and what is missing."""
    known, missing = about.filed("certificates", about.window())
    issued = issuers(state.run().cubes, state.current().place, about.span())
    found = held.join(issued, left_on="organisation_code", right_on="issuer_code", how="left", maintain_order="left")
    number = pl.col("certificates").fill_null(0) if known else pl.lit(None, dtype=pl.Int64)
    return found.with_columns(certificates=number), known, missing


def _dual() -> pl.DataFrame:
    """The drawn places, most certificates first."""
    codes = state.current().drawn
    frame = pl.DataFrame({"place_code": list(codes), "name": [places.place(code).name for code in codes]})
    for key, columns in (
        ("dual_share", {"value": "share", "numerator": "dual", "withheld": "share_withheld"}),
        ("dual_certified", {"value": "people", "withheld": "people_withheld"}),
    ):
        now = cached.series(state.run().cubes, key, about.window()).filter(pl.col("month") == month())
        now = now.with_columns(numerator=pl.when(pl.col("filed") > 0).then(pl.col("numerator")))
        frame = frame.join(
            now.select("place_code", *columns).rename(columns), on="place_code", how="left", maintain_order="left"
        )
    return frame.sort("dual", "place_code", descending=[True, False], nulls_last=True)


def _unreachable() -> bool:
    """Says that lists of organisations must wait while the database cannot be reached."""
    if state.run().stale:
        st.caption("数据库暂时连接不上，机构名录未显示。")
    return bool(state.run().stale)
