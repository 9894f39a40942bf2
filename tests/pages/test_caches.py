"""What is kept is handed out as it is: frames by what they are, figures without a copy of them being made."""

import json

import plotly.graph_objects as go
import plotly.io
import polars as pl

from pages.shared.caches import forget_cubes, kept, once


def figure() -> go.Figure:
    bars = {"type": "bar", "x": [1.5, None, 3], "y": ["a", "b", "c"], "customdata": [["a", 1], ["b", None], ["c", 3]]}
    return go.Figure({"data": [bars], "layout": {"height": 40, "shapes": [{"type": "line", "x0": 1}]}})


def test_a_kept_figure_is_sent_whole_and_without_a_copy() -> None:
    drawn = kept(maxsize=1)(figure)
    assert drawn().to_dict()["layout"] is drawn().to_dict()["layout"]
    assert json.loads(plotly.io.to_json(drawn(), validate=False)) == json.loads(plotly.io.to_json(figure()))


def test_what_is_made_of_a_kept_frame_is_made_once_and_let_go_with_the_cubes() -> None:
    made: list[int] = []

    def height(frame: pl.DataFrame, *, more: int) -> int:
        made.append(more)
        return frame.height + more

    frame = pl.DataFrame({"value": [1, 2]})
    assert [once(height, frame, more=1), once(height, frame, more=1), once(height, frame.clone(), more=1)] == [3, 3, 3]
    assert made == [1, 1]
    forget_cubes()
    assert once(height, frame, more=1) == 3
    assert made == [1, 1, 1]
