"""What geo.colours promises: scales that read in grey, for the colour-blind, and under text, in both themes."""

from itertools import pairwise

import numpy as np
import pytest

from geo.colours import contrast, diverging, ink, luminance, no_data, sequential, tokens

THEMES = ("light", "dark")
# Viénot, Brettel and Mollon 1999: what a deuteranope sees, on linear RGB.
DEUTERANOPE = np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]])


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return ((channels + 0.055) / 1.055) ** 2.4


def test_five_light_classes_are_the_house_colours():
    assert sequential(5) == ("#eef3d2", "#b5d9a8", "#5fb0a6", "#2a7d9c", "#153f6b")


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("n", range(1, 10))
def test_scales_come_in_any_number_of_classes(theme, n):
    for scale in (sequential(n, theme), diverging(n, theme)):
        assert len(set(scale)) == n
        assert all(len(each) == 7 and each.startswith("#") for each in scale)


def test_a_scale_without_classes_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        sequential(0)


@pytest.mark.parametrize("theme", THEMES)
def test_five_sequential_classes_stay_apart_in_grey(theme):
    scale = sequential(5, theme)
    assert all(contrast(low, high) >= 1.35 for low, high in pairwise(scale))
    light_to_dark = [luminance(each) for each in scale]
    assert light_to_dark == sorted(light_to_dark, reverse=theme == "light")


@pytest.mark.parametrize("theme", THEMES)
def test_low_is_near_the_ground_and_high_far_from_it(theme):
    ground = tokens(theme).ground
    distances = [contrast(each, ground) for each in sequential(5, theme)]
    assert distances == sorted(distances)
    assert distances[0] < 2
    assert distances[-1] > 10


@pytest.mark.parametrize("theme", THEMES)
def test_a_diverging_scale_fades_to_its_middle_and_its_ends_are_as_strong(theme):
    scale = [contrast(each, tokens(theme).ground) for each in diverging(5, theme)]
    assert scale[0] > scale[1] > scale[2] < scale[3] < scale[4]
    assert 0.6 < scale[0] / scale[4] < 1.6


@pytest.mark.parametrize("theme", THEMES)
def test_the_ends_of_a_diverging_scale_differ_for_the_colour_blind(theme):
    low, *_, high = (DEUTERANOPE @ linear(each) for each in diverging(5, theme))
    assert np.abs(low - high).max() > 0.1


@pytest.mark.parametrize("theme", THEMES)
def test_ink_reads_on_every_fill(theme):
    fills = [*(each for n in range(1, 10) for each in (*sequential(n, theme), *diverging(n, theme))), no_data(theme)]
    assert all(contrast(ink(fill), fill) >= 4.5 for fill in fills)


@pytest.mark.parametrize("grey", range(0, 256, 5))
def test_ink_reads_on_any_grey(grey):
    fill = f"#{grey:02x}{grey:02x}{grey:02x}"
    assert contrast(ink(fill), fill) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_and_accents_read_on_the_ground(theme):
    colours = tokens(theme)
    for each in (colours.ink, colours.muted, colours.primary, colours.accent):
        assert contrast(each, colours.ground) >= 4.5
        assert contrast(each, colours.second_ground) >= 4.25


@pytest.mark.parametrize("theme", THEMES)
def test_no_data_is_no_class(theme):
    assert no_data(theme) not in sequential(5, theme)
    assert no_data(theme) != tokens(theme).ground


def test_contrast_of_black_and_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
