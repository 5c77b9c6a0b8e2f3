"""Every registered format: what it writes it reads, and what it cannot read it says in a line."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from palette_samples import ALL, FULL, NAMED, ONE, palettes

from drawkit.color import Palette
from drawkit.errors import FileError, InputError
from drawkit.palettes import (
    PaletteFormat,
    formats,
    read_palette,
    readable_suffixes,
    reader_for,
    writable_suffixes,
    write_palette,
    writer_for,
)

KINDS = [formats.get(name).cls() for name in formats.names()]
BY_KIND = pytest.mark.parametrize("kind", KINDS, ids=formats.names())
KEEP_NAMES = {".gpl", ".ase", ".aco"}


def test_the_formats_that_were_promised() -> None:
    promised = {".gpl", ".hex", ".pal", ".act", ".ase", ".aco", ".json", ".png", ".txt"}
    assert set(writable_suffixes()) == promised
    assert promised | {".gif", ".jpg", ".bmp", ".webp"} <= set(readable_suffixes())


@BY_KIND
@pytest.mark.parametrize("palette", ALL, ids=["one", "named", "full"])
def test_what_it_writes_it_reads(kind: PaletteFormat, palette: Palette) -> None:
    again = kind.read(kind.write(palette), "fallback")
    assert again.swatches == palette.swatches
    keeps = kind.suffixes[0] in KEEP_NAMES
    assert again.swatch_names == (palette.swatch_names if keeps else ())


@pytest.mark.parametrize("suffix", [".gpl", ".json", ".ase"])
def test_the_title_comes_back_where_there_is_room_for_it(suffix: str) -> None:
    kind = reader_for(Path(f"x{suffix}"))
    assert kind.read(kind.write(NAMED), "fallback").name == NAMED.name


@pytest.mark.parametrize("suffix", [".gpl", ".json"])
def test_the_author_comes_back(suffix: str) -> None:
    kind = reader_for(Path(f"x{suffix}"))
    assert kind.read(kind.write(NAMED), "fallback").author == NAMED.author


@BY_KIND
@given(palette=palettes())
@settings(max_examples=20, deadline=None)
def test_any_palette_comes_back_exactly(kind: PaletteFormat, palette: Palette) -> None:
    assert kind.read(kind.write(palette), "any").swatches == palette.swatches


@BY_KIND
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_files_give_a_palette_or_one_line(kind: PaletteFormat, data: st.DataObject) -> None:
    whole = kind.write(data.draw(st.sampled_from(ALL)))
    damaged = bytearray(whole[: data.draw(st.integers(0, len(whole)), label="cut")])
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(damaged)))
        width = data.draw(st.sampled_from([0, 1, 2, 4]))
        damaged[at : at + width] = data.draw(
            st.one_of(st.binary(max_size=5), st.sampled_from([b"\xff\xff\xff\xff", b"\0\0\0\0"]))
        )
    check_read(kind, bytes(damaged))


@BY_KIND
@given(noise=st.one_of(st.binary(max_size=200), st.text(max_size=100).map(str.encode)))
@settings(max_examples=100, deadline=None)
def test_noise_gives_a_palette_or_one_line(kind: PaletteFormat, noise: bytes) -> None:
    check_read(kind, noise)


def check_read(kind: PaletteFormat, content: bytes) -> None:
    try:
        palette, said = kind.read(content, "any"), ""
    except InputError as error:
        palette, said = None, str(error)
    assert palette is None or 1 <= len(palette) <= 256
    assert "\n" not in said
    assert len(said) < 400


def test_any_case_of_a_suffix(tmp_path: Path) -> None:
    write_palette(ONE, tmp_path / "A.GPL")
    assert read_palette(tmp_path / "A.GPL") == Palette("one", ONE.swatches)


@pytest.mark.parametrize("name", ["x", "x.md", "x.svg"])
def test_unknown_suffixes(name: str, tmp_path: Path) -> None:
    for act in (reader_for, writer_for):
        with pytest.raises(InputError, match=r"allowed: \.aco, \.act, \.ase"):
            act(tmp_path / name)


def test_pictures_but_png_are_only_read() -> None:
    assert reader_for(Path("a.jpg"))
    with pytest.raises(InputError, match=r"'a\.jpg' ends in '\.jpg'"):
        writer_for(Path("a.jpg"))


def test_nothing_is_overwritten_unasked(tmp_path: Path) -> None:
    path = tmp_path / "mine.gpl"
    path.write_text("precious")
    with pytest.raises(FileError, match=r"mine\.gpl' exists; give another name or --overwrite"):
        write_palette(ONE, path)
    assert path.read_text() == "precious"
    write_palette(ONE, path, overwrite=True)
    assert read_palette(path).swatches == ONE.swatches
    assert [file.name for file in tmp_path.iterdir()] == ["mine.gpl"]


def test_overwriting_follows_a_link(tmp_path: Path) -> None:
    (tmp_path / "there.hex").write_text("000000\n")
    (tmp_path / "link.hex").symlink_to("there.hex")
    write_palette(ONE, tmp_path / "link.hex", overwrite=True)
    assert (tmp_path / "link.hex").is_symlink()
    assert (tmp_path / "there.hex").read_text() == "123456\n"


def test_no_folder_is_made(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist; make it first"):
        write_palette(ONE, tmp_path / "new" / "a.gpl")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.gpl", "there is no file"),
        ("folder.gpl", "is not a file"),
        ("pipe.gpl", "is not a file"),
        ("zero\0.gpl", "no file|null byte"),
        ("x" * 300 + ".gpl", "cannot read .*: File name too long"),
        ("large.gpl", "too large; allowed: 1 MiB"),
        ("empty.gpl", r"empty\.gpl': a \.gpl file begins with 'GIMP Palette'"),
    ],
)
def test_files_that_cannot_be_read(name: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "folder.gpl").mkdir()
    os.mkfifo(tmp_path / "pipe.gpl")
    (tmp_path / "empty.gpl").touch()
    with open(tmp_path / "large.gpl", "wb") as file:
        file.truncate(2 << 30)  # claims 2 GiB, takes none
    with pytest.raises(FileError, match=words):
        read_palette(tmp_path / name)


def test_a_limit(tmp_path: Path) -> None:
    write_palette(FULL, tmp_path / "full.act")
    assert len(read_palette(tmp_path / "full.act")) == 256
    with pytest.raises(InputError, match="has 256 colours; allowed here: 1 to 255"):
        read_palette(tmp_path / "full.act", limit=255)


def test_repeated_colours_are_merged_with_a_notice(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "drawkit"):
        palette = reader_for(Path("a.hex")).read(b"112233\n445566\n112233\n112233\n", "twice")
    assert palette.codes == ("#112233", "#445566")
    assert caplog.messages == ["palette 'twice': merged 2 repeated colours"]


@pytest.mark.parametrize(
    ("suffix", "content"),
    [
        (".gpl", b"GIMP Palette\nName: x\n#\n"),
        (".hex", b"\n\n"),
        (".json", b'{"colors": []}'),
        (".pal", b"JASC-PAL\n0100\n0\n"),
        (".act", bytes(768) + b"\0\0\xff\xff"),
        (".ase", b"ASEF\0\1\0\0\0\0\0\0"),
        (".aco", b"\0\1\0\0\0\2\0\0"),
    ],
)
def test_no_colour(suffix: str, content: bytes) -> None:
    with pytest.raises(InputError, match="it holds no colour"):
        reader_for(Path(f"x{suffix}")).read(content, "none")


@pytest.mark.parametrize("suffix", [".gpl", ".hex", ".json"])
def test_more_than_256_colours(suffix: str) -> None:
    codes = [f"{i:06x}" for i in range(300)]
    content = {
        ".gpl": "GIMP Palette\n" + "\n".join(f"0 {i // 256} {i % 256}" for i in range(300)),
        ".hex": "\n".join(codes),
        ".json": '{"colors": ["' + '", "'.join(codes) + '"]}',
    }[suffix]
    with pytest.raises(InputError, match="it holds 300 different colours; allowed: 1 to 256"):
        reader_for(Path(f"x{suffix}")).read(content.encode(), "many")
