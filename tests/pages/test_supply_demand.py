"""供需与流动: each part says what the measures say, each control moves what is shown, what is missing is said."""

import pytest

from geo import places
from tests.pages import reading
from tests.pages.conftest import Opened

PREFECTURES = tuple(p.code for p in places.prefectures())


@pytest.mark.parametrize("part", ["gaps", "pipeline", "flows", "retention", "outlook"])
@pytest.mark.parametrize("query", [{}, {"place": "330110"}, {"level": "all"}, {"month": "2023-01"}])
def test_every_part_opens_everywhere(part: str, query: dict[str, str], opened: Opened) -> None:
    app = reading.whole(opened("supply_demand", supply=part, **query))
    assert reading.titles(app) or app.info
