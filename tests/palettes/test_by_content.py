"""Palettes that people have: known by what is in the file, whatever it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from palette_samples import NAMED, ONE

from drawkit.errors import FileError, InputError
from drawkit.palettes import (
    builtin_names,
    builtin_palette,
    formats,
    read_palette,
    resolve_palette,
)

THREE = ("#2c2137", "#764462", "#edb4a1")
SUFFIXES = (".pal", ".txt", ".hex", ".gpl", ".json", ".act", ".aco", ".ase", ".png", ".dat", "")
MAGIC = [name for name in formats.names() if name != "hex"]


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("name", MAGIC)
def test_a_file_of_another_suffix(name: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"colours{suffix}"
    path.write_bytes(formats.get(name).cls().write(NAMED))
    assert read_palette(path).swatches == NAMED.swatches


@pytest.mark.parametrize(
    "text",
    [
        "2c2137\n764462\nedb4a1\n",
        "#2c2137\n#764462\n#edb4a1",
        "0x2C2137, 0x764462, 0xEDB4A1",
        "2c2137,764462;edb4a1",
        '["#2c2137", "#764462", "#edb4a1"]',
        "// three\n2c2137 // dark\n764462\n\nedb4a1",
        "; three\r\nFF2c2137\r\nFF764462\r\nFFedb4a1\r\n",
        "FF2c2137\nFF764462\nFFedb4a1\n",
        "2c2137ff\n764462ff\nedb4a1ff\n00000000\n",
        "0xff2c2137\n0xff764462\n0xffedb4a1\n",
        "44 33 55\n118 68 98\n237 180 161\n",
        "44,33,55\n118,68,98\n237,180,161\n",
        "# my colours\n2c2137 night\n764462 dusk\nedb4a1 skin",
        "&H2c2137\n$764462\n#edb4a1",
        "uint32_t pal[] = {0x2c2137, 0x764462, 0xedb4a1};",
        "(44, 33, 55), (118, 68, 98), (237, 180, 161)",
        "44 33 55 255 118 68 98 255 237 180 161 255 9 9 9 0",
        "Night: #2c2137\nDusk #764462\nSkin = edb4a1",
        "$night: #2c2137;\n$dusk: #764462;\n$skin: #edb4a1;",
        "/* three\n colours */\n2c2137\n764462\nedb4a1",
        "#three\n#2c2137\n#764462\n#edb4a1\n\x1a",
        "2c2137 764462 // two\nedb4a1",
        "rgb(44, 33, 55); rgb(118, 68, 98); #edb4a1",
        "\n\r\n;paint.net Palette File\r\nFF2c2137\r\n80764462 ; half\r\n40edb4a1\n00ffffff",
        "FF2c2137\n80764462\nFFedb4a1\n00FFFFFF",
        "2c213780\n76446280\nedb4a180",
        "44 33 55 Night\n118 68 98 Dusk\n237 180 161 Skin",
    ],
)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_lists_in_the_spellings_that_people_use(text: str, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"colours{suffix}"
    codings = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
    for data in (text.encode(coding) for coding in codings):
        path.write_bytes(data)
        assert read_palette(path).codes == THREE


@pytest.mark.parametrize(
    ("name", "title", "count", "codes"),
    [
        ("gimp-text.pal", "x", 2, ("#000000", "#e03c28")),
        ("nes-raw-192.pal", "nes-raw-192", 64, ("#003264", "#033567")),
        ("rgba.hex", "rgba", 2, ("#ff455e", "#bbff45")),
        ("paint-net.txt", "X", 3, ("#2c2137", "#764462")),
    ],
)
def test_files_that_people_sent(name: str, title: str, count: int, codes: tuple[str, ...]) -> None:
    palette = read_palette(Path(__file__).parent / "cases" / name)
    assert (palette.name, len(palette), palette.codes[:2]) == (title, count, codes)


def test_short_forms(tmp_path: Path) -> None:
    (tmp_path / "a.hex").write_text("#f00\n#0f08\n#00f0\n")
    assert read_palette(tmp_path / "a.hex").codes == ("#ff0000", "#00ff00")
    (tmp_path / "a.hex").write_text("f00\n0f0, 00f\n")
    assert read_palette(tmp_path / "a.hex").codes == ("#ff0000", "#00ff00", "#0000ff")
    (tmp_path / "a.hex").write_text("f00f\n0f08\n1110\n")
    assert read_palette(tmp_path / "a.hex").codes == ("#ff0000", "#00ff00")


def test_names_of_colours_and_colours_by_name(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("#2c2137 Night\n764462, Dusk\n#edb4a1 // skin\nblack: #010101\n")
    assert read_palette(path).swatch_names == ("Night", "Dusk", "skin", "black")
    path.write_text("red\nDarkBlue, #0f0, black")
    assert read_palette(path).codes == ("#ff0000", "#00008b", "#00ff00", "#000000")


@pytest.mark.parametrize("count", [24, 96, 192])
def test_a_list_as_long_as_raw_colours_is_a_list(count: int, tmp_path: Path) -> None:
    codes = tuple(f"#{i:06x}" for i in range(7, 7 + count))
    path = tmp_path / "a.pal"
    path.write_bytes("".join(f"{code[1:]}\r\n" for code in codes).encode())
    assert path.stat().st_size in (192, 768, 1536)
    assert read_palette(path).codes == codes


def test_alpha_is_at_the_end_unless_it_plainly_is_not(tmp_path: Path) -> None:
    path = tmp_path / "a.hex"
    path.write_text("ff4555ff\nbbff4580\n00000000\n")
    assert read_palette(path).codes == ("#ff4555", "#bbff45")
    path.write_text("ff4555ff\nffff45ff\n")  # all of both: as CSS has it
    assert read_palette(path).codes == ("#ff4555", "#ffff45")


@pytest.mark.parametrize(("size", "colours"), [(192, 64), (768, 256), (1536, 64)])
@pytest.mark.parametrize("suffix", [".pal", ".act", ".hex", ".gpl", ".png", ".bin", ""])
def test_raw_bytes(size: int, colours: int, suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"nes{suffix}"
    path.write_bytes(bytes((i // 3 * 5 + i % 3 * 70) % 256 for i in range(size)))
    palette = read_palette(path)
    assert len(palette) == colours
    assert palette.swatches[1] == (5, 75, 145)


def test_names_of_paint_net(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(
        ";paint.net Palette File\r\n;Palette Name: Dusk\r\n;Author: Kim\r\nFF102030\r\n"
    )
    palette = read_palette(path)
    assert (palette.name, palette.author, palette.codes) == ("Dusk", "Kim", ("#102030",))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("#f00,#0f0,black", ("#ff0000", "#00ff00", "#000000")),
        ("#f00", ("#ff0000",)),
        (" #ff8000 ; white ", ("#ff8000", "#ffffff")),
        ("rgb(1, 2, 3), rgb(4,5,6)", ("#010203", "#040506")),
        ("ff0000,0x00ff00 , #000", ("#ff0000", "#00ff00", "#000000")),
        ("f00,0f0", ("#ff0000", "#00ff00")),
        ("#f00 #0f0", ("#ff0000", "#00ff00")),
        ("['#f00', '#0f0']", ("#ff0000", "#00ff00")),
        ("102030", ("#102030",)),
        ("tomato,#FF6347,gold", ("#ff6347", "#ffd700")),
        ("black", ("#000000",)),
        ("red  Lime navy", ("#ff0000", "#00ff00", "#000080")),
    ],
)
def test_colours_on_the_command_line(text: str, codes: tuple[str, ...]) -> None:
    assert resolve_palette(text).codes == codes


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("#f00,blu", "blu"),
        ("#f00,", None),
        ("#f008,#000", "opaque"),
        ("#ggg", "#ggg"),
        ("#" + "f" * 500, "is no colour"),
        (",".join(["#000", "#fff"] * 4000), None),
        (",".join(f"#{i:06x}" for i in range(300)), "256"),
    ],
)
def test_colours_that_are_none(text: str, words: str | None) -> None:
    if words is None:
        assert len(resolve_palette(text)) in (1, 2)
        return
    with pytest.raises(InputError, match=words) as caught:
        resolve_palette(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "link",
    [
        "https://lospec.com/palette-list/pico-8",
        "http://www.lospec.com/palette-list/pico-8/",
        "lospec.com/palette-list/pico-8",
        "https://lospec.com/palette-list/pico-8.hex",
        "https://lospec.com/palette-list/pico-8-1x.png",
        "https://Lospec.com/palette-list/pico-8.json?x=1#top",
        "lospec-palette://pico-8",
    ],
)
def test_links_to_what_is_built_in(link: str) -> None:
    assert resolve_palette(link) == resolve_palette("pico-8")


def test_links_to_what_is_not() -> None:
    with pytest.raises(InputError, match=r"'oil-6' is not built in.*--palette oil-6\.gpl"):
        resolve_palette("https://lospec.com/palette-list/oil-6")


def test_every_built_in_palette_is_known_by_its_link() -> None:
    links = {palette.source: palette for palette in map(builtin_palette, builtin_names())}
    links = {link: palette for link, palette in links.items() if "lospec.com" in link}
    assert len(links) > 15
    for link, palette in links.items():
        assert resolve_palette(link) == palette


@pytest.mark.parametrize(
    "link",
    [
        "https://lospec.com/palette-list",
        "https://example.com/a.gpl",
        "lospec.com",
        "https://" + "x" * 5000,
        "https://lospec.com/palette-list/" + "x" * 5000,
    ],
)
def test_nothing_is_fetched(link: str) -> None:
    with pytest.raises(InputError, match="drawkit fetches nothing; download") as caught:
        resolve_palette(link)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_what_is_wrong_is_said_in_the_words_of_its_format(tmp_path: Path) -> None:
    for name, words in (
        ("a.gpl", "begins with 'GIMP Palette'"),
        ("a.json", "not JSON"),
        ("a.png", "no picture"),
        ("a.act", "768 or 772 bytes"),
        ("a.hex", "line 1: 'Dear diary' is no colour"),
    ):
        (tmp_path / name).write_text("Dear diary\n")
        with pytest.raises(FileError, match=words):
            read_palette(tmp_path / name)
    (tmp_path / "a.hex").write_bytes(b"\x89\1\2\3" * 9)
    with pytest.raises(FileError, match="it is not text"):
        read_palette(tmp_path / "a.hex")


def test_a_text_that_is_no_palette(tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# To do\n\nbuy milk\n")
    with pytest.raises(InputError, match=r"ends in '\.md'; allowed"):
        read_palette(path)


def test_one_colour_stays_one(tmp_path: Path) -> None:
    (tmp_path / "one.psppalette").write_bytes(formats.get("pal").cls().write(ONE))
    assert read_palette(tmp_path / "one.psppalette").swatches == ONE.swatches
