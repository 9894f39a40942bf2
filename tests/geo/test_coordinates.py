"""Points of other systems become CGCS2000: pairs published by the open libraries, and back again by iteration."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo import coordinates


@pytest.mark.parametrize(
    ("lat", "lon", "shifted_lat", "shifted_lon"),
    [
        (31.1774276, 121.5272106, 31.17530398364597, 121.531541859215),
        (22.543847, 113.912316, 22.540796131694766, 113.9171764808363),
        (39.911954, 116.377817, 39.91334545536069, 116.38404722455657),
    ],
)
def test_gcj02_is_shifted_as_published(lat: float, lon: float, shifted_lat: float, shifted_lon: float) -> None:
    found = coordinates.gcj02(np.array([lon]), np.array([lat]))
    assert (found[0][0], found[1][0]) == pytest.approx((shifted_lon, shifted_lat), abs=1e-6)


def test_bd09_lies_a_published_shift_away() -> None:
    here = np.array([116.404]), np.array([39.915])
    found = coordinates.bd09(*here)
    assert (found[0][0], found[1][0]) == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-6)
    back = coordinates.gcj02(*coordinates.to_cgcs2000(*here, "BD09"))
    assert (back[0][0], back[1][0]) == pytest.approx((116.39762729119315, 39.90865673957631), abs=1e-6)


@given(st.floats(118, 123), st.floats(27, 31.5))
def test_every_system_is_undone_to_half_a_metre(lon: float, lat: float) -> None:
    here = np.array([lon]), np.array([lat])
    gcj = coordinates.gcj02(*here)
    for system, there in (("GCJ02", gcj), ("BD09", coordinates.bd09(*gcj))):
        found = coordinates.to_cgcs2000(*there, system)  # type: ignore[arg-type]
        assert (found[0][0], found[1][0]) == pytest.approx((lon, lat), abs=3e-6)
