"""Headline figures and targets as small HTML cards: number, unit, year on year, a sparkline or a bar against pace."""

import html
from base64 import b64encode
from collections.abc import Sequence

from charts import words
from charts.theme import TOKENS, Theme
from indicators import measures
from indicators.catalogue import Indicator, Window


def figure_card(
    indicator: Indicator,
    window: Window,
    month: str,
    row: dict[str, object],
    recent: Sequence[float | None],
    theme: Theme,
) -> str:
    """One headline figure: its title and period, value, year on year, coverage when incomplete, and a sparkline; without a
    value why there is none."""
    value, yoy = _float(row.get("value")), _float(row.get("yoy"))
    figure, unit = words.grand(value, indicator)
    filed, expected = int(str(row.get("filed") or 0)), int(str(row.get("expected") or 0))
    bare = words.value(None, indicator, withheld=bool(row.get("withheld")))
    missing = words.coverage(filed, expected) if value is not None else bare
    change = f"同比 {words.change(yoy, indicator)}" if indicator.compared and window != "since_2023" else ""
    change, star = (bare, "") if value is None else (change, " *" if missing else "")
    return (
        f'<div class="figure-card" title="{html.escape(missing)}"><div class="name">{html.escape(indicator.title)}</div>'
        f'<div class="value">{figure}<small>{unit}</small></div>'
        f'<div class="sub">{words.period(month, window)}{star}</div><div class="sub">{change}</div>'
        f"{sparkline(recent, TOKENS[theme].primary)}</div>"
    )


def target_card(
    title: str,
    indicator: Indicator,
    month: str,
    done: float | None,
    target: float | None,
    *,
    withheld: bool = False,
) -> str:
    """One target of the plan: what is done, the share of it against pace, and what each remaining month must bring."""
    if done is None or not target:
        why = words.WITHHELD if withheld else "本地还没有目标分解或报送数据"
        return (
            f'<div class="figure-card target"><div class="name">{html.escape(title)}</div>'
            f'<div class="value">{words.NO_VALUE}</div><div class="sub">{why}</div></div>'
        )
    share, pace = 100 * done / target, measures.pace(month)
    figure, unit = words.grand(done, indicator)
    lead = share - pace
    standing = f"{'超前' if lead >= 0 else '落后'}序时进度 {words.number(abs(lead), 1)} 个百分点"
    needed = measures.required_monthly(done, target, month)
    past = done / measures.months_elapsed(month)
    if done >= target:
        rest = "目标已完成"
    elif needed is None:
        rest = "规划期已满"
    else:
        rest = f"到2027年底，今后每月需 {words.number(needed, 0)} {indicator.unit}（此前月均 {words.number(past, 0)}）"
    return (
        f'<div class="figure-card target"><div class="name">{html.escape(title)}</div>'
        f'<div class="value">{figure}<small>{unit} ／ 目标 {words.goal(target, indicator)}　完成 {words.number(share, 1)}%</small></div>'
        f'<div class="bar"><i style="width:{min(share, 100):.1f}%"></i><u style="left:{pace:.1f}%"></u></div>'
        f'<div class="pace"><span style="left:{min(max(pace, 8), 88):.1f}%">序时进度 {words.number(pace, 1)}%</span></div>'
        f'<div class="sub">{standing}。{rest}</div></div>'
    )


def sparkline(values: Sequence[float | None], colour: str) -> str:
    """A line of the last months as a picture; a missing month is a gap, a month between gaps a dot.

    Nothing when there are fewer than two values.
    """
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return ""
    low, high = min(known), max(known)
    span = (high - low) or 1
    step = 100 / (len(values) - 1)
    parts, pen = [], "M"
    for i, v in enumerate(values):
        if v is None:
            pen = "M"
            continue
        parts.append(f"{pen}{i * step:.1f},{27 - 24 * (v - low) / span:.1f}")
        alone = pen == "M" and (i + 1 == len(values) or values[i + 1] is None)
        parts.extend(["l0.01,0"] if alone else [])
        pen = "L"
    picture = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 30" preserveAspectRatio="none">'
        f'<path d="{" ".join(parts)}" fill="none" stroke="{colour}" stroke-width="1.5" stroke-linecap="round"'
        ' vector-effect="non-scaling-stroke"/></svg>'
    )
    return f'<img alt="" src="data:image/svg+xml;base64,{b64encode(picture.encode()).decode()}">'


def _float(value: object) -> float | None:
    return value if isinstance(value, float) else None
