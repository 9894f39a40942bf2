"""What a page shows, read from a run of it: titles, view, table, map."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
from streamlit.testing.v1 import AppTest

from data_sources.cubes import Cubes
from data_sources.reference import clusters
from indicators import measures, view
from indicators.catalogue import catalogue
from indicators.view import View

ROOT = Path(__file__).resolve().parents[2]


def whole(app: AppTest) -> AppTest:
    """The same run, once it is sure that no part of the page failed and nothing was thrown."""
    assert not app.exception, app.exception[0].value
    assert not app.error, [e.value for e in app.error]
    return app


def texts(app: AppTest) -> list[str]:
    """Everything that the page writes as HTML, without the tags."""
    return [unescape(re.sub(r"<[^>]+>", " ", h.value)).strip() for h in app.get("html") if "<style" not in h.value]


def titles(app: AppTest) -> list[str]:
    """The titles of the pictures and tables, from the top."""
    return [unescape(t) for h in app.get("html") for t in re.findall(r'picture-title">(.*?)</h3>', h.value)]


def title(app: AppTest) -> str:
    """The map's title."""
    return titles(app)[0]


def card(app: AppTest) -> str:
    """The chosen place's card."""
    return next(unescape(re.sub(r"<[^>]+>", " ", h.value)) for h in app.get("html") if "place-card" in h.value)


def legend(app: AppTest) -> str:
    """The map's legend without its colours."""
    return next(re.sub(r"<[^>]+>", "", h.value) for h in app.get("html") if 'class="legend"' in h.value)


def seen_view(app: AppTest, cubes: Cubes) -> View:
    """The view that the URL is now."""
    query = {k: v if isinstance(v, str) else v[0] for k, v in app.query_params.items()}
    found, notices = view.from_query(query, catalogue(), cubes.months, clusters())
    assert not notices
    return found


def table(app: AppTest, column: str = "rank") -> pl.DataFrame:
    """The table that has this column: the table of places, unless another is asked for."""
    (found,) = (d.value for d in app.dataframe if column in d.value.columns)
    return pl.from_pandas(found)


def expected(shown: View, cubes: Cubes) -> list[tuple[str, float | None, int | None]]:
    """Code, value as rounded on screen, and rank of the places that a view ranks, straight from the measures."""
    indicator = catalogue()[shown.indicator]
    values = measures.series(cubes, indicator, shown.window, shown.cluster)
    now = measures.snapshot(values, shown.month, shown.ranked_places, indicator)
    return [(r["place_code"], r["value"], r["rank"]) for r in now.iter_rows(named=True)]


def maps(app: AppTest) -> list[dict[str, Any]]:
    """The layers of each map by id, from the top."""
    decks = [json.loads(chart.proto.json) for chart in app.get("deck_gl_json_chart")]
    return [{layer["id"]: layer for layer in deck["layers"]} for deck in decks]


def layers(app: AppTest) -> dict[str, Any]:
    """The only map's layers by id."""
    (found,) = maps(app)
    return found


def fills(app: AppTest) -> dict[str, list[int]]:
    """The colour of each drawn place by name."""
    (places,) = (layer for name, layer in layers(app).items() if name.startswith("places-"))
    return {f["properties"]["name"]: f["properties"]["fill"] for f in places["data"]}


def parts(app: AppTest) -> dict[str, object]:
    """Every part of the talent map as it is shown, to be compared with another run's."""
    charts = {c.key: c.proto.spec or c.proto.figure.spec for c in app.get("plotly_chart")}
    return {
        "title": title(app),
        "card": card(app),
        "map": layers(app),
        "legend": next(h.value for h in app.get("html") if 'class="legend"' in h.value),
        "ranking": next((spec for key, spec in charts.items() if key.startswith("ranking")), None),
        "trend": charts.get("trend"),
        "table": table(app).rows(),
    }


def changed(before: dict[str, object], after: dict[str, object]) -> set[str]:
    """The parts that are not the same."""
    return {name for name in before if before[name] != after[name]}


def links(app: AppTest) -> dict[str, str]:
    """Where the links to the pages lead, by label."""
    return {link.value: link.proto.query_string for link in app.get("page_link")}
