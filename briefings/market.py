"""Sentences about supply, demand, who comes and goes, and where it all leads, by the same rules as `narrative`."""

from briefings.document import Span, Text
from briefings.numbers import Number


def supply(name: str, period: str, demand: Number, certified: Number, gap: Number, ratio: Number) -> Text:
    """What is asked for and how many certificates answer it; nothing when either is missing."""
    if not demand.known or not certified.known or gap.cell is None:
        return ()
    said: Text = (f"{period}，{name}岗位需求 ", demand, "，同期发放证书 ", certified)
    if gap.cell == 0:
        more: Text = ("，两者相当",)
    else:
        more = ("，缺口 " if gap.cell > 0 else "，证书多于需求 ", gap)
    return (*said, *more, *(("，供需比 ", ratio) if ratio.known else ("，没有需求，不计算供需比",)), "。")


def moved(name: str, period: str, inside: Number, outflow: Number, net: Number, outside: Number) -> Text:
    """Who came from elsewhere in the province, who left to it, and who came from other provinces; nothing when missing."""
    if not inside.known or net.cell is None or not outside.known:
        return ()
    word = "净流入 " if net.cell > 0 else "净流出 "
    balance: Text = ("，省内流入流出持平",) if net.cell == 0 else (f"，省内{word}", net, " 人次")
    came: Text = (f"{period}，{name}省内流入 ", inside, " 人次，流向省内他地 ", outflow, " 人次")
    return (*came, *balance, "；外省流入 ", outside, " 人次。")


def moved_in_province(period: str, outside: Number, first: Number, within: Number) -> Text:
    """Who came to the province, began to work in it, and moved inside it; nothing when missing."""
    if not outside.known or not first.known or not within.known:
        return ()
    return (f"{period}，外省流入 ", outside, " 人次，首次就业 ", first, " 人，省内各地之间流动 ", within, " 人次。")


def expected(name: str, month: str, running: Number, ahead: str, due: Number) -> Text:
    """Who is in training and how many certificates will come, both estimates; nothing when neither can be told."""
    said: list[Span] = []
    if running.known:
        said += [f"{month}末，{name}在训约 ", running, " 人次（估计）"]
    if due.known:
        said += ["；" if said else name, f"{ahead}预计取证约 ", due, " 本"]
    return (*said, "。") if said else ()


def retained(name: str, period: str, half: Number, year: Number) -> Text:
    """The shares of the trained who work in the place 6 and 12 months later; nothing when neither is known."""
    told = [(f"结业{months}个月后在本地就业的占 ", share) for months, share in ((6, half), (12, year)) if share.known]
    if not told:
        return ()
    return (
        f"{period}，{name}结业的培训人次中，",
        *told[0],
        *(span for more in told[1:] for span in ("，", *more)),
        "。",
    )


def arrives(title: str, end: Number, low: Number, high: Number, target: Number) -> Text:
    """Where a target's sum stands at the end of 2027 if the past goes on, and whether that is enough."""
    if not end.known:
        return ()
    said: Text = (f"按趋势推算，到2027年底{title}累计约 ", end)
    if low.known and high.known:
        said = (*said, "（80%区间 ", low, "至 ", high, "）")
    if target.cell is None:
        return (*said, "；没有分解目标，不作判断。")
    return (*said, "，目标 ", target, *_enough(low, high, target), "。")


def _enough(low: Number, high: Number, target: Number) -> Text:
    if low.cell is None or high.cell is None or target.cell is None:
        return ()
    return (
        ("，预计可以完成",)
        if low.cell >= target.cell
        else ("，预计难以完成",)
        if high.cell < target.cell
        else ("，能否完成尚不确定",)
    )


def reached(name: str, minutes: int, residents: Number, workers: Number) -> Text:
    """Who lives within reach of a base; nothing when neither is known."""
    told = [
        (f"{what}的 ", share) for what, share in (("常住人口", residents), ("数字技能人才", workers)) if share.known
    ]
    if not told:
        return ()
    return (f"{name}", *told[0], *(span for more in told[1:] for span in ("、", *more)), f"在{minutes}分钟培训圈内。")
