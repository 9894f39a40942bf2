"""What was measured, kept as a file: from it come the tables of docs/performance.md and its plots."""

import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any, Final

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from benchmarks.rows import Row, written
from briefings import pictures
from tests.browser.harness import ROOT

FILE: Final = Path(__file__).parent / "results.json"
DOCUMENT: Final = ROOT / "docs/performance.md"
PICTURES: Final = ROOT / "docs/images"
BEGIN, END = "<!-- benchmarks.at_scale report: begin -->", "<!-- end -->"
INK, ACCENT, GREY = "#1c2733", "#0b5d7a", "#8a97a3"


def keep(part: str, scale: int | None, rows: Sequence[Row], points: Mapping[str, Any]) -> None:
    """Put the rows of one part and scale, and what is to be plotted of it, in the place of those that were kept."""
    kept = found()
    key = part if scale is None else f"{part} {scale}"
    kept[key] = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "rows": [asdict(row) for row in rows],
        "points": dict(points),
    }
    FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def found() -> dict[str, Any]:
    """Everything that was kept, by part and scale."""
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return read


def rows_of(part: str, kept: Mapping[str, Any]) -> Iterable[Row]:
    """The kept rows of a part, of every scale."""
    for key in sorted(kept, key=_order):
        if key.split()[0] == part:
            yield from (Row(**row) for row in kept[key]["rows"])


def machine() -> str:
    """The processor's kind, its cores and the memory, as far as the machine tells."""
    cpu = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text())
    cores = Path("/proc/cpuinfo").read_text().count("processor\t")
    size = f"{int(memory[1]) / 1048576:.0f} GB" if memory else "?"
    return f"{cpu[1] if cpu else platform.machine()}, {cores} cores, {size}, Python {platform.python_version()}"


def report(headings: Mapping[str, str]) -> None:
    """The tables, one a part, written into docs/performance.md, and the plots beside it; raises ValueError without a place for them."""
    kept = found()
    whole = DOCUMENT.read_text(encoding="utf-8")
    between = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.S)
    if not between.search(whole):
        raise ValueError(f"{DOCUMENT} has no place for the report: {BEGIN} … {END}")
    text = f"{BEGIN}\n\n{tables(kept, headings)}\n{END}"
    DOCUMENT.write_text(between.sub(lambda _: text, whole), encoding="utf-8")
    for name, figure in (("scale_latency", latency(kept)), ("scale_memory", sizes(kept))):
        (PICTURES / f"{name}.svg").write_bytes(pictures.rendered(figure, "svg", 900, 380))


def tables(kept: Mapping[str, Any], headings: Mapping[str, str]) -> str:
    """What is kept as tables of a document, a part each, with its days and, at the end, the machine."""
    lines: list[str] = []
    for part, heading in headings.items():
        rows = list(rows_of(part, kept))
        if not rows:
            continue
        days = sorted({kept[key]["date"] for key in kept if key.split()[0] == part})
        lines += [f"### {heading} ({', '.join(days)})", ""]
        lines += ["| what | measured | at most | | beside it, in the same run |", "|---|---|---|---|---|"]
        for row in rows:
            limit = written(row.limit, row.unit, whole=True)
            mark = "✓" if row.holds else "✗"
            lines.append(f"| {row.what} | {written(row.figure, row.unit)} | {limit} | {mark} | {row.yardstick} |")
        lines.append("")
    lines += [f"Machine: {each}." for each in sorted({entry["machine"] for entry in kept.values()})]
    return "\n".join([*lines, ""])


def latency(kept: Mapping[str, Any]) -> go.Figure:
    """What a change takes against the number of sessions, p50 and p95, one panel a size of the data."""
    scales = sorted(int(key.split()[1]) for key in kept if key.startswith("clicks "))
    titles = [f"scale {scale}: a change of the indicator" for scale in scales]
    figure = make_subplots(1, max(len(scales), 1), subplot_titles=titles, shared_yaxes=True)
    for column, scale in enumerate(scales, 1):
        points = kept[f"clicks {scale}"]["points"]
        for who, colour in (("ours", ACCENT), ("bare page", GREY)):
            for which, dash in (("p50", "solid"), ("p95", "dot")):
                pairs = [(int(n), found[which]) for n, found in points[who].items()]
                x, y = zip(*pairs, strict=True)
                look = {"color": colour, "dash": dash}
                line = go.Scatter(x=x, y=y, name=f"{who}, {which}", line=look, showlegend=column == 1)
                figure.add_trace(line, 1, column)
    figure.update_xaxes(title="sessions that click every 5 s", tickvals=[1, 50, 200])
    figure.update_yaxes(title="ms", rangemode="tozero", col=1)
    return _plain(figure)


def sizes(kept: Mapping[str, Any]) -> go.Figure:
    """Building and refreshing the cubes against the size of the data, and memory over minutes of load."""
    figure = make_subplots(1, 3, subplot_titles=["all cubes built", "one month replaced", "a process's own memory"])
    grouped = {key: kept[key]["points"] for key in sorted(kept, key=_order) if key.split()[0] in ("cubes", "month")}
    for name, colour in (("ours", ACCENT), ("the same GROUP BYs alone", GREY)):
        pairs = [(int(key.split()[1]), points[name]) for key, points in grouped.items() if key.startswith("cubes")]
        if pairs:
            x, y = zip(*pairs, strict=True)
            figure.add_trace(go.Scatter(x=x, y=y, name=name, line={"color": colour}, mode="lines+markers"), 1, 1)
    months = [(int(key.split()[1]), points["slowest"]) for key, points in grouped.items() if key.startswith("month")]
    if months:
        x, y = zip(*months, strict=True)
        slowest = go.Scatter(x=x, y=y, line={"color": ACCENT}, mode="lines+markers", showlegend=False)
        figure.add_trace(slowest, 1, 2)
    for key in (key for key in kept if key.startswith("memory")):
        for number, series in enumerate(kept[key]["points"]["own"]):
            x, y = zip(*series, strict=True)
            look = {"color": (ACCENT, GREY)[number % 2]}
            figure.add_trace(go.Scatter(x=x, y=y, line=look, name=f"process {number + 1}"), 1, 3)
    for column, (across, up) in enumerate((("scale", "s"), ("scale", "s"), ("minutes of load", "MB")), 1):
        figure.update_xaxes(title=across, col=column)
        figure.update_yaxes(title=up, rangemode="tozero", col=column)
    return _plain(figure)


def _plain(figure: go.Figure) -> go.Figure:
    figure.update_layout(template="simple_white", font={"color": INK, "size": 12}, margin={"l": 50, "r": 10, "t": 40})
    return figure


def _order(key: str) -> tuple[str, int]:
    part, _, scale = key.partition(" ")
    return part, int(scale or 0)
