"""Palettes as text: .gpl, .hex, .pal and Lospec's JSON, against files written by hand."""

from __future__ import annotations

import io
import struct

import pytest
from palette_samples import NAMED, ONE
from PIL.GimpPaletteFile import GimpPaletteFile

from drawkit.errors import InputError
from drawkit.palettes import builtin_palette
from drawkit.palettes.gpl import GplFormat
from drawkit.palettes.hex import HexFormat
from drawkit.palettes.lospec import LospecFormat
from drawkit.palettes.pal import PalFormat

# After https://developer.gimp.org/core/standards/gpl: magic, name, columns, then comments, empty
# lines and colours, whose name follows a tab and may be missing.
GPL = """GIMP Palette
Name: Lots of Colours
Columns: 4
# a comment
#not 1 2 3

  0   0   0\tBlack
255 128   0 Dark orange, not # a comment
 12\t34\t56
"""


def test_gpl_by_the_specification() -> None:
    palette = GplFormat().read(GPL.encode(), "stem")
    assert palette.name == "Lots of Colours"
    assert palette.codes == ("#000000", "#ff8000", "#0c2238")
    assert palette.swatch_names == ("Black", "Dark orange, not # a comment", "")


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends_of_other_systems(line_end: str) -> None:
    content = GPL.replace("\n", line_end).encode()
    assert GplFormat().read(content, "stem") == GplFormat().read(GPL.encode(), "stem")


def test_gpl_of_old_gimp_has_no_header() -> None:
    palette = GplFormat().read(b"GIMP Palette\n#\n1 2 3 Untitled\n", "stem")
    assert (palette.name, palette.codes, palette.swatch_names) == ("stem", ("#010203",), ())


def test_gpl_as_lospec_sends_it() -> None:
    content = "GIMP Palette\n#Palette Name: Two\n#Author: Someone\n#Colors: 2\n"
    palette = GplFormat().read(f"{content}1\t2\t3\t010203\n9\t9\t9\t090909\n".encode(), "two")
    assert (palette.name, palette.author) == ("Two", "Someone")
    assert palette.swatch_names == ()


@pytest.mark.parametrize(
    "content",
    [
        b"gimp palette\nname: x\n1 2 3\n",
        b"\n \r\nGIMP Palette\r\nName: x\r\n1 2 3\r\n\x1a",
        b" GIMP Palette\n Name: x\n ; mine\n 1, 2, 3\n",
        "GIMP Palette\nName: x\n1 2 3\n".encode("utf-16-le"),
        "GIMP Palette\nName: x\n1 2 3\n".encode("utf-16-be"),
    ],
)
def test_gpl_as_hands_and_other_programs_write_it(content: bytes) -> None:
    assert GplFormat().matches(content)
    palette = GplFormat().read(content, "stem")
    assert (palette.name, palette.codes) == ("x", ("#010203",))


def test_gpl_as_aseprite_writes_alpha() -> None:
    content = b"GIMP Palette\nChannels: RGBA\n#\n1 2 3 255 Opaque\n4 5 6 0 Clear\n7 8 9 128\n"
    palette = GplFormat().read(content, "alpha")
    assert palette.codes == ("#010203", "#070809")
    assert palette.swatch_names == ("Opaque", "")


def test_gpl_in_latin_1_and_with_a_byte_order_mark() -> None:
    content = "GIMP Palette\nName: Grün\n0 128 0\tgrün\n"
    for encoding in ("latin-1", "utf-8-sig"):
        palette = GplFormat().read(content.encode(encoding), "stem")
        assert (palette.name, palette.swatch_names) == ("Grün", ("grün",))


def test_names_lose_what_a_terminal_would_obey() -> None:
    palette = GplFormat().read(b"GIMP Palette\nName: a\x1b[31mb\n1 2 3\tred\x07\x9b\n", "stem")
    assert palette.name == "a [31mb"
    assert palette.swatch_names == ("red",)


@pytest.mark.parametrize("name", ["pico-8", "aap-64", "1-bit"])
def test_pillow_reads_our_gpl(name: str) -> None:
    palette = builtin_palette(name)
    table, mode = GimpPaletteFile(io.BytesIO(GplFormat().write(palette))).getpalette()
    assert mode == "RGB"
    assert bytes(table[: 3 * len(palette)]) == b"".join(map(bytes, palette.swatches))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "begins with 'GIMP Palette', not ''"),
        (b"GIMP Palett\n1 2 3", "begins with 'GIMP Palette', not 'GIMP Palett'"),
        (b"GIMP Palette\n1 2\n", "line 2: '1 2' is no colour; allowed: red green blue name"),
        (b"GIMP Palette\n1 2 256\n", "line 2: '1 2 256' is no colour; allowed: 0 to 255"),
        (b"GIMP Palette\n\n-1 2 3\n", "line 3: '-1 2 3' is no colour"),
        (b"GIMP Palette\n1.5 2 3\n", "is no colour"),
        ("GIMP Palette\n\u0661 2 3\n".encode(), "is no colour"),
        (b"GIMP Palette\n" + b"9" * 5000, "99999...' is no colour"),
        (b"GIMP Palette\nChannels: RGBA\n1 2 3 name\n", "lacks the alpha"),
        (b"GIMP Palette\n\0\0\0", "it is not text"),
    ],
)
def test_gpl_that_is_wrong(content: bytes, words: str) -> None:
    refuse(GplFormat().read, content, words)


def test_hex() -> None:
    palette = HexFormat().read(b"\xef\xbb\xbf000000\r\nFF8000\r\n#0c2238\r\n\r\n", "stem")
    assert palette.codes == ("#000000", "#ff8000", "#0c2238")
    assert HexFormat().write(palette) == b"000000\nff8000\n0c2238\n"


@pytest.mark.parametrize("line", ["12345", "1234567", "rod", "0x12345", "#12345g", "\u0661" * 6])
def test_hex_that_is_wrong(line: str) -> None:
    refuse(HexFormat().read, f"000000\n{line}\n".encode(), r"line 2: .* is no colour")


def test_jasc() -> None:
    content = b"JASC-PAL\r\n0100\r\n3\r\n0 0 0\r\n255 128 0\r\n12 34 56\r\n"
    palette = PalFormat().read(content, "stem")
    assert palette.codes == ("#000000", "#ff8000", "#0c2238")
    assert PalFormat().write(palette) == content


def test_jasc_with_the_alpha_of_aseprite() -> None:
    palette = PalFormat().read(b"JASC-PAL\n0100\n2\n1 2 3 255\n4 5 6 0\n\n\n", "stem")
    assert palette.codes == ("#010203",)


def test_riff() -> None:
    entries = bytes([0, 0, 0, 0, 255, 128, 0, 0, 12, 34, 56, 4])
    chunk = struct.pack("<4sIHH", b"data", 4 + len(entries), 0x300, 3) + entries
    content = struct.pack("<4sI4s", b"RIFF", 4 + len(chunk), b"PAL ") + chunk
    assert PalFormat().read(content, "stem").codes == ("#000000", "#ff8000", "#0c2238")
    assert PalFormat().read(content[:-1], "stem").codes == ("#000000", "#ff8000")
    other = struct.pack("<4sI4s", b"LIST", 3, b"abc\0")  # chunks begin at even places
    assert PalFormat().read(content[:12] + other + content[12:], "stem").codes == (
        "#000000", "#ff8000", "#0c2238",
    )  # fmt: skip
    for padding in (b"\0", b""):  # what its odd length asks for, and what some programs write
        odd = b"LIST\3\0\0\0abc" + padding
        assert len(PalFormat().read(content[:12] + odd + content[12:], "stem")) == 3
    lying = content.replace(b"\0\3\3\0", b"\0\3\1\0")
    assert PalFormat().read(lying, "stem").codes == ("#000000", "#ff8000", "#0c2238")
    filled = content + bytes(4)  # as long as one colour more, but none
    filled = filled.replace(b"data\x10", b"data\x14")
    assert len(PalFormat().read(filled, "stem")) == 3
    refuse(PalFormat().read, content[:20], "without a plain palette")
    refuse(PalFormat().read, content.replace(b"PAL ", b"WAVE"), "without a plain palette")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it holds no colour"),
        (b"JASC-PAL\n0100", "it holds no colour"),
        (b"JASC-PAL\n0200\n1\n1 2 3\n", "begins with 'JASC-PAL 0100' or 'RIFF', not"),
        (b"JASC-PAL\n0100\n1\n1 2 300\n", "line 4: '1 2 300' is no colour"),
        (b"JASC-PAL\n0100\n1\n1 2\n", "line 4: '1 2' is no colour"),
    ],
)
def test_jasc_that_is_wrong(content: bytes, words: str) -> None:
    refuse(PalFormat().read, content, words)


@pytest.mark.parametrize(
    "content",
    [
        b"jasc-pal\n0100\n2\n1 2 3\n4 5 6\n",
        b"\n\nJASC-PAL\n\n0100\n\n1 2 3\n4 5 6\n",
        b"JASC-PAL\n0100\n1 2 3\n4 5 6",
        b"JASC-PAL\r0100\r2\r1 2 3\r4 5 6\r\x1a",
        b"JASC-PAL\n0100\n2\n; mine\n1, 2, 3 ; dark\n4,5,6\n",
    ],
)
def test_jasc_as_hands_and_other_programs_write_it(content: bytes) -> None:
    assert PalFormat().matches(content)
    assert PalFormat().read(content, "stem").codes == ("#010203", "#040506")


@pytest.mark.parametrize("count", [b"", b"0", b"2", b"300", b"4294967295", b"many"])
def test_a_count_that_lies_loses_no_colour(count: bytes, caplog: pytest.LogCaptureFixture) -> None:
    palette = PalFormat().read(b"JASC-PAL\n0100\n" + count + b"\n1 2 3\n4 5 6\n\n7 8 9", "stem")
    assert palette.codes == ("#010203", "#040506", "#070809")
    assert "colours follow, and 3 do" in caplog.text


def test_lospec_json() -> None:
    content = b'{"name": "Two", "author": "Someone", "colors": ["000000", "FF8000"]}'
    palette = LospecFormat().read(content, "two")
    assert (palette.name, palette.author) == ("Two", "Someone")
    assert palette.codes == ("#000000", "#ff8000")
    assert "weiß" not in LospecFormat().write(NAMED).decode()
    assert LospecFormat().write(ONE) == b'{"name": "one", "author": "", "colors": ["123456"]}\n'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "it is not JSON: Expecting value"),
        (b'{"colors": ["000000"', "it is not JSON"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"colors": ' + b"9" * 10_000 + b"}", "not JSON|list 'colors'"),
        (b'["blue"]', "colour 1 is 'blue'; allowed: rrggbb"),
        (b'"000000"', "an object with a list 'colors'"),
        (b'{"colors": "000000"}', "an object with a list 'colors'"),
        (b'{"colors": [0]}', "colour 1 is not text; allowed: rrggbb"),
        (b'{"colors": [[0, 0, 256]]}', "colour 1 holds what is no number 0 to 255"),
        (b'{"colors": ["000000", "red"]}', "colour 2 is 'red'; allowed: rrggbb"),
    ],
)
def test_lospec_json_that_is_wrong(content: bytes, words: str) -> None:
    refuse(LospecFormat().read, content, words)


def test_json_of_other_programs() -> None:
    content = b'{"colors": ["#010203", "0x040506", "#f00", "0a0b0cff", [1, 1, 1], [2, 2, 2, 255]]}'
    codes = ("#010203", "#040506", "#ff0000", "#0a0b0c", "#010101", "#020202")
    assert LospecFormat().read(content, "stem").codes == codes


def test_a_name_that_is_no_text_is_left_out() -> None:
    content = b'{"name": ["x"], "author": "a\\ud800b", "colors": ["000000"]}'
    palette = LospecFormat().read(content, "stem")
    assert (palette.name, palette.author) == ("stem", "a b")


def refuse(read: object, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        read(content, "stem")  # type: ignore[operator]
    assert len(str(caught.value)) < 200
