"""`python -m tests.pages.drawn run app.py`: Streamlit, but a picture is everything that it would be drawn of, at once.

And the documents of all places, which take a process of their own minutes, are being made until somebody cancels them.
"""

import json
import runpy
from typing import Any

import plotly.graph_objects as go
from plotly.utils import PlotlyJSONEncoder

from briefings import jobs, pictures
from briefings.jobs import Job
from charts import printed_map
from charts.map_picture import MapPicture

_drawn = printed_map.printed_map


def as_text(figure: go.Figure, *_: Any) -> bytes:
    """Everything that stands in the figure."""
    return json.dumps(figure.to_plotly_json(), cls=PlotlyJSONEncoder, ensure_ascii=False).encode()


def with_its_points(picture: MapPicture) -> go.Figure:
    """The map with what its points stand for, which on paper are dots without a name."""
    return _drawn(picture).update_layout(meta=[point.tooltip for point in picture.points])


def until_cancelled(job: Job, _: list[str]) -> int:
    """What a process beside would do, without its work."""
    job._cancelled.wait()
    return 0


if __name__ == "__main__":
    pictures.rendered, pictures.reason = as_text, lambda: ""
    jobs.Job.follow = until_cancelled  # type: ignore[method-assign]
    printed_map.printed_map = with_its_points
    runpy.run_module("streamlit", run_name="__main__")
