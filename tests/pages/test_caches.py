"""What is kept is handed out as it is: frames by what they are."""

import polars as pl

from pages.shared.caches import forget_cubes, once


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
