"""A picture of the dark theme, turned for white paper: its classes stay apart, what is lettered on them reads, in grey too."""

import re
from itertools import pairwise

import numpy as np
import pytest

from geo import colours
from geo.colours import contrast, diverging, grey, ink, no_data, sequential, tokens, withheld
from pages.shared.frame import TO_PAPER

TURN = 180 * np.pi / 180
# https://www.w3.org/TR/filter-effects-1/#feColorMatrixElement
HUE_ROTATE = (
    np.tile([0.213, 0.715, 0.072], (3, 1))
    + np.cos(TURN) * np.array([[0.787, -0.715, -0.072], [-0.213, 0.285, -0.072], [-0.213, -0.715, 0.928]])
    + np.sin(TURN) * np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
)


def on_paper(colour: str) -> str:
    """The colour after the filters of the styles, which a browser applies one after the other."""
    seen = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    for name, given in re.findall(r"([a-z-]+)\(([\d.]+)(?:deg)?\)", TO_PAPER):
        amount = float(given)
        seen = {
            "invert": lambda c, by=amount: c * (1 - 2 * by) + by,
            "hue-rotate": lambda c: HUE_ROTATE @ c,
            "brightness": lambda c, by=amount: c * by,
            "contrast": lambda c, by=amount: (c - 0.5) * by + 0.5,
        }[name](seen).clip(0, 1)
    return "#" + "".join(f"{round(part * 255):02x}" for part in seen)


FILLS = (
    *(each for n in (3, 5) for each in (*sequential(n, "dark"), *diverging(n, "dark"))),
    no_data("dark"),
    withheld("dark"),
)


@pytest.mark.parametrize("fill", dict.fromkeys(FILLS))
def test_what_is_lettered_on_a_class_reads_on_paper(fill: str) -> None:
    letters, under = on_paper(ink(fill)), on_paper(fill)
    assert contrast(letters, under) >= colours.READABLE
    assert contrast(grey(letters), grey(under)) >= colours.READABLE


def test_classes_stay_apart_on_paper() -> None:
    for scale in (sequential(5, "dark"), diverging(5, "dark")):
        assert all(contrast(on_paper(low), on_paper(high)) >= 1.35 for low, high in pairwise(scale))


def test_words_and_lines_of_a_dark_picture_read_on_white() -> None:
    for each in (tokens("dark").ink, tokens("dark").muted, tokens("dark").primary, tokens("dark").accent):
        assert contrast(on_paper(each), "#ffffff") >= colours.READABLE
