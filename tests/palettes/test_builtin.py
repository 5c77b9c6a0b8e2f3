"""The built-in palettes: how many colours, known values, and every spelling of their names."""

from __future__ import annotations

import pytest

from drawkit.errors import UnknownNameError
from drawkit.palettes import builtin_names, builtin_palette
from drawkit.palettes.catalog import _spellings

COUNTS = {
    "1-bit": 2,
    "2-bit-gray": 4,
    "3-bit-rgb": 8,
    "aap-64": 64,
    "amstrad-cpc": 27,
    "arne-16": 16,
    "c64": 16,
    "c64-colodore": 16,
    "c64-pepto": 16,
    "cga": 16,
    "cga-0": 4,
    "cga-0-high": 4,
    "cga-1": 4,
    "cga-1-high": 4,
    "cga-2": 4,
    "cga-2-high": 4,
    "db16": 16,
    "db32": 32,
    "ega": 16,
    "ega-64": 64,
    "endesga-16": 16,
    "endesga-32": 32,
    "endesga-64": 64,
    "game-boy": 4,
    "game-boy-pocket": 4,
    "lospec-500": 42,
    "master-system": 64,
    "msx": 15,
    "nes": 55,
    "nyx8": 8,
    "pear36": 36,
    "pico-8": 16,
    "pico-8-32": 32,
    "resurrect-64": 64,
    "slso8": 8,
    "sweetie-16": 16,
    "vinik24": 24,
    "zx-spectrum": 15,
}


def test_all_of_them_with_all_their_colours() -> None:
    assert {name: len(builtin_palette(name)) for name in builtin_names()} == COUNTS


@pytest.mark.parametrize("name", builtin_names())
def test_each_says_what_it_is(name: str) -> None:
    palette = builtin_palette(name)
    assert palette.name
    assert palette.author or name in ("1-bit", "2-bit-gray", "3-bit-rgb")
    assert palette.source.startswith("http") or name == "1-bit"


# Whole palettes where few colours make them, else some from both ends and the middle.
@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("1-bit", "000000 ffffff"),
        ("game-boy", "0f380f 306230 8bac0f 9bbc0f"),
        ("game-boy-pocket", "1f1f1f 4d533c 8b956d c4cfa1"),
        ("cga-0", "000000 00aa00 aa0000 aa5500"),
        ("cga-0-high", "000000 55ff55 ff5555 ffff55"),
        ("cga-1", "000000 00aaaa aa00aa aaaaaa"),
        ("cga-1-high", "000000 55ffff ff55ff ffffff"),
        ("cga-2", "000000 00aaaa aa0000 aaaaaa"),
        ("cga-2-high", "000000 55ffff ff5555 ffffff"),
        ("slso8", "0d2b45 203c56 544e68 8d697a d08159 ffaa5e ffd4a3 ffecd6"),
        ("nyx8", "08141e 0f2a3f 20394f f6d6bd c3a38a 997577 816271 4e495f"),
    ],
)
def test_small_ones(name: str, known: str) -> None:
    assert builtin_palette(name).codes == tuple(f"#{code}" for code in known.split())


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("pico-8", {0: "000000", 1: "1d2b53", 8: "ff004d", 12: "29adff", 15: "ffccaa"}),
        ("pico-8-32", {15: "ffccaa", 16: "291814", 24: "be1250", 31: "ff9d81"}),
        ("db16", {0: "140c1c", 6: "d04648", 15: "deeed6"}),
        ("db32", {0: "000000", 1: "222034", 21: "ffffff", 31: "8a6f30"}),
        ("sweetie-16", {0: "1a1c2c", 1: "5d275d", 12: "f4f4f4", 15: "333c57"}),
        ("endesga-16", {0: "e4a672", 13: "ffffff", 15: "0484d1"}),
        ("endesga-32", {0: "be4a2f", 17: "0099db", 25: "181425", 31: "c28569"}),
        ("endesga-64", {0: "ff0040", 8: "ffffff", 31: "ffc825", 63: "571c27"}),
        ("aap-64", {0: "060608", 22: "ffffff", 63: "423934"}),
        ("resurrect-64", {0: "2e222f", 9: "ffffff", 63: "fdcbb0"}),
        ("lospec-500", {0: "10121c", 27: "3388de", 41: "ffffff"}),
        ("arne-16", {3: "be2633", 15: "b2dcef"}),
        ("pear36", {0: "5e315b", 15: "ffffeb", 35: "ffb5b5"}),
        ("vinik24", {1: "6f6776", 23: "433455"}),
        ("c64", {2: "883932", 6: "40318d", 15: "9f9f9f"}),
        ("c64-pepto", {2: "68372b", 6: "352879", 15: "959595"}),
        ("c64-colodore", {2: "813338", 6: "2e2c9b", 15: "b2b2b2"}),
        ("zx-spectrum", {0: "000000", 1: "0000d7", 7: "d7d7d7", 14: "ffffff"}),
        ("msx", {0: "000000", 1: "3eb849", 13: "cccccc", 14: "ffffff"}),
        ("nes", {0: "000000", 7: "0078f8", 53: "f8d8f8"}),
    ],
)
def test_known_values(name: str, known: dict[int, str]) -> None:
    codes = builtin_palette(name).codes
    assert {index: codes[index] for index in known} == {i: f"#{c}" for i, c in known.items()}


def test_machines_whose_colours_follow_a_rule() -> None:
    two_bits = {(r, g, b) for r in range(0, 256, 85) for g in range(0, 256, 85) for b in (0, 85)}
    two_bits |= {(r, g, b + 170) for r, g, b in two_bits}
    assert set(builtin_palette("ega-64").swatches) == two_bits
    assert set(builtin_palette("master-system").swatches) == two_bits
    three_levels = {(r, g, b) for r in (0, 128, 255) for g in (0, 128, 255) for b in (0, 128, 255)}
    assert set(builtin_palette("amstrad-cpc").swatches) == three_levels
    assert builtin_palette("ega").swatches == builtin_palette("cga").swatches
    # The 6 bits of EGA are r g b R G B: brown, colour 20, is what a monitor makes of dark yellow.
    assert builtin_palette("ega-64").codes[20] == "#aa5500"
    assert set(builtin_palette("ega").swatches) <= two_bits
    assert set(builtin_palette("pico-8").swatches) < set(builtin_palette("pico-8-32").swatches)


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("pico8", "pico-8"),
        ("PICO-8", "pico-8"),
        ("Pico_8", "pico-8"),
        ("game boy", "game-boy"),
        ("GameBoy", "game-boy"),
        ("dmg", "game-boy"),
        ("gbp", "game-boy-pocket"),
        ("edg32", "endesga-32"),
        ("DawnBringer 32", "db32"),
        ("commodore64", "c64"),
        ("AAP64", "aap-64"),
        ("lospec500", "lospec-500"),
        ("ZX", "zx-spectrum"),
    ],
)
def test_names_are_forgiving(given: str, meant: str) -> None:
    assert builtin_palette(given) == builtin_palette(meant)


def test_no_spelling_means_two_palettes() -> None:
    spellings = list(_spellings())
    assert len({name for name, _ in spellings}) == len(spellings)


def test_unknown_names() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown palette 'pcio8'; did you mean 'pico-8'\?"):
        builtin_palette("pcio8")
    with pytest.raises(UnknownNameError, match="unknown palette 'zzz'; allowed: 1-bit, 2-bit"):
        builtin_palette("zzz")
