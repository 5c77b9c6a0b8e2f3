"""Colours: what is understood, what is refused, and the spaces against published values."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from drawkit.color import (
    Palette,
    format_hex,
    linear_to_srgb,
    luminance,
    oklab_to_srgb,
    parse_color,
    srgb_to_linear,
    srgb_to_oklab,
)
from drawkit.errors import InputError

rgb_arrays = arrays(np.float64, st.just((5, 3)), elements=st.floats(0, 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#f00", "#ff0000ff"),
        ("#F00C", "#ff0000cc"),
        ("#ff8000", "#ff8000ff"),
        ("#ff800080", "#ff800080"),
        ("red", "#ff0000ff"),
        (" RebeccaPurple ", "#663399ff"),
        ("grey", "#808080ff"),
        ("gray", "#808080ff"),
        ("rgb(255, 128, 0)", "#ff8000ff"),
        ("RGB(100%,50%,0%)", "#ff8000ff"),
        ("transparent", "#00000000"),
    ],
)
def test_colours_people_write(text: str, expected: str) -> None:
    assert format_hex(parse_color(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "blurple",
        "#12345",
        "#ggg",
        "ff0000",
        "rgb(256,0,0)",
        "rgb(1,2)",
        "rgb(101%,0,0)",
        "rgb(-1,0,0)",
        "rgb(nan,0,0)",
        "url(#x)",
        "red\nblue",
        "0.5",
    ],
)
def test_everything_else_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError, match="is not a colour") as caught:
        parse_color(text)
    message = str(caught.value)
    assert repr(text) in message
    assert "#rrggbb" in message
    assert "\n" not in message


def test_the_nearest_name_is_suggested() -> None:
    with pytest.raises(InputError, match="did you mean 'darkblue'"):
        parse_color("darkbleu")


def test_hex_is_rounded_not_cut() -> None:
    assert format_hex((0.999, 0.5, 0.001)) == "#ff8000"
    assert format_hex((1.2, -0.1, 0.0, 0.5)) == "#ff000080"


@given(st.integers(0, 0xFFFFFFFF))
def test_hex_round_trip(number: int) -> None:
    code = f"#{number:08x}"
    assert format_hex(parse_color(code)) == code


# The table of XYZ pairs in Ottosson's post goes through XYZ; these are the sRGB primaries as the
# CSS Color 4 reference code and colorjs.io print them.
@pytest.mark.parametrize(
    ("rgb", "lab"),
    [
        ((1, 1, 1), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((1, 0, 0), (0.62796, 0.22486, 0.12585)),
        ((0, 1, 0), (0.86644, -0.23389, 0.17950)),
        ((0, 0, 1), (0.45201, -0.03246, -0.31153)),
        ((0.5, 0.5, 0.5), (0.59818, 0.0, 0.0)),
    ],
)
def test_oklab_against_published_values(rgb: tuple[float, ...], lab: tuple[float, ...]) -> None:
    np.testing.assert_allclose(srgb_to_oklab(rgb), lab, atol=2e-5)


@given(rgb_arrays)
def test_oklab_round_trip(rgb: np.ndarray) -> None:
    np.testing.assert_allclose(oklab_to_srgb(srgb_to_oklab(rgb)), rgb, atol=1e-6)


@given(rgb_arrays)
def test_gamma_round_trip(rgb: np.ndarray) -> None:
    np.testing.assert_allclose(linear_to_srgb(srgb_to_linear(rgb)), rgb, atol=1e-7)


def test_gamma_against_the_standard() -> None:
    # IEC 61966-2-1: level 188 of 255 is about half the light, 10 lies on the straight part.
    assert srgb_to_linear(188 / 255) == pytest.approx(0.5029, abs=1e-4)
    assert srgb_to_linear(10 / 255) == pytest.approx(10 / 255 / 12.92)


def test_luminance() -> None:
    assert luminance((1, 1, 1)) == pytest.approx(1.0)
    np.testing.assert_allclose(luminance([[1, 0, 0], [0, 1, 0]]), [0.2126, 0.7152])


def palette(*swatches: tuple[int, int, int], **more: object) -> Palette:
    return Palette("three", swatches or ((0, 0, 0), (255, 128, 0), (9, 8, 7)), **more)  # type: ignore[arg-type]


def test_palette() -> None:
    found = palette()
    assert len(found) == 3
    assert found.codes == ("#000000", "#ff8000", "#090807")
    np.testing.assert_allclose(found.to_srgb()[1], parse_color("#ff8000")[:3])
    np.testing.assert_allclose(found.to_oklab(), srgb_to_oklab(found.to_srgb()))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Palette("none", ()), "1 to 256 colours, 'none' has 0"),
        (lambda: Palette("many", tuple((i, j, 0) for i in range(17) for j in range(16))), "272"),
        (lambda: palette((0, 0, 256)), "0 to 255"),
        (lambda: palette((0, 0)), "three whole numbers"),  # type: ignore[arg-type]
        (lambda: palette((0, 0, 0.5)), "whole numbers"),  # type: ignore[arg-type]
        (lambda: palette((1, 2, 3), (1, 2, 3)), "twice"),
        (lambda: palette(swatch_names=("one",)), "1 names for 3 colours"),
        (lambda: palette(author="a\nb"), "one line"),
        (lambda: palette(swatch_names=("", "\x1b[31m", "")), "plain text"),
    ],
)
def test_what_is_no_palette(make: Callable[[], Palette], words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_name_is_a_colour_also_after_pillow_has_used_it() -> None:
    Image.new("RGB", (1, 1), "rebeccapurple")
    assert parse_color("rebeccapurple") == pytest.approx((0.4, 0.2, 0.6, 1.0))
