"""What may stand after `--palette`: a name, a file, a picture with a number."""

from __future__ import annotations

from pathlib import Path

import pytest
from palette_samples import FULL, NAMED, ONE
from PIL import Image

from drawkit.errors import FileError, InputError, UnknownNameError
from drawkit.palettes import builtin_palette, resolve_palette, write_palette


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name() -> None:
    assert resolve_palette("PICO 8") == builtin_palette("pico-8")


def test_a_file(folder: Path) -> None:
    write_palette(NAMED, folder / "mine.gpl")
    assert resolve_palette("mine.gpl") == NAMED
    assert resolve_palette(str(folder / "mine.gpl")) == NAMED


def test_a_file_of_ones_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    write_palette(ONE, folder / "mine.hex")
    assert resolve_palette("~/mine.hex").swatches == ONE.swatches
    assert resolve_palette("@~/mine.hex").swatches == ONE.swatches


def test_a_picture() -> None:
    image = Image.effect_noise((32, 32), 80).convert("RGB")
    image.save("noise.png")
    assert len(resolve_palette("@noise.png:16")) == 16
    assert len(resolve_palette("@./noise.png:1")) == 1
    Image.new("RGB", (9, 9), (1, 2, 3)).save("a:16.png")
    assert resolve_palette("@a:16.png").codes == ("#010203",)
    assert resolve_palette("@a:16.png:7").codes == ("#010203",)
    assert resolve_palette("a:16.png").codes == ("#010203",)


def test_a_built_in_name_wins_over_a_file_of_that_name(folder: Path) -> None:
    (folder / "db16").touch()
    assert resolve_palette("db16") == builtin_palette("db16")
    with pytest.raises(InputError, match="'db16' has no suffix; allowed"):
        resolve_palette("./db16")


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("pcio8", UnknownNameError, "did you mean 'pico-8'"),
        ("", UnknownNameError, "unknown palette ''"),
        ("a\0b", UnknownNameError, "unknown palette 'a b'"),
        ("x" * 5000, UnknownNameError, "unknown palette 'xxx"),
        ("mine.gpl", FileError, "there is no file 'mine.gpl'"),
        ("no/such.hex", FileError, "there is no file 'no/such.hex'"),
        ("@", InputError, "names no picture; give @PICTURE"),
        ("@none.png:8", FileError, "there is no file 'none.png'"),
        ("@none.png:0", InputError, "1 to 256 colours can be taken from 'none.png', got 0"),
        ("@none.png:300", InputError, "got 300"),
        ("@none.png:-4", FileError, "there is no file 'none.png:-4'"),
    ],
)
def test_what_is_refused(text: str, kind: type[InputError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        resolve_palette(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 800


def test_the_limit_holds_for_all_of_them(folder: Path) -> None:
    write_palette(FULL, folder / "full.gpl")
    for text in ("full.gpl", "@full.gpl"):
        with pytest.raises(InputError, match="256 colours; allowed here: 1 to 255"):
            resolve_palette(text, limit=255)
    with pytest.raises(InputError, match="'aap64' has 64 colours; allowed here: 1 to 16"):
        resolve_palette("aap64", limit=16)
    with pytest.raises(InputError, match="1 to 255 colours can be taken"):
        resolve_palette("@full.png:256", limit=255)
    assert len(resolve_palette("full.gpl")) == 256
