"""Adobe's palettes, .act, .ase and .aco, against bytes written out by their descriptions."""

from __future__ import annotations

import struct

import pytest
from palette_samples import FULL, NAMED, ONE

from drawkit.errors import InputError
from drawkit.palettes._spaces import from_lab
from drawkit.palettes.aco import AcoFormat
from drawkit.palettes.act import ActFormat
from drawkit.palettes.ase import AseFormat


def text16(text: str) -> bytes:
    return text.encode("utf-16-be") + b"\0\0"


# --- .act: 256 x 3 bytes, then perhaps the count and the transparent entry, big-endian


def test_act_with_its_count() -> None:
    table = bytes([0, 0, 0, 255, 128, 0, 12, 34, 56]) + bytes(759)
    assert len(table) == 768
    read = ActFormat().read(table + b"\0\x03\xff\xff", "stem")
    assert read.codes == ("#000000", "#ff8000", "#0c2238")
    assert ActFormat().write(read) == table + b"\0\x03\xff\xff"


def test_act_without_the_transparent_entry() -> None:
    table = bytes([1, 1, 1, 2, 2, 2, 3, 3, 3]).ljust(768, b"\0")
    read = ActFormat().read(table + b"\0\x03\0\x01", "stem")
    assert read.codes == ("#010101", "#030303")


def test_act_of_768_bytes_is_filled_up() -> None:
    table = bytes([1, 1, 1, 2, 2, 2]).ljust(768, b"\0")
    assert ActFormat().read(table, "stem").codes == ("#010101", "#020202", "#000000")
    black = bytes([0, 0, 0, 2, 2, 2]).ljust(768, b"\0")
    assert ActFormat().read(black, "stem").codes == ("#000000", "#020202")
    assert ActFormat().read(ActFormat().write(FULL)[:768], "stem").swatches == FULL.swatches


@pytest.mark.parametrize("size", [0, 767, 769, 770, 773, 1024])
def test_act_of_another_size(size: int) -> None:
    with pytest.raises(InputError, match=f"768 or 772 bytes, not {size}"):
        ActFormat().read(bytes(size), "stem")


@pytest.mark.parametrize("count", [b"\xff\xff", b"\x01\x01", b"\0\0"])
def test_act_whose_count_lies(count: bytes, caplog: pytest.LogCaptureFixture) -> None:
    table = bytes([1, 1, 1, 2, 2, 2]).ljust(768, b"\0")
    read = ActFormat().read(table + count + b"\xff\xff", "stem")
    assert read.codes == ("#010101", "#020202", "#000000")
    assert "says that it has" in caplog.text


# --- .ase: "ASEF", version 1.0, number of blocks; block: type, length, content; all big-endian


def ase(*blocks: tuple[int, bytes], count: int | None = None) -> bytes:
    body = b"".join(struct.pack(">HI", kind, len(data)) + data for kind, data in blocks)
    return b"ASEF\0\x01\0\0" + struct.pack(">I", len(blocks) if count is None else count) + body


def ase_color(name: str, model: bytes, *values: float) -> tuple[int, bytes]:
    text = text16(name)
    packed = struct.pack(f">{len(values)}f", *values)
    return 1, struct.pack(">H", len(text) // 2) + text + model + packed + b"\0\x02"


def ase_group(name: str) -> tuple[int, bytes]:
    text = text16(name)
    return 0xC001, struct.pack(">H", len(text) // 2) + text


ASE = ase(
    ase_group("Brand"),
    ase_color("ink", b"RGB ", 0.0, 0.0, 0.0),
    ase_color("orange 🍊", b"RGB ", 1.0, 128 / 255, 0.0),
    (0xC002, b""),
    (0xABCD, b"of a later version"),
    ase_color("", b"RGB ", 12 / 255, 34 / 255, 56 / 255),
)


def test_ase() -> None:
    palette = AseFormat().read(ASE, "stem")
    assert palette.name == "Brand"
    assert palette.codes == ("#000000", "#ff8000", "#0c2238")
    assert palette.swatch_names == ("ink", "orange 🍊", "")


def test_the_ase_that_is_written_byte_by_byte() -> None:
    # 3 blocks: group "one" (4 units), colour "#123456" (8 units) in RGB, global; end of group.
    expected = (
        b"ASEF\0\x01\0\0\0\0\0\x03"
        b"\xc0\x01\0\0\0\x0a\0\x04\0o\0n\0e\0\0"
        b"\0\x01\0\0\0\x24\0\x08\0#\0001\0002\0003\0004\0005\0006\0\0RGB "
    )
    expected += struct.pack(">3f", 18 / 255, 52 / 255, 86 / 255) + b"\0\0"
    expected += b"\xc0\x02\0\0\0\0"
    assert AseFormat().write(ONE) == expected


@pytest.mark.parametrize(
    ("model", "values", "code"),
    [
        (b"CMYK", (0.0, 0.0, 0.0, 0.0), "#ffffff"),
        (b"CMYK", (0.0, 1.0, 1.0, 0.0), "#ff0000"),
        (b"CMYK", (0.0, 0.0, 0.0, 1.0), "#000000"),
        (b"CMYK", (0.0, 0.5, 1.0, 0.2), "#cc6600"),
        (b"Gray", (0.0,), "#000000"),  # After Effects' scripting guide: "0.0 is Black"
        (b"GRAY", (1.0,), "#ffffff"),
        (b"Gray", (0.5,), "#808080"),
        (b"LAB ", (1.0, 0.0, 0.0), "#ffffff"),
        (b"LAB ", (0.0, 0.0, 0.0), "#000000"),
        (b"RGB ", (1.5, -0.5, 0.5), "#ff0080"),
    ],
)
def test_ase_in_other_models(model: bytes, values: tuple[float, ...], code: str) -> None:
    palette = AseFormat().read(ase(ase_color("x", model, *values)), "stem")
    assert palette.codes == (code,)


# The primaries of sRGB in Lab under D50, as Photoshop's colour picker shows them.
@pytest.mark.parametrize(
    ("lab", "rgb"),
    [
        ((54.29, 80.81, 69.89), (255, 0, 0)),
        ((87.82, -79.29, 80.99), (0, 255, 0)),
        ((29.57, 68.30, -112.03), (0, 0, 255)),
        ((53.59, 0.0, 0.0), (128, 128, 128)),
    ],
)
def test_lab_against_published_values(
    lab: tuple[float, float, float], rgb: tuple[int, int, int]
) -> None:
    assert from_lab(*lab) == pytest.approx(rgb, abs=1)


def ase_error(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        AseFormat().read(data, "stem")
    return str(caught.value)


def test_ase_that_is_wrong() -> None:
    assert "begins with 'ASEF', not" in ase_error(b"GIMP Palette")
    assert "cut off" in ase_error(b"")
    assert "cut off" in ase_error(ASE[:-1])
    assert "drawing of Aseprite" in ase_error(b"\x10\0\0\0\xe0\xa5\x01\0")
    assert "model \"b'HSV '\"" in ase_error(ase(ase_color("x", b"HSV ", 0.0, 0.0, 0.0)))
    assert "has the value nan" in ase_error(ase(ase_color("x", b"RGB ", 0.0, float("nan"), 0.0)))
    assert "has the value inf" in ase_error(ase(ase_color("x", b"LAB ", 0.0, float("inf"), 0.0)))
    assert "cut off" in ase_error(ase(ase_color("x", b"CMYK", 0.0)))


@pytest.mark.parametrize("count", [0, 1, 2, 5, 7, 0xFFFFFFFF])
def test_ase_whose_count_lies(count: int, caplog: pytest.LogCaptureFixture) -> None:
    lying = ASE.replace(b"\0\0\0\x06", struct.pack(">I", count), 1)
    # What is of a later version is known only where it is counted.
    lost = () if count > 3 else ("#0c2238",)
    assert (*AseFormat().read(lying, "stem").codes, *lost) == ("#000000", "#ff8000", "#0c2238")
    assert "blocks, and it has" in caplog.text


def test_what_lies_behind_the_blocks_is_left() -> None:
    assert AseFormat().read(ASE + b"\0\0\0", "stem") == AseFormat().read(ASE, "stem")
    assert AseFormat().read(ASE + b"\0\1\0\0\1\0", "stem") == AseFormat().read(ASE, "stem")


def test_ase_that_claims_billions() -> None:
    assert "cut off: 4294967295 bytes" in ase_error(ase(count=1) + b"\0\x01\xff\xff\xff\xff")
    assert "cut off" in ase_error(ase((1, b"\xff\xff\0x\0\0RGB ")))


# --- .aco: version, count, then space and four values; version 2 adds the name; all big-endian


def aco_color(space: int, *values: int) -> bytes:
    return struct.pack(">5H", space, *(v & 0xFFFF for v in (*values, 0, 0, 0)[:4]))


def aco1(*colors: bytes) -> bytes:
    return struct.pack(">2H", 1, len(colors)) + b"".join(colors)


def aco2(*colors: tuple[bytes, str]) -> bytes:
    entries = [c + struct.pack(">I", len(text16(n)) // 2) + text16(n) for c, n in colors]
    return struct.pack(">2H", 2, len(colors)) + b"".join(entries)


ORANGE, GRAPE = aco_color(0, 65535, 128 * 257, 0), aco_color(0, 12 * 256, 34 * 256, 56 * 256)


def test_aco_in_both_versions() -> None:
    for data in (aco1(ORANGE, GRAPE), aco2((ORANGE, ""), (GRAPE, ""))):
        palette = AcoFormat().read(data, "stem")
        assert (palette.codes, palette.swatch_names) == (("#ff8000", "#0c2238"), ())
    both = aco1(ORANGE, GRAPE) + aco2((ORANGE, "orange"), (GRAPE, "grape"))
    assert AcoFormat().read(both, "stem").swatch_names == ("orange", "grape")


def test_the_aco_that_is_written_byte_by_byte() -> None:
    color = b"\0\0\x12\x12\x34\x34\x56\x56\0\0"
    expected = b"\0\x01\0\x01" + color + b"\0\x02\0\x01" + color + b"\0\0\0\x08" + text16("#123456")
    assert AcoFormat().write(ONE) == expected


@pytest.mark.parametrize(
    ("color", "code"),
    [
        (aco_color(1, 0, 65535, 65535), "#ff0000"),
        (aco_color(1, 65536 // 3, 65535, 65535), "#00ff00"),
        (aco_color(1, 0, 0, 65535), "#ffffff"),
        (aco_color(2, 65535, 65535, 65535, 65535), "#ffffff"),  # 0 is all ink
        (aco_color(2, 65535, 0, 0, 65535), "#ff0000"),
        (aco_color(2, 0, 0, 0, 0), "#000000"),
        (aco_color(7, 10000, 0, 0), "#ffffff"),
        (aco_color(7, 5429, 8081, 6989), "#ff0000"),
        (aco_color(7, 2957, 6830, -11203), "#0000ff"),
    ],
)
def test_aco_in_other_spaces(color: bytes, code: str) -> None:
    (swatch,) = AcoFormat().read(aco1(color), "stem").swatches
    assert swatch == pytest.approx(tuple(bytes.fromhex(code[1:])), abs=1)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "cut off"),
        (aco1(ORANGE, GRAPE)[:-1], "cut off: 8 bytes should follow, 7 do"),
        (b"\0\x01\xff\xff" + ORANGE[:-1], "cut off"),
        (b"\0\x03\0\x01" + ORANGE, "of version 3; allowed: 1 and 2"),
        (aco1(ORANGE, aco_color(8, 5000)), "colour 2 is grey"),
        (aco1(aco_color(3, 1)), r"colour 1 is of space 3; allowed: 0 \(RGB\)"),
        (b"\0\x02\0\x01" + ORANGE + b"\xff\xff\xff\xff", "cut off: 8589934590 bytes"),
    ],
)
def test_aco_that_is_wrong(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        AcoFormat().read(data, "stem")


@pytest.mark.parametrize("count", [0, 1, 3, 0xFFFF])
def test_aco_whose_count_lies(count: int, caplog: pytest.LogCaptureFixture) -> None:
    data = struct.pack(">2H", 1, count) + ORANGE + GRAPE
    assert AcoFormat().read(data, "stem").codes == ("#ff8000", "#0c2238")
    assert f"says that {count} colours follow, and 2 do" in caplog.text
    named = struct.pack(">2H", 2, 9) + aco2((ORANGE, "a"), (GRAPE, "b"))[4:]
    assert AcoFormat().read(named, "stem").swatch_names == ("a", "b")


def test_aco_is_read_by_its_first_version_where_the_second_is_broken() -> None:
    both = aco1(ORANGE, GRAPE) + aco2((ORANGE, "orange"), (GRAPE, "grape"))
    for end in (-1, -30, -40):
        assert AcoFormat().read(both[:end], "stem").codes == ("#ff8000", "#0c2238")
    assert AcoFormat().read(aco1(ORANGE) + b"\0", "stem").codes == ("#ff8000",)


@pytest.mark.parametrize("kind", [AseFormat(), AcoFormat()])
def test_names_of_every_script(kind: AseFormat | AcoFormat) -> None:
    assert kind.read(kind.write(NAMED), "stem").swatch_names == NAMED.swatch_names
