"""How the axis of an amount names its steps."""

from collections.abc import Mapping
from typing import Any

from charts import words


def counts(most: float) -> Mapping[str, Any]:
    """The steps of a Plotly axis from zero up to about `most`: from `words.GRAND` on in 万, like the figures beside it."""
    if most < words.GRAND:
        return {"tickformat": ",~r"}
    step = next(
        step for power in range(4, 12) for step in (10**power, 2 * 10**power, 5 * 10**power) if most <= 5 * step
    )
    at = [step * i for i in range(int(most // step) + 1)]
    return {"tickmode": "array", "tickvals": at, "ticktext": [f"{each / 1e4:g}万" if each else "0" for each in at]}
