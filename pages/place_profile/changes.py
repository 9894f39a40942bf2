"""What got better and what got worse in a place, by a stated test."""

import polars as pl
import streamlit as st

from charts import attention, words
from geo import places
from indicators import oversight, trends
from pages.overview.cached import judged
from pages.overview.parts import month
from pages.shared import draw, state

MOST = 6


def changes(place_code: str) -> None:
    """Two lists: the rates whose tested trend is towards better, and towards worse."""
    here = places.place(place_code)
    if here.level == "province":
        return
    level: oversight.Level = "county" if here.level == "county" else "prefecture"
    found = judged(state.run().cubes, level, month()).filter((pl.col("place_code") == place_code) & pl.col("sure"))
    draw.titled(f"{here.name}近12个月的变化")
    lists = "".join(_list(found, way, name) for way, name in (("better", "变好"), ("worse", "变差")))
    st.html(f'<div class="changes" id="changes">{lists}</div>')
    st.html(f'<p class="note">{trends.METHOD}；目标完成率看与序时进度的差距。</p>')


def _list(found: pl.DataFrame, way: str, name: str) -> str:
    rows = found.filter(pl.col("direction") == way).sort(
        pl.col("rank") / pl.col("ranked_of"), descending=way == "worse"
    )
    lines = [attention.change(row) for row in rows.head(MOST).to_dicts()] or ["没有得到证实的变化"]
    return f"<div><b>{name}</b><ul>{''.join(f'<li>{words.unbroken(line)}</li>' for line in lines)}</ul></div>"
